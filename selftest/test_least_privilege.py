"""The roles of manifests/runner-rbac: made from the catalog, enough for a run, and no more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from catalog.rights import Where
from kit.preflight import demand, lacking, places
from kit.verdict import Inconclusive
from selftest.least import SELECTED, main, objects, rights_of, under
from selftest.roles import FOLDER, WORDS, files, of_profile

HOME = "netobserv"
FEW = ("features/dns_tracking.feature", "-k", "exists or fails", "-n0")
ROLES = {
    profile: [item for item in objects(FOLDER / profile) if "rules" in item] for profile in WORDS
}
RULES = [
    pytest.param(profile, role, index, id=f"{profile}-{role}-{index}")
    for profile, found in ROLES.items()
    for role, item in enumerate(found)
    for index in range(len(item["rules"]))
]


class Bound:
    """A cluster that knows nothing but roles, and answers reviews of access by them."""

    def __init__(self, roles: list[dict[str, Any]]) -> None:
        self.roles = roles
        self.target = SimpleNamespace(context="runner")

    def can(
        self,
        verb: str,
        group: str,
        resource: str,
        namespace: str = "",
        *,
        name: str = "",
        subresource: str = "",
    ) -> bool:
        full = f"{resource}/{subresource}".rstrip("/")
        rules = [
            rule
            for role in self.roles
            if role["metadata"].get("namespace", namespace) == namespace
            for rule in role["rules"]
        ]
        return any(
            verb in rule["verbs"]
            and group in rule["apiGroups"]
            and full in rule["resources"]
            and name in rule.get("resourceNames", [name])
            for rule in rules
        )


@pytest.mark.parametrize("profile", WORDS)
def test_the_manifests_are_what_the_catalog_makes(profile):
    found = {path.name: path.read_text() for path in (FOLDER / profile).iterdir()}
    assert found == files(profile), "write them anew: python -m selftest.roles"


@pytest.mark.parametrize("profile", WORDS)
def test_a_profile_has_all_that_it_needs(profile):
    demand(Bound(ROLES[profile]), of_profile(profile), HOME)


@pytest.mark.parametrize("profile, role, index", RULES)
def test_without_any_one_rule_the_preflight_refuses(profile, role, index):
    roles = [dict(each) for each in ROLES[profile]]
    rules = list(roles[role]["rules"])
    gone = rules.pop(index)
    roles[role]["rules"] = rules
    with pytest.raises(Inconclusive) as refused:
        demand(Bound(roles), of_profile(profile), HOME)
    assert f"{gone['resources'][0]}" in str(refused.value)
    assert "nothing was touched" in str(refused.value)


def test_each_role_has_a_run_of_its_own(capsys):
    assert SELECTED.keys() == WORDS.keys()
    assert main(["cor"]) == 4
    assert capsys.readouterr().err.startswith("there is no role 'cor': name one of core, ")


def test_all_that_is_missing_is_named_at_once():
    rights = list(dict.fromkeys(rights_of("extended")))
    found = lacking(Bound([]), rights, HOME)
    assert [each.right for each in found] == rights
    told = {each.said() for each in found}
    assert "create, get, list pods" in told
    assert "get pods/proxy in the namespace of the agents" in told
    assert set(places(HOME)) == set(Where)


def test_a_run_is_green_under_its_role_and_refused_without_one(tmp_path):
    ended, runner = under("core", tmp_path, *FEW)
    assert ended.code == 0, ended.output
    assert ("patch", "flows.netobserv.io", "flowcollectors", "") in runner.used
    assert len(ended.endings()) == 2
    (tmp_path / "other").mkdir()
    ended, runner = under("observe", tmp_path / "other", *FEW)
    assert ended.code == 10, ended.output
    assert "create, patch, delete namespaces" in ended.output
    written = {verb for verb, _, resource, _ in runner.used if not resource.startswith("self")}
    assert written <= {"get", "list"}
