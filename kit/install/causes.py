"""Why a stage of an installation does not come about: the cause by name, and the next thing to try.

What OLM, the Loki Operator, the kubelet and Loki itself say, in their own words, from the most
telling to the least.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from kit.cluster import Cluster
from kit.errors import InfrastructureError
from kit.workloads import is_ready

Object = Mapping[str, Any]
Life = tuple[str, str]
"""A pod's uid and one of its containers."""

Found = TypeVar("Found")

PULL = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")
NOT_CREATED = ("CreateContainerError", "CreateContainerConfigError", "RunContainerError")
OLM_API = "operators.coreos.com/v1alpha1"


@dataclass(frozen=True)
class Cause:
    """`definite` ones do not mend themselves: nobody has to wait for the deadline."""

    what: str
    next: str
    definite: bool = True

    def __str__(self) -> str:
        return f"{self.what}; next, {self.next}"


STORE_CODES = {
    "NoSuchBucket": (
        "the object store does not have the bucket that Loki is to use",
        "create the bucket, or name one that exists with --s3-bucket",
    ),
    "InvalidAccessKeyId": (
        "the object store does not know the access key that Loki was given",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to its keys and install again",
    ),
    "SignatureDoesNotMatch": (
        "the object store refuses the secret key that Loki was given",
        "set AWS_SECRET_ACCESS_KEY to the key's own secret and install again",
    ),
    "AccessDenied": (
        "the access key that Loki was given may not use the bucket",
        "allow it to list, get, put and delete objects there",
    ),
    "no such host": (
        "Loki cannot resolve the name of the object store",
        "name an --s3-endpoint that pods can resolve",
    ),
    "connection refused": (
        "nothing answers at the object store's address",
        "name an --s3-endpoint that pods can reach",
    ),
}
SUBSCRIPTION = {
    "ResolutionFailed": "compare channel and package with `kubectl get packagemanifest`, and mend "
    "manifests/install/versions/versions.yaml",
    "BundleUnpackFailed": "see that the cluster can pull the bundle's image (a mirror, a pull "
    "secret), remove the failed InstallPlan and install again",
    "CatalogSourcesUnhealthy": "see why the CatalogSource in openshift-marketplace is not READY; "
    "disconnected clusters name their own catalogue in versions.yaml",
    "InstallPlanPending": "approve the InstallPlan: somebody has set its approval to Manual",
}


def causes(
    cluster: Cluster, spaces: Sequence[str], before: Mapping[Life, int] | None = None
) -> list[Cause]:
    """All that can be found now; what cannot be read is no cause.

    Logs of containers that have not been started again since `before` (`lives`) tell of the past.
    """
    found: list[Cause] = []
    for look in (_images, _volumes, _containers, _subscriptions, _stacks):
        found += _looked(look, cluster, spaces)
    return list(dict.fromkeys(found + _stores(cluster, spaces, before or {})))


def lives(cluster: Cluster, spaces: Sequence[str]) -> dict[Life, int]:
    """How often each container that is not ready has been started again."""
    ended = _looked(_ended, cluster, spaces)
    return {(pod["metadata"]["uid"], c["name"]): int(c["restartCount"]) for pod, c in ended}


def _looked(
    look: Callable[[Cluster, str], Iterator[Found]], cluster: Cluster, spaces: Sequence[str]
) -> list[Found]:
    found: list[Found] = []
    for namespace in spaces:
        try:
            found += look(cluster, namespace)
        except InfrastructureError:
            continue
    return found


def _images(cluster: Cluster, namespace: str) -> Iterator[Cause]:
    for _, container, waiting in _waiting(cluster, namespace):
        if waiting.get("reason") in PULL:
            why = _short(waiting.get("message", waiting["reason"]))
            yield Cause(
                f"the image {container['image']} cannot be pulled ({why})",
                "mirror it (`make images`) and say --registry HOST/PATH, or give the namespace "
                f"{namespace} a pull secret",
            )


