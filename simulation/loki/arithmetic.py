"""The binary operators of metric queries on two numbers.

Source: loki v3 pkg/logql/syntax/ast.go, MergeBinOp: division by zero is not a number.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def _divided(left: float, right: float) -> float:
    return left / right if right else math.nan


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right) if right else math.nan


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": _modulo,
    "^": operator.pow,
}


def calculate(op: str, left: float, right: float) -> float:
    if op in COMPARISONS:
        return float(COMPARISONS[op](left, right))
    return _ARITHMETIC[op](left, right)
