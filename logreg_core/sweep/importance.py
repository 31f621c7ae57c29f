"""How much each setting of a sweep has decided."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import optuna
from optuna.trial import create_trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logreg_core.sweep.scores import TrialScores
    from logreg_core.sweep.space import Space


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """Let a package seem not to be installed, unless it is imported already."""
    if package in sys.modules:
        yield
        return
    # None is what Python takes for "is not there". Other threads that import it at this moment
    # would be told so too: of all that Theta Lab runs on, Optuna alone asks for it, here.
    sys.modules[package] = None  # type: ignore[assignment]  # as Python has it, not typeshed
    try:
        yield
    finally:
        del sys.modules[package]


# Evaluators that are not used here import it where they find it: 2 s and 98 MB for nothing.
with _hidden("sklearn"):
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

#: The best tenth is told from the rest; with fewer trials it has fewer than five, which
#: Optuna's authors advise as the least.
ENOUGH_TRIALS: Final = 50

#: Of fewer trials the best tenth is a single one, which has nothing in common with others.
FEWEST_TRIALS: Final = 20


def importances(scores: TrialScores, space: Space) -> dict[str, float] | None:
    """Share of each setting in what tells the best tenth of the trials from the others.

    By PED-ANOVA (Watanabe, Bansal and Hutter 2023): the more unlike all trials' values of a
    setting those of the best are, the more it has decided. A setting that only some
    optimisers use counts among the trials that use it, by how many of the best they are
    (conditional PED-ANOVA, Optuna 5).

    Parameters
    ----------
    scores : TrialScores
        Of one goal.
    space : Space
        What is tried.

    Returns
    -------
    dict of str to float, optional
        Setting → share, the largest first, together 1. None where nothing can be told: there
        are fewer than two trials, all are equally good, or no setting has two values.

    Examples
    --------
    >>> from logreg_core.sweep import Interval, Origin, Plan, Space, Sweep, open_storage
    >>> from logreg_core.sweep import SweepWorker
    >>> from logreg_core.sweep.scores import TrialScores
    >>> origin = Origin("bundled", digits=(0, 1), held_out=25, seed=0)
    >>> data = origin.fetch()
    >>> space = Space((Interval("lam", 0.1, 1000, steps=5), Interval("tolerance", 1e-9, 1e-8)))
    >>> plan = Plan(space, sampler="grid")
    >>> sweep = Sweep.create(open_storage("memory"), plan, data, origin)
    >>> worker = SweepWorker(sweep, data)
    >>> worker.start()
    >>> worker.wait(timeout=60)
    True
    >>> found = importances(TrialScores.of(sweep.trials(), plan.goals, plan.goals[0]), space)
    >>> list(found)
    ['lam', 'tolerance']
    """
    told = _without_loners(scores, space)
    distributions = {
        each.setting: each.distribution
        for each in space.dimensions
        if not each.distribution.single()
    }
    used = {name for trial in told.trials for name in trial.settings} & distributions.keys()
    if not used or told.are_equal:
        return None
    study = optuna.create_study(direction=scores.goal.direction)
    study.add_trials(
        [
            create_trial(
                value=float(value),
                params={name: trial.settings[name] for name in used if name in trial.settings},
                distributions={
                    name: distributions[name] for name in used if name in trial.settings
                },
            )
            for trial, value in zip(told.trials, told.values, strict=True)
        ]
    )
    return get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())


def _without_loners(scores: TrialScores, space: Space) -> TrialScores:
    """Without a trial that alone uses a setting, or alone does not: nothing is like it."""
    for setting in space.settings:
        users = scores.with_settings(setting)
        others = len(scores) - len(users)
        if others == 1:
            return _without_loners(users, space)
        if len(users) == 1:
            (loner,) = users.trials
            return _without_loners(scores.without(loner), space)
    return scores
