"""A trained model: θ and what is needed to read an image with it."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, fields
from typing import IO, TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit, softmax

from logreg_core.config import TrainConfig
from logreg_core.dataset import design_matrix
from logreg_core.drawing_style import DrawingStyle
from logreg_core.errors import ConfigError, DataError
from logreg_core.normalise import FULL_RECIPE, normalise_drawing, prepare_images
from logreg_core.objective import Objective, SoftmaxObjective

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from logreg_core.dataset import Dataset

    FloatArray = NDArray[np.float64]


#: Images whose design matrix is made at once: 16 MB.
_JUDGED_AT_ONCE: Final = 5000

_NOT_OURS: Final = "This is no saved model of Theta Lab: a .npz that Model.save wrote is accepted."

_OTHER_RECIPE: Final = (
    "This model learnt from images that another version of Theta Lab prepared in another way: "
    "train it again."
)


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model makes of one image, and why.

    Attributes
    ----------
    digit : int
        What it is read as.
    probabilities : (classes,) ndarray of float64
        Sums to 1.
    speaks_for : int
        The digit for which z speaks: the second of two, else the one that was read.
    bias : float
        θ_0 of that digit.
    contributions : (20, 20) ndarray of float64
        θ⊙x, what each pixel adds to z.
    """

    digit: int
    probabilities: FloatArray
    speaks_for: int
    bias: float
    contributions: FloatArray

    @property
    def z(self) -> float:
        """Bias plus all contributions."""
        return self.bias + float(self.contributions.sum())


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a model makes of m labelled images.

    Attributes
    ----------
    costs : (m,) ndarray of float64
        What each image adds to m·J, the penalty aside: −log h or −log(1−h); one-vs-all, their
        sum over the classes; softmax, −log p of the label.
    read_as : (m,) ndarray of int64
        The digit that each is read as.
    probabilities : (m,) ndarray of float64
        Of the label.
    confidences : (m,) ndarray of float64
        Of what was read: how sure the model is, rightly or not.

    All of them are read-only.
    """

    costs: FloatArray
    read_as: NDArray[np.int64]
    probabilities: FloatArray
    confidences: FloatArray


@dataclass(frozen=True, eq=False)
class Model:
    """θ, and how images become the rows that it multiplies.

    Parameters
    ----------
    theta : (401,) or (classes, 401) ndarray of float64
        One θ for two classes, which speaks for the second; one θ a class for
        more. The bias is first.
    classes : tuple of int
        The digits, ascending.
    config : TrainConfig
        How it was trained; its preparation is applied to every image.
    dataset_fingerprint : str
        Of the training examples.
    style : DrawingStyle
        How large and how thick the training digits are, for drawings.

    Raises
    ------
    ConfigError
        If θ does not fit the classes or is not finite.
    """

    theta: FloatArray
    classes: tuple[int, ...]
    config: TrainConfig
    dataset_fingerprint: str
    style: DrawingStyle

    def __post_init__(self) -> None:
        digits = [digit for digit in self.classes if type(digit) is int and 0 <= digit <= 9]
        if list(self.classes) != sorted(set(digits)):
            raise ConfigError(f"Classes are digits in ascending order, not {self.classes}.")
        expected = (401,) if len(self.classes) == 2 else (len(self.classes), 401)
        theta = np.array(self.theta, dtype=np.float64)
        if len(self.classes) < 2 or theta.shape != expected:
            raise ConfigError(
                f"θ of {len(self.classes)} classes must have shape {expected}, not {theta.shape}."
            )
        if not np.isfinite(theta).all():
            raise ConfigError("θ must be finite.")
        theta.setflags(write=False)
        object.__setattr__(self, "theta", theta)

    @property
    def is_softmax(self) -> bool:
        """Whether all classes share one probability, rather than each having its own."""
        return self.config.is_softmax(len(self.classes))

    def theta_of(self, digit: int) -> FloatArray:
        """The θ that speaks for a digit, (401,); of two digits there is one, the second's.

        Raises
        ------
        ConfigError
            If the digit is none of `classes`.

        Examples
        --------
        >>> from logreg_core import TrainConfig, fit, load_bundled
        >>> model = fit(load_bundled().only(0, 3, 8), TrainConfig(max_iterations=2)).model
        >>> np.array_equal(model.theta_of(3), model.theta[1])
        True
        """
        if digit not in self.classes:
            raise ConfigError(f"The model knows {self.classes}, and has no θ of {digit}.")
        if self.theta.ndim == 1:
            return self.theta
        theta: FloatArray = self.theta[self.classes.index(digit)]
        return theta

    def prepare(self, images: ArrayLike) -> NDArray[np.float32]:
        """Prepare images as the training images were.

        Parameters
        ----------
        images : (k, 20, 20) array_like
            As a Dataset holds them: paper 0, ink 1.

        Returns
        -------
        (k, 20, 20) ndarray of float32

        Raises
        ------
        DataError
            If the shape is another or a pixel is not finite.
        """
        return prepare_images(np.asarray(images), self.config.preparation)

    def predict_proba(self, images: ArrayLike) -> FloatArray:
        """Probability of each class for each image.

        Parameters
        ----------
        images : (k, 20, 20) array_like
            As a Dataset holds them; prepared here as in training.

        Returns
        -------
        (k, classes) ndarray of float64
            Rows that sum to 1. Of more than two classes learnt one-vs-all, the
            answers of the single classes, divided by their sum.
        """
        return self._probabilities(self._margins(self.prepare(images)))

    def predict(self, images: ArrayLike) -> NDArray[np.int64]:
        """The digit that each image is read as, (k,); takes what `predict_proba` takes.

        Of two, the second where h ≥ 0.5, so that a tie goes to the second, as in
        the course; of more, the one with the largest z.
        """
        return np.array(self.classes)[_winners(self._margins(self.prepare(images)))]

    def judge(self, dataset: Dataset) -> Judgement:
        """What the model makes of labelled images, and what each costs it.

        Parameters
        ----------
        dataset : Dataset
            Of the model's classes. Prepared as in training, once for all calls.

        Returns
        -------
        Judgement

        Raises
        ------
        DataError
            If an image shows another digit.

        Examples
        --------
        >>> from logreg_core import TrainConfig, fit, load_bundled
        >>> dataset = load_bundled().only(3, 8)
        >>> judgement = fit(dataset, TrainConfig(max_iterations=5)).model.judge(dataset)
        >>> worst = judgement.costs.argmax()
        >>> int(dataset.labels[worst]), int(judgement.read_as[worst])
        (3, 8)
        """
        others = sorted(set(dataset.classes).difference(self.classes))
        if others:
            raise DataError(f"The model knows {self.classes}, but there are images of {others}.")
        prepared = dataset.prepared(self.config.preparation)
        parts = [
            self._judged(prepared.images[some], prepared.labels[some])
            for some in (
                slice(start, start + _JUDGED_AT_ONCE)
                for start in range(0, len(prepared), _JUDGED_AT_ONCE)
            )
        ]
        whole = Judgement(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(Judgement)
            )
        )
        for array in vars(whole).values():
            array.setflags(write=False)
        return whole

    def predict_drawing(self, image: NDArray[np.uint8]) -> FloatArray:
        """Probability of each class for a drawing.

        Parameters
        ----------
        image : (H, W), (H, W, 3) or (H, W, 4) ndarray of uint8
            See `normalise_drawing`.

        Returns
        -------
        (classes,) ndarray of float64
            Sums to 1, in the order of `classes`.

        Raises
        ------
        DataError
            If there is no digit to be read.
        """
        seen = normalise_drawing(image, self.config.preparation, style=self.style)
        return self._probabilities(self._margins(seen[None]))[0]

    def read(self, prepared: NDArray[np.float32]) -> Reading:
        """Read one prepared image, (20, 20), and say why."""
        margins = self._margins(prepared[None])
        winner = int(_winners(margins)[0])
        theta = self.theta if self.theta.ndim == 1 else self.theta[winner]
        return Reading(
            digit=self.classes[winner],
            probabilities=self._probabilities(margins)[0],
            speaks_for=self.classes[1] if self.theta.ndim == 1 else self.classes[winner],
            bias=float(theta[0]),
            contributions=theta[1:].reshape(20, 20) * prepared,
        )

    def save(self, file: str | Path | IO[bytes]) -> None:
        """Write as .npz: θ and a line of JSON; no pickle.

        Parameters
        ----------
        file : str, Path or binary file
            Where to. A path gets the ending .npz if it lacks it.

        Examples
        --------
        >>> import io
        >>> from logreg_core import TrainConfig, fit, load_bundled
        >>> model = fit(load_bundled().only(3, 8), TrainConfig(max_iterations=2)).model
        >>> file = io.BytesIO()
        >>> model.save(file)
        >>> same = Model.load(io.BytesIO(file.getvalue()))
        >>> same.classes, bool((same.theta == model.theta).all())
        ((3, 8), True)
        """
        card = {
            "classes": list(self.classes),
            "config": self.config.to_dict(),
            "dataset_fingerprint": self.dataset_fingerprint,
            "style": asdict(self.style),
            "full_recipe": FULL_RECIPE,
        }
        np.savez(file, theta=self.theta, card=np.array(json.dumps(card)))

    @classmethod
    def load(cls, file: str | Path | IO[bytes]) -> Model:
        """Read what `save` wrote.

        Raises
        ------
        DataError
            If the file is none of those, or another version of Theta Lab prepared the
            images from which it was learnt in another way.
        """
        try:
            with np.load(file, allow_pickle=False) as stored:
                theta, card = stored["theta"], json.loads(str(stored["card"]))
            if theta.dtype != np.float64:
                raise DataError(_NOT_OURS)
            model = cls(
                theta=theta,
                classes=tuple(card["classes"]),
                config=TrainConfig.from_dict(card["config"]),
                dataset_fingerprint=str(card["dataset_fingerprint"]),
                style=DrawingStyle(**card["style"]),
            )
        except FileNotFoundError:
            raise
        except (
            *(KeyError, TypeError, ValueError, EOFError, OSError),
            *(zipfile.BadZipFile, zlib.error),
            *(RuntimeError, MemoryError),  # encrypted, packed in an unknown way; far too large
        ):
            raise DataError(_NOT_OURS) from None
        if model.config.preparation == "full" and card.get("full_recipe", 1) != FULL_RECIPE:
            raise DataError(_OTHER_RECIPE)
        return model

    def _margins(self, prepared: NDArray[np.float32]) -> FloatArray:
        """The z of prepared images, (k,) for two classes, (k, classes) for more."""
        margins: FloatArray = design_matrix(prepared) @ self.theta.T
        return margins

    def _judged(self, images: NDArray[np.float32], labels: NDArray[np.int64]) -> Judgement:
        """What `judge` says, of prepared images."""
        margins = self._margins(images)
        classes = np.array(self.classes)
        asked = classes[1:] if margins.ndim == 1 else classes
        objective = SoftmaxObjective if self.is_softmax else Objective
        costs = objective.losses(
            margins.reshape(len(images), -1), (labels[:, None] == asked).astype(np.float64)
        )
        each, winners = np.arange(len(labels)), _winners(margins)
        probabilities = self._probabilities(margins)
        return Judgement(
            costs,
            classes[winners],
            probabilities[each, np.searchsorted(classes, labels)],
            probabilities[each, winners],
        )

    def _probabilities(self, margins: FloatArray) -> FloatArray:
        """Rows that sum to 1, of what `_margins` returns."""
        if margins.ndim == 1:
            return np.column_stack([expit(-margins), expit(margins)])
        if self.is_softmax:
            return softmax(margins, axis=1)
        h = expit(margins)
        total = h.sum(axis=1, keepdims=True)
        # Far from every class, all h may round to 0: then none is likelier than another.
        even = np.full_like(h, 1 / h.shape[1])
        return np.divide(h, total, out=even, where=total > 0)


def _winners(margins: FloatArray) -> NDArray[np.intp]:
    """Position of the class that each row of `Model._margins` is read as."""
    if margins.ndim == 1:
        return (margins >= 0).astype(np.intp)
    return margins.argmax(axis=1)
