@epic.egress @needs.egress_firewall @needs.two_nodes @core @owner.network_security
Feature: Scope of egress firewalls
  A firewall binds what the pods of its own namespace send to addresses off the pod network.
  It binds neither pods on the host network, nor traffic between pods, nor answers to those who ask.

  Background:
    Given a client reaches the first and the second responder
    And flows are collected

  @severity.critical
  Scenario: Pods of the same namespace still talk to each other
    Given an egress firewall that
      | denies | every address |
    When a client behind the firewall requests a server of its namespace
    Then the connection is made
    And some flow from the server to the client shows
      | TCP flags | with SYN_ACK |
    But the first responder is no longer reached

  @severity.critical
  Scenario: A denied namespace still answers those who ask
    Given a client on the host network reaches a server of the namespace
    And an egress firewall that
      | denies | every address |
    And the first responder is no longer reached
    When a client on the host network requests a server behind the firewall
    Then the connection is made
    But the second responder is no longer reached
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |

  @severity.normal
  Scenario: A pod on the host network is not bound
    Given an egress firewall that
      | denies | every address |
    And the first responder is no longer reached
    When a client on the host network connects to the first responder
    Then the connection is made
    But the second responder is no longer reached
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |

  @severity.normal
  Scenario: A pod's own node can be denied
    Given an egress firewall that
      | denies | the first responder |
    When a client connects to the first responder from the same node
    Then the connection times out
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    But the second responder is still reached

  @severity.critical
  Scenario: Two namespaces keep their firewalls apart
    Given an egress firewall that
      | denies | the first responder |
    And an egress firewall of a neighbouring namespace that
      | denies | the second responder |
    When a client connects to the first responder
    Then the connection times out
    And the second responder is no longer reached from the neighbouring namespace
    But the second responder is still reached
    And the first responder is still reached from the neighbouring namespace

  @severity.normal
  Scenario: A firewall without rules denies nothing
    Given an egress firewall without rules
    When a client connects to the first responder
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
    And the second responder is still reached
