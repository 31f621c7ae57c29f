""".csv: a row for each image, its label and its 400 pixels."""

from __future__ import annotations

import re

import numpy as np

from logreg_core.errors import DataError
from logreg_core.scans import PIXELS, SIDE
from logreg_core.uploads.examples import Examples

_ACCEPTED = f"accepted is a column label and {PIXELS} columns of pixels"

# A row of more is not even split: 60 million commas would become gigabytes of cells.
_MOST_COLUMNS = 10_000

# NumPy counts rows from 0 and columns from 1.
_WHERE = re.compile(r"at row (\d+), column (\d+)")


def read_csv(data: bytes) -> Examples:
    """Read a label and 400 pixels, laid out row by row, from each row.

    The label stands in the column of that name, or first where the table has no
    header.

    Raises
    ------
    DataError
        For a file that is not UTF-8, a row of another length or a cell that is
        no number, named by its row.
    """
    lines = _lines(data)
    columns = lines[0].count(",") + 1
    if columns > _MOST_COLUMNS:
        raise _wrong_columns(columns)
    first = [_bare(cell) for cell in lines[0].split(",")]
    has_header = not all(map(_is_number, first))
    if has_header and "label" not in first:
        raise DataError(f"The first row names no column label; {_ACCEPTED}.")
    if columns != 1 + PIXELS:
        raise _wrong_columns(columns)
    rows = lines[1:] if has_header else lines
    if not rows:
        raise DataError(f"The table has a header but no rows; {_ACCEPTED}.")
    table = _numbers(rows, header_rows=len(lines) - len(rows))  # (m, 401)
    label = first.index("label") if has_header else 0
    return Examples(np.delete(table, label, axis=1), table[:, label])


def _wrong_columns(columns: int) -> DataError:
    return DataError(
        f"The first row has {columns} columns; "
        f"accepted are a label and {PIXELS} pixels, a scan of {SIDE}x{SIDE}."
    )


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")  # Excel puts a byte order mark in front
    except UnicodeDecodeError as error:
        raise DataError("The table is not UTF-8 text; save it as CSV UTF-8.") from error
    if not text.strip():
        raise DataError(f"The table has no rows; {_ACCEPTED}.")
    return text.rstrip().splitlines()


def _numbers(
    rows: list[str], header_rows: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    for number, row in enumerate(rows, start=1 + header_rows):
        if row.count(",") != PIXELS:
            raise DataError(f"Row {number} has {row.count(',') + 1} columns; {_ACCEPTED}.")
    try:
        return np.loadtxt(
            rows, dtype=np.float32, delimiter=",", comments=None, quotechar='"', ndmin=2
        )
    except ValueError as error:
        where = _WHERE.search(str(error))
        cell = "A cell"
        if where:
            line = int(where[1]) + 1 + header_rows
            cell = f"The cell in row {line}, column {where[2]}"
        raise DataError(f"{cell} is no number; {_ACCEPTED}.") from error


def _bare(cell: str) -> str:
    return cell.strip().strip('"').strip().lower()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
