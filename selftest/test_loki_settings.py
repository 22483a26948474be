"""Each mode of spec.loki is read as the operator reads it; what is half filled is one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from kit.errors import InfrastructureError
from kit.loki.settings import LokiSettings, read

GATEWAY = "https://{}-gateway-http.{}.svc.cluster.local:8080/api/logs/v1/network"
TLS = {"enable": True, "insecureSkipVerify": False}


def collector(loki: dict[str, Any] | None, **spec: Any) -> dict[str, Any]:
    return {"spec": {"loki": loki, **spec}}


@pytest.mark.parametrize(
    ("loki", "read_as"),
    [
        (None, LokiSettings("http://loki:3100/", "netobserv", "netobserv")),
        ({"mode": "Monolithic"}, LokiSettings("http://loki:3100/", "netobserv", "netobserv")),
        (
            {"mode": "Monolithic", "monolithic": {"url": "https://l:1", "tls": TLS}},
            LokiSettings("https://l:1", "netobserv", "netobserv", tls=TLS),
        ),
        (
            {"mode": "Microservices", "microservices": None},
            LokiSettings("http://loki-query-frontend:3100/", "netobserv", "netobserv"),
        ),
        (
            {
                "mode": "Microservices",
                "microservices": {"querierUrl": "http://q:1", "tenantID": "t"},
            },
            LokiSettings("http://q:1", "netobserv", "t"),
        ),
        (
            {"mode": "Manual", "manual": {"ingesterUrl": "http://i:1", "querierUrl": "http://q:1"}},
            LokiSettings("http://q:1", "netobserv", "netobserv"),
        ),
        (
            {"mode": "Manual", "manual": {"authToken": "Host", "tenantID": "t"}},
            LokiSettings("http://loki:3100/", "netobserv", "t", wants_token=True),
        ),
        (
            {"mode": "LokiStack"},
            LokiSettings(
                GATEWAY.format("loki", "netobserv"), "netobserv", wants_token=True, stack="loki"
            ),
        ),
        (
            {"mode": "LokiStack", "lokiStack": {"name": "ls", "namespace": "logs"}},
            LokiSettings(GATEWAY.format("ls", "logs"), "logs", wants_token=True, stack="ls"),
        ),
    ],
)
def test_every_mode_is_read_with_upstream_s_defaults(
    loki: dict[str, Any] | None, read_as: LokiSettings
) -> None:
    assert read(collector(loki)) == read_as


def test_the_namespace_is_the_collector_s_own() -> None:
    assert read(collector({"mode": "LokiStack"}, namespace="flows")).namespace == "flows"


@pytest.mark.parametrize(
    ("loki", "says"),
    [
        ({"enable": False}, "spec.loki.enable is false"),
        ({"mode": "Odd"}, "mode 'Odd' is not known .known: Monolithic, Manual, Microservices, Lok"),
        ({"mode": "LokiStack", "lokiStack": {"name": ""}}, "lokiStack.name is empty"),
        ({"monolithic": {"url": ""}}, "spec.loki.monolithic.url '' is no URL of a Loki"),
        ({"monolithic": {"url": "loki:3100"}}, "monolithic.url 'loki:3100' is no URL"),
        ({"monolithic": {"url": "http://loki:x"}}, "monolithic.url 'http://loki:x' is no URL"),
        (
            {"mode": "Microservices", "microservices": {"querierUrl": "ftp://q"}},
            "spec.loki.microservices.querierUrl 'ftp://q' is no URL",
        ),
        ({"mode": "Manual", "manual": {"querierUrl": None}}, "manual.querierUrl None is no URL"),
        (
            {"mode": "Manual", "manual": {"authToken": "Own"}},
            "manual.authToken 'Own' is not known .known: Disabled, Host, Forward",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_its_field(loki: dict[str, Any], says: str) -> None:
    with pytest.raises(InfrastructureError, match=says):
        read(collector(loki))
