"""The flows of one client, asked from Loki for just the time in which it lived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.logql import Query
from kit.loki import Flow, Loki
from kit.paths import Path
from kit.traffic import Traffic

BEFORE = 5.0
AFTER = 120.0
"""Cluster seconds around the life of a client in which its flows may end."""


@dataclass(frozen=True)
class Witness:
    """Answers what Loki holds of some traffic; keeps the queries it asked for the reader."""

    loki: Loki
    traffic: Traffic

    @property
    def window(self) -> tuple[float, float]:
        return self.traffic.began - BEFORE, self.traffic.ended + AFTER

    def flows(self, path: Path) -> list[Flow]:
        start, end = self.window
        return [flow for query in self.queries(path) for flow in self.loki.flows(query, start, end)]

    def queries(self, path: Path) -> Sequence[Query]:
        """By client name: exact and cheap, since both are stream labels; one query a direction."""
        client = self.traffic.client
        if not client.owner:
            return [self.by_address()]
        if not client.namespace:
            return self._between_nodes(path)
        sent = Query().where(SrcK8S_Namespace=client.namespace, SrcK8S_OwnerName=client.owner)
        got = Query().where(DstK8S_Namespace=client.namespace, DstK8S_OwnerName=client.owner)
        if path.source == "client":
            return [sent]
        return [got] if path.destination == "client" else [sent, got]

    def _between_nodes(self, path: Path) -> Sequence[Query]:
        """Nodes have no namespace, and far too many flows to ask for all of one."""
        here, there = self.traffic.client.owner, self.traffic.target.owner
        nowhere = Query().where(SrcK8S_Namespace="", DstK8S_Namespace="")
        sent = nowhere.where(SrcK8S_OwnerName=here, DstK8S_OwnerName=there)
        got = nowhere.where(SrcK8S_OwnerName=there, DstK8S_OwnerName=here)
        if path.source == "client":
            return [sent]
        return [got] if path.destination == "client" else [sent, got]

    def by_address(self) -> Query:
        """A wider net, for explanations only: any flow whose line names the client's address."""
        return (
            Query()
            .where(app="netobserv-flowcollector")
            .contains(f'"{self.traffic.client.address}"')
        )
