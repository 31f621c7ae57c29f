"""The runs of a session: what is kept of them, said, and taken from a visitor."""

from __future__ import annotations

import csv
import gc
import io
import weakref
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from dashboard import runs, runs_panel
from dashboard.figures.cost import MAX_POINTS
from dashboard.figures.palette import OVERLAYS
from dashboard.runs import (
    MOST_OVERLAYS,
    MOST_RUNS,
    delete,
    number_of,
    overlaid_runs,
    record,
    recorded_runs,
    rename,
    set_overlaid,
    undo_deletion,
)
from dashboard.runs_table import DELETE, OPEN, runs_table
from dashboard.settings import FIRST_CONFIG, Settings
from dashboard.words.recorded_runs import (
    LONGEST_NAME,
    another_j_sentence,
    default_name,
    differing_settings,
    same_for_all,
)
from dashboard.words.runs_csv import runs_csv
from logreg_core import (
    OPTIMIZERS,
    JobState,
    Objective,
    StopReason,
    TrainConfig,
    TrainingJob,
    fit,
    load_bundled,
)


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A visitor's session without a page."""
    state = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


@pytest.fixture(scope="module")
def split():
    return load_bundled().only(0, 1).split(0.25, seed=0)


def begun(split, **config):
    """A job that has ended, and its settings; it is in the table."""
    settings = Settings(config=replace(FIRST_CONFIG, **config))
    job = TrainingJob(*split, settings.config)
    record(job, settings)
    job.start()
    assert job.wait(timeout=60)
    return job


def test_a_run_is_kept_once_with_the_numbers_of_the_core(split):
    job = begun(split, lam=0.1)
    record(job, Settings())
    (run,) = recorded_runs()
    result = fit(split[0], run.settings.config, held_out=split[1])
    assert run.settings.config.lam == 0.1
    assert run.reason is result.reason
    assert np.array_equal(run.history.cost, result.history.cost)
    assert np.array_equal(run.history.held_out_cost, result.history.held_out_cost)
    assert np.array_equal(run.history.theta, result.model.theta[None])
    assert (run.examples, run.held_out_examples) == (len(split[0]), len(split[1]))


def test_a_finished_run_lets_go_of_its_job_and_keeps_few_numbers(split):
    job = begun(split, optimizer="gradient-descent", max_iterations=1500)
    gone = weakref.ref(job)
    (run,) = recorded_runs()
    del job
    gc.collect()
    assert gone() is None
    assert len(run.history) == MAX_POINTS
    assert run.history.iteration[[0, -1]].tolist() == [0, 1500]
    assert run.history.theta.shape == (1, 401)
    assert sum(getattr(run.history, name).base is not None for name in vars(run.history)) == 0


def test_while_it_goes_on_its_row_follows(split):
    settings = Settings(config=replace(FIRST_CONFIG, optimizer="gradient-descent"))
    job = TrainingJob(*split, settings.config)
    record(job, settings)
    assert recorded_runs()[0].state is JobState.READY
    job.hold()
    assert job.wait_for_first_step(timeout=60)
    (run,) = recorded_runs()
    assert run.state is JobState.PAUSED
    assert run.history.iteration.tolist() == [0]
    job.stop()
    assert job.wait(timeout=60)
    assert recorded_runs()[0].reason is StopReason.VISITOR


def test_the_learning_rate_is_told_though_auto_chose_it(split):
    job = begun(split, optimizer="gradient-descent", max_iterations=2, lam=3)
    X = job.training.prepared("full").design_matrix()
    y = (job.training.labels == 1).astype(float)
    largest_curvature = np.linalg.eigvalsh(X.T @ X / len(X))[-1] / 4 + 3 / len(X)
    (run,) = recorded_runs()
    assert run.learning_rate == pytest.approx(1 / largest_curvature)
    steps = fit(job.training, replace(job.config, max_iterations=1)).history
    gradient = Objective.from_labels(X, y, 3).cost_and_gradient(np.zeros(401))[1]
    assert steps.theta[1] == pytest.approx(-run.learning_rate * gradient)
    begun(split)
    assert recorded_runs()[1].learning_rate is None, "L-BFGS-B has none"


