"""Digests of images that are known: one file, filled by `make images ARGS=--resolve`.

Nothing pulls by it. It says what a tag was when somebody looked, and who has told it, so that a
mirror can be filled with the same and a tag that has moved is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from kit.errors import UsageError
from kit.install.versions import INSTALL
from kit.registry import DIGEST

FILE = INSTALL / "digests.yaml"
HEAD = """\
# What a tag was when somebody looked, of the index where it stands for several architectures.
# `make images ARGS=--resolve` asks the registries and writes this file anew.
"""


@dataclass(frozen=True)
class Told:
    """`by` says who has told the digest, and when."""

    digest: str
    by: str


def known(file: Path = FILE) -> dict[str, Told]:
    """By reference with registry and tag; UsageError for a file that says something else."""
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        told = {name: Told(each["digest"], each["by"]) for name, each in found.items()}
        wrong = [name for name, each in told.items() if not DIGEST.fullmatch(each.digest)]
    except FileNotFoundError:
        return {}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise UsageError(
            f"{file} cannot be read ({type(error).__name__}): remove it and resolve anew"
        ) from None
    if wrong:
        raise UsageError(f"{file} has no digest for {wrong[0]}: remove that entry and resolve anew")
    return told


def write(told: Mapping[str, Told], wanted: Iterable[str], file: Path = FILE) -> None:
    """Of the images that are still wanted; the others go."""
    kept = {name: {"digest": told[name].digest, "by": told[name].by} for name in sorted(wanted)}
    file.write_text(HEAD + yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")


def moved(before: Mapping[str, Told], found: Mapping[str, str]) -> list[str]:
    """A sentence for each digest that is another than the file says."""
    return [
        f"{name} is {found[name]}, and was {told.digest} ({told.by}): its tag has moved, or one of "
        "the two was told wrongly; look before you mirror it"
        for name, told in before.items()
        if name in found and found[name] != told.digest
    ]
