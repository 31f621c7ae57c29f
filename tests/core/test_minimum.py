"""Where the minimum is wanted, it is found, whatever the visitor trains by."""

import pytest
from numpy.testing import assert_allclose

from logreg_core import StopReason, TrainConfig, fit
from logreg_core.config import MULTICLASS
from logreg_core.minimum import for_the_minimum, surest_way

FAR_FROM_IT = TrainConfig(
    "sgd", lam=3, learning_rate=1e-3, max_iterations=1, batch_size=7, preparation="centred"
)


@pytest.mark.parametrize("closely", [False, True])
@pytest.mark.parametrize("multiclass", ["one-vs-all", "softmax"])
def test_the_minimum_is_that_of_the_visitors_own_problem(three_digits, multiclass, closely):
    chosen = TrainConfig.from_dict({**FAR_FROM_IT.to_dict(), "multiclass": multiclass})
    config = for_the_minimum(chosen, classes=3, closely=closely)
    result = fit(three_digits, config)
    assert result.reason is StopReason.CONVERGED
    same = TrainConfig(
        lam=3, preparation="centred", multiclass=multiclass, tolerance=1e-8, max_iterations=5000
    )
    expected = fit(three_digits, same).history.cost[-1]
    assert_allclose(result.history.cost[-1], expected, rtol=1e-8 if closely else 1e-4)


@pytest.mark.parametrize(("classes", "ways"), [(2, 1), (3, 2)])
def test_of_two_digits_there_is_one_way_to_the_minimum_and_of_more_there_are_two(classes, ways):
    configs = [TrainConfig(multiclass=multiclass) for multiclass in MULTICLASS]
    assert len({surest_way(config, classes) for config in configs}) == ways
    for closely in (False, True):
        found = [for_the_minimum(config, classes, closely=closely) for config in configs]
        assert len({(config.optimizer, config.tolerance) for config in found}) == ways
