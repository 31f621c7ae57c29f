"""The same J, θ and reasons where X is in chunks; threads of this process work on them."""

import errno
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
from dask.callbacks import Callback
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

import logreg_core
from logreg_core import ConfigError, DataError, Model, StopReason, TrainConfig, fit
from logreg_core.dataset import Dataset
from logreg_core.objective import Objective, SoftmaxObjective, cost_and_gradient
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.out_of_core import ChunkedObjective, fit_parts, open_parts, write_parts

ROOT = Path(logreg_core.__file__).parents[1]

UNEVEN = (1, 30, 0, 7, 22)


@pytest.fixture
def problem():
    """60 rows of a bias and four columns, with labels that no θ explains."""
    random = np.random.default_rng(0)
    X = np.c_[np.ones(60), random.normal(size=(60, 4))]
    return X, random.integers(2, size=60).astype(float)


def chunked(X, rows=UNEVEN):
    edges = np.cumsum((0, *rows))
    parts = [da.from_array(X[slice(*edge)], chunks=-1) for edge in pairwise(edges)]
    return da.concatenate(parts)


def by_hand(theta, X, y, lam):
    """J and its gradient as the course writes them, in the form that does not overflow."""
    z = X @ theta
    cost = np.mean(np.logaddexp(0, z) - y * z) + lam / (2 * len(y)) * (theta[1:] @ theta[1:])
    return cost, X.T @ (expit(z) - y) / len(y) + lam / len(y) * np.r_[0, theta[1:]]


@pytest.mark.parametrize("size", [0, 0.5, 300], ids=["at 0", "somewhere", "saturated"])
def test_cost_and_gradient_of_a_dask_array_are_those_of_the_formula(problem, size):
    X, y = problem
    theta = size * np.array([0.3, -1, 2, 0.7, -0.1])
    cost, gradient = cost_and_gradient(theta, chunked(X), chunked(y), lam=2.5)
    expected_cost, expected_gradient = by_hand(theta, X, y, 2.5)
    assert isinstance(cost, float)
    assert gradient.dtype == np.float64
    assert cost == pytest.approx(expected_cost, rel=1e-12)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-10, atol=1e-14)


def test_columns_may_be_in_chunks_too_and_labels_in_memory(problem):
    X, y = problem
    theta = np.array([0.3, -1, 2, 0.7, -0.1])
    cost, gradient = cost_and_gradient(theta, da.from_array(X, chunks=(13, 2)), y, lam=1)
    expected_cost, expected_gradient = by_hand(theta, X, y, 1)
    assert cost == pytest.approx(expected_cost, rel=1e-12)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-10)


def test_gradient_of_a_dask_array_vanishes_where_scikit_learn_ends(problem):
    X, y = problem
    peer = LogisticRegression(C=1 / 3, tol=1e-10, max_iter=1000).fit(X[:, 1:], y)
    theta = np.r_[peer.intercept_, peer.coef_[0]]
    _, gradient = cost_and_gradient(theta, chunked(X), chunked(y), lam=3)
    np.testing.assert_allclose(gradient, 0, atol=1e-7)


@pytest.mark.parametrize(("lam", "expected"), [(0, 3e160), (1, np.inf)])
def test_a_theta_whose_squares_are_no_floats_costs_the_same_in_chunks(lam, expected):
    """The penalty is infinite then; without one, J is what the wrong half of the examples cost."""
    X, y, theta = np.ones((4, 3)), np.array([0.0, 1, 0, 1]), np.full(3, 2e160)
    with np.errstate(over="ignore"):
        for rows, labels in ((X, y), (chunked(X, (1, 3)), chunked(y, (1, 3)))):
            assert cost_and_gradient(theta, rows, labels, lam)[0] == pytest.approx(expected)


def test_cost_and_gradient_take_one_round_trip_together(problem):
    X, y = problem
    graphs = []
    with Callback(start=graphs.append):
        cost_and_gradient(np.zeros(5), chunked(X), chunked(y), lam=1)
    assert len(graphs) == 1


