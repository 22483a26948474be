"""The tables of the Google scenarios are read at collection, and say what is wrong with them."""

from __future__ import annotations

import pytest

from kit.block_list import BROKEN
from kit.google_lists import Role, file, served, slug
from selftest.refusals import refusal
from steps import google


def test_roles_are_given_to_responders():
    table = [["the second responder", "a Google Cloud customer"]]
    assert google.roles(table) == {1: Role.CUSTOMER}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([], "the table is empty"),
        ([["the third responder", "another site"]], "is no responder"),
        ([["the first responder", "a Google servise"]], "nearest known word is 'a Google service'"),
    ],
)
def test_a_wrong_role_is_refused(table, says):
    assert says in refusal(google.roles, table)


@pytest.mark.parametrize(
    "table",
    [
        [],
        [["may", "patch", "pods"]],
        [["could", "patch", "pods", "in another namespace"]],
        [["may", "patch", "pods", "anywhere"]],
    ],
)
def test_a_wrong_right_is_refused(table):
    assert refusal(google.rights, table)


def test_a_table_is_read_when_the_feature_file_is():
    check = vars(google.the_cloud_list_is)["__check__"]
    check({"damage": "empty"}, None, None)
    assert "is no damage" in refusal(check, {"damage": "a bit odd"}, None, None)


def test_a_setting_that_the_updater_has_not_is_refused():
    check = vars(google.the_updater_runs_with)["__check__"]
    check({"setting": "MAX_RULES"}, None, None)
    assert "is no setting" in refusal(check, {"setting": "MAX_RULE"}, None, None)


@pytest.mark.parametrize("which", ["goog", "cloud"])
@pytest.mark.parametrize("damage", [damage for damage in BROKEN if damage != "missing"])
def test_every_damage_is_served(damage, which):
    assert file(which, slug(damage)) in served((("10.0.0.1",), ("10.0.0.2",)))


def test_what_is_missing_is_not_served():
    assert file("cloud", slug("missing")) not in served((("10.0.0.1",), ("10.0.0.2",)))
