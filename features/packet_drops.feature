@epic.netobserv @packet_drops @core @needs.two_nodes @owner.network_observability
Feature: Packet drops
  With PacketDrop on, a packet that a node throws away is told on the flow that it belongs to: how
  many, how large, and why. A closed port has no socket. A denial is a drop of Open vSwitch
  (OVS_DROP_LAST_ACTION or OVS_DROP_EXPLICIT), or from agent 1.11.4 on of the event behind it
  (NetworkEvent_NetpolNamespace and the like). Kernels drop packets of healthy connections too, when
  these close: a drop alone proves nothing.

  Background:
    Given flows are collected with packet drops

  @severity.critical @quick
  Scenario: A closed TCP port drops what knocks on it
    When a client on another node connects to TCP 9 of the web server
    Then the connection is refused
    And some flow from the client to the server shows
      | source port                  | as sent |
      | dropped packets              | at least 1                   |
      | dropped bytes                | between 40 B and 100 B       |
      | cause of the latest drop     | SKB_DROP_REASON_NO_SOCKET    |
      | flag of the latest drop      | SYN     |
      | TCP state of the latest drop | TCP_INVALID_STATE            |
    And some flow from the server to the client shows
      | TCP flags | with RST_ACK |

  @severity.critical
  Scenario: A closed UDP port drops the datagram
    When a client on another node connects to UDP 9 of the web server
    Then the connection is refused
    And some flow from the client to the server shows
      | protocol                 | UDP  |
      | dropped packets          | at least 1                |
      | dropped bytes            | between 9 B and 60 B      |
      | cause of the latest drop | SKB_DROP_REASON_NO_SOCKET |

  @severity.blocker
  Scenario: A port that a policy closes drops in silence
    Given a client reaches both ports of the guarded server
    And a network policy that allows TCP 8080 alone
    When a client on another node connects to TCP 9999 of the guarded server
    Then the connection times out
    And some flow from the client to the server shows
      | source port              | as sent                   |
      | dropped packets          | at least 1                |
      | dropped bytes            | between 40 B and 400 B    |
      | cause of the latest drop | a cause of denial         |
      | agent address            | the server's node address |
    But TCP 8080 of the guarded server is still reached

  @severity.critical
  Scenario: An allowed port beside a closed one drops nothing
    Given a network policy that allows TCP 8080 alone
    And TCP 9999 of the guarded server is no longer reached
    When a client on another node connects to TCP 8080 of the guarded server
    Then the connection is made
    And some flow from the server to the client shows
      | TCP flags | with SYN_ACK |
    But no flow of the client shows
      | cause of the latest drop | a cause of denial |

  @severity.critical
  Scenario: The end of an orderly exchange is no denial
    When a client on another node requests the web server itself
    Then the connection is made
    And some flow from the client to the server shows
      | TCP flags | with FIN_ACK |
    But no flow of the client shows
      | cause of the latest drop | a cause of denial |

  @severity.critical @needs.egress_firewall
  Scenario: An egress firewall drops at the client's own node
    Given a client reaches the first and the second responder
    And an egress firewall that
      | denies | the first responder |
    When a client connects to the first responder
    Then the connection times out
    And some flow from the client to the responder shows
      | dropped packets          | at least 1                |
      | dropped bytes            | between 40 B and 400 B    |
      | cause of the latest drop | a cause of denial         |
      | agent address            | the client's node address |
    But the second responder is still reached
