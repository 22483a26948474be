"""How a probe can end. An ending that is not listed is a broken probe, never a denial."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """What became of the traffic, as the sender saw it; the value is the Gherkin word."""

    CONNECTED = "is made"
    TIMED_OUT = "times out"
    REFUSED = "is refused"
    UNREACHABLE = "finds no route"
    NAME_NOT_RESOLVED = "finds no address for the name"
    TLS_FAILED = "fails in the TLS handshake"
    PROXY_FAILED = "fails at the proxy"
    INTERCEPTED = "is answered by somebody else"
    RESET = "is reset"
    BROKEN_PROBE = "was never attempted: the probe is broken"

    @property
    def denied(self) -> bool:
        """Whether a firewall can end traffic so; everything else is no proof of a firewall."""
        return self in (Outcome.TIMED_OUT, Outcome.REFUSED)


CURL_EXIT_CODES = {
    0: Outcome.CONNECTED,
    22: Outcome.CONNECTED,
    52: Outcome.CONNECTED,
    28: Outcome.TIMED_OUT,
    7: Outcome.REFUSED,
    6: Outcome.NAME_NOT_RESOLVED,
    5: Outcome.PROXY_FAILED,
    97: Outcome.PROXY_FAILED,
    35: Outcome.TLS_FAILED,
    51: Outcome.TLS_FAILED,
    53: Outcome.TLS_FAILED,
    54: Outcome.TLS_FAILED,
    58: Outcome.TLS_FAILED,
    59: Outcome.TLS_FAILED,
    60: Outcome.TLS_FAILED,
    64: Outcome.TLS_FAILED,
    66: Outcome.TLS_FAILED,
    77: Outcome.TLS_FAILED,
    80: Outcome.TLS_FAILED,
    83: Outcome.TLS_FAILED,
    90: Outcome.TLS_FAILED,
    91: Outcome.TLS_FAILED,
    98: Outcome.TLS_FAILED,
    55: Outcome.RESET,
    56: Outcome.RESET,
}
"""curl(1), EXIT CODES. The server answered in 0, 22 (an HTTP error) and 52 (an empty reply)."""

AGNHOST_CONNECT_WORDS = {
    "TIMEOUT": Outcome.TIMED_OUT,
    "REFUSED": Outcome.REFUSED,
    "DNS": Outcome.NAME_NOT_RESOLVED,
}
"""What `agnhost connect` prints before it exits with 1; OTHER is a broken probe."""
