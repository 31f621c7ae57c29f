"""The lesson from outside: what its lines are, and what they start from."""

from __future__ import annotations

import re
from statistics import NormalDist

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from dashboard.words.lesson.steps import STEPS
from logreg_core import TrainConfig, cost_and_gradient, fit, load_bundled, normalise_drawing

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
    return [row for each in app.markdown for row in rows_of(each.value)]


def rows_of(text):
    """The same of one text of the page; none where it is no table of formulas."""
    if not text.startswith("| formula |"):
        return []
    return [ROW.match(line).groups() for line in text.splitlines()[2:]]


def in_steps(app):
    """All elements of the page below a heading, each with the anchor of its step."""
    anchor = None
    for element in app.main:
        if element.type == "subheader":
            anchor = element.proto.anchor
        elif anchor in STEPS:
            yield anchor, element


def givens(visitor):
    """What the lines of the page start from, computed without the page."""
    state = visitor.app.session_state
    job = state["_run"]
    model = job.model()
    training, held_out = (
        part.prepared(model.config.preparation) for part in (job.training, job.held_out)
    )
    digit, label = at_hand(state, job, model)
    z = np.atleast_2d(model.theta) @ np.r_[1, digit.ravel()]
    speaks_for = model.classes[1] if len(z) == 1 else model.classes[z.argmax()]
    if label is None:  # a drawing is what it was read as
        label = model.classes[int(z[0] >= 0)] if len(z) == 1 else speaks_for
    pixels = training.images.reshape(len(training), 400).astype(float)
    Y = (training.labels == speaks_for).astype(float)
    return {
        "np": np,
        "A": digit,
        "P": pixels,
        "m": len(training),
        "y": float(label == speaks_for),
        "Y": Y,
        "theta": speaking_for(model, speaks_for, training),
        "Theta": of_all_digits(model).theta,
        "classes": np.array(of_all_digits(model).classes),
        "lam": model.config.lam,
        "s": state["blend"] / 100,
        "t": state["threshold"],
        "P_test": held_out.images.reshape(len(held_out), 400).astype(float),
        "Y_test": (held_out.labels == speaks_for).astype(float),
        "read_as": model.predict(job.held_out.images),
        "label": job.held_out.labels,
        "n_test": len(job.held_out),
        "NormalDist": NormalDist,
        "alpha": state["alpha"],
        "theta_k": descended(pixels, Y, model.config.lam, state["alpha"], state["steps"]),
        "minimize": minimize,
        "cost_and_gradient": cost_and_gradient,
    }


def at_hand(state, job, model):
    """The digit that the page follows, and what it is; None for a drawing."""
    if "_drawing" in state and state["own_digit"]:
        preparation = model.config.preparation
        drawn = normalise_drawing(state["_drawing"].pixels, preparation, style=model.style)
        return drawn.astype(float), None
    place = state["example"] - 1
    digit = model.prepare(job.held_out.images[[place]])[0].astype(float)
    return digit, job.held_out.labels[place]


def speaking_for(model, digit, training):
    """The θ of the model that speaks for a digit; one of its own where softmax has none."""
    if model.is_softmax:
        config = TrainConfig(optimizer="sampled-surrogate", lam=model.config.lam)
        return fit(training.against_the_rest(digit), config).model.theta
    return model.theta if model.theta.ndim == 1 else model.theta[model.classes.index(digit)]


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
