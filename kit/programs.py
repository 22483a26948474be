"""External programs: docker or podman, kind, kubectl, helm, git; each call is limited and recorded.

The only place that starts them. What a program said travels with the error that it causes, and the
whole record goes into the report.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kit.errors import InfrastructureError, UsageError
from kit.redact import redacted

SHOWN = 2000
"""Characters of a program's output that an error or the record keeps, from its end."""

INSTALL_HINTS = {
    "docker": "install Docker (or Podman) and start it",
    "podman": "install Podman (or Docker)",
    "kind": "install kind 0.27 or newer (kind.sigs.k8s.io)",
    "kubectl": "install kubectl",
    "helm": "install Helm 3.8 or newer (helm.sh)",
    "git": "install git",
}


class Failed(InfrastructureError):
    """A program that ran and failed, or did not end in time."""

    def __init__(self, told: str, ran: Ran) -> None:
        super().__init__(told)
        self.ran = ran


@dataclass(frozen=True)
class Ran:
    """One call: what was started, how it ended, what it said, how long it took."""

    words: tuple[str, ...]
    code: int | None
    output: str
    errors: str
    seconds: float

    @property
    def said(self) -> str:
        """The telling part for a sentence: its last words, on one line."""
        lines = (self.errors.strip() or self.output.strip()).splitlines()
        return " ".join(" ".join(lines[-3:]).split())[-300:] or "it said nothing"

    def json(self) -> Any:
        try:
            return json.loads(self.output or "[]")
        except ValueError:
            raise Failed(f"`{self.words[0]}` did not answer in JSON: {self.said}", self) from None

    def told(self) -> str:
        ending = "did not end in time" if self.code is None else f"exit {self.code}"
        text = redacted((self.output + self.errors).strip())[-SHOWN:]
        return f"$ {' '.join(self.words)}  ({ending}, {self.seconds:.1f} s)\n{text}".rstrip()


@dataclass
class Programs:
    """`environment` replaces the process's own; self-tests bring programs of their own that way."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    record: list[Ran] = field(default_factory=list)

    def find(self, name: str) -> str | None:
        return shutil.which(name, path=self.environment.get("PATH", ""))

    def require(self, *names: str) -> None:
        """UsageError with a sentence for each that is missing."""
        missing = [name for name in names if self.find(name) is None]
        if missing:
            hints = "; ".join(INSTALL_HINTS.get(name, f"install {name}") for name in missing)
            raise UsageError(f"{' and '.join(missing)} cannot be found on the PATH: {hints}")

    def run(
        self, name: str, *words: str, within: float = 60.0, given: str = "", check: bool = True
    ) -> Ran:
        """The program's answer; Failed says why there is none."""
        path = self.find(name)
        if path is None:
            self.require(name)
        ran = self._run([path or name, *words], (name, *words), within, given)
        self.record.append(ran)
        if ran.code is None:
            raise Failed(f"`{_brief(ran)}` did not end within {within:.0f} s: {ran.said}", ran)
        if check and ran.code != 0:
            raise Failed(f"`{_brief(ran)}` failed: {ran.said}", ran)
        return ran

    def told(self) -> str:
        """All calls and what they said, for the report."""
        return "\n\n".join(ran.told() for ran in self.record)

    def _run(self, argv: Sequence[str], words: tuple[str, ...], within: float, given: str) -> Ran:
        start = time.monotonic()
        try:
            done = subprocess.run(
                argv,
                input=given,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=within,
                check=False,
                env=dict(self.environment),
            )
        except subprocess.TimeoutExpired as late:
            output, errors = _text(late.stdout), _text(late.stderr)
            return Ran(words, None, output, errors, time.monotonic() - start)
        except OSError as error:
            return Ran(words, 126, "", f"cannot be started: {error.strerror}", 0.0)
        return Ran(words, done.returncode, done.stdout, done.stderr, time.monotonic() - start)


def _text(output: bytes | str | None) -> str:
    if isinstance(output, bytes):
        return output.decode("utf-8", "replace")
    return output or ""


def _brief(ran: Ran) -> str:
    """The program and what it was to do, without the options."""
    words = [word for word in ran.words[:4] if not word.startswith("-")]
    return " ".join(words)
