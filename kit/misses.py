"""The flows that came nearest to a claim, and in what each of them differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHOWN = 5


@dataclass(frozen=True)
class Look:
    """One flow held against a claim: why it is not on the path, and which cells it breaks."""

    flow: Mapping[str, object]
    astray: str | None
    complaints: tuple[str, ...]

    @property
    def distance(self) -> tuple[bool, int, int]:
        """How far from a hit: what differs is nearer than what is not there at all."""
        missing = sum(" is missing" in complaint for complaint in self.complaints)
        return self.astray is not None, len(self.complaints), missing

    @property
    def hit(self) -> bool:
        return self.astray is None and not self.complaints


def nearest_misses(looks: Sequence[Look]) -> str:
    """The nearest flows first, a line each and below it what differs; empty for no flows."""
    ranked = sorted(looks, key=lambda look: look.distance)
    blocks = [_block(look) for look in ranked[:SHOWN]]
    if len(ranked) > SHOWN:
        blocks.append(f"… and {len(ranked) - SHOWN} more")
    return "\n".join(blocks)


def said(flow: Mapping[str, object]) -> str:
    """A flow in a line: who to whom, protocol, direction, packets, where it was seen."""
    ends = " → ".join(_end(flow, side) for side in ("Src", "Dst"))
    details = [
        f"{word} {flow[key]}"
        for key, word in (
            ("Proto", "protocol"),
            ("FlowDirection", "direction"),
            ("Packets", "packets"),
            ("Bytes", "bytes"),
            ("AgentIP", "agent"),
        )
        if key in flow
    ]
    return f"{ends} ({', '.join(details)})"


def _end(flow: Mapping[str, object], side: str) -> str:
    port = flow.get(f"{side}Port")
    address = str(flow.get(f"{side}Addr", "?")) + (f":{port}" if port is not None else "")
    name = flow.get(f"{side}K8S_Name")
    return f"{name} {address}" if name else address


def _block(look: Look) -> str:
    differs = [look.astray] if look.astray else []
    lines = [f"  ✗ {complaint}" for complaint in (*differs, *look.complaints)]
    return "\n".join([f"- {said(look.flow)}", *(lines or ["  ✓ everything asked"])])
