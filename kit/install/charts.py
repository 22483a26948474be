"""Helm's part of an installation: charts by pinned version, each release noted as ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kit.install.ledger import Ledger
from kit.install.versions import INSTALL, pinned
from kit.mirror import at, image
from kit.programs import Programs, Ran

HELM_MINUTES = "10m"
HELM_LIMIT = 660.0


@dataclass(frozen=True)
class Chart:
    """`release` in `namespace`; `source` is an OCI reference, or a chart of a repository."""

    release: str
    namespace: str
    source: str
    version: str
    repository: str = ""
    values: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def known() -> dict[str, Chart]:
    return {
        "cert-manager": Chart(
            "cert-manager",
            "cert-manager",
            pinned("cert-manager-chart"),
            pinned("cert-manager-version"),
            values=("crds.enabled=true",),
        ),
        "trust-manager": Chart(
            "trust-manager",
            "cert-manager",
            pinned("trust-manager-chart"),
            pinned("trust-manager-version"),
        ),
        "netobserv": Chart(
            "netobserv",
            "netobserv",
            "netobserv-operator",
            pinned("netobserv-version"),
            pinned("netobserv-repository"),
            files=(INSTALL / "netobserv-chart" / "values.yaml",),
        ),
    }


def from_mirror(registry: str) -> dict[str, tuple[str, ...]]:
    """What the charts have to be told, so that all their images come from there."""
    if not registry:
        return {}
    operator, agent, pipeline, console = pinned("netobserv-images").split()
    names = {"operator": operator, "ebpfAgent": agent, "flowlogsPipeline": pipeline}
    names["standaloneConsole"] = console
    netobserv = tuple(f"{key}.image={_name(registry, text)}" for key, text in names.items())
    manager = {key: text for text in pinned("cert-manager-images").split() for key in _keys(text)}
    parts = tuple(f"{key}image.repository={_name(registry, text)}" for key, text in manager.items())
    trust = tuple(each for each in parts if each.startswith("trust."))
    return {
        "netobserv": netobserv,
        "cert-manager": tuple(each for each in parts if each not in trust),
        "trust-manager": tuple(each.removeprefix("trust.") for each in trust),
    }


def _keys(text: str) -> tuple[str, ...]:
    """Where the chart of cert-manager keeps an image: nothing, webhook., cainjector. and so on."""
    part = image(text).repository.rpartition("/")[2]
    keys = {"cert-manager-controller": "", "trust-manager": "trust."}
    return (keys.get(part, f"{part.removeprefix('cert-manager-')}."),)


def _name(registry: str, text: str) -> str:
    return image(at(registry, text)).name


@dataclass
class Charts:
    """Runs helm against one kubeconfig; `values` are more settings, by release."""

    programs: Programs
    kubeconfig: Path
    context: str | None = None
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def install(self, names: Sequence[str], ledger: Ledger) -> list[str]:
        """Those that are missing; releases that somebody else has made are left alone."""
        there = self._releases()
        made = []
        for name in names:
            chart = known()[name]
            ours = [chart.release, chart.namespace] in ledger.releases
            if (chart.release, chart.namespace) in there and not ours:
                continue
            ledger.note_release(chart.release, chart.namespace)
            self._upgrade(chart)
            made.append(f"Helm release {chart.namespace}/{chart.release}")
        return made

    def remove(self, release: str, namespace: str) -> None:
        if (release, namespace) in self._releases():
            self._helm("uninstall", release, "--namespace", namespace, "--wait")

    def _upgrade(self, chart: Chart) -> None:
        words = ["upgrade", "--install", chart.release, chart.source, "--version", chart.version]
        words += ["--namespace", chart.namespace, "--create-namespace"]
        words += ["--repo", chart.repository] if chart.repository else []
        for file in chart.files:
            words += ["--values", str(file)]
        for value in (*chart.values, *self.values.get(chart.release, ())):
            words += ["--set", value]
        self._helm(*words, "--wait", "--timeout", HELM_MINUTES)

    def _releases(self) -> set[tuple[str, str]]:
        """Failed ones too: helm would not install over them."""
        told = self._helm("list", "--all-namespaces", "--all", "--output", "json").json()
        return {(each["name"], each["namespace"]) for each in told}

    def _helm(self, *words: str) -> Ran:
        place = ["--kubeconfig", str(self.kubeconfig)]
        place += ["--kube-context", self.context] if self.context else []
        return self.programs.run("helm", *words, *place, within=HELM_LIMIT)
