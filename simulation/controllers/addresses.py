"""Addresses that a cluster gives away: one to a pod, one to a Service, each only once at a time."""

from __future__ import annotations

from ipaddress import ip_network


class Pool:
    """Addresses of one network in turn; a returned one is used again only after all others."""

    def __init__(self, network: str, first: int = 3) -> None:
        self._network = ip_network(network)
        self._first = self._next = first
        self._taken: set[str] = set()

    def take(self) -> str:
        for _ in range(self._network.num_addresses):
            address = str(self._network[self._next])
            self._next += 1
            if self._next >= self._network.num_addresses - 1:
                self._next = self._first
            if address not in self._taken:
                self._taken.add(address)
                return address
        raise RuntimeError(f"no address is left in {self._network}: delete something first")

    def claim(self, address: str) -> bool:
        """Take this very address; False if someone has it."""
        if address in self._taken:
            return False
        self._taken.add(address)
        return True

    def holds(self, address: str) -> bool:
        return address in self._taken

    def release(self, address: str) -> None:
        self._taken.discard(address)
