"""What is read off the trials of a sweep, and said of it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from dashboard.explore.plan_link import read_plan
from dashboard.explore.standing import (
    Standing,
    best_of,
    lucky,
    seconds_left,
    together,
    winners,
    works_of,
)
from dashboard.figures.explore.curves import Curve, curves_chart
from dashboard.words.explore.plan import plan_sentence
from dashboard.words.explore.progress import (
    best_sentence,
    lucky_sentence,
    other_data_sentence,
    standing_text,
    time_left,
    waits_sentence,
    what_to_look_at,
)
from logreg_core import TrainConfig
from logreg_core.sweep import Origin, TrialRecord, TrialResult, TrialState

NOON = datetime(2030, 1, 1, 12)  # noqa: DTZ001 - as a worker writes it
PLAN = read_plan("lam=0.1..10,trials=20")


def record(number, *, state="finished", values=None, worker="one", began=0.0, took=2.0):
    """A trial that began so many seconds after noon."""
    ended = None if state == "running" else NOON + timedelta(seconds=began + took)
    return TrialRecord(
        number,
        TrialState(state),
        {"lam": 1.0},
        TrainConfig(),
        values if values is not None else ((0.5,) if state == "finished" else None),
        None,
        (),
        worker,
        NOON + timedelta(seconds=began),
        ended,
        None,
    )


def test_trials_are_counted_by_how_they_ended():
    states = ["finished", "finished", "pruned", "failed", "running"]
    standing = Standing.of(PLAN, [record(n, state=state) for n, state in enumerate(states)])
    assert (standing.finished, standing.pruned, standing.failed, standing.running) == (2, 1, 1, 1)
    assert standing.ended == 4
    assert standing_text(standing) == "4 of 20 trials: 2 finished, 1 pruned, 1 failed, 1 running"


def test_no_time_is_promised_before_there_are_enough_trials():
    trials = [record(n, began=2 * n) for n in range(3)]
    assert seconds_left(PLAN, [*trials, record(3, state="running")]) is None


def test_time_left_goes_by_how_long_the_last_trials_took():
    trials = [record(n, began=2 * n) for n in range(6)]
    assert seconds_left(PLAN, [*trials, record(6, state="running")]) == pytest.approx(14 * 2)


def test_two_workers_take_half_the_time_whatever_their_clocks_say():
    day = 24 * 3600
    here = [record(n, began=2 * n) for n in range(5)]
    there = [record(5 + n, began=2 * n + day, worker="two") for n in range(5)]
    running = [record(10, state="running"), record(11, state="running", worker="two")]
    assert seconds_left(PLAN, [*here, *there, *running]) == pytest.approx(10 * 2 / 2)


def test_a_pause_between_trials_does_not_count():
    trials = [record(n, began=2 * n + (3600 if n > 3 else 0)) for n in range(6)]
    assert seconds_left(PLAN, [*trials, record(6, state="running")]) == pytest.approx(14 * 2)


def test_nobody_at_work_means_no_time_left_can_be_told():
    trials = [record(n, began=2 * n) for n in range(6)]
    assert seconds_left(PLAN, trials) is None
    assert seconds_left(PLAN, trials, here=("one",)) == pytest.approx(14 * 2)


def test_each_worker_has_its_trials_its_rate_and_its_last_sign_of_life():
    trials = [record(n, began=2 * n) for n in range(5)]
    trials += [record(5, worker="two", began=7), record(6, worker="two", state="running", began=9)]
    one, two = works_of(trials)
    assert (one.worker, one.ended, one.now) == ("one", 5, None)
    assert one.a_minute == pytest.approx(30)
    assert (two.ended, two.a_minute, two.now) == (1, None, 6)
    assert two.heard == NOON + timedelta(seconds=9)


def test_workers_of_one_server_count_together_and_those_that_have_left_not_for_its_rate():
    left = [record(n, began=2 * n) for n in range(5)]
    now = [record(5 + n, worker="two", began=20 + n, took=1.0) for n in range(5)]
    both = works_of([*left, *now, record(10, worker="two", state="running", began=25)])
    server = together(both, "this server")
    assert (server.worker, server.ended, server.now) == ("this server", 10, 10)
    assert server.a_minute == pytest.approx(60)
    assert server.heard == NOON + timedelta(seconds=25)


def test_the_best_is_the_highest_accuracy_and_the_lowest_cost():
    both = read_plan("lam=0.1..10,goal=held-out-accuracy;held-out-cost")
    trials = [record(0, values=(0.9, 0.3)), record(1, values=(0.8, 0.1))]
    assert best_of(both, trials).number == 0
    assert best_of(both, trials, both.goals[1]).number == 1
    said = best_sentence(both, both.goals[1:], trials[1], over=True)
    assert said.startswith("Best by held-out cost, trial 1: held-out accuracy **80 %** and")


def test_a_trial_that_is_the_best_in_both_goals_is_said_once():
    both = read_plan("lam=0.1..10,goal=held-out-accuracy;held-out-cost")
    trials = [record(0, values=(0.9, 0.1)), record(1, values=(0.8, 0.3))]
    ((best, won),) = winners(both, trials)
    assert best.number == 0
    assert best_sentence(both, won, best, over=True).startswith("Best in both goals, trial 0: ")
    trials[1] = record(1, values=(0.8, 0.05))
    assert [(each.number, len(won)) for each, won in winners(both, trials)] == [(0, 1), (1, 1)]
    assert winners(both, []) == []


def test_what_swung_when_it_ended_is_never_the_best_but_said_to_have_done_better():
    swung = TrialResult(0.3, 0.1, 0.99, 0.25, 0.95, 40, 41.0, 0.02, "iterations", unsteady=True)
    lower, higher = (
        replace(record(n, values=(cost,)), result=swung) for n, cost in ((0, 0.1), (1, 0.9))
    )
    trials = [lower, higher, record(2, values=(0.3,))]
    assert best_of(PLAN, trials).number == 2
    assert lucky(PLAN, trials) == [lower]
    assert lucky_sentence([lower]).startswith("Trial 0 did better when it ended, but while J swung")
    assert lucky(PLAN, trials[:2]) == [], "there is no best that they could be better than"


def test_of_equally_good_trials_the_other_goal_says_which_is_the_best():
    both = read_plan("lam=0.1..10,goal=held-out-accuracy;held-out-cost")
    trials = [record(0, values=(1.0, 0.0049)), record(1, values=(1.0, 0.00023))]
    assert best_of(both, trials).number == 1


def test_nothing_is_orange_before_there_is_a_best():
    plan = read_plan("lam=0.1..10,goal=held-out-accuracy")
    assert "orange" not in what_to_look_at(plan, has_best=False)
    assert "orange" in what_to_look_at(plan, has_best=True)


def test_resume_is_named_only_where_it_could_go_on_with_the_images():
    origin = Origin("mnist", (3, 8), 25, 0)
    goes_on = other_data_sentence(origin, over=False, at_hand=True)
    assert "3/8 (MNIST). Only with these can **Resume**" in goes_on
    for over, at_hand in ((True, True), (True, False), (False, False)):
        assert "Resume" not in other_data_sentence(origin, over=over, at_hand=at_hand)


def test_costs_on_two_scales_are_not_compared_without_a_word():
    both = read_plan("multiclass=one-vs-all;softmax,lam=0.1..1")
    assert "compare them by accuracy" in what_to_look_at(both, has_best=True)
    for text in ("multiclass=softmax,lam=0.1..1", "lam=0.1..1"):
        said = what_to_look_at(read_plan(text), has_best=True)
        assert "compare them" not in said


def test_one_trial_waits_and_two_wait():
    assert (
        waits_sentence(replace(PLAN, trials=1), 50) == "1 trial on 50 images waits for **Start**."
    )
    assert "2 trials on 50 images wait" in waits_sentence(replace(PLAN, trials=2), 50)


def test_a_gap_is_said_without_the_noise_of_its_product():
    plan = read_plan("lam=0.1..10,goal=seconds-to-gap,gap=1e-6")
    assert "a gap of 0.0001 %" in plan_sentence(plan)


def test_the_costs_of_the_best_count_for_the_labels_of_their_axis():
    rough = Curve("1", np.array([1.0, 2.0]), np.array([0.5, 0.4]))
    fine = Curve("2", np.array([1.0, 2.0]), np.array([0.5, 1e-5]))
    axis = curves_chart([rough], [], fine).layout.yaxis
    assert axis == curves_chart([rough, fine], []).layout.yaxis
    assert axis != curves_chart([rough], []).layout.yaxis


def test_a_gap_that_was_never_reached_is_not_the_best():
    plan = read_plan("lam=0.1..10,goal=seconds-to-gap")
    assert best_of(plan, [record(0, values=(math.inf,)), record(1, values=(3.0,))]).number == 1
    assert best_of(plan, [record(0, values=(math.inf,))]) is None


@pytest.mark.parametrize("seconds", [0, 9, 11, 49, 51, 89, 3000, 90_000])
def test_time_left_is_words_that_are_near_the_number(seconds):
    said = time_left(seconds)
    if said == "a few seconds left":
        assert seconds < 10
        return
    _, number, unit, _ = said.split()
    in_seconds = int(number) * {"s": 1, "m": 60, "h": 3600}[unit[0]]
    assert abs(in_seconds - seconds) <= max(5, 0.35 * seconds)


def test_a_plan_is_one_sentence():
    assert plan_sentence(read_plan("lam=0.001..100,learning_rate=0.01..10")) == (
        "**50 trials** over λ from 0.001 to 100 and α from 0.01 to 10, chosen by TPE, for "
        "**the lowest held-out cost**."
    )
    assert plan_sentence(
        read_plan("optimizer=adam,lam=0;1,sampler=grid,goal=held-out-accuracy")
    ) == ("**2 trials** over λ (0, 1) with Adam, a grid, for **the highest held-out accuracy**.")


def test_the_chart_draws_what_has_a_place_on_logarithmic_axes():
    cost = np.array([0.69, 0.1, np.inf, np.nan, 1e-60])
    drawn = curves_chart([], [Curve("trial 1", np.arange(5.0), cost)])
    line = drawn.data[1]
    assert list(line.x) == [1, 4], "neither θ = 0 nor what is no number"
    assert 0 < min(line.y) < 0.1
