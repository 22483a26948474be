"""ClusterIPs that the API server gives to new Services: of one IP family, or of both.

Source: Kubernetes docs, IPv4/IPv6 dual-stack: a Service has one family unless its ipFamilyPolicy
asks for two, and asking for two is refused only where two are required.
"""

from __future__ import annotations

from typing import Any

from simulation.apiserver.errors import invalid
from simulation.apiserver.validation import cause

SINGLE, REQUIRED = "SingleStack", "RequireDualStack"
LACKING = "this cluster is not configured for dual-stack services"


class ClusterIps:
    """The next free ones of 172.30.0.0/16 and, on a dual-stack cluster, of fd02::/112."""

    def __init__(self) -> None:
        self.dual_stack = False
        self._given = 10

    def give(self, name: str, spec: dict[str, Any]) -> None:
        """Fill in what a new Service does not say itself."""
        policy = spec.setdefault("ipFamilyPolicy", SINGLE)
        if policy == REQUIRED and not self.dual_stack:
            why = f'Invalid value: "{REQUIRED}": {LACKING}'
            raise invalid(
                "", "Service", name, [cause("spec.ipFamilyPolicy", "FieldValueInvalid", why)]
            )
        if not spec.get("clusterIP"):
            self._given += 1
            spec["clusterIP"] = f"172.30.{self._given // 250}.{self._given % 250 + 1}"
        spec["clusterIPs"], spec["ipFamilies"] = [spec["clusterIP"]], ["IPv4"]
        if self.dual_stack and policy != SINGLE:
            spec["ipFamilies"] = ["IPv4", "IPv6"]
            if spec["clusterIP"] != "None":
                spec["clusterIPs"] = [spec["clusterIP"], _twin(spec["clusterIP"])]


def _twin(address: str) -> str:
    """Of the other family: the last two numbers of 172.30.1.10 make fd02::10a."""
    high, low = (int(part) for part in address.split(".")[2:])
    return f"fd02::{high * 256 + low:x}"
