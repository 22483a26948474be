@epic.netobserv @tls_tracking @extended @owner.network_observability
Feature: TLS tracking
  With TLSTracking on (operator 1.12 and later), the flow of an encrypted conversation says which
  version of TLS it speaks, as far as the handshake tells.

  @severity.normal
  Scenario: An encrypted request shows its version of TLS
    Given flows are collected with TLS tracking
    When a client asks the API server over TLS
    Then the connection is made
    And some flow of the client shows
      | TLS version      | present |
      | TLS record types | present |
