"""Step 8: held-out digits tell what was learnt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.figures.learning_curve import learning_curve_chart
from dashboard.figures.lesson.held_out import fair_numbers
from dashboard.lab import TRAININGS
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.visitor import kept, visitor_is_here
from dashboard.words.lesson.held_out import CURVES, curve_label, held_out_text
from dashboard.words.lesson.ways import Way
from dashboard.work import as_it_comes, ask_for, begun
from logreg_core import (
    USUAL_SEEDS,
    Z_OF_95_PERCENT,
    Dataset,
    LearningCurve,
    Scores,
    for_the_minimum,
    stratified_order,
    usual_sizes,
    wilson_reach,
)

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson
    from logreg_core import Model, Score

#: Fewer than half as many as a θ of one class has numbers: they can be learnt by heart.
_BY_HEART: Final = 200

# Wilson's ends are the two solutions of one quadratic equation. As what their product is over the
# other one, low is exactly 0 where nothing is right, and high exactly 1 where all is.
_WAYS: Final = (
    Way(
        "acc",
        r"\text{acc} = \frac{1}{n} \sum_i [\,\text{read as}^{(i)} = \text{label}^{(i)}\,]",
        "acc = mean(read_as == label);",
        "acc = np.mean(read_as == label)",
    ),
    Way(
        "quantile",
        r"v = \Phi^{-1}(0.975)",
        "quantile = sqrt(2) * erfinv(0.95);",
        "quantile = NormalDist().inv_cdf(0.975)",
    ),
    Way(
        "reach",
        r"r = \frac{v^2}{2n} + v \sqrt{\frac{\text{acc}\,(1 - \text{acc})}{n} + \frac{v^2}{4n^2}}",
        "reach = quantile^2/(2*n_test) + quantile*sqrt(acc*(1-acc)/n_test "
        "+ quantile^2/(4*n_test^2));",
        "reach = quantile**2/(2*n_test) + quantile*np.sqrt(acc*(1-acc)/n_test "
        "+ quantile**2/(4*n_test**2))",
    ),
    Way(
        "low",
        r"\text{low} = \frac{\text{acc}^2}{\text{acc} + r}",
        "low = acc^2 / (acc + reach);",
        "low = acc**2 / (acc + reach)",
    ),
    Way(
        "high",
        r"\text{high} = 1 - \frac{(1 - \text{acc})^2}{1 - \text{acc} + r}",
        "high = 1 - (1 - acc)^2 / (1 - acc + reach);",
        "high = 1 - (1 - acc)**2 / (1 - acc + reach)",
    ),
)


@dataclass(frozen=True, eq=False)
class _AtHand:
    """The model at hand, and how it fares."""

    model: Model
    training: Dataset
    held_out: Dataset
    scores: Scores
    is_shared: bool  # whether another visitor may find what is trained beside it

    @property
    def thetas(self) -> int:
        return 1 if self.model.theta.ndim == 1 else len(self.model.theta)


def held_out_digits(lab: Lab, lesson: Lesson) -> None:
    """Show what 100 % on the training set is worth, the learning curve, and a fair number."""
    job, model = lab.current_run(), lesson.model
    today = kept("lesson_scores", model, lambda: Scores.of_model(model, job.training, job.held_out))
    at_hand = _AtHand(model, job.training, job.held_out, today, lab.run_is_of_bundled_images)
    with step("held-out"):
        by_heart = _by_heart(at_hand)
        if by_heart is None:  # the visitor has stopped it
            ask_for("by_heart", "Train on labels dealt at random")
            _show(at_hand, None)
        else:
            # Text and pictures in one go, so that they are of the same model while a run goes on.
            as_it_comes("by_heart", by_heart, lambda: _show(at_hand, _end_of(by_heart)))
        show_ways("held-out", _WAYS, _values(today.held_out))


def _values(held_out: Score) -> dict[str, float]:
    low, high = held_out.interval
    return {
        "acc": held_out.share,
        "quantile": Z_OF_95_PERCENT,
        "reach": wilson_reach(held_out.right, held_out.of),
        "low": low,
        "high": high,
    }


def _by_heart(at_hand: _AtHand) -> LearningCurve | None:
    """One training on labels that were dealt at random."""
    training, held_out = at_hand.training, at_hand.held_out
    own = replace(at_hand.model.config, lam=0.0, multiclass="one-vs-all")
    config = for_the_minimum(own, len(at_hand.model.classes))

    def train() -> LearningCurve:
        some = with_labels_dealt_at_random(training, _BY_HEART)
        return LearningCurve(
            some,
            held_out,
            config,
            sizes=(len(some),),
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        )

    return begun(
        "by_heart",
        (training, held_out, config),
        train,
        images=_BY_HEART * at_hand.thetas,
        shared=at_hand.is_shared,
    )


def _end_of(by_heart: LearningCurve) -> Scores | None:
    return by_heart.points[-1].scores if by_heart.points else None


def with_labels_dealt_at_random(training: Dataset, most: int) -> Dataset:
    """Some of the images, each of them once, with one another's labels.

    Parameters
    ----------
    training : Dataset
        To choose from. An image that it has several times is taken once for each label.
    most : int
        At most so many are taken, each digit its share.

    Returns
    -------
    Dataset
        With as many labels of each digit as these images really have.
    """
    once: dict[tuple[bytes, int], int] = {}
    for position in stratified_order(training.labels, seed=0):
        image, label = training.images[position].tobytes(), int(training.labels[position])
        once.setdefault((image, label), position)
        if len(once) == most:
            break
    some = training.take(list(once.values()))
    dealt = np.random.default_rng(0).permutation(some.labels)
    return Dataset(some.images, dealt, f"{training.name}: labels dealt at random")


def _show(at_hand: _AtHand, dealt: Scores | None) -> None:
    """The text, the model at hand beside one that learnt by heart, and the learning curve."""
    text = st.container()
    rows = {"This model": at_hand.scores}
    if dealt is not None:
        rows["Labels dealt at random"] = dealt
    scores, curve = st.columns(2)
    with scores:
        st.markdown("**Learnt, and learnt by heart**")
        live_chart(fair_numbers(rows), key="held_out_scores")
    # After the picture, which takes longer: when the page begins anew between the two, what has
    # not been sent yet never is, and the text would be of a later model.
    text.markdown(
        held_out_text(
            at_hand.scores.held_out,
            numbers=at_hand.model.theta.size,
            learnt_from=len(at_hand.training),
            dealt=None if dealt is None else dealt.training,
        )
    )
    with curve:
        _learning_curve(at_hand)


@st.fragment
def _learning_curve(at_hand: _AtHand) -> None:
    """What more training digits help; with the visitor's λ, but an optimiser that arrives."""
    training, held_out, set_by_visitor = at_hand.training, at_hand.held_out, at_hand.model.config
    lam = set_by_visitor.lam
    st.markdown(curve_label(lam, len(USUAL_SEEDS), at_hand.thetas))
    st.segmented_control(
        "What the learning curve shows",
        CURVES,
        format_func=CURVES.__getitem__,
        key="curve",
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    shows = st.session_state["curve"]
    config = for_the_minimum(set_by_visitor, len(at_hand.model.classes))
    sizes = usual_sizes(training)
    images = sum(sizes[:-1]) * len(USUAL_SEEDS) + sizes[-1]
    work = begun(
        "learning_curve",
        (training, held_out, config, USUAL_SEEDS),
        lambda: LearningCurve(
            training,
            held_out,
            config,
            sizes,
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        ),
        images=images * at_hand.thetas,
        shared=at_hand.is_shared,
    )
    if work is None:
        ask_for("learning_curve", f"Train on {sizes[0]:,} to {sizes[-1]:,} digits")
    else:
        as_it_comes(
            "learning_curve",
            work,
            lambda: live_chart(
                learning_curve_chart(work.points, sizes, shows, at_hand.scores),
                key="held_out_learning_curve",
            ),
        )
    write_link()
