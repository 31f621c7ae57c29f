"""What went wrong is said with its numbers, and a button puts it right."""

from __future__ import annotations

import pytest

from dashboard.words.diagnosis import finding_sentence, remedy_label
from logreg_core import JobState, StopReason
from logreg_core.diagnosis import (
    Crawling,
    Diverged,
    Noisy,
    NoMinimum,
    NotThereYet,
    Oscillating,
    Overfitting,
    Stalled,
    Steps,
)

#: L = 8.7, and α = 20 where 2/L = 0.23 is the limit.
TOO_LONG = Steps(20.0, curvature=8.7, automatic=1 / 8.7, longest=2 / 8.7, formula="2/L")
AUTO = ({"learning_rate": "auto"},)


def test_a_diverging_run_is_explained_by_the_limit():
    said = finding_sentence(Diverged(AUTO, 0.6931, 3.14, 7, TOO_LONG))
    assert "α = 20 is above 2/L = 0.23: each step overshoots the valley" in said
    assert "J rose from 0.693 to 3.14 by iteration 7. Try “auto”." in said


@pytest.mark.parametrize(
    ("cost", "said"),
    [(3.14e12, "to 3.1e12 in a single step"), (float("inf"), "beyond all numbers")],
)
def test_however_far_j_went_can_be_read(cost, said):
    assert said in finding_sentence(Diverged(AUTO, 0.6931, cost, 1, TOO_LONG))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (None, "The steps are too long"),
        (Steps("auto"), "The steps are too long"),
        (Steps(10.0, automatic=0.02), "α = 10 is far above the usual 0.02"),
        (Steps(10.0), "α = 10 is too large"),
        (Steps(0.1, 8.7, 1 / 8.7, 2 / 8.7, "2/L"), "The steps are too long"),
    ],
)
def test_nothing_is_blamed_on_alpha_that_it_has_not_done(steps, said):
    assert said in finding_sentence(Oscillating((), 13, 30, 0.4, 22.0, steps))


@pytest.mark.parametrize(
    ("finding", "numbers"),
    [
        (Oscillating(AUTO, 13, 30, 0.43, 22.0, TOO_LONG), ["13 of the last 30", "0.43", "22"]),
        (Noisy((), 14, 30, 0.33, 0.6, 1), ["14 of the last 30", "0.33", "0.6", "1 example,"]),
        (NoMinimum((), True, 2e-6, 12.3, 2530.4), ["λ = 0", "12.3", "2,530"]),
        (NoMinimum((), False, 2e-6, 12.3, 45.2), ["one side only", "12.3", "45.2"]),
        (Overfitting((), 0.3559, 9.365, 25), ["0.356", "iteration 25", "9.37"]),
        (Stalled((), 1.4e-6, 1e-6), ["1.4e-6", "1e-6"]),
        (Crawling((), 0.048, 40, Steps(0.001, 17.5, 1 / 17.5)), ["0.001", "1/L = 0.057", "4.8 %"]),
        (Crawling((), 0.048, 40, Steps(0.001, automatic=0.02)), ["0.001", "usual 0.02", "40"]),
        (NotThereYet((), 0.039, 1600), ["1,600", "3.9 %"]),
    ],
)
def test_every_finding_has_its_numbers(finding, numbers):
    said = finding_sentence(finding)
    for number in numbers:
        assert number in said


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        ({"lam": 0.1}, "λ = 0.1"),
        ({"max_iterations": 1600}, "at most 1,600 iterations"),
        ({"optimizer": "l-bfgs-b"}, "L-BFGS-B"),
        ({"schedule": "1/t"}, "α 1/t over the run"),
        ({"batch_size": 128}, "batches of 128"),
        ({"momentum": 0.9}, "μ = 0.9"),
        ({"tolerance": 1e-5}, "tolerance 1e-05"),
    ],
)
def test_a_button_says_what_it_will_do(remedy, said):
    assert remedy_label(remedy) == f"Start with {said}"


def remedies(app):
    """The labels of the buttons that offer a remedy."""
    return [button.label for button in app.button if (button.key or "").startswith("remedy_")]


