@epic.netobserv @core @owner.network_observability
Feature: Plain flows
  Every conversation of a pod leaves flow records that say who talked to whom, when, in which
  direction and how much, whatever optional features are on.

  Background:
    Given flows are collected

  @severity.blocker @quick
  Scenario: A request to a service leaves a flow each way
    When a client on another node requests the web service
    Then the connection is made
    And some flow from the client to the service shows
      | protocol         | TCP     |
      | destination port | 80      |
      | source port      | as sent |
    And some flow from the service to the client shows
      | protocol         | TCP               |
      | source port      | 80                |
      | destination port | the client's port |

  @severity.critical
  Scenario: A flow names who talked to whom
    When a client on another node requests the web service
    Then some flow from the client to the service shows
      | source name           | the client's name      |
      | source namespace      | the client's namespace |
      | source type           | Pod                    |
      | destination name      | the service's name     |
      | destination namespace | the server's namespace |
      | destination type      | Service                |

  @severity.critical
  Scenario: A flow to a pod names its node and its owner
    When a client on another node requests the web server itself
    Then some flow from the client to the server shows
      | destination name         | the server's name         |
      | destination owner        | the server's owner        |
      | destination owner type   | Deployment                |
      | destination host name    | the server's node         |
      | destination host address | the server's node address |
      | source host name         | the client's node         |
      | source host address      | the client's node address |
      | source owner             | the client's name         |
      | source owner type        | Pod                       |
      | source network name      | primary                   |

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
      | bytes   | between 8 kB and 14 kB |
      | packets | between 4 and 40       |

  @severity.critical @needs.two_nodes
  Scenario: Both nodes report traffic that crosses them
    When a client on another node requests the web server itself
    Then some flow from the client to the server shows
      | direction     | egress                    |
      | agent address | the client's node address |
    And some flow from the client to the server shows
      | direction     | ingress                   |
      | agent address | the server's node address |

  @severity.normal
  Scenario: Traffic within a node is reported as such
    When a client on the same node requests the web server itself
    Then some flow from the client to the server shows
      | direction     | inner                     |
      | agent address | the server's node address |

  @severity.normal
  Scenario: Traffic of applications is told apart from infrastructure
    When a client on another node requests the web service
    Then there are flows of the client, and every one shows
      | layer | app |
    But the flows inside the collector's namespace show
      | layer | infra |

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
