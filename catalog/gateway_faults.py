"""Lies of a LokiStack's gateway: only a run with `--install` on the simulated cluster meets one."""

from __future__ import annotations

from catalog.fault import EVERYTHING, Fault

NOT_ASKED = "The gateway hands out nothing without a token"
MADE_UP = "The gateway hands out nothing for a made-up token"
OTHER_TENANT = "The gateway hands out no flow under another tenant"

GATEWAY_FAULTS = (
    Fault("gateway-asks-nobody", "the gateway hands out flows to anybody", (NOT_ASKED, MADE_UP)),
    Fault("gateway-believes-any-token", "the gateway takes any token for a valid one", (MADE_UP,)),
    Fault("gateway-mixes-tenants", "the gateway hands out flows as any tenant", (OTHER_TENANT,)),
    Fault("gateway-refuses-tokens", "the gateway takes no token for a valid one", (EVERYTHING,)),
    Fault("gateway-forbids-reading", "the gateway lets nobody read flows", (EVERYTHING,)),
)
