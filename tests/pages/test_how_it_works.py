"""The theory page computes what it shows."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from dashboard.words.lesson.steps import STEPS, heading
from dashboard.words.lesson.ways import shown
from logreg_core import TrainConfig, cost_and_gradient, fit, load_bundled

#: A row of the table of a step: Octave, NumPy and value.
ROW = re.compile(r"^\| \$.*\$ \| `(.*)` \| `((\w+) = .*)` \| \*\*(.*)\*\* \|$")


#: A θ so long that e^|z| is no float any more.
SATURATED = {
    "digits": "3-8",
    "lam": "0",
    "optimizer": "gradient-descent",
    "learning_rate": "1000",
    "max_iterations": "7",
}


def rows(app):
    """Octave, NumPy, name and value of each formula on the page, from top to bottom."""
    tables = [each.value for each in app.markdown if each.value.startswith("| formula |")]
    lines = [line for table in tables for line in table.splitlines()[2:]]
    return [ROW.match(line).groups() for line in lines]


def givens(visitor):
    """What the lines of the page start from, computed without the page."""
    state = visitor.app.session_state
    job = state["_run"]
    model = job.model()
    training, held_out = (
        part.prepared(model.config.preparation) for part in (job.training, job.held_out)
    )
    digit = model.prepare(job.held_out.images[[state["example"] - 1]])[0].astype(float)
    label = job.held_out.labels[state["example"] - 1]
    z = np.atleast_2d(model.theta) @ np.r_[1, digit.ravel()]
    speaks_for = model.classes[1] if len(z) == 1 else model.classes[z.argmax()]
    pixels = training.images.reshape(len(training), 400).astype(float)
    Y = (training.labels == speaks_for).astype(float)
    return {
        "np": np,
        "A": digit,
        "P": pixels,
        "m": len(training),
        "y": float(label == speaks_for),
        "Y": Y,
        "theta": model.theta if len(z) == 1 else model.theta[z.argmax()],
        "Theta": of_all_digits(model).theta,
        "classes": np.array(of_all_digits(model).classes),
        "lam": model.config.lam,
        "s": state["blend"] / 100,
        "t": state["threshold"],
        "P_test": held_out.images.reshape(len(held_out), 400).astype(float),
        "Y_test": (held_out.labels == speaks_for).astype(float),
        "S": model.predict(job.held_out.images),
        "L": job.held_out.labels,
        "k": len(job.held_out),
        "alpha": state["alpha"],
        "theta_k": descended(pixels, Y, model.config.lam, state["alpha"], state["steps"]),
        "minimize": minimize,
        "cost_and_gradient": cost_and_gradient,
    }


def of_all_digits(model):
    """The model itself where it tells more than two digits apart, else one that does."""
    if len(model.classes) > 2:
        return model
    training, _ = load_bundled().split(0.25, seed=0)
    lam, preparation = model.config.lam, model.config.preparation
    config = TrainConfig(optimizer="sampled-surrogate", lam=lam, preparation=preparation)
    return fit(training, config).model


def descended(pixels, Y, lam, alpha, steps):
    """θ after so many steps of gradient descent from zeros."""
    theta = np.zeros(401)
    for _ in range(steps):
        errors = expit(theta[0] + pixels @ theta[1:]) - Y
        gradient = np.r_[errors.sum(), errors @ pixels + lam * theta[1:]] / len(Y)
        theta = theta - alpha * gradient
    return theta


@pytest.mark.parametrize(
    "link",
    [
        {},
        {"example": "7", "lam": "30", "blend": "35"},
        {"digits": "3-8", "threshold": "0.9", "steps": "12", "alpha": "0.3"},
        {"digits": "all", "blend": "0"},
        SATURATED,
    ],
)
def test_the_numpy_lines_from_top_to_bottom_give_what_stands_beside_them(visitor, link):
    app = visitor.open("app.py", **link)
    known = givens(visitor)
    for _, line, name, value in rows(app):
        # e^−z of a large −z is infinite, and σ(z) is 0 then, as it should be.
        with np.errstate(over="ignore"):
            exec(line, known)  # noqa: S102 - our own text
        assert shown(known[name]) == value, line


@pytest.mark.parametrize("anchor", STEPS)
def test_every_step_has_its_heading_and_can_be_linked_to(visitor, anchor):
    app = visitor.open("app.py")
    found = [each for each in app.subheader if each.value == heading(anchor)]
    assert [each.proto.anchor for each in found] == [anchor]


def test_the_page_follows_the_digit_that_is_picked(visitor):
    app = visitor.open("app.py")
    first = visitor.component_data("vector_unrolling")["pixels"]
    app.number_input(key="example").set_value(7)
    visitor.run()
    assert visitor.component_data("vector_unrolling")["pixels"] != first


#: Ends of sentences: not the point of 0.5, nor that of a formula.
SENTENCE_END = re.compile(r"[.!?][*_]*(?=\s|$)")

EVERY_KIND = [
    {},
    {"digits": "3-8", "lam": "0"},
    {"digits": "all"},
    {"digits": "all", "multiclass": "softmax"},
    {"optimizer": "gradient-descent", "max_iterations": "1", "steps": "500", "alpha": "10"},
]


def texts(app):
    """What each step says: the first text below its heading, by anchor."""
    said, anchor = {}, None
    for element in app.main:
        if element.type == "subheader":
            anchor = element.proto.anchor
        elif element.type == "markdown" and anchor in STEPS and anchor not in said:
            said[anchor] = element.value
    return said


@pytest.mark.parametrize("link", EVERY_KIND)
def test_no_step_says_more_than_three_sentences(visitor, link):
    said = texts(visitor.open("app.py", **link))
    assert list(said) == list(STEPS)
    for text in said.values():
        assert 1 <= len(SENTENCE_END.findall(text)) <= 3, text
