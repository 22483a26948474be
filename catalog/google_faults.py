"""The lies about the Google block list and its updater: a part of catalog/faults.py."""

from __future__ import annotations

from catalog.fault import Fault

GOOGLE, UPKEEP = "google_block_list.feature", "google_list_upkeep.feature"
CHANGES = "google_list_changes.feature"

GB_DENIED = "The block list denies a Google service"
GB_CUSTOMER = "A Google Cloud customer stays reachable"
GB_NAMES = "Names are resolved behind the block list"
GB_MOVED = "An address that Google gives up is reachable again"
GB_LOCKED_OUT = "An updater behind its own block is locked out"
GB_BOTH = "One run keeps the list of two namespaces"
GB_EDITED = "The updater takes over rules made by hand"
BOTH = "google_families.feature"
GB6_DENIED = "A service's other IP family is denied as well"
GB6_CUSTOMER = "A customer's other IP family stays reachable"
LIVE = "google_live.feature"
GB_LIVE = "Google's own lists spare a customer of its cloud"

UP_EXACT = "The real lists become 333 exact rules"
UP_FAMILIES = "Addresses of both families are denied"
UP_UNCHANGED = "A second run of the updater changes nothing"
UP_BROKEN = (
    *(
        f"A cloud list that is {damage} changes nothing"
        for damage in ("empty", "cut short", "an error page", "missing", "far smaller")
    ),
    *(f"A goog.json that is {damage} opens nothing" for damage in ("empty", "far smaller")),
)
UP_TOO_FAR = "A change beyond MAX_CHANGE_PERCENT is not made"
UP_TOO_MANY = "A change beyond MAX_RULES is not made"
LONG_LISTS = tuple(f"A list of {count} rules is enforced" for count in (100, 1000, 8000))

UP_OTHERS = "The updater has no power over another namespace"

GOOGLE_SILENT = (GB_DENIED, GB6_DENIED)
"""Who say `times out`, with flows of questions alone."""

GOOGLE_ANSWERED = (GB_CUSTOMER, GB6_CUSTOMER, GB_LIVE, GB_NAMES)
"""Whose last witness is a flow that answers."""

GOOGLE_FILES = (GOOGLE, CHANGES, BOTH, UPKEEP, LIVE)
GOOGLE_DENIALS = (GOOGLE, CHANGES, BOTH, LIVE)
"""Files of scenarios in which a denial is seen."""

GOOGLE_WITHOUT_FLOWS = (UPKEEP, CHANGES)
"""Judged by rules and connections alone: they ask for no configuration."""

GOOGLE_FAULTS = (
    Fault(
        "updater-over-blocks",
        "the updater leaves out a Google entry only if it lies inside one of Google Cloud",
        (GB_CUSTOMER, GB6_CUSTOMER, GB_LIVE, UP_EXACT, UP_FAMILIES),
    ),
    Fault(
        "updater-forgets-v6",
        "the updater denies IPv4 addresses only",
        (UP_EXACT, UP_FAMILIES, BOTH),
    ),
    Fault(
        "updater-trusts-broken-list",
        "the updater believes every list",
        (*UP_BROKEN, UP_TOO_FAR, GB_LOCKED_OUT),
    ),
    Fault(
        "updater-never-removes", "the updater adds rules and removes none", (GB_MOVED, GB_EDITED)
    ),
    Fault(
        "updater-ignores-limits",
        "the updater makes any change and writes any number of rules",
        (UP_TOO_FAR, UP_TOO_MANY),
    ),
    Fault(
        "updater-serves-one-namespace",
        "the updater looks after the first of its namespaces only",
        (GB_BOTH,),
    ),
    Fault("updater-yields-to-edits", "the updater does not take rules over", (GB_EDITED,)),
    Fault("updater-always-writes", "the updater writes although nothing changed", (UP_UNCHANGED,)),
    Fault(
        "updater-hides-failure",
        "the updater ends with 0 whatever happened",
        (*UP_BROKEN, UP_TOO_FAR, UP_TOO_MANY, UP_OTHERS, GB_LOCKED_OUT),
    ),
    Fault("updater-cannot-patch", "roles lose the right to patch", GOOGLE_FILES),
    Fault("updater-may-everything", "every service account is an administrator", (UP_OTHERS,)),
    Fault("list-server-dead", "the server of the lists answers 404", GOOGLE_FILES),
    Fault(
        "firewall-ignores-long-lists",
        "an egress firewall of more than ten rules reaches no packet",
        (*GOOGLE_DENIALS, *LONG_LISTS),
    ),
    Fault(
        "firewall-spares-jobs",
        "egress firewalls do not hold for pods of Jobs",
        (GB_LOCKED_OUT,),
    ),
)
