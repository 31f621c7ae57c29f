"""How the settings of a trial are chosen.

Several workers share a sweep, and a sweep that was stopped goes on later. So what is chosen
depends on the seed and on which trial it is, not on what one worker has chosen before: the
ninth trial of a random sweep is the same on one laptop and on ten machines. That is why the
grid is gone through in order here, and why the quasi-random points come from SciPy: Optuna's
`GridSampler` lets two workers take the same point, and its `QMCSampler` counts the points in
the database without a lock, draws the first one at random, and leaves out what is no number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from scipy.stats.qmc import Sobol

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from logreg_core.sweep.plan import Plan


def sampler_of(plan: Plan, place: int) -> BaseSampler:
    """What chooses the settings of one trial.

    Parameters
    ----------
    plan : Plan
        Of the sweep.
    place : int
        Which trial it is, from 0; one that is tried again has the place of the first time.

    Returns
    -------
    optuna.samplers.BaseSampler
        For this trial only.

    Raises
    ------
    IndexError
        If a grid has no such place.
    """
    if plan.sampler == "grid":
        return _Given(plan.space.grid_point(plan.base, place))
    if plan.sampler == "qmc":
        return _Given(_sobol_point(plan, place))
    seed = int(np.random.SeedSequence([plan.seed, place]).generate_state(1)[0])
    if plan.sampler == "random":
        return RandomSampler(seed=seed)
    # The constant liar keeps workers from trying the same at the same time.
    return TPESampler(seed=seed, constant_liar=True)


def _sobol_point(plan: Plan, place: int) -> dict[str, Any]:
    """Settings at a point of a scrambled Sobol sequence (Sobol 1967; Owen 1998)."""
    dimensions = plan.space.dimensions
    sequence = Sobol(len(dimensions), rng=np.random.default_rng(plan.seed))
    if place > 0:  # SciPy cannot skip none
        sequence.fast_forward(place)
    point = sequence.random(1)[0]
    return {
        dimension.setting: dimension.at(coordinate)
        for dimension, coordinate in zip(dimensions, point, strict=True)
    }


class _Given(BaseSampler):
    """Settings that are known beforehand."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        del study, trial
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        del study, trial, search_space
        return {}

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:  # noqa: ANN401 - as Optuna has it
        del study, trial, param_distribution
        return self._settings[param_name]
