"""How readers of text refuse it: with a ValueError that is one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def refusal(read: Callable[..., object], *arguments: object) -> str:
    """The sentence with which the arguments are refused; fails when they are not."""
    with pytest.raises(ValueError, match=r"^[^\n]{10,400}$") as refused:
        read(*arguments)
    return str(refused.value)


def read_or_refused(read: Callable[..., Any], *arguments: object) -> Any:
    """What was read, or the sentence; any other error goes through."""
    try:
        return read(*arguments)
    except ValueError as refused:
        sentence = str(refused)
    assert len(sentence) > 10
    return sentence
