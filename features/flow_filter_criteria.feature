@epic.netobserv @story.flow_filter @core @owner.network_observability @needs.two_nodes
Feature: Flow filter, more criteria
  Beside ports a rule may ask for a direction, a flag, a protocol, a peer or a drop. Again each scenario
  has a server of its own, and one more server, which a rule accepts without any condition, shows in
  each window that flows do arrive.

  @severity.normal
  Scenario: A rule for ingress keeps what enters an interface
    Given flows are filtered by a rule for the server
      | action    | Accept  |
      | direction | Ingress |
    When a client connects to TCP 8080 of the filtered server
    Then the connection is made
    And there are flows from the client to the server, and every one shows
      | interface directions | only 0 |
    And there are flows from the server to the client, and every one shows
      | interface directions | only 0 |

  @severity.normal
  Scenario: A rule for a flag keeps packets with that flag
    Given flows are filtered by a rule for the server
      | action    | Accept |
      | protocol  | TCP    |
      | TCP flags | SYN    |
    When a client connects to TCP 8080 of the filtered server
    Then the connection is made
    And there are flows from the client to the server, and every one shows
      | TCP flags | only SYN  |
      | packets   | at most 3   |
    But no flow comes from the server to the client

  @severity.normal
  Scenario: A rule for peers keeps the traffic of those peers
    Given flows are filtered by a rule for the server
      | action | Accept            |
      | peer   | the server's node |
    When a client on the same node connects to TCP 8080 of the filtered server
    Then the connection is made
    And some flow from the client to the server shows
      | destination port | 8080 |
    But a client on another node that connects to TCP 8080 of the filtered server leaves no flow

  @severity.normal
  Scenario: A rule for a protocol keeps that protocol alone
    Given flows are filtered by a rule for the server
      | action   | Accept |
      | protocol | UDP    |
    When a client connects to UDP 8081 of the filtered server
    Then the connection is made
    And some flow from the client to the server shows
      | protocol | UDP |
    But a client that connects to TCP 8080 of the filtered server leaves no flow

  @severity.normal
  Scenario: A rule for drops leaves ordinary packets out
    Given flows are filtered by a rule for the server
      | action | Accept |
      | drops  | only   |
    When a client connects to TCP 9 of the filtered server
    Then the connection is refused
    And it leaves no flow
