"""The suite's view of a Loki: flows for a query and a window, or one sentence why there are none.

`finding` knows where a cluster's Loki is, `client` reads flows, `calls` retries and words errors.
"""

from kit.loki.calls import Answer, LokiError, Transport
from kit.loki.client import Loki
from kit.loki.finding import find_loki
from kit.loki.flow import Flow

__all__ = ["Answer", "Flow", "Loki", "LokiError", "Transport", "find_loki"]
