@epic.netobserv @core @owner.network_observability
Feature: Flow schema
  Whoever reads flows relies on their shape. Each record that any scenario of a run has read is held
  against the catalog of fields: numbers are whole numbers in their own unit, labels are texts of the
  stream, and no field is there that nobody knows. What the catalog has and no record had is listed.

  @severity.critical @closing
  Scenario: Every record of the run fits the catalog
    When the flows of the whole run are read once more
    Then every record fits the catalog
