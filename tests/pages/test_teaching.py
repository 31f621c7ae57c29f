"""What learning from drawings has changed, as values and as a chart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from dashboard.figures.palette import HELD_OUT, PENALTY, TRAINING
from dashboard.figures.teaching import Dumbbell, accuracy_dumbbells
from dashboard.teaching import Readings, Taught
from logreg_core import Score, TrainConfig, fit, load_bundled

DUMBBELLS = [
    Dumbbell("held out", Score(81, 90), Score(84, 90), HELD_OUT),
    Dumbbell("own", Score(0, 4), Score(4, 4), TRAINING),
]


def ends(figure, when):
    """The marks of before or after, from top to bottom."""
    return [trace for trace in figure.data if trace.name == when]


def test_rings_are_before_and_dots_after_at_the_share_that_is_right():
    figure = accuracy_dumbbells(DUMBBELLS)
    before, after = ends(figure, "before"), ends(figure, "after")
    assert [trace.x[0] for trace in before] == [81 / 90, 0]
    assert [trace.x[0] for trace in after] == [84 / 90, 1]
    assert {trace.marker.symbol for trace in before} == {"circle-open"}
    assert {trace.marker.symbol for trace in after} == {"circle"}
    assert {trace.marker.color for trace in before} == {PENALTY}
    assert [trace.marker.color for trace in after] == [HELD_OUT, TRAINING]


def test_thin_lines_reach_as_far_as_the_interval_of_wilson():
    figure = accuracy_dumbbells(DUMBBELLS)
    counts = {"before": [(81, 90), (0, 4)], "after": [(84, 90), (4, 4)]}
    for when, expected in counts.items():
        for trace, (right, of) in zip(ends(figure, when), expected, strict=True):
            interval = binomtest(right, of).proportion_ci(0.95, method="wilson")
            share = trace.x[0]
            assert share + trace.error_x.array[0] == pytest.approx(interval.high, abs=1e-9)
            assert share - trace.error_x.arrayminus[0] == pytest.approx(interval.low, abs=1e-9)


def test_each_row_joins_its_two_ends_below_its_title():
    figure = accuracy_dumbbells(DUMBBELLS)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    marks = zip(lines, ends(figure, "before"), ends(figure, "after"), strict=True)
    for (line, ring, dot), title in zip(marks, figure.layout.annotations, strict=True):
        assert list(line.x) == [ring.x[0], dot.x[0]]
        assert list(line.y) == [ring.y[0], dot.y[0]]
        # The axis runs downwards.
        assert title.y < ring.y[0] < dot.y[0]
    assert [title.text for title in figure.layout.annotations] == ["held out", "own"]


def test_everything_lies_within_the_axis():
    low, high = accuracy_dumbbells(DUMBBELLS).layout.xaxis.range
    assert low <= 0
    assert high > 1
    narrow = accuracy_dumbbells(DUMBBELLS[:1]).layout.xaxis.range
    assert 0.5 < narrow[0] < Score(81, 90).interval[0]


def test_readings_count_what_was_gained_and_what_was_lost():
    readings = Readings(
        labels=np.array([3, 3, 8, 8, 5]),
        before=np.array([3, 8, 8, 3, 3]),
        after=np.array([3, 3, 3, 8, 8]),
    )
    assert readings.score_before == Score(2, 5)
    assert readings.score_after == Score(3, 5)
    assert readings.newly_right == 2
    assert readings.newly_wrong == 1
    assert readings.changed.tolist() == [1, 2, 3, 4]  # the last from one wrong digit to another


@pytest.fixture(scope="module", params=[(3, 8), (3, 5, 8)], ids=["two digits", "three"])
def taught(request):
    training, held_out = load_bundled().only(*request.param).split(0.5, seed=1)
    own = held_out.take(range(6))
    config = TrainConfig(max_iterations=10)
    before = fit(training, config).model
    after = fit(training.with_added(own.repeated(30)), config).model
    return Taught(before, after, own, held_out)


def test_both_models_read_the_drawings_and_what_is_held_out(taught):
    for readings, images in (
        (taught.own_readings, taught.own),
        (taught.held_out_readings, taught.held_out),
    ):
        assert readings.labels.tolist() == images.labels.tolist()
        assert readings.before.tolist() == taught.before.predict(images.images).tolist()
        assert readings.after.tolist() == taught.after.predict(images.images).tolist()


def test_the_third_theta_is_what_was_added_to_the_first(taught):
    for digit in taught.after.classes:
        before, after, change = taught.three_thetas(digit)
        np.testing.assert_allclose(before + change, after, atol=1e-12)
    row = 1 if taught.after.theta.ndim == 2 else slice(None)
    second = taught.after.classes[1]
    assert np.array_equal(taught.three_thetas(second)[1], taught.after.theta[row])


def test_the_digit_that_has_changed_most_has_the_longest_change(taught):
    classes = taught.after.classes
    lengths = {digit: np.linalg.norm(taught.three_thetas(digit)[2]) for digit in classes}
    if len(classes) == 2:
        assert taught.most_changed == classes[1]  # its one θ speaks for the second
    else:
        assert taught.most_changed == max(lengths, key=lengths.get)
