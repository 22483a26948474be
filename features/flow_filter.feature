@epic.netobserv @story.flow_filter @core @owner.network_observability @needs.two_nodes
Feature: Flow filter
  A flow filter keeps the flows that its rules accept and no others. Each scenario has a server of its
  own, and its rule is about the address of that server alone. One more server, which a rule accepts
  without any condition, shows in each window that flows do arrive.

  @severity.critical @quick
  Scenario: A rule for a port keeps that port alone
    Given flows are filtered by a rule for the server
      | action   | Accept |
      | protocol | TCP    |
      | ports    | 8080   |
    When a client connects to TCP 8080 of the filtered server
    Then the connection is made
    And some flow from the client to the server shows
      | destination port | 8080 |
    And one more such connection adds at least 8 accepted packets to the agents' counts
    But a client that connects to TCP 9090 of the filtered server leaves no flow

  @severity.critical
  Scenario: A rule that rejects a port keeps the others
    Given flows are filtered by a rule for the server
      | action   | Reject |
      | protocol | TCP    |
      | ports    | 9090   |
    When a client connects to TCP 9090 of the filtered server
    Then the connection is made
    And it leaves no flow
    And one more such connection adds at least 8 rejected packets to the agents' counts
    But a client that connects to TCP 8080 of the filtered server leaves flows

  @severity.normal
  Scenario: A range of ports includes both its ends
    Given flows are filtered by a rule for the server
      | action | Accept    |
      | ports  | 8080-8085 |
    When a client connects to TCP 8085 of the filtered server
    Then the connection is refused
    And some flow from the client to the server shows
      | destination port | 8085 |
    And a client that connects to TCP 8080 of the filtered server leaves flows
    But a client that connects to TCP 8086 of the filtered server leaves no flow

  @severity.normal
  Scenario: A rule for two destination ports keeps requests alone
    Given flows are filtered by a rule for the server
      | action            | Accept    |
      | destination ports | 8080,9090 |
    When a client connects to TCP 9090 of the filtered server
    Then the connection is made
    And some flow from the client to the server shows
      | destination port | 9090 |
    But no flow comes from the server to the client
    And a client that connects to TCP 8081 of the filtered server leaves no flow

  @severity.critical
  Scenario: Of two rules the longer prefix decides
    Given flows are filtered by a rule for the server
      | action | Accept |
    And flows are filtered by a rule for the addresses around it
      | action | Reject |
    When a client connects to TCP 8080 of the filtered server
    Then the connection is made
    And some flow from the client to the server shows
      | destination port | 8080 |
    And some flow from the server to the client shows
      | source port | 8080 |

  @severity.critical
  Scenario: A rule may sample 1 of 50 packets
    Given flows are filtered by a rule for the server
      | action   | Accept |
      | sampling | 50     |
    When a client sends the filtered server as much as a sampling of 50 needs
    Then the connection is made
    And there are flows from the client to the server, and every one shows
      | sampling | 50 |
    And the flows from the client to the server add up to
      | packets | between 1 and 60 |
