"""`--install`: what is missing is applied stage by stage, awaited, and remembered as ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kit.cluster import Cluster, Manifest, reference
from kit.errors import InfrastructureError, Refused
from kit.install.causes import Cause, causes, lives
from kit.install.charts import Charts
from kit.install.ledger import Ledger, said
from kit.install.plan import Stage, plan
from kit.install.wishes import Wishes
from kit.programs import Failed
from kit.verdict import Unmet, Verdict, unmet
from kit.wait import Waiting

Tell = Callable[[str], None]

LOOK_FOR_CAUSES = 10.0
"""Cluster seconds between two looks for what is in the way."""

PERSISTS = 60.0
"""Cluster seconds after which a definite cause ends the wait: pulls and lookups are repeated."""

WEBHOOK = 120.0
"""Cluster seconds that an operator's webhook may take to answer after its operator is ready."""

MAIN = ("Deployment", "LokiStack", "Subscription", "FlowCollector")

DERIVED = {"FlowCollector": ("agent",)}
"""What runs change while they borrow an object: not ours to set back."""


class NotInstalled(InfrastructureError):
    """A stage did not come about; the text says why, what to try, and what is on the cluster."""


@dataclass
class Installation:
    """One go at it. `tell` hears what happens, a line each."""

    cluster: Cluster
    waiting: Waiting
    charts: Charts
    tell: Tell = field(default=lambda _line: None)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.cluster)

    def run(self, wishes: Wishes) -> str:
        """Every stage in its order; a sentence on what was done."""
        made: list[str] = []
        stages = plan(self.cluster, wishes)
        if any(stage.charts for stage in stages):
            self.charts.programs.require("helm")
        for stage in stages:
            made += self._stage(stage)
        if not made:
            return "nothing was missing: what there is was left as it is"
        return f"installed: {', '.join(made)}"

    def _stage(self, stage: Stage) -> list[str]:
        before = self._definitions()
        try:
            wanted = () if self._is_somebodys(stage) else stage.objects
            made = [name for obj in wanted if (name := self._have(obj))]
            made += self.charts.install(stage.charts, self.ledger) if stage.charts else []
            if made:
                self.tell(f"{stage.name}: {', '.join(made)}")
            self._await(stage)
        except (Unmet, Refused, Failed) as failure:
            raise NotInstalled(self._explain(stage, str(failure))) from None
        finally:
            if stage.objects or stage.charts:
                self._note_definitions(before)
        self.tell(f"{stage.name} is ready")
        return made

    def _is_somebodys(self, stage: Stage) -> bool:
        """What a stage is about is there, and not ours: then its lesser objects are no business."""
        for manifest in stage.objects:
            if manifest["kind"] in MAIN and (live := self.cluster.get(*reference(manifest))):
                return not self.ledger.owns(live)
        return False

    def _have(self, manifest: Manifest) -> str:
        """The object's name if it was made or changed; somebody else's is left alone."""
        live = self.cluster.get(*reference(manifest))
        if live is None:
            self._patiently(manifest)
            return said(_entry(manifest))
        if not self.ledger.owns(live):
            return ""
        change = differing(live, manifest)
        if not change:
            return ""
        api, kind, name, namespace = reference(manifest)
        self.cluster.patch(api, kind, name, change, namespace)
        return f"{said(_entry(manifest))} (changed)"

    def _patiently(self, manifest: Manifest) -> None:
        """A webhook may need a moment more than its operator: 500 and 503 are asked again."""

        def attempt() -> Verdict:
            try:
                self.ledger.make(manifest)
            except Refused as refused:
                if refused.code not in (500, 503) or "webhook" not in str(refused):
                    raise
                return unmet(str(refused))
            return Verdict(True, "made")

        what = f"{said(_entry(manifest))} is accepted"
        self.waiting.eventually(attempt, lambda verdict: verdict, within=WEBHOOK, what=what)

    def _await(self, stage: Stage) -> None:
        hindrances = Hindrances(self.cluster, stage, self.waiting.speed)

        def look() -> Verdict:
            verdict = stage.ready(self.cluster)
            if not verdict:
                hindrances.look(verdict)
            return verdict

        what = f"{stage.name} is ready"
        self.waiting.eventually(look, lambda verdict: verdict, within=stage.within, what=what)

    def _explain(self, stage: Stage, last: str) -> str:
        last = last.removeprefix(f"{stage.name} is ready: ").rstrip(".")
        found = causes(self.cluster, stage.spaces)
        because = f" Cause: {'; and: '.join(map(str, found))}." if found else ""
        ours = ", ".join(said(entry) for entry in self.ledger.entries) or "nothing"
        return (
            f"{stage.name} could not be installed: {last}.{because} On the cluster is now, of "
            f"ours: {ours}. Install again to continue from there, or `make uninstall` takes it away"
        )

    def _definitions(self) -> set[str]:
        found = self.cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        return {item["metadata"]["name"] for item in found}

    def _note_definitions(self, before: set[str]) -> None:
        new = sorted(self._definitions() - before)
        if new:
            self.ledger.note_definitions(new)


class Hindrances:
    """Looks for causes now and then, and ends a wait that a definite one makes pointless."""

    def __init__(self, cluster: Cluster, stage: Stage, speed: float) -> None:
        self.cluster, self.stage, self.speed = cluster, stage, speed
        self._before = lives(cluster, stage.spaces)
        self._since: dict[Cause, float] = {}
        self._next = 0.0

    def look(self, verdict: Verdict) -> None:
        now = time.monotonic() * self.speed
        if now < self._next:
            return
        self._next = now + LOOK_FOR_CAUSES
        there = causes(self.cluster, self.stage.spaces, self._before)
        found = [cause for cause in there if cause.definite]
        self._since = {cause: self._since.get(cause, now) for cause in found}
        if any(now - since >= PERSISTS for since in self._since.values()):
            raise Unmet(f"{verdict.because}, and waiting would not help")


def installed(
    cluster: Cluster, waiting: Waiting, wishes: Wishes, charts: Charts, tell: Tell
) -> str:
    return Installation(cluster, waiting, charts, tell).run(wishes)


def differing(live: Mapping[str, Any], manifest: Manifest) -> dict[str, Any]:
    """A merge patch of what the manifest says otherwise than the live object, if anything."""
    kept = {key: value for key, value in manifest.items() if key in ("spec", "data")}
    for part in DERIVED.get(manifest["kind"], ()):
        kept["spec"] = {key: value for key, value in kept["spec"].items() if key != part}
    return _other(live, kept)


def _other(live: Any, wanted: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        there = live.get(key) if isinstance(live, Mapping) else None
        if isinstance(value, Mapping):
            if part := _other(there or {}, value):
                found[key] = part
        elif isinstance(value, list):
            if not _covers(there, value):
                found[key] = value
        elif there != value:
            found[key] = value
    return found


def _covers(there: Any, wanted: list[Any]) -> bool:
    """Item by item; what the API server has added as defaults does not count."""
    if not isinstance(there, list) or len(there) != len(wanted):
        return False
    return all(
        not _other(old, new) if isinstance(new, Mapping) else old == new
        for old, new in zip(there, wanted, strict=True)
    )


def _entry(manifest: Manifest) -> dict[str, Any]:
    return dict(zip(("apiVersion", "kind", "name", "namespace"), reference(manifest), strict=True))
