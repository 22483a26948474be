"""Thousands of inputs against each reader of ours: whatever comes, a value or one clear error."""
