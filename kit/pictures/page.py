"""One page with all pictures of a run: a single file that needs nothing and calls nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import chain, repeat

from kit.pictures.measured import Picture
from kit.pictures.sheet import FONT

STYLE = f"""
:root{{color-scheme:light dark;--paper:#f6f8fa;--ink:#1f2328;--soft:#57606a;--edge:#d0d7de}}
@media (prefers-color-scheme:dark){{
:root{{--paper:#0d1117;--ink:#e6edf3;--soft:#9aa4af;--edge:#30363d}}}}
body{{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 {FONT}}}
main{{max-width:800px;margin:0 auto;padding:24px 20px 60px}}
h1{{font-size:24px;margin:8px 0 2px}}h2{{font-size:17px;margin:34px 0 6px}}
p{{margin:4px 0 10px}}.soft{{color:var(--soft)}}
figure{{margin:26px 0 6px}}figure svg{{max-width:100%;height:auto;display:block}}
figcaption{{color:var(--soft);font-size:13px;margin-top:6px}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;font-size:13px;margin:14px 0}}
dt{{color:var(--soft)}}dd{{margin:0}}
table{{border-collapse:collapse;font-size:13px;margin:6px 0}}
th,td{{border-bottom:1px solid var(--edge);padding:4px 8px;text-align:right;vertical-align:bottom}}
th:first-child,td:first-child{{text-align:left;padding-left:0}}
.none{{border:1px dashed var(--edge);border-radius:6px;padding:12px 16px;color:var(--soft)}}
"""


def page(title: str, facts: Mapping[str, str], pictures: Sequence[Picture]) -> str:
    """HTML; a picture that could not be drawn is a sentence in its place."""
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    body = "".join(_section(picture) for picture in pictures)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><dl>{rows}</dl>{body}</main></body></html>\n"
    )


def _section(picture: Picture) -> str:
    """A drawn one has its title in the picture."""
    if picture.table:
        return f"<section><h2>{escape(picture.name)}</h2>{_table(picture)}</section>"
    if not picture.svg:
        told = f'<p class="none">{escape(picture.says)}</p>'
        return f"<section><h2>{escape(picture.name)}</h2>{told}</section>"
    caption = f"<figcaption>{escape(picture.says)}</figcaption>"
    return f"<section><figure>{picture.svg}{caption}</figure></section>"


def _table(picture: Picture) -> str:
    head, *rows = (
        "".join(f"<{cell}>{escape(text)}</{cell}>" for text in line)
        for cell, line in zip(chain(["th"], repeat("td")), picture.table, strict=False)
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    says = f'<p class="soft">{escape(picture.says)}</p>'
    return f"<table><tr>{head}</tr>{body}</table>{says}"
