@epic.egress @story.google_block_list @needs.egress_firewall @needs.two_nodes @needs.internet @extended @owner.network_security
Feature: The block list on the internet
  With Google's own lists of today, Google's sites are denied, a customer of Google Cloud answers as
  before, and so does everybody else. Names are looked up before there is a rule, and pinned.

  Background:
    Given Google's lists are its own of today
    And flows are collected

  @severity.critical
  Scenario: Google's own lists spare a customer of its cloud
    Given a client reaches "www.google.com", "ipinfo.io" of Google Cloud and "example.org"
    And the updater has run
    And no client reaches "www.google.com" any more
    When a client requests "ipinfo.io"
    Then the connection is made
    And some flow from the responder to the client shows
      | TCP flags | with SYN_ACK |
    But clients reach "example.org" as before
