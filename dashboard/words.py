"""What happened, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from logreg_core import OPTIMIZERS, JobState, StopReason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.lesson import FirstStep, Line
    from logreg_core import Dataset, History, Reading, TrainConfig, TrainingJob, Trial


def run_status(job: TrainingJob) -> str:
    """One or two sentences on where a run stands."""
    step = job.latest
    at = f"at iteration {step.iteration}" if step else "before the first iteration"
    if job.state is JobState.FAILED:
        return job.failure or ""
    if job.state is JobState.READY:
        return "Ready: θ is all zeros. **Start** runs to the end, **Step** does one iteration."
    if job.state is JobState.RUNNING:
        return f"Training, {at}. It goes on while you look at other pages."
    if job.state is JobState.PAUSED:
        return f"Paused {at}."
    return f"{_ending(job)} {_verdict(job.history())}".strip()


def _ending(job: TrainingJob) -> str:
    done = len(job.history()) - 1
    config = job.config
    endings = {
        StopReason.CONVERGED: f"Converged after {done} iterations: no entry of the gradient "
        f"is larger than {config.tolerance:g}.",
        StopReason.ITERATIONS: f"Ended after the {done} iterations that it was given, "
        "before the gradient was small enough.",
        StopReason.VISITOR: f"Stopped by you after {done} iterations.",
        StopReason.STALLED: f"Ended after {done} iterations, where the optimiser could not "
        "lower J any further; the gradient was not yet as small as asked.",
        StopReason.DIVERGED: f"Diverged after {done} iterations: J grew beyond all numbers. "
        f"{_smaller_steps(config)}",
    }
    return endings[job.reason or StopReason.VISITOR]


def _verdict(history: History) -> str:
    """What a person should notice about a run that did not go well."""
    if len(history) > 1 and history.cost[-1] > history.cost[0]:
        return "J is higher than at the start: the steps are too long, take a smaller α."
    return ""


def _smaller_steps(config: TrainConfig) -> str:
    if "learning_rate" in OPTIMIZERS[config.optimizer].settings:
        return f"α = {config.learning_rate:g} makes steps that are too long: take a smaller one."
    return "Take another λ or another optimiser."


def run_numbers(history: History) -> dict[str, str]:
    """The newest values of a run, by label; a dash before the first step."""
    if not len(history):
        labels = ("J", "Held-out cost", "Training accuracy", "Held-out accuracy", "Passes")
        return dict.fromkeys(labels, "–")
    return {
        "J": f"{history.cost[-1]:.6g}",
        "Held-out cost": f"{history.held_out_cost[-1]:.4g}",
        "Training accuracy": f"{history.accuracy[-1]:.2%}",
        "Held-out accuracy": f"{history.held_out_accuracy[-1]:.2%}",
        "Passes": f"{history.passes[-1]}",
    }


def theta_caption(classes: tuple[int, ...]) -> str:
    """What the picture of θ beside the chart shows."""
    if len(classes) == 2:
        return (
            f"θ now: ink on :red[red] pixels speaks for **{classes[1]}**, "
            f"on :blue[blue] ones for **{classes[0]}**."
        )
    return (
        f"θ of the digit **{classes[-1]}** now: :red[red] speaks for it, :blue[blue] against. "
        "The θ page shows all of them."
    )


def theta_sentence(classes: tuple[int, ...]) -> str:
    """What to look at in the picture of θ."""
    if len(classes) == 2:
        return (
            f"What the model looks for: ink on :red[**red**] pixels speaks for a "
            f"**{classes[1]}**, on :blue[**blue**] ones for a **{classes[0]}**; white is zero."
        )
    return (
        "One θ a digit, each against all the others: ink on :red[**red**] pixels speaks for "
        "the digit, on :blue[**blue**] ones against it; white is zero."
    )


def bias_sentence(bias: float, classes: tuple[int, ...], digit: int) -> str:
    """What the bias says before any ink is seen."""
    other = classes[0] if len(classes) == 2 else f"not {digit}"
    leaning = digit if bias > 0 else other
    return (
        f"Bias θ₀ = {bias:.3g}: what z is for blank paper, which leans towards **{leaning}**. "
        "The largest weight sets the deepest colours."
    )


def contributions_sentence(theta: NDArray[np.float64], image: NDArray[np.float32], y: int) -> str:
    """How one image's z adds up."""
    products = theta[1:] * image.ravel()
    z = theta[0] + products.sum()
    return (
        f"A {y}: bias {theta[0]:.2f}, pixels that speak for {products[products > 0].sum():+.2f}, "
        f"against {products[products < 0].sum():+.2f}: z = {z:.2f}, σ(z) = {expit(z):.4f}."
    )