def test_past_fifty_the_oldest_goes_that_is_not_on_the_chart(split):
    settings = Settings()
    for _ in range(MOST_RUNS):
        record(TrainingJob(*split, settings.config), settings)
    set_overlaid(1, True)
    for _ in range(3):
        record(TrainingJob(*split, settings.config), settings)
    kept = [run.number for run in recorded_runs()]
    assert kept == [1, *range(5, MOST_RUNS + 4)]
    assert runs.runs_gone() == 3


def test_deleting_is_undone_and_a_deleted_run_does_not_come_back_by_itself(split):
    jobs = [begun(split, lam=lam) for lam in (1, 2, 3)]
    delete(2)
    record(jobs[1], Settings())
    assert [run.number for run in recorded_runs()] == [1, 3]
    assert number_of(jobs[1]) is None
    undo_deletion()
    undo_deletion()
    assert [run.settings.config.lam for run in recorded_runs()] == [1, 2, 3]


def test_a_run_that_is_deleted_under_way_goes_on_and_can_come_back(split):
    settings = Settings()
    job = TrainingJob(*split, settings.config)
    record(job, settings)
    job.hold()
    delete(1)
    job.start()
    assert job.wait(timeout=60)
    undo_deletion()
    assert recorded_runs()[0].reason is StopReason.CONVERGED


def test_overlaid_runs_have_a_colour_each_and_keep_it(split):
    for _ in range(MOST_OVERLAYS + 1):
        record(TrainingJob(*split, FIRST_CONFIG), Settings())
    for number in range(1, MOST_OVERLAYS + 1):
        set_overlaid(number, True)
    colours = [run.colour for run in recorded_runs()[:-1]]
    assert sorted(colours) == sorted(OVERLAYS)
    set_overlaid(MOST_OVERLAYS + 1, True)
    assert not recorded_runs()[-1].overlaid
    assert "take another one off" in runs.take_notice()
    assert runs.take_notice() == ""
    set_overlaid(3, False)
    set_overlaid(3, True)
    assert [run.colour for run in recorded_runs()[:-1]] == colours


def test_the_run_that_the_chart_shows_is_not_laid_over_itself(split):
    first, second = begun(split), begun(split, lam=3)
    set_overlaid(1, True)
    set_overlaid(2, True)
    assert [run.name for run in overlaid_runs(beside=[second])] == ["L-BFGS-B"]
    assert [run.name for run in overlaid_runs(beside=[first])] == ["L-BFGS-B λ=3"]
    assert len(overlaid_runs()) == 2


def test_names_say_what_was_set():
    def name(digits="0-1", source="bundled", **config):
        return default_name(Settings(source, digits, config=replace(FIRST_CONFIG, **config)))

    assert name() == "L-BFGS-B"
    assert name(lam=0.1) == "L-BFGS-B λ=0.1"
    assert name(optimizer="adam", learning_rate=0.03) == "Adam α=0.03"
    assert name(learning_rate=0.03) == "L-BFGS-B", "which uses none"
    assert name(digits="3-8", source="mnist") == "L-BFGS-B 3 and 8 MNIST"
    assert default_name(Settings(), {"L-BFGS-B", "L-BFGS-B 2"}) == "L-BFGS-B 3"


