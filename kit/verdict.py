"""Verdicts: whether a claim is met and why; and how a claim that is not met ends a scenario."""

from __future__ import annotations

from dataclasses import dataclass

from kit.errors import InfrastructureError


@dataclass(frozen=True)
class Verdict:
    """Whether a claim is met, and why; `detail` is what the reader of a red result needs next."""

    met: bool
    because: str
    detail: str = ""

    def __bool__(self) -> bool:
        return self.met


def met(because: str = "as expected") -> Verdict:
    return Verdict(True, because)


def unmet(because: str, detail: str = "") -> Verdict:
    return Verdict(False, because, detail)


class Unmet(AssertionError):
    """The cluster breaks a promise: the scenario fails. The text explains itself."""

    def __init__(self, because: str, detail: str = "") -> None:
        super().__init__(f"{because}\n\n{detail}" if detail else because)
        self.because, self.detail = because, detail


class Inconclusive(InfrastructureError):
    """Nobody can say whether the promise is kept: neither a pass nor a fail."""


class NodeGone(Inconclusive):
    """A node went away meanwhile: a second look at what is left would pass what nobody has seen."""
