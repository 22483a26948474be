"""A server of Google's lists inside the cluster, on a node's address: off the pod network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.outcomes import Outcome
from kit.clients import Clients
from kit.commands import http_get
from kit.google_lists import Lists, Site, file, pinned, served
from kit.stage import Stage, host, in_namespace
from kit.traffic import End
from kit.verdict import Inconclusive
from kit.workloads import await_workload, pods_of, server_end

PORT = 38090
FOLDER = "list-server"


@dataclass(frozen=True)
class ListServer:
    """Where it listens, and the sites that its lists speak of."""

    end: End
    sites: tuple[Site, ...]

    def url(self, name: str) -> str:
        return f"http://{host(self.end.address)}:{PORT}/lists/{name}"

    def settings(self, lists: Lists) -> dict[str, str]:
        """What the updater has to be told to take these lists."""
        return {
            "GOOG_URL": self.url(file("goog", lists.name)),
            "CLOUD_URL": self.url(file("cloud", lists.name)),
            "ALLOW_PLAIN_LISTS": "true",
        }


def set_up_list_server(stage: Stage, responders: Sequence[End]) -> ListServer:
    """Beside the first responder, so that a list which denies that one denies this server too."""
    sites = tuple(addresses_of(responder) for responder in responders)
    namespace, node = responders[0].namespace, responders[0].node
    with stage.alone():
        stage.cluster.apply(stage.own(_contents(namespace, served(sites))))
        made = [stage.cluster.apply(stage.own(item)) for item in _objects(namespace, node)]
        (workload,) = [item for item in made if item["kind"] == "Deployment"]
        await_workload(stage.cluster, stage.waiting, workload)
    pods = pods_of(stage.cluster, namespace, f"app={FOLDER}")
    if not pods:
        raise Inconclusive("the list server is ready and yet has no ready pod")
    server = ListServer(server_end(pods[0], PORT, FOLDER), sites)
    see_that_it_serves(stage.clients, server)
    return server


def addresses_of(end: End) -> Site:
    return tuple(filter(None, (end.address, end.other_address)))


def _objects(namespace: str, node: str) -> list[dict[str, Any]]:
    objects = in_namespace(FOLDER, namespace)
    for item in objects:
        if item["kind"] == "Deployment":
            item["spec"]["template"]["spec"]["nodeName"] = node
    return objects


def _contents(namespace: str, files: dict[str, str]) -> dict[str, Any]:
    labels = {"app.kubernetes.io/part-of": "netobserv-egress-conformance"}
    metadata = {"name": FOLDER, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": files}


def see_that_it_serves(clients: Clients, server: ListServer) -> None:
    """The control: an updater that finds no list proves nothing about the updater."""
    url = server.url(file("goog", pinned().name))
    traffic = clients.send(http_get(url), server.end)
    if traffic.outcome is Outcome.CONNECTED and traffic.answer == "200":
        return
    raise Inconclusive(f"the list server does not hand out its lists\n\n{traffic.told()}")