def asked_for(classes: tuple[int, ...]) -> str:
    """What the visitor should draw."""
    if len(classes) == 10:
        return "Draw a digit"
    first = ", a ".join(str(digit) for digit in classes[:-1])
    return f"Draw a {first} or a {classes[-1]}"


def model_sentence(job: TrainingJob) -> str:
    """Which model reads, and how well it does on digits that it never saw."""
    step = job.latest
    accuracy = "" if step is None else f" It reads {step.held_out_accuracy:.1%} of them correctly."
    return (
        f"The model learnt from {len(job.training):,} images of “{job.training.name}” "
        f"({OPTIMIZERS[job.config.optimizer].label}, λ = {job.config.lam:g}); "
        f"{len(job.held_out):,} more were held out.{accuracy}"
    )


def certainty(read: Reading) -> str:
    """How sure the model is of what it read."""
    return f"read with probability **{_percent(float(read.probabilities.max()))}**"


def why_sentence(read: Reading, classes: tuple[int, ...]) -> str:
    """How z adds up, and what follows from it."""
    spoke_for = float(read.contributions[read.contributions > 0].sum())
    against = float(read.contributions[read.contributions < 0].sum())
    other = f"a **{classes[0]}**" if len(classes) == 2 else "any other digit"
    lines = [
        "| what speaks | how loud |",
        "|:--|--:|",
        f"| bias θ₀ | {read.bias:+.2f} |",
        f"| ink on :red[red], for a **{read.speaks_for}** | {spoke_for:+.2f} |",
        f"| ink on :blue[blue], for {other} | {against:+.2f} |",
        f"| **z**, their sum | **{read.z:+.2f}** |",
        f"| **σ(z)** | **{_percent(float(expit(read.z)))}** |",
    ]
    threshold = (
        f"z {'≥' if read.z >= 0 else '<'} 0, so σ(z) is "
        f"{'at least' if read.z >= 0 else 'below'} 0.5: it is read as a **{read.digit}**."
        if len(classes) == 2
        else f"Each digit has its own θ and its own σ(z). That of **{read.digit}** is the "
        "largest; divided by the sum of all, it is the probability above."
    )
    return "\n".join(lines) + f"\n\n{threshold}"


def _percent(probability: float) -> str:
    """Never rounded to a certainty that no model has."""
    if probability > 0.9999:
        return "more than 99.99 %"
    if probability < 0.0001:
        return "less than 0.01 %"
    return f"{100 * probability:.2f} %"


def source_sentence(dataset: Dataset, training: Dataset, held_out: Dataset) -> str:
    """What is shown, and how it is split."""
    return (
        f"**{dataset.name}**: {len(dataset):,} images of 20x20 pixels. Of the digits chosen, "
        f"**{len(training):,}** are to learn from and **{len(held_out):,}** are held out."
    )


def page_label(number: int, per_page: int, examples: int) -> str:
    """A page of the gallery by the images on it, counted from 1."""
    return f"{number * per_page + 1:,}–{min((number + 1) * per_page, examples):,}"


def row_of_x(image: NDArray[np.float32]) -> str:
    """An image as its row of X, the middle left out."""
    pixels = image.ravel()
    inked = int(np.count_nonzero(pixels > 0.5))
    begin, end = (", ".join(f"{p:.2f}" for p in part) for part in (pixels[:12], pixels[-4:]))
    return (
        "**The same image as a row of X.** Row by row, its 400 pixels become one long vector; "
        "in front stands the 1 of the bias, so that θ₀ always counts.\n\n"
        f"`[ 1 | {begin}, … , {end} ]`\n\n"
        f"1 + 400 = **401 numbers**, paper 0 and ink 1; {inked} of the pixels are more ink "
        "than paper. A scan that was resampled may overshoot a little at its edges, below 0 "
        "or above 1: it is left as it is."
    )


