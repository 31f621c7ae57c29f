"""How to train where the minimum of J is wanted, whatever a visitor trains by."""

from __future__ import annotations

from typing import Final

from logreg_core.config import TrainConfig

#: Finds the same θ as others in a fifth of the time. It does no softmax.
_OPTIMIZER: Final = "sampled-surrogate"

#: What does, until no entry of ∇J is larger: the accuracy changes no more, in half the time.
_OPTIMIZER_OF_SOFTMAX: Final = "l-bfgs-b"
_TOLERANCE_OF_SOFTMAX: Final = 1e-4

#: The same where J counts too. With next to no λ it hardly curves: at λ = 0.001, an entry of
#: 1e-7 in ∇J may still leave J two parts in ten thousand above its minimum.
_CLOSE: Final = 1e-8
#: Where L-BFGS-B takes twice as long to come to 1e-6, and is farther from the minimum there.
_CLOSE_OPTIMIZER_OF_SOFTMAX: Final = "newton-cg"
_CLOSE_OF_SOFTMAX: Final = 1e-6


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
        optimizer = _CLOSE_OPTIMIZER_OF_SOFTMAX if closely else _OPTIMIZER_OF_SOFTMAX
        tolerance = _CLOSE_OF_SOFTMAX if closely else _TOLERANCE_OF_SOFTMAX
    else:
        optimizer = _OPTIMIZER
        tolerance = _CLOSE if closely else TrainConfig.tolerance
    return TrainConfig(
        optimizer=optimizer,
        lam=config.lam,
        tolerance=tolerance,
        preparation=config.preparation,
        multiclass=config.multiclass,
    )