def test_no_default_name_is_too_long():
    config = TrainConfig(
        optimizer="sgd",
        lam=0.123456789,
        learning_rate=0.123456789,
        schedule="cosine",
        batch_size=123456,
        tolerance=0.123456789,
    )
    taken = set()
    for _ in range(MOST_RUNS):
        name = default_name(Settings("upload", "all", 33, "added", 30, config), taken)
        assert len(name) <= LONGEST_NAME
        assert name not in taken
        taken.add(name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("my best", "my best"),
        ("", "L-BFGS-B"),
        (" \n\t ", "L-BFGS-B"),
        (None, "L-BFGS-B"),
        (7, "L-BFGS-B"),
        ({"a": []}, "L-BFGS-B"),
        ("a\nb\u202e\x00c", "a b c"),
        ("x" * 1000, "x" * LONGEST_NAME),
    ],
)
def test_a_name_is_one_short_line(split, given, kept):
    record(TrainingJob(*split, FIRST_CONFIG), Settings())
    rename(1, given)
    assert recorded_runs()[0].name == kept


def edited(session, **edits):
    """What the editor of three runs, the newest on top, sends to its callback."""
    session["editor"] = {"edited_rows": edits.get("rows", {})}
    runs_panel._carry_out_edits("editor", [3, 2, 1])


@pytest.fixture
def three(session, split):
    for lam in (1, 2, 3):
        record(TrainingJob(*split, replace(FIRST_CONFIG, lam=lam)), Settings())
    return session


def test_edits_reach_the_run_of_their_row(three):
    edited(three, rows={0: {"name": "newest"}, 2: {"overlay": True}})
    edited(three, rows={0: {"name": "renamed"}, 2: {"overlay": True}})
    assert [run.name for run in recorded_runs()] == ["L-BFGS-B", "L-BFGS-B 2", "renamed"]
    assert [run.overlaid for run in recorded_runs()] == [True, False, False]
    assert "_runs_version" not in three, "the table shows what was written: it can stay"


@pytest.mark.parametrize(
    "rows",
    [
        {0: {"name": None}},
        {0: {"name": "  spaces  "}},
        {1: {"overlay": "yes"}},
        {99: {"name": "nobody"}},
        {-1: {"name": "nobody"}},
        {0: {"seconds": 0}},
        {0: ["name"]},
        {0: None},
    ],
)
def test_what_cannot_be_taken_over_gets_a_new_editor_and_nothing_worse(three, rows):
    edited(three, rows=rows)
    assert len(recorded_runs()) == 3
    assert not any(run.overlaid for run in recorded_runs())
    assert "nobody" not in {run.name for run in recorded_runs()}
    assert three["_runs_version"] == 1


@pytest.mark.parametrize("click", [None, {"row": 7, "label": "Delete"}, {"row": 0, "label": "?"}])
def test_a_click_that_means_nothing_does_nothing(three, click):
    three["click"] = click
    runs_panel._carry_out_click("click", [3, 2, 1])
    assert len(recorded_runs()) == 3


def test_the_settings_of_a_run_can_be_opened_again(three):
    other = Settings(
        "mnist", "3-8", 30, "added", 100, TrainConfig(optimizer="adam", learning_rate=0.3)
    )
    three["_recorded_runs"].runs[2] = replace(recorded_runs()[1], settings=other)
    three["click"] = {"row": 1, "label": OPEN}
    runs_panel._carry_out_click("click", [3, 2, 1])
    assert Settings.from_state(three) == other


def test_the_run_of_the_clicked_row_is_deleted(three):
    three["click"] = {"row": 1, "label": DELETE}
    runs_panel._carry_out_click("click", [3, 2, 1])
    assert [run.number for run in recorded_runs()] == [1, 3]


def test_only_settings_that_differ_are_columns_and_the_others_are_said(split):
    begun(split, lam=0.1)
    begun(split)
    table = runs_table(recorded_runs(), recorded_runs()[1]).data
    assert list(table["λ"]) == [1.0, 0.1]
    assert "optimiser" not in table
    assert differing_settings(recorded_runs()) == ["lam"]
    said = same_for_all(recorded_runs())
    assert said.startswith("The same for all: L\\-BFGS\\-B")
    assert "digits 0 and 1" in said
    assert "λ" not in said


def test_an_unused_setting_does_not_differ(split):
    begun(split, learning_rate=0.5, momentum=0.5)
    begun(split)
    assert differing_settings(recorded_runs()) == []


