"""A visitor's drawings are collected, learnt from where they say so, and come back from a file."""

from __future__ import annotations

import importlib
import io

import numpy as np
import pytest

from dashboard.drawing import Drawing
from dashboard.own_drawings import MOST_EXAMPLES, weight_in_effect
from dashboard.settings import OWN_WEIGHTS
from logreg_core import (
    Collection,
    Dataset,
    JobState,
    Line,
    TrainConfig,
    TrainingJob,
    drawing_style,
    fit,
    load_bundled,
    normalise_drawing,
    read_upload,
)
from tests.pages.visitor import Visitor, drawn_ring, numbers


def drawn_bar() -> Drawing:
    """A 1."""
    paper = np.full((280, 280, 4), 255, dtype=np.uint8)
    paper[60:220, 130:150, :3] = 20
    return Drawing({"objects": [{}]}, paper)


def drawn_strokes(*columns: int) -> Drawing:
    """Upright strokes, one after another, as the canvas hands them over."""
    paper = np.full((280, 280, 4), 255, dtype=np.uint8)
    for column in columns:
        paper[60:220, column : column + 20, :3] = 20
    paths = [{"path": [["M", column, 60], ["L", column, 220]]} for column in columns]
    return Drawing({"objects": paths}, paper)


def show(visitor: Visitor, drawing: Drawing):
    """Draw on the Predict page."""
    visitor.app.session_state["_drawing"] = drawing
    return visitor.open("pages/predict.py")


def label(visitor: Visitor, drawing: Drawing, digit: int | None):
    """Draw on the Predict page and say which digit it was."""
    app = show(visitor, drawing)
    app.pills(key="own_label").set_value(digit)
    return visitor.run()


def labels(app) -> list[int]:
    """Of the drawings that are collected."""
    return [drawing.label for drawing in app.session_state["_own_drawings"].drawings]


def click(visitor: Visitor, key: str):
    visitor.app.button(key=key).click()
    return visitor.run()


def bundled() -> tuple[Dataset, Dataset]:
    return load_bundled().only(0, 1).split(0.25, seed=0)


def scans(app, training: Dataset) -> Dataset:
    """The drawings of 0 and 1 as they stand beside these images."""
    return (
        app.session_state["_own_drawings"].of_digits((0, 1)).scans(drawing_style(training.images))
    )


@pytest.fixture
def collected(visitor):
    label(visitor, drawn_ring(), 0)
    label(visitor, drawn_bar(), 1)
    return visitor


def test_right_keeps_the_drawing_under_the_digit_that_was_read(visitor):
    app = show(visitor, drawn_ring())
    assert app.button(key="right").label == "Right, a 0"
    app = click(visitor, "right")
    assert labels(app) == [0]
    assert app.pills(key="own_label").value == 0
    assert "Kept as a **0**" in visitor.text()
    assert "1 collected: 1 of **0**" in visitor.text()


def test_right_next_takes_an_empty_sheet(visitor):
    show(visitor, drawn_ring())
    app = click(visitor, "right_next")
    assert labels(app) == [0]
    assert app.session_state["_drawing"] is None
    assert "1 collected: 1 of **0**" in visitor.text()


def test_what_is_kept_becomes_the_scan_that_the_drawing_itself_would(visitor):
    app = label(visitor, drawn_ring(), 0)
    style = app.session_state["_run"].model().style
    direct = normalise_drawing(drawn_ring().pixels, "none", style=style)
    kept = app.session_state["_own_drawings"].scans(style).images[0]
    assert np.abs(kept - direct).mean() < 0.01


def test_another_label_for_the_same_drawing_takes_the_place_of_the_first(collected):
    assert labels(label(collected, drawn_ring(), 6)) == [6, 1]
    assert labels(label(collected, drawn_bar(), 7)) == [6, 7]


def test_no_label_takes_the_drawing_away(collected):
    assert labels(label(collected, drawn_ring(), None)) == [1]
    app = label(collected, drawn_bar(), None)
    assert app.session_state["_own_drawings"] is None


