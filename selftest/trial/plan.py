"""Which runs put every pair of fault and scenario to the test, with few of them.

A fault that names scenarios of some feature files must turn exactly those red: it runs on these
files, together with faults that name nothing there. Where a fault names nothing it may turn
nothing red, so one run of a file takes all such faults at once. A fault that breaks nearly
everything is tried on a few files, others with every commit: each red scenario is waited for, and a
run of them all takes minutes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.fault import LEFT_OVERS, Fault
from selftest.trial.judgement import expected
from selftest.trial.runs import Outcome

FEW = 16
"""Scenarios on which a fault is tried that breaks nearly everything."""

READS_WHAT_OTHERS_LEFT = "flow_schema.feature"
"""It judges the records of the whole run: alone it has none, so it goes along with all others."""


@dataclass(frozen=True)
class Session:
    """One run of the suite: these lies at once, on these feature files; all files when empty."""

    faults: tuple[str, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grounds:
    """What the honest run tells of the suite: where each fault is at home."""

    named: Mapping[str, frozenset[str]]
    files: Mapping[str, str]

    @classmethod
    def of(cls, faults: Sequence[Fault], honest: Outcome) -> Grounds:
        named = {fault.name: frozenset(expected(fault, honest)) for fault in faults}
        return cls(named, honest.files)

    def home(self, fault: str) -> frozenset[str]:
        """The files in which it names a scenario."""
        return frozenset(self.files[title] for title in self.named[fault] - {LEFT_OVERS})

    def is_everywhere(self, fault: str) -> bool:
        sizes = self.sizes()
        return sum(sizes[file] for file in self.home(fault)) > len(self.files) / 2

    def is_seen_at_the_end(self, fault: str) -> bool:
        """Only when a run has tidied up after itself."""
        return LEFT_OVERS in self.named[fault]

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
    return [
        *(Session((fault.name,), fault.shown_in) for fault in faults if fault.name in at_the_end),
        *(Session((name,), _few(f"{salt} {name}", grounds.home(name), sizes)) for name in wide),
        *_packed(near, grounds, sizes),
        *_strangers(near, grounds, sizes),
    ]


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


def _packed(names: Sequence[str], grounds: Grounds, sizes: Mapping[str, int]) -> list[Session]:
    """Faults whose files do not meet share a run."""
    packs: list[tuple[list[str], set[str]]] = []
    for name in sorted(names, key=lambda name: -_weight(grounds.home(name), sizes)):
        home = grounds.home(name) - {READS_WHAT_OTHERS_LEFT}
        for members, taken in packs:
            if not taken & home:
                members.append(name)
                taken.update(home)
                break
        else:
            packs.append(([name], set(home)))
    return [Session(tuple(members), along(taken)) for members, taken in packs]


def _strangers(
    names: Sequence[str], grounds: Grounds, sizes: Mapping[str, int]
) -> Iterator[Session]:
    """Files with the same strangers share a run."""
    files: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for file in sizes:
        files[tuple(name for name in names if file not in grounds.home(name))].add(file)
    for strangers, together in files.items():
        if strangers:
            yield Session(strangers, along(together))


def along(files: set[str]) -> tuple[str, ...]:
    """With the scenario that judges what all others have left."""
    return (*sorted(files - {READS_WHAT_OTHERS_LEFT}), READS_WHAT_OTHERS_LEFT)


def _weight(files: frozenset[str], sizes: Mapping[str, int]) -> int:
    return sum(sizes[file] for file in files)