def marked(table):
    """(run, column) of the cells that are tinted, by tint."""
    styles = table._compute().ctx
    cells = {}
    for (row, column), declarations in styles.items():
        for name, tint in declarations:
            if name == "background-color":
                cell = (int(table.data.index[row]), str(table.data.columns[column]))
                cells.setdefault(tint, set()).add(cell)
    return cells


def test_what_differs_from_the_run_on_the_chart_is_tinted(split):
    for lam in (1, 0.1, 1):
        begun(split, lam=lam)
    everything = recorded_runs()
    tinted = set().union(*marked(runs_table(everything, everything[0])).values())
    assert (2, "λ") in tinted
    assert (3, "λ") not in tinted
    assert (1, "λ") not in tinted


def test_the_best_is_the_best_of_what_can_be_compared(split):
    begun(split, lam=1)
    begun(split, lam=0.1)  # its J is less because its penalty is
    begun(split, lam=1, optimizer="gradient-descent", max_iterations=5)
    everything = recorded_runs()
    last = {run.number: run.history.cost[-1] for run in everything}
    assert min(last, key=last.__getitem__) == 2
    tinted = set().union(*marked(runs_table(everything, everything[0])).values())
    assert (1, "J") in tinted, "the lower of the two with λ = 1"
    assert (2, "J") not in tinted
    assert (2, "held-out cost") in tinted, "there is no penalty in it"
    assert (3, "iterations") not in tinted, "it never arrived"


def test_another_j_is_said_and_names_are_no_markdown(split):
    begun(split)
    begun(split, lam=0.1)
    begun(split, preparation="none")
    begun(load_bundled().only(3, 8).split(0.25, seed=0))
    rename(2, "**bold** [link](x)")
    first, *others = recorded_runs()
    sentence = another_j_sentence(first, others)
    assert "(λ = 0.1)" in sentence
    assert "(images prepared otherwise)" in sentence
    assert "(other data)" in sentence
    assert "**bold**" not in sentence
    assert another_j_sentence(first, [first]) == ""


def test_the_csv_has_every_digit_and_no_formula(split):
    begun(split, lam=0.1)
    begun(split, optimizer="adam", max_iterations=3)
    rename(1, "=HYPERLINK(1)")
    rename(2, 'a "b", c')
    file = runs_csv(recorded_runs())
    assert file.startswith(b"\xef\xbb\xbf"), "or a spreadsheet misreads λ"
    first, second = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    one, two = recorded_runs()
    assert first["name"] == "'=HYPERLINK(1)"
    assert second["name"] == 'a "b", c'
    assert {"lam", "source", "batch_size", *one.settings.config.to_dict()} <= set(first)
    assert float(first["lam"]) == 0.1
    assert float(first["cost"]) == one.history.cost[-1]
    assert float(second["held_out_cost"]) == two.history.held_out_cost[-1]
    assert int(second["iteration"]) == 3
    length_of_theta = np.sqrt((one.history.theta[-1] ** 2).sum())
    assert float(first["theta_norm"]) == pytest.approx(length_of_theta)
    assert first["digits"] == "0 and 1"
    assert first["data_fingerprint"] == split[0].fingerprint
    assert first["learning_rate_used"] == ""
    assert float(second["learning_rate_used"]) == two.learning_rate


@pytest.mark.parametrize("start", "=+-@")
def test_no_name_becomes_a_formula(split, start):
    record(TrainingJob(*split, FIRST_CONFIG), Settings())
    rename(1, f"{start}1")
    (row,) = csv.DictReader(io.StringIO(runs_csv(recorded_runs()).decode("utf-8-sig")))
    assert row["name"] == f"'{start}1"


def test_every_optimiser_has_a_row(split):
    for name in OPTIMIZERS:
        begun(split, optimizer=name, max_iterations=2)
    table = runs_table(recorded_runs(), recorded_runs()[-1]).data
    assert set(table["optimiser"]) == {row.label for row in OPTIMIZERS.values()}
