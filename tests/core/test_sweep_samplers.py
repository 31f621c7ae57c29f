"""Which settings the trials of a sweep take."""

import numpy as np
import pytest
from scipy.stats import qmc

from logreg_core import TrainConfig
from logreg_core.sweep import Choices, Interval, Plan, Space, TrialResult, TrialState
from logreg_core.sweep.desk import Desk
from logreg_core.sweep.ending import Ending
from tests.sweeping import QUICK, grid_of, over_lam, sweep_of, work

SPACE = Space((Interval("lam", 0.01, 100, steps=4), Interval("tolerance", 1e-6, 1e-2, steps=4)))

#: Of a trial that nobody has trained.
RESULT = TrialResult(1.0, 0.0, 1.0, 1.0, 1.0, 1, 1.0, 1.0, "converged")


def settings(plan, data, workers=1):
    sweep = sweep_of(plan, data)
    work(sweep, data, workers)
    return [dict(trial.settings) for trial in sweep.trials()]


@pytest.mark.parametrize("sampler", ["grid", "random", "qmc"])
def test_three_workers_try_what_one_tries(data, sampler):
    plan = Plan(SPACE, QUICK, sampler=sampler, trials=16, seed=3)
    alone, together = settings(plan, data), settings(plan, data, workers=3)
    assert len(alone) == 16
    assert together == alone


@pytest.mark.parametrize("sampler", ["random", "qmc", "tpe"])
def test_the_seed_decides_what_one_worker_tries(data, sampler):
    first, same, other = (
        settings(Plan(SPACE, QUICK, sampler=sampler, trials=4, seed=seed), data)
        for seed in (1, 1, 2)
    )
    assert first == same
    assert first != other


def test_a_grid_is_gone_through_in_its_order(data):
    plan = Plan(SPACE, QUICK, sampler="grid")
    assert settings(plan, data) == grid_of(plan)


def test_sobol_points_cover_the_range_more_evenly_than_random_ones(data):
    def places(sampler):
        tried = settings(Plan(SPACE, QUICK, sampler=sampler, trials=64), data)
        lam = [np.log(each["lam"] / 0.01) / np.log(1e4) for each in tried]
        tolerance = [np.log(each["tolerance"] / 1e-6) / np.log(1e4) for each in tried]
        return np.column_stack([lam, tolerance])

    assert qmc.discrepancy(places("qmc")) < qmc.discrepancy(places("random")) / 2


def test_tpe_goes_where_it_was_good_and_random_does_not(data):
    def costs(sampler):
        space, base = Space((Interval("lam", 1e-3, 1e3),)), TrainConfig(max_iterations=30)
        sweep = sweep_of(Plan(space, base, sampler=sampler, trials=40), data)
        work(sweep, data)
        return [trial.value for trial in sweep.trials()]

    learnt, at_random = costs("tpe"), costs("random")
    assert np.median(learnt[20:]) < np.median(at_random)
    least = min(at_random)
    near = [sum(cost < 1.5 * least for cost in some[20:]) for some in (learnt, at_random)]
    assert near[0] > 2 * near[1]


@pytest.mark.parametrize("seed", range(3))
def test_tpe_does_not_give_much_the_same_to_many_at_once(data, seed):
    """Ten workers that begin when twenty trials have shown that λ = 1 is best."""
    desk = Desk(sweep_of(over_lam(2, sampler="tpe", trials=30, seed=seed), data), "me")
    for _ in range(20):
        ticket = desk.take()
        cost = abs(np.log10(ticket.config.lam))
        desk.note(ticket, Ending(TrialState.FINISHED, (cost,), RESULT))
    at_once = np.sort([np.log10(desk.take().config.lam) for _ in range(10)])
    # Evenly spread over the four decades of λ, they would be 0.4 apart.
    assert np.median(np.diff(at_once)) > 0.15


@pytest.mark.parametrize("sampler", ["grid", "random", "qmc", "tpe"])
def test_a_trial_takes_only_settings_that_its_optimiser_uses(data, sampler):
    optimizers = Choices("optimizer", ("gradient-descent", "bfgs"))
    space = Space((optimizers, Interval("learning_rate", 0.01, 1, steps=3)))
    tried = settings(Plan(space, QUICK, sampler=sampler, trials=12), data)
    assert {each["optimizer"] for each in tried} == {"gradient-descent", "bfgs"}
    for each in tried:
        assert ("learning_rate" in each) == (each["optimizer"] == "gradient-descent")