def test_a_drawing_that_is_drawn_on_takes_the_place_of_the_earlier_one(visitor):
    label(visitor, drawn_strokes(130), 1)
    app = show(visitor, drawn_strokes(130, 142))
    assert app.pills(key="own_label").value is None
    assert "drawn on since this was kept as a **1**" in visitor.text()
    app = label(visitor, drawn_strokes(130, 142), 4)
    assert labels(app) == [4]
    app = label(visitor, drawn_strokes(90), 1)
    assert labels(app) == [4, 1], "another sheet is another drawing"


def test_undo_takes_back_one_label_after_another(collected):
    label(collected, drawn_ring(), 6)
    assert labels(click(collected, "undo_label")) == [0, 1]
    assert labels(click(collected, "undo_label")) == [0]
    app = click(collected, "undo_label")
    assert app.session_state["_own_drawings"] is None
    assert not [button for button in app.button if button.key == "undo_label"]


def test_a_digit_that_is_not_told_apart_is_kept_and_said_not_to_be_learnt_from(visitor):
    app = label(visitor, drawn_ring(), 6)
    assert labels(app) == [6]
    assert "it learns from a 6 once that digit is chosen too" in visitor.text()
    assert "1 drawing shows 6" in visitor.text()
    assert not [button for button in app.button if button.key == "learn"]


def test_drawings_are_left_out_until_the_visitor_adds_them(collected):
    app = collected.open("pages/data.py")
    training, held_out = bundled()
    assert app.session_state["_run"].training == training
    app.segmented_control(key="own_drawings").set_value("added")
    collected.run()
    assert collected.link()["own_drawings"] == "added"
    app = collected.open("pages/theta.py")
    job = app.session_state["_run"]
    own = scans(app, training)
    expected = training
    for _ in range(10):  # as each counts as ten examples
        expected = expected.with_added(own)
    assert job.training == expected
    assert job.held_out == held_out


def test_a_drawing_counts_as_many_examples_as_the_link_says(collected):
    app = collected.open("pages/theta.py", own_drawings="added", own_weight="3")
    assert len(app.session_state["_run"].training) == 270 + 2 * 3
    app = collected.open("pages/data.py")
    assert "6 of them your 2 drawings, each counted 3 times" in collected.text()
    part = next(pills for pills in app.pills if pills.key == "part")
    part.set_value("training")
    collected.run()
    assert "1 of 272" in collected.text(), "each is looked at once"


def test_a_new_label_trains_anew_where_drawings_are_learnt_from(collected):
    collected.open("pages/data.py", own_drawings="added", own_weight="1")
    app = label(collected, drawn_ring(), 1)
    assert list(app.session_state["_run"].training.labels[-2:]) == [1, 1]


def test_drawings_of_other_digits_are_not_learnt_from(collected):
    label(collected, drawn_ring(), 6)
    app = collected.open("pages/theta.py", own_drawings="added")
    assert len(app.session_state["_run"].training) == 270 + 10


def test_what_is_downloaded_comes_back_as_it_was_drawn(collected):
    own = collected.app.session_state["_own_drawings"]
    style = collected.app.session_state["_run"].model().style
    content = own.as_file(style)
    assert read_upload("my_drawings.npz", content) == own.scans(style)
    other = Visitor()
    app = other.open("pages/data.py")
    app.file_uploader[0].set_value(("my_drawings.npz", content, "application/zip"))
    other.run()
    app.button(key="add_upload").click()
    other.run()
    assert app.session_state["_own_drawings"] == own
    assert not any(drawing.is_scan for drawing in app.session_state["_own_drawings"].drawings)


