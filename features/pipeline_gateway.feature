@epic.netobserv @story.lokistack @extended @owner.network_observability @needs.lokistack
Feature: Gateway of the LokiStack
  Flows tell who talks to whom. The gateway hands them out to those alone who may read them, and
  under their own tenant alone. One flow at most is asked for, and none is kept.

  @severity.critical
  Scenario: The gateway hands out nothing without a token
    When the gateway is asked for a flow without a token
    Then it hands out nothing
    But it hands out a flow for the caller's own token

  @severity.critical
  Scenario: The gateway hands out nothing for a made-up token
    When the gateway is asked for a flow with a token that nobody has issued
    Then it hands out nothing
    But it hands out a flow for the caller's own token

  @severity.critical
  Scenario: The gateway hands out no flow under another tenant
    When the gateway is asked for a flow of the tenant "application"
    Then it hands out nothing
    But it hands out a flow for the caller's own token
