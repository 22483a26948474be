"""What the updater's files say when the simulated cluster lies about it.

Each lie replaces one passage of the very script that runs; a passage that is no longer there stops
the simulation, lest a lie becomes the truth unseen.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.google_faults import GOOGLE_FAULTS
from simulation import faults
from simulation.faults import Faults

DIFFERENCE = "    blocked = goog.addresses - cloud.addresses\n"
READ = "    return PublishedList(len(networks), AddressSet.of(networks))\n"
REMEMBERED = """\
    found = PublishedList(len(networks), AddressSet.of(networks))
    found.__dict__["networks"] = networks
    return found
"""
RECIPE = """\
    from ipaddress import ip_network
    every, clouds = ([ip_network(n) for n in one.networks] for one in (goog, cloud))
    kept = [n for n in every if not any(n.version == c.version and n.subnet_of(c) for c in clouds)]
    blocked = AddressSet.of(str(network) for network in kept)
"""
BELIEVING = """\
    try:
        found = read(url, _download(url, settings), floor)
    except Problem:
        found = PublishedList(0, AddressSet())
"""
KEEPING = """\
    from dataclasses import replace
    old = [rule for rule in firewall.rules_of(current) if rule not in target.rules]
    target = replace(target, rules=(*old, *target.rules))
"""
STAMPED = '"annotations": {**self.annotations, "now": str(__import__("time").time_ns())}}'

_Passage = tuple[str, str, str]
LIES: Mapping[str, tuple[_Passage, ...]] = {
    "updater-over-blocks": (
        ("lists.py", READ, REMEMBERED),
        ("firewall.py", DIFFERENCE, RECIPE),
    ),
    "updater-forgets-v6": (
        (
            "firewall.py",
            "    listed = blocked.prefixes()\n",
            "    blocked = AddressSet(blocked.v4)\n    listed = blocked.prefixes()\n",
        ),
    ),
    "updater-trusts-broken-list": (
        ("lists.py", "    found = read(url, _download(url, settings), floor)\n", BELIEVING),
        ("updater.py", "firewall.check_change(namespace, found, target, settings)", "pass"),
    ),
    "updater-never-removes": (
        ("updater.py", '    """Bring one namespace up to date, and see that it is."""\n', KEEPING),
    ),
    "updater-yields-to-edits": (("api.py", "&force=true", ""),),
    "updater-always-writes": (
        (
            "firewall.py",
            "    return told and rules_of(current) == list(target.rules)\n",
            "    return False\n",
        ),
        ("firewall.py", '"annotations": self.annotations}', STAMPED),
    ),
    "updater-ignores-limits": (
        ("firewall.py", "    if len(rules) > settings.max_rules:\n", "    if False:\n"),
        (
            "firewall.py",
            "        if before and changed * 100 > before * settings.max_change_percent:\n",
            "        if False:\n",
        ),
    ),
    "updater-serves-one-namespace": (
        (
            "updater.py",
            "    for namespace in settings.namespaces:\n",
            "    for namespace in settings.namespaces[:1]:\n",
        ),
    ),
    "updater-hides-failure": (("updater.py", "return int(problem.code)", "return 0"),),
}


def told(files: Mapping[str, str], active: Faults) -> dict[str, str]:
    """The files as the container gets them."""
    changed = dict(files)
    for name in (name for name in LIES if active.active(name)):
        for file, passage, instead in LIES[name]:
            for path in [path for path in changed if path.rpartition("/")[2] == file]:
                if passage not in changed[path]:
                    raise LookupError(f"the fault {name} finds no {passage.strip()!r} in {path}")
                changed[path] = changed[path].replace(passage, instead)
    return changed


def make_known() -> None:
    for fault in GOOGLE_FAULTS:
        if fault.name not in faults.known():
            faults.register(fault.name, fault.says)


make_known()