def test_a_file_of_scans_alone_is_still_taken(visitor):
    images = load_bundled().only(3, 8).take(range(7))
    file = io.BytesIO()
    np.savez_compressed(file, images=images.images, labels=images.labels)
    app = visitor.open("pages/data.py")
    app.file_uploader[0].set_value(("old.npz", file.getvalue(), "application/zip"))
    visitor.run()
    app.button(key="add_upload").click()
    visitor.run()
    own = app.session_state["_own_drawings"]
    assert own.scans(drawing_style(images.images)) == images


def test_the_file_is_plain_numpy(collected):
    own = collected.app.session_state["_own_drawings"]
    style = collected.app.session_state["_run"].model().style
    with np.load(io.BytesIO(own.as_file(style)), allow_pickle=False) as file:
        assert file["images"].shape == (2, 20, 20)
        assert file["drawings"].dtype == np.uint8
        assert list(file["labels"]) == [0, 1]


def test_all_can_be_removed_and_that_be_undone(collected):
    app = collected.open("pages/data.py")
    assert "2 collected: 1 of **0**, 1 of **1**" in collected.text()
    next(button for button in app.button if button.label == "Remove all").click()
    collected.run()
    assert app.session_state["_own_drawings"] is None
    collected.open("pages/predict.py")
    assert labels(click(collected, "undo_label")) == [0, 1]


def test_one_visitors_drawings_are_not_anothers(collected):
    other = Visitor()
    app = other.open("pages/data.py", own_drawings="added")
    assert "_own_drawings" not in app.session_state
    assert "not here" in app.warning[0].value
    assert collected.app.session_state["_own_drawings"] is not None


def test_a_dot_cannot_be_kept(visitor):
    dot = np.full((280, 280, 4), 255, dtype=np.uint8)
    dot[130:148, 130:148, :3] = 0
    app = show(visitor, Drawing({"objects": [{}]}, dot))
    assert not [pills for pills in app.pills if pills.key == "own_label"]


def test_one_drawing_too_many_costs_a_sentence_and_loses_nothing(collected, monkeypatch):
    monkeypatch.setattr("dashboard.own_drawings.MOST_DRAWINGS", 2)
    app = label(collected, drawn_strokes(90), 1)
    assert "accepted are 2" in app.warning[0].value
    assert labels(app) == [0, 1]
    assert app.session_state["_drawing"] is not None


def test_a_file_that_is_added_twice_is_there_once(collected):
    own = collected.app.session_state["_own_drawings"]
    style = collected.app.session_state["_run"].model().style
    app = collected.open("pages/data.py")
    app.file_uploader[0].set_value(("my_drawings.npz", own.as_file(style), "application/zip"))
    collected.run()
    app.button(key="add_upload").click()
    collected.run()
    assert app.session_state["_own_drawings"] == own
    assert (
        "0 of its images were added to your drawings; 2 were there already" in app.success[0].value
    )


def test_without_drawings_a_link_promises_none(collected):
    app = collected.open("pages/data.py", own_drawings="added")
    next(button for button in app.button if button.label == "Remove all").click()
    collected.run()
    assert "own_drawings" not in collected.link()


# Learning from them.


def learn(visitor: Visitor):
    """Press the button, and wait for all that it begins."""
    visitor.open("pages/predict.py")
    app = click(visitor, "learn")
    for name in ("_run", "_run_without_own"):
        assert app.session_state[name].wait(timeout=120)
    visitor.run()
    if "_cross_reading" in app.session_state:
        assert app.session_state["_cross_reading"].wait(timeout=120)
    return visitor.run()


def test_before_learning_it_is_said_how_the_drawings_are_read(collected):
    collected.open("pages/predict.py")
    assert "reads **2 of 2** of them rightly" in collected.text()
    assert "Your **2 drawings** count as **20** of **290**" in collected.text()


