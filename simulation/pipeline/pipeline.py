"""flowlogs-pipeline: takes flows from agents, enriches them, writes them to Loki in batches.

Source: flowlogs-pipeline 1.12, pkg/pipeline/write/write_loki.go (labels leave the line, the time is
TimeFlowEndMs) and transform_network.go (flags as words).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simulation.agent.export import Exported
from simulation.pipeline.config import PipelineConfig
from simulation.pipeline.enrich import Enricher
from simulation.pipeline.flow_metrics import FlowMetrics
from simulation.pipeline.lies import Lies
from simulation.pipeline.totals import Totals
from simulation.world.world import World

Push = Callable[[dict[str, str], int, str], None]
Entry = tuple[dict[str, str], int, str]

_FLAGS = {
    **{1: "FIN", 2: "SYN", 4: "RST", 8: "PSH", 16: "ACK", 32: "URG", 64: "ECE", 128: "CWR"},
    **{256: "SYN_ACK", 512: "FIN_ACK", 1024: "RST_ACK"},
}
TRANSPORT = (0.01, 0.2)
OVERTAKEN = (0.5, 4.0)
"""Seconds for which a batch is held back while others overtake it."""
LOST_ANSWER = (1.0, 5.0)
"""Seconds after which a batch whose answer was lost is written again."""


class Pipeline:
    """All replicas of flowlogs-pipeline as one; what they write goes to `push`."""

    def __init__(self, world: World, config: PipelineConfig, push: Push) -> None:
        self._clock, self._weather = world.clock, world.weather
        self._places = world.places
        self._config = config
        self._push: Push | None = push
        self._rng = random.Random(world.rng.random())
        self._faults = world.faults
        lost = self._faults.active("udn-not-enriched")
        self._enricher = Enricher(world.places, replace(config, knows_networks=not lost))
        self._lies = Lies(self._faults)
        self._labels = frozenset(config.labels)
        self._batch: list[Entry] = []
        self.totals = Totals()
        twice = self._faults.active("metrics-count-twice")
        self.flow_metrics = FlowMetrics(world.clock.now, 2 if twice else 1)
        self.in_flight = 0
        """Flows that were taken and are neither written nor lost yet."""

    def ingest(self, exported: list[Exported]) -> None:
        """Flows of one agent's eviction; some of them take longer than the rest."""
        exported = [flow for flow in exported if not self._is_forgotten(flow.record)]
        self._deliver(exported, TRANSPORT)
        if self._rng.random() < self._weather.redelivered:
            again = [Exported(dict(flow.record), flow.answers) for flow in exported]
            self._deliver(again, LOST_ANSWER)

    def _deliver(self, exported: list[Exported], within: tuple[float, float]) -> None:
        self.in_flight += len(exported)
        self._clock.call_later(self._rng.uniform(*within), self._take, exported)

    def _is_forgotten(self, record: dict[str, Any]) -> bool:
        ends = (self._places.identity(record[key]) for key in ("SrcAddr", "DstAddr"))
        return self._lies.forgets({end.namespace for end in ends if end})

    def close(self) -> None:
        """It ends: what has not been written by now is lost."""
        self._push = None

    def metrics(self) -> str:
        """What the pipeline's port 9401 serves."""
        return self.totals.printed()

    def _take(self, exported: list[Exported]) -> None:
        self.totals.ingested += len(exported)
        received = int(self._clock.now() + self._weather.offset("flowlogs-pipeline"))
        late: list[Entry] = []
        for flow in exported:
            entry = self._entry(flow, received)
            if entry is None:
                self.in_flight -= 1
                continue
            waits = self._rng.random() < self._weather.late_share
            (late if waits else self._batch).append(entry)
        wait = self._config.write_batch_wait
        if self._batch:
            self._clock.call_later(self._rng.uniform(0.3, 1.0) * wait, self._flush)
        if late:
            self._clock.call_later(wait + self._rng.uniform(*self._weather.late), self._write, late)

    def _entry(self, flow: Exported, received: int) -> Entry | None:
        record = flow.record
        record["TimeReceived"] = received
        if "Flags" in record:
            record["Flags"] = self._words(record["Flags"])
        at = entry_time(record["TimeFlowEndMs"])
        self._enricher.enrich(record, not self._faults.active("xlat-not-enriched"))
        if self._lies.loses(record, flow.answers):
            return None
        self._lies.tell(record)
        self.flow_metrics.take(record)
        return self._stream(record), at, self._line(record)

    def _words(self, flags: int) -> list[str] | None:
        """A set: upstream walks a Go map, so the order differs from record to record."""
        words = [word for bit, word in _FLAGS.items() if flags & bit]
        self._rng.shuffle(words)
        return words or None

    def _stream(self, record: dict[str, Any]) -> dict[str, str]:
        labels = {key: str(record[key]) for key in self._config.labels if key in record}
        return {**self._config.static_labels, **labels}

    def _line(self, record: dict[str, Any]) -> str:
        keeps = self._faults.active("labels-in-line")
        items = [item for item in record.items() if keeps or item[0] not in self._labels]
        self._rng.shuffle(items)
        return json.dumps(dict(items), separators=(",", ":"))

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        self._rng.shuffle(batch)
        if self._rng.random() < self._weather.held_back:
            self._clock.call_later(self._rng.uniform(*OVERTAKEN), self._write, batch)
        else:
            self._write(batch)

    def _write(self, batch: list[Entry]) -> None:
        self.in_flight -= len(batch)
        self._hand_over(batch)
        if self._rng.random() < self._weather.twice:
            self._clock.call_later(self._rng.uniform(*LOST_ANSWER), self._hand_over, batch)

    def _hand_over(self, batch: list[Entry]) -> None:
        for entry in batch:
            if self._push is None:
                return
            try:
                self._push(*entry)
            except Exception:
                # Whatever Loki refuses is lost: upstream's client drops it and counts it.
                self.totals.dropped += 1
            else:
                self.totals.sent += len(entry[2])
                self.totals.written += 0 if self._faults.active("records-counter-stands") else 1
        if self._faults.active("pipeline-drops-entries"):
            self.totals.dropped += 1


def entry_time(milliseconds: int) -> int:
    """Nanoseconds by way of a float, which cannot hold them all: entries are off by up to 128."""
    return int(float(milliseconds) * 1e6)
