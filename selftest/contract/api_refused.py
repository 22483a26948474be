"""Cases: what an API server refuses, and how it says so."""

from __future__ import annotations

from selftest.contract.api_cases import (
    COLLECTORS,
    CORE,
    DEPLOYMENTS,
    FIREWALLS,
    JSON,
    MAPS,
    PODS,
    SERVICES,
    STRATEGIC,
    STRICT,
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

ALLOW = {"type": "Allow", "to": {"cidrSelector": "198.51.100.0/24"}}
BAD_PORT = {"name": "x", "image": "b", "ports": [{"containerPort": 0}]}

BUILT_IN = named(
    missing=get(f"{PODS}/nope"),
    missing_kind=get("/api/v1/foos"),
    twice=(post(MAPS, config_map("twice")), post(MAPS, config_map("twice"))),
    bad_name=post(PODS, pod("Bad_Name", {"name": "A", "image": ""})),
    no_name=post(MAPS, {"data": {}}),
    bad_labels=post(MAPS, config_map("bl", labels={"x y": "a b"})),
    no_containers=post(PODS, {"metadata": {"name": "b"}, "spec": {}}),
    bad_containers=post(PODS, pod("b", {"image": "a"}, {"name": "x", "image": "b"}, BAD_PORT)),
    wrong_type=post(MAPS, config_map("wt", {"a": 1})),
    wrong_nested_type=post(DEPLOYMENTS, deployment("wn", replicas="2")),
    other_namespace=post(MAPS, config_map("on", namespace="other")),
    other_kind=post(MAPS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}),
    versioned=post(MAPS, config_map("v", resourceVersion="5")),
    no_namespace=post("/api/v1/namespaces/no-such/configmaps", config_map("n")),
    bad_namespace=post("/api/v1/namespaces", {"metadata": {"name": "UP"}}),
    bad_dry_run=post(MAPS, config_map("d"), [("dryRun", "x")]),
    strict=post(MAPS, config_map("s") | {"bogus": 1}, STRICT),
    strict_nested=post(DEPLOYMENTS, deployment("s", replicaz=2), STRICT),
    selector_mismatch=post(DEPLOYMENTS, deployment("m", selector={"matchLabels": {"a": "b"}})),
    empty_deployment=post(DEPLOYMENTS, {"metadata": {"name": "d"}, "spec": {}}),
    no_ports=post(SERVICES, {"metadata": {"name": "s"}, "spec": {}}),
    bad_port=post(SERVICES, {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 70000}]}}),
    nameless_ports=post(
        SERVICES, {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}, {"port": 81}]}}
    ),
    bad_protocol=post(
        SERVICES,
        {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80, "protocol": "X"}]}},
    ),
    always_job=post(
        "/apis/batch/v1/namespaces/NS/jobs",
        {"metadata": {"name": "j"}, "spec": {"template": pod("x")}},
    ),
    immutable_selector=(
        post(DEPLOYMENTS, deployment("imm")),
        patch(
            f"{DEPLOYMENTS}/imm",
            {
                "spec": {
                    "selector": {"matchLabels": {"app": "z"}},
                    "template": {"metadata": {"labels": {"app": "z"}}},
                }
            },
        ),
    ),
    bad_continue=get(PODS, [("limit", "1"), ("continue", "!")]),
    bad_field=get(PODS, [("fieldSelector", "spec.foo=1")]),
    bad_field_of_maps=get(MAPS, [("fieldSelector", "spec.foo=1")]),
    bad_selector=get(PODS, [("fieldSelector", "foo")]),
    default_namespace=delete("/api/v1/namespaces/default"),
)

