@epic.netobserv @story.ebpf_footprint @extended @needs.privileged_pods @owner.network_observability
Feature: Programs in the kernel
  Agents load all their programs whatever is asked of them, so that only what hangs in place, and how
  large the maps are, shows that a feature is on. A feature that is off hangs nowhere and costs one
  entry. One privileged pod a node asks bpftool, once for each configuration.

  @severity.critical
  Scenario Outline: Programs of <feature> hang in place when it is on
    Given flows are collected with <feature>
    When the kernels of all nodes are read
    Then on every node <feature> hangs on <places>
    And on every node <map> has room for <entries>

    @round_trip_times
    Examples:
      | feature          | places                                                   | map                     | entries                             |
      | round-trip times | fentry tcp_rcv_established or kprobe tcp_rcv_established | additional_flow_metrics | an entry for each flow of the cache |

    @packet_translation
    Examples:
      | feature            | places                  | map                   | entries                             |
      | packet translation | kprobe nf_nat_manip_pkt | aggregated_flows_xlat | an entry for each flow of the cache |

    @packet_drops
    Examples:
      | feature      | places               | map                       | entries                             |
      | packet drops | tracepoint kfree_skb | aggregated_flows_pkt_drop | an entry for each flow of the cache |

    @network_events
    Examples:
      | feature        | places                       | map                             | entries                             |
      | network events | kprobe psample_sample_packet | aggregated_flows_network_events | an entry for each flow of the cache |

    @ipsec_tracking
    Examples:
      | feature        | places                                                                          | map                                  | entries         |
      | IPsec tracking | kprobe xfrm_input, kretprobe xfrm_input, kprobe xfrm_output, kretprobe xfrm_output | ipsec_ingress_map, ipsec_egress_map | 1048576 entries |

  @dns_tracking @severity.critical
  Scenario: DNS tracking remembers a million questions when it is on
    Given flows are collected with DNS tracking
    When the kernels of all nodes are read
    Then on every node aggregated_flows_dns has room for an entry for each flow of the cache
    And on every node dns_flows has room for 1048576 entries

  @severity.critical
  Scenario Outline: Without <feature> nothing of it is in use
    Given flows are collected without <feature>
    When the kernels of all nodes are read
    Then on every node <feature> hangs on nothing
    And on every node <maps> has room for 1 entry

    @round_trip_times
    Examples:
      | feature          | maps                    |
      | round-trip times | additional_flow_metrics |

    @packet_translation
    Examples:
      | feature            | maps                  |
      | packet translation | aggregated_flows_xlat |

    @packet_drops
    Examples:
      | feature      | maps                      |
      | packet drops | aggregated_flows_pkt_drop |

    @network_events
    Examples:
      | feature        | maps                            |
      | network events | aggregated_flows_network_events |

    @ipsec_tracking
    Examples:
      | feature        | maps                                |
      | IPsec tracking | ipsec_ingress_map, ipsec_egress_map |

    @dns_tracking
    Examples:
      | feature      | maps                            |
      | DNS tracking | aggregated_flows_dns, dns_flows |
