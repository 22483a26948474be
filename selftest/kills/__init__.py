"""Runs that are killed at any moment, and what can be made of the cluster afterwards."""