def test_the_core_and_arrays_in_memory_do_without_dask():
    script = (
        "import sys, logreg_core as core; core.cost_and_gradient([0, 0], [[1, 2]], [1], 1);"
        "print(*{'dask', 'distributed'} & sys.modules.keys())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.split() == []


class NoArray:
    """Of dask, and no array."""

    def __dask_graph__(self):
        return {}


def with_nan(X):
    X = X.copy()
    X[40, 2] = np.nan
    return X


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (lambda X, y: (chunked(with_nan(X)), y, 1), "X must hold finite numbers only."),
        (lambda X, y: (chunked(X), 2 * y, 1), "y must hold nothing but 0 and 1."),
        (lambda X, y: (chunked(X), y[1:], 1), "one label for each of the 60 rows"),
        (lambda X, y: (chunked(X)[:0], y[:0], 1), "at least one row"),
        (lambda X, y: (chunked(X)[:, 0], y, 1), "X must be a matrix"),
        (lambda X, y: (chunked(X)[chunked(X)[:, 1] > 0], y, 1), r"compute_chunk_sizes\(\)"),
        (lambda _, y: (NoArray(), y, 1), "not a NoArray"),
        (lambda X, y: (chunked(X), chunked(y)[chunked(y) > 0], 1), r"y\.compute_chunk_sizes\(\)"),
        (lambda X, _: (chunked(X), [[0, 1], [1]], 1), "y must hold real numbers only, in rows"),
        (lambda X, y: (chunked(X + 1j), y, 1), "X must hold real numbers only"),
        (lambda X, y: (chunked(X), y + 1j, 1), "y must hold real numbers only"),
    ],
)
def test_bad_data_in_chunks_costs_one_sentence(problem, spoilt, sentence):
    X, y, lam = spoilt(*problem)
    with pytest.raises(DataError, match=sentence):
        cost_and_gradient(np.zeros(5), X, y, lam)


@pytest.mark.parametrize(("length", "lam"), [(4, 1), (5, -1), (5, np.nan)])
def test_bad_settings_for_chunks_cost_one_sentence(problem, length, lam):
    X, y = problem
    with pytest.raises(ConfigError):
        cost_and_gradient(np.zeros(length), chunked(X), chunked(y), lam)


@pytest.mark.parametrize("kind", [Objective, SoftmaxObjective])
def test_all_that_is_asked_of_an_objective_is_the_same_in_chunks(problem, kind):
    X, _ = problem
    targets = np.eye(3)[np.random.default_rng(1).integers(3, size=60)]
    whole = kind(X, targets, 2.5)
    rows = (1, 30, 7, 22)
    apart = ChunkedObjective(chunked(X, rows), chunked(targets, rows), 2.5, kind)
    theta, v = np.random.default_rng(2).normal(size=(2, 15))
    expected, at = whole.evaluate(theta), apart.evaluate(theta)
    assert at.cost == pytest.approx(expected.cost)
    assert at.penalty == pytest.approx(expected.penalty)
    np.testing.assert_allclose(at.gradient, expected.gradient)
    assert apart.accuracy(at) == pytest.approx(whole.accuracy(expected))
    assert apart.separates_at(at) == whole.separates_at(expected)
    assert apart.curvature() == pytest.approx(whole.curvature())
    np.testing.assert_allclose(apart.hessian_product(theta, v), whole.hessian_product(theta, v))


def test_rows_that_begin_at_any_byte_are_moved_to_where_products_are_quick(problem, monkeypatch):
    """What dask scatters to workers begins anywhere; a product on it takes many times as long."""
    X, y = problem
    are_aligned, gram = [], Objective.gram

    def noted(chunk):
        are_aligned.append(chunk.X.flags.aligned)
        return gram(chunk)

    monkeypatch.setattr(Objective, "gram", noted)
    rows = np.frombuffer(b"\0" + X.tobytes(), offset=1).reshape(X.shape)
    assert not rows.flags.aligned
    scattered = da.from_delayed(dask.delayed(rows), X.shape, X.dtype)
    apart = ChunkedObjective(scattered, chunked(y[:, None], (60,)), lam=1)
    np.testing.assert_allclose(apart.gram(), X.T @ X)
    assert are_aligned == [True]


def test_a_pixel_of_one_side_is_found_though_no_chunk_knows_of_the_others():
    """The third column is inked in ones only; the fourth too, but for the last row."""
    X = np.array([[1, 0.5, 0, 0], [1, 0.5, 0.1, 0.1], [1, 0.4, 0, 0], [1, 0.6, 0, 0.2]])
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])
    for columns, expected in (([0, 1, 2], True), ([0, 1, 3], False)):
        apart = ChunkedObjective(
            chunked(X[:, columns], (1, 1, 2)), chunked(targets, (1, 1, 2)), lam=0
        )
        assert apart.has_one_sided_pixel() is expected


@pytest.mark.parametrize("separable", [True, False])
def test_separation_is_seen_over_all_chunks_together(separable):
    X = np.c_[np.ones(4), [-2.0, -1, 1, 2]]
    targets = np.array([[0.0], [0], [1], [1 if separable else 0]])
    apart = ChunkedObjective(chunked(X, (3, 1)), chunked(targets, (3, 1)), lam=0)
    assert apart.separates_at(apart.evaluate(np.array([0.0, 1]))) is separable


@pytest.fixture
def parts(ten_digits, tmp_path):
    """120 images of ten digits, in parts of 50."""
    assert write_parts(ten_digits, tmp_path, rows=50) == 3
    return tmp_path


