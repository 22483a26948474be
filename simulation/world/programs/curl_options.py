"""curl's command line: the options that probes use, and how curl refuses others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TAKES_VALUE = {
    "-o": "output",
    "-w": "write-out",
    "-m": "max-time",
    "-H": "header",
    "-d": "data",
    "-X": "request",
    "-A": "user-agent",
}
_SWITCHES = {
    "-s": "silent",
    "-S": "show-error",
    "-I": "head",
    "-4": "ipv4",
    "-6": "ipv6",
    "-f": "fail",
    "-k": "insecure",
    "-L": "location",
    "-v": "verbose",
    "-g": "globoff",
    "-N": "no-buffer",
    "-i": "include",
}
_LONG_VALUES = {
    "connect-timeout",
    "resolve",
    "noproxy",
    "retry",
    "rate",
    "interface",
    "local-port",
    "cacert",
    "data-binary",
    "data-raw",
    "url",
    *_TAKES_VALUE.values(),
}
_LONG_SWITCHES = {"http1.1", "disable", "fail-with-body", *_SWITCHES.values()}


class BadOption(Exception):
    """curl ends with 2 and says which option it does not know."""


@dataclass
class Options:
    """What was asked for: values by long name (all of them), switches, URLs."""

    values: dict[str, list[str]] = field(default_factory=dict)
    switches: set[str] = field(default_factory=set)
    urls: list[str] = field(default_factory=list)

    def value(self, name: str) -> str | None:
        found = self.values.get(name)
        return found[-1] if found else None

    def seconds(self, name: str) -> float | None:
        text = self.value(name)
        return None if text is None else float(text)

    @property
    def data(self) -> str | None:
        parts = [text for key in ("data", "data-raw", "data-binary") for text in self._all(key)]
        return "&".join(parts) if parts else None

    @property
    def method(self) -> str:
        given = self.value("request")
        if given:
            return given
        if "head" in self.switches:
            return "HEAD"
        return "GET" if self.data is None else "POST"

    def resolved(self, host: str, port: int) -> tuple[str, ...] | None:
        """The addresses that --resolve pins."""
        for entry in self._all("resolve"):
            name, _, rest = entry.lstrip("+").partition(":")
            number, _, addresses = rest.partition(":")
            if name in (host, "*") and number == str(port):
                return tuple(address.strip("[]") for address in addresses.split(","))
        return None

    def _all(self, name: str) -> list[str]:
        return self.values.get(name, [])


def parse(args: tuple[str, ...]) -> Options:
    options = Options()
    words = list(args)
    while words:
        word = words.pop(0)
        if word.startswith("--") and len(word) > 2:
            _long(word, words, options)
        elif word.startswith("-") and len(word) > 1:
            _short(word, words, options)
        else:
            options.urls.append(word)
    options.urls += options.values.pop("url", [])
    return options


def _long(word: str, words: list[str], options: Options) -> None:
    name = word[2:]
    if name in _LONG_VALUES:
        _take(name, word, words, options)
    elif name in _LONG_SWITCHES:
        options.switches.add(name)
    else:
        raise BadOption(f"option {word}: is unknown")


def _short(word: str, words: list[str], options: Options) -> None:
    """Letters may stand together (-sS) and a value may follow at once (-m5)."""
    for place, letter in enumerate(word[1:], start=1):
        flag = "-" + letter
        if flag in _TAKES_VALUE:
            rest = word[place + 1 :]
            _take(_TAKES_VALUE[flag], flag, [rest, *words] if rest else words, options)
            return
        if flag not in _SWITCHES:
            raise BadOption(f"option {word}: is unknown")
        options.switches.add(_SWITCHES[flag])


def _take(name: str, word: str, words: list[str], options: Options) -> None:
    if not words:
        raise BadOption(f"option {word}: requires parameter")
    options.values.setdefault(name, []).append(words.pop(0))


def repetitions(query: str) -> int:
    """How often a URL is asked whose query ends in a range, such as `?[1-20]`."""
    found = re.search(r"\[(\d+)-(\d+)\]$", query)
    return int(found[2]) - int(found[1]) + 1 if found else 1
