"""What the trials of a sweep learn from and are measured on, and how a worker finds it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from logreg_core.bundled import load_bundled
from logreg_core.config import RANGES
from logreg_core.dataset import Dataset
from logreg_core.errors import ConfigError, DataError
from logreg_core.mnist import load_mnist
from logreg_core.uploads.archive import opened
from logreg_core.uploads.arrays import array_in
from logreg_core.uploads.limits import MAX_UNPACKED_BYTES, check_unpacked_size

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a worker on another machine can fetch by itself; anything else it is given as a file.
_FETCHED: Final = ("bundled", "mnist")

#: There is nothing to tell apart among less.
_FEWEST_DIGITS: Final = 2

_PARTS: Final = ("training", "held_out", "drawings")


@dataclass(frozen=True)
class SweepData:
    """The examples of a sweep.

    Attributes
    ----------
    training, held_out : Dataset
        What to learn from, and what to measure on.
    drawings : Dataset, optional
        Scans of drawings that somebody has labelled, for the goal of reading them.
    """

    training: Dataset
    held_out: Dataset
    drawings: Dataset | None = None

    @property
    def fingerprints(self) -> dict[str, str]:
        """Of each part that is there; they say whether a worker has the same."""
        parts = {name: getattr(self, name) for name in _PARTS}
        return {name: part.fingerprint for name, part in parts.items() if part is not None}

    def save(self, file: str | Path | BinaryIO) -> None:
        """Write all parts into one ``.npz``, for a worker on another machine.

        Parameters
        ----------
        file : str, Path or binary file
            Where to. A path gets the ending .npz if it lacks it.

        Raises
        ------
        OSError
            If it cannot be written there.
        """
        arrays: dict[str, Any] = {}
        for name in self.fingerprints:
            part: Dataset = getattr(self, name)
            arrays[f"{name}_images"], arrays[f"{name}_labels"] = part.images, part.labels
        np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, file: str | Path | BinaryIO) -> SweepData:
        """Read what `save` has written.

        Raises
        ------
        DataError
            If it is no such file.

        Examples
        --------
        >>> import io
        >>> digits = load_bundled().only(0, 1)
        >>> data = SweepData(*digits.split(0.25, seed=0))
        >>> data.save(file := io.BytesIO())
        >>> _ = file.seek(0)
        >>> SweepData.load(file).fingerprints == data.fingerprints
        True
        """
        try:
            content = _bytes_of(file)
            with opened(content) as archive:
                names = {Path(name).stem for name in archive.namelist()}
                parts = {
                    part: Dataset(
                        array_in(archive, f"{part}_images"),
                        array_in(archive, f"{part}_labels"),
                        part,
                    )
                    for part in _PARTS
                    if part != "drawings" or "drawings_images" in names
                }
        except OSError as error:
            raise DataError(f"The file with the data cannot be read: {error.strerror}.") from error
        except DataError as error:
            raise DataError(
                "This is no file with the data of a sweep, or it is damaged: "
                "download it on the page of the sweep, under Workers."
            ) from error
        return cls(**parts)


def _bytes_of(file: str | Path | BinaryIO) -> bytes:
    """All of a file, unless it is larger than any with the data of a sweep."""
    if isinstance(file, str | Path):
        with Path(file).open("rb") as stream:
            return _bytes_of(stream)
    content = file.read(MAX_UNPACKED_BYTES + 1)
    check_unpacked_size(len(content))
    return content


@dataclass(frozen=True)
class Origin:
    """Where a worker finds the data of a sweep.

    Attributes
    ----------
    source : str
        "bundled" and "mnist" can be fetched; anything else comes as a file.
    digits : tuple of int
        Which of them.
    held_out : int
        Percent held out; MNIST has held-out examples of its own.
    seed : int
        Of the split.
    """

    source: str
    digits: tuple[int, ...]
    held_out: int
    seed: int

    @property
    def can_be_fetched(self) -> bool:
        """Whether a worker needs no file."""
        return self.source in _FETCHED

    def fetch(self) -> SweepData:
        """Load the data here.

        Raises
        ------
        DataError
            If they come from a file, or cannot be had here.

        Examples
        --------
        >>> len(Origin("bundled", digits=(0, 1), held_out=25, seed=0).fetch().held_out)
        90
        """
        if self.source == "bundled":
            everything = load_bundled().only(*self.digits)
            return SweepData(*everything.split(self.held_out / 100, self.seed))
        if self.source == "mnist":
            mnist = load_mnist()
            return SweepData(mnist.training.only(*self.digits), mnist.held_out.only(*self.digits))
        raise DataError(
            "This sweep is over images that only its visitor has: download its data on the page, "
            "under Workers, and name the file by --data."
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "source": self.source,
            "digits": list(self.digits),
            "held_out": self.held_out,
            "seed": self.seed,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Origin:
        """From what `to_dict` gave.

        Raises
        ------
        ConfigError
            If something is missing or not accepted.

        Examples
        --------
        >>> Origin.from_dict({"source": "bundled", "digits": [], "held_out": 25, "seed": 0})
        Traceback (most recent call last):
            ...
        logreg_core.errors.ConfigError: This is no origin of data that Theta Lab knows.
        """
        try:
            read = cls(plain["source"], tuple(plain["digits"]), plain["held_out"], plain["seed"])
            if read._is_possible:
                return read
        except (KeyError, TypeError):
            pass
        raise ConfigError("This is no origin of data that Theta Lab knows.")

    @property
    def _is_possible(self) -> bool:
        once, seeds = set(self.digits), RANGES["seed"]
        return (
            isinstance(self.source, str)
            and all(type(number) is int for number in (*self.digits, self.held_out, self.seed))
            and _FEWEST_DIGITS <= len(self.digits) == len(once & set(range(10)))
            and 0 < self.held_out < 100
            and seeds.low <= self.seed <= seeds.high
        )
