@epic.egress @needs.egress_ip @needs.echo @needs.egress_address @needs.two_nodes @extended @owner.network_security
Feature: Egress addresses over time
  An egress address follows the label of nodes and ends with its object; a firewall decides before it does.
  Only labels that the suite has given itself are ever taken away.

  Background:
    Given flows are collected

  @severity.critical @needs.nodes_to_label @disruptive
  Scenario: The egress address moves with the label
    Given an egress address that the namespace uses
    And the label has moved to another node
    When a client on another node asks the echo
    Then the far end sees the egress address
    And some flow on the way out shows
      | source address | the egress address        |
      | agent address  | the egress node's address |
    And some flow from the client to the responder shows
      | source address | the client's address |

  @severity.normal @needs.nodes_to_label @disruptive
  Scenario: An egress address without a node is not used
    Given an egress address that the namespace uses
    And no node is labelled any more
    When a client on another node asks the echo
    Then the far end sees the client's node address
    And some flow from the client to the responder shows
      | source address | the client's address |
    And an event tells "NoMatchingNodeFound"

  @severity.critical
  Scenario: Without its egress address a namespace shows its nodes
    Given an egress address that the namespace uses
    And the egress address was removed
    When a client on another node asks the echo
    Then the far end sees the client's node address
    And some flow on the way out shows
      | agent address | the client's node address |
    And some flow from the client to the responder shows
      | source address | the client's address |

  @severity.critical @needs.egress_firewall
  Scenario: Egress firewall and egress address work together
    Given an egress address that the namespace uses
    And an egress firewall that spares the echo alone
    When a client on another node asks the echo
    Then the far end sees the egress address
    And some flow on the way out shows
      | agent address | the egress node's address |
    And some flow from the client to the responder shows
      | source address | the client's address |
    But the first responder is not reached by the namespace
