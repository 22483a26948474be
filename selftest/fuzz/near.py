"""Inputs that are nearly right: a good text cut, spliced and bent at random, or any JSON."""

from __future__ import annotations

import json

from hypothesis import strategies as st

SPICES = ("{", "}", "[", "]", '"', "'", "\\", "\n", "\x00", ":", ",", "-", "/", "é", "🦊", "NaN")
NUMBERS = ("1e999", "-1", "0", "99999999999999999999", "0x10", "٣", "1_000")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@st.composite
def near(draw: st.DrawFn, sample: str) -> str:
    """Up to four changes: a piece cut out, doubled or replaced."""
    text = sample
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(
            st.sampled_from((*SPICES, *NUMBERS))
            | st.text(max_size=4)
            | st.just(text[start:end] * 2)
        )
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def bent(draw: st.DrawFn, sample: str) -> str:
    """The same JSON with one value, wherever it stands, another one."""
    document = json.loads(sample)
    places = [*_places(document)]
    if not places:
        return json.dumps(draw(json_values))
    holder, key = draw(st.sampled_from(places))
    holder[key] = draw(json_values)
    return json.dumps(document)


def _places(value: object) -> list[tuple[object, object]]:
    if isinstance(value, dict):
        own = [(value, key) for key in value]
        return [*own, *(place for item in value.values() for place in _places(item))]
    if isinstance(value, list):
        own = [(value, index) for index in range(len(value))]
        return [*own, *(place for item in value for place in _places(item))]
    return []
