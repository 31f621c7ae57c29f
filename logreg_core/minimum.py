"""How to train where the minimum of J is wanted, whatever a visitor trains by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from logreg_core.config import TrainConfig


@dataclass(frozen=True)
class Way:
    """How to come to the minimum.

    Attributes
    ----------
    optimizer : str
        A key of `OPTIMIZERS`.
    tolerance : float
        The largest entry of ∇J with which it has arrived, > 0.
    """

    optimizer: str
    tolerance: float


#: Finds the same θ as others in a fifth of the time. It does no softmax.
_FASTEST: Final = "sampled-surrogate"

#: For θ that reads what it reads at the minimum. Of softmax, with a larger entry the accuracy
#: changes no more, in half the time.
_TO_READ: Final = Way(_FASTEST, TrainConfig.tolerance)
_TO_READ_SOFTMAX: Final = Way("l-bfgs-b", 1e-4)

#: The same where J counts too. With next to no λ it hardly curves: at λ = 0.001, an entry of
#: 1e-7 in ∇J may still leave J two parts in ten thousand above its minimum. Of softmax, L-BFGS-B
#: takes twice as long to come to 1e-6, and is farther from the minimum there.
_CLOSE: Final = Way(_FASTEST, 1e-8)
_CLOSE_SOFTMAX: Final = Way("newton-cg", 1e-6)

#: For the last digit of J, which is then within about 1e-16 of its least.
_TO_THE_END: Final = Way(_FASTEST, 1e-10)
_TO_THE_END_SOFTMAX: Final = Way("trust-ncg", 1e-10)


def for_the_minimum(config: TrainConfig, classes: int, *, closely: bool = False) -> TrainConfig:
    """The same J, by an optimiser and a tolerance that surely lead to its minimum.

    Parameters
    ----------
    config : TrainConfig
        Its λ, preparation and way with several classes say what J is.
    classes : int
        How many digits are told apart.
    closely : bool
        Whether J itself is to be right to 1e-4 of it or so, also where λ is next to nothing;
        else it is enough that θ reads what it reads at the minimum.

    Returns
    -------
    TrainConfig
        With the usual limits and seed.

    Examples
    --------
    >>> by_visitor = TrainConfig("sgd", lam=3, max_iterations=1, preparation="full")
    >>> config = for_the_minimum(by_visitor, classes=2)
    >>> config.optimizer, config.lam, config.preparation, config.max_iterations
    ('sampled-surrogate', 3.0, 'full', 400)
    >>> for_the_minimum(TrainConfig(multiclass="softmax"), classes=10).optimizer
    'l-bfgs-b'
    """
    if config.is_softmax(classes):
        way = _CLOSE_SOFTMAX if closely else _TO_READ_SOFTMAX
    else:
        way = _CLOSE if closely else _TO_READ
    return TrainConfig(
        optimizer=way.optimizer,
        lam=config.lam,
        tolerance=way.tolerance,
        preparation=config.preparation,
        multiclass=config.multiclass,
    )


def surest_way(config: TrainConfig, classes: int) -> Way:
    """The way to the last digit of the minimum.

    Parameters
    ----------
    config : TrainConfig
        Its way with several classes counts.
    classes : int
        How many digits are told apart.

    Returns
    -------
    Way

    Examples
    --------
    >>> surest_way(TrainConfig("sgd", lam=3), classes=2)
    Way(optimizer='sampled-surrogate', tolerance=1e-10)
    """
    return _TO_THE_END_SOFTMAX if config.is_softmax(classes) else _TO_THE_END
