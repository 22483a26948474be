"""A Loki 3 in memory: a store of flow lines, and the HTTP answers that a real one gives.

Wiring: `store = LokiStore(clock.now)`; the pipeline calls `store.push(labels, at_ns, line)`;
`LokiServer(store, clock.now)` is the handler of the service `loki`, port 3100.
"""

from simulation.loki.limits import Limits
from simulation.loki.server import LokiServer
from simulation.loki.store import LokiStore, Rejected

__all__ = ["Limits", "LokiServer", "LokiStore", "Rejected"]
