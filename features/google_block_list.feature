@epic.egress @story.google_block_list @needs.egress_firewall @needs.two_nodes @core @owner.network_security
Feature: The Google block list
  The updater keeps an egress firewall that denies Google's own services and nothing of the customers
  of Google Cloud. Google's lists are served inside the cluster and speak of the responders, which are
  web servers on node addresses: to a firewall those are outside, so that no scenario needs Google.

  Background:
    Given a client reaches the first and the second responder
    And flows are collected

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