CHANGES = named(
    misnamed=(post(MAPS, config_map("p1")), put(f"{MAPS}/p1", config_map("p2"))),
    put_missing=put(f"{MAPS}/nope", config_map("nope")),
    stale=(post(MAPS, config_map("p3")), put(f"{MAPS}/p3", config_map("p3", resourceVersion="5"))),
    other_uid=(post(MAPS, config_map("p4")), put(f"{MAPS}/p4", config_map("p4", uid="5"))),
    failed_test=(
        post(MAPS, config_map("p5", {"a": "1"})),
        patch(f"{MAPS}/p5", [{"op": "test", "path": "/data/a", "value": "9"}], JSON),
    ),
    absent_path=(
        post(MAPS, config_map("p6")),
        patch(f"{MAPS}/p6", [{"op": "remove", "path": "/data/zz"}], JSON),
    ),
    no_operations=(post(MAPS, config_map("p7")), patch(f"{MAPS}/p7", {}, JSON)),
    unknown_patch=(post(MAPS, config_map("p8")), patch(f"{MAPS}/p8", {}, "application/foo")),
    strategic_custom=(
        post(WIDGETS, widget("sc", size=1)),
        patch(f"{WIDGETS}/sc", {"spec": {"size": 2}}, STRATEGIC),
    ),
    apply_unmanaged=apply(f"{MAPS}/p9", config_map("p9"), ""),
    apply_kindless=apply(f"{MAPS}/p9", {}),
    apply_misnamed=apply(f"{MAPS}/p9", config_map("other")),
    apply_managed=apply(f"{MAPS}/p9", config_map("p9", managedFields=[{"manager": "a"}])),
    apply_unknown=apply(f"{MAPS}/p9", config_map("p9") | {"bogus": 1}),
    apply_unknowns=apply(f"{DEPLOYMENTS}/pa", deployment("pa", replicaz=1, paus=True)),
    apply_wrong_type=apply(f"{DEPLOYMENTS}/pa", deployment("pa", replicas="x")),
    apply_unknown_custom=apply(f"{WIDGETS}/pb", widget("pb", size=1, bogus=1)),
    apply_conflict=(
        apply(f"{MAPS}/pc", config_map("pc", {"a": "1"})),
        apply(f"{MAPS}/pc", config_map("pc", {"a": "2"}), "m2"),
    ),
    apply_conflicts=(
        apply(f"{DEPLOYMENTS}/pd", deployment("pd", replicas=1)),
        patch(f"{DEPLOYMENTS}/pd", {"spec": {"paused": True}}),
        apply(f"{DEPLOYMENTS}/pd", deployment("pd", replicas=2, paused=False), "m2"),
    ),
    delete_missing=delete(f"{MAPS}/nope"),
    delete_other_uid=(
        post(MAPS, config_map("pe")),
        delete(f"{MAPS}/pe", {"preconditions": {"uid": "x"}}),
    ),
    delete_oddly=(post(MAPS, config_map("pf")), delete(f"{MAPS}/pf", {"propagationPolicy": "X"})),
    delete_status=(post(MAPS, config_map("pg")), delete(f"{MAPS}/pg")),
    logs_of_which=(
        post(PODS, pod("two", {"name": "a", "image": "i"}, {"name": "b", "image": "i"})),
        get(f"{PODS}/two/log"),
    ),
    logs_of_other=(post(PODS, pod("one")), get(f"{PODS}/one/log", [("container", "zz")])),
    proxy_to_nothing=get(f"{SERVICES}/nope:80/proxy/"),
    proxy_without_endpoints=(
        post(SERVICES, {"metadata": {"name": "lone"}, "spec": {"ports": [{"port": 80}]}}),
        get(f"{SERVICES}/lone:80/proxy/x"),
    ),
    proxy_to_other_port=(
        post(SERVICES, {"metadata": {"name": "lon2"}, "spec": {"ports": [{"port": 80}]}}),
        get(f"{SERVICES}/lon2:81/proxy/x"),
    ),
    wrong_method=post(f"{CORE}/status", {}),
)

CUSTOM = named(
    nothing_required=post(WIDGETS, widget("w")),
    too_small=post(WIDGETS, widget("w", size=0)),
    too_big_and_green=post(WIDGETS, widget("w", size=10, color="green")),
    wrong_types=post(WIDGETS, widget("w", size="1", many="x", one=[], nested=1)),
    null_size=post(WIDGETS, widget("w", size=None)),
    loose_pattern=post(WIDGETS, widget("w1", size=1, code="xb")),
    pattern=post(WIDGETS, widget("w", size=1, code="cd")),
    too_long=post(WIDGETS, widget("w", size=1, code="aaaaa")),
    too_short=post(WIDGETS, widget("w", size=1, code="")),
    too_many=post(WIDGETS, widget("w", size=1, many=["a", "b", "c"])),
    too_few=post(WIDGETS, widget("w", size=1, many=[])),
    two_of_one=post(WIDGETS, widget("w", size=1, one={"a": "1", "b": "2"})),
    none_of_one=post(WIDGETS, widget("w", size=1, one={})),
    set_twice=post(WIDGETS, widget("w", size=1, set=["a", "a"])),
    key_twice=post(WIDGETS, widget("w", size=1, keyed=[{"name": "a"}, {"name": "a"}])),
    keyless=post(WIDGETS, widget("w", size=1, keyed=[{"value": "a"}])),
    odd_port=post(WIDGETS, widget("w", size=1, port=True)),
    free_numbers=post(WIDGETS, widget("w", size=1, free={"a": 1})),
    strict_custom=post(WIDGETS, widget("w", size=1, bogus=1), STRICT),
    not_fixed=(
        post(WIDGETS, widget("fx", size=1, fixed="a")),
        patch(f"{WIDGETS}/fx", {"spec": {"fixed": "b"}}),
    ),
    put_unversioned=(
        post(WIDGETS, widget("pu", size=1)),
        put(f"{WIDGETS}/pu", widget("pu", size=2)),
    ),
    firewall_name=post(FIREWALLS, firewall("other", ALLOW)),
    firewall_two_targets=post(
        FIREWALLS, firewall("default", ALLOW | {"to": {"cidrSelector": "a", "dnsName": "b.c"}})
    ),
    firewall_no_target=post(FIREWALLS, firewall("default", ALLOW | {"to": {}})),
    firewall_type=post(FIREWALLS, firewall("default", ALLOW | {"type": "Drop"})),
    firewall_port=post(
        FIREWALLS, firewall("default", ALLOW | {"ports": [{"port": 0, "protocol": "ICMP"}]})
    ),
    firewall_name_pattern=post(
        FIREWALLS, firewall("default", ALLOW | {"to": {"dnsName": "bad_name..x"}})
    ),
    collector_feature=dry(COLLECTORS, collector("x", agent={"ebpf": {"features": ["Foo"]}})),
    collector_sampling=dry(COLLECTORS, collector("x", agent={"ebpf": {"sampling": -1}})),
    collector_timeout=dry(
        COLLECTORS, collector("x", agent={"ebpf": {"cacheActiveTimeout": "5 s"}})
    ),
    collector_model=dry(COLLECTORS, collector("x", deploymentModel="Sidecar")),
    collector_rules=dry(
        COLLECTORS, collector("x", agent={"ebpf": {"flowFilter": {"enable": True, "rules": []}}})
    ),
    collector_loki=dry(COLLECTORS, collector("x", loki={"enable": False})),
)
