"""Step 4: what one answer costs, what squared error would say, and J as a mean."""

from __future__ import annotations

import base64
import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from scipy.special import expit
from sklearn.metrics import log_loss as peer

from dashboard.figures.lesson.cost import cost_bars, cost_curves, losses_along
from dashboard.lesson.costs import Answer, cost_histogram, costs_of, half_of_the_sum, worst
from dashboard.words.lesson.sides import sides
from logreg_core import Objective, cost_and_gradient, load_bundled
from tests.pages.visitor import Visitor, drawn_ring, numbers

LINKS = [
    {},
    {"example": "7", "lam": "0"},
    {"digits": "3-8", "lam": "100"},
    {"digits": "all", "example": "30"},
    {"digits": "all", "multiclass": "softmax"},
]


#: As powers of ten are written.
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.fixture(scope="module", params=LINKS)
def opened(request):
    """The page by one of the links, opened once: no test here works its widgets."""
    visitor = Visitor()
    visitor.open("app.py", **request.param)
    return visitor


def trained_of(visitor):
    """What the page asks, as the session keeps it."""
    return visitor.app.session_state["_kept_trained"][1]


def marks(figure, symbol):
    """The traces whose markers have this symbol."""
    return [each for each in figure["data"] if each.get("marker", {}).get("symbol") == symbol]


def annotations(figure):
    return [each["text"] for each in figure["layout"]["annotations"]]


def digit_of(visitor):
    """What θ says of the digit at hand, and what it is."""
    state, trained = visitor.app.session_state, trained_of(visitor)
    held_out, place = trained.question.held_out, state["example"] - 1
    z = trained.theta[0] + held_out.images[place].ravel() @ trained.theta[1:]
    return float(expit(z)), int(held_out.labels[place])


def test_the_digit_stands_on_the_curve_of_its_y(opened):
    h, y = digit_of(opened)
    (mark,) = marks(opened.live_figure("cost_curves"), "diamond")
    cost = -np.log(h) if y == 1 else -np.log(1 - h)
    assert numbers(mark["x"]) == pytest.approx([h], abs=1e-6)
    assert numbers(mark["y"]) == pytest.approx([cost], abs=1e-6)


def test_a_confident_mistake_costs_much_more_than_its_squared_error(visitor):
    app = visitor.open("app.py")
    app.slider(key="h").set_value(0.998)
    visitor.run()
    figure = visitor.live_figure("cost_curves")
    said = " ".join(annotations(figure))
    assert "−log(1 − h) = <b>6.21</b>" in said
    assert "(h − 0)² = <b>1.00</b>" in said
    probes = [each for each in figure["data"] if np.array_equal(numbers(each["x"]), [0.998] * 2)]
    right, wrong = (numbers(each["y"]) for each in probes)
    np.testing.assert_allclose(right, [(0.998 - 1) ** 2, -np.log(0.998)], rtol=1e-6)
    np.testing.assert_allclose(wrong, [0.998**2, -np.log(1 - 0.998)], rtol=1e-6)
    assert visitor.link()["h"] == "0.998"


@pytest.mark.parametrize(("h", "y", "cost"), [(1e-9, 1.0, 20.7), (1 - 1e-9, 0.0, 20.7)])
def test_a_cost_beyond_the_chart_is_an_arrow_with_its_true_number(h, y, cost):
    figure = cost_curves(0.5, Answer("this 3", y, h, cost), sides(3, None)).to_plotly_json()
    (mark,) = marks(figure, "triangle-up")
    assert mark["y"][0] <= figure["layout"]["yaxis"]["range"][1]
    assert any("this 3: cost 20.7" in text for text in annotations(figure))


def test_both_losses_stand_along_the_same_line_through_theta(opened):
    trained = trained_of(opened)
    question = trained.question
    figure = opened.live_figure("cost_line")
    upper = [each for each in figure["data"] if each["yaxis"] == "y"]
    lower = [each for each in figure["data"] if each["yaxis"] == "y2"]
    steps, log_loss, squared = (
        numbers(values) for values in (upper[0]["x"], upper[0]["y"], lower[0]["y"])
    )
    assert np.array_equal(steps, numbers(lower[0]["x"]))
    assert steps[0] < 0
    assert steps[-1] > 1
    for place in (0, 30, 60, 90, 120):
        theta = steps[place] * trained.theta
        cost, _ = cost_and_gradient(theta, question.X, question.y, 0.0)
        assert log_loss[place] == pytest.approx(cost, rel=1e-9)
        errors = expit(question.X @ theta) - question.y
        assert squared[place] == pytest.approx(np.mean(errors**2), rel=1e-9)


