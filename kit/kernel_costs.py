"""What agents lock of a node's memory for the kernel, as the run's ledger of costs keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from kit import footprint
from kit.budgets import Budget
from kit.costing import Row
from kit.kernel import Kernel
from kit.ledger import HEAD, Document
from kit.series import Series

STOCKS = ("maps", "programs")


def row(kernels: Sequence[Kernel], what: str, limit: Budget) -> Row:
    """The node that locks the most; ValueError without nodes."""
    worst = max(kernels, key=lambda kernel: footprint.locked(kernel, what))
    used = float(footprint.locked(worst, what))
    told = f"node {worst.node}", used, limit.amount
    return Row(limit.key, *told, "bytes", limit.because, limit.place)


def document(scenario: str, configuration: str, found: Row, series: Sequence[Series]) -> Document:
    """In the shape of kit.ledger; one reading is its own percentile, and no traffic is sent."""
    return {
        **HEAD,
        "scenario": scenario,
        "phase": found.key,
        "configuration": configuration,
        "percentile": 100,
        "seconds": 0.0,
        "calls": 0,
        "traffic": None,
        "rows": [found.told()],
        "series": [one.told() for one in series],
        "missing": [],
        "disturbed": [],
    }


def memory_by_map(kernels: Sequence[Kernel]) -> list[Series]:
    """One series for each map of each node, in bytes, at the time when its agent began."""
    return [
        Series(
            "memory by map",
            "bytes",
            (float(one.memlock),),
            (kernel.agent_since,),
            {"node": kernel.node, "map": footprint.name_of(kernel, one), "id": str(one.id)},
        )
        for kernel in kernels
        for one in kernel.current_maps()
    ]
