"""Cross-validation reads each image by a model that did not learn from it."""

import numpy as np
import pytest

from logreg_core import CrossReading, DataError, TrainConfig, fit, load_bundled
from logreg_core.cross_reading import folds_of
from logreg_core.normalise import prepare_images

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure

LONG = TrainConfig(
    optimizer="gradient-descent", learning_rate=0.01, tolerance=0, max_iterations=10_000
)


def test_folds_spread_each_digit_and_every_image_is_in_one():
    labels = np.array([3, 8, 3, 3, 8, 3, 3, 8, 3, 8, 8, 3])
    folds = folds_of(labels)
    assert set(folds) == set(range(5))
    for digit in (3, 8):
        counts = np.bincount(folds[labels == digit], minlength=5)
        assert counts.max() - counts.min() <= 1


def parts(digits=(3, 8), few=7):
    dataset = load_bundled().only(*digits)
    random = np.random.default_rng(2)
    own = random.choice(len(dataset), few, replace=False)
    return dataset.take(np.setdiff1d(np.arange(len(dataset)), own)), dataset.take(own)


@pytest.mark.parametrize("preparation", ["none", "full"])
def test_each_image_is_read_by_a_model_that_did_not_learn_from_it(preparation):
    training, own = parts()
    config = TrainConfig(max_iterations=15, preparation=preparation)
    reading = CrossReading(training, own, 3, config)
    reading.start()
    assert reading.wait(SOON)
    folds = folds_of(own.labels)
    for place in range(len(own)):
        others = own.take(folds != folds[place])
        learnt = training.with_added(others).with_added(others).with_added(others)
        alone = fit(learnt, config).model.predict(own.images[[place]])
        assert reading.read_as[place] == alone[0]


def test_a_single_image_is_read_by_a_model_of_the_others_alone():
    training, own = parts(few=1)
    reading = CrossReading(training, own, 10, TrainConfig(max_iterations=15))
    reading.start()
    assert reading.wait(SOON)
    expected = fit(training, TrainConfig(max_iterations=15)).model.predict(own.images)
    assert reading.read_as.tolist() == expected.tolist()


def test_what_was_read_cannot_be_written_to():
    reading = CrossReading(*parts(), 1, TrainConfig(max_iterations=2))
    reading.start()
    assert reading.wait(SOON)
    with pytest.raises(ValueError, match="read-only"):
        reading.read_as[0] = 3


def test_a_weight_below_one_is_refused_on_construction():
    with pytest.raises(DataError, match="one example or more, not as 0"):
        CrossReading(*parts(), 0, TrainConfig())


def test_an_image_of_a_digit_that_is_not_learnt_is_refused_on_construction():
    training, _ = parts((3, 8))
    _, own = parts((3, 5))
    with pytest.raises(DataError, match="digits to learn are 3, 8, but there are images of 5"):
        CrossReading(training, own, 1, TrainConfig())


def test_each_image_is_prepared_once_for_all_parts(monkeypatch):
    training, own = parts()
    prepared = []

    def counted(images, preparation):
        prepared.append(len(images))
        return prepare_images(images, preparation)

    monkeypatch.setattr("logreg_core.dataset.prepare_images", counted)
    reading = CrossReading(training, own, 30, TrainConfig(max_iterations=2, preparation="centred"))
    reading.start()
    assert reading.wait(SOON)
    assert sorted(prepared) == [len(own), len(training)]


def test_it_ends_when_it_is_stopped_and_says_nothing_then():
    reading = CrossReading(*parts(), 1, LONG)
    reading.start()
    reading.stop()
    assert reading.wait(SOON)
    assert reading.read_as is None
    assert reading.failure is None


def test_it_ends_when_nobody_wants_it_any_more(monkeypatch):
    monkeypatch.setattr("logreg_core.job.ABANDONED_SECONDS", 0)
    reading = CrossReading(*parts(), 1, LONG, still_wanted=lambda: False)
    reading.start()
    assert reading.wait(SOON)
    assert reading.read_as is None


def test_what_cannot_be_trained_is_said_in_a_sentence():
    training, own = parts()
    reading = CrossReading(training, own, 1, TrainConfig(optimizer="sgd", batch_size=4096))
    reading.start()
    assert reading.wait(SOON)
    assert "larger than the data" in reading.failure
