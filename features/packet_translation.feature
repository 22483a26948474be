@epic.netobserv @packet_translation @core @owner.network_observability
Feature: Packet translation
  With PacketTranslation on, the flow to a service says which pod the packets really went to: the
  address and port after translation, and whose they are.

  Background:
    Given flows are collected with packet translation

  @severity.critical @quick @needs.two_nodes
  Scenario: A request to a service shows the pod that answered
    When a client on another node requests the web service
    Then the connection is made
    And some flow from the client to the service shows
      | destination address            | the service's address |
      | destination port               | 80                    |
      | translated destination address | the server's address  |
      | translated destination port    | 8080                  |
      | translated source address      | the client's address  |

  @severity.normal @needs.two_nodes
  Scenario: A translated flow names the pod behind the service
    When a client on another node requests the web service
    Then some flow from the client to the service shows
      | translated destination name      | the server's name      |
      | translated destination namespace | the server's namespace |
      | translated destination owner     | the server's owner     |
      | translated destination type      | Pod                    |
      | translated source name           | the client's name      |

  @severity.normal @needs.two_nodes
  Scenario: Both ends of a translated flow are told in full
    When a client on another node requests the web service
    Then some flow from the client to the service shows
      | translated source port              | the client's port         |
      | translated source type              | Pod                       |
      | translated source namespace         | the client's namespace    |
      | translated source owner             | the client's name         |
      | translated source owner type        | Pod                       |
      | translated source host name         | the client's node         |
      | translated source host address      | the client's node address |
      | translated source network name      | primary                   |
      | translated destination owner type   | Deployment                |
      | translated destination host name    | the server's node         |
      | translated destination host address | the server's node address |
      | translated destination network name | primary                   |

  @severity.normal
  Scenario: A service on the client's own node is translated too
    When a client on the same node requests the web service
    Then some flow from the client to the service shows
      | translated destination address | the server's address |
      | translated destination port    | 8080                 |
      | conntrack zone                 | present              |

  @severity.normal @needs.two_nodes
  Scenario: A request straight to a pod is not translated
    When a client on another node requests the web server itself
    Then there are flows from the client to the server, and every one shows
      | translated destination address | absent |
      | translated destination port    | absent |
