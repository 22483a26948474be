"""What an agent hands to flowlogs-pipeline."""

from __future__ import annotations

from typing import Any, NamedTuple


class Exported(NamedTuple):
    """One flow of one agent: the decoded record, and what only the model knows of it."""

    record: dict[str, Any]
    answers: bool = False
    """Whether its packets answer a connection that the other end opened."""
