"""The built-in kinds that are served, as upstream names them."""

from __future__ import annotations

from simulation.apiserver.resources import Registry, Resource

READ = ("get", "list")
REVIEW = ("create",)

# plural, kind, short names, namespaced, subresources
_CORE: tuple[tuple[str, str, str, bool, str], ...] = (
    ("namespaces", "Namespace", "ns", False, "status finalize"),
    ("nodes", "Node", "no", False, "status proxy"),
    ("pods", "Pod", "po", True, "status log exec proxy portforward binding eviction"),
    ("services", "Service", "svc", True, "status proxy"),
    ("endpoints", "Endpoints", "ep", True, ""),
    ("configmaps", "ConfigMap", "cm", True, ""),
    ("secrets", "Secret", "", True, ""),
    ("events", "Event", "ev", True, ""),
    ("serviceaccounts", "ServiceAccount", "sa", True, "token"),
    ("persistentvolumes", "PersistentVolume", "pv", False, "status"),
    ("persistentvolumeclaims", "PersistentVolumeClaim", "pvc", True, "status"),
)
_GROUPED: tuple[tuple[str, str, str, str, bool, str], ...] = (
    ("apps/v1", "deployments", "Deployment", "deploy", True, "status scale"),
    ("apps/v1", "daemonsets", "DaemonSet", "ds", True, "status"),
    ("apps/v1", "statefulsets", "StatefulSet", "sts", True, "status scale"),
    ("apps/v1", "replicasets", "ReplicaSet", "rs", True, "status scale"),
    ("batch/v1", "jobs", "Job", "", True, "status"),
    ("batch/v1", "cronjobs", "CronJob", "cj", True, "status"),
    ("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", "netpol", True, ""),
    ("coordination.k8s.io/v1", "leases", "Lease", "", True, ""),
    ("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", "", True, ""),
    ("events.k8s.io/v1", "events", "Event", "ev", True, ""),
    ("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb", True, "status"),
    ("scheduling.k8s.io/v1", "priorityclasses", "PriorityClass", "pc", False, ""),
    ("storage.k8s.io/v1", "storageclasses", "StorageClass", "sc", False, ""),
    ("rbac.authorization.k8s.io/v1", "roles", "Role", "", True, ""),
    ("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", "", True, ""),
    ("rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", "", False, ""),
    ("rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", "", False, ""),
    (
        "apiextensions.k8s.io/v1",
        "customresourcedefinitions",
        "CustomResourceDefinition",
        "crd crds",
        False,
        "status",
    ),
    (
        "admissionregistration.k8s.io/v1",
        "validatingwebhookconfigurations",
        "ValidatingWebhookConfiguration",
        "",
        False,
        "",
    ),
    ("apiregistration.k8s.io/v1", "apiservices", "APIService", "", False, "status"),
)
_VIRTUAL: tuple[tuple[str, str, str, bool, tuple[str, ...]], ...] = (
    ("metrics.k8s.io/v1beta1", "nodes", "NodeMetrics", False, READ),
    ("metrics.k8s.io/v1beta1", "pods", "PodMetrics", True, READ),
    ("authentication.k8s.io/v1", "tokenreviews", "TokenReview", False, REVIEW),
    ("authentication.k8s.io/v1", "selfsubjectreviews", "SelfSubjectReview", False, REVIEW),
    (
        "authorization.k8s.io/v1",
        "selfsubjectaccessreviews",
        "SelfSubjectAccessReview",
        False,
        REVIEW,
    ),
    ("authorization.k8s.io/v1", "subjectaccessreviews", "SubjectAccessReview", False, REVIEW),
    (
        "authorization.k8s.io/v1",
        "selfsubjectrulesreviews",
        "SelfSubjectRulesReview",
        False,
        REVIEW,
    ),
)
IN_ALL = ("pods", "services", "deployments", "daemonsets", "statefulsets", "replicasets")

UNVERSIONED_SPEC = frozenset(
    [
        "namespaces",
        "nodes",
        "services",
        "endpoints",
        "configmaps",
        "secrets",
        "events",
        "serviceaccounts",
        "leases",
        "endpointslices",
        "roles",
        "rolebindings",
        "clusterroles",
        "clusterrolebindings",
        "persistentvolumes",
        "persistentvolumeclaims",
        "priorityclasses",
        "storageclasses",
        "apiservices",
    ]
)
"""Built-in kinds whose objects carry no metadata.generation."""


def _stored(api_version: str, row: tuple[str, str, str, bool, str]) -> Resource:
    plural, kind, short, namespaced, subresources = row
    group, _, version = api_version.rpartition("/")
    return Resource(
        group=group,
        version=version,
        plural=plural,
        kind=kind,
        namespaced=namespaced,
        singular=kind.lower(),
        short_names=tuple(short.split()),
        categories=("all",) if plural in IN_ALL or group == "batch" else (),
        subresources=tuple(subresources.split()),
    )


def register(registry: Registry) -> None:
    for row in _CORE:
        registry.add(_stored("v1", row))
    for api_version, plural, kind, short, namespaced, subresources in _GROUPED:
        registry.add(_stored(api_version, (plural, kind, short, namespaced, subresources)))
    for api_version, plural, kind, namespaced, verbs in _VIRTUAL:
        group, _, version = api_version.rpartition("/")
        registry.add(
            Resource(group, version, plural, kind, namespaced, singular=kind.lower(), verbs=verbs)
        )
