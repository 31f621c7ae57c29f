"""Why a model reads an image as it does: who leads whom, by which pixels, and what would flip it.

All of it is for one prepared image, (20, 20). The bias aside, z is a sum over pixels, so the
answers are exact: nothing here is an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from logreg_core.errors import DataError
from logreg_core.scans import SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.model import Model, Reading

    FloatArray = NDArray[np.float64]

#: More roundings than a sum of 401 products and the search for the change together have.
_ROUNDINGS: Final = 1000

#: Beside the largest weight, all 400 weights below this share are less than a rounding.
_NO_WEIGHT: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class HeavyPixel:
    """One pixel, and what it adds to z.

    Attributes
    ----------
    row, column : int
        From 0, the first row on top.
    ink : float
        Paper 0, ink 1.
    weight : float
        Its θ_j.
    """

    row: int
    column: int
    ink: float
    weight: float

    @property
    def contribution(self) -> float:
        """Weight times ink."""
        return self.weight * self.ink


@dataclass(frozen=True, eq=False)
class Flip:
    """The smallest change of an image by which a model reads another digit.

    Attributes
    ----------
    image : (20, 20) ndarray of float32
        After the change.
    change : (20, 20) ndarray of float64
        What it adds to each pixel, −1 to 1 where the image had paper 0 to ink 1.
    before, after : Reading
        What the model makes of the two images.
    """

    image: NDArray[np.float32]
    change: FloatArray
    before: Reading
    after: Reading

    @property
    def added(self) -> float:
        """Ink that is added in all, in pixels full of ink."""
        return float(self.change[self.change > 0].sum())

    @property
    def removed(self) -> float:
        """Ink that is taken away in all, ≥ 0, in pixels full of ink."""
        return -float(self.change[self.change < 0].sum())


def lead(model: Model, digit: int, rival: int) -> FloatArray:
    """θ of one digit minus that of another: times an image, it is how far the one leads.

    Parameters
    ----------
    model : Model
        Of any number of classes.
    digit, rival : int
        Two of its classes. Of a model of two, z leads the second and −z the first.

    Returns
    -------
    (401,) ndarray of float64
        The difference of the biases first.

    Raises
    ------
    DataError
        If the two are not two of its classes.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> model = fit(load_bundled().only(3, 8), TrainConfig(max_iterations=5)).model
    >>> bool((lead(model, 8, 3) == model.theta).all()), bool((lead(model, 3, 8) < 0).any())
    (True, True)
    """
    if digit == rival or not {digit, rival} <= set(model.classes):
        raise DataError(
            f"One digit leads another, both of {list(model.classes)}; {digit} and {rival} are not "
            "two of these."
        )
    if model.theta.ndim == 1:
        return model.theta.copy() if digit == model.classes[1] else -model.theta
    own, others = (model.theta[model.classes.index(each)] for each in (digit, rival))
    difference: FloatArray = own - others
    return difference


def rivals(model: Model, prepared: NDArray[np.float32]) -> tuple[int, ...]:
    """The digits that a prepared image, (20, 20), is not read as; the nearest to it first.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> threes_and_eights = load_bundled().only(3, 8)
    >>> model = fit(threes_and_eights, TrainConfig(max_iterations=5)).model
    >>> three = threes_and_eights.images[threes_and_eights.typical(3)]
    >>> model.read(three).digit, rivals(model, three)
    (3, (8,))
    """
    digit = model.read(prepared).digit
    row = np.r_[1.0, prepared.ravel()]
    others = [other for other in model.classes if other != digit]
    return tuple(sorted(others, key=lambda other: float(lead(model, digit, other) @ row)))


def heaviest_pixels(
    theta: FloatArray, prepared: NDArray[np.float32], most: int = 10
) -> tuple[HeavyPixel, ...]:
    """The pixels that add most to z or take most from it.

    Parameters
    ----------
    theta : (401,) ndarray of float64
        The bias first; it is no pixel.
    prepared : (20, 20) ndarray of float32
        The image.
    most : int
        How many at most; pixels that add nothing are left out.

    Returns
    -------
    tuple of HeavyPixel
        By the size of what they add, the largest first.

    Examples
    --------
    >>> theta, image = np.zeros(401), np.full((20, 20), 0.5)
    >>> theta[[1, 42]] = 1, -4
    >>> [(pixel.row, pixel.column, pixel.contribution) for pixel in heaviest_pixels(theta, image)]
    [(2, 1, -2.0), (0, 0, 0.5)]
    """
    weights, ink = theta[1:], prepared.ravel()
    sizes = np.abs(weights * ink)
    largest = np.argsort(-sizes, kind="stable")[:most]
    return tuple(
        HeavyPixel(*divmod(int(pixel), SIDE), float(ink[pixel]), float(weights[pixel]))
        for pixel in largest
        if sizes[pixel] > 0
    )


def smallest_flip(model: Model, prepared: NDArray[np.float32]) -> Flip | None:
    """The image nearest to this one that the model reads as another digit.

    Nearest in the sum of squares: δ of least ‖δ‖² such that x + δ has ink 0 to 1 on every
    pixel, or as little or as much as x itself has where that is beyond, and another digit
    has the largest z.

    For each rival k of the digit d, the images that k would win against d alone are a half
    space, (θ_k − θ_d)·x ≥ 0, and the nearest point of a half space within a box is known
    exactly (see `_least_change`). The nearest of these points, x*, is the answer: it is read
    as another digit than d, since z_k has come up with z_d. And no image that is read as
    another digit, l, is nearer: it lies in the half space of l.

    A tie goes to the first digit, of two to the second, and numbers are rounded: so the
    change goes a hair beyond the tie, as far as rounding of x + δ to float32 and of z could
    bring it back (about a millionth of what z is made of), and the model is asked.

    Parameters
    ----------
    model : Model
        Of any number of classes.
    prepared : (20, 20) ndarray of float32
        Prepared as the model has it.

    Returns
    -------
    Flip or None
        None if no ink within those bounds is read as another digit.

    Raises
    ------
    DataError
        If the image has another shape or a pixel is not finite.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> threes_and_eights = load_bundled().only(3, 8)
    >>> model = fit(threes_and_eights, TrainConfig(max_iterations=5)).model
    >>> flip = smallest_flip(model, threes_and_eights.images[threes_and_eights.typical(3)])
    >>> flip.before.digit, flip.after.digit
    (3, 8)
    """
    if prepared.shape != (SIDE, SIDE) or not np.isfinite(prepared).all():
        raise DataError("A prepared image is accepted: (20, 20), every pixel a finite number.")
    before = model.read(prepared)
    x = prepared.ravel().astype(np.float64)
    changes = [
        _change_towards(model, x, before.digit, rival)
        for rival in model.classes
        if rival != before.digit
    ]
    for change in sorted(changes, key=np.linalg.norm):
        image = (x + change).astype(np.float32).reshape(SIDE, SIDE)
        after = model.read(image)
        if after.digit != before.digit:
            difference = image.astype(np.float64) - prepared
            for array in (image, difference):
                array.setflags(write=False)
            return Flip(image, difference, before, after)
    return None


def _change_towards(model: Model, x: FloatArray, digit: int, rival: int) -> FloatArray:
    """The least change, (400,), that takes an image from a digit to a rival, or all it can."""
    towards = lead(model, rival, digit)
    lowest, highest = np.minimum(x, 0), np.maximum(x, 1)
    room = np.where(towards[1:] > 0, highest - x, x - lowest)
    row = np.r_[1.0, np.maximum(np.abs(x), 1)]  # no image in the box has larger numbers
    # What z is the sum of, by size: its roundings are as large as this times one of them.
    summed = np.abs(model.theta.reshape(-1, 401)).sum(axis=0) @ row
    hair = np.finfo(np.float32).eps * np.abs(towards[1:]) @ row[1:] + (
        _ROUNDINGS * np.finfo(np.float64).eps * summed
    )
    behind = -(towards[0] + towards[1:] @ x)
    return _least_change(towards[1:], room, behind + hair)


def _least_change(weights: FloatArray, room: FloatArray, gain: float) -> FloatArray:
    """δ of least ‖δ‖² with weights·δ = gain, |δ_j| ≤ room_j, in the direction of the weights.

    The condition of Karush, Kuhn and Tucker for this projection onto a half space within a
    box is δ_j = sign(w_j) min(μ|w_j|, room_j) with one μ ≥ 0 for all pixels. What it gains,
    Σ |w_j| min(μ|w_j|, room_j), rises with μ in straight pieces, which end where a pixel has
    no more room, at μ = room_j / |w_j|. So with these sorted, the piece that reaches the
    gain is looked up, and on it μ is the solution of one linear equation.

    Where all room together does not reach the gain, it is all used.
    """
    change = np.zeros_like(weights)
    sizes = np.abs(weights)
    largest = sizes.max()
    able = np.flatnonzero(sizes > _NO_WEIGHT * largest)
    if not len(able):
        return change
    # On a scale on which no square of a weight is lost.
    slopes, able_room, wanted = sizes[able] / largest, room[able], gain / largest
    ends = able_room / slopes
    order = np.argsort(ends)
    used_up = np.r_[0.0, np.cumsum((slopes * able_room)[order])]  # gained by the full ones
    still_open = np.cumsum((slopes**2)[order][::-1])[::-1]  # slope of each piece
    piece = np.searchsorted(used_up[:-1] + ends[order] * still_open, wanted)
    if piece == len(able):
        moved = able_room
    else:
        mu = (wanted - used_up[piece]) / still_open[piece]
        moved = np.minimum(mu * slopes, able_room)
    change[able] = np.sign(weights[able]) * moved
    return change
