"""What the README shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import logreg_core
from logreg_core import load_bundled
from logreg_core.out_of_core import open_parts

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def run_example(name):
    """Run the block of Python that names this."""
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (example,) = (block for block in blocks if name in block)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own text


def test_the_python_example_runs(capsys):
    run_example("fit(")
    assert capsys.readouterr().out.startswith("converged ")


def test_the_example_of_parts_writes_what_is_trained_on(monkeypatch, tmp_path):
    digits = load_bundled()
    monkeypatch.setattr(logreg_core, "load_mnist", lambda: SimpleNamespace(training=digits))
    monkeypatch.chdir(tmp_path)
    run_example("write_parts(")
    assert sum(len(part.read()) for part in open_parts("parts")) == len(digits)


def test_every_file_and_folder_that_is_named_exists():
    named = re.findall(r"^([a-z_]+(?:/|\.py)) ", README, re.MULTILINE)
    named += [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert len(named) > 8
    assert all((ROOT / name).exists() for name in named)


def test_every_benchmark_whose_command_is_named_exists():
    named = set(re.findall(r"-m benchmarks\.([a-z_]+)", README))
    assert {"training", "cost_map", "beside_a_page"} <= named
    folder = ROOT / "benchmarks"
    assert all((folder / name).is_dir() or (folder / f"{name}.py").exists() for name in named)


def shown_commands():
    """Every command line in a block of the README, without its comment."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    lines = [line for language, block in blocks if not language for line in block.splitlines()]
    return [line.partition("#")[0].strip() for line in lines]


def test_every_command_works_on_a_machine_that_has_python_and_nothing_else():
    """Only run.py needs no environment; all else is started by the Python of the one it makes."""
    programs = [line.split()[0] for line in shown_commands() if re.match(r"\S*python", line)]
    assert set(programs) == {"python3", ".venv/bin/python"}
    assert not re.search(r"(?<!\.venv/bin/)python -m", README)
    assert "pip install" not in README
    for line in shown_commands():
        if line.startswith("python3 "):
            assert line.split()[1] == "run.py"
            assert line.split()[2:] in ([], ["--mnist", "DIR"], ["cluster"], ["test"])


def test_every_module_that_is_started_takes_the_options_that_are_shown():
    shown = [line.split() for line in shown_commands() if line.startswith(".venv/bin/python -m")]
    assert len(shown) >= 4
    for _, _, module, *arguments in shown:
        words = [word for word in arguments[:1] if word in {"scheduler", "worker"}]
        command = [sys.executable, "-m", module, *words, "--help"]
        told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        options = {word.partition("=")[0] for word in arguments if word.startswith("--")}
        assert all(option in told for option in options), (module, options)
