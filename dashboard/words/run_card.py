"""What stands on a run's card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from dashboard.settings import to_link, written
from dashboard.words.plain import plain, short_fingerprint
from dashboard.words.recorded_runs import used_settings
from dashboard.words.settings import CHOICES, SETTINGS, weight_label
from logreg_core import AUTO, OPTIMIZERS, StopReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.settings import Settings
    from logreg_core.reproduce import RecordedRun

#: Why a run ended (None where it is paused) whose settings alone do not lead to its θ →
#: what comes of the link.
_OTHER_THETA: Final = {
    None: "This run is paused: whoever opens the link gets one that goes on to its end.",
    StopReason.VISITOR: "This run was stopped: whoever opens the link gets one that goes on to "
    "its end.",
    StopReason.TIME: "This run was out of time: whoever opens the link gets one that comes as "
    "far as the time allows there.",
}

NOT_YET: Final = (
    "**Run card**: the link to this run, its files and scripts that reproduce it come here "
    "when it pauses or ends."
)
NONE: Final = "**Run card**: this run has none, since it came to nothing."


def fingerprints(run: RecordedRun) -> list[str]:
    """What tells this θ and these training images from all others."""
    theta, data = run.theta_fingerprint, run.training.fingerprint
    return [f"θ {short_fingerprint(theta)}", f"data {short_fingerprint(data)}"]


def permanent_link(
    address: str | None, settings: Settings, image_fingerprints: Mapping[str, str]
) -> str:
    """The full address of these settings.

    Parameters
    ----------
    address : str, optional
        Of the page, without parameters.
    settings : Settings
        Of the run.
    image_fingerprints : mapping of str to str
        Name in a link → the fingerprint of the run's images that no link brings.

    Examples
    --------
    >>> from dashboard.settings import Settings
    >>> permanent_link("https://theta.example.org/train", Settings(digits="3-8"), {})
    'https://theta.example.org/train?digits=3-8'
    """
    parameters = urlencode({**to_link(settings), **image_fingerprints})
    return (address or "/train") + (f"?{parameters}" if parameters else "")


def link_note(settings: Settings, run: RecordedRun) -> str:
    """What whoever opens the link does without; nothing where they get the very θ."""
    return " ".join(filter(None, [_images_note(settings), _end_note(run)]))


def _images_note(settings: Settings) -> str:
    missing = []
    if settings.source == "upload":
        missing.append("your file")
    if settings.own_drawings == "added":
        missing.append("your drawings")
    if not missing:
        return ""
    return (
        f"The link holds the settings, but not {' and '.join(missing)}: whoever opens it needs "
        "those images too, and is told whether theirs are the same. The Python and the Octave "
        "download bring them along."
    )


def _end_note(run: RecordedRun) -> str:
    if run.reason not in _OTHER_THETA:
        return ""
    return (
        f"{_OTHER_THETA[run.reason]} The scripts stop where it stands, at iteration "
        f"{run.iterations:,}."
    )


def file_stem(run: RecordedRun) -> str:
    """How the files of a run are called, without their ending: theta-lab-0-1-l-bfgs-b."""
    digits = "-".join(map(str, run.classes)) if len(run.classes) < 10 else "all"
    return f"theta-lab-{digits}-{run.config.optimizer}"


def settings_table(
    run: RecordedRun, settings: Settings, learning_rate: float | None
) -> dict[str, str]:
    """The settings that this run made use of, and its data, by label.

    Parameters
    ----------
    run : RecordedRun
        What is shown.
    settings : Settings
        With which it was begun.
    learning_rate : float, optional
        What α was, if it was "auto".
    """
    config = run.config
    uses = OPTIMIZERS[config.optimizer].settings
    digits = "all ten" if len(run.classes) == 10 else ", ".join(map(str, run.classes))
    values = {name: written(getattr(config, name)) for name in uses} | {
        "optimizer": CHOICES["optimizer"][config.optimizer],
        "digits": f"{digits} of {plain(run.training.name)}",
        "preparation": CHOICES["preparation"][config.preparation],
        "held_out": "the official test images",
        "seed": str(config.seed),
    }
    if config.learning_rate == AUTO and learning_rate is not None:
        values["learning_rate"] = f"auto = {learning_rate:.6g}"
    if len(run.classes) > 2:
        values["multiclass"] = CHOICES["multiclass"][config.multiclass]
    if settings.own_drawings == "added":
        values["own_drawings"] = CHOICES["own_drawings"]["added"]
        values["own_weight"] = weight_label(settings.own_weight)
    if "held_out" in used_settings(settings):
        values["held_out"] = f"{settings.held_out} %"
    return {words.label: values[name] for name, words in SETTINGS.items() if name in values}


def numbers_table(run: RecordedRun) -> dict[str, str]:
    """What came of this run, by label."""
    last = run.last
    return {
        "J": f"{last.cost:.10g}",
        "Held-out cost": f"{last.held_out_cost:.6g}",
        "Training accuracy": f"{last.accuracy:.2%} of {len(run.training):,}",
        "Held-out accuracy": f"{last.held_out_accuracy:.2%} of {len(run.held_out):,}",
        "Iterations": f"{last.iteration:,}, {_end(run)}",
        "Passes over the data": f"{last.passes:,.6g}",
        "Seconds": f"{last.seconds:.3g}",
        "Largest entry of ∇J": f"{last.gradient_norm:.3g}",
        "‖θ‖": f"{last.theta_norm:.6g}",
    }


def _end(run: RecordedRun) -> str:
    return "paused" if run.reason is None else run.reason.value
