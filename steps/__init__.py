"""The verbs of the suite: step definitions, one module a subject. They reach the cluster by kit."""
