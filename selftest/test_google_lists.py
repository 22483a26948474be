"""What the suite serves for Google's lists, and its own reckoning of what is left to deny."""

from __future__ import annotations

import json
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.google_lists import (
    DAMAGES,
    Role,
    difference,
    holds,
    pinned,
    read,
    served,
    sizes,
    staged,
    written,
)
from selftest.updater_stage import HOME as _HOME  # noqa: F401  # puts the updater on the path
from selftest.updater_stage import LISTS

from prefixes import AddressSet  # isort: skip

FOUR = (("10.0.0.20",), ("10.0.0.21",))
SIX = (("fd00::a",), ("fd00::b",))
TWO = tuple(v4 + v6 for v4, v6 in zip(FOUR, SIX, strict=True))
"""Two sites, each with an address of either family."""

networks = st.builds(
    lambda bits, length: f"{_address(bits, length)}/{length}",
    st.integers(0, 2**32 - 1),
    st.integers(20, 32),
)


def _address(bits: int, length: int) -> str:
    kept = bits >> (32 - length) << (32 - length)
    return ".".join(str(kept >> shift & 255) for shift in (24, 16, 8, 0))


@pytest.mark.parametrize("sites", [FOUR, SIX, TWO])
def test_each_responder_plays_its_role_with_every_address(sites):
    lists = staged(sites, (Role.SERVICE, Role.CUSTOMER))
    left = lists.left()
    service, customer = sites
    assert all(holds(left, address) for address in service)
    assert not any(holds(left, address) for address in customer)
    for which in (lists.goog, lists.cloud):
        assert all(holds(which, address) for address in customer)


def test_another_site_is_in_neither_list():
    lists = staged(TWO, (Role.SERVICE, Role.OTHER))
    assert not any(holds([*lists.goog, *lists.cloud], address) for address in TWO[1])
    assert all(holds(lists.left(), address) for address in TWO[0])


@pytest.mark.parametrize("address, entry", [(TWO[1][0], "10.0.0.20/31"), (TWO[1][1], "::a/127")])
def test_a_customer_is_denied_by_the_customary_recipe(address, entry):
    """Its entry lies inside none of the cloud's, so that leaving out whole entries denies it."""
    lists = staged(TWO, (Role.OTHER, Role.CUSTOMER))
    (found,) = [network for network in lists.goog if holds([network], address)]
    clouds = [ip_network(network) for network in lists.cloud]
    whole = ip_network(found)
    assert not any(each.version == whole.version and whole.subnet_of(each) for each in clouds)
    assert found.endswith(entry)


def test_the_pinned_lists_leave_the_known_difference():
    left = pinned().left()
    assert len([network for network in left if ":" not in network]) == 249
    assert len([network for network in left if ":" in network]) == 84
    assert sizes(left).startswith("5,511,808 IPv4 addresses and 2.06e+30 IPv6")


@pytest.mark.parametrize("which", ["goog", "cloud"])
def test_the_pinned_lists_are_the_published_ones(which):
    published = (LISTS / f"{which}-2026-04-12.json").read_text()
    assert getattr(pinned(), which) == read(published)


@settings(max_examples=60)
@given(st.lists(networks, max_size=6), st.lists(networks, max_size=8))
def test_two_ways_to_subtract_agree(goog, cloud):
    assert difference(goog, cloud) == (AddressSet.of(goog) - AddressSet.of(cloud)).prefixes()


def test_everything_that_is_served_fits_a_config_map():
    files = served(TWO)
    assert sum(map(len, files.values())) < 300_000
    assert {"goog-service-other.json", "cloud-far-smaller.json", "goog-2026-04-12.json"} <= {*files}
    assert all(len(name) <= 63 for name in files)


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_a_damaged_list_is_none(damage):
    with pytest.raises(ValueError):  # noqa: PT011 - every damage has its own words
        read(DAMAGES[damage])


def test_the_smaller_list_is_whole_but_for_its_size():
    smaller = read(served(TWO)["cloud-far-smaller.json"])
    whole = staged(TWO, (Role.OTHER, Role.OTHER)).cloud
    assert (len(whole) - len(smaller)) / len(whole) > 0.2


def test_what_is_written_is_read_back():
    assert read(written(("192.0.2.0/24", "2001:db8::/32"))) == ("192.0.2.0/24", "2001:db8::/32")
    assert json.loads(written(("192.0.2.0/24",)))["prefixes"] == [{"ipv4Prefix": "192.0.2.0/24"}]


def test_sizes_are_told_in_words():
    assert sizes(["192.0.2.0/24"]) == "256 IPv4 addresses"
    assert sizes([]) == "0 IPv4 addresses"
