@epic.netobserv @core @needs.two_nodes @owner.network_observability
Feature: Flow records
  What each record holds beside the two ends of a conversation: how much was sent and when, with
  which flags and marks, and which of it Loki keeps as labels.

  Background:
    Given flows are collected

  @severity.normal
  Scenario: A flow carries the marks of its packets
    When a client on another node requests the web server itself
    Then some flow from the client to the server shows
      | source address          | the client's address |
      | ethertype               | one of 2048, 34525   |
      | source MAC address      | present              |
      | destination MAC address | present              |
      | interfaces              | present              |
      | DSCP value              | 0                    |

  @severity.critical
  Scenario: Bytes and packets match what was sent
    When a client on another node sends 8 kB to the web service
    Then the connection is made
    And the flows from the client to the service add up to
      | bytes   | between 8 kB and 12 kB |
      | packets | between 5 and 40       |
    And the flows from the service to the client add up to
      | bytes   | between 300 B and 4 kB |
      | packets | between 4 and 40       |

  @severity.normal
  Scenario: A flow is dated by its traffic
    When a client on another node requests the web service
    Then some flow from the client to the service shows
      | start time    | during the traffic |
      | end time      | during the traffic |
      | time received | after the traffic  |

  @severity.normal
  Scenario: Labels live in the stream and nowhere else
    When a client on another node requests the web service
    Then the flows of the client keep their labels out of the line

  @severity.critical
  Scenario: The flags of a whole conversation are recorded
    When a client on another node requests the web service
    Then some flow from the client to the service shows
      | TCP flags | with SYN, ACK |
    And some flow from the service to the client shows
      | TCP flags | with SYN_ACK, ACK |

  @severity.normal
  Scenario: With every packet sampled the flow says so
    When a client on another node requests the web service
    Then there are flows from the client to the service, and every one shows
      | sampling | 1 |
