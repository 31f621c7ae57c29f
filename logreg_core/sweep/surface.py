"""A goal over two settings, between the trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.interpolate import griddata
from scipy.spatial import QhullError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

#: Points a side. Optuna's own contour grows with the number of trials: at 1,000 it is 12 MB.
GRID: Final = 60

#: Trials that a plane needs, and one that it does not go through.
FEWEST: Final = 4

#: Of the range of a setting: trials that lie on a line to within this enclose no area.
_FLAT: Final = 1e-6


def surface(points: FloatArray, values: FloatArray) -> FloatArray | None:
    """Interpolate linearly between trials, on the triangles of Delaunay (1934).

    Parameters
    ----------
    points : (n, 2) ndarray of float64
        Where the trials lie, each setting's range from 0 to 1.
    values : (n,) ndarray of float64
        Finite, the less the better: of trials at one place the best counts.

    Returns
    -------
    (GRID, GRID) ndarray of float64, optional
        At equal steps from 0 to 1; the second setting in rows, the first in columns; nan
        outside of the trials. None where they are fewer than `FEWEST` or lie on a line.

    Examples
    --------
    >>> corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    >>> plane = surface(corners, corners.sum(axis=1))
    >>> bool(plane[0, 0] == 0), bool(plane[-1, -1] == 2), plane.shape
    (True, True, (60, 60))
    """
    places, which = np.unique(points, axis=0, return_inverse=True)
    if len(places) < FEWEST or _are_on_a_line(places):
        return None
    least = np.full(len(places), np.inf)
    np.minimum.at(least, which.reshape(-1), values)
    steps = np.linspace(0, 1, GRID)
    try:
        return griddata(places, least, tuple(np.meshgrid(steps, steps)), method="linear")
    except QhullError:  # so near to a line that no triangle can be told from it
        return None


def best_in_cells(
    x: NDArray[np.intp], y: NDArray[np.intp], values: FloatArray, shape: tuple[int, int]
) -> FloatArray:
    """The least value in each cell of a table.

    Parameters
    ----------
    x, y : (n,) ndarray of intp
        Column and row of each trial, from 0.
    values : (n,) ndarray of float64
        The less the better.
    shape : (int, int)
        Rows and columns.

    Returns
    -------
    (rows, columns) ndarray of float64
        nan where there is no trial.

    Examples
    --------
    >>> best_in_cells(np.array([0, 0]), np.array([1, 1]), np.array([5.0, 3.0]), (2, 1)).tolist()
    [[nan], [3.0]]
    """
    least = np.full(shape, np.inf)
    np.minimum.at(least, (y, x), values)
    return np.where(np.isinf(least), np.nan, least)


def _are_on_a_line(places: FloatArray) -> bool:
    centred = places - places.mean(axis=0)
    return bool(np.linalg.svd(centred, compute_uv=False)[-1] < _FLAT)
