"""Many inputs against one reader."""

from __future__ import annotations

import traceback

from hypothesis import HealthCheck, Phase, given, seed, settings

from selftest.fuzz.targets import Target


def tried(target: Target, examples: int, number: int = 1) -> str:
    """Empty when every input was read or refused clearly; else the smallest one that was not."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @seed(number)
    @given(target.inputs)
    def each(told: object) -> None:
        try:
            target.read(told)
        except target.allowed as error:
            if not str(error).strip() or "\n" in str(error).strip():
                raise AssertionError(f"no sentence: {str(error)!r} for {told!r}") from None
            if isinstance(error, KeyError | UnicodeError):
                raise AssertionError(f"a bare {error!r} for {told!r}") from None
        except Exception as error:
            raise AssertionError(f"{error!r} for {told!r}") from error

    try:
        each()
    except AssertionError as error:
        cause = (
            "".join(traceback.format_tb(error.__cause__.__traceback__)[-1:])
            if error.__cause__
            else ""
        )
        return f"{error} {cause}".strip()
    return ""
