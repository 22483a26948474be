@epic.netobserv @udn_mapping @needs.two_nodes @extended @owner.network_observability
Feature: UDN mapping
  With UDNMapping on, a flow names the user-defined network of its pods: `namespace/name`, or the
  name alone of a cluster-wide one. The list has an entry for each interface on the way, and only a
  pod's own interface names a network, so that membership counts and never the whole list.

  Background:
    Given flows are collected with UDN mapping

  @severity.critical
  Scenario Outline: A pod on <network> shows its name
    Given a web server on <network>
    When a client of that network on another node requests it
    Then the connection is made
    And some flow from the client to the server shows
      | user-defined networks | with the network's name |
    And there are flows from the client to the server, and every one shows
      | user-defined networks | nothing but the network's name |

    Examples:
      | network                |
      | a layer 3 network      |
      | a layer 2 network      |
      | a cluster-wide network |

  @severity.normal
  Scenario: Flows inside a network still name both pods
    Given a web server on a layer 3 network
    When a client of that network on the same node requests it
    Then some flow from the client to the server shows
      | source name              | the client's name    |
      | destination name         | the server's name    |
      | destination owner        | the server's owner   |
      | destination address      | the server's address |
      | destination network name | the network's name   |

  @severity.critical
  Scenario: A pod on the default network is on no other
    When a client on another node requests the web server itself
    Then some flow from the client to the server shows
      | user-defined networks    | with default |
      | destination network name | primary      |
    And there are flows of the client, and every one shows
      | user-defined networks | nothing but default |

  @severity.normal
  Scenario: A pod of another network is kept out
    Given a web server on a layer 3 network
    And a client of that network reaches it
    When a client of the default network requests it
    Then the connection times out
    And no flow comes from the responder to the client
