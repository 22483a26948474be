@epic.egress @story.google_block_list @needs.egress_firewall @needs.two_nodes @core @owner.network_security
Feature: Changes of the Google block list
  The lists change and so do the rules, whoever made those: what is given up is reached again, and what is
  new is denied. Connections tell, before a change and after it. A list that its own rules hide changes nothing.

  Background:
    Given a client reaches the first and the second responder

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

  @severity.critical
  Scenario: One run keeps the list of two namespaces
    Given Google's lists say
      | the first responder | a Google service |
    When the updater runs for both namespaces
    Then the updater succeeds
    And the first responder is no longer reached
    And the first responder is no longer reached from the neighbouring namespace
    But the second responder is still reached from the neighbouring namespace

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
