@epic.netobserv @story.flow_filter @known_behaviour @extended @owner.network_observability @needs.two_nodes
Feature: Flow filter, known behaviour
  What the flow filter of operator 1.11 and agent 1.12 does, although its users would not expect it.
  A scenario that fails here may be good news: then upstream has changed, and the line can go.

  @severity.normal
  Scenario: A rule without an action keeps nothing
    Given flows are filtered by a rule for the server
      | protocol | TCP |
    When a client connects to TCP 8080 of the filtered server
    Then the connection is made
    And it leaves no flow

  @severity.normal
  Scenario: One port written as a text holds for every port
    Given flows are filtered by a rule for the server
      | action | Accept |
      | ports  | "8080" |
    When a client connects to TCP 9090 of the filtered server
    Then the connection is made
    And some flow from the client to the server shows
      | destination port | 9090 |

  @severity.normal
  Scenario: A rejected source outweighs an accepted destination
    Given flows are filtered by a rule for the server
      | action | Reject |
    When the filtered server connects to an accepted server
    Then the connection is made
    And some flow from the server to the client shows
      | source port | 8080 |
    But no flow goes from the client to the server
