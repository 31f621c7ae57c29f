"""Rows as a file for people and programs."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logreg_core import Scores

#: Characters at the start of a text that make a spreadsheet take it for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_file(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as CSV (RFC 4180), under the names of the first.

    It is UTF-8 and begins with a byte order mark, without which a spreadsheet would
    take θ for two other letters. Text that would be a formula there begins with an
    apostrophe; numbers have all their digits.

    Parameters
    ----------
    rows : sequence of mapping
        Of texts, numbers and None.
    """
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return file.getvalue().encode("utf-8-sig")


def digits_cell(digits: Sequence[int]) -> str:
    """Digits that are told apart; a spreadsheet would take 3-8 for a day in August.

    Examples
    --------
    >>> digits_cell((3, 8)), digits_cell((1, 2, 3))
    ('3 and 8', '1, 2, 3')
    """
    return (" and " if len(digits) == 2 else ", ").join(map(str, digits))


def score_cells(scores: Scores) -> dict[str, float]:
    """What a model reads of training and held-out examples, and their costs, as cells of a row."""
    low, high = scores.held_out.interval
    return {
        "training_cost": scores.training_cost,
        "held_out_cost": scores.held_out_cost,
        "training_right": scores.training.right,
        "training_examples": scores.training.of,
        "held_out_right": scores.held_out.right,
        "held_out_examples": scores.held_out.of,
        "held_out_low": low,
        "held_out_high": high,
    }


def _cell(value: Any) -> str:  # noqa: ANN401 - a setting is a string or a number
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if value is None or math.isnan(value):
        return ""
    return repr(value)
