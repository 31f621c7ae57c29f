"""X that is larger than all workers' memory together, and the command that trains on it."""

import ast
import inspect
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

import logreg_core
from logreg_core import Model, StopReason, TrainConfig, fit
from logreg_core.dataset import Dataset
from logreg_core.errors import ClusterError
from logreg_core.out_of_core import fit_parts, workers, write_parts
from logreg_core.out_of_core.cluster import NOBODY

ROOT = Path(logreg_core.__file__).parents[1]

LIMIT = 250_000_000  # bytes of each of the two workers, of which it needs about 120 MB for itself
COPIES = 160
ROWS = 2_000  # of each copy
NEAR = 1e-4  # the largest entry of the gradient at the end, which is there after eleven iterations

# Dask's own 60 % of a worker for chunks suit workers of gigabytes; half of these is the worker.
SMALL_WORKERS = {
    "distributed.worker.memory.target": 0.15,
    "distributed.worker.memory.spill": 0.6,
    "distributed.scheduler.allowed-failures": 0,
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two worker processes on this machine only, with a limit that dask's nanny enforces."""
    spilled = tmp_path_factory.mktemp("spilled")
    with (
        dask.config.set(SMALL_WORKERS),
        LocalCluster(
            host="127.0.0.1",
            n_workers=2,
            threads_per_worker=1,
            memory_limit=LIMIT,
            dashboard_address=NOBODY,
            worker_dashboard_address=NOBODY,
            local_directory=str(spilled),
            silence_logs="CRITICAL",
        ) as cluster,
    ):
        yield cluster


def spilled_bytes(dask_worker):
    return dask_worker.data.spilled_total.disk


def test_x_beyond_all_memory_leads_to_the_theta_of_the_same_data_in_memory(
    cluster, zeros_and_ones, tmp_path
):
    """X is so many copies of some noisy rows: J at λ is theirs at λ by the number of copies.

    So the fit in memory is one of a few rows, and knows nothing of chunks.
    """
    random = np.random.default_rng(0)
    images = zeros_and_ones.images[np.arange(ROWS) % len(zeros_and_ones)]
    noise = random.normal(scale=0.5, size=images.shape)
    labels = zeros_and_ones.labels[np.arange(ROWS) % len(zeros_and_ones)]
    few = Dataset((images + noise).astype(np.float32), labels, "few")
    X_bytes = COPIES * ROWS * 401 * np.dtype(np.float32).itemsize
    assert X_bytes > 2 * LIMIT  # though float32 is the narrower width of X

    parts = tmp_path / "parts"
    write_parts((few for _ in range(COPIES)), parts, rows=ROWS)
    with workers(cluster.scheduler_address) as client:
        before = set(client.run(os.getpid).values())
        config = TrainConfig(lam=COPIES, tolerance=NEAR)
        apart = fit_parts(parts, config, chunk_rows=ROWS)
        spilled = sum(client.run(spilled_bytes).values())
        after = set(client.run(os.getpid).values())

    assert spilled > X_bytes - 2 * LIMIT  # what has no room is on disk
    assert after == before  # nobody was ended for going beyond the limit
    together = fit(few, TrainConfig(lam=1, tolerance=NEAR))
    assert apart.reason is together.reason is StopReason.CONVERGED
    assert apart.iterations == together.iterations
    np.testing.assert_allclose(apart.model.theta, together.model.theta, rtol=0, atol=1e-6)
    assert apart.history.cost[-1] == pytest.approx(together.history.cost[-1], rel=1e-9)


def fill(limit):
    """Take memory until somebody objects; four times the limit are not to be had."""
    kept = []
    for _ in range(4 * limit // 2**20):
        kept.append(np.random.default_rng(0).random(2**17))
        for _ in range(5):
            np.sort(kept[-1])  # the nanny looks ten times a second
    return len(kept)


def test_a_worker_that_goes_beyond_its_limit_is_ended_and_costs_one_sentence(cluster):
    with (
        pytest.raises(ClusterError, match="for want of memory"),
        workers(cluster.scheduler_address) as client,
    ):
        client.submit(fill, LIMIT, pure=False).result()
    with Client(cluster) as client:
        client.wait_for_workers(2)  # the nanny has started another


@pytest.fixture
def parts(ten_digits, tmp_path):
    write_parts(ten_digits, tmp_path / "parts", rows=50)
    return tmp_path / "parts"


@pytest.fixture
def two_programs():
    """A scheduler and a worker, started as the README says, but without a nanny that mends them."""
    dask_ = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = subprocess.Popen([*dask_, "scheduler", *here, "--port", "0"], **quiet)
    worker = None
    try:
        address = re.search(
            r"tcp://[\d.:]+", next(line for line in scheduler.stderr if "tcp:" in line)
        )
        options = [*here, "--nthreads", "1", "--no-nanny"]
        worker = subprocess.Popen([*dask_, "worker", address[0], *options], **quiet)
        next(line for line in worker.stderr if "Registered to" in line)
        yield address[0], scheduler, worker
    finally:
        for program in (scheduler, worker):
            if program is not None:
                program.kill()
                program.communicate()


def killer(program, at):
    """A callback that kills a program in the middle of a training."""

    def callback(step):
        if step.iteration == at:
            program.kill()
            program.wait()

    return callback


def test_workers_that_are_lost_cost_one_sentence_and_outlast_no_limit(
    two_programs, parts, monkeypatch
):
    monkeypatch.setattr("logreg_core.out_of_core.computing.LONGEST_ALONE", 1.0)
    address, _, worker = two_programs
    with workers(address):
        config = TrainConfig(max_seconds=0.1, tolerance=0)
        in_time = fit_parts(parts, config, callback=killer(worker, at=0))
        assert in_time.reason is StopReason.TIME
        with pytest.raises(ClusterError, match="All workers were lost"):
            fit_parts(parts, TrainConfig())


def test_a_scheduler_that_is_lost_costs_one_sentence_and_nothing_else(two_programs, parts, capfd):
    address, scheduler, _ = two_programs
    with pytest.raises(ClusterError, match="scheduler was lost"), workers(address):
        fit_parts(parts, TrainConfig(), callback=killer(scheduler, at=1))
    assert capfd.readouterr().err == ""


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "logreg_core.fit", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


def test_the_command_trains_on_the_workers_and_saves_the_model(cluster, parts, ten_digits):
    out = parts.parent / "model.npz"
    options = ["--digits", "3,8", "--lam", "2", "--optimizer", "bfgs", "--preparation", "centred"]
    run = command(
        *("--data", parts, "--scheduler", cluster.scheduler_address, "--out", out, *options),
        *("--tolerance", "1e-4", "--max-iterations", "200"),
    )
    assert (run.returncode, run.stderr) == (0, "")
    config = TrainConfig(optimizer="bfgs", lam=2, preparation="centred", tolerance=1e-4)
    expected = fit(ten_digits.only(3, 8), config)
    model = Model.load(out)
    np.testing.assert_allclose(model.theta, expected.model.theta, rtol=0, atol=1e-6)
    assert model.config.preparation == "centred"
    steps = re.findall(r"^ *(\d+)  J ([\d.]+) ", run.stdout, flags=re.MULTILINE)
    assert [int(iteration) for iteration, _ in steps] == list(range(len(steps)))
    np.testing.assert_allclose(
        [float(cost) for _, cost in steps], expected.history.cost[: len(steps)], rtol=1e-6
    )
    assert "converged: J " in run.stdout


def test_without_a_scheduler_the_command_starts_workers_of_its_own(parts, ten_digits):
    steps = ("--learning-rate", "0.02", "--schedule", "1/t", "--momentum", "0.8")
    run = command(
        *("--data", parts, "--digits", "3,8", "--max-iterations", "3"),
        *("--optimizer", "momentum", *steps),
    )
    assert (run.returncode, run.stderr) == (0, "")
    config = TrainConfig(
        "momentum", learning_rate=0.02, schedule="1/t", momentum=0.8, max_iterations=3
    )
    expected = fit(ten_digits.only(3, 8), config).history.cost[-1]
    (cost,) = re.findall(r"iterations spent: J ([\d.]+) ", run.stdout)
    assert float(cost) == pytest.approx(expected, rel=1e-6)


@contextmanager
def under_way(*arguments):
    """The command at a training without an end, of which the first iteration is told."""
    endless = ["--tolerance", "0", "--optimizer", "gradient-descent", "--max-iterations", "10000"]
    with subprocess.Popen(
        [sys.executable, "-m", "logreg_core.fit", *map(str, arguments), *endless],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        try:
            next(line for line in process.stdout if line.startswith("    1  J "))
            yield process
        finally:
            process.kill()


def test_ctrl_c_ends_a_training_and_saves_what_it_has_learnt(parts):
    out = parts.parent / "model.npz"
    with under_way("--data", parts, "--out", out) as process:
        os.killpg(process.pid, signal.SIGINT)  # to all of it, as a terminal does
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert "stopped: J " in said
    assert Model.load(out).classes == tuple(range(10))


def test_whoever_reads_what_is_printed_may_go(cluster, parts):
    with under_way("--data", parts, "--scheduler", cluster.scheduler_address) as process:
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(timeout=60)
    assert (process.returncode, errors) == (1, "")


def test_a_model_that_cannot_be_saved_where_it_should_is_saved_elsewhere(cluster, parts):
    out = parts.parent / "models" / "model.npz"
    out.parent.mkdir()
    scheduler = cluster.scheduler_address
    with under_way("--data", parts, "--scheduler", scheduler, "--out", out) as process:
        out.parent.rmdir()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith(f"{out} cannot be written: No such file or directory.")
    assert errors.count("\n") == 1
    saved = Path(re.search(r"saved as (\S+\.npz) instead", errors)[1])
    assert Model.load(saved).classes == tuple(range(10))
    saved.unlink()
    saved.parent.rmdir()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_a_wrong_address_costs_one_sentence(parts, address):
    run = command("--data", parts, "--scheduler", address)
    assert run.returncode == 1
    assert run.stderr.startswith(f"No scheduler of dask answers at {address}: start both ")
    assert run.stderr.count("\n") == 1


def test_a_scheduler_without_workers_costs_one_sentence(monkeypatch):
    monkeypatch.setattr("logreg_core.out_of_core.cluster._ANSWER_SECONDS", 0.5)
    with (
        LocalCluster(host="127.0.0.1", n_workers=0, dashboard_address=NOBODY) as empty,
        pytest.raises(ClusterError, match="has no workers"),
        workers(empty.scheduler_address),
    ):
        pass


def test_workers_without_the_project_cost_one_sentence(cluster, monkeypatch):
    monkeypatch.setattr("logreg_core.out_of_core.cluster._PACKAGE", "no_such_package")
    with (
        pytest.raises(ClusterError, match="The scheduler cannot import no_such_package: start "),
        workers(cluster.scheduler_address),
    ):
        pass


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--optimizer", "sgd"], "sgd picks single rows of X"),
        (["--optimizer", "magic"], "optimizer accepts bfgs"),
        (["--lam", "-1"], "lam accepts numbers from 0"),
        (["--digits", "3"], "All images show the digit 3"),
        (["--learning-rate", "fast"], "a number or auto is accepted, and not 'fast'"),
        (["--digits", "3,x"], "digits from 0 to 9 with commas between are accepted"),
        (["--out", "nowhere/model.npz"], "cannot be written"),
        (["--out", "a" * 300], "cannot be written"),
        (["--data", "nowhere"], "There is no folder nowhere"),
    ],
)
def test_what_the_command_cannot_do_costs_one_sentence(cluster, parts, arguments, sentence):
    run = command("--data", parts, "--scheduler", cluster.scheduler_address, *arguments)
    assert run.returncode != 0
    said = run.stderr.splitlines()
    assert sentence in said[-1]
    assert len(said) == 1 or said[0].startswith("usage:")


def test_a_bad_file_costs_the_command_one_sentence(cluster, parts):
    labels = np.load(parts / "labels-00001.npy")
    np.save(parts / "labels-00001.npy", labels + 5)
    run = command("--data", parts, "--scheduler", cluster.scheduler_address)
    assert run.returncode == 1
    assert run.stderr.startswith("images-00001.npy and its labels, rows 0 to 49: The label 1")
    assert run.stderr.count("\n") == 1


def test_fit_stays_the_function_that_the_command_has_its_name_from():
    with pytest.raises(ImportError, match=r"python -m logreg_core\.fit"):
        __import__("logreg_core.fit")
    assert inspect.isfunction(logreg_core.fit)


def test_nothing_imports_the_command():
    for folder in ("logreg_core", "dashboard", "pages", "benchmarks", "tests"):
        for source in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    assert "logreg_core.fit" not in {alias.name for alias in node.names}, source
                if isinstance(node, ast.ImportFrom):
                    assert node.module != "logreg_core.fit", source
