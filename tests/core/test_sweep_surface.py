"""A goal over two settings, between the trials."""

from __future__ import annotations

import numpy as np
import pytest

from logreg_core.sweep.surface import surface


def test_the_surface_of_a_plane_is_that_plane_where_there_are_trials():
    points = np.random.default_rng(0).random((200, 2))
    found = surface(points, 3 * points[:, 0] - points[:, 1])
    y, x = np.mgrid[0:1:60j, 0:1:60j]
    known = ~np.isnan(found)
    assert known.mean() > 0.8
    np.testing.assert_allclose(found[known], (3 * x - y)[known], atol=1e-12)


def test_of_trials_at_one_place_the_surface_has_the_best():
    corners = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    found = surface(np.tile(corners, (2, 1)), np.r_[np.full(4, 5.0), np.full(4, 2.0)])
    np.testing.assert_allclose(found, 2.0)


@pytest.mark.parametrize(
    "points",
    [
        np.random.default_rng(0).random((3, 2)),
        np.linspace([0, 0.1], [1, 0.9], 50),
        np.tile([[0.5, 0.5]], (9, 1)),
    ],
    ids=["three", "on a line", "at one place"],
)
def test_without_an_area_there_is_no_surface(points):
    assert surface(points, np.arange(len(points), dtype=float)) is None
