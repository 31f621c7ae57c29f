"""Step 9: ten digits, ten θ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import streamlit as st
from scipy.special import expit

from dashboard.figures.lesson.ten_digits import answers, thetas_aspect, thetas_over_digit
from dashboard.lab import TRAININGS
from dashboard.lesson.step import show_ways, step
from dashboard.live_chart import live_chart
from dashboard.margin import all_z
from dashboard.settings import FIRST_CONFIG
from dashboard.sources import Source
from dashboard.splits import shared_split, split_of
from dashboard.visitor import kept, visitor_is_here
from dashboard.words.lesson.ten_digits import (
    bars_label,
    origin_label,
    pictures_label,
    ten_digits_text,
    train_label,
)
from dashboard.words.lesson.ways import Way
from dashboard.work import as_it_comes, ask_for, begun, end_work
from logreg_core import TrainConfig, Trainings, load_bundled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.lab import Lab
    from dashboard.lesson.lesson import Lesson
    from dashboard.splits import Split
    from logreg_core import Model

#: Finds the minimum of J for ten θ in a blink, where others take a second; it is the same one.
_OPTIMIZER: Final = "sampled-surrogate"

_ALL_Z: Final = Way(
    "z_all",
    r"z_d = \theta_d^T x",
    "z_all = Theta * x';",
    "z_all = Theta @ x",
)
_ALL_H: Final = Way(
    "h_all",
    r"h_d = \sigma(z_d)",
    "h_all = 1 ./ (1 + exp(-z_all));",
    "h_all = 1 / (1 + np.exp(-z_all))",
)
_SHARES: Final = Way(
    "share",
    r"\text{share}_d = h_d \,/\, \sum_{d'} h_{d'}",
    "share = h_all / sum(h_all);",
    "share = h_all / h_all.sum()",
)
_WINNER: Final = Way(
    "read_digit",
    r"\arg\max_d z_d",
    "read_digit = classes(find(z_all == max(z_all), 1));",
    "read_digit = classes[np.argmax(z_all)]",
)
# e^z of a large z is no number any more; less the largest one, none is larger than 1.
SOFTMAX: Final = Way(
    "soft",
    r"\frac{e^{z_d}}{\sum_{d'} e^{z_{d'}}} = "
    r"\frac{e^{z_d - \max z}}{\sum_{d'} e^{z_{d'} - \max z}}",
    "soft = exp(z_all - max(z_all)) / sum(exp(z_all - max(z_all)));",
    "soft = np.exp(z_all - z_all.max()) / np.exp(z_all - z_all.max()).sum()",
)


@dataclass(frozen=True, eq=False)
class _Learnt:
    """A model of more than two digits, and how it fares."""

    model: Model
    name: str  # of the data
    accuracy: float
    held_out: int  # images on which that was measured


@dataclass(frozen=True)
class _Digits:
    """Where all digits are learnt from, as the lesson has two of them only."""

    source: Source
    is_own: bool  # the visitor's own file, which stays in their session
    key: tuple[str, tuple[int, ...], int, int]
    config: TrainConfig

    @property
    def split(self) -> Split:
        if self.is_own:
            return kept("ten_digits_split", self.key, lambda: split_of(self.key, self.source))
        return shared_split(self.key, self.source)

    @property
    def thetas(self) -> int:
        """How many θ there are."""
        return len(self.source.dataset.classes)

    @property
    def images(self) -> int:
        """From how many images each is learnt."""
        return len(self.split.training)


@st.fragment
def ten_digits(lab: Lab, lesson: Lesson) -> None:
    """The digit under ten θ; the largest z wins."""
    with step("ten-digits"):
        if len(lesson.model.classes) > 2:
            end_work("ten_digits")
            st.markdown(ten_digits_text(len(lesson.model.classes)))
            _under_each(_as_chosen(lab, lesson.model), lesson)
            return
        digits = _all_digits(lab)
        few = lab.dataset.classes
        borrowed = (few, digits.source.dataset.name) if len(few) == 2 else None
        st.markdown(ten_digits_text(digits.thetas, borrowed))
        work = begun(
            "ten_digits",
            (digits.key, digits.config),
            lambda: _training(digits),
            images=digits.images * digits.thetas,
            shared=lab.run_is_of_bundled_images,
        )
        if work is None:
            ask_for("ten_digits", train_label(digits.thetas, digits.images))
        else:
            as_it_comes("ten_digits", work, lambda: _as_trained(work, digits, lesson))


def _as_chosen(lab: Lab, model: Model) -> _Learnt:
    """The visitor's own model, as far as it has come."""
    job = lab.current_run()
    accuracy = 0.0 if job.latest is None else job.latest.held_out_accuracy
    return _Learnt(model, job.training.name, accuracy, len(job.held_out))


def _all_digits(lab: Lab) -> _Digits:
    """All digits of the visitor's data; of the bundled ones where those have two only."""
    settings, source = lab.settings, lab.source
    if len(source.dataset.classes) == 2:
        source = Source(load_bundled())
    config = settings.config
    return _Digits(
        source,
        is_own=source is lab.source and settings.source == "upload",
        key=(
            source.dataset.fingerprint,
            source.dataset.classes,
            settings.held_out,
            config.seed,
        ),
        config=replace(
            FIRST_CONFIG,
            optimizer=_OPTIMIZER,
            lam=config.lam,
            preparation=config.preparation,
            seed=config.seed,
        ),
    )


def _training(digits: _Digits) -> Trainings:
    split = digits.split
    return Trainings(
        split.training,
        split.held_out,
        (digits.config,),
        still_wanted=visitor_is_here(),
        line=TRAININGS,
    )


def _as_trained(work: Trainings, digits: _Digits, lesson: Lesson) -> None:
    """What has come of the training."""
    with st.container(key="ten_digits_trained"):
        for outcome in work.outcomes:
            _under_each(
                _Learnt(
                    outcome.model,
                    digits.source.dataset.name,
                    outcome.scores.held_out.share,
                    len(work.held_out),
                ),
                lesson,
            )


def _under_each(learnt: _Learnt, lesson: Lesson) -> None:
    """The digit at hand under each θ of a model."""
    model = learnt.model
    read, z = model.read(lesson.image), all_z(model, lesson.image)
    winner = model.classes.index(read.digit)
    pictures, bars = st.columns([3, 2], gap="medium")
    with pictures:
        st.markdown(pictures_label(len(model.classes)))
        live_chart(
            thetas_over_digit(model.theta, z, model.classes, lesson.image, winner),
            key="ten_digits_thetas",
            aspect=thetas_aspect(model.classes),
        )
        st.caption(origin_label(learnt.name, model.config, learnt.accuracy, learnt.held_out))
    with bars:
        st.markdown(bars_label(read.digit, lesson.label, softmax=model.is_softmax))
        columns = (
            {"softmax": read.probabilities}
            if model.is_softmax
            else {"σ(z)": expit(z), "share": read.probabilities}
        )
        live_chart(answers(columns, model.classes, winner), key="ten_digits_answers")
    values: Mapping[str, object] = {
        "z_all": z,
        "h_all": expit(z),
        "share": read.probabilities,
        "soft": read.probabilities,
        "read_digit": read.digit,
    }
    # Softmax of z that were not learnt together would be the answer of no model.
    answer = (SOFTMAX,) if model.is_softmax else (_ALL_H, _SHARES)
    show_ways("ten-digits", (_ALL_Z, *answer, _WINNER), values)
