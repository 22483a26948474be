"""What the updater denies, on Google's real lists and on any other: exactly goog less cloud."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from selftest.updater_stage import LISTS  # first, since it makes the updater importable

import lists  # isort: skip
from prefixes import AddressSet, bounds  # isort: skip

APRIL = "2026-04-12"


def published(name: str, date: str) -> lists.PublishedList:
    return lists.read(name, (LISTS / f"{name}-{date}.json").read_bytes(), floor=1)


def denied(date: str) -> AddressSet:
    return published("goog", date).addresses - published("cloud", date).addresses


def only_v4(prefixes: list[str]) -> list[str]:
    return [prefix for prefix in prefixes if ":" not in prefix]


@pytest.mark.parametrize(
    "date, count, addresses",
    [
        ("2026-01-07", 251, 5_750_400),
        (APRIL, 249, 5_511_808),
        ("2026-08-08", 262, 3_088_000),
    ],
)
def test_the_exact_difference_of_published_lists(date: str, count: int, addresses: int) -> None:
    exact = denied(date)
    assert len(only_v4(exact.prefixes())) == count
    assert exact.sizes()[0] == addresses


def test_ipv6_is_subtracted_too() -> None:
    exact = denied(APRIL).prefixes()
    assert len(exact) - len(only_v4(exact)) == 84


@pytest.mark.parametrize("date", ["2026-01-07", APRIL, "2026-08-08"])
def test_no_cloud_address_is_denied_and_no_google_service_escapes(date: str) -> None:
    goog, cloud = published("goog", date).addresses, published("cloud", date).addresses
    exact = AddressSet.of((goog - cloud).prefixes())
    assert (exact - cloud) == exact
    assert (goog - exact - cloud) == AddressSet()
    assert (exact - goog) == AddressSet()
    assert min(exact.sizes()) > 0


@pytest.mark.parametrize("address", ["142.250.0.1", "142.251.152.119", "8.8.8.8", "8.8.4.4"])
def test_a_google_service_is_denied(address: str) -> None:
    assert holds(denied(APRIL), address)


@pytest.mark.parametrize(
    "address", ["34.80.0.1", "35.190.0.1", "104.196.0.1", "34.64.32.1", "199.36.153.8"]
)
def test_a_cloud_customer_and_the_restricted_address_are_not_denied(address: str) -> None:
    assert not holds(denied(APRIL), address)


def test_dropping_whole_entries_instead_denies_nearly_every_cloud_customer() -> None:
    """The recipe that looks right: leave out the goog entries that lie inside a cloud entry."""
    goog = [ip_network(text) for text in only_v4(entries("goog"))]
    cloud = [ip_network(text) for text in only_v4(entries("cloud"))]
    kept = [str(network) for network in goog if not any(map(network.subnet_of, cloud))]
    recipe, customers = AddressSet.of(kept), AddressSet.of(map(str, cloud))
    assert len(kept) == 91
    assert customers.sizes()[0] - (customers - recipe).sizes()[0] == 16_526_464
    assert recipe.sizes()[0] == 22_038_272


def entries(name: str) -> list[str]:
    """Every entry of a list as published, overlaps and all."""
    found = lists.json.loads((LISTS / f"{name}-{APRIL}.json").read_bytes())["prefixes"]
    return [next(text for key, text in entry.items() if key.endswith("Prefix")) for entry in found]


def holds(addresses: AddressSet, text: str) -> bool:
    number = int(ip_address(text))
    ranges = addresses.v6 if ":" in text else addresses.v4
    return any(start <= number < end for start, end in ranges)


def networks(width: int) -> st.SearchStrategy[str]:
    """Networks crowded into 256 addresses, at the bottom or at the top of the address space."""
    base = st.sampled_from([0, 2**width - 256])
    kind = IPv4Network if width == 32 else IPv6Network
    return st.builds(
        lambda start, low, bits: str(kind((start + low, width - bits), strict=False)),
        base,
        st.integers(0, 255),
        st.integers(0, 8),
    )


ANY_LIST = st.lists(networks(32) | networks(128), max_size=25)


def addresses_of(texts: list[str]) -> set[tuple[int, int]]:
    found = (ip_network(text) for text in texts)
    return {(net.version, int(address)) for net in found for address in net}


@given(ANY_LIST, ANY_LIST)
def test_the_difference_holds_what_a_set_of_addresses_would(
    goog: list[str], cloud: list[str]
) -> None:
    exact = (AddressSet.of(goog) - AddressSet.of(cloud)).prefixes()
    assert addresses_of(exact) == addresses_of(goog) - addresses_of(cloud)


@given(ANY_LIST)
@example(["10.0.0.128/25", "10.0.0.0/25"])
@example(["10.0.0.0/24", "10.0.0.0/25", "10.0.1.0/24"])
def test_prefixes_are_the_fewest_and_sorted_and_the_same_in_any_order(texts: list[str]) -> None:
    out = AddressSet.of(texts).prefixes()
    assert out == AddressSet.of(reversed(texts)).prefixes() == AddressSet.of(out).prefixes()
    found = [ip_network(text) for text in out]
    assert found == sorted(found, key=lambda net: (net.version, net.network_address))
    for one, after in pairwise(found):
        if one.version == after.version:
            assert one.supernet() != after.supernet() or one.prefixlen == 0
            assert not one.overlaps(after)


@given(ANY_LIST, ANY_LIST)
def test_sizes_count_addresses_and_changes_count_both_ways(old: list[str], new: list[str]) -> None:
    was, now = addresses_of(old), addresses_of(new)
    assert sum(AddressSet.of(old).sizes()) == len(was)
    assert sum(AddressSet.of(new).changed_from(AddressSet.of(old))) == len(was ^ now)


@pytest.mark.parametrize(
    "text", ["1.2.3.4", "1.2.3.4/23", "1.2.3.0/255.255.255.0", "::1", "fe80::%1/64", "x/8", "/8"]
)
def test_what_is_not_a_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        bounds(text)