def test_learning_shows_the_change_from_the_model_that_never_saw_the_drawings(visitor):
    label(visitor, drawn_ring(), 1)  # which no model reads so that has not been told
    label(visitor, drawn_bar(), 1)
    visitor.open("pages/predict.py", own_weight="100")
    app = learn(visitor)
    training, held_out = bundled()
    own = scans(app, training)
    config = app.session_state["_run"].config
    before = fit(training, config).model
    after = fit(training.with_added(own.repeated(100)), config).model
    assert after.predict(own.images).tolist() == [1, 1]
    assert before.predict(own.images).tolist() == [0, 1]
    titles = [a["text"] for a in visitor.live_figure("accuracies_figure")["layout"]["annotations"]]
    right = [(model.predict(held_out.images) == held_out.labels).sum() for model in (before, after)]
    assert f"{right[0]} → {right[1]} of 90" in titles[0]
    assert "1 → 2 of 2" in titles[1]
    assert "**1 of your 2 drawings** is read otherwise now" in visitor.text()
    shown = visitor.live_figure("change_figure")["data"]
    for trace, theta in zip(
        shown, (before.theta, after.theta, after.theta - before.theta), strict=True
    ):
        np.testing.assert_allclose(numbers(trace["z"]).ravel(), theta[1:], atol=1e-12)


def test_the_fair_figure_is_of_models_that_did_not_learn_from_the_drawing(collected):
    label(collected, drawn_strokes(90), 0)
    app = learn(collected)
    training, _ = bundled()
    own = scans(app, training)
    right = 0
    for place in range(3):  # of three drawings, each is left out once
        others = own.take(np.arange(3) != place)
        model = fit(training.with_added(others.repeated(10)), TrainConfig(preparation="full")).model
        right += int(model.predict(own.images[[place]])[0] == own.labels[place])
    assert f"in 3 trainings: **{right} of 3** rightly" in collected.text()


def test_a_single_drawing_has_no_fair_figure(visitor):
    label(visitor, drawn_ring(), 0)
    learn(visitor)
    assert "A single drawing cannot be read fairly" in visitor.text()


def test_forgetting_brings_the_model_of_before_back(collected):
    before = collected.open("pages/predict.py").session_state["_run"]
    app = learn(collected)
    assert app.session_state["_run"] is not before
    app = click(collected, "forget")
    assert app.session_state["_run"] is before
    assert "own_drawings" not in collected.link()
    assert labels(app) == [0, 1]


def test_of_ten_digits_the_theta_that_has_changed_most_is_shown_first(collected):
    collected.open("pages/predict.py", digits="all", max_iterations="5")
    app = learn(collected)
    before, after = (app.session_state[name].model() for name in ("_run_without_own", "_run"))
    change = np.linalg.norm(after.theta - before.theta, axis=1)
    assert app.pills(key="changed_digit").value == int(change.argmax())
    app.pills(key="changed_digit").set_value(4)
    collected.run()
    assert collected.link()["changed_digit"] == "4"
    trace = collected.live_figure("change_figure")["data"][2]
    np.testing.assert_allclose(
        numbers(trace["z"]).ravel(), (after.theta - before.theta)[4, 1:], atol=1e-12
    )


def test_long_trainings_are_asked_for(collected, monkeypatch):
    monkeypatch.setattr("dashboard.comparisons._SHORT", 0)
    app = learn(collected)
    assert "_cross_reading" not in app.session_state
    click(collected, "read_fairly")
    assert app.session_state["_cross_reading"].wait(timeout=120)
    collected.run()
    assert "in 2 trainings" in collected.text()


def test_too_many_examples_count_less_and_the_choice_stays(collected, monkeypatch):
    for module in ("own_drawings", "drawings_panel"):
        monkeypatch.setattr(f"dashboard.{module}.MOST_EXAMPLES", 20)
    said = "2 drawings at 100 examples each would be 200: accepted are 20 at most"
    app = collected.open("pages/predict.py", own_drawings="added", own_weight="100")
    assert len(app.session_state["_run"].training) == 270 + 20
    assert f"{said}, so each counts as 10 examples." in collected.text()
    assert "count as **20** of **290**" in collected.text()
    assert collected.link()["own_weight"] == "100"
    app = label(collected, drawn_bar(), None)
    assert len(app.session_state["_run"].training) == 270 + 10
    collected.open("pages/data.py")
    assert "1 drawing at 100 examples each would be 100: accepted" in collected.text()


