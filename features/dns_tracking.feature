@epic.netobserv @dns_tracking @core @needs.two_nodes @owner.network_observability
Feature: DNS tracking
  With DNSTracking on, the flow of a DNS answer says which question it belongs to, how it ended and
  how long it took. The name service of these scenarios listens on port 5353 behind port 53, as that
  of OpenShift does, so that each answer is seen once on its tracked port.

  Background:
    Given flows are collected with DNS tracking

  @severity.critical @quick
  Scenario: A name that exists is answered without error
    When a client on another node asks the name service for "a.found.test"
    Then the answer is NoError
    And some flow from the service to the client shows
      | DNS response code | NoError |
      | DNS id            | as sent |
      | protocol          | UDP     |
      | source port       | 53      |

  @severity.critical
  Scenario: A name that does not exist is reported as such
    When a client on another node asks the name service for "a.missing.test"
    Then the answer is NXDomain
    And some flow from the service to the client shows
      | DNS response code | NXDomain |
      | DNS id            | as sent  |

  @severity.critical
  Scenario: A name server that fails is reported as such
    When a client on another node asks the name service for "a.broken.test"
    Then the answer is ServFail
    And some flow from the service to the client shows
      | DNS response code | ServFail |
      | DNS id            | as sent  |

  @severity.critical
  Scenario: The delay of a slow answer is measured
    When a client on another node asks the name service for "a.slow.test"
    Then the answer is NoError
    And some flow from the service to the client shows
      | DNS latency | between 50 ms and 500 ms |
      | DNS id      | as sent                  |

  @severity.normal
  Scenario: A lookup over TCP is tracked as well
    When a client on another node asks the name service over TCP for "a.found.test"
    Then the answer is NoError
    And some flow from the service to the client shows
      | DNS response code | NoError |
      | DNS id            | as sent |
      | protocol          | TCP     |

  @severity.normal
  Scenario: The DNS flags tell an answer from a question
    When a client on another node asks the name service for "a.found.test"
    Then some flow from the service to the client shows
      | DNS flags | between 32768 and 65535 |
      | DNS id    | as sent                 |

  @severity.critical
  Scenario: A question carries no answer
    When a client on another node asks the name service for "a.found.test"
    Then the answer is NoError
    And some flow from the service to the client shows
      | DNS id | as sent |
    But there are flows from the client to the service, and every one shows
      | DNS response code | absent |
      | DNS id            | absent |
      | DNS latency       | absent |
