"""Step 8: held-out digits tell what was learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.figures.lesson.held_out import TwoScores, fair_numbers, learning_curve_chart
from dashboard.lab import TRAININGS
from dashboard.lesson.step import show_ways, step
from dashboard.lesson.work import as_it_comes, ask_for, begun
from dashboard.live_chart import live_chart
from dashboard.visitor import kept, visitor_is_here
from dashboard.words.lesson.held_out import held_out_text
from dashboard.words.lesson.ways import Way
from logreg_core import Dataset, LearningCurve, Score, TrainConfig
from logreg_core.evaluation import Z_OF_95_PERCENT
from logreg_core.learning_curve import stratified_order, usual_sizes

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson
    from logreg_core import Model

#: Fewer than half as many as a θ of one class has numbers: they can be learnt by heart.
_BY_HEART: Final = 200

#: What means nothing takes longer to learn; most are over after 300.
_ITERATIONS_BY_HEART: Final = 2000

#: How often each size of the learning curve is drawn by lot.
_SEEDS: Final = (0, 1, 2)

#: No entry of ∇J larger: the accuracy changes no more, in half the time.
_TOLERANCE: Final = 1e-4

_WAYS: Final = (
    Way(
        "a",
        r"a = \tfrac{1}{k} \sum_i [s^{(i)} = l^{(i)}]",
        "a = mean(S == L);",
        "a = np.mean(S == L)",
    ),
    Way(
        "w",
        r"w = \Phi^{-1}(0.975)",
        f"w = {Z_OF_95_PERCENT};",
        f"w = {Z_OF_95_PERCENT}",
    ),
    Way(
        "low",
        r"\text{low} = \frac{a + \frac{w^2}{2k} - w \sqrt{\frac{a (1 - a)}{k} + \frac{w^2}{4k^2}}}"
        r"{1 + \frac{w^2}{k}}",
        "low = (a > 0) * (a + w^2/(2*k) - w*sqrt(a*(1-a)/k + w^2/(4*k^2))) / (1 + w^2/k);",
        "low = (a > 0) * (a + w**2/(2*k) - w*np.sqrt(a*(1-a)/k + w**2/(4*k**2))) / (1 + w**2/k)",
    ),
    Way(
        "high",
        r"\text{high} = \frac{a + \frac{w^2}{2k} + w \sqrt{\frac{a (1 - a)}{k} + \frac{w^2}{4k^2}}}"
        r"{1 + \frac{w^2}{k}}",
        "high = (a + w^2/(2*k) + w*sqrt(a*(1-a)/k + w^2/(4*k^2))) / (1 + w^2/k);",
        "high = (a + w**2/(2*k) + w*np.sqrt(a*(1-a)/k + w**2/(4*k**2))) / (1 + w**2/k)",
    ),
)


def held_out_digits(lab: Lab, lesson: Lesson) -> None:
    """Show what 100 % on the training set is worth, the learning curve, and a fair number."""
    job, model = lab.current_run(), lesson.model
    today = kept("lesson_scores", model, lambda: _scores(model, job.training, job.held_out))
    with step("held-out"):
        by_heart = min(_BY_HEART, len(job.training))
        st.markdown(held_out_text(today.held_out, numbers=model.theta.size, by_heart=by_heart))
        scores, curve = st.columns(2)
        with scores:
            st.markdown("**Learnt, and learnt by heart**")
            _fair_number(lesson, job.training, job.held_out, today)
        with curve:
            lam = model.config.lam
            st.markdown(f"**The learning curve** (λ = {lam:g}, {len(_SEEDS)} draws of each m)")
            _learning_curve(lesson, job.training, job.held_out, today)
        low, high = today.held_out.interval
        show_ways(
            "held-out",
            _WAYS,
            {"a": today.held_out.share, "w": Z_OF_95_PERCENT, "low": low, "high": high},
        )


def _scores(model: Model, training: Dataset, held_out: Dataset) -> TwoScores:
    learnt, asked = model.judge(training), model.judge(held_out)
    return TwoScores(
        "This model",
        Score.of_readings(learnt.read_as, training.labels),
        Score.of_readings(asked.read_as, held_out.labels),
    )


def _fair_number(lesson: Lesson, training: Dataset, held_out: Dataset, today: TwoScores) -> None:
    """The model at hand beside one that learnt labels dealt at random."""
    preparation = lesson.model.config.preparation
    config = TrainConfig(lam=0, preparation=preparation, max_iterations=_ITERATIONS_BY_HEART)

    def train() -> LearningCurve:
        some = with_labels_dealt_at_random(training, _BY_HEART)
        return LearningCurve(
            some,
            held_out,
            config,
            sizes=(len(some),),
            seeds=(0,),
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        )

    images = _BY_HEART * _thetas(lesson)
    by_heart = begun("by_heart", (training, held_out, preparation), train, images=images)
    if by_heart is None:
        ask_for("by_heart", "Train on labels dealt at random")
        return

    def show() -> None:
        rows = [today] + [
            TwoScores("Labels dealt at random", point.training, point.held_out)
            for point in by_heart.points
        ]
        live_chart(fair_numbers(rows), key="held_out_scores")

    as_it_comes("by_heart", by_heart, show)


def with_labels_dealt_at_random(training: Dataset, most: int) -> Dataset:
    """Some of the images, each digit its share of them, with one another's labels."""
    some = training.take(stratified_order(training.labels, seed=0)[:most])
    dealt = np.random.default_rng(0).permutation(some.labels)
    return Dataset(some.images, dealt, f"{training.name}: labels dealt at random")


def _learning_curve(lesson: Lesson, training: Dataset, held_out: Dataset, today: TwoScores) -> None:
    """What more training digits help; with the visitor's λ, but an optimiser that arrives."""
    set_by_visitor = lesson.model.config
    config = TrainConfig(
        lam=set_by_visitor.lam,
        preparation=set_by_visitor.preparation,
        multiclass=set_by_visitor.multiclass,
        tolerance=_TOLERANCE,
    )
    sizes = usual_sizes(training)
    images = sum(sizes[:-1]) * len(_SEEDS) + sizes[-1]
    work = begun(
        "learning_curve",
        (training, held_out, config),
        lambda: LearningCurve(
            training,
            held_out,
            config,
            sizes,
            _SEEDS,
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        ),
        images=images * _thetas(lesson),
    )
    if work is None:
        ask_for("learning_curve", f"Train on {sizes[0]:,} to {sizes[-1]:,} digits")
        return
    as_it_comes(
        "learning_curve",
        work,
        lambda: live_chart(
            learning_curve_chart(work.points, sizes, today), key="held_out_learning_curve"
        ),
    )


def _thetas(lesson: Lesson) -> int:
    return 1 if lesson.model.theta.ndim == 1 else len(lesson.model.theta)
