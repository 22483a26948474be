"""The Google block list: what its lists say, its updater's runs, the rules that come of them."""

from __future__ import annotations

from ipaddress import ip_address

from pytest_bdd import given, then, when

from catalog.outcomes import Outcome
from kit.block_list import BROKEN, failed, need, succeeded
from kit.google_lists import Role
from kit.outcomes import DENIED, ended_so
from kit.updater import known_settings
from kit.verdict import Unmet
from steps.words import RESPONDERS, one_of, phrase

PLACES = ("in its target namespace", "in another namespace")
RIGHTS = ("may", "may not")
SETTINGS = {name: name for name in known_settings()}


def roles(table):
    """Which responder plays which role."""
    known = {role.value: role for role in Role}
    if not table:
        raise ValueError("the table is empty: say of a responder what it is")
    return {
        one_of(RESPONDERS, row[0].strip(), "responder"): one_of(known, row[1].strip(), "role")
        for row in table
    }


def rights(table):
    """Rows of: may or may not, verb, resource, place."""
    if not table:
        raise ValueError("the table is empty: say what the account may or may not do")
    for row in table:
        if len(row) != 4 or row[0] not in RIGHTS or row[3] not in PLACES:
            raise ValueError(f"a right is: may or may not, verb, resource, place; not {row}")
    return table


def checked(read):
    """Let a step's words be read at collection, so that a typing error costs nothing."""

    def mark(step):
        vars(step)["__check__"] = lambda arguments, table, _docstring: read(arguments, table or [])
        return step

    return mark


@given("Google's lists say")
@checked(lambda _arguments, table: roles(table))
def the_lists_say(block_list, datatable):
    block_list.say(roles(datatable))


@given("Google's lists are those of 2026-04-12")
def the_lists_are_pinned(block_list):
    block_list.take_pinned()


@given(phrase("the list of Google Cloud is then {damage}"))
@checked(lambda arguments, _table: one_of({b: b for b in BROKEN}, arguments["damage"], "damage"))
def the_cloud_list_is(block_list, damage):
    block_list.damage("cloud", damage)


@given(phrase("goog.json is then {damage}"))
@checked(lambda arguments, _table: one_of({b: b for b in BROKEN}, arguments["damage"], "damage"))
def the_google_list_is(block_list, damage):
    block_list.damage("goog", damage)


@given("the updater has run")
def the_updater_has_run(block_list):
    block_list.has_run()


@when("the updater runs", target_fixture="run")
def the_updater_runs(block_list):
    return block_list.run()


@when(phrase("the updater runs with a {setting} of {value}"), target_fixture="run")
@checked(lambda arguments, _table: one_of(SETTINGS, arguments["setting"], "setting"))
def the_updater_runs_with(block_list, setting, value):
    return block_list.run({setting: value})


@when("the updater runs for both namespaces", target_fixture="run")
def the_updater_runs_for_both(block_list, behind):
    return block_list.run_for_both(behind.neighbour)


@when("the updater runs inside the firewalled namespace", target_fixture="run")
def the_updater_runs_inside(block_list):
    return block_list.run_inside()


@when("the updater runs for another namespace", target_fixture="run")
def the_updater_runs_for_another(block_list, behind):
    return block_list.run_for(behind.neighbour.clients.namespace)


@when("a client behind the firewall requests the web service by name", target_fixture="traffic")
def requests_by_name(block_list):
    return block_list.outside.request_by_name()


@then("the updater succeeds")
def the_updater_succeeds(run):
    succeeded(run)


@then(phrase('the updater fails and says "{words}"'))
def the_updater_fails(run, words):
    failed(run, words)


@then("the firewall denies exactly goog.json less cloud.json")
def denies_exactly(block_list):
    need(block_list.exact)


@then("the rules of the firewall count")
def the_rules_count(block_list, datatable):
    found = block_list.counts()
    for name, text in datatable:
        wanted = int(text.replace(",", ""))
        if one_of(found, name, "number of the rules") != wanted:
            raise Unmet(f"{name}: {found[name]:,}, expected {wanted:,}")


@then(phrase('the rules deny "{address}"'))
@checked(lambda arguments, _table: ip_address(arguments["address"]))
def the_rules_deny(block_list, address):
    if not block_list.denies(address):
        raise Unmet(f"no rule denies {address}")


@then(phrase('the rules spare "{address}"'))
@checked(lambda arguments, _table: ip_address(arguments["address"]))
def the_rules_spare(block_list, address):
    if block_list.denies(address):
        raise Unmet(f"a rule denies {address}")


@then("the firewall is as it was before")
def the_firewall_is_unchanged(block_list):
    need(block_list.unchanged)


@then("the other namespace has no firewall")
def the_other_has_none(block_list, behind):
    other = behind.neighbour.clients.namespace
    if block_list.firewall(other) is not None:
        raise Unmet(f"{other} has an egress firewall now")


@then("the updater's account")
@checked(lambda _arguments, table: rights(table))
def the_account_may(block_list, behind, datatable):
    namespaces = block_list.target, behind.neighbour.clients.namespace
    places = dict(zip(PLACES, namespaces, strict=True))
    for permission, verb, resource, place in rights(datatable):
        allowed = block_list.may(verb, resource, places[place])
        if allowed is not (permission == "may"):
            does = "may" if allowed else "may not"
            raise Unmet(f"the updater's account {does} {verb} {resource} {place}")


@then("the name is resolved")
def the_name_is_resolved(traffic):
    if traffic.outcome is Outcome.NAME_NOT_RESOLVED:
        raise Unmet("the cluster's name service gave no address for the service", traffic.told())


@given("Google's lists are its own of today")
def the_lists_are_live(live_lists):
    live_lists.take()


@given(phrase('a client reaches "{google}", "{customer}" of Google Cloud and "{other}"'))
def reaches_the_sites(live_lists, google, customer, other):
    live_lists.reach((google, customer, other))


@given(phrase('no client reaches "{site}" any more'))
def no_client_reaches(waiting, live_lists, site):
    ended_so(waiting, live_lists.request(site), DENIED)


@when(phrase('a client requests "{site}"'), target_fixture="traffic")
def requests_the_site(live_lists, site):
    return live_lists.request(site)


@then(phrase('clients reach "{site}" as before'))
def clients_reach(waiting, live_lists, site):
    ended_so(waiting, live_lists.request(site), {Outcome.CONNECTED})
