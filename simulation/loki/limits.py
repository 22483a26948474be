"""The limits of a Loki; the defaults are Loki 3's own (pkg/validation/limits.go)."""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600.0


@dataclass(frozen=True)
class Limits:
    """Durations are seconds."""

    reject_old_samples_max_age: float = 7 * 24 * HOUR
    creation_grace_period: float = 600.0
    max_chunk_age: float = 2 * HOUR
    """Entries older than the stream's newest by more than half of it are too far behind."""
    max_line_size: int = 256 * 1024
    max_label_names: int = 15
    max_label_name_length: int = 1024
    max_label_value_length: int = 2048
    max_entries_limit: int = 5000
    max_query_series: int = 500
    max_query_length: float = 721 * HOUR


DEMO = Limits(reject_old_samples_max_age=900.0)
"""The Loki that the operator installs on request (its config/local-config.yaml)."""