def test_only_the_squared_error_is_marked_to_bend_down(opened):
    figure = opened.live_figure("cost_line")
    upper, lower = (
        next(e for e in figure["data"] if e["yaxis"] == axis and "dash" in e.get("line", {}))
        for axis in ("y", "y2")
    )
    assert np.isnan(np.array(numbers(upper["y"]), dtype=float)).all()
    assert np.isfinite(np.array(numbers(lower["y"]), dtype=float)).any()


def test_the_histogram_counts_every_example_and_shows_their_mean(opened):
    trained = trained_of(opened)
    question = trained.question
    figure = opened.live_figure("cost_histogram")
    assert numbers(figure["data"][0]["y"]).sum() == question.m
    mean = peer(question.y, expit(question.X @ trained.theta), labels=[0, 1])
    (flag,) = [each for each in figure["layout"]["annotations"] if "mean: " in each["text"]]
    assert flag["x"] in [shape["x0"] for shape in figure["layout"]["shapes"]]
    if question.lam:  # else 1 − h keeps too few digits for scikit-learn
        assert flag["x"] == pytest.approx(np.log10(mean), abs=1e-6)
    (said,) = [each.value for each in opened.app.caption if each.value.startswith("J = mean")]
    penalty = question.lam / (2 * question.m) * np.sum(trained.theta[1:] ** 2)
    total, _ = cost_and_gradient(trained.theta, question.X, question.y, question.lam)
    if question.lam:
        shown = [float(number) for number in re.findall(r"[\d.]+\d", said)[:3]]
        assert shown == pytest.approx([total - penalty, penalty, total], rel=0.01)
    else:
        assert "no penalty" in said


def test_the_examples_that_cost_most_are_shown_with_their_costs(opened):
    trained = trained_of(opened)
    question = trained.question
    z = question.X @ trained.theta
    costs = np.logaddexp(0, (1 - 2 * question.y) * z)
    worst_first = np.argsort(-costs)[:8]
    figure = opened.live_figure("cost_worst")
    names = figure["data"][0]["text"]
    assert [int(re.search(r"example ([\d,]+)", name)[1].replace(",", "")) for name in names] == [
        position + 1 for position in worst_first
    ]
    captions = figure["data"][1]["text"]
    if question.lam:
        shown = [float(caption.split(" → ")[0]) for caption in captions]
        assert shown == pytest.approx(costs[worst_first], rel=0.01)
    no = f"not {question.digit}" if question.other is None else str(question.other)
    expected = [str(question.digit) if z[i] >= 0 else no for i in worst_first]
    assert [caption.split(" → ")[1] for caption in captions] == expected
    packed = base64.b64decode(figure["layout"]["images"][0]["source"].partition(",")[2])
    first = np.asarray(Image.open(io.BytesIO(packed)).convert("RGB"))[:20, :20, 0]
    ink = question.training.images[worst_first[0]].clip(0, 1)
    np.testing.assert_allclose((0xFB - first.astype(float)) / (0xFB - 0x14), ink, atol=0.005)


def test_the_text_says_what_this_digit_costs_in_three_short_sentences(opened):
    h, y = digit_of(opened)
    (text,) = [
        each.value for each in opened.app.markdown if each.value.startswith("An answer h costs")
    ]
    sentences = re.split(r"(?<=[^\d]\.) ", text)
    assert len(sentences) == 3
    assert max(len(sentence.split()) for sentence in sentences) <= 35
    assert not set(text) & set(";:"), "no sentence is two"
    said = re.search(r"\(y = (\d), h [=<>] [\d.]+\) costs \*\*([\d.]+)(?: × 10(\S+))?\*\*", text)
    assert int(said[1]) == y
    cost = float(said[2]) * 10.0 ** int((said[3] or "0").translate(RAISED))
    assert cost == pytest.approx(-np.log(h if y else 1 - h), rel=0.02)


