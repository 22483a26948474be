"""Names and their addresses: services of the cluster, and hosts outside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulation.world.places import Places

_SERVICE = re.compile(r"(?P<name>[a-z0-9-]+)\.(?P<space>[a-z0-9-]+)\.svc\.cluster\.local")


@dataclass(frozen=True)
class Names:
    """Answers are None where a name does not exist; an empty list where it has no such record."""

    places: Places

    def inside(self, name: str, kind: str) -> Sequence[str] | None:
        """What CoreDNS's plugin `kubernetes` knows; a headless service has its pods' addresses."""
        match = _SERVICE.fullmatch(name)
        service = match and self.places.services.get((match["space"], match["name"]))
        if not service:
            return None
        addresses = service.addresses or service.backends
        return [address for address in addresses if (":" in address) is (kind == "AAAA")]

    def outside(self, name: str, kind: str) -> Sequence[str] | None:
        found = self.outside_addresses(name)
        if not found:
            return None
        return [address for address in found if (":" in address) is (kind == "AAAA")]

    def outside_addresses(self, name: str) -> list[str]:
        wanted = name.rstrip(".").lower()
        return [
            address
            for address, external in self.places.externals.items()
            if wanted in (known.lower() for known in external.names)
        ]
