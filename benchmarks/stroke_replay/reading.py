"""Models, and what each makes of a drawing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logreg_core import PREPARATIONS, DataError, TrainConfig, fit, normalise_drawing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    import numpy.typing as npt

    from logreg_core import Dataset, Model

    from .strokes import DrawnDigit

#: The course's exercise, and all that a training set has.
TWO: Final = (0, 1)

_MAX_ITERATIONS: Final = 500  # all of them converge before


@dataclass(frozen=True, eq=False)
class Reader:
    """A model, and how it came about.

    Attributes
    ----------
    training : str
        Which training set.
    images : int
        Of the digits that it learnt.
    model : Model
        Knows its digits and its preparation.
    """

    training: str
    images: int
    model: Model

    @property
    def preparation(self) -> str:
        """How its training images, and so its drawings, are prepared."""
        return self.model.config.preparation

    @property
    def task(self) -> str:
        """What it tells apart."""
        classes = self.model.classes
        return "0 vs 1" if classes == TWO else f"{len(classes)} digits"


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one model made of one drawing.

    Attributes
    ----------
    drawing : DrawnDigit
        What was drawn.
    seen : (20, 20) ndarray of float32, or None
        What the model read; None where the drawing was refused.
    read_as : int or None
        The likeliest digit.
    certainty : float
        Its probability; 0 where the drawing was refused.
    of_label : float
        The probability of the digit that was meant.
    refusal : str
        The sentence that a visitor reads; empty where the drawing was read.
    milliseconds : float
        Of the processor, that the way to 20x20 took: others lengthen only the clock's.
    """

    drawing: DrawnDigit
    seen: npt.NDArray[np.float32] | None
    read_as: int | None
    certainty: float
    of_label: float
    refusal: str
    milliseconds: float

    @property
    def is_right(self) -> bool:
        """Whether it was read as what was meant."""
        return self.read_as == self.drawing.label


def readers(trainings: Mapping[str, Dataset], lam: float) -> Iterator[Reader]:
    """Train on zeros and ones, then on all digits of each set, in each preparation."""
    for name, training in trainings.items():
        for digits in dict.fromkeys((TWO, training.classes)):
            some = training.only(*digits)
            for preparation in PREPARATIONS:
                config = TrainConfig(
                    preparation=preparation,
                    lam=lam,
                    optimizer="sampled-surrogate",
                    max_iterations=_MAX_ITERATIONS,
                )
                yield Reader(name, len(some), fit(some, config).model)


def read(model: Model, drawing: DrawnDigit, picture: npt.NDArray[np.uint8]) -> Outcome:
    """Bring the picture of a drawing to 20x20 and read it."""
    start = time.thread_time()
    try:
        seen = normalise_drawing(picture, model.config.preparation, style=model.style)
    except DataError as error:
        milliseconds = 1000 * (time.thread_time() - start)
        return Outcome(drawing, None, None, 0.0, 0.0, str(error), milliseconds)
    milliseconds = 1000 * (time.thread_time() - start)
    reading = model.read(seen)
    return Outcome(
        drawing=drawing,
        seen=seen,
        read_as=reading.digit,
        certainty=float(reading.probabilities.max()),
        of_label=float(reading.probabilities[model.classes.index(drawing.label)]),
        refusal="",
        milliseconds=milliseconds,
    )


def read_by_all(
    asked: Iterable[Reader], pictures: Iterable[tuple[DrawnDigit, npt.NDArray[np.uint8]]]
) -> list[tuple[Reader, list[Outcome]]]:
    """Let each model read the drawings of its digits; one picture at a time is held."""
    results: list[tuple[Reader, list[Outcome]]] = [(reader, []) for reader in asked]
    for drawing, picture in pictures:
        for reader, outcomes in results:
            if drawing.label in reader.model.classes:
                outcomes.append(read(reader.model, drawing, picture))
    return results
