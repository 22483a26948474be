"""What a kind cluster is to be like: checked before any program is started."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kit.errors import UsageError
from kit.install.versions import pinned
from kit.mirror import at, image

DEFAULT_NAME = "netobserv-conformance"
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
FOLDER = Path("build") / "kind"


@dataclass(frozen=True)
class KindWishes:
    """`archive` holds every image (`docker save`), `chart` is a folder; None: from the internet."""

    name: str = DEFAULT_NAME
    archive: Path | None = None
    chart: Path | None = None
    registry: str = ""
    folder: Path = FOLDER
    ipsec: bool = False

    @property
    def directory(self) -> Path:
        """Where everything about this cluster is kept on this machine."""
        return self.folder / self.name

    @property
    def kubeconfig(self) -> Path:
        return self.directory / "kubeconfig"

    def image(self, version: str) -> str:
        """From an archive by tag alone: what was saved and loaded has lost its digest."""
        found = at(self.registry, pinned(version))
        if self.archive is None:
            return found
        parts = image(found)
        return f"{parts.name}:{parts.tag}"


def kind_wishes(
    name: str,
    archive: str | None = None,
    chart: str | None = None,
    *,
    registry: str = "",
    ipsec: bool = False,
) -> KindWishes:
    if not NAME.fullmatch(name):
        raise UsageError(f"--kind-name wants small letters, digits and dashes, not {name!r}")
    if archive is not None and not Path(archive).is_file():
        raise UsageError(
            f"--images-archive names no file: {archive} (make it with `docker save` of what "
            "`make images` lists)"
        )
    if chart is not None and not (Path(chart) / "Chart.yaml").is_file():
        raise UsageError(
            f"--ovn-chart wants the folder of a Helm chart, and {chart} has no Chart.yaml"
        )
    return KindWishes(name, _resolved(archive), _resolved(chart), registry, ipsec=ipsec)


def _resolved(text: str | None) -> Path | None:
    return Path(text).resolve() if text else None
