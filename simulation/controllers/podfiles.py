"""What a container finds when it starts: its environment, and files from volumes.

Only ConfigMaps, Secrets, the downward API, projected volumes of these, and the service account;
other volumes are empty.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

from simulation.apiserver import Store

Json = dict[str, Any]

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


class Missing(Exception):
    """The container cannot start: it refers to something that is not there."""


def environment(store: Store, pod: Json, container: Json) -> dict[str, str]:
    found: dict[str, str] = {"HOSTNAME": str(pod["metadata"]["name"]), **_api_server(store)}
    for source in container.get("envFrom") or []:
        prefix = source.get("prefix", "")
        found |= {prefix + key: value for key, value in _env_from(store, pod, source)}
    for entry in container.get("env") or []:
        value = _value(store, pod, entry)
        if value is not None:
            found[entry["name"]] = expand(value, found)
    return found


def _api_server(store: Store) -> dict[str, str]:
    """Every container is told where the API server is, with service links or without."""
    service = store.find("v1/Service", "default", "kubernetes")
    if service is None:
        return {}
    spec = service["spec"]
    where = {"HOST": spec["clusterIP"], "PORT": str(spec["ports"][0]["port"])}
    return {f"KUBERNETES_SERVICE_{key}": value for key, value in where.items()}


def expand(text: str, known: dict[str, str]) -> str:
    """`$(NAME)` as Kubernetes expands it; unknown names stay as they are."""
    for name, value in known.items():
        text = text.replace(f"$({name})", value)
    return text


def _env_from(store: Store, pod: Json, source: Json) -> Iterator[tuple[str, str]]:
    namespace = pod["metadata"]["namespace"]
    for key, read in (("configMapRef", config_map), ("secretRef", secret)):
        if reference := source.get(key):
            yield from read(store, namespace, reference).items()


def _value(store: Store, pod: Json, entry: Json) -> str | None:
    source = entry.get("valueFrom")
    if not source:
        return str(entry.get("value", ""))
    namespace = pod["metadata"]["namespace"]
    if field := source.get("fieldRef"):
        return downward(pod, field["fieldPath"])
    for key, read in (("configMapKeyRef", config_map), ("secretKeyRef", secret)):
        if reference := source.get(key):
            return _entry(read(store, namespace, reference), reference, namespace)
    return ""


def _entry(data: dict[str, str], reference: Json, namespace: str) -> str | None:
    if reference["key"] in data:
        return data[reference["key"]]
    if reference.get("optional"):
        return None
    raise Missing(f"couldn't find key {reference['key']} in {namespace}/{reference['name']}")


def downward(pod: Json, path: str) -> str:
    """One field of the pod; `metadata.labels['x']` included."""
    path, _, key = path.partition("['")
    value: Any = pod
    for part in path.split("."):
        value = value.get(part, {}) if isinstance(value, dict) else {}
    if key:
        value = value.get(key.removesuffix("']"), "") if isinstance(value, dict) else ""
    return value if isinstance(value, str) else ""


def config_map(store: Store, namespace: str, reference: Json) -> dict[str, str]:
    return dict(_data(store, namespace, "ConfigMap", reference).get("data") or {})


def secret(store: Store, namespace: str, reference: Json) -> dict[str, str]:
    data = _data(store, namespace, "Secret", reference).get("data") or {}
    return {key: base64.b64decode(value).decode(errors="replace") for key, value in data.items()}


def _data(store: Store, namespace: str, kind: str, reference: Json) -> Json:
    name = reference.get("name") or reference.get("secretName") or ""
    found = store.find(f"v1/{kind}", namespace, name)
    if found is None and not reference.get("optional"):
        raise Missing(f'{kind.lower()} "{name}" not found')
    return found or {}


def files(store: Store, pod: Json, container: Json) -> dict[str, str]:
    """Absolute path to content, for every mounted volume that has content."""
    volumes = {each["name"]: each for each in pod["spec"].get("volumes") or []}
    found = account(store, pod)
    for mount in container.get("volumeMounts") or []:
        volume = volumes.get(mount["name"], {})
        content = dict(_content(store, pod, volume))
        if sub_path := mount.get("subPath"):
            found[mount["mountPath"]] = content.get(sub_path, "")
        else:
            found |= {f"{mount['mountPath'].rstrip('/')}/{k}": v for k, v in content.items()}
    return found


def host_paths(pod: Json, container: Json) -> dict[str, str]:
    """Folders of the node that the container sees, by the path under which it has them."""
    volumes = {each["name"]: each for each in pod["spec"].get("volumes") or []}
    found = {}
    for mount in container.get("volumeMounts") or []:
        source = volumes.get(mount["name"], {}).get("hostPath")
        if source:
            found[mount["mountPath"].rstrip("/")] = source["path"].rstrip("/")
    return found


def account(store: Store, pod: Json) -> dict[str, str]:
    """Token, authority and namespace, unless the pod or its service account declines them."""
    namespace = pod["metadata"]["namespace"]
    name = pod["spec"].get("serviceAccountName") or "default"
    found = store.find("v1/ServiceAccount", namespace, name)
    if found is None or not _wanted(pod["spec"], found):
        return {}
    authority = store.find("v1/ConfigMap", namespace, "kube-root-ca.crt") or {}
    content = {
        "token": store.access.add_service_account(namespace, name, found["metadata"]["uid"]),
        "ca.crt": (authority.get("data") or {}).get("ca.crt", ""),
        "namespace": namespace,
    }
    return {f"{ACCOUNT}/{key}": text for key, text in content.items()}


def _wanted(spec: Json, service_account: Json) -> bool:
    """The pod decides, then its service account; who says nothing gets a token."""
    wanted = spec.get("automountServiceAccountToken")
    if wanted is None:
        wanted = service_account.get("automountServiceAccountToken")
    return wanted is not False


def _content(store: Store, pod: Json, volume: Json) -> Iterator[tuple[str, str]]:
    namespace = pod["metadata"]["namespace"]
    readers: dict[str, Callable[[Store, str, Json], dict[str, str]]]
    readers = {"configMap": config_map, "secret": secret}
    for key, read in readers.items():
        if source := volume.get(key):
            yield from _items(read(store, namespace, source), source)
    for source in (volume.get("projected") or {}).get("sources") or []:
        yield from _content(store, pod, source)
    for item in (volume.get("downwardAPI") or {}).get("items") or []:
        yield item["path"], downward(pod, (item.get("fieldRef") or {}).get("fieldPath", ""))


def _items(data: dict[str, str], source: Json) -> Iterator[tuple[str, str]]:
    items = source.get("items")
    if not items:
        yield from data.items()
    for item in items or []:
        if item["key"] in data:
            yield item["path"], data[item["key"]]


def check_volumes(store: Store, pod: Json) -> None:
    """Raise Missing for a volume whose source is not there: such a pod stays in creation."""
    for volume in pod["spec"].get("volumes") or []:
        try:
            dict(_content(store, pod, volume))
        except Missing as missing:
            text = f'MountVolume.SetUp failed for volume "{volume["name"]}" : {missing}'
            raise Missing(text) from None
