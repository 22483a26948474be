"""A PATH with stand-ins of kind and its kin, and a kind cluster that is brought up with them."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from kit.kind import KindWishes, down, up
from kit.programs import Programs, Ran
from selftest.kind_programs import main as stand_in
from selftest.kind_programs import put_on_path, read, write

NAME = "lab"


class Quick(Programs):
    """Plays the stand-ins in this process: starting Python for each call takes most of the time.

    What is on the PATH and what programs say is looked at as ever.
    """

    def _run(self, argv, words, within, given):
        said, complained = StringIO(), StringIO()
        name = Path(argv[0]).name
        with (
            redirect_stdout(said),
            redirect_stderr(complained),
            patch("sys.stdin", StringIO(given)),
        ):
            code = stand_in(Path(argv[0]).parent, name, list(argv[1:]))
        return Ran(words, code, said.getvalue(), complained.getvalue(), 0.0)


class Stage:
    """A PATH with stand-ins, and what became of it."""

    def __init__(self, tmp_path, kubeconfig):
        self.bin, self.kubeconfig = tmp_path / "bin", kubeconfig
        self.wishes = KindWishes(NAME, folder=tmp_path / "kind")
        self.programs: Programs = Quick({"PATH": str(self.bin)})
        self.said: list[str] = []
        self.has()

    def has(self, *names, **world):
        put_on_path(self.bin, {"kubeconfig": str(self.kubeconfig), **world}, *names)

    def breaks(self, start, says="", code=1):
        world = read(self.bin)
        write(self.bin, world | {"broken": {start: [code, says]} if start else {}})

    def up(self):
        return up(self.programs, self.wishes, self.said.append)

    def down(self):
        return down(self.programs, self.wishes)

    @property
    def world(self):
        return read(self.bin)

    def called(self, start):
        return [call for call in self.world["calls"] if call.startswith(start)]
