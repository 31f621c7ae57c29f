"""The Octave script of a run comes to the same J by arithmetic that is none of ours."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from scipy.io import loadmat

from logreg_core import OPTIMIZERS, Dataset, StopReason, TrainConfig, fit, load_bundled
from logreg_core.reproduce import octave_files
from logreg_core.reproduce.octave_script import SCRIPT
from tests.recorded import recorded

OCTAVE = shutil.which("octave-cli") or shutil.which("octave")
needs_octave = pytest.mark.skipif(OCTAVE is None, reason="Octave is not installed here")

#: What the script promises of J.
AGREES = 1e-6

FIRST_ORDER = [name for name, row in OPTIMIZERS.items() if "learning_rate" in row.settings]
OTHERS = [name for name in OPTIMIZERS if name not in FIRST_ORDER]


@pytest.fixture(scope="module")
def parts():
    return load_bundled().only(0, 1).split(0.25, seed=0)


@pytest.fixture(scope="module")
def three_parts():
    return load_bundled().only(1, 4, 8).split(0.25, seed=0)


class Said:
    """What the script of a run prints."""

    def __init__(self, run, folder):
        for name, content in octave_files(run).items():
            (folder / name).write_bytes(content)
        command = [OCTAVE, "--no-gui", "--quiet", "--no-init-file", SCRIPT]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        self.text = ran.stdout

    def number(self, label):
        """What stands behind ``label =``."""
        return float(re.search(rf"{label} = (\S+)", self.text, re.MULTILINE).group(1))

    def numbers_after(self, label):
        """The numbers of the line that begins so."""
        line = next(line for line in self.text.splitlines() if line.startswith(label))
        return [float(number) for number in re.findall(r"\d+\.\d+", line)]


def assert_agrees(run, said):
    """J, J at the run's θ and both accuracies."""
    assert said.number("^J") == pytest.approx(run.last.cost, abs=AGREES)
    assert said.number("^J of Theta Lab") == pytest.approx(run.last.cost, abs=1e-12)
    assert said.number("at the theta of Theta Lab: J") == pytest.approx(run.last.cost, abs=1e-11)
    assert said.numbers_after("read correctly") == pytest.approx(
        [100 * run.last.accuracy, 100 * run.last.held_out_accuracy], abs=0.01
    )


@needs_octave
@pytest.mark.parametrize("schedule", ["constant", "1/t", "cosine"])
@pytest.mark.parametrize("optimizer", FIRST_ORDER)
def test_first_order_optimisers_go_the_same_steps(optimizer, schedule, parts, tmp_path):
    run = recorded(parts, TrainConfig(optimizer=optimizer, schedule=schedule, max_iterations=30))
    assert_agrees(run, Said(run, tmp_path))


@needs_octave
@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
@pytest.mark.parametrize("optimizer", FIRST_ORDER)
def test_so_they_do_with_several_digits(optimizer, multiclass, three_parts, tmp_path):
    config = TrainConfig(optimizer=optimizer, multiclass=multiclass, max_iterations=15)
    run = recorded(three_parts, config)
    assert_agrees(run, Said(run, tmp_path))


@needs_octave
@pytest.mark.parametrize("optimizer", OTHERS)
def test_a_run_that_converged_ends_where_octave_does(optimizer, parts, tmp_path):
    run = recorded(parts, TrainConfig(optimizer=optimizer, preparation="full"))
    assert run.reason is StopReason.CONVERGED
    assert_agrees(run, Said(run, tmp_path))


@needs_octave
@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_so_it_does_with_ten_digits(multiclass, ten_digits, tmp_path):
    config = TrainConfig(multiclass=multiclass, max_iterations=3000)
    run = recorded((ten_digits, ten_digits), config, source="file")
    assert run.reason is StopReason.CONVERGED
    assert_agrees(run, Said(run, tmp_path))


@needs_octave
def test_a_stopped_run_is_stopped_there_again(parts, tmp_path):
    config = TrainConfig(optimizer="adam", schedule="cosine", max_iterations=40)
    run = recorded(parts, config, stop_at=7)
    assert_agrees(run, Said(run, tmp_path))


@needs_octave
@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_what_did_not_converge_is_said_and_the_lowest_j_is_found(multiclass, three_parts, tmp_path):
    run = recorded(three_parts, TrainConfig(multiclass=multiclass, max_iterations=6))
    said = Said(run, tmp_path)
    assert_agrees(run, said)
    assert "The run had not converged" in said.text
    lowest = recorded(three_parts, TrainConfig(multiclass=multiclass, max_iterations=3000))
    assert lowest.reason is StopReason.CONVERGED
    assert said.number("lowest J") == pytest.approx(lowest.last.cost, abs=AGREES)


@needs_octave
def test_a_run_that_was_content_with_little_is_told_that_there_is_a_lower_j(parts, tmp_path):
    run = recorded(parts, TrainConfig(tolerance=1e-2))
    assert run.reason is StopReason.CONVERGED
    said = Said(run, tmp_path)
    assert said.number("^J") < run.last.cost - AGREES
    assert "went on, to a lower J" in said.text
    assert said.number("at the theta of Theta Lab: J") == pytest.approx(run.last.cost, abs=1e-11)


@needs_octave
def test_where_there_is_no_lowest_j_none_is_looked_for(parts, tmp_path):
    run = recorded(parts, TrainConfig(lam=0))
    assert run.reason is StopReason.SEPARATED
    said = Said(run, tmp_path)
    assert_agrees(run, said)
    assert "J has no lowest point here" in said.text


@needs_octave
def test_batches_that_are_too_many_to_carry_are_left_out_and_said(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("logreg_core.reproduce.octave_script._MOST_ORDER_BYTES", 1000)
    run = recorded(parts, TrainConfig(optimizer="sgd", max_iterations=5))
    assert_agrees(run, Said(run, tmp_path))
    script = octave_files(run)[SCRIPT].decode()
    assert "in a random order that would be" in script


@needs_octave
def test_the_name_of_a_file_does_nothing(pair, tmp_path):
    named = Dataset(pair.images, pair.labels, "ü\nerror('out');\r\u2028error('out');%{\n%}'$J")
    run = recorded((named, named), TrainConfig(optimizer="adam", max_iterations=3), source="file")
    assert_agrees(run, Said(run, tmp_path))


def test_every_file_is_ascii_so_that_any_octave_reads_it(pair):
    named = Dataset(pair.images, pair.labels, "θ und λ")
    run = recorded((named, named), TrainConfig(max_iterations=3), source="file")
    files = octave_files(run)
    assert all(content.isascii() for name, content in files.items() if not name.endswith(".mat"))


def test_the_images_are_those_that_were_learnt_from(parts):
    run = recorded(parts, TrainConfig(max_iterations=3, preparation="full"))
    data = loadmat(io.BytesIO(octave_files(run)["theta_lab_data.mat"]))
    X = parts[0].prepared("full").design_matrix()
    assert np.array_equal(data["X"], X[:, 1:])
    assert np.array_equal(data["y"][:, 0], parts[0].labels)


def test_the_learning_rate_that_a_run_has_told_is_the_one_that_is_worked_out(three_parts):
    training, held_out = three_parts
    config = TrainConfig(optimizer="gradient-descent", max_iterations=3)
    told = fit(training, config, held_out=held_out).learning_rate
    run = recorded(three_parts, config)
    assert run.learning_rate == told == replace(run, known_rate=told).learning_rate
