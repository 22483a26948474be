"""Helm's part of an installation: charts by pinned version, each release noted as ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kit.errors import UsageError
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

    @property
    def file(self) -> str:
        """What `helm pull` calls it."""
        return f"{self.source.rpartition('/')[2]}-{self.version}.tgz"

    @property
    def place(self) -> tuple[str, ...]:
        """Where helm finds it on the internet, in its own words."""
        repository = ("--repo", self.repository) if self.repository else ()
        return (self.source, *repository, "--version", self.version)


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


def pulls() -> str:
    """The commands that fetch all charts, for `--charts DIR` where the internet is not reached."""
    return "\n".join(" ".join(("helm", "pull", *chart.place)) for chart in known().values())


def charts_in(text: str | None) -> Path | None:
    """The folder, if there is one; UsageError names the chart that it lacks."""
    if text is None:
        return None
    folder = Path(text).resolve()
    for chart in known().values():
        if not (folder / chart.file).is_file():
            raise UsageError(
                f"--charts wants a folder with {chart.file}, and {text} has none: fetch it with "
                f"`helm pull {' '.join(chart.place)}`"
            )
    return folder


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
    """Runs helm against one kubeconfig; `values` are more settings, by release; `folder` holds the
    charts where the internet is not reached.
    """

    programs: Programs
    kubeconfig: Path
    context: str | None = None
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    folder: Path | None = None

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
        place = chart.place if self.folder is None else (str(self.folder / chart.file),)
        words = ["upgrade", "--install", chart.release, *place]
        words += ["--namespace", chart.namespace, "--create-namespace"]
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
