"""Scenarios that are known to fail and must not fail the night, each for a reason and a time.

- scenario: A closed UDP port drops the datagram
  because: the kernel of this cluster lacks the hook
  link: https://issues.redhat.com/browse/NETOBSERV-1234
  until: 2026-12-24
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kit.nearest import nearest

KEYS = ("scenario", "because", "link", "until")


@dataclass(frozen=True)
class Quarantine:
    """One entry; it holds through the day `until`."""

    scenario: str
    because: str
    link: str
    until: date

    def expired(self, today: date) -> bool:
        return today > self.until

    def told(self) -> str:
        return f"quarantined until {self.until}: {self.because} ({self.link})"


def read(file: Path, titles: Collection[str]) -> dict[str, Quarantine]:
    """By title; ValueError in one sentence, with the number of the entry that is wrong."""
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        said = " ".join(str(error).split())
        raise ValueError(f"the quarantine {file} cannot be read: {said}") from None
    if not isinstance(found or [], list):
        raise ValueError(f"the quarantine {file} has to be a list of {', '.join(KEYS)}")
    entries = [_entry(f"{file}, entry {n}", one, titles) for n, one in enumerate(found or [], 1)]
    return {entry.scenario: entry for entry in entries}


def _entry(where: str, found: Any, titles: Collection[str]) -> Quarantine:
    if not isinstance(found, dict):
        raise ValueError(f"{where}: expected an object of {', '.join(KEYS)}")
    for key in found:
        if key not in KEYS:
            raise ValueError(f"{where}: unknown key {key!r}{nearest(str(key), KEYS)}")
    for key in KEYS:
        if not found.get(key):
            raise ValueError(f"{where}: {key} is missing: say {', '.join(KEYS)}")
    if type(found["until"]) is not date:
        raise ValueError(f"{where}: until wants a day such as 2026-12-24, not {found['until']!r}")
    if not str(found["link"]).startswith(("http://", "https://")):
        raise ValueError(f"{where}: link wants the URL of an issue, not {found['link']!r}")
    title = str(found["scenario"])
    if title not in titles:
        raise ValueError(f"{where}: there is no scenario {title!r}{nearest(title, titles)}")
    return Quarantine(title, str(found["because"]), str(found["link"]), found["until"])
