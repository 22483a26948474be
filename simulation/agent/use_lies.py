"""How agents use more than they should, or keep quiet about what they lose."""

from __future__ import annotations

from simulation.faults import register

LEAKS = register("agent-leaks-memory", "every agent keeps 1 MiB more with each second")
BURNS = register("agent-burns-cpu", "every agent uses five times the processor time")
DNS_BURNS = register("dns-tracking-burns-cpu", "DNS tracking costs an agent 30 millicores")
HOOKS_BURN = register("programs-burn-cpu", "each packet costs 2 ms in the agents' programs")
UNSEEN = register(
    "agent-restarts-unseen", "the agents' process starts anew each minute, and no status says so"
)
FULL = register("flow-map-full-in-silence", "the agents' map is full, and no flow counts as lost")

LEAKED, MOST_LEAKED = 1024.0 * 1024, 600.0 * 1024 * 1024
BURNT, DNS_BURNT, HOOKS_BURNT = 5.0, 0.030, 2e-3
UNSEEN_EVERY = 60.0