def test_drawings_are_bounded_at_twenty_thousand_examples():
    for drawings in (1, 199, 200, 201, 2000):
        for weight in OWN_WEIGHTS:
            counted = weight_in_effect(weight, drawings)
            assert counted <= weight
            assert counted * drawings <= MOST_EXAMPLES == 20_000
            assert counted == weight or weight * drawings > MOST_EXAMPLES


# Trainings that serve to compare: begun where that is asked for, ended where nobody needs them.


#: Whoever waits in it never has a turn: a training lasts as long as it is wanted.
STUCK = Line(places=0)


def slow_run(config: TrainConfig) -> TrainingJob:
    """A run with a θ to show and many seconds to go."""
    job = TrainingJob(*bundled(), config, seconds_per_iteration=30)
    job.start()
    assert job.wait_for_first_step(timeout=60)
    return job


@pytest.mark.parametrize("end", [TrainingJob.stop, TrainingJob.pause])
def test_looking_at_a_run_that_was_broken_off_begins_no_other(visitor, end):
    app = visitor.open("pages/predict.py")
    job = slow_run(app.session_state["_run"].config)
    end(job)
    app.session_state["_run"], app.session_state["_begun_by_visitor"] = job, True
    if end is TrainingJob.stop:
        assert job.wait(timeout=60)
    label(visitor, drawn_ring(), 0)
    assert app.session_state["_run"] is job
    assert "_run_without_own" not in app.session_state
    job.stop()


@pytest.mark.parametrize(
    ("end", "said"), [(TrainingJob.pause, "is paused: start anew or stop"), (None, "is under way")]
)
def test_to_learn_beside_another_run_says_what_that_waits_for(visitor, end, said):
    app = visitor.open("pages/predict.py")
    job = slow_run(app.session_state["_run"].config)
    if end is not None:
        end(job)
    app.session_state["_run"], app.session_state["_begun_by_visitor"] = job, True
    label(visitor, drawn_ring(), 0)
    click(visitor, "learn")
    assert f"A training of yours with other settings {said}" in visitor.text()
    job.stop()


def change_weight(visitor):
    visitor.app.selectbox(key="own_weight").set_value(3)
    visitor.run()


def change_digits(visitor):
    visitor.app.selectbox(key="digits").set_value("3-8")
    visitor.run()


def change_split_elsewhere(visitor):
    app = visitor.open("pages/data.py")
    app.slider(key="held_out").set_value(40)
    visitor.run()


def forget_all(visitor):
    visitor.open("pages/data.py")
    next(button for button in visitor.app.button if button.label == "Remove all").click()
    visitor.run()


CHANGES = [
    change_digits,
    change_split_elsewhere,
    pytest.param(lambda visitor: visitor.open("pages/train.py", lam="3"), id="another λ on Train"),
]


@pytest.mark.parametrize(
    "change",
    [
        *CHANGES,
        change_weight,
        forget_all,
        pytest.param(lambda visitor: click(visitor, "forget"), id="forget"),
        pytest.param(lambda visitor: click(visitor, "undo_label"), id="undo"),
    ],
)
def test_a_cross_validation_that_fits_no_more_ends(collected, monkeypatch, change):
    monkeypatch.setattr("dashboard.comparisons.TRAININGS", STUCK)
    label(collected, drawn_strokes(90), 1)
    app = collected.open("pages/predict.py", own_drawings="added")
    reading = app.session_state["_cross_reading"]
    assert reading.running
    collected.open("pages/theta.py")
    collected.open("pages/predict.py")
    assert app.session_state["_cross_reading"] is reading
    assert reading.running, "it goes on while the visitor looks at another page"
    change(collected)
    assert reading.wait(timeout=60)
    another = app.session_state["_cross_reading"]
    assert another is not reading
    if another is not None:
        another.stop()


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_to_compare_with_that_fits_no_more_ends(collected, change):
    app = collected.open("pages/predict.py", own_drawings="added")
    job = TrainingJob(*bundled(), app.session_state["_run"].config, line=STUCK)
    job.start()
    app.session_state["_run_without_own"] = job
    collected.open("pages/predict.py")
    assert job.state is JobState.RUNNING
    change(collected)
    assert job.wait(timeout=60)


