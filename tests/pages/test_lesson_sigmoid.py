"""Step 3: the digit lies on the curve, and the threshold decides as the table counts."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.special import expit
from sklearn import metrics

from dashboard.figures.lesson.sigmoid import reach_of_curve, sigmoid_with_threshold
from dashboard.words.lesson.sides import sides
from dashboard.words.lesson.sigmoid import digit_name, sigmoid_text
from tests.pages.visitor import drawn_ring, numbers

_, CROSSING, DIGIT, PROBE = range(4)

#: y = 1 right and wrong, y = 0 right and wrong.
BARS = slice(4, 8)


def held_out(visitor):
    """The z of the digit at hand, and z and y of all held-out ones, by hand."""
    state = visitor.app.session_state
    job = state["_run"]
    model = job.model()
    prepared = job.held_out.prepared(model.config.preparation)
    X = np.c_[np.ones(len(prepared)), prepared.images.reshape(-1, 400).astype(float)]
    thetas, place = np.atleast_2d(model.theta), state["example"] - 1
    row = (thetas @ X[place]).argmax()
    digit = model.classes[1] if len(thetas) == 1 else model.classes[row]
    z = X @ thetas[row]
    return z[place], z, (prepared.labels == digit).astype(int)


def table(visitor):
    """The counts in the cells of the table, row by row."""
    texts = visitor.live_figure("sigmoid_table")["layout"]["annotations"]
    counts = {
        (each["y"], each["x"]): int(re.search(r">([\d,]+)<", each["text"])[1].replace(",", ""))
        for each in texts
    }
    return np.array([[counts[row, column] for column in (0, 1)] for row in (0, 1)])


def curve(visitor):
    return visitor.live_figure("sigmoid_curve")["data"]


@pytest.mark.parametrize("digits", ["0-1", "3-8", "all"])
@pytest.mark.parametrize("threshold", [0.01, 0.5, 0.57, 0.99])
def test_the_table_counts_as_scikit_learn_does(visitor, digits, threshold):
    visitor.open("app.py", digits=digits, threshold=str(threshold))
    _, z, y = held_out(visitor)
    says = (expit(z) >= threshold).astype(int)
    assert_array_equal(table(visitor), metrics.confusion_matrix(y, says))
    shown = re.search(
        r"accuracy \*\*(.*) %\*\* · precision \*\*(.*) %\*\* · recall \*\*(.*) %\*\*",
        visitor.text(),
    )
    expected = [
        score(y, says)
        for score in (metrics.accuracy_score, metrics.precision_score, metrics.recall_score)
    ]
    assert [float(each) / 100 for each in shown.groups()] == pytest.approx(expected, abs=5e-4)


def test_the_threshold_moves_the_table_and_goes_into_the_link(visitor):
    app = visitor.open("app.py", digits="3-8")
    _, z, y = held_out(visitor)
    app.slider(key="threshold").set_value(0.98)
    visitor.run()
    assert_array_equal(table(visitor), metrics.confusion_matrix(y, expit(z) >= 0.98))
    assert visitor.link() == {"digits": "3-8", "threshold": "0.98"}


@pytest.mark.parametrize(
    "link", [{}, {"digits": "3-8", "example": "4"}, {"digits": "all", "lam": "0"}]
)
def test_the_digit_lies_on_the_curve_at_its_own_z_wherever_the_probe_is(visitor, link):
    app = visitor.open("app.py", **link)
    z, *_ = held_out(visitor)
    for probe in (app.slider(key="z").value, 3.3):
        app.slider(key="z").set_value(probe)
        visitor.run()
        for trace, place in ((DIGIT, z), (PROBE, probe)):
            (x,), (h,) = (curve(visitor)[trace][axis] for axis in "xy")
            assert x == pytest.approx(place)
            assert h == pytest.approx(1 / (1 + np.exp(-place)))
        low, high = visitor.live_figure("sigmoid_curve")["layout"]["xaxis"]["range"]
        assert low < z < high


@pytest.mark.parametrize("threshold", [0.01, 0.5, 0.9])
def test_the_line_of_the_threshold_meets_the_curve_at_log_of_its_odds(visitor, threshold):
    visitor.open("app.py", threshold=str(threshold))
    line = curve(visitor)[CROSSING]
    assert line["x"][1] == pytest.approx(np.log(threshold / (1 - threshold)))
    assert line["y"][1] == threshold


def test_the_bars_count_each_held_out_digit_once_on_its_side_of_the_truth(visitor):
    visitor.open("app.py", digits="all", lam="0", threshold="0.9")
    counted = [int(numbers(bars["customdata"]).sum()) for bars in curve(visitor)[BARS]]
    (true_negatives, false_positives), (false_negatives, true_positives) = table(visitor)
    assert counted == [true_positives, false_negatives, true_negatives, false_positives]


def test_what_lies_beyond_the_axis_is_counted_at_its_ends():
    z = np.array([-400.0, -1.0, 2.0, 900.0])
    chart = sigmoid_with_threshold(
        0.0,
        probe=0.0,
        threshold=0.5,
        reach=reach_of_curve(0.0, z, at_least=12.0),
        z_held_out=z,
        y_held_out=np.array([0, 0, 1, 1]),
        answers=sides(1, 0),
    )
    right_ones, _, right_zeros, _ = chart.data[BARS]
    assert right_ones.customdata[-1] == right_zeros.customdata[0] == 1
    assert max(chart.layout.xaxis.range) < 40


def test_exactly_at_the_threshold_it_is_the_digit_that_theta_speaks_for():
    assert digit_name(0.0, 0.5, sides(1, 0)).endswith("0.5000, a 1")
    assert digit_name(np.nextafter(0, -1) - 1e-9, 0.5, sides(1, 0)).endswith(", a 0")


def test_of_ten_digits_the_text_says_that_no_threshold_chooses():
    assert "largest z wins" in sigmoid_text(3, None)
    assert "largest z wins" not in sigmoid_text(8, 3)


def test_a_drawing_lies_on_the_curve_too(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("app.py", digits="all", multiclass="softmax", max_iterations="20")
    assert "this digit: σ(" in curve(visitor)[DIGIT]["name"]
    assert table(visitor).sum() == len(visitor.app.session_state["_run"].held_out)
