"""fit_parts: what `fit` does, for examples in parts on disk and chunks on workers."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import dask
import dask.array as da
import numpy as np

from logreg_core.dataset import design_matrix
from logreg_core.drawing_style import drawing_style
from logreg_core.errors import ConfigError, DataError
from logreg_core.history import Recorder
from logreg_core.model import Model
from logreg_core.objective import Objective, SoftmaxObjective
from logreg_core.observer import Observer
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.out_of_core.computing import computed, persisted
from logreg_core.out_of_core.objective import ChunkedObjective
from logreg_core.out_of_core.parts import open_parts
from logreg_core.scans import PIXELS
from logreg_core.training import fit_objective, refusal, targets_of, two_or_more

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from logreg_core.config import TrainConfig
    from logreg_core.dataset import Dataset
    from logreg_core.observer import StepCallback
    from logreg_core.out_of_core.parts import Part
    from logreg_core.training import FitResult

    FloatArray = NDArray[np.float64]

#: Rows of a chunk: 8 MB as float32. Making one takes some 40 MB for a moment, which a worker of
#: 300 MB has, and of a million rows there are 200, too few for dask's own work to be felt.
CHUNK_ROWS: Final = 5_000

#: Of sums of hashes of 256 bits.
_MODULUS: Final = 2**256

#: Images that are looked at for their drawing style, from all parts together.
_STYLE_IMAGES: Final = 500


def fit_parts(
    directory: Path | str,
    config: TrainConfig,
    *,
    digits: tuple[int, ...] | None = None,
    callback: StepCallback | None = None,
    stopping: Callable[[], bool] | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> FitResult:
    """Train on parts that `write_parts` wrote, on the workers of dask's present client.

    X is made there, in chunks: pixels that are float32 to begin with stay so, at half the
    memory, and are multiplied as float64. Without a client, threads of this process work, and
    their chunks have to fit into its memory.

    Parameters
    ----------
    directory : Path or str
        Which all workers can read, by the same path.
    config : TrainConfig
        How to train. Refused are the optimisers that pick rows of X.
    digits : tuple of int, optional
        To learn these only; all that occur if not given.
    callback : callable, optional
        Told of each `Step`, as `fit` does it; raises StopIteration to stop.
    stopping : callable, optional
        Says whether to stop, as for `fit`: from the start of training on, also while workers
        compute. What comes before, to read the parts and make X, goes to its end, and so does
        the look at all pixels that may follow a training at λ = 0.
    chunk_rows : int
        Rows of X in a chunk at most, 1 or more.

    Returns
    -------
    FitResult
        As `fit` returns it. The model's fingerprint is a sum over the examples, as J is: the same
        in whatever order, parts and chunks they come.

    Raises
    ------
    DataError
        If a part is not as it should be, there are less than two digits, or a chunk should have
        less than one row.
    ConfigError
        If the optimiser needs X in memory.
    ClusterError
        If all workers are lost, and none comes back within half a minute.

    Notes
    -----
    Chunks are kept on the workers, and dask spills to disk what exceeds their memory limit. To
    keep none, and read the parts again at each evaluation, took 1.6 to 2.1 times as long a pass,
    unchecked, and 2.3 to 2.6 times through `Part.read` (a million rows, two workers of 401 MB
    each, the files in the system's cache); any preparation would come on top.

    Dask spills chunks from 60 % of a worker's limit on. A worker needs 120 MB for itself and 80
    for a chunk in the making, so one of less than 600 MB should start earlier: see
    ``distributed.worker.memory.target`` in dask's documentation.
    """
    _check_optimizer(config)
    chunks = [chunk for part in open_parts(directory) for chunk in part.split(chunk_rows)]
    if not chunks:
        raise DataError(f"The parts in {directory} hold no image.")
    survey = _survey(chunks, digits)
    classes = two_or_more(tuple(sorted(survey.counts)))
    refused = refusal(config, survey.examples, len(classes))
    if refused is not None:
        raise ConfigError(refused.sentence)
    objective = _objective(chunks, survey, config, classes)
    model = partial(
        Model,
        classes=classes,
        config=config,
        dataset_fingerprint=f"{survey.fingerprint:064x}",
        style=drawing_style(survey.sample),
    )
    observer = Observer(objective, config, Recorder(), callback=callback, stopping=stopping)
    return fit_objective(objective, config, observer, model)


def _check_optimizer(config: TrainConfig) -> None:
    if OPTIMIZERS[config.optimizer].picks_rows:
        accepted = [name for name, row in OPTIMIZERS.items() if not row.picks_rows]
        raise ConfigError(
            f"{config.optimizer} picks single rows of X, which are not at hand where data "
            f"outgrows memory; accepted are {', '.join(accepted)}."
        )


@dataclass(frozen=True)
class _Survey:
    """What has to be known of all chunks before X is made.

    Attributes
    ----------
    rows : tuple of int
        Examples of the digits asked for, in each chunk.
    counts : dict
        Digit → how many images of it there are.
    fingerprint : int
        Of the examples, below 2²⁵⁶.
    sample : (s, 20, 20) ndarray of float32
        Some images, evenly spread.
    """

    rows: tuple[int, ...]
    counts: dict[int, int]
    fingerprint: int
    sample: NDArray[np.float32]

    @property
    def examples(self) -> int:
        return sum(self.rows)


def _survey(chunks: list[Part], digits: tuple[int, ...] | None) -> _Survey:
    """Read all chunks once, on the workers."""
    wanted = -(-_STYLE_IMAGES // len(chunks))
    surveyed = dask.delayed(_surveyed)
    surveys = computed(dask.delayed([surveyed(chunk, digits, wanted) for chunk in chunks]))
    counts = sum((Counter(survey.counts) for survey in surveys), Counter())
    if not counts and not digits:
        raise DataError("No digit is asked for: name two or more, or none at all for all.")
    missing = sorted(set(digits or ()) - set(counts))
    if missing:
        raise DataError(f"There is no image of {', '.join(map(str, missing))} in the parts.")
    return _Survey(
        tuple(survey.examples for survey in surveys),
        dict(counts),
        sum(survey.fingerprint for survey in surveys) % _MODULUS,
        np.concatenate([survey.sample for survey in surveys]),
    )


def _surveyed(chunk: Part, digits: tuple[int, ...] | None, wanted: int) -> _Survey:
    dataset = chunk.read()
    present = _present(dataset, digits)
    if not present:
        return _Survey((0,), {}, 0, dataset.images[:0])
    dataset = dataset.only(*present)
    spread = np.linspace(0, len(dataset) - 1, min(len(dataset), wanted)).astype(int)
    sample = dataset.images[spread]
    return _Survey((len(dataset),), dataset.counts, _fingerprint(dataset), sample)


def _fingerprint(dataset: Dataset) -> int:
    """The sum of the SHA-256 of the examples, each of which is an image and its label."""
    pixels = dataset.images.reshape(-1, PIXELS)
    examples = np.hstack([pixels.view(np.uint8), dataset.labels[:, None].astype(np.uint8)])
    hashes = (hashlib.sha256(example).digest() for example in examples)
    return sum(int.from_bytes(each) for each in hashes) % _MODULUS


def _present(dataset: Dataset, digits: tuple[int, ...] | None) -> tuple[int, ...]:
    """Those of the digits asked for that occur."""
    return tuple(digit for digit in dataset.classes if digits is None or digit in digits)


def _objective(
    chunks: list[Part], survey: _Survey, config: TrainConfig, classes: tuple[int, ...]
) -> ChunkedObjective:
    """J on chunks of X, which are made now and stay on the workers."""
    asked = 1 if len(classes) == 2 else len(classes)
    used = [(chunk, rows) for chunk, rows in zip(chunks, survey.rows, strict=True) if rows]
    X = _stacked(used, 1 + PIXELS, np.float32, _design_rows, classes, config.preparation)
    targets = _stacked(used, asked, np.float64, _target_rows, classes)
    X, targets = persisted(X, targets)  # now, so that nothing of it is counted as training
    kind = SoftmaxObjective if config.is_softmax(len(classes)) else Objective
    return ChunkedObjective(X, targets, config.lam, kind)


def _stacked(
    used: list[tuple[Part, int]],
    columns: int,
    width: type[np.floating[Any]],
    rows_of: Callable[..., NDArray[np.floating[Any]]],
    *arguments: object,
) -> da.Array:
    """Rows that a function makes of each chunk, one below another."""
    made = dask.delayed(rows_of)
    return da.concatenate(
        [
            da.from_delayed(made(chunk, *arguments), shape=(rows, columns), dtype=width)
            for chunk, rows in used
        ]
    )


def _design_rows(
    chunk: Part, classes: tuple[int, ...], preparation: str
) -> NDArray[np.floating[Any]]:
    return design_matrix(_only(chunk, classes).prepared(preparation).images, np.float32)


def _target_rows(chunk: Part, classes: tuple[int, ...]) -> FloatArray:
    return targets_of(_only(chunk, classes).labels, classes)


def _only(chunk: Part, classes: tuple[int, ...]) -> Dataset:
    dataset = chunk.read()
    return dataset.only(*_present(dataset, classes))
