"""What hosts outside the cluster answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulation.world.http import TLS_ALERT, Reply, read_request, write_reply
from simulation.world.nouns import External
from simulation.world.sockets import Answer, Peer


@dataclass(frozen=True)
class Outside:
    """A plain web server, its TLS twin, and an echo."""

    external: External

    def http(self, payload: bytes, peer: Peer) -> Answer | None:
        request = read_request(payload)
        if request is None:
            return Answer(write_reply(Reply(400), peer.at), self.external.delay)
        text = str(peer) if request.path == "/clientip" else "hello\n"
        text = self.external.pages.get(request.path, text)
        reply = Reply(200, text.encode())
        return Answer(write_reply(reply, peer.at, request.method), self.external.delay)

    def https(self, payload: bytes, peer: Peer) -> Answer | None:
        """The first message is a ClientHello; its certificate names this host's names only."""
        if payload.startswith(b"\x16\x03\x01"):
            asked = payload[3:].rstrip(b"\0").decode("latin-1")
            hello = b"\x16\x03\x03" if asked in self.external.names else TLS_ALERT
            return Answer((hello.ljust(3100, b"\0"),), self.external.delay, tls=True)
        answer = self.http(payload, peer)
        return None if answer is None else replace(answer, tls=True)

    def echo(self, payload: bytes, peer: Peer) -> Answer | None:
        del peer
        return Answer((payload,), self.external.delay)
