"""How much each setting has decided; Optuna itself is the oracle."""

from __future__ import annotations

import optuna
import pytest

from logreg_core.sweep import DRAWN_ACCURACY
from logreg_core.sweep.importance import importances
from tests.made_up_trials import PLAN, SPACE, WITH, WITHOUT, bowl, scores_of, trial


def optunas_study(space, seed, count=60):
    """A sweep that Optuna itself has run, and what it is as records."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))

    def objective(each):
        space.suggested(each, PLAN.base)
        used = {"learning_rate": 0.1, **each.params}
        return bowl(used) + (0.5 if each.params.get("optimizer") == "bfgs" else 0)

    study.optimize(objective, n_trials=count)
    return study, [trial(t.number, t.params, t.value) for t in study.trials]


@pytest.mark.parametrize("space", [PLAN.space, SPACE], ids=["always used", "conditional"])
def test_importances_are_what_optuna_says(space):
    study, records = optunas_study(space, seed=3)
    ours = importances(scores_of(records), space)
    theirs = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.PedAnovaImportanceEvaluator()
    )
    assert ours == pytest.approx({name: share for name, share in theirs.items() if name in ours})
    assert "preparation" not in ours, "one value decides nothing"
    assert next(iter(ours)) == "lam"
    assert sum(ours.values()) == pytest.approx(1)


def test_of_a_goal_that_is_maximised_the_importances_are_those_of_its_negative():
    _, records = optunas_study(PLAN.space, seed=3)
    upside_down = [trial(each.number, each.settings, -each.value) for each in records]
    scores = scores_of(upside_down, DRAWN_ACCURACY, (DRAWN_ACCURACY,))
    assert importances(scores, PLAN.space) == pytest.approx(
        importances(scores_of(records), PLAN.space)
    )


def test_a_trial_that_alone_uses_a_setting_says_nothing_of_its_importance():
    records = [trial(n, {**WITHOUT, "lam": 0.1 * (n + 1)}, 1.0 + n) for n in range(9)]
    found = importances(scores_of([*records, trial(9, WITH, 0.01)]), SPACE)
    assert "momentum" not in found


@pytest.mark.parametrize("values", [[1.0], [2.0] * 9], ids=["one trial", "all equal"])
def test_where_no_trial_is_better_no_setting_is_more_important(values):
    trials = [trial(n, {"lam": 1.0 + n, "learning_rate": 0.1}, v) for n, v in enumerate(values)]
    assert importances(scores_of(trials), PLAN.space) is None
