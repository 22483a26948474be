@epic.netobserv @core @owner.network_observability
Feature: Plain flows
  Every conversation of a pod leaves flow records that say who talked to whom, when, in which
  direction and how much, whatever optional features are on.

  Background:
    Given flows are collected

  @severity.blocker @quick @needs.two_nodes
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

  @severity.critical @needs.two_nodes
  Scenario: A flow names who talked to whom
    When a client on another node requests the web service
    Then some flow from the client to the service shows
      | source name           | the client's name      |
      | source namespace      | the client's namespace |
      | source type           | Pod                    |
      | destination name      | the service's name     |
      | destination namespace | the server's namespace |
      | destination type      | Service                |

  @severity.critical @needs.two_nodes
  Scenario: A flow to a pod names its node and owner
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

  @severity.normal @needs.two_nodes
  Scenario: Traffic of applications is told apart from infrastructure
    When a client on another node requests the web service
    Then there are flows of the client, and every one shows
      | layer | app |
    But the flows inside the collector's namespace show
      | layer | infra |