def test_a_drawing_is_taken_for_what_it_is_read_as(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("app.py")
    assert "so your drawing (read as y = 0, h " in visitor.text()


def test_costs_of_nothing_have_their_place_on_the_axis_of_powers_of_ten():
    costs = np.array([0.0, 0.0, 5e-324, 1e-200, 3.0])
    histogram = cost_histogram(costs, also=0.0)
    assert histogram.counts.sum() == len(costs)
    assert histogram.counts[0] == 3
    assert histogram.counts[-1] == 1
    figure = cost_bars(histogram, float(costs.mean()), Answer("this 1", 1.0, 1.0, 0.0))
    assert np.isfinite(figure.data[0].x).all()
    assert any("less than 10⁻³⁰⁰" in note.text for note in figure.layout.annotations)
    assert figure.layout.xaxis.ticktext[0] == "≤ 10⁻³⁰⁰"


@pytest.mark.parametrize("places", [(0.2, 0.3), (0.7, 0.8), (0.8, 0.7), (0.1, 0.9), (0.9, 0.1)])
def test_no_line_goes_through_the_words_at_the_end_of_another(places):
    powers = [-4 + 4 * place for place in places]
    histogram = cost_histogram(10.0 ** np.array([-4, 0]), also=1.0)
    answer = Answer("this 1", 1.0, 0.5, 10 ** powers[1])
    layout = cost_bars(histogram, 10 ** powers[0], answer).layout
    (low, low_line), (high, high_line) = sorted(
        zip(layout.annotations, layout.shapes, strict=True), key=lambda flag: flag[0].y
    )
    assert low.y < high.y
    assert (low.x, high.x) == (low_line.x0, high_line.x0)
    length = 0.4 * 4  # of the axis, on a phone
    reach = (low.x - length, low.x) if low.xanchor == "right" else (low.x, low.x + length)
    assert not reach[0] < high.x < reach[1]


def test_equal_costs_are_one_bar():
    histogram = cost_histogram(np.full(7, np.log(2)), also=np.log(2))
    assert max(histogram.counts) == 7
    assert cost_bars(histogram, np.log(2), Answer("this 1", 1.0, 0.5, np.log(2))).data[0].width > 0


def test_the_digit_at_hand_has_a_place_on_the_axis_of_others():
    histogram = cost_histogram(np.array([0.01, 0.02]), also=4.0)
    assert histogram.edges[0] == pytest.approx(-2)
    assert histogram.place(4.0) == pytest.approx(np.log10(4))


def test_an_image_that_is_learnt_from_many_times_is_among_the_worst_once():
    images = np.zeros((6, 20, 20), dtype=np.float32)
    images[:, 0, 0] = [0, 1, 1, 1, 2, 3]
    assert worst(np.array([0.1, 5.0, 5.0, 5.0, 2.0, 0.2]), images, 3) == [1, 4, 5]


def test_half_of_the_sum_is_reached_with_as_few_as_possible():
    random = np.random.default_rng(1)
    costs = random.exponential(size=50) ** 4
    few = half_of_the_sum(costs)
    largest = np.sort(costs)[::-1]
    assert largest[:few].sum() >= costs.sum() / 2 > largest[: few - 1].sum()
    assert half_of_the_sum(np.zeros(5)) == 0


def zeros_on(X, y):
    """θ of zeros and what it answers, without a page."""
    theta = np.zeros(401)
    at = Objective(X, y[:, None], 1.0).evaluate(theta)
    return SimpleNamespace(question=SimpleNamespace(X=X, y=y), theta=theta, at_theta=at)


def test_where_theta_is_all_zeros_the_line_goes_against_the_gradient():
    training = load_bundled().only(0, 1).against_the_rest(1)
    X, y, theta = training.design_matrix(), training.labels.astype(float), np.zeros(401)
    trained = zeros_on(X, y)
    costs = costs_of(trained)
    np.testing.assert_allclose(costs.single, np.log(2))
    _, gradient = cost_and_gradient(theta, X, y, 0.0)
    step = costs.line.steps[70]
    cost, _ = cost_and_gradient(-step * gradient, X, y, 0.0)
    assert costs.line.log_loss.mean[70] == pytest.approx(cost)
    assert costs.here.log_loss.mean == pytest.approx([np.log(2)])
    assert "zeros" in losses_along(costs).layout.xaxis.title.text


def test_images_without_ink_and_classes_of_one_size_leave_the_line_level():
    X, y = np.c_[np.ones(4), np.zeros((4, 400))], np.array([0.0, 1, 0, 1])
    trained = zeros_on(X, y)
    costs = costs_of(trained)
    np.testing.assert_allclose(costs.line.log_loss.mean, np.log(2))
    assert losses_along(costs).data
