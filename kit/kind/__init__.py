"""A kind cluster of our own: brought up, taken up again, and taken down."""

from kit.kind.bringing import down, up
from kit.kind.wishes import KindWishes, kind_wishes

__all__ = ["KindWishes", "down", "kind_wishes", "up"]
