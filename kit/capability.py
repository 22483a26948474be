"""One thing that a cluster may offer: whether it does, and how we know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True)
class Capability:
    """Whether something is offered, and the evidence in a sentence."""

    state: State
    how: str

    @property
    def met(self) -> bool:
        return self.state is State.SUPPORTED


def supported(how: str) -> Capability:
    return Capability(State.SUPPORTED, how)


def unsupported(how: str) -> Capability:
    return Capability(State.UNSUPPORTED, how)


def unverifiable(how: str) -> Capability:
    return Capability(State.UNVERIFIABLE, how)
