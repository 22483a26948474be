"""OVN-Kubernetes on the nodes: by the Helm chart of a pinned commit; no image is built here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kit.install.versions import INSTALL, pinned
from kit.kind.ipsec import MTU
from kit.kind.nodes import Nodes
from kit.mirror import image
from kit.programs import Failed

SPACE, RELEASE = "ovn-kubernetes", "ovn-kubernetes"
VALUES = INSTALL / "kind" / "ovn-values.yaml"
CHART = Path("helm") / "ovn-kubernetes"
FETCH_LIMIT, HELM_LIMIT, ROLLED_OUT = 600.0, 300.0, 600.0


@dataclass
class Network:
    nodes: Nodes

    def bring(self) -> None:
        chart, wishes = self._chart(), self.nodes.wishes
        ovn = image(wishes.image("ovn-image"))
        words = [
            "upgrade",
            "--install",
            RELEASE,
            str(chart),
            "--kubeconfig",
            str(wishes.kubeconfig),
        ]
        words += ["--values", str(chart / "values-single-node-zone.yaml"), "--values", str(VALUES)]
        words += ["--set", f"k8sAPIServer={self.nodes.api_server()}"]
        words += ["--set", f"global.image.repository={ovn.name}"]
        words += ["--set", f"global.image.tag={ovn.tag}"]
        if wishes.ipsec:
            switches = ("global.enableIpsec=true", "tags.ovn-ipsec=true", f"mtu={MTU}")
            words += [word for switch in switches for word in ("--set", switch)]
        self.nodes.programs.run("helm", *words, within=HELM_LIMIT)

    def await_it(self) -> None:
        """Every node has its part, and is Ready for that reason."""
        limit = f"--timeout={ROLLED_OUT:.0f}s"
        where = ("--namespace", SPACE, limit)
        self._kubectl("rollout", "status", "daemonset/ovnkube-node", *where)
        self._kubectl("wait", "--for=condition=Ready", "nodes", "--all", limit)

    def _kubectl(self, *words: str) -> None:
        self.nodes.kubectl(*words, within=ROLLED_OUT + 60)

    def _chart(self) -> Path:
        """The user's, the one that was fetched before, or a fresh copy of the pinned commit."""
        if self.nodes.wishes.chart is not None:
            return self.nodes.wishes.chart
        commit = pinned("ovn-commit")
        copy = self.nodes.wishes.folder / f"ovn-kubernetes-{commit[:12]}"
        done = copy / "fetched"
        if not done.exists():
            copy.mkdir(parents=True, exist_ok=True)
            self._fetch(copy, commit)
            done.touch()
        return copy / CHART

    def _fetch(self, copy: Path, commit: str) -> None:
        run, place = self.nodes.programs.run, ("-C", str(copy))
        try:
            run("git", *place, "init", "--quiet")
            source = pinned("ovn-repository")
            run("git", *place, "fetch", "--quiet", "--depth=1", source, commit, within=FETCH_LIMIT)
            run("git", *place, "checkout", "--quiet", "FETCH_HEAD", "--", str(CHART))
        except Failed as failure:
            told = f"the chart of OVN-Kubernetes cannot be fetched: {failure.ran.said}"
            raise Failed(
                f"{told}; next, name a copy of its folder with --ovn-chart", failure.ran
            ) from None
