"""The training benchmark's own arithmetic: a judge must be right before it is quoted."""

import json
import math
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from benchmarks.training.contestant import FLOAT64, Contestant, Outcome, Variant
from benchmarks.training.figure import figure
from benchmarks.training.ours import default_row, our_row
from benchmarks.training.peers import peers
from benchmarks.training.problem import Problem, cost, newton
from benchmarks.training.race import Measured, Race
from benchmarks.training.report import as_json, from_json, table
from benchmarks.training.search import TOLERANCES, Hint, loosest, merged, settings, strongest
from benchmarks.training.summary import lines
from benchmarks.training.works import OFFSETS, PRECISIONS, WORKS, Work, enlarged, shifted
from logreg_core import OPTIMIZERS, cost_and_gradient, load_bundled

WORK = Work("some digits", 10, {1e-4: 0.5, 1e-8: 0.3}, rounds=1)
IN_PROCESS = [peer for peer in peers() if not peer.name.startswith("Octave")]


@pytest.fixture(scope="module")
def problem():
    """Ones against the rest and threes against the rest, ten columns, λ = 2."""
    random = np.random.default_rng(3)
    X = np.column_stack([np.ones(300), random.random((300, 9))])
    margins = X @ random.normal(size=(10, 2)) * 2
    targets = (margins - margins.mean(axis=0) > random.logistic(size=(300, 2))).astype(float)
    return Problem(X, targets, lam=2.0)


def measured(name, cpu, *, suboptimality=1e-5, precision=1e-4, failure=""):
    ours = name == "ours"
    runs = () if failure else (cpu,)
    return Measured(name, "float64", ours, precision, 1e-3, suboptimality, runs, runs, failure)


# --- The judge ---------------------------------------------------------------


def test_the_judge_and_the_product_agree_on_the_cost(problem):
    theta = np.random.default_rng(0).normal(size=(2, 10))
    product = sum(
        cost_and_gradient(theta[c], problem.X, problem.targets[:, c], problem.lam)[0]
        for c in range(2)
    )
    assert cost(problem, theta) == pytest.approx(product, rel=1e-13)


def test_newton_ends_where_the_gradient_is_zero(problem):
    theta = newton(problem)
    for c in range(2):
        _, gradient = cost_and_gradient(theta[c], problem.X, problem.targets[:, c], problem.lam)
        assert abs(gradient).max() < 1e-12


def test_newton_that_begins_with_a_part_of_the_rows_finds_the_same_optimum(problem, monkeypatch):
    whole = cost(problem, newton(problem))
    monkeypatch.setattr("benchmarks.training.problem._ROWS_WORTH_A_FIRST_GUESS", 100)
    monkeypatch.setattr("benchmarks.training.problem._ROWS_AT_ONCE", 7)
    assert cost(problem, newton(problem)) == pytest.approx(whole, rel=1e-14)


def test_a_theta_that_is_no_number_is_infinitely_far_from_the_optimum(problem):
    assert problem.suboptimality(np.full((2, 10), np.nan)) == math.inf
    assert problem.suboptimality(newton(problem)) < 1e-14


def test_a_part_of_the_rows_keeps_the_balance_of_loss_and_penalty(problem):
    part = problem.every(3)
    assert len(part.X) == 100
    assert part.lam / len(part.X) == pytest.approx(problem.lam / len(problem.X))


# --- The contestants ---------------------------------------------------------


@pytest.mark.parametrize(
    ("contestant", "variant"),
    [(one, variant) for one in IN_PROCESS for variant in one.variants],
    ids=str,
)
def test_every_peer_minimises_the_cost_that_judges_it(problem, contestant, variant):
    outcome = contestant.solve(problem, variant, 1e-8)
    # A penalised intercept and stochastic steps leave some; another λ would leave far more.
    assert problem.suboptimality(outcome.theta) < 1e-5
    assert problem.suboptimality(newton(Problem(problem.X, problem.targets, lam=2.5))) > 1e-4


def test_every_row_of_ours_takes_part(problem):
    for name in OPTIMIZERS:
        theta = our_row(name).solve(problem, FLOAT64, 1e-2).theta
        assert theta.shape == (2, 10)
        assert problem.suboptimality(theta) < problem.suboptimality(np.zeros((2, 10)))


def test_the_default_row_is_in_the_table():
    assert default_row() in OPTIMIZERS


def test_one_class_is_never_learnt_in_more_than_one_way(problem):
    contestant = Contestant("a", "", None, (FLOAT64, Variant("float64", together=True)))
    assert len(contestant.variants_for(problem)) == 2
    assert contestant.variants_for(problem.of_class(0)) == (FLOAT64,)