@pytest.mark.parametrize(
    ("digits", "settings"),
    [
        ((3, 8), {"optimizer": "l-bfgs-b"}),
        ((3, 8), {"optimizer": "newton-cg"}),
        ((3, 8), {"optimizer": "nesterov", "preparation": "full"}),
        ((1, 4, 8), {"optimizer": "bfgs"}),
        ((1, 4, 8), {"optimizer": "l-bfgs-b", "multiclass": "softmax"}),
        (tuple(range(10)), {"optimizer": "l-bfgs-b", "preparation": "centred"}),
    ],
)
def test_parts_lead_to_the_theta_of_the_same_images_in_memory(parts, ten_digits, digits, settings):
    config = TrainConfig(**settings, lam=2, max_iterations=8)
    apart = fit_parts(parts, config, digits=digits, chunk_rows=17)
    together = fit(ten_digits.only(*digits), config)
    np.testing.assert_allclose(apart.model.theta, together.model.theta, rtol=0, atol=1e-9)
    np.testing.assert_allclose(apart.history.cost, together.history.cost)
    np.testing.assert_allclose(apart.history.accuracy, together.history.accuracy)
    assert apart.model.classes == together.model.classes
    assert (apart.reason, apart.passes) == (together.reason, together.passes)


def test_all_digits_that_occur_are_learnt_where_none_is_named(parts):
    result = fit_parts(parts, TrainConfig(max_iterations=1))
    assert result.model.classes == tuple(range(10))


def test_a_separated_problem_is_called_so_in_chunks_too(parts, ten_digits):
    config = TrainConfig(lam=0, max_iterations=60)
    assert fit(ten_digits.only(0, 1), config).reason is StopReason.SEPARATED
    assert fit_parts(parts, config, digits=(0, 1)).reason is StopReason.SEPARATED


def test_a_model_from_parts_is_saved_and_reads_as_any_other(parts, ten_digits, tmp_path):
    model = fit_parts(parts, TrainConfig(max_iterations=20), digits=(3, 8)).model
    model.save(tmp_path / "model.npz")
    pair = ten_digits.only(3, 8)
    read = Model.load(tmp_path / "model.npz").predict(pair.images)
    assert (read == pair.labels).mean() > 0.9
    assert len(model.dataset_fingerprint) == 64


def test_the_fingerprint_is_that_of_the_examples_however_they_are_divided(parts, ten_digits):
    def fingerprint(folder, chunk_rows):
        config = TrainConfig(max_iterations=1)
        model = fit_parts(folder, config, digits=(3, 8), chunk_rows=chunk_rows).model
        return model.dataset_fingerprint

    write_parts(ten_digits.take(np.arange(120)[::-1]), parts / "turned", rows=31)
    write_parts(ten_digits.only(8, 9).with_added(ten_digits.only(3)), parts / "same", rows=50)
    write_parts(ten_digits.only(3, 8).take(np.arange(23)), parts / "fewer", rows=50)
    expected = fingerprint(parts, 50)
    assert fingerprint(parts, 7) == expected
    assert fingerprint(parts / "turned", 50) == expected
    assert fingerprint(parts / "same", 50) == expected
    assert fingerprint(parts / "fewer", 50) != expected


def test_a_callback_stops_a_fit_of_parts(parts):
    def enough(step):
        if step.iteration == 2:
            raise StopIteration

    result = fit_parts(parts, TrainConfig(), digits=(3, 8), callback=enough)
    assert (result.reason, result.iterations) == (StopReason.VISITOR, 2)


@pytest.mark.parametrize("optimizer", ["sgd", "sampled-surrogate"])
def test_an_optimiser_that_picks_rows_is_refused_with_those_that_do_not(parts, optimizer):
    with pytest.raises(ConfigError, match="accepted are bfgs, l-bfgs-b") as refusal:
        fit_parts(parts, TrainConfig(optimizer=optimizer))
    assert "\n" not in str(refusal.value)


def test_every_other_optimiser_learns_from_parts(parts):
    for name in OPTIMIZERS.keys() - {"sgd", "sampled-surrogate"}:
        result = fit_parts(parts, TrainConfig(optimizer=name, max_iterations=3), digits=(3, 8))
        assert result.history.cost[-1] < np.log(2), name


@pytest.mark.parametrize(
    ("digits", "sentence"), [((3,), "All images show the digit 3"), ((3, 8), "no image of 8")]
)
def test_digits_that_leave_nothing_to_tell_apart_cost_one_sentence(
    ten_digits, tmp_path, digits, sentence
):
    write_parts(ten_digits.only(3, 4), tmp_path)
    with pytest.raises(DataError, match=sentence):
        fit_parts(tmp_path, TrainConfig(), digits=digits)


