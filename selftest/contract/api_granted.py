"""Cases: what an API server makes of what it is given."""

from __future__ import annotations

from typing import Any

from selftest.contract.api_cases import (
    APPLY,
    COLLECTORS,
    DEPLOYMENTS,
    FIREWALLS,
    JSON,
    MAPS,
    PODS,
    SERVICES,
    STRATEGIC,
    WIDGETS,
    apply,
    collector,
    config_map,
    delete,
    deployment,
    dry,
    firewall,
    get,
    named,
    patch,
    pod,
    post,
    put,
    widget,
)

DENY_ODDLY = {"type": "xDeny", "to": {"cidrSelector": "not a network"}}
MOUNTED = {
    "name": "a",
    "image": "i",
    "ports": [{"containerPort": 80}],
    "env": [{"name": "A", "value": "b"}],
    "volumeMounts": [{"name": "v", "mountPath": "/v"}],
}

WRITTEN = named(
    config_map=post(MAPS, config_map("g1", {"a": "1"}, labels={"x": "y"})),
    pod=post(PODS, pod("g1", MOUNTED, volumes=[{"name": "v", "emptyDir": {}}])),
    deployment=post(DEPLOYMENTS, deployment("g1")),
    service=post(
        SERVICES,
        {"metadata": {"name": "g1"}, "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}},
    ),
    headless=post(
        SERVICES,
        {"metadata": {"name": "g2"}, "spec": {"clusterIP": "None", "selector": {"a": "b"}}},
    ),
    network_policy=post(
        "/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies",
        {"metadata": {"name": "g1"}, "spec": {"ingress": [{"ports": [{"port": 80}]}]}},
    ),
    daemon_set=post(
        "/apis/apps/v1/namespaces/NS/daemonsets",
        deployment("g1") | {"kind": "DaemonSet"},
    ),
    secret=post(
        "/api/v1/namespaces/NS/secrets", {"metadata": {"name": "g1"}, "stringData": {"a": "b"}}
    ),
    lease=post(
        "/apis/coordination.k8s.io/v1/namespaces/NS/leases",
        {"metadata": {"name": "g1"}, "spec": {"holderIdentity": "me"}},
    ),
    widget=post(WIDGETS, widget("g1", size=1, bogus=1, open={"x": 1}, maybe=None)),
    widget_status=(
        post(WIDGETS, widget("g2", size=1)),
        patch(f"{WIDGETS}/g2/status", {"spec": {"size": 2}, "status": {"ok": True}}),
    ),
    widget_not_status=(
        post(WIDGETS, widget("g3", size=1)),
        patch(f"{WIDGETS}/g3", {"spec": {"size": 2}, "status": {"ok": True}}),
    ),
    widget_label=(
        post(WIDGETS, widget("g4", size=1)),
        patch(f"{WIDGETS}/g4", {"metadata": {"labels": {"a": "b"}}}),
    ),
    odd_firewall=post(FIREWALLS, firewall("default", DENY_ODDLY)),
    collector_defaults=dry(COLLECTORS, collector("cluster", agent={"ebpf": {}}, loki={})),
    collector_empty=dry(COLLECTORS, collector("cluster")),
    replaced=(
        post(MAPS, config_map("g5", {"a": "1", "b": "2"}, labels={"x": "y"})),
        put(f"{MAPS}/g5", config_map("g5", {"b": "3"})),
    ),
    merged=(
        post(MAPS, config_map("g6", {"a": "1", "b": "2"})),
        patch(f"{MAPS}/g6", {"data": {"a": None, "z": "9"}}),
    ),
    json_patched=(
        post(MAPS, config_map("g7", {"a": "1"})),
        patch(f"{MAPS}/g7", [{"op": "add", "path": "/data/n", "value": "3"}], JSON),
    ),
    image_patched=(
        post(PODS, pod("g8", {"name": "a", "image": "i:1"}, {"name": "b", "image": "i:1"})),
        patch(f"{PODS}/g8", {"spec": {"containers": [{"name": "b", "image": "i:2"}]}}, STRATEGIC),
    ),
    template_patched=(
        post(DEPLOYMENTS, deployment("g9")),
        patch(
            f"{DEPLOYMENTS}/g9",
            {"spec": {"template": {"spec": {"containers": [{"name": "d", "image": "j"}]}}}},
            STRATEGIC,
        ),
    ),
    scaled=(
        post(DEPLOYMENTS, deployment("ga")),
        patch(f"{DEPLOYMENTS}/ga/scale", {"spec": {"replicas": 3}}),
    ),
    finalized=(
        post(MAPS, config_map("gb", finalizers=["x/y"])),
        delete(f"{MAPS}/gb"),
    ),
    dry_deletion=(post(MAPS, config_map("gc")), delete(f"{MAPS}/gc", None, [("dryRun", "All")])),
    listed=(
        post(MAPS, config_map("l1", labels={"l": "a"})),
        post(MAPS, config_map("l2", labels={"l": "b"})),
        get(MAPS, [("labelSelector", "l in (a,b),l!=b")]),
    ),
    by_field=(post(PODS, pod("bf")), get(PODS, [("fieldSelector", "metadata.name=bf")])),
    may_i=post(
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}},
    ),
)