# --- The search --------------------------------------------------------------


@pytest.mark.parametrize("answer", range(12))
def test_the_loosest_rung_that_reaches_is_found_from_anywhere(answer):
    for start in range(12):
        assert loosest(lambda rung: rung >= answer, start, 12, lambda _: False) == answer


def test_none_is_found_where_none_reaches():
    asked = []

    def never(rung):
        return asked.append(rung)

    assert loosest(never, 3, 12, lambda _: False) is None
    assert asked[-1] == 11
    assert loosest(never, 3, 12, lambda _: True) is None


def contestant_that_takes(name, cpu, *, width_factor=1.0, stops_at=0.0, is_ours=False):
    """Its suboptimality is its tolerance squared, and its time is what is said."""

    def solve(problem, variant, tolerance):
        theta = newton(problem)
        wanted = max(tolerance**2, stops_at)
        direction = np.zeros_like(theta)
        direction[:, 0] = 1.0
        low, high = 0.0, 10.0
        for _ in range(80):
            middle = (low + high) / 2
            far = problem.suboptimality(theta + middle * direction) > wanted
            low, high = (low, middle) if far else (middle, high)
        seconds = cpu * (width_factor if variant.width == "float32" else 1.0)
        return Outcome(theta + low * direction, seconds, seconds)

    return Contestant(name, "", solve, is_ours=is_ours)


@pytest.fixture(scope="module")
def found(problem):
    contestants = [
        contestant_that_takes("ours", 5.0, is_ours=True),
        contestant_that_takes("quick", 1.0, width_factor=0.5),
        contestant_that_takes("slow", 1.2),
        contestant_that_takes("hopeless", 2.0),
        contestant_that_takes("short", 0.7, stops_at=3e-6),
    ]
    return settings(problem.of_class(0), contestants, {})


def test_the_search_finds_the_loosest_tolerance_and_the_better_width(found):
    quick = next(one for one in found if (one.contestant.name, one.precision) == ("quick", 1e-4))
    assert quick.variant.width == "float32"
    assert quick.tolerance == pytest.approx(1e-2)
    assert quick.rung > 0
    assert TOLERANCES[quick.rung - 1] ** 2 > 1e-4


def test_a_peer_that_cannot_reach_stays_and_says_how_near_it_came(found):
    short = {one.precision: one for one in found if one.contestant.name == "short"}
    assert short[1e-4].reached
    assert not short[1e-8].reached
    assert short[1e-8].trial.suboptimality == pytest.approx(3e-6, rel=0.01)


def test_heats_leave_ours_and_the_quickest_that_reach(found):
    hints = strongest(found, 2)
    names = {p: {name for name, at in hints if at == p} for p in PRECISIONS}
    assert names == {1e-4: {"ours", "quick", "short"}, 1e-8: {"ours", "quick", "slow"}}


def test_heats_leave_nobody_who_took_three_times_as_long(found):
    hints = strongest(found, 4)
    assert {name for name, at in hints if at == 1e-8} == {"ours", "quick", "slow"}


def test_who_is_strong_in_one_of_two_heats_takes_part_in_each_way_that_was_strong():
    wide, narrow = Variant("float64"), Variant("float32")
    easy = {("a", 1e-4): Hint(frozenset({wide}), 10)}
    hard = {("a", 1e-4): Hint(frozenset({narrow}), 14), ("b", 1e-4): Hint(frozenset({wide}), 8)}
    assert merged([easy, hard]) == {
        ("a", 1e-4): Hint(frozenset({wide, narrow}), 12),
        ("b", 1e-4): Hint(frozenset({wide}), 8),
    }


def test_a_contestant_that_raises_is_kept_with_its_reason(problem):
    def solve(*_):
        raise MemoryError("too large")

    for setting in settings(problem, [Contestant("large", "", solve)], {}):
        assert not setting.reached
        assert setting.trial.failure == "MemoryError: too large"


# --- The table ---------------------------------------------------------------


def test_ours_is_compared_with_the_quickest_peer_that_reached():
    race = Race(
        (
            measured("ours", 1.0),
            measured("quick", 4.0),
            measured("slow", 9.0),
            measured("short", 0.1, suboptimality=3e-3),
        ),
        limit_cpu=0.5,
    )
    ours, *others = lines(WORK, [race])
    assert (ours.to_best_peer, ours.to_limit, ours.target) == (0.25, 2.0, 0.5)
    assert {line.name: line.to_best_peer for line in others}["slow"] == 2.25
    assert "short (reached 3.0e-03)" in table([ours, *others])


