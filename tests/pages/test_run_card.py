"""The card of a run: its link, its numbers, its files."""

from __future__ import annotations

import hashlib
import io
import runpy
import zipfile

import numpy as np
import pytest

from dashboard.run_card import downloads
from dashboard.settings import Settings
from dashboard.words.run_card import link_note, settings_table
from logreg_core import (
    Collection,
    Dataset,
    JobState,
    Model,
    StopReason,
    TrainConfig,
    fit,
    load_bundled,
)
from logreg_core.reproduce import RecordedRun
from tests.pages.visitor import Visitor

OTHER_THETA = "whoever opens the link gets one that goes on to its end"


def card_of(app):
    """The run that the card shows."""
    return app.session_state["_kept_run_card"][1]


def link_on_card(app):
    """The parameters of the link on the card."""
    _, _, parameters = app.code[0].value.partition("?")
    return dict(pair.split("=") for pair in parameters.split("&")) if parameters else {}


def shown_on_card(app):
    """Label → value of both tables."""
    return {
        label: values.iloc[0] for table in app.table for label, values in table.value.iterrows()
    }


def fingerprint(theta):
    return hashlib.sha256(theta.tobytes()).hexdigest()[:12]


def offered(app):
    """The files that the card has; the table of runs has one more."""
    labels = [button.proto.label for button in app.get("download_button")]
    return [label for label in labels if label != "Download all as CSV"]


def test_a_first_visit_shows_the_card_of_its_run(visitor):
    app = visitor.open("pages/train.py")
    job = app.session_state["_run"]
    shown = shown_on_card(app)
    assert f"θ {fingerprint(job.model().theta)}" in visitor.text()
    assert f"data {job.training.fingerprint[:12]}" in visitor.text()
    assert shown["J"] == f"{job.latest.cost:.10g}"
    assert shown["Iterations"] == f"{job.latest.iteration}, converged"
    assert shown["Optimiser"] == "L-BFGS-B"
    assert "α, learning rate" not in shown, "L-BFGS-B has none"
    assert offered(app) == ["Model .npz", "θ .csv", "θ .mat", "History .csv", "Python", "Octave"]


def test_the_card_says_what_auto_was(visitor):
    app = visitor.open("pages/train.py", optimizer="gradient-descent", max_iterations="5")
    X = card_of(app).training.prepared("full").design_matrix()
    curvature = np.linalg.norm(X, 2) ** 2 / len(X) / 4 + 1 / len(X)  # λ = 1
    shown = shown_on_card(app)["α, learning rate"]
    assert float(shown.removeprefix("auto = ")) == pytest.approx(1 / curvature, rel=1e-5)


def test_whoever_opens_the_link_gets_the_same_theta(visitor):
    app = visitor.open(
        "pages/train.py", optimizer="adam", digits="3-8", seed="4", lam="0.37", max_iterations="9"
    )
    other = Visitor()
    theirs = other.open("pages/train.py", **link_on_card(app))
    assert np.array_equal(card_of(theirs).theta, card_of(app).theta)
    assert f"θ {fingerprint(card_of(app).theta)}" in other.text()


def test_the_link_is_that_of_the_run_whatever_is_set_now(visitor):
    app = visitor.open("pages/train.py", lam="3", digits="3-8")
    app.select_slider(key="lam").set_value(100.0)
    app.selectbox(key="digits").set_value("0-1")
    visitor.run()
    assert link_on_card(app) == {"lam": "3", "digits": "3-8"}
    assert OTHER_THETA not in visitor.text(), "it leads to this very θ"
    assert shown_on_card(app)["λ, penalty on large weights"] == "3"


@pytest.fixture
def own_file():
    return load_bundled().only(0, 3).take(range(60))


def test_the_link_tells_the_file_of_the_run_whichever_is_here_now(visitor, own_file):
    visitor.app.session_state["_uploaded"] = own_file
    app = visitor.open("pages/train.py", source="upload", digits="0-3", max_iterations="9")
    link = link_on_card(app)
    assert link["data"] == own_file.fingerprint[:12]
    assert link == visitor.link()

    other_file = load_bundled().only(0, 3).take(range(60, 120))
    app.session_state["_uploaded"] = other_file
    app.session_state["_begun_by_visitor"] = True  # one's own run stays on show
    visitor.run()
    assert visitor.link()["data"] == other_file.fingerprint[:12]
    assert link_on_card(app) == link


def test_the_link_tells_the_drawings_of_the_run_whatever_is_drawn_since(visitor):
    drawn = Collection.of_images(load_bundled().only(0, 1).take(range(5)))
    visitor.app.session_state["_own_drawings"] = drawn
    app = visitor.open("pages/train.py", own_drawings="added", max_iterations="9")
    link = link_on_card(app)
    assert link["drawings"] == drawn.fingerprint[:12]
    assert link == visitor.link()
    assert shown_on_card(app)["Own drawings in training"] == "learnt from"
    assert shown_on_card(app)["Each own drawing counts as"] == "10 examples"

    app.session_state["own_drawings"] = "left-out"
    app.session_state["_begun_by_visitor"] = True
    visitor.run()
    assert "drawings" not in visitor.link()
    assert link_on_card(app) == link


