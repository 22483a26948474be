"""How conversations fail, as a program's socket tells it; `at` is when."""

from __future__ import annotations


class Failure(Exception):
    """A conversation that did not come about."""

    def __init__(self, at: float) -> None:
        super().__init__(type(self).__name__)
        self.at = at


class TimedOut(Failure):
    """Nobody answered in time."""


class Refused(Failure):
    """The other end has no such socket (RST, or ICMP port unreachable)."""


class NoRoute(Failure):
    """There is no way to that address."""


class NameNotFound(Failure):
    """A name has no address."""


class Servfail(NameNotFound):
    """The name server failed, or did not answer."""
