"""A learning curve is a plain fit on more and more of the same examples."""

import numpy as np
import pytest

from logreg_core import ConfigError, LearningCurve, TrainConfig, fit
from logreg_core.learning_curve import stratified_order, usual_sizes
from logreg_core.line import Line
from tests.sweeping import eventually

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure

# Ten thousand iterations, none of which is the last by itself.
LONG = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, tolerance=0, max_iterations=10_000
)


def ended(curve):
    curve.start()
    assert curve.wait(SOON)
    return curve


# Which examples are learnt from.


def test_an_order_has_every_example_once():
    labels = np.repeat([0, 4, 9], [5, 40, 13])
    assert sorted(stratified_order(labels, seed=1)) == list(range(len(labels)))


@pytest.mark.parametrize("seed", range(5))
def test_every_beginning_of_an_order_has_its_share_of_each_digit(seed):
    labels = np.random.default_rng(9).permutation(np.repeat([0, 4, 9], [10, 60, 30]))
    shown = labels[stratified_order(labels, seed)]
    for size in range(3, len(labels) + 1):
        for digit, share in ((0, 0.1), (4, 0.6), (9, 0.3)):
            count = np.count_nonzero(shown[:size] == digit)
            assert count >= 1
            # The first of each digit comes before its turn.
            assert abs(count - share * size) <= 2


def test_another_seed_is_another_order_and_the_same_the_same():
    labels = np.repeat([3, 8], 20)
    assert np.array_equal(stratified_order(labels, 4), stratified_order(labels, 4))
    assert not np.array_equal(stratified_order(labels, 4), stratified_order(labels, 5))


def test_the_usual_sizes_go_from_two_a_digit_to_all(ten_digits):
    sizes = usual_sizes(ten_digits)
    assert (sizes[0], sizes[-1]) == (20, 120)
    ratios = np.divide(sizes[1:], sizes[:-1])
    assert ratios.max() - ratios.min() < 0.1


def test_of_very_few_examples_all_are_taken(pair):
    three_and_eight = np.flatnonzero(pair.labels == 3)[0], np.flatnonzero(pair.labels == 8)[0]
    assert usual_sizes(pair.take(three_and_eight)) == (2,)


# What comes of them.


@pytest.mark.parametrize("preparation", ["none", "full"])
@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_each_point_is_a_plain_fit_on_the_beginning_of_the_order(
    ten_digits, preparation, multiclass
):
    training, held_out = ten_digits.split(0.3, seed=0)
    config = TrainConfig(max_iterations=8, preparation=preparation, multiclass=multiclass)
    curve = ended(LearningCurve(training, held_out, config, (10, 30), (0, 7)))
    assert [(p.m, p.seed) for p in curve.points] == [(10, 0), (10, 7), (30, 0), (30, 7)]
    for point in curve.points:
        some = training.take(stratified_order(training.labels, point.seed)[: point.m])
        last = fit(some, config, held_out=held_out).history.step(-1)
        assert point.scores.training.share == pytest.approx(last.accuracy)
        assert point.scores.held_out.share == pytest.approx(last.held_out_accuracy)
        assert point.scores.training_cost == pytest.approx(last.cost - last.penalty, rel=1e-6)
        assert point.scores.held_out_cost == pytest.approx(last.held_out_cost, rel=1e-4)
        assert (point.scores.training.of, point.scores.held_out.of) == (point.m, len(held_out))


def test_all_examples_are_trained_on_once_and_as_they_are(training_and_held_out):
    training, held_out = training_and_held_out
    curve = ended(LearningCurve(training, held_out, TrainConfig(), (4, len(training))))
    assert [point.m for point in curve.points] == [4, 4, 4, len(training)]
    assert (curve.done, curve.of) == (4, 4)
    model = fit(training, TrainConfig()).model
    whole = curve.points[-1].scores
    assert whole.held_out.right == (model.predict(held_out.images) == held_out.labels).sum()
    assert whole.training_cost == float(model.judge(training).costs.mean())


def test_more_examples_make_held_out_digits_cost_less(ten_digits):
    training, held_out = ten_digits.split(0.3, seed=0)
    points = ended(LearningCurve(training, held_out, TrainConfig(max_iterations=60))).points
    assert points[-1].scores.held_out_cost < min(
        p.scores.held_out_cost for p in points if p.m == 20
    )


# How it runs.


def test_stopping_keeps_the_points_that_are_known(training_and_held_out):
    training, held_out = training_and_held_out
    curve = LearningCurve(training, held_out, LONG, (2, len(training)), range(50))
    curve.start()
    while not curve.points:
        assert not curve.wait(0.01)
    curve.stop()
    assert curve.wait(SOON)
    assert 1 <= curve.done < curve.of
    assert curve.failure is None


def test_it_waits_for_its_turn(training_and_held_out):
    line = Line(places=1)
    assert line.take("another", give_up=lambda: False)
    curve = LearningCurve(*training_and_held_out, TrainConfig(), line=line)
    curve.start()
    eventually(lambda: curve.ahead == 0)
    assert curve.points == ()
    line.leave("another")
    assert curve.wait(SOON)
    assert curve.done == curve.of


def test_data_that_cannot_be_learnt_from_is_said_in_a_sentence(training_and_held_out):
    training, held_out = training_and_held_out
    curve = ended(LearningCurve(training.only(1), held_out, TrainConfig(), (1,)))
    assert curve.failure.startswith("All images show the digit 1")


@pytest.mark.parametrize("sizes", [(1, 24), (2, 25), (2.5, 24), (4.0, 24), ("4", 24), ()])
def test_a_size_that_cannot_be_is_refused(pair, sizes):
    with pytest.raises(ConfigError, match="size"):
        LearningCurve(pair, pair, TrainConfig(), sizes)


@pytest.mark.parametrize("seeds", [(), (-1,), (0.5,), (1.0,), ("0",), (None,)])
def test_seeds_that_cannot_be_are_refused(pair, seeds):
    with pytest.raises(ConfigError, match="seed"):
        LearningCurve(pair, pair, TrainConfig(), seeds=seeds)


def test_numbers_of_numpy_are_sizes_and_seeds_too(pair):
    curve = ended(LearningCurve(pair, pair, TrainConfig(), np.array([4, 24]), np.arange(2)))
    assert [(point.m, point.seed) for point in curve.points] == [(4, 0), (4, 1), (24, 0)]
    assert {type(point.m) for point in curve.points} == {int}


def test_a_batch_larger_than_the_least_size_is_refused(pair):
    with pytest.raises(ConfigError, match="A batch of 8 is larger than the data"):
        LearningCurve(pair, pair, TrainConfig(optimizer="sgd", batch_size=8), (4, 24))
