"""One request to the API server, what comes back, and whether the same may be asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from kit.errors import Unanswered

READ_SECONDS = 30.0
PASSING = frozenset({429, 500, 502, 503, 504})
OVERLOADED, UNAUTHORIZED = 429, 401
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What the server answered, whatever the status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The same objects each time: long answers take longer to decode than to fetch."""
        return self._document

    @cached_property
    def _document(self) -> Any:
        return json.loads(self.body)

    @property
    def is_json(self) -> bool:
        try:
            self.json()
        except ValueError:
            return False
        return True


@dataclass(frozen=True)
class ProxyReply:
    """What a service behind the API server's proxy answered."""

    status: int
    headers: dict[str, str]
    body: str

    @classmethod
    def of(cls, answer: Answer) -> ProxyReply:
        return cls(answer.status, dict(answer.headers), answer.body.decode("utf-8", "replace"))


@dataclass(frozen=True)
class NoAnswer:
    """`begun` unless the server cannot have seen the request; `final` when trying again is vain."""

    error: Unanswered
    begun: bool = True
    final: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """One request; `body` is sent as JSON. One not `retried` is its caller's to repeat.

    `repeatable` says whether the same twice does no more than once; by default all but POST does.
    With `json`, a good answer that is no whole JSON document is no answer.
    """

    method: str
    path: str
    query: Query = ()
    body: Any = None
    content_type: str = "application/json"
    headers: Mapping[str, str] | None = None
    timeout: float = READ_SECONDS
    retried: bool = True
    repeatable: bool | None = None
    json: bool = False

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}" if self.query else self.path

    @property
    def is_repeatable(self) -> bool:
        if self.repeatable is not None:
            return self.repeatable
        if isinstance(self.body, list):  # a JSON patch: what it removes is gone the second time
            return all(step.get("op") in ("replace", "test") for step in self.body)
        return self.method != "POST"


def passes(ask: Ask, answer: Answer | NoAnswer) -> bool:
    """Whether the same again may fare better, and cannot do anything twice."""
    if isinstance(answer, NoAnswer):
        return not answer.final and (ask.is_repeatable or not answer.begun)
    return answer.status == OVERLOADED or (answer.status in PASSING and ask.is_repeatable)
