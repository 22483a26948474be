@epic.netobserv @round_trip_times @core @owner.network_observability
Feature: Round-trip times
  With FlowRTT on, the agent reads the kernel's smoothed round-trip time of a TCP connection and puts
  it on the flow that arrives at a local socket, in nanoseconds that are whole microseconds.

  Background:
    Given flows are collected with round-trip times

  @severity.critical @quick @needs.two_nodes
  Scenario: An answer shows how long the round trip took
    When a client on another node requests the web service
    Then the connection is made
    And some flow to the client shows
      | round-trip time | between 1 µs and 5 s |
    And some flow to the client shows
      | round-trip time | a multiple of 1 µs               |
      | round-trip time | no longer than the request took  |

  @severity.normal @needs.two_nodes
  Scenario: The server's side measures its round trip as well
    When a client on another node requests the web server itself
    Then some flow from the client to the server shows
      | round-trip time | between 1 µs and 5 s      |
      | agent address   | the server's node address |

  @severity.normal
  Scenario: Traffic within a node has a round-trip time too
    When a client on the same node requests the web server itself
    Then some flow of the client shows
      | round-trip time | between 1 µs and 1 s |
      | direction       | inner                |

  @severity.normal @needs.two_nodes
  Scenario: A lookup over UDP has no round-trip time
    When a client on another node asks the name service for "a.found.test"
    Then the answer is NoError
    And there are flows of the client, and every one shows
      | round-trip time | absent |