CRON_JOBS = "/apis/batch/v1/namespaces/NS/cronjobs"


def cron_job(name: str) -> dict[str, Any]:
    job = {"template": {"spec": pod(name)["spec"] | {"restartPolicy": "Never"}}}
    head = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}}
    return head | {"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": job}}}


ITEMS = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
APPLIED = named(
    bare=apply(f"{MAPS}/s0", config_map("s0")),
    cron_job=apply(f"{CRON_JOBS}/s0", cron_job("s0")),
    policy=apply(
        "/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies/s0",
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "s0"},
            "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
        },
    ),
    created=apply(f"{MAPS}/s1", config_map("s1", {"a": "1", "b": "2"})),
    dropped=(
        apply(f"{MAPS}/s2", config_map("s2", {"a": "1", "b": "2"})),
        apply(f"{MAPS}/s2", config_map("s2", {"a": "1"})),
    ),
    dropped_all=(
        apply(f"{MAPS}/s3", config_map("s3", {"a": "1"}, labels={"x": "y"})),
        apply(f"{MAPS}/s3", config_map("s3")),
    ),
    forced=(
        apply(f"{MAPS}/s4", config_map("s4", {"a": "1"})),
        apply(f"{MAPS}/s4", config_map("s4", {"a": "2"}), "m2", force="true"),
    ),
    shared=(
        apply(f"{MAPS}/s5", config_map("s5", {"a": "1"})),
        apply(f"{MAPS}/s5", config_map("s5", {"a": "1"}), "m2"),
        apply(f"{MAPS}/s5", config_map("s5", {})),
    ),
    over_update=(
        post(MAPS, config_map("s6", {"a": "1", "b": "2"})),
        apply(f"{MAPS}/s6", config_map("s6", {"a": "9"}), force="true"),
    ),
    update_over=(
        apply(f"{MAPS}/s7", config_map("s7", {"a": "1", "b": "2"})),
        patch(f"{MAPS}/s7", {"data": {"a": "9", "b": None}}),
    ),
    applied_deployment=apply(f"{DEPLOYMENTS}/s8", deployment("s8", replicas=2)),
    containers=(
        apply(f"{DEPLOYMENTS}/s9", deployment("s9")),
        patch(f"{DEPLOYMENTS}/s9", {"spec": {"replicas": 4}}),
        apply(f"{DEPLOYMENTS}/s9", deployment("s9", paused=True)),
    ),
    keyed=apply(f"{WIDGETS}/t1", widget("t1", size=1, keyed=ITEMS, set=["x"], atoms=["p"])),
    keyed_by_two=(
        apply(f"{WIDGETS}/t2", widget("t2", size=1, keyed=ITEMS[:1], set=["x"])),
        apply(f"{WIDGETS}/t2", widget("t2", keyed=ITEMS[1:], set=["y"], size=1), "m2"),
        apply(f"{WIDGETS}/t2", widget("t2", size=1)),
    ),
    atoms=(
        apply(f"{WIDGETS}/t3", widget("t3", size=1, atoms=["p"])),
        apply(f"{WIDGETS}/t3", widget("t3", size=1, atoms=["q"])),
    ),
    defaulted=apply(f"{WIDGETS}/t4", widget("t4", size=1, free={"a": "b"}, open={"x": {"y": 1}})),
    map_emptied=(
        apply(f"{WIDGETS}/t5", widget("t5", size=1, free={"a": "b"})),
        apply(f"{WIDGETS}/t5", widget("t5", size=1)),
    ),
    status=(
        apply(f"{WIDGETS}/t6", widget("t6", size=1)),
        apply(
            f"{WIDGETS}/t6/status",
            {k: v for k, v in widget("t6").items() if k != "spec"} | {"status": {"ok": True}},
        ),
    ),
    applied_service=apply(
        f"{SERVICES}/s10",
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "s10"},
            "spec": {"ports": [{"port": 80, "targetPort": 8080}], "selector": {"a": "b"}},
        },
    ),
    yaml=patch(f"{MAPS}/s11", config_map("s11", {"a": "1"}), APPLY, [("fieldManager", "m")]),
)