def test_parts_without_rows_and_chunks_without_rows_cost_one_sentence(parts, tmp_path):
    with pytest.raises(DataError, match="1 row or more, not 0"):
        fit_parts(parts, TrainConfig(), chunk_rows=0)
    with pytest.raises(DataError, match="No digit is asked for: name two"):
        fit_parts(parts, TrainConfig(), digits=())
    empty = tmp_path / "empty"
    empty.mkdir()
    np.save(empty / "images-0.npy", np.empty((0, 20, 20), np.float32))
    np.save(empty / "labels-0.npy", np.empty(0, np.uint8))
    with pytest.raises(DataError, match="hold no image"):
        fit_parts(empty, TrainConfig())
    write_parts(open_parts(parts)[0].read(), tmp_path / "more", rows=50)
    for file in (tmp_path / "more").iterdir():
        file.rename(empty / file.name)
    assert fit_parts(empty, TrainConfig(max_iterations=1)).iterations == 1


def test_parts_are_the_images_that_were_written(ten_digits, tmp_path):
    assert write_parts((ten_digits.only(3), ten_digits.only(8)), tmp_path, rows=5) == 6
    read = [part.read() for part in open_parts(tmp_path)]
    expected = ten_digits.only(3).with_added(ten_digits.only(8))
    np.testing.assert_array_equal(np.concatenate([part.images for part in read]), expected.images)
    np.testing.assert_array_equal(np.concatenate([part.labels for part in read]), expected.labels)


def test_rows_of_400_pixels_are_images_too(pair, tmp_path):
    np.save(tmp_path / "images-mine.npy", pair.images.reshape(-1, 400).astype(np.float64))
    np.save(tmp_path / "labels-mine.npy", pair.labels)
    (part,) = open_parts(tmp_path)
    assert part.read() == Dataset(pair.images, pair.labels, "the same")


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1])


def save_as(change):
    def spoil(path):
        np.save(path, change(np.load(path)))

    return spoil


def nan_inside(images):
    images[7, 3, 3] = np.nan
    return images


@pytest.mark.parametrize(
    ("name", "spoil", "sentence"),
    [
        ("images-00001.npy", truncate, "not what numpy.save writes"),
        ("images-00001.npy", lambda path: path.write_bytes(b""), "not what numpy.save writes"),
        ("labels-00001.npy", save_as(lambda y: y.astype(object)), "not what numpy.save writes"),
        ("labels-00001.npy", Path.unlink, "There is no labels-00001.npy"),
        ("images-00001.npy", save_as(lambda images: images.astype(np.uint8)), "holds uint8"),
        ("images-00001.npy", save_as(lambda images: images[:, 1:]), r"shape \(50, 19, 20\)"),
        ("labels-00001.npy", save_as(lambda y: y[1:]), "50 whole numbers"),
        ("labels-00001.npy", save_as(lambda y: y / 2), "holds float64"),
        ("labels-00001.npy", save_as(lambda y: y + 3), "is no digit"),
        ("images-00001.npy", save_as(nan_inside), "not a finite number"),
    ],
)
def test_a_bad_file_costs_one_sentence_that_names_it(parts, name, spoil, sentence):
    spoil(parts / name)
    with pytest.raises(DataError, match=sentence) as refusal:
        fit_parts(parts, TrainConfig(max_iterations=1))
    assert "00001.npy" in str(refusal.value)


def test_a_folder_without_parts_costs_one_sentence(tmp_path):
    with pytest.raises(DataError, match="holds no parts"):
        open_parts(tmp_path)
    with pytest.raises(DataError, match="no folder"):
        open_parts(tmp_path / "nowhere")


def test_where_no_parts_can_be_written_costs_one_sentence(pair, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    for taken in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataError, match=r"file\S* cannot be written: "):
            write_parts(pair, taken)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(DataError, match="No space left on device"):
        write_parts(pair, tmp_path / "parts")


def test_old_and_new_parts_never_mix(parts, pair):
    before = sorted(parts.iterdir())
    with pytest.raises(DataError, match="holds parts already"):
        write_parts(pair, parts)
    with pytest.raises(DataError, match="1 image or more"):
        write_parts(pair, parts / "new", rows=0)
    assert sorted(parts.iterdir()) == before


def test_chunks_are_made_once_for_all_evaluations(parts, monkeypatch):
    made = []
    read = logreg_core.out_of_core.parts.Part.read
    monkeypatch.setattr(
        logreg_core.out_of_core.parts.Part,
        "read",
        lambda part: made.append(part) or read(part),
    )
    with dask.config.set(scheduler="synchronous"):
        result = fit_parts(parts, TrainConfig(max_iterations=5), digits=(3, 8))
    assert result.passes > 3
    assert len(made) == 3 * 3  # three parts: to be counted, for X and for the targets
