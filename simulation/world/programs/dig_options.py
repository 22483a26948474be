"""dig's command line. Source: dig(1), BIND 9.18."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address

from simulation.world.dns.message import TYPES


class BadUsage(Exception):
    """dig ends with 1."""


_SECTIONS = ("cmd", "comments", "question", "answer", "authority", "additional", "stats")


@dataclass
class Question:
    """What to ask, whom, and how often."""

    name: str = "."
    type: str = "A"
    server: str = ""
    port: int = 53
    tcp: bool = False
    edns: bool = True
    cookie: bool = True
    recurse: bool = True
    tries: int = 3
    patience: float = 5.0
    id: int | None = None
    show: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(_SECTIONS, True))
    short: bool = False
    words: tuple[str, ...] = ()


_SWITCHES = {"tcp": "tcp", "vc": "tcp", "edns": "edns", "cookie": "cookie", "recurse": "recurse"}
_IGNORED = ("class", "ttlid", "multiline", "search", "ignore", "adflag", "crypto", "dnssec", "rec")


def parse(args: tuple[str, ...]) -> Question:
    question = Question(words=args)
    words = list(args)
    names: list[str] = []
    while words:
        word = words.pop(0)
        if word.startswith("@"):
            question.server = word[1:]
        elif word.startswith("+"):
            _plus(word[1:], question)
        elif word in ("-p", "-t", "-q", "-c", "-x"):
            _option(word, words, question, names)
        elif word.startswith("-"):
            if word not in ("-4", "-6", "-u", "-r"):
                raise BadUsage(f"Invalid option: {word}")
        elif word.upper() in TYPES or word.upper() == "ANY":
            question.type = word.upper()
        elif word.upper() != "IN":
            names.append(word)
    if names:
        question.name = names[-1].rstrip(".")
    return question


def _option(word: str, words: list[str], question: Question, names: list[str]) -> None:
    if not words:
        raise BadUsage(f"option {word} needs a value")
    value = words.pop(0)
    if word == "-p":
        question.port = int(value)
    elif word == "-t":
        question.type = value.upper()
    elif word == "-q":
        names.append(value)
    elif word == "-x":
        question.type = "PTR"
        names.append(ip_address(value).reverse_pointer)


def _plus(word: str, question: Question) -> None:
    name, _, value = word.partition("=")
    plain = name.removeprefix("no")
    on = plain == name
    if plain in _SWITCHES:
        setattr(question, _SWITCHES[plain], on)
    elif plain == "all":
        question.show = dict.fromkeys(_SECTIONS, on)
    elif plain in _SECTIONS:
        question.show[plain] = on
    elif plain == "short":
        question.short = on
    elif name in ("tries", "retry", "time", "timeout", "qid"):
        _number(name, int(value), question)
    elif name != "bufsize" and plain not in _IGNORED:
        raise BadUsage(f"Invalid option: +{word}")


def _number(name: str, value: int, question: Question) -> None:
    if name == "qid":
        question.id = value
    elif name == "tries":
        question.tries = max(1, value)
    elif name == "retry":
        question.tries = value + 1
    else:
        question.patience = float(max(1, value))
