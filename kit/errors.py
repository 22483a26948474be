"""What can go wrong that proves nothing about the cluster's promises."""

from __future__ import annotations


class InfrastructureError(Exception):
    """The cluster, Loki or a probe could not be used: the verdict is inconclusive (exit 10)."""


class Unanswered(InfrastructureError):
    """No whole answer came: what was asked for may have happened, or not."""


class UsageError(Exception):
    """The user asked for something that cannot be done (exit 4)."""


class Refused(InfrastructureError):
    """The API server answered and said no; a scenario about refusals may expect it.

    `fields` are the fields it complains about, `reason` is its machine-readable word (Invalid,
    Conflict, Forbidden ...), `said` its own sentence.
    """

    def __init__(
        self, told: str, *, code: int, reason: str, said: str, fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(told)
        self.code, self.reason, self.said, self.fields = code, reason, said, fields
