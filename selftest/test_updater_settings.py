"""The updater's environment: defaults that work, and a sentence for each value that cannot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from selftest import updater_stage

import settings  # isort: skip

BASE = {"TARGET_NAMESPACES": "a", "KUBERNETES_SERVICE_HOST": "172.30.0.1"}


def test_a_pod_needs_only_its_target_namespaces() -> None:
    found = settings.read(BASE)
    assert found.namespaces == ("a",)
    assert found.api_url == "https://172.30.0.1:443"
    assert found.goog_url == "https://www.gstatic.com/ipranges/goog.json"
    assert found.account == Path("/var/run/secrets/kubernetes.io/serviceaccount")
    assert (found.max_rules, found.plain_lists) == (8000, False)


def test_an_empty_variable_is_like_none() -> None:
    assert settings.read({**BASE, "MAX_RULES": " ", "EXTRA_DENY": ""}) == settings.read(BASE)


def test_lists_take_commas_blanks_and_lines_and_drop_repetitions() -> None:
    found = settings.read({**BASE, "TARGET_NAMESPACES": "b, a\nc b", "EXTRA_DENY": "::/64"})
    assert found.namespaces == ("b", "a", "c")
    assert found.denied == ("::/64",)


def test_the_api_server_may_have_an_ipv6_address() -> None:
    host = {"KUBERNETES_SERVICE_HOST": "fd02::1", "KUBERNETES_SERVICE_PORT": "6443"}
    assert settings.read({**BASE, **host}).api_url == "https://[fd02::1]:6443"


@pytest.mark.parametrize(
    "name, value",
    [
        ("TARGET_NAMESPACES", ""),
        ("TARGET_NAMESPACES", "../kube-system"),
        ("TARGET_NAMESPACES", "Upper"),
        ("KUBERNETES_SERVICE_HOST", ""),
        ("API_URL", "http://plain"),
        ("API_URL", "https://"),
        ("API_URL", "https://host:port"),
        ("MAX_RULES", "0"),
        ("MAX_RULES", "many"),
        ("MAX_RULES", "8001"),
        ("MIN_GOOG_PREFIXES", "-1"),
        ("MAX_CHANGE_PERCENT", "nan"),
        ("TIMEOUT_SECONDS", "0"),
        ("ATTEMPTS", "0"),
        ("ALLOW_PLAIN_LISTS", "yes"),
        ("EXTRA_ALLOW", "10.0.0.1"),
        ("EXTRA_DENY", "10.0.0.1/8"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(settings.Problem) as caught:
        settings.read({**BASE, name: value})
    wanted = "API_URL" if name == "KUBERNETES_SERVICE_HOST" else name
    assert wanted in str(caught.value)
    assert caught.value.code == settings.Exit.SETTINGS


def test_a_password_in_the_address_of_the_api_server_is_not_repeated() -> None:
    with pytest.raises(settings.Problem, match="API_URL holds a user name") as caught:
        settings.read({**BASE, "API_URL": "https://me:s3cret@host:6443"})
    assert caught.value.code == settings.Exit.SETTINGS
    assert "s3cret" not in str(caught.value)


def test_every_exit_code_and_every_setting_is_documented() -> None:
    readme = (updater_stage.HOME / "README.md").read_text()
    program = (updater_stage.HOME / "settings.py").read_text()
    names = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', program))
    assert len(names) > 15
    assert [name for name in sorted(names) if name not in readme] == []
    assert [code for code in settings.Exit if f"| {code.value} |" not in readme] == []
