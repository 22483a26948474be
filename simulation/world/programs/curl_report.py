"""What curl prints: the body, --write-out, and its error message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulation.world.http import Reply
from simulation.world.programs.curl_options import Options


@dataclass
class Report:
    """Everything that --write-out may ask for; times are cluster time, 0 for "never"."""

    started: float
    ended: float = 0.0
    name_known: float = 0.0
    connected: float = 0.0
    first_byte: float = 0.0
    remote: tuple[str, int] = ("", 0)
    local: tuple[str, int] = ("", 0)
    status: int = 0
    head: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""
    scheme: str = ""
    method: str = "GET"
    sent_body: int = 0
    reused: bool = False
    exit_code: int = 0
    message: str = ""

    def take(self, reply: Reply, head: str) -> None:
        self.status, self.body, self.head, self.headers = reply.status, reply.body, head, {}
        self.headers.update(reply.headers)

    def printed(self, options: Options) -> str:
        """As a log has it: standard output and standard error together."""
        shown = ""
        if options.value("output") is None:
            with_head = options.switches & {"head", "include"}
            shown = (self.head if with_head else "") + self.body.decode("latin-1")
        return shown + self._complaint(options) + self._written(options.value("write-out"))

    def _complaint(self, options: Options) -> str:
        silent = "silent" in options.switches and "show-error" not in options.switches
        if not self.exit_code or silent:
            return ""
        return f"curl: ({self.exit_code}) {self.message}\n"

    def _written(self, text: str | None) -> str:
        if text is None:
            return ""
        plain = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")
        known = self._variables()
        return re.sub(r"%\{(\w+)\}|%%", lambda m: "%" if m[1] is None else _of(known, m), plain)

    def _variables(self) -> dict[str, str]:
        return {
            "http_code": f"{self.status:03d}",
            "response_code": f"{self.status:03d}",
            "local_ip": self.local[0],
            "local_port": str(self.local[1]),
            "remote_ip": self.remote[0],
            "remote_port": str(self.remote[1]),
            "time_namelookup": self._since(self.name_known),
            "time_connect": self._since(self.connected),
            "time_starttransfer": self._since(self.first_byte),
            "time_total": self._since(self.ended),
            "size_download": str(len(self.body)),
            "size_upload": str(self.sent_body),
            "num_connects": "1" if self.connected and not self.reused else "0",
            "exitcode": str(self.exit_code),
            "errormsg": self.message,
            "url": self.url,
            "url_effective": self.url,
            "scheme": self.scheme,
            "method": self.method,
            "http_version": "1.1" if self.status else "0",
            "content_type": self.headers.get("content-type", ""),
            "stderr": "",
            "stdout": "",
        }

    def _since(self, moment: float) -> str:
        return f"{max(0.0, moment - self.started):.6f}"


def _of(known: dict[str, str], match: re.Match[str]) -> str:
    """curl says what it does not know, and prints nothing in its place."""
    name = match[1]
    return known.get(name, f"curl: unknown --write-out variable: '{name}'\n")
