"""The figure for the README: bars of our time as a part of the best peer's, as SVG."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .summary import Line

_WIDTH, _LEFT, _RIGHT = 760, 230, 70
_TOP, _ROW, _BAR = 74, 22, 14
_GAP: Final = 12  # between works
_NUMBER: Final = 36  # as wide as a number beside its bar
_COLOURS: Final = {1e-4: "#8fb8de", 1e-8: "#2b6cb0"}
_INK, _FAINT, _MARK = "#24292f", "#6e7781", "#c2410c"


def figure(lines: Iterable[Line]) -> str:
    """Our bars, work after work; shorter is better, 1 is as long as the best peer.

    Parameters
    ----------
    lines : iterable of Line
        Those of ours whose ratio is known are drawn; a bar that fell short of the
        precision is left hollow.

    Returns
    -------
    str
        An SVG document.
    """
    ours = [line for line in lines if line.is_ours and math.isfinite(line.to_best_peer)]
    works = list(dict.fromkeys(line.work for line in ours))
    longest = max([1.0, *(line.to_best_peer for line in ours)])
    drawn, y = [], float(_TOP)
    for work in works:
        of_work = [line for line in ours if line.work == work]
        drawn.append(_text(_LEFT - 12, y + _ROW * len(of_work) / 2 + 3, work, anchor="end"))
        for line in of_work:
            drawn += _bar(line, y, longest)
            y += _ROW
        y += _GAP
    return _document([*_head(ours), *drawn, *_scale(y, longest)], y + 34)


def _x(ratio: float, longest: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * ratio / longest


def _bar(line: Line, y: float, longest: float) -> list[str]:
    colour, length = _COLOURS[line.precision], _x(line.to_best_peer, longest) - _LEFT
    fill = "none" if line.short else colour
    title = f"<title>{escape(line.name)}: {1000 * line.cpu:.3g} ms</title>"
    box = f'x="{_LEFT}" y="{y + 4:g}" width="{length:.1f}" height="{_BAR}"'
    parts = [f'<rect {box} fill="{fill}" stroke="{colour}">{title}</rect>']
    end = _LEFT + length
    if line.target is not None:
        mark = _x(line.target, longest)
        parts.append(_stroke((mark, y + 1), (mark, y + _ROW - 1), _MARK, 2))
        if end < mark < end + _NUMBER:  # the number would stand on the mark
            end = mark
    return [*parts, _text(end + 6, y + 15, f"{line.to_best_peer:.2f}", size=11)]


def _head(ours: Sequence[Line]) -> list[str]:
    names = ", ".join(dict.fromkeys(line.name for line in ours))
    legend = [
        _text(_LEFT, 24, "Training time, best peer = 1 (shorter is better)", size=15, weight=600)
    ]
    x = _LEFT
    for precision, colour in _COLOURS.items():
        legend.append(f'<rect x="{x}" y="41" width="12" height="12" rx="2" fill="{colour}"/>')
        legend.append(_text(x + 18, 51, f"within {precision:.0e} of J*", colour=_FAINT, size=11))
        x += 132
    legend.append(_stroke((x + 4, 40), (x + 4, 54), _MARK, 2))
    legend.append(_text(x + 12, 51, f"target · {names}", colour=_FAINT, size=11))
    return legend


def _scale(bottom: float, longest: float) -> list[str]:
    x = _x(1.0, longest)
    return [
        _stroke((_LEFT, _TOP - 4), (_LEFT, bottom), _FAINT, 1),
        _stroke((x, _TOP - 4), (x, bottom), _INK, 1, dashes="4 3"),
        _text(x, bottom + 16, "best peer", anchor="middle", size=11),
    ]


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    colour: str = _INK,
    size: int = 12,
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" '
        f'font-size="{size}" font-weight="{weight}">{escape(words)}</text>'
    )


def _stroke(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    width: int,
    *,
    dashes: str = "none",
) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"/>'
    )


def _document(parts: Sequence[str], height: float) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" '
        f'width="{_WIDTH}" height="{height:.0f}" font-family="system-ui, sans-serif" role="img" '
        f'aria-label="Training time of Theta Lab as a part of the best peer\'s">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )
