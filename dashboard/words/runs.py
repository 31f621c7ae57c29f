"""What a run has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.words.plain import plain
from logreg_core import OPTIMIZERS, JobState, StopReason

if TYPE_CHECKING:
    from logreg_core import History, TrainConfig, TrainingJob


def run_status(job: TrainingJob) -> str:
    """One or two sentences on where a run stands; what to think of it says `diagnosis`."""
    state, ahead = job.state, job.ahead
    if state is JobState.FAILED:
        return job.failure or ""
    if state is JobState.ENDED:
        return _ending(job)
    if ahead is not None:
        step = job.latest
        reached = f" It is at iteration {step.iteration}." if step and step.iteration else ""
        return f"{waiting_sentence(ahead)}{reached}"
    return _under_way(job, state)


def _under_way(job: TrainingJob, state: JobState) -> str:
    step = job.latest
    if step is None:
        return "Preparing the images…"
    at = f"at iteration {step.iteration}"
    if state is JobState.RUNNING:
        return f"Training, {at}{_digit_in_turn(job)}. It goes on while you look at other pages."
    if step.iteration == 0:
        return "Ready: θ is all zeros. **Start** runs to the end, **Step** does one iteration."
    return f"Paused {at}."


def _ending(job: TrainingJob) -> str:
    done = 0 if job.latest is None else job.latest.iteration
    iterations = "1 iteration" if done == 1 else f"{done} iterations"
    config = job.config
    endings = {
        StopReason.CONVERGED: f"Converged after {iterations}: no entry of the gradient "
        f"is larger than {config.tolerance:g}.{_no_proof(config)}",
        StopReason.ITERATIONS: f"Ended after the {iterations} that it was given"
        f"{_for_each_digit(job)}, before the gradient was small enough.",
        StopReason.VISITOR: f"Stopped by you after {iterations}.",
        StopReason.STALLED: f"Ended after {iterations}, where the optimiser could not "
        "lower J any further; the gradient was not yet as small as asked.",
        StopReason.TIME: f"Ended after {iterations}, when the {config.max_seconds:g} seconds "
        "that it was given were spent.",
        StopReason.SEPARATED: f"Stopped after {iterations}, with every training digit on the "
        "right side.",
        StopReason.ENDLESS: f"Ended after {iterations}, but not at a lowest J: there is none.",
        StopReason.DIVERGED: f"Diverged {f'after {iterations}' if done else 'at once'}: J grew to "
        "more than a million times what it was at the start.",
    }
    return endings[job.reason or StopReason.VISITOR]


def waiting_sentence(ahead: int) -> str:
    """What a visitor reads whose run waits for its turn.

    Examples
    --------
    >>> waiting_sentence(0)
    'The server is busy with other trainings: yours is **next in line**.'
    """
    place = "yours is **next in line**" if ahead == 0 else f"**{ahead} in line** before yours"
    return f"The server is busy with other trainings: {place}."


def _digit_in_turn(job: TrainingJob) -> str:
    """Which digit is being learnt, where they are learnt one after another."""
    model = job.model()
    if model is None or not job.config.learns_class_after_class(len(model.classes)):
        return ""
    begun = int(model.theta.any(axis=1).sum())
    return f", digit {max(begun, 1)} of {len(model.classes)}"


def _for_each_digit(job: TrainingJob) -> str:
    """BFGS learns several digits one after another, each with its own iterations."""
    if not job.config.learns_class_after_class(len(job.training.classes)):
        return ""
    return f" ({job.config.max_iterations} at most for each digit, one after another)"


def _no_proof(config: TrainConfig) -> str:
    if config.lam > 0:
        return ""
    return " Without a penalty (λ = 0) that does not prove that J has a lowest point."


def run_numbers(history: History, step: int) -> dict[str, str]:
    """The values of a run at one of its steps, by label."""
    return {
        "J": f"{history.cost[step]:.5g}",
        "Held-out cost": f"{history.held_out_cost[step]:.4g}",
        "Training accuracy": f"{history.accuracy[step]:.2%}",
        "Held-out accuracy": f"{history.held_out_accuracy[step]:.2%}",
        "Passes": f"{history.passes[step]:g}",
        "Seconds": f"{history.seconds[step]:.3g}" if history.iteration[step] else "0",
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
