"""What a script of a simulated container finds under it: sockets that lead into the world.

Started as `python -I -S -B inside.py PORT SCRIPT [ARGUMENT ...]`. The script itself is unchanged; a
connection that it opens is asked of the world, which listens on PORT of the loopback address.
"""

from __future__ import annotations

import errno
import os
import runpy
import socket
import sys
from collections.abc import Callable
from typing import Any

LOOPBACK = "127.0.0.1"
UNKNOWN_NAME = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
FAILURES: dict[str, OSError] = {
    "refused": ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)),
    "timed-out": TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)),
    "no-route": OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH)),
    "no-name": UNKNOWN_NAME,
}
"""What the world says of a connection that does not come about, as the kernel says it."""


def connecting(port: int) -> Callable[..., socket.socket]:
    """A `socket.create_connection` that asks the world; the wait obeys the caller's timeout."""
    really_connect = socket.create_connection

    def create_connection(address: tuple[str, int], timeout: Any = None, *_: Any, **__: Any) -> Any:
        channel = really_connect((LOOPBACK, port))
        if timeout is None or isinstance(timeout, int | float):
            channel.settimeout(timeout)
        try:
            channel.sendall(f"{address[0]} {address[1]}\n".encode())
            said = _line(channel)
        except BaseException:
            channel.close()
            raise
        if said == "open":
            return channel
        channel.close()
        raise FAILURES.get(said, FAILURES["timed-out"])

    return create_connection


def _line(channel: socket.socket) -> str:
    """Byte by byte: what follows the line belongs to the conversation."""
    said = b""
    while not said.endswith(b"\n"):
        byte = channel.recv(1)
        if not byte:
            return ""
        said += byte
    return said.decode().strip()


def main() -> None:
    port, script, *arguments = sys.argv[1:]
    socket.create_connection = connecting(int(port))
    sys.argv = [script, *arguments]
    sys.path.insert(0, os.path.dirname(script))
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
