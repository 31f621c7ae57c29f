"""The z of one image: what it is made of, and which image has the worst one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp

from logreg_core import log_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core import Dataset, Model

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Margin:
    """z = θᵀx of one image under one θ, taken apart.

    Attributes
    ----------
    bias : float
        θ_0.
    contributions : (20, 20) ndarray of float64
        θ⊙x, what each pixel adds.

    Examples
    --------
    >>> theta = np.r_[0.5, 2.0, -1.0, np.zeros(398)]
    >>> margin = Margin.of(theta, np.ones((20, 20), dtype=np.float32))
    >>> margin.bias, margin.spoke_for, margin.spoke_against, margin.z
    (0.5, 2.0, -1.0, 1.5)
    """

    bias: float
    contributions: FloatArray

    @classmethod
    def of(cls, theta: FloatArray, image: NDArray[np.float32]) -> Margin:
        """Multiply θ, (401,), with a prepared image, (20, 20)."""
        return cls(float(theta[0]), theta[1:].reshape(20, 20) * image)

    @property
    def spoke_for(self) -> float:
        """All contributions above zero."""
        return float(self.contributions[self.contributions > 0].sum())

    @property
    def spoke_against(self) -> float:
        """All contributions below zero."""
        return float(self.contributions[self.contributions < 0].sum())

    @property
    def z(self) -> float:
        """Bias plus all contributions."""
        return self.bias + self.spoke_for + self.spoke_against


def all_z(model: Model, image: NDArray[np.float32]) -> FloatArray:
    """The z of a prepared image, (20, 20), under each θ of a model, (θs,)."""
    stacked = model.theta.reshape(-1, 401)
    z: FloatArray = stacked[:, 0] + stacked[:, 1:] @ image.ravel()
    return z


def cost(model: Model, image: NDArray[np.float32], label: int, digit: int) -> float:
    """What a prepared image adds to m·J, the penalty aside.

    Parameters
    ----------
    model : Model
        At whatever point of its run.
    image : (20, 20) ndarray of float32
        Prepared as the model has it.
    label : int
        What it shows, one of the model's classes.
    digit : int
        Whose θ is asked; softmax knows only what an image costs all θ together.
    """
    z = all_z(model, image)
    if model.is_softmax:
        return float(logsumexp(z) - z[model.classes.index(label)])
    own = z[0] if len(z) == 1 else z[model.classes.index(digit)]
    return float(log_loss(np.array(own), np.array(float(label == digit))))


def hardest(model: Model, examples: Dataset, digit: int) -> int:
    """Position of the example that costs most, from 0.

    Parameters
    ----------
    model : Model
        At whatever point of its run.
    examples : Dataset
        Not prepared, of the model's classes.
    digit : int
        Whose θ is asked; softmax knows only what an example costs all θ together.
    """
    if model.is_softmax:
        return int(model.judge(examples).costs.argmax())
    prepared = examples.prepared(model.config.preparation)
    # In float32, as the images are: for all of MNIST, a float64 copy would take 192 MB.
    theta = model.theta_of(digit).astype(np.float32)
    z = prepared.images.reshape(len(prepared), -1) @ theta[1:] + theta[0]
    targets = (prepared.labels == digit).astype(np.float64)
    return int(log_loss(z.astype(np.float64), targets).argmax())
