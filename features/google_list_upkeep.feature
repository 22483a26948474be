@epic.egress @story.google_block_list @needs.egress_firewall @needs.two_nodes @core @owner.network_security
Feature: Upkeep of the Google block list
  The rules are exactly what goog.json holds and cloud.json does not, for both IP families. A run
  that has nothing to change changes nothing, and a list that cannot be believed changes nothing.

  @severity.blocker
  Scenario: The real lists become 333 exact rules
    Given Google's lists are those of 2026-04-12
    When the updater runs
    Then the updater succeeds
    And the firewall denies exactly goog.json less cloud.json
    And the rules of the firewall count
      | denied IPv4 networks  | 249       |
      | denied IPv4 addresses | 5,511,808 |
      | denied IPv6 networks  | 84        |
      | rules                 | 335       |

  @severity.critical
  Scenario: Addresses of both families are denied
    Given Google's lists say
      | the first responder | a Google service |
    When the updater runs
    Then the updater succeeds
    And the rules deny "203.0.113.1"
    And the rules deny "2001:db8::1"
    But the rules spare "203.0.113.65"
    But the rules spare "2001:db8:4000::1"

  @severity.critical
  Scenario: A second run of the updater changes nothing
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    When the updater runs
    Then the updater succeeds
    And the firewall is as it was before

  @severity.critical
  Scenario Outline: A cloud list that is <damage> changes nothing
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    And the list of Google Cloud is then <damage>
    When the updater runs
    Then the updater fails and says "<reason>"
    And the firewall is as it was before

    Examples:
      | damage        | reason                         |
      | empty         | is empty                       |
      | cut short     | is cut short or is not JSON    |
      | an error page | is cut short or is not JSON    |
      | missing       | cannot be downloaded (HTTP 404 |
      | far smaller   | shrank from 6 to 4 entries     |

  @severity.critical
  Scenario Outline: A goog.json that is <damage> opens nothing
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    And goog.json is then <damage>
    When the updater runs
    Then the updater fails and says "<reason>"
    And the firewall is as it was before

    Examples:
      | damage      | reason                |
      | empty       | is empty              |
      | far smaller | goog.json shrank from |

  @severity.critical
  Scenario Outline: A change beyond <setting> is not made
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    And Google's lists say
      | the second responder | a Google service |
    When the updater runs with a <setting> of <value>
    Then the updater fails and says "<reason>"
    And the firewall is as it was before

    Examples:
      | setting            | value | reason                                  |
      | MAX_CHANGE_PERCENT | 0.1   | more than MAX_CHANGE_PERCENT=0.1        |
      | MAX_RULES          | 5     | rules are needed and MAX_RULES allows 5 |

  @severity.critical
  Scenario: The updater has no power over another namespace
    Given Google's lists say
      | the first responder | a Google service |
    And the updater has run
    When the updater runs for another namespace
    Then the updater fails and says "is forbidden"
    And the other namespace has no firewall
    And the updater's account
      | may     | patch  | k8s.ovn.org/egressfirewalls | in its target namespace |
      | may not | delete | k8s.ovn.org/egressfirewalls | in its target namespace |
      | may not | update | k8s.ovn.org/egressfirewalls | in its target namespace |
      | may not | patch  | k8s.ovn.org/egressfirewalls | in another namespace    |
      | may not | get    | secrets                     | in its target namespace |
      | may not | create | pods                        | in its target namespace |
