@epic.netobserv @ebpf_manager @needs.two_nodes @extended @owner.network_observability
Feature: eBPF manager
  With EbpfManager on, another operator loads the agent's programs. Flows come as without it. It is
  never turned on for a FlowCollector that does not use it already.

  @severity.normal
  Scenario: Programs that the eBPF manager loads see traffic
    Given flows are collected with eBPF manager
    When a client on another node requests the web service
    Then the connection is made
    And some flow from the client to the service shows
      | protocol         | TCP     |
      | source port      | as sent |
      | destination port | 80      |
