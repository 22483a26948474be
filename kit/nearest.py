"""The nearest known word, for messages about an unknown one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """`; the nearest known word is …`, or all known words when they are few, or nothing."""
    words = list(known)
    near = get_close_matches(word, words, n=1, cutoff=0.4)
    if near:
        return f"; the nearest known word is {near[0]!r}"
    return f"; known are {', '.join(words)}" if 0 < len(words) <= 12 else ""