def _volumes(cluster: Cluster, namespace: str) -> Iterator[Cause]:
    """One for all volumes that lack the same."""
    for claim in cluster.list("v1", "PersistentVolumeClaim", namespace):
        if claim.get("status", {}).get("phase") == "Bound":
            continue
        wanted = claim["spec"].get("storageClassName", "of the default")
        for said in _events(cluster, namespace, claim["metadata"]["name"], "ProvisioningFailed"):
            yield Cause(
                f"storage class {wanted} does not provide the volumes of {namespace} "
                f"({_short(said)})",
                "choose a storage class whose provisioner works with --storage-class",
            )


def _stores(cluster: Cluster, spaces: Sequence[str], before: Mapping[Life, int]) -> list[Cause]:
    """What Loki itself says of its object store, in the log of a container that ended."""
    found = []
    for pod, container in _looked(_ended, cluster, spaces):
        namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
        if before.get((pod["metadata"]["uid"], container["name"])) == container["restartCount"]:
            continue
        log = _log(cluster, namespace, name, container["name"])
        for code, (what, advice) in STORE_CODES.items():
            if re.search(rf"\b{code}\b", log):
                found.append(Cause(f"{what} ({code}, in the logs of {namespace})", advice))
    return found


def _log(cluster: Cluster, namespace: str, pod: str, container: str) -> str:
    try:
        return cluster.logs(namespace, pod, container)
    except InfrastructureError:
        return ""


def _containers(cluster: Cluster, namespace: str) -> Iterator[Cause]:
    for pod, container, waiting in _waiting(cluster, namespace):
        if waiting.get("reason") in NOT_CREATED:
            name = f"{namespace}/{pod['metadata']['name']}"
            yield Cause(
                f"container {container['name']} of {name} cannot be created "
                f"({_short(waiting.get('message', waiting['reason']))})",
                f"look at `kubectl describe pod -n {namespace} {pod['metadata']['name']}` and at "
                "its node",
                definite=False,
            )


def _subscriptions(cluster: Cluster, namespace: str) -> Iterator[Cause]:
    if not cluster.serves(OLM_API, "Subscription"):
        return
    for found in cluster.list(OLM_API, "Subscription", namespace):
        for each in found.get("status", {}).get("conditions", ()):
            if each.get("status") == "True" and each.get("type") in SUBSCRIPTION:
                yield Cause(
                    f"Subscription {namespace}/{found['metadata']['name']} says {each['type']} "
                    f"({_short(each.get('message', ''))})",
                    SUBSCRIPTION[each["type"]],
                )


def _stacks(cluster: Cluster, namespace: str) -> Iterator[Cause]:
    if not cluster.serves("loki.grafana.com/v1", "LokiStack"):
        return
    for found in cluster.list("loki.grafana.com/v1", "LokiStack", namespace):
        for each in found.get("status", {}).get("conditions", ()):
            if (each.get("type"), each.get("status")) == ("Degraded", "True"):
                yield Cause(
                    f"the LokiStack is Degraded for {each['reason']} ({each.get('message', '')})",
                    f"mend the Secret {found['spec']['storage']['secret']['name']} in {namespace}",
                )


def _waiting(cluster: Cluster, namespace: str) -> Iterator[tuple[Object, Object, Object]]:
    for pod in cluster.list("v1", "Pod", namespace):
        status = pod.get("status", {})
        for key in ("initContainerStatuses", "containerStatuses"):
            for container in status.get(key, ()):
                if waiting := container.get("state", {}).get("waiting"):
                    yield pod, container, waiting


def _ended(cluster: Cluster, namespace: str) -> Iterator[tuple[Object, Object]]:
    for pod in cluster.list("v1", "Pod", namespace):
        if is_ready(pod):
            continue
        for container in pod.get("status", {}).get("containerStatuses", ()):
            if container.get("restartCount") or container.get("state", {}).get("terminated"):
                yield pod, container


def _events(cluster: Cluster, namespace: str, name: str, reason: str) -> list[str]:
    fields = f"involvedObject.name={name},reason={reason}"
    return [
        str(e.get("message", "")) for e in cluster.list("v1", "Event", namespace, fields=fields)
    ]


def _short(text: str) -> str:
    """The end of a long text: runtimes put the reason last."""
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"... {line[-156:]}"
