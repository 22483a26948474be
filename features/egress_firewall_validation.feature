@epic.egress @needs.egress_firewall @needs.two_nodes @extended @owner.network_security
Feature: Validation of egress firewalls
  The API server refuses little, and the nodes refuse a whole firewall for one bad rule: the status says so.
  Words that the loose patterns of the schema let pass never widen what is allowed.

  Background:
    Given a client reaches the first and the second responder

  @severity.normal
  Scenario: A firewall of another name is refused
    When an egress firewall named "other" is applied
    Then the API server refuses it because of "metadata.name"
    And the first responder is still reached

  @severity.critical
  Scenario: One bad network voids the whole new firewall
    Given flows are collected
    When the rules are replaced by
      | denies | the first responder |
      | denies | "203.0.113.7"       |
    Then the status of the firewall says "invalid CIDR address: 203.0.113.7"
    And the first responder is still reached
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |

  @severity.normal
  Scenario: A type that is nearly Allow never allows
    When rules that may be refused are applied
      | "Allowed" | the first responder |
    Then they are refused, or the first responder is no longer reached
    But the second responder is still reached

  @severity.minor
  Scenario: A protocol that is none denies nothing else
    Given flows are collected
    When rules that may be refused are applied
      | denies | the first responder  | "UDPX" 38080 |
      | denies | the second responder |              |
    Then they are refused, or the second responder is no longer reached
    But the first responder is still reached
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |

  @severity.normal
  Scenario: A list of 8002 rules is refused as a whole
    Given flows are collected
    When a list of 8002 rules is applied, whose last rule denies the first responder
    Then the status of the firewall says "too many rules, max allowed number is 8000"
    And the first responder is still reached
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
