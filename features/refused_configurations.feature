@epic.netobserv @core @owner.network_observability
Feature: Refused configurations
  A FlowCollector that cannot be meant is refused before anything changes. Each proposal is a dry run,
  and is made twice: with its flaw, and without.

  @severity.critical
  Scenario: A feature that does not exist is refused
    When the feature "PacketTeleport" is proposed
    Then the schema refuses it
    And the FlowCollector has not changed
    But without the flaw it is admitted

  @severity.normal
  Scenario Outline: A flow filter with <flaw> is refused
    When a flow filter with <flaw> is proposed
    Then the webhook refuses it
    And the FlowCollector has not changed
    But without the flaw it is admitted

    Examples:
      | flaw                           |
      | one network twice              |
      | a network of "10.0.0.0"        |
      | ports of "http"                |
      | ports of "90-80"               |
      | ports of "80,90,100"           |
      | ports of "70000"               |
      | ports beside destination ports |

  @severity.normal
  Scenario: A flow filter with 17 rules is refused
    When a flow filter with 17 rules is proposed
    Then the schema refuses it
    And the FlowCollector has not changed
    But without the flaw it is admitted