def best_trial_sentence(best: Trial) -> str:
    """Which trial did best on held-out examples."""
    rate = "learning_rate" in OPTIMIZERS[best.config.optimizer].settings
    alpha = f" and α = {best.config.learning_rate:g}" if rate else ""
    return (
        f"Lowest held-out cost so far: **{best.last.held_out_cost:.4g}**, at "
        f"λ = **{best.config.lam:g}**{alpha}, where {best.last.held_out_accuracy:.2%} of the "
        "held-out digits are read correctly."
    )


def z_sentence(read: Reading) -> str:
    """The weighted sum in numbers."""
    return (
        f"The sum of all θ⊙x, plus the bias: **z = θᵀx = {read.bias:.2f} "
        f"{float(read.contributions.sum()):+.2f} = {read.z:.2f}**."
    )


def sigmoid_sentence(z: float, classes: tuple[int, ...], read: Reading) -> str:
    """Which side of the threshold z is on, and what a tie means."""
    h = float(expit(z))
    other = f"a {classes[0]}" if len(classes) == 2 else "one of the others"
    verdict = f"a {read.speaks_for}" if h >= 0.5 else other
    return (
        f"σ(z) = **{h:.3f}**, so this would be **{verdict}**: the threshold is 0.5, where z = 0. "
        f"At exactly 0.5 it goes to the {read.speaks_for}, as in the course. "
        f"The digit above has z = {read.z:.2f}."
    )


def cost_sentence(h: float, cost: float) -> str:
    """Why a confident mistake is dear."""
    return (
        f"If it is y = 1, saying h = {h:.3f} costs **{-np.log(h):.2f}**; if it is y = 0, "
        f"**{-np.log1p(-h):.2f}**. Being sure and wrong costs without bound, being sure and "
        f"right almost nothing. The digit above costs {cost:.4f}; J is the mean over all."
    )


def step_sentence(step: FirstStep, alpha: float, m: int) -> str:
    """What one step does to J."""
    return (
        f"At θ = 0 every digit costs log 2, so J = **{step.before:.4f}**. The picture is −∇J, the "
        f"mean over {m:,} examples of their pixels times (y − h): where θ should :red[grow] and "
        f"where it should :blue[shrink]. One step of α = {alpha:g} along it, "
        f"θ ← θ − α∇J, brings J to **{step.after:.4f}**."
    )


def four_ways(lines: tuple[Line, ...], values: dict[str, object]) -> str:
    """A table: each quantity as formula, Octave, NumPy and value."""
    rows = ["| | formula | Octave | NumPy | value |", "|:--|:--|:--|:--|--:|"]
    rows += [
        f"| **{line.name}** | ${line.formula}$ | `{line.octave}` | "
        f"`{line.name} = {line.numpy}` | {_value(values[line.name])} |"
        for line in lines
    ]
    return "\n".join(rows)


def _value(value: object) -> str:
    """A number, or the first ones of a vector."""
    numbers = np.atleast_1d(np.asarray(value))
    if numbers.size == 1:
        return f"{numbers[0]:.6g}"
    return f"{numbers[0]:.3g}, {numbers[1]:.3g}, … ({numbers.size} numbers)"


def held_out_sentence(job: TrainingJob) -> str:
    """What the score on the training set does not say."""
    step = job.latest
    if step is None:
        return ""
    return (
        f"This model reads **{step.accuracy:.1%}** of its {len(job.training):,} training digits "
        f"correctly. With 401 numbers to adjust, that is easy and proves little: it could have "
        f"learnt them by heart. On the {len(job.held_out):,} held-out digits, which it never saw, "
        f"it reads **{step.held_out_accuracy:.1%}** correctly, and that is the number to quote."
    )
