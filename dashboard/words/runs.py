"""What a run or a sweep has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.words.plain import plain
from logreg_core import OPTIMIZERS, JobState, StopReason

if TYPE_CHECKING:
    from logreg_core import History, TrainConfig, TrainingJob, Trial


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


def model_sentence(job: TrainingJob) -> str:
    """Which model reads, and how well it does on digits that it never saw."""
    step = job.latest
    accuracy = "" if step is None else f" It reads {step.held_out_accuracy:.1%} of them correctly."
    return (
        f"The model learnt from {len(job.training):,} images of “{plain(job.training.name)}” "
        f"({OPTIMIZERS[job.config.optimizer].label}, λ = {job.config.lam:g}); "
        f"{len(job.held_out):,} more were held out.{accuracy}"
    )


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


def best_trial_sentence(best: Trial) -> str:
    """Which trial did best on held-out examples."""
    rate = "learning_rate" in OPTIMIZERS[best.config.optimizer].settings
    alpha = f" and α = {best.config.learning_rate:g}" if rate else ""
    return (
        f"Lowest held-out cost so far: **{best.last.held_out_cost:.4g}**, at "
        f"λ = **{best.config.lam:g}**{alpha}, where {best.last.held_out_accuracy:.2%} of the "
        "held-out digits are read correctly."
    )
