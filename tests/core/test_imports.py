"""The core knows nothing of screens, and scripts outside can rely on its names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import logreg_core

CORE = Path(logreg_core.__file__).parent
SOURCES = sorted(CORE.rglob("*.py"))

SCREENS = {"streamlit", "plotly", "streamlit_drawable_canvas", "dashboard", "pages", "app"}
# Needed by tests and benchmarks only: it takes 2 s to import.
ORACLE = "sklearn"
MAKES_THE_DATA = CORE / "digits" / "make_digits.py"

# What DESIGN.md promises to scripts outside the project.
PROMISED = {
    "cost_and_gradient",
    "Dataset",
    "load_bundled",
    "read_upload",
    "load_mnist",
    "TrainConfig",
    "OPTIMIZERS",
    "fit",
    "Model",
    "normalise_drawing",
}


def imported_by(source):
    """The packages that a file imports anywhere in it, functions and type checking included."""
    packages = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            packages |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            packages.add((node.module or "").partition(".")[0])
    return packages


def test_importing_the_core_loads_neither_streamlit_nor_plotly_nor_scikit_learn():
    script = f"import sys, logreg_core; print(*{SCREENS | {ORACLE}!r} & sys.modules.keys())"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=CORE.parent
    )
    assert run.stdout.split() == []


def loaded_by(statement):
    """The packages that a statement loads in a fresh Python."""
    script = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=CORE.parent
    )
    return set(run.stdout.split())


def test_a_page_without_sweeps_does_not_wait_for_their_engine():
    assert not loaded_by("import logreg_core") & {"optuna", "sqlalchemy", "dask"}


def test_a_worker_loads_no_screen_and_nothing_that_distributes():
    forbidden = SCREENS | {ORACLE, "dask", "distributed", "pandas"}
    assert not loaded_by("import logreg_core.sweep.__main__") & forbidden


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(CORE)))
def test_no_file_of_the_core_imports_a_screen_or_scikit_learn(source):
    forbidden = SCREENS if source == MAKES_THE_DATA else SCREENS | {ORACLE}
    assert not imported_by(source) & forbidden


def test_promised_names_are_public():
    assert set(logreg_core.__all__) >= PROMISED
    assert all(hasattr(logreg_core, name) for name in logreg_core.__all__)
