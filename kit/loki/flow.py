"""One flow as Loki holds it: the record of its line and the labels of its stream in one mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.fields import BY_KEY

_BY_STAGES = ("_extracted", "__error__", "__error_details__")


class Flow(dict[str, Any]):
    """Wire keys and decoded values; not to be changed. Label fields are texts, as in Loki."""

    def __init__(self, labels: Mapping[str, str], line: str, at_ns: int) -> None:
        """Raises ValueError when the line is no JSON object."""
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ValueError("a flow record is a JSON object")
        own = {name: text for name, text in labels.items() if not _made_by_stages(name, record)}
        super().__init__(record | own)
        self.labels, self.line, self.at_ns = own, line, at_ns


def _made_by_stages(name: str, record: Mapping[str, Any]) -> bool:
    """A `json` stage makes labels of the line's fields; those are not the stream's."""
    if name.endswith(_BY_STAGES):
        return True
    known = BY_KEY.get(name)
    return name in record and not (known and known.label)
