@epic.netobserv @core @owner.network_observability @needs.two_nodes
Feature: Privileges
  Some features work only in agents that are privileged. Asking for one of them without the privilege
  is admitted: the FlowCollector says so in its status, and the feature's fields stay away.

  Background:
    Given agents without privileges are asked for packet drops
    And flows are filtered by a rule for the server
      | action | Accept |

  @severity.critical
  Scenario: Without privileges the fields of packet drops stay away
    When a client connects to TCP 9 of the filtered server
    Then the connection is refused
    And there are flows of the client, and none has a field of packet drops

  @severity.normal
  Scenario: The status tells of a feature without its privilege
    Then the FlowCollector is ready
    But its status warns of packet drops
