"""Pod security admission: which pods a namespace's `enforce` label refuses, in upstream's words.

Source: k8s.io/pod-security-admission policy checks, the baseline and restricted levels. A
namespace without the label enforces nothing, as OpenShift 4.20 is set up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulation.apiserver import ApiError
from simulation.controllers.hub import Hub, Json

LABEL = "pod-security.kubernetes.io/"
HOST_NAMESPACES = ("hostNetwork", "hostPID", "hostIPC")
BASELINE_CAPABILITIES = frozenset(
    (
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
        *("NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    )
)


class PodSecurity:
    """Admits pods; warns of what the `warn` level would refuse."""

    def __init__(self, hub: Hub) -> None:
        self._namespaces = hub.seen["Namespace"]
        hub.store.admit("Pod", self.admit)

    def admit(self, obj: Json, _old: Json | None, operation: str) -> list[str]:
        if operation != "CREATE":
            return []
        metadata = obj["metadata"]
        found = self._namespaces.get("", metadata.get("namespace", ""))
        labels = ((found or {}).get("metadata") or {}).get("labels") or {}
        enforced = labels.get(LABEL + "enforce", "privileged")
        name = metadata.get("name") or metadata.get("generateName", "")
        if broken := violations(obj["spec"], enforced):
            version = labels.get(LABEL + "enforce-version", "latest")
            text = f'violates PodSecurity "{enforced}:{version}": {", ".join(broken)}'
            details = {"name": name, "kind": "pods"}
            raise ApiError(403, "Forbidden", f'pods "{name}" is forbidden: {text}', details)
        warned = labels.get(LABEL + "warn", "privileged")
        if broken := violations(obj["spec"], warned):
            return [f'would violate PodSecurity "{warned}:latest": {", ".join(broken)}']
        return []


def violations(spec: Json, level: str) -> list[str]:
    checks: list[Callable[[Json], Iterator[str]]] = []
    if level in ("baseline", "restricted"):
        checks += [_host_namespaces, _privileged, _host_paths, _host_ports]
        checks.append(_capabilities if level == "baseline" else _no_capabilities)
    if level == "restricted":
        checks += [_escalation, _non_root, _seccomp]
    return [text for check in checks for text in check(spec)]


def _containers(spec: Json) -> list[Json]:
    return [*(spec.get("initContainers") or []), *spec.get("containers", [])]


def _security(container: Json) -> Json:
    return container.get("securityContext") or {}


def _named(containers: list[Json]) -> str:
    names = ", ".join(f'"{each["name"]}"' for each in containers)
    return f"container{'s' if len(containers) > 1 else ''} {names}"


def _host_namespaces(spec: Json) -> Iterator[str]:
    if used := [f"{key}=true" for key in HOST_NAMESPACES if spec.get(key)]:
        yield f"host namespaces ({', '.join(used)})"


def _privileged(spec: Json) -> Iterator[str]:
    if bad := [each for each in _containers(spec) if _security(each).get("privileged")]:
        yield f"privileged ({_named(bad)} must not set securityContext.privileged=true)"


def _host_paths(spec: Json) -> Iterator[str]:
    if bad := [each["name"] for each in spec.get("volumes") or [] if "hostPath" in each]:
        names = ", ".join(f'"{name}"' for name in bad)
        yield f"hostPath volumes (volume{'s' if len(bad) > 1 else ''} {names})"


def _host_ports(spec: Json) -> Iterator[str]:
    bad = [c for c in _containers(spec) if any(p.get("hostPort") for p in c.get("ports") or [])]
    if bad:
        numbers = [p["hostPort"] for c in bad for p in c["ports"] if p.get("hostPort")]
        listed = ", ".join(map(str, sorted(set(numbers))))
        plural = "s" if len(numbers) > 1 else ""
        yield f"hostPort ({_named(bad)} uses hostPort{plural} {listed})"


def _capabilities(spec: Json) -> Iterator[str]:
    def extra(container: Json) -> set[str]:
        added = (_security(container).get("capabilities") or {}).get("add") or []
        return set(added) - BASELINE_CAPABILITIES

    if bad := [each for each in _containers(spec) if extra(each)]:
        listed = ", ".join(f'"{name}"' for name in sorted(set().union(*map(extra, bad))))
        must = f"must not include {listed} in securityContext.capabilities.add"
        yield f"non-default capabilities ({_named(bad)} {must})"


def _no_capabilities(spec: Json) -> Iterator[str]:
    def drops(container: Json) -> bool:
        return "ALL" in ((_security(container).get("capabilities") or {}).get("drop") or [])

    if bad := [each for each in _containers(spec) if not drops(each)]:
        must = 'must set securityContext.capabilities.drop=["ALL"]'
        yield f"unrestricted capabilities ({_named(bad)} {must})"


def _escalation(spec: Json) -> Iterator[str]:
    bad = [
        c for c in _containers(spec) if _security(c).get("allowPrivilegeEscalation") is not False
    ]
    if bad:
        must = "must set securityContext.allowPrivilegeEscalation=false"
        yield f"allowPrivilegeEscalation != false ({_named(bad)} {must})"


def _non_root(spec: Json) -> Iterator[str]:
    whole = _security(spec).get("runAsNonRoot")
    bad = [c for c in _containers(spec) if _security(c).get("runAsNonRoot", whole) is not True]
    if bad:
        must = "must set securityContext.runAsNonRoot=true"
        yield f"runAsNonRoot != true (pod or {_named(bad)} {must})"


def _seccomp(spec: Json) -> Iterator[str]:
    whole = _security(spec).get("seccompProfile")
    bad = [c for c in _containers(spec) if not _security(c).get("seccompProfile", whole)]
    if bad:
        must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        yield f"seccompProfile (pod or {_named(bad)} {must})"
