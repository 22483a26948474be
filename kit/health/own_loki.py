"""A Loki in one piece: what it says of itself at /ready and /config."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from kit.loki import Loki, LokiError
from kit.verdict import Inconclusive, Verdict, met, unmet


def ready(loki: Loki) -> Verdict:
    """Its own word, which is more than an answer: an ingester that starts answers queries too."""
    answer = loki.page("/ready")
    said = " ".join(answer.body.split())[:200]
    if answer.status == 200:
        return met(f"{loki.name} says {said}")
    return unmet(f"{loki.name} is not ready: HTTP {answer.status} {said}")


def schemas(loki: Loki) -> list[tuple[str, str]]:
    """First day and schema of each period, oldest first; nothing else of /config is kept."""
    answer = loki.page("/config")
    if answer.status != 200:
        raise Inconclusive(f"{loki.name} does not show its configuration: HTTP {answer.status}")
    try:
        config: Any = yaml.safe_load(answer.body)
        periods = config["schema_config"]["configs"]
        return sorted((str(each["from"]), str(each["schema"])) for each in periods)
    except (yaml.YAMLError, KeyError, TypeError):
        told = f"{loki.name} shows a configuration without schema_config.configs"
        raise Inconclusive(told) from None


def writes(found: list[tuple[str, str]], wanted: str, today: date) -> Verdict:
    """The period that has begun last decides; one that begins in the future does not count."""
    begun = [period for period in found if period[0][:10] <= today.isoformat()]
    if not begun:
        return unmet(f"no schema is in force yet: {found}")
    since, schema = begun[-1]
    told = f"schema {schema} is in force since {since[:10]}"
    return met(told) if schema == wanted else unmet(f"{told}, expected {wanted}")


__all__ = ["LokiError", "ready", "schemas", "writes"]
