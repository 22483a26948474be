@epic.egress @story.firewall_updates @needs.egress_firewall @needs.two_nodes @extended @owner.network_security
Feature: Updates of egress firewalls
  A change of rules holds for every packet after it, without a moment in which everything may pass.
  The status of a firewall does not follow updates, so traffic alone is proof; what a version is known
  not to keep is reported and not held against it, and the other versions must keep it.

  Background:
    Given a client reaches the first and the second responder

  @severity.critical
  Scenario: New rules take the place of old ones
    Given an egress firewall that
      | denies | the second responder |
    And the second responder is no longer reached
    And flows are collected
    When the rules are replaced by
      | denies | the first responder  |
      | denies | 198.18.0.0/15        |
    Then the first responder is no longer reached
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    And the second responder is reached again

  @severity.critical
  Scenario: A shorter list drops its last rule unless known otherwise
    Given an egress firewall that
      | allows | the second responder |
      | denies | the first responder  |
    And the first responder is no longer reached
    When the rules are replaced by
      | allows | the second responder |
    Then the first responder is reached again, as far as this version promises
    And the second responder is still reached

  @severity.critical
  Scenario: A bad update opens nothing unless known of its version
    Given an egress firewall that
      | denies | the first responder |
    And the first responder is no longer reached
    When the rules are replaced by
      | denies | the first responder |
      | denies | "203.0.113.7"       |
    Then the status of the firewall says "invalid CIDR address: 203.0.113.7"
    And the first responder stays out of reach, as far as this version promises
    But the second responder is still reached

  @severity.critical
  Scenario: An update leaves no gap unless known of its version
    Given an egress firewall that
      | denies | the first responder |
    And the first responder is no longer reached
    And a client that never pauses connects to both responders
    When the rules are replaced 6 times, each time with the same denial
    Then no connection to the first responder slips through, as far as it promises
    But at least 90 % of its connections to the second responder are made

  @severity.minor
  Scenario: The fate of an open connection is reported without judgement
    Given a client keeps a connection to the first responder open
    And an egress firewall that
      | denies | the first responder |
    And the first responder is no longer reached
    When the client uses its open connection again
    Then what became of the open connection is reported, not judged
    But the second responder is still reached

  @severity.normal
  Scenario Outline: A list of <rules> is enforced
    Given a client that never pauses connects to both responders
    When a list of <rules> is applied, whose last rule denies the first responder
    Then within 2 min its connections to the first responder end in silence
    But at least 90 % of its connections to the second responder are made

    Examples:
      | rules      |
      | 1 rule     |
      | 100 rules  |
      | 1000 rules |
      | 8000 rules |
