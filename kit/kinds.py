"""Where each kind is found on a cluster: its discovery, asked once for each group version."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from kit.asks import Ask
from kit.connection import Connection
from kit.errors import InfrastructureError


@dataclass(frozen=True)
class Kind:
    """One served kind."""

    prefix: str
    plural: str
    namespaced: bool

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        scope = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.prefix}{scope}/{self.plural}" + (f"/{name}" if name else "")


class Kinds:
    """Kinds by API version; a kind that is missing is looked for again the next time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, dict[str, Kind]] = {}
        self._lock = Lock()

    def find(self, api_version: str, kind: str) -> Kind | None:
        found = self._known.get(api_version, {}).get(kind)
        if found:
            return found
        with self._lock:
            self._known[api_version] = self._discover(api_version)
        return self._known[api_version].get(kind)

    def require(self, api_version: str, kind: str) -> Kind:
        found = self.find(api_version, kind)
        if found is None:
            raise InfrastructureError(
                f"The cluster does not serve {kind} of {api_version}: is its operator installed?"
            )
        return found

    def _discover(self, api_version: str) -> dict[str, Kind]:
        prefix = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        ask = Ask("GET", prefix, json=True)
        answer = self._connection.ask(ask)
        if answer.status == 404:
            return {}
        if answer.status != 200:
            raise self._connection.refusal(ask, answer)
        return {
            entry["kind"]: Kind(prefix, entry["name"], entry["namespaced"])
            for entry in answer.json()["resources"]
            if "/" not in entry["name"]
        }
