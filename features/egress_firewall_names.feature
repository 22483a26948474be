@epic.egress @needs.egress_firewall @needs.two_nodes @needs.api_server_name @extended @owner.network_security
Feature: Egress firewalls and names
  A rule may name a host. Each node looks the name up by itself, so an allowed name may lag and a denied one may leak:
  allowing is judged, denying is only reported. The client pins the address that it found before any rule.

  Background:
    Given a client reaches the first and the second responder
    And a client reaches the API server by its name
    And flows are collected

  @severity.normal
  Scenario: A name can be allowed while all else is denied
    Given an egress firewall that
      | allows | the name of the API server |
      | denies | every address              |
    When a client connects to the API server
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
    But the first responder is no longer reached

  @severity.minor
  Scenario: What denying a name does is reported without judgement
    Given an egress firewall that
      | denies | the name of the API server |
      | denies | the first responder        |
    When a client connects to the API server
    Then how the connection ends is reported, not judged
    But the first responder is no longer reached
    And there are flows from the client to the responder, and every one shows
      | TCP flags | only SYN |
    And the second responder is still reached
