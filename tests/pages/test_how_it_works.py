"""The theory page computes what it shows, and says it in few words."""

from __future__ import annotations

import ast
import builtins
import re

import numpy as np
import pytest
from streamlit.testing.v1.element_tree import Code

from dashboard.words.lesson.legend import LETTERS
from dashboard.words.lesson.steps import STEPS
from dashboard.words.lesson.ways import shown
from tests.pages.lesson import SATURATED, givens, in_steps, rows, rows_of
from tests.pages.visitor import Visitor, drawn_ring

#: Two digits, ten, softmax; without a penalty; θ that has hardly moved; z so large that σ(z) is
#: 1 to the last digit; J that runs away.
LINKS = {
    "first visit": {},
    "sliders moved": {"example": "7", "lam": "30", "blend": "35"},
    "3 and 8": {"digits": "3-8", "threshold": "0.9", "steps": "12", "alpha": "0.3"},
    "no penalty": {"digits": "3-8", "lam": "0"},
    "saturated": {
        "lam": "0",
        "optimizer": "adam",
        "learning_rate": "1",
        "max_iterations": "2000",
        "steps": "500",
        "alpha": "10",
        "example": "3",
    },
    "e^|z| beyond all floats": SATURATED,
    "J rounded to 0": {
        "lam": "0",
        "optimizer": "gradient-descent",
        "learning_rate": "1000",
        "max_iterations": "200",
    },
    "one iteration": {"optimizer": "gradient-descent", "max_iterations": "1"},
    "runs away": {"lam": "1000", "alpha": "10", "steps": "3"},
    "ten digits": {"digits": "all", "blend": "0"},
    "softmax": {"digits": "all", "multiclass": "softmax"},
    "drawing": {"_drawing": drawn_ring()},
    "drawing of ten": {"digits": "all", "_drawing": drawn_ring()},
}


@pytest.fixture(scope="module", params=LINKS)
def opened(request):
    """A visitor before the page of each link, for all tests that only look."""
    visitor = Visitor()
    link = dict(LINKS[request.param])
    if "_drawing" in link:
        visitor.app.session_state["_drawing"] = link.pop("_drawing")
    visitor.open("app.py", **link)
    visitor.opened = request.param
    return visitor


def test_the_numpy_lines_from_top_to_bottom_give_what_stands_beside_them(opened):
    known = givens(opened)
    with np.errstate(over="ignore"):  # e^−z of a very small z is infinite, and its σ is 0
        for _, line, name, value in rows(opened.app):
            exec(line, known)  # noqa: S102 - our own text
            assert shown(known[name]) == value, line


#: Ends of sentences: not the point of 0.5, nor that of a formula.
SENTENCE_END = re.compile(r"[.!?][*_]*(?=\s|$)")


def test_no_step_says_more_than_three_sentences(opened):
    said = {}
    for anchor, element in in_steps(opened.app):
        if element.type == "markdown":
            said.setdefault(anchor, element.value)
    assert list(said) == list(STEPS)
    for text in said.values():
        assert 1 <= len(SENTENCE_END.findall(text)) <= 3, text


def test_where_theta_is_not_of_the_model_the_page_says_whose_it_is(opened):
    is_anew = opened.opened == "softmax"
    assert ("follow a θ that was learnt anew" in opened.text()) == is_anew
    assert ("against&nbsp;the&nbsp;rest: *z*" in opened.text()) == is_anew


def python_of(app):
    """The NumPy of the page in its order: lines of the tables, and whole programs."""
    for _, element in in_steps(app):
        if isinstance(element, Code) and element.language == "python":
            yield element.value
        elif element.type == "markdown":
            yield from (line for _, line, _, _ in rows_of(element.value))


def names_of(app):
    """The names that the NumPy of the page starts from, and those that it assigns."""
    free, assigned = set(), set()
    for text in python_of(app):
        for statement in ast.parse(text).body:
            if isinstance(statement, ast.FunctionDef):
                assigned.add(statement.name)
                continue
            nodes = list(ast.walk(statement))
            names = [each for each in nodes if isinstance(each, ast.Name)]
            used = {each.id for each in names if isinstance(each.ctx, ast.Load)}
            free |= used - assigned
            assigned |= {each.id for each in names if isinstance(each.ctx, ast.Store)}
            assigned |= {each.asname or each.name for each in nodes if isinstance(each, ast.alias)}
    return free - set(dir(builtins)), assigned


def test_the_legend_has_every_name_that_the_lines_start_from_and_none_that_they_do_not(opened):
    free, assigned = names_of(opened.app)
    of_legend = {given: set() for given in (True, False)}
    for letter in LETTERS:
        of_legend[letter.is_given].update(letter.names)
    assert free == of_legend[True] | {"np"}
    assert of_legend[False] <= assigned


#: What is about the digit at hand. With two digits θ is the same one for both.
OF_THE_DIGIT = {"vector", "theta", "sigmoid", "cost", "ten-digits"}
OF_ITS_THETA = {"gradient", "optimiser", "regularisation"}


def seen(app):
    """All that each step shows, by its anchor."""
    shown_by = {anchor: [] for anchor in STEPS}
    for anchor, element in in_steps(app):
        # A chart's key is part of its id, and stays.
        is_text = element.type in {"markdown", "caption"}
        shown_by[anchor].append(element.value if is_text else str(element.proto))
    return shown_by


@pytest.mark.parametrize(
    ("link", "expected"),
    [({}, OF_THE_DIGIT), ({"digits": "all"}, OF_THE_DIGIT | OF_ITS_THETA)],
)
def test_the_steps_that_look_at_a_digit_follow_the_one_that_is_picked(visitor, link, expected):
    app = visitor.open("app.py", **link)
    before, held_out = seen(app), app.session_state["_run"].held_out
    other = int(np.flatnonzero(held_out.labels == held_out.classes[-1])[0])
    app.number_input(key="example").set_value(other + 1)
    visitor.run()
    visitor.wait_for_work()
    after = seen(app)
    assert {anchor for anchor in STEPS if before[anchor] != after[anchor]} == expected
