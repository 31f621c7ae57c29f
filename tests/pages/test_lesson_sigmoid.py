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
from tests.pages.visitor import Visitor, drawn_ring, numbers

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


@pytest.fixture(
    scope="module", params=[{}, {"digits": "3-8", "example": "4"}, {"digits": "all", "lam": "0"}]
)
def opened(request):
    """The page by one of some links, opened once: each test moves the sliders that it needs."""
    visitor = Visitor()
    visitor.open("app.py", **request.param)
    return visitor


def move(visitor, slider, value):
    visitor.app.slider(key=slider).set_value(value)
    visitor.run()


def test_what_the_threshold_makes_of_the_held_out_digits(opened):
    _, z, y = held_out(opened)
    for threshold in (0.01, 0.5, 0.57, 0.99):
        move(opened, "threshold", threshold)
        assert opened.link().get("threshold", "0.5") == str(threshold)
        says = (expit(z) >= threshold).astype(int)
        counts = metrics.confusion_matrix(y, says)
        assert_array_equal(table(opened), counts)
        assert_rates(opened.text(), y, says)
        bars = [int(numbers(each["customdata"]).sum()) for each in curve(opened)[BARS]]
        assert bars == [counts[1, 1], counts[1, 0], counts[0, 0], counts[0, 1]]
        line = curve(opened)[CROSSING]
        assert line["x"][1] == pytest.approx(np.log(threshold / (1 - threshold)))
        assert line["y"][1] == threshold


def assert_rates(text, y, says):
    """Accuracy, precision and recall are said as scikit-learn has them."""
    shown = re.search(
        r"accuracy \*\*(.*) %\*\* · precision \*\*(.*) %\*\* · recall \*\*(.*) %\*\*", text
    )
    expected = [
        score(y, says)
        for score in (metrics.accuracy_score, metrics.precision_score, metrics.recall_score)
    ]
    assert [float(each) / 100 for each in shown.groups()] == pytest.approx(expected, abs=5e-4)


def test_the_digit_lies_on_the_curve_at_its_own_z_wherever_the_probe_is(opened):
    z, *_ = held_out(opened)
    for probe in (opened.app.slider(key="z").value, 3.3):
        move(opened, "z", probe)
        for trace, place in ((DIGIT, z), (PROBE, probe)):
            (x,), (h,) = (curve(opened)[trace][axis] for axis in "xy")
            assert x == pytest.approx(place)
            assert h == pytest.approx(1 / (1 + np.exp(-place)))
        low, high = opened.live_figure("sigmoid_curve")["layout"]["xaxis"]["range"]
        assert low < z < high


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


def test_of_several_digits_the_text_says_that_no_threshold_chooses():
    assert "among its 4 digits needs none, since the largest z wins" in sigmoid_text(
        3, None, digits=4
    )
    assert "largest z wins" not in sigmoid_text(8, 3, digits=2)


def test_a_drawing_lies_on_the_curve_too(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("app.py", digits="all", multiclass="softmax", max_iterations="20")
    assert "this digit: σ(" in curve(visitor)[DIGIT]["name"]
    assert table(visitor).sum() == len(visitor.app.session_state["_run"].held_out)
    assert "among its 10 digits" in visitor.text()


def test_the_probe_reaches_the_digit_however_far_its_z_is(visitor):
    app = visitor.open("app.py", lam="0")
    z, _, _ = held_out(visitor)
    assert abs(z) > 12
    assert app.slider(key="z").value == pytest.approx(z, abs=0.051)


@pytest.mark.parametrize("other", [0, None])
def test_what_is_said_of_the_threshold_holds_wherever_it_stands(other):
    text = sigmoid_text(1, other, digits=10)
    assert "a 1 where h ≥ t" in text
    assert "at t = 0.5 the answer changes at z = 0, and exactly there it is a 1" in text
