@epic.egress @story.google_block_list @needs.egress_firewall @needs.two_nodes @core @owner.network_security
Feature: The Google block list
  The updater keeps an egress firewall that denies Google's own services and nothing of the customers
  of Google Cloud. Google's lists are served inside the cluster and speak of the responders, which are
  web servers on node addresses: to a firewall those are outside, so that no scenario needs Google.

  Background:
    Given flows are collected
    And a client reaches the first and the second responder

  @severity.blocker @quick
  Scenario: The block list denies a Google service
    Given Google's lists say
      | the first responder  | a Google service |
      | the second responder | another site     |
    And the updater has run
    When a client connects to the first responder
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    And no flow comes from the responder to the client
    But the second responder is still reached

  @severity.blocker
  Scenario: A Google Cloud customer stays reachable
    Given Google's lists say
      | the first responder  | a Google service        |
      | the second responder | a Google Cloud customer |
    And the updater has run
    And the first responder is no longer reached
    When a client connects to the second responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |

  @severity.critical
  Scenario: Names are resolved behind the block list
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    And the first responder is no longer reached
    When a client behind the firewall requests the web service by name
    Then the name is resolved
    And the connection is made
    And some flow from the service to the client shows
      | TCP flags | with SYN_ACK |

  @severity.critical
  Scenario: An address that Google gives up is reachable again
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    And Google's lists say
      | the second responder | a Google service |
    When the updater runs
    Then the updater succeeds
    And the second responder is no longer reached
    But the first responder is reached again

  @severity.critical
  Scenario: The updater takes over rules made by hand
    Given Google's lists say
      | the first responder | a Google service |
    And an egress firewall that
      | allows | the first responder  |
      | denies | the second responder |
    And the second responder is no longer reached
    When the updater runs
    Then the updater succeeds
    And the first responder is no longer reached
    But the second responder is reached again

  @severity.normal
  Scenario: An updater behind its own block is locked out
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    And the first responder is no longer reached
    When the updater runs inside the firewalled namespace
    Then the updater fails and says "cannot be downloaded"
    And the firewall is as it was before
    But the second responder is still reached
