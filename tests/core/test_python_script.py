"""The Python script of a run reproduces θ to the last bit."""

from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from logreg_core import OPTIMIZERS, Dataset, StopReason, TrainConfig, load_bundled
from logreg_core.mnist import MNIST
from logreg_core.reproduce import python_files
from tests.recorded import recorded

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def parts():
    return load_bundled().only(0, 1).split(0.25, seed=0)


@pytest.fixture(scope="module")
def three_parts():
    return load_bundled().only(1, 4, 8).split(0.25, seed=0)


def written(files, folder):
    """The script, put into a folder with all that belongs to it."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder / "theta_lab_run.py"


def theta_of_script(run, folder):
    """What the script of a run comes to."""
    return runpy.run_path(str(written(python_files(run), folder)))["result"].model.theta


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimiser_comes_to_the_same_theta(optimizer, parts, tmp_path, capsys):
    run = recorded(parts, TrainConfig(optimizer=optimizer, max_iterations=12, schedule="cosine"))
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)
    assert "to the last bit" in capsys.readouterr().out


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "sgd", "adam"])
@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_so_it_does_with_several_digits(optimizer, multiclass, three_parts, tmp_path):
    config = TrainConfig(optimizer=optimizer, multiclass=multiclass, max_iterations=8, lam=0.3)
    run = recorded(three_parts, config)
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)


def test_a_run_that_was_stopped_is_stopped_there_again(parts, tmp_path):
    """Not by fewer iterations at most: they decide how a schedule falls."""
    config = TrainConfig(optimizer="adam", schedule="cosine", max_iterations=40)
    run = recorded(parts, config, stop_at=7)
    assert run.reason is StopReason.VISITOR
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)
    whole = recorded(parts, replace(config, max_iterations=7))
    assert not np.array_equal(whole.theta, run.theta)


def test_bfgs_is_stopped_within_the_same_class(three_parts, tmp_path):
    config = TrainConfig(optimizer="bfgs", max_iterations=10)
    run = recorded(three_parts, config, stop_at=14)
    assert run.theta[1].any()
    assert not run.theta[2].any()
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)


@pytest.mark.usefixtures("slow_clock")
def test_a_run_that_ran_out_of_time_is_given_more_and_stopped_there(parts, tmp_path):
    config = TrainConfig(optimizer="gradient-descent", max_seconds=2)
    run = recorded(parts, config)
    assert run.reason is StopReason.TIME
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)


def test_a_run_that_has_not_begun_to_move_stays_at_zeros(parts, tmp_path):
    run = recorded(parts, TrainConfig(), stop_at=0)
    assert not theta_of_script(run, tmp_path).any()


def test_the_script_names_every_setting(parts):
    script = python_files(recorded(parts, TrainConfig(max_iterations=1)))["theta_lab_run.py"]
    calls = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Call)]
    config = next(call for call in calls if getattr(call.func, "id", "") == "TrainConfig")
    assert {argument.arg for argument in config.keywords} == {
        field.name for field in fields(TrainConfig)
    }


def test_a_visitors_own_images_are_beside_the_script(pair, tmp_path):
    mine = Dataset(pair.images, pair.labels, "mine")
    run = recorded((mine, pair.take([0, 1])), TrainConfig(max_iterations=9), source="file")
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)


@pytest.mark.parametrize(
    "name",
    [
        '""" + exit("out") + """',
        "x\nraise SystemExit('out')\n#",
        "x\r\u2028\x85raise SystemExit('out') #",
        "'); raise SystemExit('out') #",
        "$J {0} %s \\",
    ],
)
def test_the_name_of_a_file_does_nothing(name, pair, tmp_path):
    named = Dataset(pair.images, pair.labels, name)
    run = recorded((named, named), TrainConfig(max_iterations=2), source="file")
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)


def test_mnist_comes_with_its_official_split(parts, tmp_path, monkeypatch):
    training, held_out = load_bundled().split(0.4, seed=5)
    monkeypatch.setattr("logreg_core.load_mnist", lambda: MNIST(training, held_out))
    run = recorded(
        (training.only(3, 8), held_out.only(3, 8)), TrainConfig(max_iterations=9), source="mnist"
    )
    assert np.array_equal(theta_of_script(run, tmp_path), run.theta)
    assert run.training != parts[0]


def test_other_images_are_said(parts, tmp_path, monkeypatch):
    script = written(python_files(recorded(parts, TrainConfig(max_iterations=2))), tmp_path)
    other = load_bundled().take(np.arange(1700))
    monkeypatch.setattr("logreg_core.load_bundled", lambda: other)
    with pytest.raises(SystemExit, match="These are other images than the run's"):
        runpy.run_path(str(script))


def test_another_theta_is_said(parts, tmp_path):
    run = recorded(parts, TrainConfig(max_iterations=5))
    script = python_files(run)["theta_lab_run.py"].decode()
    changed = script.replace("lam=1.0", "lam=1.5")
    with pytest.raises(SystemExit, match="differs from the run's"):
        runpy.run_path(str(written({"theta_lab_run.py": changed.encode()}, tmp_path)))


def test_it_starts_from_anywhere_in_the_projects_folder(parts, tmp_path):
    script = written(python_files(recorded(parts, TrainConfig(max_iterations=5))), tmp_path)
    ran = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "This is the run's θ, to the last bit." in ran.stdout
