@epic.netobserv @observes @owner.network_observability
Feature: Observed flows
  Where nothing may be changed, the flows of the cluster's own traffic are judged. `pytest --observe`
  runs these scenarios and no other one: it creates, changes and deletes nothing. Without any flow
  nothing is judged; a feature that is on shows where traffic gave it a reason to.

  @severity.blocker
  Scenario: Flows of every node arrive in Loki
    When the flows of the last 5 min are read
    Then there are flows of every node

  @severity.critical
  Scenario: Observed records fit the catalog
    When the flows of the last 5 min are read
    Then every one of them fits the catalog

  @severity.critical
  Scenario Outline: Observed flows show <feature> while on
    Given <feature> is on
    When the flows of the last 5 min are read
    Then some of them have a field of <feature>

    Examples:
      | feature            |
      | round-trip times   |
      | DNS tracking       |
      | packet translation |
      | packet drops       |
      | network events     |
      | UDN mapping        |
      | IPsec tracking     |

  @severity.normal
  Scenario Outline: Observed flows show no <feature> while off
    Given <feature> is off
    When the flows of the last 5 min are read
    Then none of them has a field of <feature>

    Examples:
      | feature            |
      | round-trip times   |
      | DNS tracking       |
      | packet translation |
      | packet drops       |
      | network events     |
      | UDN mapping        |
      | IPsec tracking     |

  @severity.critical
  Scenario: The pipeline reports that it is ready
    When the flows of the last 5 min are read
    Then there are flows of every node
    And the FlowCollector is ready
