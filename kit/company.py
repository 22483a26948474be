"""Measured traffic of other processes of the run, beside which a phase may have been measured.

It can only add to what a phase costs: whoever is within budget beside it is within budget without.
Whoever is above has to be measured once more, while nobody else sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.patience import LOADS_ENDED
from kit.verdict import Inconclusive, Unmet, Verdict, met, unmet
from kit.wait import Waiting


@dataclass
class Company:
    """A folder that all processes see, with a file for each that sends; `lock` is everybody's."""

    directory: Path
    own: str
    lock: Callable[[], AbstractContextManager[None]]
    is_alive: Callable[[str], bool]

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Others know of it; it does not begin while somebody measures alone."""
        with self.lock():
            self.directory.mkdir(parents=True, exist_ok=True)
            (self.directory / self.own).touch()
        try:
            yield
        finally:
            (self.directory / self.own).unlink(missing_ok=True)

    def others(self) -> frozenset[str]:
        """Whose traffic runs now, but for our own."""
        names = {file.name for file in self.directory.glob("*")} - {self.own}
        return frozenset(name for name in names if self.is_alive(name))

    @contextmanager
    def nobody_else(self, waiting: Waiting) -> Iterator[None]:
        """Nobody begins to send meanwhile; Inconclusive when others do not end."""
        with self.lock():
            try:
                waiting.eventually(
                    self.others, _none, within=LOADS_ENDED, what="others have measured"
                )
            except Unmet as late:
                raise Inconclusive(late.because) from None
            yield


def _none(others: frozenset[str]) -> Verdict:
    return unmet(f"{len(others)} still send") if others else met()
