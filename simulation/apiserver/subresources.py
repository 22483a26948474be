"""Subresources that are no part of the object: logs, bindings, evictions, tokens, scale."""

from __future__ import annotations

from simulation.apiserver import writing
from simulation.apiserver.calls import Call, Response, answer, text
from simulation.apiserver.errors import bad_request, conflict
from simulation.apiserver.objects import Object, clone, dig, stamp
from simulation.apiserver.writing import Write


async def log(call: Call) -> Response:
    pod = call.store.peek(call.resource, call.namespace, call.route.name)
    container = _container(pod, call.option("container"))
    _started(pod, container)
    previous = call.flag("previous")
    name = call.route.name
    written = call.store.logs.read(call.route.namespace, name, container, previous)
    lines = written.splitlines(keepends=True)
    if call.option("tailLines"):
        count = int(call.option("tailLines"))
        lines = lines[-count:] if count else []
    body = "".join(lines).encode()
    limit = int(call.option("limitBytes") or len(body) or 1)
    return text(body[:limit])


def _container(pod: Object, asked: str) -> str:
    name = pod["metadata"]["name"]
    containers = [c["name"] for c in dig(pod, "spec", "containers") or ()]
    inits = [c["name"] for c in dig(pod, "spec", "initContainers") or ()]
    if asked:
        if asked not in (*containers, *inits):
            raise bad_request(f"container {asked} is not valid for pod {name}")
        return asked
    default = dig(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container")
    if default in containers:
        return str(default)
    if len(containers) == 1:
        return str(containers[0])
    choices = f"choose one of: [{' '.join(containers)}]"
    if inits:
        choices += f" or one of the init containers: [{' '.join(inits)}]"
    raise bad_request(f"a container name must be specified for pod {name}, {choices}")


def _started(pod: Object, container: str) -> None:
    """One that waits to be started again has the log of its last life."""
    statuses = [
        *(dig(pod, "status", "containerStatuses") or ()),
        *(dig(pod, "status", "initContainerStatuses") or ()),
    ]
    for status in statuses:
        reason = dig(status, "state", "waiting", "reason")
        lived = dig(status, "lastState", "terminated")
        if status["name"] == container and reason and not lived:
            name = pod["metadata"]["name"]
            raise bad_request(
                f'container "{container}" in pod "{name}" is waiting to start: {reason}'
            )


async def bind(call: Call) -> Response:
    binding = await call.body()
    pod = call.store.get(call.resource, call.namespace, call.route.name)
    if dig(pod, "spec", "nodeName"):
        node = pod["spec"]["nodeName"]
        why = f'pod {call.route.name} is already assigned to node "{node}"'
        raise conflict("pods/binding", "", call.route.name, why)
    pod["spec"]["nodeName"] = dig(binding, "target", "name")
    call.store.update(call.resource, call.namespace, pod, manager=call.manager)
    return _done(201)


async def evict(call: Call) -> Response:
    pod = call.store.peek(call.resource, call.namespace, call.route.name)
    call.store.deletion.delete(call.resource, pod, "Background")
    return _done(201)


def _done(code: int) -> Response:
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return answer(status | {"code": code}, code)


async def token(call: Call) -> Response:
    account = call.store.peek(call.resource, call.namespace, call.route.name)
    asked = await call.body() or {}
    made = call.store.access.add_service_account(
        call.route.namespace, call.route.name, account["metadata"]["uid"]
    )
    head = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1"}
    spec = {"expirationSeconds": 3600} | (asked.get("spec") or {})
    status = {"token": made, "expirationTimestamp": _later(call, spec["expirationSeconds"])}
    metadata = {"name": call.route.name, "namespace": call.route.namespace}
    return answer(head | {"metadata": metadata, "spec": spec, "status": status}, 201)


def _later(call: Call, seconds: int) -> str:
    return stamp(call.store.now() + seconds)


def _chosen(obj: Object) -> str:
    labels = dig(obj, "spec", "selector", "matchLabels") or {}
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


async def scale(call: Call) -> Response:
    """Read or change the number of replicas."""
    obj = call.store.get(call.resource, call.namespace, call.route.name)
    if call.request.method != "GET":
        change = await call.body() or {}
        obj["spec"]["replicas"] = (change.get("spec") or {}).get("replicas", 1)
        old = call.store.peek(call.resource, call.namespace, call.route.name)
        write = Write(manager=call.manager, subresource="scale")
        obj = writing.commit(call.store, call.resource, (old, clone(obj)), write)
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    shown = {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: obj["metadata"][name] for name in names},
        "spec": {"replicas": dig(obj, "spec", "replicas")},
        "status": {"replicas": dig(obj, "status", "replicas") or 0, "selector": _chosen(obj)},
    }
    return answer(shown)