def test_several_problems_give_the_median_of_their_ratios_not_the_ratio_of_medians():
    races = [
        Race((measured("ours", ours), measured("peer", peer)), limit_cpu=1.0)
        for ours, peer in ((1, 10), (2, 4), (30, 100))
    ]
    assert lines(WORK, races)[0].to_best_peer == pytest.approx(0.3)


def test_without_a_peer_that_reached_there_is_no_ratio():
    race = Race((measured("ours", 1.0), measured("peer", 1.0, suboptimality=1.0)), limit_cpu=1.0)
    ours = lines(WORK, [race])[0]
    assert math.isnan(ours.to_best_peer)
    written = json.loads(as_json([ours], {}))["lines"][0]
    assert written["to_best_peer"] is None
    assert written["cpu"] == 1.0


def test_an_earlier_run_is_read_as_it_was_written():
    race = Race((measured("ours", 1.0), measured("peer", 1.0, suboptimality=1.0)), limit_cpu=1.0)
    written = lines(WORK, [race])
    read = from_json(as_json(written, {}))
    assert table(read) == table(written)
    assert [line.target for line in read] == [line.target for line in written]


def test_a_peer_that_failed_says_why():
    failed = measured("peer", 0.0, suboptimality=math.inf, failure="MemoryError: too large")
    race = Race((measured("ours", 1.0), failed), limit_cpu=1.0)
    assert lines(WORK, [race])[1].remark == "failed (MemoryError: too large)"


def test_the_figure_has_a_bar_for_each_line_of_ours_as_long_as_its_ratio():
    races = [Race((measured("ours", 1.0), measured("peer & co", 4.0)), limit_cpu=1.0)]
    svg = ET.fromstring(figure(lines(WORK, races)))  # noqa: S314 - our own
    titled = [box for box in svg.findall("{*}rect") if box.find("{*}title") is not None]
    assert len(titled) == 1
    best_peer = next(
        line for line in svg.findall("{*}line") if line.get("stroke-dasharray") == "4 3"
    )
    unit = float(best_peer.get("x1")) - float(titled[0].get("x"))
    assert float(titled[0].get("width")) / unit == pytest.approx(0.25, abs=0.01)


# --- The data ----------------------------------------------------------------


def test_a_copy_is_moved_and_nothing_comes_in_from_the_other_side():
    image = np.zeros((1, 20, 20), np.float32)
    image[0, 0, 0] = image[0, 19, 10] = 1
    for number, (down, right) in enumerate(OFFSETS):
        moved = shifted(image, number)[0]
        kept = [
            (row + down, column + right)
            for row, column in ((0, 0), (19, 10))
            if 0 <= row + down < 20 and 0 <= column + right < 20
        ]
        assert sorted(map(tuple, np.argwhere(moved))) == sorted(kept)


def test_copies_of_later_rounds_are_paler_so_that_no_two_are_alike():
    image = np.ones((1, 20, 20), np.float32)
    assert shifted(image, 0).max() == 1
    assert 0 < shifted(image, len(OFFSETS)).max() < 1


def test_more_rows_than_images_are_copies_with_the_labels_of_their_originals():
    digits = load_bundled().only(0, 1)
    X, labels = enlarged(digits, 1000, np.float32)
    assert X.shape == (1000, 401)
    assert (X[:, 0] == 1).all()
    originals = dict(zip(map(bytes, digits.images), digits.labels, strict=True))
    recognised = [
        (originals[pixels], label)
        for pixels, label in zip(map(bytes, X[:, 1:]), labels, strict=True)
        if pixels in originals
    ]
    assert len(recognised) == len(digits)
    assert all(original == label for original, label in recognised)


def test_fewer_rows_are_the_first_ones_in_their_order():
    digits = load_bundled()
    X, labels = enlarged(digits, 50, np.float64)
    np.testing.assert_array_equal(labels, digits.labels[:50])
    np.testing.assert_array_equal(X[:, 1:], digits.images[:50].reshape(50, 400))


def test_the_works_are_those_that_were_promised():
    assert {name: len(work.digits) for name, work in WORKS.items()} == {
        "1000": 1,
        "12665": 1,
        "pairs": 45,
        "pairs-0.1": 45,
        "ten-classes": 1,
        "million": 1,
    }
    assert all(set(work.targets) == set(PRECISIONS) for work in WORKS.values())
