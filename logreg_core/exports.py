"""θ and the history of a run as files for other programs."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.io import savemat

from logreg_core.history import STEP_COLUMNS
from logreg_core.scans import PIXELS, SIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from logreg_core.history import History

    FloatArray = NDArray[np.float64]

_ORDER_NOTE: Final = (
    "A column of theta for each digit that it speaks for, the bias first, then the 400 pixels row "
    "by row. imagesc(reshape(theta(2:end, 1), 20, 20)') shows the first one upright."
)


def theta_columns(theta: FloatArray, classes: Sequence[int]) -> dict[int, FloatArray]:
    """The digits that θ speaks for, and the θ of each.

    Parameters
    ----------
    theta : (401,) or (classes, 401) ndarray of float64
        As a `Model` holds it.
    classes : sequence of int
        The digits, ascending.

    Returns
    -------
    dict of int to (401,) ndarray of float64
        Of two digits, the second alone.
    """
    digits = classes[1:] if theta.ndim == 1 else classes
    return dict(zip(digits, np.atleast_2d(theta), strict=True))


def theta_csv(theta: FloatArray, classes: Sequence[int]) -> str:
    r"""θ as a table: a row for the bias and for each pixel, a column for each digit.

    Parameters
    ----------
    theta : (401,) or (classes, 401) ndarray of float64
        As a `Model` holds it.
    classes : sequence of int
        The digits, ascending.

    Returns
    -------
    str
        401 rows after the header. Each number has all its digits, so that reading
        it gives the same number.

    Examples
    --------
    >>> theta = np.arange(401.0) / 2
    >>> print("\n".join(theta_csv(theta, (3, 8)).splitlines()[:3]))
    pixel,row,column,weight for 8
    bias,,,0.0
    1,0,0,0.5
    """
    columns = theta_columns(theta, classes)
    places: list[list[object]] = [["bias", "", ""]]
    places += [[1 + pixel, *divmod(pixel, SIDE)] for pixel in range(PIXELS)]
    weights = np.column_stack(list(columns.values())).tolist()
    header = ["pixel", "row", "column", *(f"weight for {digit}" for digit in columns)]
    return _csv([header, *(place + row for place, row in zip(places, weights, strict=True))])


def theta_mat(theta: FloatArray, classes: Sequence[int]) -> bytes:
    """θ as a .mat file for Octave and MATLAB.

    Parameters
    ----------
    theta : (401,) or (classes, 401) ndarray of float64
        As a `Model` holds it.
    classes : sequence of int
        The digits, ascending.

    Returns
    -------
    bytes
        A file of ``theta`` (401 x 1, or 401 x classes), ``classes`` (1 x classes) and a
        ``note`` on the order of the pixels: row by row as in `design_matrix`, where the
        course has them column by column.
    """
    content = {
        "theta": theta_matrix(theta),
        "classes": np.array(classes, dtype=np.float64),
        "note": _ORDER_NOTE,
    }
    return mat_file(content)


def theta_matrix(theta: FloatArray) -> FloatArray:
    """θ with a column for each digit that it speaks for, (401, 1) or (401, classes)."""
    return np.atleast_2d(theta).T


def mat_file(content: dict[str, object]) -> bytes:
    """A compressed .mat file, as MATLAB 5 and later and Octave read it."""
    file = io.BytesIO()
    savemat(file, content, do_compression=True, oned_as="row")
    return file.getvalue()


def history_csv(history: History) -> str:
    """The steps of a run as a table.

    Parameters
    ----------
    history : History
        Of a long run these are evenly spread steps, not every one.

    Returns
    -------
    str
        A header and a row a step. Each number has all its digits; empty is what could
        not be measured.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> history = fit(load_bundled().only(0, 1), TrainConfig(max_iterations=3)).history
    >>> table = history_csv(history).splitlines()
    >>> table[0][:29], len(table)
    ('iteration,cost,penalty,held_o', 5)
    """
    columns = [getattr(history, name).tolist() for name in STEP_COLUMNS]
    rows = ([_or_empty(value) for value in row] for row in zip(*columns, strict=True))
    return _csv([STEP_COLUMNS, *rows])


def _or_empty(value: float) -> float | str:
    return "" if math.isnan(value) else value


def _csv(rows: Iterable[Sequence[object]]) -> str:
    """Rows as text; Python writes a float with as many digits as tell it from all others."""
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)
    return table.getvalue()
