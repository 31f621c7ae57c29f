""".csv: a row for each image, its label and its pixels, as Kaggle's MNIST has it."""

from __future__ import annotations

import io
import itertools
import re
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.errors import DataError
from logreg_core.scans import PIXELS, SIDE
from logreg_core.uploads.examples import Examples, check_pixels, examples_of
from logreg_core.uploads.limits import LARGEST_SIDE, MAX_IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

_ACCEPTED: Final = f"accepted is a column label and columns of pixels, such as {PIXELS}"

#: A row of more is not even split: 80 million commas would become gigabytes of cells.
_MOST_COLUMNS: Final = 1 + LARGEST_SIDE**2

#: A spreadsheet in a country that writes 0,5 separates its cells by semicolons.
_SEPARATORS: Final = (",", ";", "\t")

#: Rows that become numbers at once: of 28x28 pixels these are 2 MB of text.
_ROWS_AT_ONCE: Final = 1000

#: NumPy counts rows from 0 and columns from 1.
_WHERE: Final = re.compile(r"at row (\d+), column (\d+)")


def read_csv(data: bytes) -> Examples:
    """Read a label and pixels, as many in each row, from each row.

    The label stands in the column of that name, or first where the table has no
    header.

    Raises
    ------
    DataError
        For a file that is not UTF-8, a row of another length or a cell that is
        no number, named by its row.
    """
    lines = _lines(data)
    first = next(lines, "")
    separator = max(_SEPARATORS, key=first.count)
    columns = first.count(separator) + 1
    if not first:
        raise DataError(f"The table has no rows; {_ACCEPTED}.")
    if columns > _MOST_COLUMNS:
        raise _wrong_columns(columns)
    cells = [_bare(cell) for cell in first.split(separator)]
    has_header = not all(map(_is_number, cells))
    if has_header and "label" not in cells:
        raise DataError(f"The first row names no column label; {_ACCEPTED}.")
    try:
        check_pixels((columns - 1,))
    except DataError as error:
        raise _wrong_columns(columns) from error
    label = cells.index("label") if has_header else 0
    parts = _parts(lines, columns, separator, None if has_header else first)
    return examples_of((np.delete(part, label, axis=1), part[:, label]) for part in parts)


def _wrong_columns(columns: int) -> DataError:
    return DataError(
        f"The first row has {columns} columns; accepted are a label and the pixels of a "
        f"square, such as {PIXELS} for a scan of {SIDE}x{SIDE}."
    )


def _lines(data: bytes) -> Iterator[str]:
    """Yield each row as text, blank ones at the beginning and the end left out."""
    blank, begun = 0, False
    try:
        # Excel puts a byte order mark in front, which utf-8-sig takes off.
        for line in io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig"):
            row = line.rstrip("\n")
            if not row.strip():
                blank += 1
                continue
            if begun:
                yield from itertools.repeat("", blank)
            blank, begun = 0, True
            yield row
    except UnicodeDecodeError as error:
        raise DataError(
            "This is no table in UTF-8, whatever its name says; save a table as CSV UTF-8."
        ) from error


def _parts(
    lines: Iterator[str], columns: int, separator: str, first: str | None
) -> Iterator[Numbers]:
    """Yield the rows as numbers, some at a time, (k, columns)."""
    number = 1  # of the row that came last
    rows = [] if first is None else [_with_points(first, separator)]
    done = 0
    for number, row in enumerate(lines, start=2):
        found = row.count(separator) + 1
        if found != columns:
            raise DataError(
                f"Row {number} has {found} columns, the first has {columns}; {_ACCEPTED}."
            )
        rows.append(_with_points(row, separator))
        if len(rows) == _ROWS_AT_ONCE:
            yield _numbers(rows, separator, first_row=number + 1 - len(rows))
            done += len(rows)
            rows = []
        if done > MAX_IMAGES:
            raise DataError(f"The table has too many rows; accepted are {MAX_IMAGES:,} at most.")
    if not rows and not done:
        raise DataError(f"The table has a header but no rows; {_ACCEPTED}.")
    if rows:
        yield _numbers(rows, separator, first_row=number + 1 - len(rows))


def _numbers(rows: list[str], separator: str, first_row: int) -> Numbers:
    try:
        return np.loadtxt(
            rows, dtype=np.float32, delimiter=separator, comments=None, quotechar='"', ndmin=2
        )
    except ValueError as error:
        where = _WHERE.search(str(error))
        cell = "A cell"
        if where:
            cell = f"The cell in row {int(where[1]) + first_row}, column {where[2]}"
        raise DataError(f"{cell} is no number; {_ACCEPTED}.") from error


def _with_points(row: str, separator: str) -> str:
    """Numbers as 0.5 where semicolons separate them."""
    return row if separator == "," else row.replace(",", ".")


def _bare(cell: str) -> str:
    return cell.strip().strip('"').strip().lower()


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True
