"""The benchmark of drawn digits: what its rasteriser paints is what the real canvas shows."""

import numpy as np

from benchmarks.stroke_replay.browser import replayed_on
from benchmarks.stroke_replay.rasteriser import differing, rasterised
from benchmarks.stroke_replay.strokes import DrawnDigit

#: Of all pixels, those that may differ visibly; they lie at the edge of the ink.
SMALL = 0.01

SEVEN = (
    np.array([[90.0, 70], [120, 66], [150, 66], [180, 70], [160, 120], [140, 170], [126, 220]]),
    np.array([[110.0, 150], [140, 148], [176, 144]]),
)


def test_canvas_and_rasteriser_agree(server, page):
    drawn = DrawnDigit(0, 7, SEVEN, 154.0, 22)
    (replay,) = replayed_on(page, server.address, [drawn])
    assert replay.read_as == "7"
    painted = rasterised(replay.drawing.strokes, drawn.brush)
    assert differing(replay.picture, painted) < SMALL
    assert differing(replay.picture, rasterised(SEVEN[:1], drawn.brush)) > SMALL
