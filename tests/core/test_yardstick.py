"""Held-out numbers are scikit-learn's, and the same to the last bit whoever asks and whenever."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score
from sklearn.metrics import log_loss as sklearn_log_loss

from logreg_core.objective import Objective, SoftmaxObjective
from logreg_core.training import targets
from logreg_core.yardstick import TOGETHER, HeldOut, Yardstick


@pytest.fixture(scope="module", params=["two classes", "one-vs-all", "softmax"])
def held_out(request, zeros_and_ones, ten_digits):
    """Examples, and as many θ as are measured together, and a few more."""
    dataset = zeros_and_ones if request.param == "two classes" else ten_digits
    classes = dataset.classes
    kind = SoftmaxObjective if request.param == "softmax" else Objective
    y = targets(dataset, classes)
    random = np.random.default_rng(0)
    thetas = random.normal(0, 0.2, (TOGETHER + 5, y.shape[1] * 401))
    thetas[0] = 0
    return SimpleNamespace(
        kind=request.param, dataset=dataset, y=y, loss=kind.total_loss, thetas=thetas
    )


def yardstick_of(held_out):
    return Yardstick(held_out.dataset.design_matrix(), held_out.y, held_out.loss)


def numbers(promises):
    return [(promise.cost, promise.accuracy) for promise in promises]


def test_cost_and_accuracy_are_scikit_learns(held_out):
    yardstick = yardstick_of(held_out)
    X, y, labels = held_out.dataset.design_matrix(), held_out.y, held_out.dataset.labels
    for theta in held_out.thetas[:3]:
        z = X @ theta.reshape(y.shape[1], -1).T
        if held_out.kind == "softmax":
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            cost = sklearn_log_loss(labels, p)
        else:
            columns = zip(y.T, (1 / (1 + np.exp(-z))).T, strict=True)
            cost = sum(sklearn_log_loss(column, h) for column, h in columns)
        read = (z[:, 0] >= 0) if y.shape[1] == 1 else z.argmax(axis=1)
        measured = yardstick.measure(theta)
        assert measured.cost == pytest.approx(cost, rel=1e-5)
        assert measured.accuracy == accuracy_score(labels, read)


def test_numbers_are_the_same_to_the_last_bit_whenever_somebody_asks(held_out):
    together = yardstick_of(held_out)
    expected = numbers([together.measure(theta) for theta in held_out.thetas])
    for every in (1, 2, 3, 7):
        yardstick, promises = yardstick_of(held_out), []
        for count, theta in enumerate(held_out.thetas, 1):
            promises.append(yardstick.measure(theta))
            if count % every == 0:
                assert promises[-1].cost == expected[count - 1][0]
        assert numbers(promises) == expected


def test_numbers_of_many_examples_are_those_of_their_parts(held_out):
    repeated = Yardstick(
        np.tile(held_out.dataset.design_matrix(), (7, 1)),
        np.tile(held_out.y, (7, 1)),
        held_out.loss,
    )
    theta = held_out.thetas[1]
    once, seven_times = yardstick_of(held_out).measure(theta), repeated.measure(theta)
    assert seven_times.cost == pytest.approx(once.cost, rel=1e-6)
    assert seven_times.accuracy == pytest.approx(once.accuracy)


def test_few_thetas_wait(held_out):
    measured = []

    def spied(margins, y):
        measured.append(len(margins))
        return held_out.loss(margins, y)

    yardstick = Yardstick(held_out.dataset.design_matrix()[:9], held_out.y[:9], spied)
    for theta in held_out.thetas:
        yardstick.measure(theta)
    assert measured == [TOGETHER], "the others wait"
    yardstick.catch_up()
    yardstick.catch_up()
    assert measured == [TOGETHER, 5]


def test_what_is_asked_for_twice_is_measured_once(held_out):
    measured = []

    def spied(margins, y):
        measured.append(len(margins))
        return held_out.loss(margins, y)

    promise = Yardstick(held_out.dataset.design_matrix()[:9], held_out.y[:9], spied).measure(
        held_out.thetas[1]
    )
    assert (promise.cost, promise.accuracy) == (promise.cost, promise.accuracy)
    assert measured == [1]


def test_a_theta_that_is_changed_while_it_waits_is_measured_as_it_was(held_out):
    yardstick = yardstick_of(held_out)
    theta = held_out.thetas[1].copy()
    early, late = yardstick.measure(held_out.thetas[1]).cost, yardstick.measure(theta)
    theta[:] = 0
    assert late.cost == early


def test_readers_in_other_threads_see_what_one_reader_sees(held_out):
    alone = yardstick_of(held_out)
    expected = numbers([alone.measure(theta) for theta in held_out.thetas])
    yardstick, promises, seen = yardstick_of(held_out), [], []

    def read():
        seen.append(numbers(list(promises)))

    readers = [threading.Thread(target=read) for _ in held_out.thetas]
    for theta, reader in zip(held_out.thetas, readers, strict=True):
        promises.append(yardstick.measure(theta))
        reader.start()
    for reader in readers:
        reader.join()
    assert all(part == expected[: len(part)] for part in seen)
    assert numbers(promises) == expected


def test_a_theta_beyond_float32_is_measured_without_a_warning(held_out):
    measured = yardstick_of(held_out).measure(np.full(held_out.thetas.shape[1], 1e300))
    assert not np.isfinite(measured.cost)


def test_numbers_that_are_known_compare_and_read_as_numbers():
    known, awaited = HeldOut(0.5, 0.75), HeldOut.awaited(lambda: awaited.settle(0.5, 0.75))
    assert known == awaited
    assert hash(known) == hash(awaited)
    assert repr(awaited) == "HeldOut(cost=0.5, accuracy=0.75)"
    assert known != HeldOut(0.5, 0.5)
    assert known != (0.5, 0.75)


def test_without_examples_nothing_is_made_up():
    assert np.isnan([HeldOut().cost, HeldOut().accuracy]).all()
