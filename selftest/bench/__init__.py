"""Measurements: figures to read, never a test that a busy machine could turn red."""
