"""What a sweep tries, and what it refuses to try."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logreg_core import OPTIMIZERS, ConfigError, TrainConfig
from logreg_core.config import RANGES
from logreg_core.sweep import (
    GOALS,
    PRUNERS,
    SAMPLERS,
    SWEPT,
    Choices,
    Interval,
    Plan,
    Space,
    SweepData,
)
from tests.sweeping import QUICK, grid_of, sweep_of, work

LAM = Interval("lam", 0.1, 10, steps=3)

NUMBERS = st.one_of(
    st.floats(1e-6, 1e6), st.floats(0, 1e6, exclude_min=True), st.floats(1, 1 + 1e-12)
)
ENDS = st.tuples(NUMBERS, NUMBERS).filter(lambda ends: ends[0] < ends[1])
FAR_APART = st.tuples(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6)).filter(
    lambda ends: ends[1] > ends[0] * (1 + 1e-9)
)
WHOLE_ENDS = st.tuples(st.integers(1, 10_000), st.integers(1, 10_000)).filter(
    lambda ends: ends[0] < ends[1]
)


def refused(make):
    """The sentence of a refusal: one line that ends with a full stop."""
    with pytest.raises(ConfigError) as caught:
        make()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_all_settings_of_a_config_but_seed_and_seconds_can_be_swept():
    assert set(TrainConfig().to_dict()) - set(SWEPT) == {"seed", "max_seconds"}


def test_a_grid_has_every_combination_once_and_the_last_setting_varies_fastest():
    space = Space((LAM, Choices("preparation", ("none", "full"))))
    tried = [tuple(combination.values()) for combination in grid_of(Plan(space, sampler="grid"))]
    assert tried == [(lam, how) for lam in (0.1, 1.0, 10.0) for how in ("none", "full")]


def test_a_grid_leaves_out_settings_that_an_optimiser_does_not_use():
    momenta, names = (0.5, 0.9), ("momentum", "gradient-descent", "bfgs")
    space = Space((Choices("momentum", momenta), LAM, Choices("optimizer", names)))
    grid = grid_of(Plan(space, sampler="grid"))
    of = {name: [each for each in grid if each["optimizer"] == name] for name in names}
    assert {name: len(each) for name, each in of.items()} == {
        name: 3 * (2 if "momentum" in OPTIMIZERS[name].settings else 1) for name in names
    }
    assert all("momentum" not in each for each in of["bfgs"])


@given(ENDS, st.integers(2, 100), st.booleans())
def test_the_points_of_a_range_rise_from_its_first_to_its_last_number(ends, steps, log):
    points = Interval("lam", *ends, log=log, steps=steps).points
    assert (points[0], points[-1]) == ends
    assert list(points) == sorted(set(points))
    assert len(points) <= steps


@given(FAR_APART, st.integers(2, 100), st.booleans())
def test_a_range_has_as_many_points_as_it_says(ends, steps, log):
    assert len(Interval("lam", *ends, log=log, steps=steps).points) == steps


@given(ENDS, st.integers(2, 5), st.booleans())
def test_each_combination_of_a_grid_is_told_without_the_others(ends, steps, several):
    others = (Choices("optimizer", ("bfgs", "momentum", "cg")),) if several else ()
    momentum = Interval("momentum", 0.5, 0.9, log=False, steps=3)
    space = Space((momentum, Interval("lam", *ends, steps=steps), *others))
    base = TrainConfig("momentum")
    plan = Plan(space, base, sampler="grid")
    grid = grid_of(plan)
    assert len(grid) == plan.trials
    assert len({tuple(each.items()) for each in grid}) == len(grid)
    with pytest.raises(IndexError):
        space.grid_point(base, len(grid))


@given(FAR_APART)
def test_points_of_a_logarithmic_range_stand_in_equal_ratios(ends):
    points = Interval("lam", *ends, steps=5).points
    ratios = [math.log(after / before) for before, after in pairwise(points)]
    # Points have four digits: both of a ratio may be off by half of the last, which of a range as
    # narrow as a tenth, log(10/9) in four steps, is 0.038; a narrower one has more digits.
    assert ratios == pytest.approx([math.log(ends[1] / ends[0]) / 4] * 4, rel=0.04)


@given(WHOLE_ENDS, st.integers(2, 100), st.booleans(), st.floats(0, 1, exclude_max=True))
def test_a_range_of_whole_numbers_gives_whole_numbers(ends, steps, log, place):
    interval = Interval("max_iterations", *ends, log=log, steps=steps)
    for number in (*interval.points, interval.at(place)):
        assert isinstance(number, int)
        assert ends[0] <= number <= ends[1]
    assert len(set(interval.points)) == len(interval.points)


@given(ENDS, st.booleans(), st.floats(0, 1, exclude_max=True))
def test_every_place_of_a_range_is_within_it(ends, log, place):
    interval = Interval("lam", *ends, log=log)
    assert ends[0] <= interval.at(place) <= ends[1]


@given(FAR_APART, st.booleans(), st.floats(0, 1, exclude_max=True))
def test_a_number_of_a_range_says_its_place(ends, log, place):
    interval = Interval("lam", *ends, log=log)
    assert interval.place_of(interval.at(place)) == pytest.approx(place, abs=1e-5)


def test_each_whole_number_of_a_range_has_its_share_of_places():
    interval = Interval("batch_size", 1, 4, log=False)
    places = [interval.at((index + 0.5) / 400) for index in range(400)]
    assert [places.count(number) for number in (1, 2, 3, 4)] == [100] * 4


@pytest.mark.parametrize(
    ("make", "about"),
    [
        (lambda: Choices("seed", (1, 2)), "seed cannot be swept"),
        (lambda: Choices("colour", ("red",)), "colour cannot be swept"),
        (lambda: Choices("lam", ()), "one value"),
        (lambda: Choices("lam", (1, 1.0)), "once"),
        (lambda: Choices("lam", (-1,)), "lam accepts"),
        (lambda: Choices("optimizer", ("magic",)), "optimizer accepts"),
        (lambda: Interval("preparation", 0, 1), "no number"),
        (lambda: Interval("lam", 1, 1), "less than"),
        (lambda: Interval("lam", 10, 1), "less than"),
        (lambda: Interval("lam", 0, 1), "cannot begin at 0"),
        (lambda: Interval("learning_rate", "auto", 1), "numbers"),
        (lambda: Interval("lam", 1, math.inf), "lam accepts"),
        (lambda: Interval("lam", math.nan, 1), "lam accepts"),
        (lambda: Interval("batch_size", 1.5, 3), "whole"),
        (lambda: Choices("lam", range(101)), "at most 100"),
        (lambda: Choices(["lam"], (1,)), "cannot be swept"),
        (lambda: Interval("lam", 1, 2, log="no"), "log accepts"),
        (lambda: Interval("lam", 1, 2, steps=True), "steps accepts"),
        (lambda: Interval("lam", 1, 2, steps=1), "2 to"),
        (lambda: Interval("lam", 1, 2, steps=101), "2 to"),
        (lambda: Space(()), "one setting"),
        (lambda: Space((LAM, Choices("lam", (1, 2)))), "once"),
        (lambda: Space.from_list([{"setting": "lam"}]), "values"),
        (lambda: Space.from_list("abc"), "values"),
        (lambda: Plan(Space((LAM,)), sampler=[]), "sampler accepts"),
        (lambda: Plan(Space((LAM,)), trials=True), "trials accepts"),
        (lambda: Plan(Space((LAM,)), trials=10**5000), "trials accepts"),
        (lambda: Plan(Space((LAM,)), gap=True), "gap accepts"),
        (lambda: Plan(Space((LAM,)), sampler="magic"), "sampler accepts"),
        (lambda: Plan(Space((LAM,)), pruner="magic"), "pruner accepts"),
        (lambda: Plan(Space((LAM,)), goals=()), "one goal"),
        (lambda: Plan(Space((LAM,)), goals=tuple(GOALS.values())[:3]), "one goal"),
        (lambda: Plan(Space((LAM,)), goals=(GOALS["held-out-cost"],) * 2), "different"),
        (lambda: Plan(Space((LAM,)), trials=0), "trials accepts"),
        (lambda: Plan(Space((LAM,)), trials=2001), "trials accepts"),
        (lambda: Plan(Space((LAM,)), seed=-1), "seed accepts"),
        (lambda: Plan(Space((LAM,)), seed=0.5), "seed accepts"),
        (lambda: Plan(Space((LAM,)), gap=0), "gap accepts"),
        (lambda: Plan(Space((LAM,)), gap=math.nan), "gap accepts"),
    ],
)
def test_what_cannot_be_swept_is_refused_in_a_sentence(make, about):
    assert about in refused(make)


def test_a_setting_that_nothing_uses_is_refused(data, three_digits):
    unused = Plan(Space((LAM, Choices("momentum", (0.5, 0.9)))), TrainConfig("bfgs"))
    assert "momentum" in refused(lambda: sweep_of(unused, data))
    of_several = Plan(Space((LAM, Choices("multiclass", ("one-vs-all", "softmax")))), QUICK)
    assert "two digits" in refused(lambda: sweep_of(of_several, data))
    several = SweepData(*three_digits.split(0.25, seed=0))
    assert sweep_of(of_several, several).plan == of_several


def test_a_grid_of_too_many_combinations_is_refused_without_being_made():
    wide = [Interval(name, *_ends(name), log=False, steps=100) for name in ("lam", "tolerance")]
    wide.append(Interval("max_iterations", 1, 10_000, log=False, steps=100))
    sentence = refused(lambda: Plan(Space(tuple(wide)), sampler="grid"))
    assert "1,000,000" in sentence or "1000000" in sentence


def _ends(setting):
    return RANGES[setting].low, RANGES[setting].high


def test_two_goals_and_a_pruner_are_refused():
    goals = (GOALS["held-out-cost"], GOALS["held-out-accuracy"])
    sentence = refused(lambda: Plan(Space((LAM,)), goals=goals, pruner="median"))
    assert "two goals" in sentence


@given(
    st.lists(st.sampled_from(["lam", "tolerance", "momentum"]), min_size=1, unique=True),
    st.sampled_from(list(GOALS.values())),
    st.sampled_from(["random", "tpe", "qmc", "grid"]),
    st.integers(1, 2000),
    st.integers(0, 2**31 - 1),
)
def test_a_plan_comes_back_from_plain_values(settings, goal, sampler, trials, seed):
    space = Space(tuple(Interval(name, 0.001, 0.9, steps=2) for name in settings))
    plan = Plan(space, goals=(goal,), sampler=sampler, trials=trials, seed=seed)
    assert Plan.from_dict(plan.to_dict()) == plan


@pytest.mark.parametrize("without", ["space", "base", "goals"])
def test_plain_values_of_no_plan_are_refused(without):
    plain = Plan(Space((LAM,))).to_dict()
    del plain[without]
    assert "no plan" in refused(lambda: Plan.from_dict(plain))
    for nonsense in (None, 5, "abc", [[1]]):
        refused(lambda nonsense=nonsense: Plan.from_dict({**plain, without: nonsense}))


def test_a_refusal_does_not_repeat_all_of_what_a_link_says():
    endless = "a" * 900
    for make in (
        lambda: Plan(Space((LAM,)), sampler=endless),
        lambda: Plan(Space((LAM,)), trials=endless),
        lambda: Choices(endless, (1,)),
        lambda: Plan.from_dict({**Plan(Space((LAM,))).to_dict(), "base": {endless: 1}}),
    ):
        assert endless[:50] not in refused(make)


def test_what_a_person_reads_of_samplers_and_pruners_cannot_be_changed():
    for names in (SAMPLERS, PRUNERS):
        with pytest.raises(TypeError):
            names["none"] = "changed"


def test_the_interval_of_a_setting_may_be_swept_at_random(data):
    space = Space((Interval("max_iterations", 1, 5, log=False), Choices("preparation", ("none",))))
    sweep = sweep_of(Plan(space, QUICK, sampler="random", trials=5), data)
    work(sweep, data)
    assert len(sweep.trials()) == 5
    for trial in sweep.trials():
        assert trial.result.iterations == trial.settings["max_iterations"]