def test_whoever_opens_the_link_is_told_of_another_file(visitor, own_file):
    visitor.app.session_state["_uploaded"] = own_file
    app = visitor.open("pages/train.py", source="upload", digits="0-3", max_iterations="9")
    other = Visitor()
    other.app.session_state["_uploaded"] = load_bundled().only(0, 3).take(range(60, 120))
    theirs = other.open("pages/train.py", **link_on_card(app))
    assert f"{own_file.fingerprint[:12]}…, but yours is" in theirs.warning[0].value


@pytest.mark.parametrize("reason", [None, *StopReason])
def test_it_is_said_where_the_link_leads_to_another_theta(reason):
    training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
    result = fit(training, TrainConfig(max_iterations=3), held_out=held_out)
    run = RecordedRun(
        training, held_out, result.model.config, result.history, reason, "bundled", 0.25
    )
    note = link_note(Settings(), run)
    if run.was_cut_short:
        assert "whoever opens the link gets one that" in note
        assert "at iteration 3." in note
    else:
        assert note == ""


def test_the_card_tells_how_much_was_held_out_and_how_long_it_might_take(visitor):
    app = visitor.open("pages/train.py", held_out="40", max_seconds="77.5")
    shown = shown_on_card(app)
    assert shown["Held out"] == "40 %"
    assert shown["Seconds of training at most"] == "77.5"
    assert "Own drawings" not in shown


def test_of_mnist_no_percentage_is_told_since_none_is_used(visitor):
    run = card_of(visitor.open("pages/train.py", max_iterations="5"))
    shown = settings_table(run, Settings(source="mnist", held_out=40), None)
    assert shown["Held out"] == "the official test images"


def test_while_it_runs_the_card_is_promised(visitor):
    app = visitor.open("pages/train.py", optimizer="gradient-descent")
    app.select_slider(key="speed").set_value("2 a second")
    app.button(key="start").click()
    visitor.run()
    job = app.session_state["_run"]
    assert job.state is JobState.RUNNING
    assert "when it pauses or ends" in visitor.text()
    assert not offered(app)
    job.stop()
    assert job.wait(timeout=30)
    visitor.run()
    assert len(offered(app)) == 6
    assert f"This run was stopped: {OTHER_THETA}" in visitor.text()


def test_a_paused_run_has_a_card_of_where_it_stands(visitor):
    app = visitor.open("pages/train.py")
    app.button(key="reset").click()
    visitor.run()
    job = app.session_state["_run"]
    assert job.wait_for_first_step(timeout=30)
    visitor.run()
    assert f"θ {fingerprint(np.zeros(401))}" in visitor.text()
    assert shown_on_card(app)["Iterations"] == "0, paused"
    assert f"This run is paused: {OTHER_THETA}" in visitor.text()
    assert "at iteration 0" in visitor.text()
    job.stop()
    assert job.wait(timeout=30)


def made(app):
    """File name → content of every download."""
    job = app.session_state["_run"]
    return {
        download.file_name: download.make() for download in downloads(card_of(app), job.model())
    }


def test_the_files_are_named_after_the_run_and_hold_it(visitor):
    app = visitor.open("pages/train.py", digits="3-8", optimizer="adam", max_iterations="9")
    files = made(app)
    stem = "theta-lab-3-8-adam"
    assert list(files) == [
        f"{stem}.npz",
        f"{stem}-theta.csv",
        f"{stem}-theta.mat",
        f"{stem}-history.csv",
        f"{stem}.py",
        f"{stem}-octave.zip",
    ]
    model = Model.load(io.BytesIO(files[f"{stem}.npz"]))
    assert np.array_equal(model.theta, card_of(app).theta)
    with zipfile.ZipFile(io.BytesIO(files[f"{stem}-octave.zip"])) as archive:
        assert f"{stem}-octave/theta_lab_run.m" in archive.namelist()
        assert f"{stem}-octave/adam.m" in archive.namelist()


def test_the_script_of_the_page_comes_to_the_theta_of_the_page(visitor, tmp_path):
    app = visitor.open("pages/train.py", digits="all", optimizer="momentum", max_iterations="9")
    script = tmp_path / "run.py"
    script.write_bytes(made(app)["theta-lab-all-momentum.py"])
    theta = runpy.run_path(str(script))["result"].model.theta
    assert np.array_equal(theta, app.session_state["_run"].model().theta)


def test_own_drawings_come_with_the_script_and_not_with_the_link(visitor, tmp_path):
    app = visitor.open("pages/train.py")
    zero = np.zeros((1, 20, 20))
    zero[0, 5:15, 5:15] = 1
    mine = Dataset(zero, np.array([0]), "mine")
    app.session_state["_own_drawings"] = Collection.of_images(mine)
    app.session_state["own_drawings"] = "added"
    app.select_slider(key="speed").set_value("full speed")
    app.button(key="start").click()
    visitor.run()
    assert app.session_state["_run"].wait(timeout=60)
    visitor.run()
    assert len(card_of(app).training) == 280, "the drawing counts as ten examples"
    assert "not your drawings" in visitor.text()
    packed = made(app)["theta-lab-0-1-l-bfgs-b-python.zip"]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    script = next(tmp_path.rglob("*.py"))
    theta = runpy.run_path(str(script))["result"].model.theta
    assert np.array_equal(theta, card_of(app).theta)


def test_the_card_does_not_speak_of_images_that_are_not_here(visitor):
    """A link to somebody's own file shows the bundled digits: so does the card's link."""
    app = visitor.open("pages/train.py", source="upload")
    assert link_on_card(app) == {}
    assert "theta-lab-0-1-l-bfgs-b.py" in made(app)
