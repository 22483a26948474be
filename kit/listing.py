"""A list read page by page; from the beginning again when the server forgot where."""

from __future__ import annotations

from typing import Any

from kit.again import RETRIES
from kit.asks import Ask, Query
from kit.connection import Connection
from kit.errors import InfrastructureError, Refused

GONE = 410
"""A continue token lives about five minutes, like the history that it points to."""


def all_pages(connection: Connection, path: str, query: Query) -> list[dict[str, Any]]:
    for _ in range(RETRIES):
        try:
            return _pages(connection, path, query)
        except Refused as error:
            if error.code != GONE:
                raise
    raise InfrastructureError(f"{path} could not be listed: the API server expires it too soon.")


def _pages(connection: Connection, path: str, query: Query) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    token = ""
    while True:
        more = [("continue", token)] if token else []
        page = connection.expect(Ask("GET", path, [*query, *more]))
        items += page.get("items") or []
        token = (page.get("metadata") or {}).get("continue") or ""
        if not token:
            return items
