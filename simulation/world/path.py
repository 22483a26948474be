"""The way of one conversation through the cluster: interfaces, translations, checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from simulation.world.events import Event
from simulation.world.nouns import Endpoint, External
from simulation.world.packet import Drop, Hop, Key, Packet, Xlat


class Verdict(Enum):
    """What a checkpoint does with a packet."""

    LET_BY = "is let by"
    DROP = "vanishes"
    REJECT = "is refused"


@dataclass(frozen=True)
class Checkpoint:
    """An ACL that packets of the opening side meet after `position` interfaces."""

    position: int
    node: str
    key: Key
    judge: Callable[[], Verdict]
    drop: Callable[[Packet], Drop]
    tells: Callable[[Verdict], Event | None] = lambda _verdict: None
    """The event of the ACL that decided; None where no ACL did."""


@dataclass(frozen=True)
class Translation:
    """A NAT on the way: the flow it is about, and what that flow becomes."""

    node: str
    key: Key
    xlat: Xlat


@dataclass
class Path:
    """Every packet of one conversation goes this way, answers the other way round."""

    sender: Endpoint | External
    receiver: Endpoint | External | None
    sent: Key
    arrives: Key
    there: tuple[Hop, ...]
    one_way: float
    node: str = ""
    """Where the receiver's socket is; empty outside the cluster."""
    checkpoints: tuple[Checkpoint, ...] = ()
    translations: tuple[Translation, ...] = ()
    back: tuple[Hop, ...] = field(init=False)
    carried: int = 0

    def __post_init__(self) -> None:
        lasting = [hop for hop in self.there if not hop.first_only]
        self.back = tuple(hop.turned() for hop in reversed(lasting))
