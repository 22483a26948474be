@epic.netobserv @budget @owner.network_observability
Feature: Cost trend
  A cost within its budget may still creep up night by night. What a run has measured is held against
  the median of earlier runs of the same cluster that stayed within their budgets, and against that of
  the oldest third of them. A rise that is known and meant stands in the budgets with its reason and
  its last day. Without three earlier runs there is nothing to compare with.

  @severity.normal @closing
  Scenario: What collecting costs does not creep up
    When the costs of the run are compared with those of earlier runs
    Then none has risen by more than 20 % without a reason
