"""Which flows of a conversation a line speaks of: a path is a direction between two ends of it."""

from __future__ import annotations

from dataclasses import dataclass

from kit.traffic import End, Traffic

ENDS = ("client", "service", "server", "responder")


@dataclass(frozen=True)
class Path:
    """Flows `from the client to the service`, `to the client`, `of the client` and so on.

    None as an end means any. The end `service` (or `responder`) is the address that the client
    used; `server` is the pod behind it.
    """

    text: str
    source: str | None
    destination: str | None

    def complaint(self, flow: dict[str, object], traffic: Traffic) -> str | None:
        """Why a flow is not on this path; None when it is."""
        for side, word in (("Src", self.source), ("Dst", self.destination)):
            if word is None:
                continue
            end = end_of(traffic, word)
            for key, wanted in ((f"{side}Addr", end.address), (f"{side}Port", end.port)):
                if wanted is not None and flow.get(key) != wanted:
                    return f"{key} is {flow.get(key)!r}, which is not {word} ({wanted})"
        return None


def path(text: str) -> Path:
    """Parse `from the client to the service`; ValueError when it is no path."""
    words = text.split()
    if text == "of the client":
        return Path(text, None, None)
    source = destination = None
    if words[:2] == ["from", "the"] and len(words) > 2:
        source, words = words[2], words[3:]
    if words[:2] == ["to", "the"] and len(words) > 2:
        destination, words = words[2], words[3:]
    ends = [end for end in (source, destination) if end]
    of_client = len(ends) == 1 or ends.count("client") == 1
    if words or not of_client or not {*ends} <= {*ENDS}:
        raise ValueError(
            f"{text!r} is not a path: say from the client, to the client, "
            f"from the client to the service, of the client; ends are {', '.join(ENDS)}"
        )
    return Path(text, source, destination)


def end_of(traffic: Traffic, word: str) -> End:
    if word == "client":
        return traffic.client
    if word == "server":
        if traffic.server is None:
            raise ValueError("this traffic has no server of its own: say the responder")
        return traffic.server
    return traffic.target