def test_a_good_run_draws_no_remark(visitor):
    app = visitor.open("pages/train.py")
    assert app.warning == []
    assert remedies(app) == []


TOO_LONG_LINK = {"optimizer": "gradient-descent", "learning_rate": "30"}


@pytest.mark.parametrize(
    ("link", "label", "remedy"),
    [
        (TOO_LONG_LINK, "Start with α = auto", {"learning_rate": "auto"}),
        ({"lam": "0"}, "Start with λ = 0.1", {"lam": 0.1}),
        ({"optimizer": "gradient-descent"}, "Start with L-BFGS-B", {"optimizer": "l-bfgs-b"}),
    ],
)
def test_a_click_applies_the_remedy_and_trains_anew(visitor, link, label, remedy):
    app = visitor.open("pages/train.py", **link)
    app.select_slider(key="speed").set_value("full speed")
    before = app.session_state["_run"]
    next(button for button in app.button if button.label == label).click()
    visitor.run()
    job = app.session_state["_run"]
    assert job is not before
    assert job.wait(timeout=60)
    for setting, value in remedy.items():
        assert getattr(job.config, setting) == value
        assert app.session_state[setting] == value
        assert visitor.link().get(setting) != link.get(setting)
    visitor.run()
    assert app.warning == []


def test_a_remedy_can_be_taken_while_the_run_goes_on(visitor):
    link = {"lam": "0", "optimizer": "gradient-descent", "max_iterations": "10000"}
    app = visitor.open("pages/train.py", **link)
    app.select_slider(key="speed").set_value("100 a second")
    app.button(key="start").click()
    visitor.run()
    going = app.session_state["_run"]
    for _ in range(1000):
        if going.latest is not None and going.latest.accuracy == 1:
            break
        going.wait(timeout=0.05)
    visitor.run()
    assert going.state is JobState.RUNNING
    app.button(key="remedy_0_0").click()
    visitor.run()
    job = app.session_state["_run"]
    assert job is not going
    assert going.wait(timeout=60)
    assert job.config.lam == 0.1
    job.stop()
    assert job.wait(timeout=60)


def test_who_is_lost_at_once_reads_how_high_j_was(visitor):
    link = {"optimizer": "gradient-descent", "lam": "1000000", "learning_rate": "1000"}
    app = visitor.open("pages/train.py", **link)
    assert app.session_state["_run"].reason is StopReason.DIVERGED
    assert "Diverged at once" in visitor.text()
    assert "J rose from 0.693 to" in visitor.text()
    assert "in a single step" in visitor.text()


def test_a_separated_run_that_overfits_offers_each_remedy_once(visitor):
    app = visitor.open("pages/train.py", lam="0", digits="all")
    said = " ".join(element.value for element in app.warning)
    assert "Perfectly separated" in said
    assert "Overfitting" in said
    assert len(remedies(app)) == len(set(remedies(app))) == 2


def test_softmax_that_the_optimiser_cannot_do_is_said_at_its_field(visitor):
    app = visitor.open("pages/train.py", digits="all", preparation="none")
    assert "does not do softmax" not in visitor.text()
    app.selectbox(key="optimizer").select("sampled-surrogate")
    app.selectbox(key="multiclass").select("softmax")
    visitor.run()
    assert "does not do softmax over 10 classes" in visitor.text()
    app.selectbox(key="optimizer").select("newton-cg")
    visitor.run()
    assert "does not do softmax" not in visitor.text()


def test_a_batch_larger_than_the_data_is_said_at_its_field(visitor):
    app = visitor.open("pages/train.py", optimizer="sgd")
    examples = len(app.session_state["_run"].training)
    app.number_input(key="batch_size").set_value(examples)
    visitor.run()
    assert "larger than the data" not in visitor.text()
    app.number_input(key="batch_size").set_value(examples + 1)
    visitor.run()
    assert f"there are {examples} training examples" in visitor.text()


def test_a_link_to_what_is_refused_says_so_and_nothing_else_breaks(visitor):
    visitor.open("pages/train.py", digits="all", optimizer="bfgs", multiclass="softmax")
    assert "BFGS does not do softmax over 10 classes" in visitor.text()
