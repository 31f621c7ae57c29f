"""A model reads images by σ(Xθ), says why, and comes back from its file as it was."""

import dataclasses
import io
import json
import math
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image, ImageDraw
from sklearn.metrics import log_loss

from logreg_core.bundled import load_bundled
from logreg_core.config import TrainConfig
from logreg_core.dataset import Dataset
from logreg_core.drawing_style import DrawingStyle
from logreg_core.errors import ConfigError, DataError
from logreg_core.model import Model
from logreg_core.normalise import normalise_drawing
from logreg_core.training import fit

STYLE = DrawingStyle(extent=16.0, half_width=0.06, centring="mass")


def model_of(theta, classes, **config):
    return Model(np.asarray(theta, float), tuple(classes), TrainConfig(**config), "0" * 64, STYLE)


def bias_only(*biases):
    """A model that hears no pixel: z is the bias, whatever the image."""
    theta = np.zeros((len(biases), 401))
    theta[:, 0] = biases
    return model_of(theta[0], (3, 8)) if len(biases) == 1 else model_of(theta, range(len(biases)))


def saved(model):
    file = io.BytesIO()
    model.save(file)
    return file.getvalue()


def stored(**arrays):
    """The bytes of an .npz with any arrays in it, be they what they will."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **arrays)
    return file.getvalue()


def card(**changes):
    """The card of an honest two-class file, but for the changes."""
    with np.load(io.BytesIO(saved(bias_only(1.0))), allow_pickle=False) as file:
        return np.array(json.dumps({**json.loads(str(file["card"])), **changes}))


@pytest.fixture
def images():
    return np.random.default_rng(0).random((7, 20, 20), dtype=np.float32)


@pytest.fixture
def of_ten():
    return model_of(np.random.default_rng(1).normal(0, 0.2, (10, 401)), range(10))


@pytest.fixture
def of_softmax():
    theta = np.random.default_rng(6).normal(0, 0.2, (10, 401))
    return model_of(theta, range(10), multiclass="softmax")


@pytest.fixture
def of_two():
    return model_of(np.random.default_rng(2).normal(0, 0.2, 401), (3, 8), preparation="full")


# Probabilities and predictions.


@pytest.mark.parametrize("z", [-1000, -40, -1, 0, 0.3, 40, 1000])
def test_probability_of_the_second_of_two_is_sigma_of_z(images, z):
    odds = math.exp(-abs(z))
    of_likelier = 1 / (1 + odds)
    expected = [odds * of_likelier, of_likelier][:: 1 if z >= 0 else -1]
    for row in bias_only(z).predict_proba(images):
        assert row == pytest.approx(expected, rel=1e-14, abs=0)


def test_z_is_the_bias_and_every_pixel_times_its_weight(images):
    theta = np.random.default_rng(3).normal(0, 0.1, 401)
    z = [theta[0] + sum(theta[1:] * image.ravel()) for image in images.astype(float)]
    probabilities = model_of(theta, (0, 1)).predict_proba(images)
    assert_allclose(probabilities[:, 1], 1 / (1 + np.exp(-np.array(z))), rtol=1e-12)


@pytest.mark.parametrize("kind", ["of_two", "of_ten", "of_softmax"])
def test_probabilities_of_an_image_sum_to_1(kind, images, request):
    model = request.getfixturevalue(kind)
    probabilities = model.predict_proba(images)
    assert probabilities.shape == (7, len(model.classes))
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-14)
    assert (probabilities >= 0).all()


def test_probabilities_of_many_are_the_single_answers_over_their_sum(images):
    h = np.array([0.5, 0.2, 0.1])
    row = bias_only(*np.log(h / (1 - h))).predict_proba(images[:1])[0]
    assert_allclose(row, h / 0.8, rtol=1e-14)


def test_of_softmax_the_logarithms_are_as_far_apart_as_the_z(of_softmax, images):
    rows = of_softmax.predict_proba(images)
    for image, row in zip(images.astype(float), rows, strict=True):
        z = [theta[0] + sum(theta[1:] * image.ravel()) for theta in of_softmax.theta]
        assert_allclose(np.log(row / row[0]), np.array(z) - z[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("biases", "row"),
    [
        ([1000, 0, -1000], [1, 0, 0]),
        ([-1000, -1000, -1001], [1 / (2 + math.exp(-1)), 1 / (2 + math.exp(-1)), None]),
        ([1000, 1000, 1000], [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_softmax_of_any_z_is_finite_and_sums_to_1(images, biases, row):
    theta = np.zeros((3, 401))
    theta[:, 0] = biases
    computed = model_of(theta, (1, 4, 8), multiclass="softmax").predict_proba(images[:1])[0]
    expected = [1 - sum(row[:2]) if share is None else share for share in row]
    assert_allclose(computed, expected, rtol=1e-13)


@pytest.mark.parametrize(
    ("classes", "multiclass", "expected"),
    [
        ((3, 8), "one-vs-all", False),
        ((3, 8), "softmax", False),
        ((1, 3, 8), "one-vs-all", False),
        ((1, 3, 8), "softmax", True),
    ],
)
def test_softmax_takes_three_classes_or_more(classes, multiclass, expected):
    theta = np.zeros(401) if len(classes) == 2 else np.zeros((len(classes), 401))
    assert model_of(theta, classes, multiclass=multiclass).is_softmax is expected


def test_an_image_that_no_class_wants_is_as_likely_each_of_them(images):
    assert_array_equal(
        bias_only(-1000, -1000, -1000, -1000).predict_proba(images[:1]), [[0.25] * 4]
    )


def test_a_tie_of_two_goes_to_the_second(images):
    assert set(bias_only(0.0).predict(images)) == {8}
    assert set(bias_only(-1e-12).predict(images)) == {3}


@pytest.mark.parametrize("kind", ["of_two", "of_ten", "of_softmax"])
def test_the_prediction_is_the_likeliest_class(kind, images, request):
    model = request.getfixturevalue(kind)
    likeliest = model.predict_proba(images).argmax(axis=1)
    assert_array_equal(model.predict(images), np.array(model.classes)[likeliest])
    assert model.predict(images).shape == (7,)


def test_images_are_prepared_as_in_training(images):
    theta = np.random.default_rng(4).normal(0, 0.2, 401)
    prepared, unprepared = (
        model_of(theta, (0, 1), preparation=preparation) for preparation in ("full", "none")
    )
    by_hand = unprepared.predict_proba(prepared.prepare(images))
    assert_array_equal(prepared.predict_proba(images), by_hand)
    assert (unprepared.predict_proba(images) != by_hand).all()


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((20, 20)),
        np.zeros((2, 400)),
        np.zeros((2, 28, 28)),
        np.full((1, 20, 20), np.nan),
        np.full((1, 20, 20), np.inf),
        np.full((1, 20, 20), "ink"),
    ],
    ids=["one image", "rows", "28x28", "nan", "inf", "words"],
)
@pytest.mark.parametrize("ask", ["predict", "predict_proba"])
def test_what_is_no_stack_of_images_is_refused(of_two, ask, wrong):
    with pytest.raises(DataError, match="accepted"):
        getattr(of_two, ask)(wrong)


# Why.


def share(model, image):
    """What the answers of the single classes are divided by, to sum to 1."""
    if len(model.classes) == 2:
        return 1
    x = np.r_[1, model.prepare(image[None]).ravel()]
    return sum(1 / (1 + np.exp(-theta @ x)) for theta in model.theta)


@pytest.mark.parametrize("kind", ["of_two", "of_ten"])
def test_bias_and_contributions_add_up_to_the_z_that_decides(kind, images, request):
    model = request.getfixturevalue(kind)
    for image, digit, row in zip(
        images, model.predict(images), model.predict_proba(images), strict=True
    ):
        reading = model.read(model.prepare(image[None])[0])
        assert reading.digit == digit
        assert_allclose(reading.probabilities, row, rtol=1e-12)
        assert reading.z == pytest.approx(reading.bias + reading.contributions.sum())
        speaks_for = model.classes.index(reading.speaks_for)
        of_itself = row[speaks_for] * share(model, image)
        assert of_itself == pytest.approx(1 / (1 + math.exp(-reading.z)), rel=1e-9)


def test_each_of_ten_digits_has_its_theta_and_two_share_one(of_ten, of_two):
    assert_array_equal(of_ten.theta_of(7), of_ten.theta[7])
    assert_array_equal(of_two.theta_of(8), of_two.theta)
    assert_array_equal(of_two.theta_of(3), of_two.theta)
    with pytest.raises(ConfigError, match="no θ of 5"):
        of_two.theta_of(5)


def test_bias_and_contributions_of_softmax_add_up_to_the_z_of_the_digit(of_softmax, images):
    for image in images:
        reading = of_softmax.read(image)
        z = of_softmax.theta @ np.r_[1, image.ravel()]
        assert reading.digit == reading.speaks_for == z.argmax()
        assert reading.z == pytest.approx(z.max())
        assert_allclose(reading.probabilities, np.exp(z) / np.exp(z).sum(), rtol=1e-9)


def test_a_contribution_is_weight_times_ink_where_the_pixel_is(images):
    theta = np.zeros(401)
    theta[[0, 1 + 20 * 4 + 7]] = 0.5, -3
    reading = model_of(theta, (0, 1)).read(images[0])
    expected = np.zeros((20, 20))
    expected[4, 7] = -3 * images[0, 4, 7]
    assert_allclose(reading.contributions, expected, rtol=1e-6)
    assert reading.bias == 0.5


def test_z_of_two_speaks_for_the_second_even_where_the_first_is_read(images):
    reading = bias_only(-2.0).read(images[0])
    assert (reading.digit, reading.speaks_for, reading.z) == (3, 8, -2)
    assert reading.probabilities[1] == pytest.approx(1 / (1 + math.exp(2)))


def test_z_of_many_speaks_for_the_digit_that_was_read(images):
    reading = bias_only(-2.0, 3.0, 1.0).read(images[0])
    assert (reading.digit, reading.speaks_for, reading.z) == (1, 1, 3)


# Drawings.


@pytest.fixture(scope="module")
def of_zeros_and_ones(zeros_and_ones):
    return fit(zeros_and_ones, TrainConfig(preparation="full")).model


def drawing(shape, ink, paper):
    """A thick upright bar or a ring on a canvas of 280x280."""
    picture = Image.new("L", (280, 280), paper)
    pen = ImageDraw.Draw(picture)
    if shape == "bar":
        pen.line([(140, 50), (140, 230)], fill=ink, width=24)
    else:
        pen.ellipse((75, 45, 205, 235), outline=ink, width=24)
    return np.array(picture)


@pytest.mark.parametrize(("shape", "digit"), [("bar", 1), ("ring", 0)])
@pytest.mark.parametrize(("ink", "paper"), [(255, 0), (0, 255)], ids=["light ink", "dark ink"])
def test_a_bar_is_read_as_a_1_and_a_ring_as_a_0(of_zeros_and_ones, shape, digit, ink, paper):
    probabilities = of_zeros_and_ones.predict_drawing(drawing(shape, ink, paper))
    assert probabilities.shape == (2,)
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities[digit] > 0.9


@pytest.mark.parametrize("preparation", ["none", "centred", "full"])
def test_a_drawing_is_prepared_and_styled_as_the_training_images_were(preparation):
    theta = np.random.default_rng(5).normal(0, 0.2, 401)
    ring = drawing("ring", ink=255, paper=0)
    seen = normalise_drawing(ring, preparation, style=STYLE)
    of_a_3, of_an_8 = model_of(theta, (3, 8), preparation=preparation).predict_drawing(ring)
    assert of_an_8 / of_a_3 == pytest.approx(math.exp(theta[0] + theta[1:] @ seen.ravel()))


def test_an_empty_canvas_is_not_read(of_zeros_and_ones):
    with pytest.raises(DataError, match="ink"):
        of_zeros_and_ones.predict_drawing(np.zeros((280, 280), dtype=np.uint8))


# θ.


def test_nobody_can_change_theta():
    given = np.zeros(401)
    model = model_of(given, (0, 1))
    given[:] = 7
    assert not model.theta.any()
    with pytest.raises(ValueError, match="read-only"):
        model.theta[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.theta = given


@pytest.mark.parametrize(
    ("shape", "classes"),
    [
        ((400,), (0, 1)),
        ((2, 401), (0, 1)),
        ((401,), (0, 1, 2)),
        ((2, 401), (0, 1, 2)),
        ((401,), (1,)),
        ((1, 401), (1,)),
        ((0, 401), ()),
        ((), (0, 1)),
    ],
)
def test_a_theta_that_does_not_fit_the_classes_is_refused(shape, classes):
    with pytest.raises(ConfigError, match="must have shape"):
        model_of(np.zeros(shape), classes)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_theta_that_is_not_finite_is_refused(value):
    theta = np.zeros(401)
    theta[200] = value
    with pytest.raises(ConfigError, match="θ must be finite"):
        model_of(theta, (0, 1))


# Files.


def assert_same(loaded, model, images):
    assert loaded.theta.tobytes() == model.theta.tobytes()
    for name in ("classes", "config", "dataset_fingerprint", "style"):
        assert getattr(loaded, name) == getattr(model, name)
    assert_array_equal(loaded.predict_proba(images), model.predict_proba(images))


@pytest.mark.parametrize("kind", ["of_two", "of_ten", "of_softmax"])
def test_a_model_comes_back_from_memory_as_it_was(kind, images, request):
    model = request.getfixturevalue(kind)
    assert_same(Model.load(io.BytesIO(saved(model))), model, images)


@pytest.mark.parametrize("name", ["model.npz", "model"])
def test_a_model_comes_back_from_a_file_as_it_was(of_ten, images, tmp_path, name):
    of_ten.save(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]
    assert_same(Model.load(tmp_path / "model.npz"), of_ten, images)
    assert_same(Model.load(str(tmp_path / "model.npz")), of_ten, images)


def test_a_saved_model_is_read_by_numpy_without_pickle(of_two):
    with np.load(io.BytesIO(saved(of_two)), allow_pickle=False) as file:
        assert_array_equal(file["theta"], of_two.theta)
        described = json.loads(str(file["card"]))
    assert described["classes"] == [3, 8]
    assert described["config"]["preparation"] == "full"
    assert described["dataset_fingerprint"] == of_two.dataset_fingerprint


def test_a_model_that_was_saved_before_there_was_softmax_is_one_against_the_rest(of_ten, images):
    with np.load(io.BytesIO(saved(of_ten)), allow_pickle=False) as file:
        theta, described = file["theta"], json.loads(str(file["card"]))
    for setting in ("multiclass", "schedule", "max_seconds"):
        del described["config"][setting]
    described["config"]["learning_rate"] = 0.1
    loaded = Model.load(io.BytesIO(stored(theta=theta, card=np.array(json.dumps(described)))))
    assert not loaded.is_softmax
    assert_array_equal(loaded.predict_proba(images), of_ten.predict_proba(images))


@pytest.mark.parametrize("recipe", [None, 1, 99])
def test_a_model_of_images_that_were_prepared_otherwise_is_to_be_trained_again(recipe):
    model = replace(bias_only(1.0), config=TrainConfig(preparation="full"))
    with np.load(io.BytesIO(saved(model)), allow_pickle=False) as file:
        theta, described = file["theta"], json.loads(str(file["card"]))
    described["full_recipe"] = recipe
    if recipe is None:  # as before there were two
        del described["full_recipe"]
    with pytest.raises(DataError, match=r"prepared in another way: train it again\.$"):
        Model.load(io.BytesIO(stored(theta=theta, card=np.array(json.dumps(described)))))


def test_a_model_of_unprepared_images_stays_good_whatever_the_recipe():
    described = card(full_recipe=1)
    assert Model.load(io.BytesIO(stored(theta=np.zeros(401), card=described))).classes == (3, 8)


def test_a_file_that_does_not_exist_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        Model.load(tmp_path / "nothing.npz")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"theta = 1",
        b"PK\x03\x04" + bytes(100),
        saved(bias_only(1.0))[:-200],
        stored(),
        stored(card=card()),
        stored(theta=np.zeros(401)),
        stored(theta=np.zeros(400), card=card()),
        stored(theta=np.zeros((2, 401)), card=card()),
        stored(theta=np.full(401, np.nan), card=card()),
        stored(theta=np.full(401, "θ"), card=card()),
        stored(theta=np.full(401, None), card=card()),
        stored(theta=np.zeros(401), card=np.array([{}])),
        stored(theta=np.zeros(401), card=np.array("")),
        stored(theta=np.zeros(401), card=np.array('{"classes": [0, 1')),
        stored(theta=np.zeros(401), card=np.array("[]")),
        stored(theta=np.zeros(401), card=np.array("{}")),
        stored(theta=np.zeros(401), card=card(classes=None)),
        stored(theta=np.zeros(401), card=card(classes=["a", "b"])),
        stored(theta=np.zeros(401), card=card(classes=[0, 1, 2])),
        stored(theta=np.zeros(401), card=card(config={"optimizer": "nonsense"})),
        stored(theta=np.zeros(401), card=card(config={"lam": -1})),
        stored(theta=np.zeros(401), card=card(config={"unknown": 1})),
        stored(theta=np.zeros(401), card=card(config=None)),
        stored(theta=np.zeros(401), card=card(style={})),
        stored(theta=np.zeros(401), card=card(style={"extent": math.nan, "half_width": 0.1})),
        stored(theta=np.zeros(401), card=card(style=None)),
        stored(theta=np.zeros(401), card=card(classes=[math.inf, 1])),
        stored(theta=np.zeros(401), card=card(classes=[8, 3])),
        stored(theta=np.zeros(401), card=card(classes=[1, 1])),
        stored(theta=np.zeros(401), card=card(classes=[3, 99])),
        stored(theta=np.zeros(401), card=card(classes=[3.7, 8.2])),
        stored(theta=np.zeros(401), card=card(classes="38")),
        stored(theta=np.zeros(401), card=np.array("[" * 100_000)),
        stored(theta=np.zeros(401, complex), card=card()),
    ],
    ids=[
        *("empty", "two bytes", "text", "broken zip", "cut short", "no arrays", "no θ", "no card"),
        *("400 weights", "two θ for two classes", "nan", "words", "objects", "object card"),
        *("empty card", "broken JSON", "a list", "an empty card", "no classes", "named classes"),
        *("three classes", "unknown optimiser", "negative λ", "unknown setting", "no config"),
        *("empty style", "style of nan", "no style", "infinite class", "unordered classes"),
        *("one class twice", "class 99", "classes between digits", "classes as text"),
        *("nested too deep", "complex θ"),
    ],
)
def test_what_is_no_saved_model_is_refused_with_one_sentence(content):
    with pytest.raises(DataError, match=r"^This is no saved model of Theta Lab: .*accepted\.$"):
        Model.load(io.BytesIO(content))


def test_a_bare_array_is_no_saved_model():
    file = io.BytesIO()
    np.save(file, np.zeros(401))
    with pytest.raises(DataError, match="no saved model"):
        Model.load(io.BytesIO(file.getvalue()))


def test_a_zip_of_something_else_is_no_saved_model():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("theta.npy", b"no array")
        archive.writestr("readme.txt", b"hello")
    with pytest.raises(DataError, match="no saved model"):
        Model.load(io.BytesIO(file.getvalue()))


def test_a_pickle_in_the_file_is_never_run(tmp_path):
    class MakesFolder:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    content = stored(theta=np.array([MakesFolder()]), card=card())
    with pytest.raises(DataError, match="no saved model"):
        Model.load(io.BytesIO(content))
    assert not (tmp_path / "harm").exists()


# What labelled images cost.


def labelled(images, labels):
    return Dataset(images, np.asarray(labels), "some")


def test_costs_of_two_digits_are_the_log_loss_of_each(images, of_two):
    dataset = labelled(images, [3, 8, 8, 3, 3, 8, 3])
    costs = of_two.judge(dataset).costs
    for cost, label, row in zip(costs, dataset.labels, of_two.predict_proba(images), strict=True):
        assert cost == pytest.approx(log_loss([label], row[None], labels=[3, 8]))


def test_costs_of_softmax_are_the_log_loss_of_each(images, of_softmax):
    dataset = labelled(images, range(7))
    rows = of_softmax.predict_proba(images)
    for cost, label, row in zip(of_softmax.judge(dataset).costs, range(7), rows, strict=True):
        assert cost == pytest.approx(log_loss([label], row[None], labels=range(10)))


@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_mean_cost_is_what_training_makes_small(multiclass):
    """J without its penalty, as the run itself has recorded it."""
    dataset = load_bundled().only(1, 4, 7)
    config = TrainConfig(multiclass=multiclass, max_iterations=5, lam=0, preparation="centred")
    result = fit(dataset, config)
    last = result.history.step(-1)
    assert result.model.judge(dataset).costs.mean() == pytest.approx(last.cost, rel=1e-9)


@pytest.mark.parametrize("name", ["of_two", "of_ten", "of_softmax"])
def test_a_judgement_says_what_the_model_predicts(images, name, request):
    model = request.getfixturevalue(name)
    dataset = labelled(images, [3, 8, 8, 3, 3, 8, 3])
    judgement = model.judge(dataset)
    assert_array_equal(judgement.read_as, model.predict(images))
    of_label = model.predict_proba(images)[range(7), np.searchsorted(model.classes, dataset.labels)]
    assert_allclose(judgement.probabilities, of_label)


def test_judging_in_parts_leaves_no_image_out(images, of_ten, monkeypatch):
    whole = of_ten.judge(labelled(images, range(7))).costs
    monkeypatch.setattr("logreg_core.model._JUDGED_AT_ONCE", 3)
    assert_allclose(of_ten.judge(labelled(images, range(7))).costs, whole)


def test_a_digit_that_the_model_does_not_know_has_no_cost(images, of_two):
    with pytest.raises(DataError, match=r"knows \(3, 8\), but there are images of \[5\]"):
        of_two.judge(labelled(images, [3, 8, 8, 5, 3, 8, 3]))
