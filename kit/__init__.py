"""The hands of the suite: how to reach a cluster, its flows and its verdicts. Knows no scenario."""
