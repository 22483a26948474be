"""The suite over many seeds in rough weather: every seed must give the verdicts of a calm run."""
