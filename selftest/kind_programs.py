"""Stand-ins of docker, podman, kind, kubectl, helm and git: small programs for a PATH of their own.

They keep their world in a JSON file beside them: containers, clusters, and what is to go wrong.
Run as a program this file is any of them, by the name under which it was started.
"""

import json
import os
import stat
import sys
import time
from pathlib import Path

NAMES = ("docker", "podman", "kind", "kubectl", "helm", "git")
OURS = "netobserv-egress-conformance/kind"


def put_on_path(folder: Path, world: dict, *names: str) -> None:
    """Programs of these names; all of them when none is named."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or NAMES:
        program = folder / name
        program.write_text(f"#!{sys.executable} -SE\n{Path(__file__).read_text()}")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    write(folder, {"clusters": [], "containers": {}, "labelled": [], "calls": [], **world})


def read(folder: Path) -> dict:
    return json.loads((folder / "world.json").read_text())


def write(folder: Path, world: dict) -> None:
    (folder / "world.json").write_text(json.dumps(world))


def after(words, option):
    """What follows an option; empty when it is not there."""
    return words[words.index(option) + 1] if option in words else ""


def docker(world, words):
    if words[0] == "run":
        world["containers"][after(words, "--name")] = after(words, "--label")
    elif words[0] == "rm":
        world["containers"].pop(words[-1], None)
    elif words[0] == "ps":
        wanted = after(words, "--filter").removeprefix("label=")
        return "\n".join(n for n, label in world["containers"].items() if label == wanted)
    elif words[0] == "inspect":
        return "172.18.0.9" if "responder" in words[-1] else "172.18.0.2"
    elif words[:2] == ["network", "inspect"]:
        there = {"a": {"IPv4Address": "172.18.255.249/16"}}
        subnets = [{"Subnet": "fc00::/64"}, {"Subnet": "172.18.0.0/16"}]
        return json.dumps([{"IPAM": {"Config": subnets}, "Containers": there}])
    return ""


def kind(world, words):
    name = after(words, "--name")
    if words[:2] == ["create", "cluster"]:
        world["clusters"].append(name)
        world["labelled"].append(name)
        Path(after(words, "--kubeconfig")).write_text(Path(world["kubeconfig"]).read_text())
    elif words[:2] == ["delete", "cluster"]:
        world["clusters"] = [each for each in world["clusters"] if each != name]
    elif words[:2] == ["get", "clusters"]:
        return "\n".join(world["clusters"])
    elif words[:2] == ["get", "nodes"]:
        return "\n".join(f"{name}-{end}" for end in ("control-plane", "worker", "worker2"))
    elif words[:2] == ["get", "kubeconfig"]:
        return Path(world["kubeconfig"]).read_text()
    return ""


class Refused(Exception):
    """A program that ends with 1; its words are what it says."""


def kubectl(world, words):
    requests = world.setdefault("requests", [])
    if words[:2] == ["get", "nodes"]:
        mark = after(words, "--selector").removeprefix(f"{OURS}=")
        return "node/one" if mark in world["labelled"] else ""
    if words[:2] == ["get", "certificatesigningrequests"]:
        return json.dumps({"items": requests})
    if words[:2] == ["replace", "--raw"]:
        told = json.loads(sys.stdin.read())
        kept = [each for each in requests if each["metadata"] != told["metadata"]]
        world["requests"] = [*kept, told]
    if "daemonset/ovn-ipsec" in words:
        waiting = [each for each in requests if "certificate" not in each.get("status", {})]
        if waiting:
            raise Refused("error: timed out waiting for the condition")
    if words[0] == "apply" and "-" in words:
        world["applied"] = json.loads(sys.stdin.read())
    return ""


def git(world, words):
    if "checkout" in words:
        chart = Path(after(words, "-C")) / words[-1]
        chart.mkdir(parents=True)
        (chart / "Chart.yaml").write_text("name: ovn-kubernetes\n")
    return ""


def helm(world, words):
    return "[]" if words[0] == "list" else ""


def main(folder, name, words):
    world = read(folder)
    told = f"{name} {' '.join(words)}"
    world["calls"].append(told)
    for start, (code, says) in world.get("broken", {}).items():
        if told.startswith(start):
            write(folder, world)
            if code == "hangs":
                time.sleep(30)
            sys.stderr.write(says)
            return code
    answers = {"docker": docker, "podman": docker, "kind": kind, "kubectl": kubectl}
    try:
        answer = (answers | {"helm": helm, "git": git})[name](world, words)
    except Refused as refused:
        write(folder, world)
        sys.stderr.write(str(refused))
        return 1
    write(folder, world)
    sys.stdout.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]).parent, os.path.basename(sys.argv[0]), sys.argv[1:]))