def test_forgetting_takes_a_run_back_that_is_still_under_way(collected):
    app = collected.open("pages/predict.py", own_drawings="added")
    job = slow_run(app.session_state["_run"].config)
    app.session_state["_run_without_own"] = job
    click(collected, "forget")
    assert app.session_state["_run"] is job
    assert job.state is JobState.RUNNING
    job.stop()


def test_a_run_under_way_goes_on_to_be_compared_with(collected):
    app = collected.open("pages/predict.py")
    job = slow_run(app.session_state["_run"].config)
    app.session_state["_run"] = app.session_state["_run_without_own"] = job
    click(collected, "learn")
    assert app.session_state["_run"] is not job
    assert app.session_state["_run_without_own"] is job
    assert job.state is JobState.RUNNING
    job.stop()


# What it costs.


def counted(monkeypatch, name: str) -> list:
    """Of each call of a function, its arguments."""
    module, _, function = name.rpartition(".")
    original = getattr(importlib.import_module(module), function)
    calls = []

    def call(*args, **kwargs):
        calls.append(args)
        return original(*args, **kwargs)

    monkeypatch.setattr(name, call)
    return calls


def test_a_label_draws_the_page_once(visitor, monkeypatch):
    show(visitor, drawn_ring())
    drawn = counted(monkeypatch, "dashboard.canvas.canvas")
    click(visitor, "right")
    assert len(drawn) == 1
    assert "1 collected" in visitor.text()
    assert "Your **1 drawing** counts" in visitor.text()


def test_drawings_of_a_file_are_read_once_for_check_and_scan(collected, monkeypatch):
    own = collected.app.session_state["_own_drawings"]
    content = own.as_file(collected.app.session_state["_run"].model().style)
    other = Visitor()
    app = other.open("pages/data.py", digits="0-1")
    app.file_uploader[0].set_value(("my_drawings.npz", content, "application/zip"))
    other.run()
    read = counted(monkeypatch, "logreg_core.drawings.normalise_drawing")
    app.button(key="add_upload").click()
    other.run()
    other.open("pages/theta.py", own_drawings="added")
    assert len(app.session_state["_run"].training) == 270 + 2 * 10
    assert len(read) == 2


def test_a_page_does_not_sort_the_drawings_anew(collected, monkeypatch):
    collected.open("pages/predict.py", own_drawings="added")
    sorted_anew = []
    monkeypatch.setattr(Collection, "of_digits", lambda *args: sorted_anew.append(args))
    collected.run()
    assert sorted_anew == []


def test_changes_that_hold_many_removed_drawings_are_not_kept(collected, monkeypatch):
    monkeypatch.setattr("dashboard.own_drawings._MOST_GONE", 1)
    label(collected, drawn_ring(), None)
    app = label(collected, drawn_bar(), None)
    assert app.session_state["_own_drawings"] is None
    assert labels(click(collected, "undo_label")) == [1]
    assert app.button(key="undo_label").disabled, "before that, two would have to be held"


def test_the_picture_of_the_last_drawings_is_described(collected):
    collected.open("pages/predict.py")
    described = [image.alt for images in collected.app.get("image") for image in images.proto.imgs]
    assert "The last of your drawings, kept as 0 and 1" in described


def test_a_collection_of_one_visitor_equals_that_of_another_who_took_the_file(collected):
    own = collected.app.session_state["_own_drawings"]
    again = Collection(own.drawings)
    assert again == own
    assert again.fingerprint == own.fingerprint
