"""What other parts of the simulation plug into the API server: logs and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulation.apiserver.errors import ApiError

LogReader = Callable[[str, str, str, bool], str]
Samples = tuple[list[dict[str, Any]], list[dict[str, Any]]]


class Logs:
    """Container logs; the reader is given namespace, pod, container and `previous`."""

    def __init__(self) -> None:
        self._read: LogReader = lambda _namespace, _pod, _container, _previous: ""

    def register(self, reader: LogReader) -> None:
        self._read = reader

    def read(self, namespace: str, pod: str, container: str, previous: bool) -> str:
        return self._read(namespace, pod, container, previous)


class Metrics:
    """metrics.k8s.io: node and pod samples as plain NodeMetrics and PodMetrics objects."""

    def __init__(self) -> None:
        self._sample: Callable[[], Samples] | None = None

    def register(self, sample: Callable[[], Samples]) -> None:
        self._sample = sample

    def samples(self) -> Samples:
        if self._sample is None:
            text = "the server is currently unable to handle the request"
            raise ApiError(503, "ServiceUnavailable", text)
        return self._sample()
