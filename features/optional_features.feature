@epic.netobserv @core @owner.network_observability
Feature: Optional features
  A feature that is off costs nothing and adds nothing: none of its fields may appear, while the very
  traffic that it is about leaves its ordinary flows.

  @severity.critical
  Scenario Outline: Without <feature> none of its fields appear
    Given flows are collected without <feature>
    When a client sends the traffic that <feature> is about
    Then the connection is made
    And there are flows of the client, and none has a field of <feature>

    @round_trip_times
    Examples:
      | feature          |
      | round-trip times |

    @dns_tracking
    Examples:
      | feature      |
      | DNS tracking |

    @packet_translation
    Examples:
      | feature            |
      | packet translation |
