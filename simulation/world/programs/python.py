"""`python3 SCRIPT`: that very script, in a process of its own, whose network is the world.

The files of the container lie in a temporary folder, its environment is the process's, and each
connection is made, or not, from the pod's place in the world (see `inside` and `channel`).
The script's own sleeps and timeouts are real seconds, whatever the pace of the cluster's clock.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from simulation.world.programs import inside
from simulation.world.programs.channel import Channels, internet_authority
from simulation.world.programs.lies import told
from simulation.world.programs.runtime import Runtime

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
INTERPRETER = getattr(sys, "_base_executable", sys.executable)
ALONE = ("-I", "-S", "-B")
"""Nothing of the suite's own environment: no variables, no installed packages."""


async def main(runtime: Runtime, argv: tuple[str, ...]) -> int:
    words = [word for word in argv[1:] if not word.startswith("-")]
    if not words or words[0] not in runtime.files:
        script = words[0] if words else ""
        text = f"python3: can't open file '{script}': [Errno 2] No such file or directory\n"
        runtime.process.write(text)
        return 2
    with tempfile.TemporaryDirectory(prefix="container-") as root:
        return await _Script(runtime, Path(root)).run(words)


class _Script:
    """One run; `root` stands for the container's file system."""

    def __init__(self, runtime: Runtime, root: Path) -> None:
        self._runtime, self._root = runtime, root

    async def run(self, words: list[str]) -> int:
        self._write_files()
        async with Channels(self._runtime) as channels:
            command = [inside.__file__, str(channels.port), f"{self._root}{words[0]}", *words[1:]]
            running = await asyncio.create_subprocess_exec(
                *(INTERPRETER, *ALONE, *command),
                env=self._environment(),
                cwd=self._root,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            try:
                return await self._follow(running)
            finally:
                if running.returncode is None:
                    running.kill()
                    await running.wait()

    async def _follow(self, running: asyncio.subprocess.Process) -> int:
        assert running.stdout is not None
        async for line in running.stdout:
            text = line.decode("utf-8", "replace")
            self._runtime.process.write(text.replace(str(self._root), ""))
        code = await running.wait()
        self._runtime.process.at = self._runtime.world.clock.now()
        return code

    def _write_files(self) -> None:
        files = told(self._runtime.files, self._runtime.world.faults)
        for path, text in {**files, "/internet.pem": internet_authority()}.items():
            target = self._root / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    def _environment(self) -> Mapping[str, str]:
        """The container's. Only this process knows where in the real file system its mounts lie."""
        found = dict(self._runtime.process.env)
        found["SSL_CERT_FILE"] = str(self._root / "internet.pem")
        if f"{ACCOUNT}/token" in self._runtime.files:
            found.setdefault("SERVICE_ACCOUNT_DIR", f"{self._root}{ACCOUNT}")
        return found
