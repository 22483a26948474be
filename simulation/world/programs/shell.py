"""A shell that knows `;`, `&&`, `||`, endless loops and lists, and the small programs."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Awaitable, Callable
from functools import lru_cache

from simulation.world.programs.bpftool import globbed
from simulation.world.programs.runtime import Program, Runtime

Run = Callable[[Runtime, tuple[str, ...]], Awaitable[int]]
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_REDIRECTED = re.compile(r"^2>(/dev/null|&1)$")
_FOR = re.compile(
    r"^for (?P<name>\w+) in (?P<words>[^;]+); *do (?P<body>.*); *done *$", re.MULTILINE
)
_LOOP = re.compile(r"^\s*while\s+(?:true|:)\s*;\s*do\s+(?P<body>.*?);?\s*done\s*$", re.DOTALL)


async def idle(runtime: Runtime, argv: tuple[str, ...]) -> int:
    """A server that nobody needs to hear from."""
    del argv
    runtime.process.ready = True
    await asyncio.Event().wait()
    return 0


async def sleep(runtime: Runtime, argv: tuple[str, ...]) -> int:
    if len(argv) < 2:
        runtime.process.write("sleep: missing operand\n")
        return 1
    runtime.process.ready = True
    if argv[1] in ("inf", "infinity"):
        return await idle(runtime, argv)
    match = re.fullmatch(r"(\d*\.?\d+)([smhd]?)", argv[1])
    if match is None:
        runtime.process.write(f"sleep: invalid time interval '{argv[1]}'\n")
        return 1
    await runtime.process.pass_time(float(match[1]) * _UNITS.get(match[2], 1.0))
    return 0


async def echo(runtime: Runtime, argv: tuple[str, ...]) -> int:
    runtime.process.write(" ".join(argv[1:]) + "\n")
    return 0


async def succeed(runtime: Runtime, argv: tuple[str, ...]) -> int:
    del runtime, argv
    return 0


async def fail(runtime: Runtime, argv: tuple[str, ...]) -> int:
    del runtime, argv
    return 1


async def leave(runtime: Runtime, argv: tuple[str, ...]) -> int:
    del runtime
    return int(argv[1]) if len(argv) > 1 and argv[1].isdigit() else 0


async def cat(runtime: Runtime, argv: tuple[str, ...]) -> int:
    code = 0
    for path in argv[1:]:
        text = runtime.files.get(path)
        runtime.process.write(text or f"cat: {path}: No such file or directory\n")
        code = code if text is not None else 1
    return code


BUILTINS: dict[str, Program] = {
    "sleep": sleep,
    "echo": echo,
    "true": succeed,
    "false": fail,
    ":": succeed,
    "exit": leave,
    "cat": cat,
    "set": succeed,
}


async def script(runtime: Runtime, argv: tuple[str, ...], run: Run) -> int:
    """`sh -c TEXT`; a shell without a script reads an empty input and ends."""
    flags = [place for place, word in enumerate(argv) if re.fullmatch(r"-[a-z]*c", word)]
    if not flags or flags[0] + 1 >= len(argv):
        return 0
    text = argv[flags[0] + 1]
    loop = _LOOP.match(text)
    if loop is None:
        return await _parts(runtime, text, run)
    while True:
        await _lines(runtime, loop["body"], run)
        await asyncio.sleep(0)


async def _parts(runtime: Runtime, text: str, run: Run) -> int:
    """A `for` stands on a line of its own; what is before and after it are plain lines."""
    code, at = 0, 0
    for loop in _FOR.finditer(text):
        code, ended = await _until_exit(runtime, text[at : loop.start()], run)
        if ended:
            return code
        at = loop.end()
        for word in loop["words"].split():
            for each in globbed(runtime, word):
                runtime.process.env[loop["name"]] = each
                code = await _lines(runtime, loop["body"], run)
    return (await _until_exit(runtime, text[at:], run))[0]


async def _lines(runtime: Runtime, text: str, run: Run) -> int:
    return (await _until_exit(runtime, text, run))[0]


async def _until_exit(runtime: Runtime, text: str, run: Run) -> tuple[int, bool]:
    """The last exit code, and whether `exit` has ended the script."""
    code, joint, words = 0, ";", []
    for token in (*_tokens(text), ";"):
        if token.strip(";&|"):
            words += [] if _REDIRECTED.match(token) else [_filled(token, runtime, code)]
            continue
        if words and _goes_on(joint, code):
            code = await run(runtime, tuple(words[1:] if words[0] == "exec" else words))
            if words[0] == "exit":
                return code, True
        joint = token if words or joint == ";" else joint
        words = []
    return code, False


@lru_cache(maxsize=256)
def _tokens(text: str) -> tuple[str, ...]:
    """Loops run the same lines again and again."""
    lexer = shlex.shlex(text.replace("\n", ";"), posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    return tuple(lexer)


def _goes_on(joint: str, code: int) -> bool:
    return {"&&": code == 0, "||": code != 0}.get(joint, True)


def _filled(token: str, runtime: Runtime, code: int) -> str:
    known = {**runtime.process.env, "?": str(code)}
    return re.sub(r"\$\{?(\w+|\?)\}?", lambda match: known.get(match[1], ""), token)
