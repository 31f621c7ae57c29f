"""The Octave on the theory page comes to the values that stand beside it."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest
from scipy.io import loadmat, savemat
from streamlit.testing.v1.element_tree import Code, Markdown

from dashboard.words.lesson.optimiser import IN_OCTAVE, digits_alike
from logreg_core import Objective, UnconstrainedCall, load_bundled
from tests.pages.lesson import SATURATED, givens, rows_of

OCTAVE = shutil.which("octave-cli") or shutil.which("octave")
pytestmark = pytest.mark.skipif(OCTAVE is None, reason="Octave is not installed here")

SOON = 60  # seconds: far more than anything here takes, so that a hang is a failure

#: A vector as the page shows it.
VECTOR = re.compile(r"(.*), … \((.*)\snumbers\)")

#: What the page says of two optimisers.
AGREE = re.compile(r"agree to about (\w+) digits")
DIGITS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}

#: What an optimiser hands back: where it stopped, by a rule of its own.
HANDED_BACK = {"theta_min", "J_min"}


@pytest.fixture(autouse=True)
def all_work_is_waited_for(monkeypatch):
    """What trains in the background is over when the page is drawn."""
    monkeypatch.setattr("dashboard.work._USUAL_SECONDS", SOON)


def octave_of(app):
    """All statements of the page in its order, and the value of each name in the tables."""
    statements, values = [], {}
    for element in app.main:
        if isinstance(element, Code) and element.language in {"matlab", "octave"}:
            statements.append(element.value)
        elif isinstance(element, Markdown):
            for octave, _, name, value in rows_of(element.value):
                statements.append(octave)
                values[name] = value
    return statements, values


def numbers_of(known):
    """The givens as Octave has them: numbers, and vectors as columns."""
    numbers = {}
    for name, value in known.items():
        if isinstance(value, int | float | np.ndarray):
            array = np.asarray(value, dtype=float)
            numbers[name] = array[:, None] if array.ndim == 1 else array
    return numbers


def run_in_octave(statements, known, names, folder):
    """The values of some variables after all the statements."""
    savemat(folder / "givens.mat", numbers_of(known))
    kept = ", ".join(f"'{name}'" for name in names)
    script = ["load('givens.mat');", *statements, f"save('-v7', 'found.mat', {kept});"]
    (folder / "lesson.m").write_text("\n".join(script), encoding="utf-8")
    command = [OCTAVE, "--no-gui", "--quiet", "--no-init-file", "lesson.m"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return {name: loadmat(folder / "found.mat")[name] for name in names}


def read_number(text):
    return float(text.replace("−", "-").replace(",", ""))


def assert_is_shown(found, text, name):
    """The page's text is what was found, to the digits that it shows."""
    if " x " in text:
        assert found.shape == tuple(int(read_number(size)) for size in text.split(" x ")), name
        return
    vector = VECTOR.fullmatch(text)
    if vector:
        assert found.size == read_number(vector[2]), name
    shown = [read_number(number) for number in (vector[1] if vector else text).split(", ")]
    accuracy = 1e-3 if len(shown) > 1 else 1e-5  # four digits and six
    expected = pytest.approx(shown, rel=accuracy, abs=1e-12)
    assert found.ravel()[: len(shown)].tolist() == expected, name


@pytest.mark.parametrize(
    "link",
    [
        {},
        {"example": "7", "lam": "30"},
        {"digits": "3-8", "steps": "12", "alpha": "0.3"},
        {"digits": "all", "steps": "3"},
        {"digits": "4-9", "preparation": "none", "lam": "0.1"},
        {"lam": "0"},
        SATURATED,
        {"digits": "all", "multiclass": "softmax"},
    ],
)
def test_the_octave_of_the_page_gives_what_stands_beside_it(visitor, link, tmp_path):
    app = visitor.open("app.py", **link)
    statements, values = octave_of(app)
    found = run_in_octave(statements, givens(visitor), values, tmp_path)
    for name in values.keys() - HANDED_BACK:
        assert_is_shown(found[name], values[name], name)
    agree = AGREE.search(visitor.text())
    assert (agree is None) == (link.get("lam") == "0")
    if agree:
        of_scipy = visitor.work("unconstrained").returned.cost
        assert found["J_min"].item() == pytest.approx(of_scipy, rel=0.1 ** DIGITS[agree[1]])


def test_octave_comes_to_as_many_digits_of_j_as_the_page_says(tmp_path):
    returned, known, statements = {}, {}, []
    for digits in ((0, 1), (3, 8)):
        dataset, pair = load_bundled().only(*digits), "{}{}".format(*digits)
        X, Y = dataset.design_matrix(), (dataset.labels == digits[1]).astype(float)
        known |= {f"X{pair}": X, f"Y{pair}": Y}
        for lam in (0.01, 0.1, 0.3, 1, 3, 30, 1000):
            name = f"J{len(returned)}"
            returned[name] = lam, call_ended(X, Y, lam)
            given = f"X = X{pair}; Y = Y{pair}; lam = {lam};"
            statements += [given, IN_OCTAVE, f"{name} = J_min;"]
    found = run_in_octave(statements, known, list(returned), tmp_path)
    for name, (lam, of_scipy) in returned.items():
        alike = digits_alike(of_scipy)
        assert alike >= (3 if lam >= 1 else 0), (name, lam)
        assert found[name].item() == pytest.approx(of_scipy.cost, rel=0.1**alike), (name, lam)


def call_ended(X, Y, lam):
    """What SciPy returns for a problem."""
    call = UnconstrainedCall(Objective.from_labels(X, Y, lam))
    call.start()
    assert call.wait(SOON)
    return call.returned
