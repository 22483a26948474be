"""Services of one IP family or of both, as the API server gives them addresses."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.apiserver import ApiError, Store

KIND = "v1/Service"


def service(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}], **spec}}


def made(dual_stack: bool, **spec: Any) -> dict[str, Any]:
    store = Store()
    store.cluster_ips.dual_stack = dual_stack
    found: dict[str, Any] = store.create(KIND, "default", service(**spec))["spec"]
    return found


@pytest.mark.parametrize(
    "dual_stack, policy, families",
    [
        (False, None, ["IPv4"]),
        (False, "PreferDualStack", ["IPv4"]),
        (True, None, ["IPv4"]),
        (True, "SingleStack", ["IPv4"]),
        (True, "PreferDualStack", ["IPv4", "IPv6"]),
        (True, "RequireDualStack", ["IPv4", "IPv6"]),
    ],
)
def test_a_service_has_as_many_families_as_it_asks_for_and_the_cluster_has(
    dual_stack, policy, families
):
    spec = made(dual_stack, **({"ipFamilyPolicy": policy} if policy else {}))
    assert spec["ipFamilies"] == families
    assert [":" in each for each in spec["clusterIPs"]] == [family == "IPv6" for family in families]
    assert spec["clusterIPs"][0] == spec["clusterIP"]
    assert spec["ipFamilyPolicy"] == (policy or "SingleStack")


def test_two_families_that_are_required_are_refused_where_there_is_one():
    with pytest.raises(ApiError) as refused:
        made(False, ipFamilyPolicy="RequireDualStack")
    assert refused.value.code == 422
    assert "spec.ipFamilyPolicy" in refused.value.message
    assert "not configured for dual-stack services" in refused.value.message


def test_a_headless_service_has_families_and_no_address():
    spec = made(True, clusterIP="None", ipFamilyPolicy="PreferDualStack")
    assert (spec["clusterIPs"], spec["ipFamilies"]) == (["None"], ["IPv4", "IPv6"])


def test_no_two_services_share_an_address():
    store = Store()
    store.cluster_ips.dual_stack = True
    given = []
    for number in range(600):
        item = service(ipFamilyPolicy="PreferDualStack") | {"metadata": {"name": f"s{number}"}}
        given += store.create(KIND, "default", item)["spec"]["clusterIPs"]
    assert len({*given}) == 1200
