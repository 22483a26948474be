"""The stages of a log query as functions on a row; a row that one answers False to is left out."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from simulation.loki import quantities
from simulation.loki.json_stage import json_stage
from simulation.loki.refusals import not_simulated
from simulation.loki.regexes import compiled
from simulation.loki.rows import Row
from simulation.loki.syntax import (
    Both,
    Compare,
    Either,
    Json,
    LabelFormat,
    LineFilter,
    LineFormat,
    Matcher,
    Prune,
    Stage,
)

Step = Callable[[Row], bool]
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_READ: dict[str, Callable[[str], float]] = {
    "number": quantities.number,
    "duration": quantities.go_duration,
    "bytes": quantities.size,
}
_SLOT = re.compile(r"\{\{\s*\.(\w+)\s*\}\}")


def compile_stages(stages: tuple[Stage, ...]) -> list[Step]:
    return [compile_stage(stage) for stage in stages]


def compile_stage(stage: Stage) -> Step:
    if isinstance(stage, LineFilter):
        return _line_filter(stage)
    if isinstance(stage, Json):
        return json_stage(stage.wanted)
    if isinstance(stage, LineFormat):
        return _line_format(stage)
    if isinstance(stage, LabelFormat):
        return _label_format(stage)
    if isinstance(stage, Prune):
        return _prune(stage)
    if isinstance(stage, Matcher):
        return _label_match(stage)
    return _comparison(stage)


def matches(matcher: Matcher, value: str) -> bool:
    """Label regular expressions are anchored at both ends."""
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    return bool(compiled(matcher.value).fullmatch(value)) == (matcher.op == "=~")


def _line_filter(stage: LineFilter) -> Step:
    """Line regular expressions are not anchored."""
    wanted = not stage.op.startswith("!")
    if stage.op in ("|=", "!="):
        texts = stage.texts
        return lambda row: any(text in row.line for text in texts) is wanted
    patterns = [compiled(text, dot_is_any=False) for text in stage.texts]
    return lambda row: any(pattern.search(row.line) for pattern in patterns) is wanted


def _label_match(matcher: Matcher) -> Step:
    return lambda row: matches(matcher, row.get(matcher.name))


def _comparison(stage: Compare | Both | Either) -> Step:
    if isinstance(stage, Compare):
        return _compare(stage)
    left, right = compile_stage(stage.left), compile_stage(stage.right)
    if isinstance(stage, Either):
        return lambda row: left(row) or right(row)
    # Both sides run, as in Loki: the second may note an error of its own.
    return lambda row: left(row) & right(row)


def _compare(stage: Compare) -> Step:
    """A label that is not there fails; one that cannot be read passes, with an error label."""
    read, holds = _READ[stage.unit], _ORDER[stage.op]

    def step(row: Row) -> bool:
        text = row.find(stage.name)
        if text is None:
            return False
        try:
            return holds(read(text), stage.value)
        except ValueError as error:
            row.fail("LabelFilterErr", str(error))
            return True

    return step


def _filled(template: str, row: Row) -> str:
    return _SLOT.sub(lambda slot: row.get(slot[1]), template)


def _checked(template: str) -> str:
    if "{{" in _SLOT.sub("", template):
        raise not_simulated(f"the template {template}")
    return template


def _line_format(stage: LineFormat) -> Step:
    template = _checked(stage.template)

    def step(row: Row) -> bool:
        row.line = _filled(template, row)
        return True

    return step


def _label_format(stage: LabelFormat) -> Step:
    targets = [(name, _checked(source), is_text) for name, source, is_text in stage.targets]

    def step(row: Row) -> bool:
        for target, source, is_template in targets:
            if is_template:
                row.put(target, _filled(source, row))
            elif (value := row.find(source)) is not None:
                row.put(target, value)
                row.drop(source)
        return True

    return step


def _prune(stage: Prune) -> Step:
    def named(name: str, row: Row) -> bool:
        return any(
            label == name
            if isinstance(label, str)
            else label.name == name and matches(label, row.get(name))
            for label in stage.labels
        )

    def step(row: Row) -> bool:
        for name in row.names():
            special = name.startswith("__error")
            if named(name, row) != stage.keep and not (stage.keep and special):
                row.drop(name)
        return True

    return step
