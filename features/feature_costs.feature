@epic.netobserv @budget @deltas @needs.two_nodes @owner.network_observability
Feature: Feature costs
  What each feature costs by itself, under the same traffic, above a collection without any. Each row
  is a rollout of all agents, so these are measured only with --deltas (make deltas). Medians over the
  samples, means over the pods. Memory is mostly that of the feature's maps: 16.8 MB for DNS requests,
  twice as much for IPsec, and 2 to 12 MB for a map of flows; network events keep a copy of OVN's names.

  @severity.normal
  Scenario: Without any feature the cost is known
    Given flows are collected without any feature
    And every agent has run for 60 s
    When 8 samples are taken while a client makes 1 connection a second of 1 kB
    Then this is the cost that single features are held against
    And nothing restarts, is killed or evicted, and no flow is dropped

  @severity.normal
  Scenario Outline: <feature> alone costs no more than promised
    Given flows are collected with <feature> alone
    And every agent has run for 60 s
    When 8 samples are taken while a client makes 1 connection a second of 1 kB
    Then it adds at most <cpu> and <memory> to an agent, <pipeline> and <held> to flowlogs-pipeline
    And nothing restarts, is killed or evicted, and no flow is dropped

    @round_trip_times
    Examples:
      | feature          | cpu           | memory | pipeline      | held   |
      | round-trip times | 10 millicores | 20 MiB | 30 millicores | 20 MiB |

    @dns_tracking
    Examples:
      | feature      | cpu           | memory | pipeline      | held   |
      | DNS tracking | 10 millicores | 40 MiB | 30 millicores | 20 MiB |

    @packet_translation
    Examples:
      | feature            | cpu           | memory | pipeline      | held   |
      | packet translation | 10 millicores | 20 MiB | 50 millicores | 20 MiB |

    @packet_drops
    Examples:
      | feature      | cpu           | memory | pipeline      | held   |
      | packet drops | 10 millicores | 20 MiB | 30 millicores | 20 MiB |

    @network_events
    Examples:
      | feature        | cpu           | memory | pipeline      | held   |
      | network events | 15 millicores | 60 MiB | 30 millicores | 20 MiB |

    @udn_mapping
    Examples:
      | feature     | cpu           | memory | pipeline      | held   |
      | UDN mapping | 10 millicores | 50 MiB | 30 millicores | 20 MiB |

    @ipsec_tracking
    Examples:
      | feature        | cpu           | memory | pipeline      | held   |
      | IPsec tracking | 10 millicores | 60 MiB | 30 millicores | 20 MiB |

    @tls_tracking
    Examples:
      | feature      | cpu           | memory | pipeline      | held   |
      | TLS tracking | 10 millicores | 20 MiB | 30 millicores | 20 MiB |
