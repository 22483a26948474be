"""What a Loki answers instead of data: a status code and one text, worded as the real one's."""

from __future__ import annotations


class Refused(Exception):
    """An error answer; `text` is its whole body."""

    def __init__(self, text: str, code: int = 400) -> None:
        super().__init__(text)
        self.text, self.code = text, code


class ParseError(Refused):
    """Source: loki v3 pkg/logqlmodel/error.go; without a place when line and column are 0."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        place = f" at line {line}, col {column}" if line or column else " "
        super().__init__(f"parse error{place}: {message}")


def not_simulated(what: str) -> Refused:
    """Something that a real Loki knows and this one does not: said aloud, never guessed."""
    return Refused(f"the simulated Loki does not know {what}", 501)
