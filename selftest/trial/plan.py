"""Which runs put every pair of fault and scenario to the test, with few of them.

A fault that names scenarios of some feature files must turn exactly those red: it runs on these
files, and who shares the run has others. Where a fault names nothing it may turn nothing red, so
one run of a file takes all such faults at once. A fault that breaks nearly
everything is tried on a few files, others with every commit: each red scenario is waited for, and a
run of them all takes minutes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from catalog.fault import LEFT_OVERS, Fault
from selftest.trial.judgement import READS_WHAT_OTHERS_LEFT, expected
from selftest.trial.runs import Outcome

FEW = 16
"""Scenarios on which a fault is tried that breaks nearly everything."""

RED, GREEN, LONG = 3.0, 0.8, 70.0
"""About the seconds of a scenario that waits in vain, and of one that does not; when a run is long.

Runs that are much longer than others have one processor to themselves at the end.
"""


@dataclass(frozen=True)
class Session:
    """One run of the suite: these lies at once, on these feature files; all files when empty.

    A patient one gives a single fault all the time that the suite gives a cluster.
    """

    faults: tuple[str, ...]
    files: tuple[str, ...] = ()
    patient: bool = False


@dataclass(frozen=True)
class Grounds:
    """What the honest run tells of the suite: where each fault is at home."""

    named: Mapping[str, frozenset[str]]
    files: Mapping[str, str]
    shown: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, faults: Sequence[Fault], honest: Outcome) -> Grounds:
        named = {fault.name: frozenset(expected(fault, honest)) for fault in faults}
        return cls(named, honest.files, {fault.name: frozenset(fault.shown_in) for fault in faults})

    def home(self, fault: str) -> frozenset[str]:
        """The files in which it names a scenario, and those without which that cannot notice."""
        named = self.named[fault] - {LEFT_OVERS}
        return frozenset(self.files[title] for title in named) | self.shown[fault]

    def is_everywhere(self, fault: str) -> bool:
        sizes = self.sizes()
        return sum(sizes[file] for file in self.home(fault)) > len(self.files) / 2

    def is_seen_at_the_end(self, fault: str) -> bool:
        """Only when a run has tidied up after itself."""
        return LEFT_OVERS in self.named[fault]

    def seconds(self, faults: Iterable[str], files: Set[str]) -> float:
        """About how long a run takes."""
        named = set().union(*(self.named[fault] for fault in faults))
        titles = {title for title, file in self.files.items() if file in files}
        return RED * len(titles & named) + GREEN * len(titles - named)

    def sizes(self) -> dict[str, int]:
        every = list(self.files.values())
        return {file: every.count(file) for file in every}


def sessions(faults: Sequence[Fault], grounds: Grounds, salt: str = "") -> list[Session]:
    """The long ones first. `salt` chooses the files of faults that are everywhere."""
    sizes = grounds.sizes()
    names = [fault.name for fault in faults]
    at_the_end = [name for name in names if grounds.is_seen_at_the_end(name)]
    wide = [name for name in names if grounds.is_everywhere(name) and name not in at_the_end]
    near = [name for name in names if name not in (*wide, *at_the_end)]
    planned = [
        *(Session((fault.name,), fault.shown_in) for fault in faults if fault.name in at_the_end),
        *(Session((name,), _few(f"{salt} {name}", grounds.home(name), sizes)) for name in wide),
        *_at_home(near, grounds),
        *_strangers(near, grounds),
    ]
    return sorted(planned, key=lambda one: -grounds.seconds(one.faults, {*(one.files or sizes)}))


def sample(planned: Sequence[Session], grounds: Grounds, salt: str) -> list[Session]:
    """All that faults do at home, and of the runs in which nothing may turn red a single one."""
    quiet = [each for each in planned if not _is_at_home(each, grounds)]
    chosen = sorted(quiet, key=lambda each: mark(salt, " ".join(each.files)))[:1]
    return [each for each in planned if each not in quiet or each in chosen]


def _is_at_home(session: Session, grounds: Grounds) -> bool:
    if any(grounds.is_seen_at_the_end(name) for name in session.faults):
        return True
    at_home = set().union(*(grounds.home(name) for name in session.faults))
    return bool((at_home - {READS_WHAT_OTHERS_LEFT}) & {*session.files})


def _few(salt: str, home: frozenset[str], sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Files of at least FEW scenarios together, by chance, and the same ones for the same salt.

    The first is one that must notice: where nobody is expected to, nothing is proved.
    """
    by_chance = sorted(sizes, key=lambda file: mark(salt, file))
    chosen = {next(file for file in by_chance if file in home)}
    for file in by_chance:
        if sum(sizes[each] for each in chosen) < FEW:
            chosen.add(file)
    return along(chosen)


def mark(salt: str, name: str) -> str:
    """Sorted by it, names stand in another order with every salt."""
    return hashlib.sha256(f"{salt} {name}".encode()).hexdigest()


@dataclass
class _Run:
    """A run that others may still join, with other files."""

    faults: list[str]
    files: set[str]


def _at_home(names: Sequence[str], grounds: Grounds) -> list[Session]:
    """Pieces of homes whose files do not meet share a run, until it is long."""
    pieces = [_Run([name], files) for name in names for files in _pieces(name, grounds)]
    runs: list[_Run] = []
    for piece in sorted(pieces, key=lambda each: -grounds.seconds(each.faults, each.files)):
        for run in runs:
            if not run.files & piece.files and _both(run, piece, grounds) <= LONG:
                run.faults += piece.faults
                run.files |= piece.files
                break
        else:
            runs.append(piece)
    return [Session(tuple(run.faults), along(run.files)) for run in runs]


def _both(run: _Run, other: _Run, grounds: Grounds) -> float:
    return grounds.seconds([*run.faults, *other.faults], run.files | other.files)


def _pieces(name: str, grounds: Grounds) -> list[set[str]]:
    """Files at home, those of one run each; all in one where records must show the lie later."""
    home = grounds.home(name)
    if READS_WHAT_OTHERS_LEFT in home:
        return [{*home}]
    return _cut([name], home, grounds)


def _cut(names: Sequence[str], files: Iterable[str], grounds: Grounds) -> list[set[str]]:
    """Files of one run each that is not long, if they can be cut."""
    pieces: list[set[str]] = [set()]
    for file in sorted(files):
        if pieces[-1] and grounds.seconds(names, pieces[-1] | {file}) > LONG:
            pieces.append(set())
        pieces[-1].add(file)
    return pieces


def _strangers(names: Sequence[str], grounds: Grounds) -> Iterator[Session]:
    """Files with the same strangers share a run."""
    files: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for file in sorted(grounds.sizes().keys() - {READS_WHAT_OTHERS_LEFT}):
        files[tuple(name for name in names if file not in grounds.home(name))].add(file)
    for strangers, together in files.items():
        for piece in _cut(strangers, together, grounds) if strangers else ():
            yield Session(strangers, along(piece))


def along(files: set[str]) -> tuple[str, ...]:
    """With the scenario that judges what all others have left."""
    return (*sorted(files - {READS_WHAT_OTHERS_LEFT}), READS_WHAT_OTHERS_LEFT)
