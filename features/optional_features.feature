@epic.netobserv @needs.two_nodes @owner.network_observability
Feature: Optional features
  A feature that is off costs nothing and adds nothing: none of its fields may appear, while the very
  traffic that it is about leaves its ordinary flows. Packet drops and network events are off
  together, since an event that is a drop fills the fields about drops by itself. Of the networks,
  which every flow lists, none is named without UDN mapping.

  @severity.critical
  Scenario Outline: Without <feature> none of its fields appear
    Given flows are collected without <feature>
    When a client sends the traffic that <feature> is about
    Then the connection <ends>
    And there are flows of the client, and none has a field of <feature>

    @round_trip_times @core
    Examples:
      | feature          | ends    |
      | round-trip times | is made |

    @dns_tracking @core
    Examples:
      | feature      | ends    |
      | DNS tracking | is made |

    @packet_translation @core
    Examples:
      | feature            | ends    |
      | packet translation | is made |

    @packet_drops @core
    Examples:
      | feature      | ends       |
      | packet drops | is refused |

    @network_events @extended @needs.ovn_observability
    Examples:
      | feature        | ends      |
      | network events | times out |

    @udn_mapping @extended @needs.user_defined_networks
    Examples:
      | feature     | ends    |
      | UDN mapping | is made |

    @ipsec_tracking @extended @needs.ipsec
    Examples:
      | feature        | ends    |
      | IPsec tracking | is made |

    @tls_tracking @extended
    Examples:
      | feature      | ends    |
      | TLS tracking | is made |
