"""Step 6: the call of the optimiser, and what it returns."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

import numpy as np
import pytest
from scipy.optimize import minimize

from dashboard.words.lesson.optimiser import optimiser_text
from logreg_core import OPTIMIZERS, cost_and_gradient
from tests.pages.test_how_it_works import givens, rows
from tests.pages.visitor import Visitor, numbers

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure


@pytest.fixture(autouse=True)
def the_call_is_waited_for(monkeypatch):
    monkeypatch.setattr("dashboard.work._USUAL_SECONDS", SOON)


def returned(visitor):
    return visitor.work("unconstrained").returned


def call_by_hand(visitor):
    known = givens(visitor)
    X = np.c_[np.ones(known["m"]), known["P"]]
    return minimize(
        cost_and_gradient,
        np.zeros(401),
        args=(X, known["Y"], known["lam"]),
        jac=True,
        method="BFGS",
    )


@pytest.mark.parametrize("link", [{}, {"digits": "4-9", "lam": "10"}, {"digits": "all"}])
def test_the_numbers_are_those_that_the_call_returns(visitor, link):
    visitor.open("app.py", **link)
    mine, text = call_by_hand(visitor), visitor.text()
    assert f"| iterations, `res.nit` | {mine.nit} |" in text
    assert f"| evaluations, `res.nfev` | {mine.nfev} |" in text
    assert f"asks for J and ∇J **{mine.nfev} times**" in text
    values = {name: value for _, _, name, value in rows(visitor.app)}
    assert float(values["J_min"]) == pytest.approx(mine.fun, rel=1e-5)


def test_the_python_on_the_page_is_executed_as_shown(visitor):
    app = visitor.open("app.py", digits="3-8")
    (shown,) = (each.value for each in app.code if each.language == "python")
    known = givens(visitor)
    known = {
        "X": np.c_[np.ones(known["m"]), known["P"]],
        **{name: known[name] for name in ("Y", "lam")},
    }
    exec(shown, known)  # noqa: S102 - our own text
    assert known["J_min"] == pytest.approx(returned(visitor).cost, rel=1e-4)
    ours = cost_and_gradient(known["theta_min"], known["X"], known["Y"], known["lam"])
    theirs = known["cost_and_gradient"](known["theta_min"], known["X"], known["Y"], known["lam"])
    assert theirs[0] == pytest.approx(ours[0], rel=1e-12)
    np.testing.assert_allclose(theirs[1], ours[1], atol=1e-15)


def test_no_sentence_of_the_text_is_two(visitor):
    visitor.open("app.py")
    ended = returned(visitor)
    endless = replace(ended, endless=True, excess=np.inf)
    for each in (None, ended, endless, replace(endless, success=False)):
        text = optimiser_text(each)
        assert not set(text) & set(";:")
        assert max(len(sentence.split()) for sentence in text.split(". ")) <= 30


def test_both_ways_down_are_drawn_and_that_of_step_5_grows(visitor):
    app = visitor.open("app.py", steps="4")
    for steps in (4, 14):
        descent, bfgs = visitor.live_figure("optimiser_costs")["data"]
        assert f"{steps} steps so far" in descent["name"]
        of_step_5 = visitor.live_figure("gradient_costs")["data"][0]["y"]
        assert numbers(descent["y"]) == pytest.approx(numbers(of_step_5))
        assert len(numbers(bfgs["y"])) == returned(visitor).iterations + 1
        app.button(key="ten_steps").click()
        visitor.run()


def test_at_lambda_0_it_is_said_that_separable_digits_have_no_lowest_j(visitor):
    visitor.open("app.py", lam="0")
    text = visitor.text()
    assert "**no lowest J**" in text
    assert "success only because ∇J is small" in text
    assert "agree to about" not in text


def test_a_tiny_lambda_makes_no_promise_of_digits(visitor):
    visitor.open("app.py", lam="0.001")
    assert "their J and their θ differ" in visitor.text()


def link_into_train(app):
    """What the link at the foot of the step asks for."""
    links = [
        each for each in app.main.get("page_link") if each.proto.label == "Open Train with BFGS"
    ]
    return {name: values[0] for name, values in parse_qs(links[0].proto.query_string).items()}


def test_the_link_leads_to_where_the_call_ends_whatever_the_run_before_did(visitor):
    app = visitor.open("app.py", max_iterations="1", tolerance="0.5", max_seconds="1")
    asked = link_into_train(app)
    run = Visitor().open("pages/train.py", **asked).session_state["_run"]
    assert run.latest.iteration == returned(visitor).iterations
    assert run.latest.cost == pytest.approx(returned(visitor).cost, rel=1e-9)


@pytest.mark.parametrize(
    "link", [{}, {"digits": "all"}, {"digits": "all", "multiclass": "softmax"}]
)
def test_the_link_leads_to_a_training_by_bfgs_that_can_begin(visitor, link):
    app = visitor.open("app.py", **link)
    asked = link_into_train(app)
    assert asked["optimizer"] == "bfgs"
    assert OPTIMIZERS["bfgs"].method == "BFGS"
    other = Visitor()
    train = other.open("pages/train.py", **{**asked, "max_iterations": "3"})
    assert not train.error
    assert train.session_state["_run"].config.optimizer == "bfgs"


def test_of_ten_digits_it_is_one_against_the_rest(visitor):
    visitor.open("app.py", digits="all", multiclass="softmax")
    question = visitor.app.session_state["_kept_question"][1]
    assert f"J, ∇J of {question.digit} against the rest" in visitor.text()
    assert returned(visitor).theta.shape == (401,)


def test_much_data_waits_for_a_click(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.work.SHORT", 100)
    app = visitor.open("app.py")
    assert visitor.work("unconstrained") is None
    assert app.code, "the call is there to be read"
    app.button(key="ask_for_unconstrained").click()
    visitor.run()
    assert returned(visitor).success
