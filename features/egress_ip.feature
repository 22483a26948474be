@epic.egress @needs.egress_ip @needs.echo @needs.egress_address @needs.two_nodes @extended @owner.network_security
Feature: Egress addresses
  A namespace with an egress address is seen under it by everybody outside, whichever node its pods run on;
  inside the cluster, and for every other namespace, nothing changes.
  The echo is a host off the cluster that says who called it; the flow on the way out must say the same.

  Background:
    Given flows are collected

  @severity.blocker
  Scenario: Clients of other nodes use the egress address too
    Given an egress address for the namespace
    When a client on another node asks the echo
    Then the far end sees the egress address
    And some flow on the way out shows
      | source address | the egress address        |
      | agent address  | the egress node's address |
    And some flow from the client to the responder shows
      | source address | the client's address      |
      | agent address  | the client's node address |

  @severity.critical
  Scenario: No connection of a client shows its node instead
    Given an egress address that the namespace uses
    When a client on another node asks the echo 10 times
    Then 10 times the far end sees the egress address
    And some flow on the way out shows
      | source address | the egress address        |
      | agent address  | the egress node's address |
    And some flow from the client to the responder shows
      | source address | the client's address |
    And what the extra hop costs is reported, not judged

  @severity.critical
  Scenario: The egress node's own clients use the egress address
    Given an egress address for the namespace
    When a client on the egress node asks the echo
    Then the far end sees the egress address
    And some flow on the way out shows
      | source address | the egress address        |
      | agent address  | the egress node's address |
    And some flow from the client to the responder shows
      | source address | the client's address |

  @severity.critical
  Scenario: Other namespaces keep the address of their node
    Given an egress address that the namespace uses
    When a client of another namespace asks the echo
    Then the far end sees the client's node address
    And some flow on the way out shows
      | agent address | the client's node address |
    And some flow from the client to the responder shows
      | source address | the client's address |
    But the namespace still uses the egress address

  @severity.normal
  Scenario: Only the pods that are selected use it
    Given an egress address that some pods of the namespace use
    When a client that is not selected asks the echo
    Then the far end sees the client's node address
    And some flow from the client to the responder shows
      | source address | the client's address |
    But the selected pods still use the egress address

  @severity.critical
  Scenario: Traffic to a pod keeps the client's own address
    Given an egress address that the namespace uses
    When a client of the namespace asks the web server itself
    Then the far end sees the client's own address
    And some flow from the client to the server shows
      | agent address | the server's node address |
    But the namespace still uses the egress address

  @severity.critical
  Scenario: Traffic to a service keeps the client's own address
    Given an egress address that the namespace uses
    When a client of the namespace asks the web service
    Then the far end sees the client's own address
    And some flow from the client to the service shows
      | source address | the client's address |
    But the namespace still uses the egress address

  @severity.normal
  Scenario: Traffic to a node keeps the client's node address
    Given an egress address that the namespace uses
    When a client of the namespace asks the first responder
    Then the far end sees the client's node address
    And some flow from the client to the responder shows
      | source address | the client's address |
    But the namespace still uses the egress address

  @severity.normal
  Scenario: A host off the cluster is nobody's workload
    Given an egress address that the namespace uses
    When a client of another namespace asks the echo
    Then there are flows from the client to the responder, and every one shows
      | destination name         | absent |
      | destination namespace    | absent |
      | destination owner        | absent |
      | destination owner type   | absent |
      | destination type         | absent |
      | destination host name    | absent |
      | destination host address | absent |
      | destination network name | absent |
    And there are flows from the responder to the client, and every one shows
      | source name         | absent |
      | source namespace    | absent |
      | source owner        | absent |
      | source owner type   | absent |
      | source type         | absent |
      | source host name    | absent |
      | source host address | absent |
      | source network name | absent |
