"""A sheet to draw on: lines, boxes, dots and words, written down as one SVG element.

A sheet brings its own paper, so that it is readable on any background, and follows the reader's
choice of light or dark. Colours are those of Okabe and Ito, which colour-blind readers tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
STYLE = (
    f".pic text{{font-family:{FONT};font-size:12px;fill:#1f2328}}"
    ".pic .head{font-size:14px;font-weight:600}.pic .soft{fill:#57606a}"
    ".pic .paper{fill:#ffffff;stroke:#d0d7de}.pic .grid{stroke:#d8dee4}.pic .band{fill:#f3f5f8}"
    ".pic .a{fill:#0072b2;stroke:#0072b2}.pic .b{fill:#d55e00;stroke:#d55e00}"
    ".pic .c{fill:#009e73;stroke:#009e73}.pic .rest{fill:#8c959f;stroke:#8c959f}"
    ".pic polyline{fill:none}.pic .limit{stroke:#d55e00;stroke-dasharray:6 3;stroke-width:1.5}"
    ".pic .over{fill:#d55e00;stroke:#d55e00}.pic text.over{fill:#b34700;stroke:none}"
    "@media (prefers-color-scheme:dark){.pic text{fill:#e6edf3}.pic .soft{fill:#9aa4af}"
    ".pic .paper{fill:#161b22;stroke:#30363d}.pic .grid{stroke:#30363d}.pic .band{fill:#1d242d}"
    ".pic .a{fill:#56b4e9;stroke:#56b4e9}.pic .b{fill:#e69f00;stroke:#e69f00}"
    ".pic .c{fill:#2fc79a;stroke:#2fc79a}.pic .rest{fill:#6e7781;stroke:#6e7781}"
    ".pic .limit{stroke:#e69f00}.pic .over{fill:#e69f00;stroke:#e69f00}"
    ".pic text.over{fill:#ffc04d}}"
)
"""Classes: a, b and c are the colours of things, rest is what stays in the background."""

LETTER = 6.6
"""Pixels of an average letter at 12 px; words are set by this, since nobody measures them."""


class Sheet:
    """Grows by what is drawn; `svg` is the whole. Sizes are pixels of a sheet shown as it is."""

    def __init__(self, title: str, width: float, height: float, says: str = "") -> None:
        self.title, self.width, self.height, self.says = title, width, height, says
        self._parts: list[str] = []

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        named = f' class="{kind}"' if kind else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}"{named} text-anchor="{anchor}">{escape(words)}</text>'
        )

    def line(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
        (x1, y1), (x2, y2) = start, end
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'
        )

    def box(self, corner: tuple[float, float], size: tuple[float, float], kind: str) -> None:
        (x, y), (width, height) = corner, size
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" '
            f'height="{height:.1f}" class="{kind}"/>'
        )

    def dot(self, x: float, y: float, kind: str, told: str = "", *, solid: bool = True) -> None:
        faint = "" if solid else ' fill-opacity="0.35" stroke-opacity="0.6"'
        tip = f"<title>{escape(told)}</title>" if told else ""
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="{kind}"{faint}>{tip}</circle>'
        )

    def path(self, points: Sequence[tuple[float, float]], kind: str, told: str = "") -> None:
        where = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        tip = f"<title>{escape(told)}</title>" if told else ""
        width = "1" if kind == "rest" else "2"
        self._parts.append(
            f'<polyline points="{where}" class="{kind}" stroke-width="{width}">{tip}</polyline>'
        )

    def svg(self) -> str:
        size = f"{self.width:.0f} {self.height:.0f}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="pic" viewBox="0 0 {size}" '
            f'width="{self.width:.0f}" height="{self.height:.0f}" role="img">'
            f"<title>{escape(self.title)}</title><desc>{escape(self.says)}</desc>"
            f"<style>{STYLE}</style>"
            f'<rect x="0.5" y="0.5" width="{self.width - 1:.0f}" height="{self.height - 1:.0f}" '
            'rx="6" class="paper"/>'
            f'<text x="16" y="24" class="head">{escape(self.title)}</text>'
            f"{''.join(self._parts)}</svg>"
        )
