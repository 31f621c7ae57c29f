"""What the table of runs says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.settings import FIRST_VISIT, written
from dashboard.words.plain import plain, short_fingerprint
from dashboard.words.settings import CHOICES, SETTINGS, brief, in_name, in_words
from logreg_core import AUTO, OPTIMIZERS, JobState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dashboard.runs import ListedRun
    from dashboard.settings import Settings
    from logreg_core import Step

#: Characters of a name.
LONGEST_NAME: Final = 60


#: Setting, or what else tells data apart → what its column is called.
SETTING_LABELS: Final = {
    **{name: words.column for name, words in SETTINGS.items()},
    "fingerprint": "fingerprint",
}


def clean_name(name: object) -> str:
    r"""A visitor's name for a run in one line of at most `LONGEST_NAME` characters.

    Examples
    --------
    >>> clean_name("  my\n best ")
    'my best'
    >>> clean_name(None), clean_name(7)
    ('', '')
    """
    if not isinstance(name, str):
        return ""
    printed = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printed.split())[:LONGEST_NAME].rstrip()


def default_name(settings: Settings, taken: Collection[str] = ()) -> str:
    """The optimiser, and what was set otherwise than on a first visit.

    Parameters
    ----------
    settings : Settings
        Of the run.
    taken : collection of str
        Names that other runs have.

    Examples
    --------
    >>> from dashboard.settings import Settings
    >>> from logreg_core import TrainConfig
    >>> adam = TrainConfig(optimizer="adam", learning_rate=0.03, preparation="full")
    >>> default_name(Settings(config=adam))
    'Adam α=0.03'
    >>> default_name(Settings(), {"L-BFGS-B"})
    'L-BFGS-B 2'
    """
    usual = FIRST_VISIT.to_state()
    own = settings.to_state()
    used = used_settings(settings)
    parts = [
        in_name(name, own[name])
        for name, words in SETTINGS.items()
        if words.in_name and name in used and own[name] != usual[name]
    ]
    name = " ".join([OPTIMIZERS[settings.config.optimizer].label, *parts])
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 4].rstrip()}…"
    numbered = [short, *(f"{short} {number}" for number in range(2, len(taken) + 2))]
    return next(name for name in numbered if name not in taken)


def used_settings(settings: Settings) -> set[str]:
    """The names of the settings that change what such a run does."""
    used = {"source", "digits", "own_drawings", "optimizer", "preparation", "seed"}
    used.update(OPTIMIZERS[settings.config.optimizer].settings)
    if settings.source != "mnist":  # which is split already
        used.add("held_out")
    if settings.digits == "all":
        used.add("multiclass")
    if settings.own_drawings == "added":
        used.add("own_weight")
    return used


def setting_cells(run: ListedRun) -> dict[str, str | float | None]:
    """What the table shows of each setting of a run; None for one that it does not use."""
    values = run.settings.to_state()
    used = used_settings(run.settings)
    cells: dict[str, str | float | None] = {
        name: _cell(run, name, values[name]) if name in used else None
        for name in SETTING_LABELS
        if name != "fingerprint"
    }
    cells["fingerprint"] = short_fingerprint(run.fingerprint)
    return {name: cells[name] for name in SETTING_LABELS}


def differing_settings(runs: Sequence[ListedRun]) -> list[str]:
    """The names of the settings in which these runs differ, in the order of `SETTING_LABELS`.

    One that some of them do not use counts where the others have set it. Two
    fingerprints are told only where nothing else says that the data differ.
    """
    cells = [setting_cells(run) for run in runs]
    usual = FIRST_VISIT.to_state()
    differ = []
    for name in SETTING_LABELS:
        values = {row[name] for row in cells}
        chosen = values - {None, brief(name, usual.get(name))}
        if len(values - {None}) > 1 or (None in values and chosen):
            differ.append(name)
    of_data = ("source", "digits", "held_out", "own_drawings", "own_weight", "seed")
    named = {tuple(row[name] for name in of_data) for row in cells}
    if len(named) == len({row["fingerprint"] for row in cells}) and "fingerprint" in differ:
        differ.remove("fingerprint")
    return differ


def same_for_all(runs: Sequence[ListedRun]) -> str:
    """The settings that these runs share, in one line of markdown."""
    differ = differing_settings(runs)
    rows = [setting_cells(run) for run in runs]
    shared = [
        in_words(name, _harmless(rows[0][name]))
        for name, words in SETTINGS.items()
        if words.phrase and name not in differ and all(row[name] is not None for row in rows)
    ]
    return f"{'The same for all' if len(runs) > 1 else 'Its settings'}: {', '.join(shared)}."


def ending(run: ListedRun) -> str:
    """Why a run ended, or that it has not."""
    if run.reason is not None:
        return run.reason.value
    return {JobState.READY: "running", JobState.FAILED: "failed"}.get(run.state, run.state.value)


def last_step(run: ListedRun) -> Step | None:
    """The last numbers of a run; None where there are none, or newer ones at each look."""
    if run.state in {JobState.READY, JobState.RUNNING} or not len(run.history):
        return None
    return run.history.step(-1)


def same_objective(run: ListedRun, other: ListedRun) -> bool:
    """Whether both have lowered the same J, so that its values can be compared."""
    return _why_another_j(run, other) == ""


def same_held_out(run: ListedRun, other: ListedRun) -> bool:
    """Whether both are measured on the same held-out examples, by the same cost."""
    return (
        run.held_out_fingerprint == other.held_out_fingerprint
        and run.classes == other.classes
        and _multiclass(run) == _multiclass(other)
    )


def another_j_sentence(shown: ListedRun, overlaid: Sequence[ListedRun]) -> str:
    """Which overlaid runs have another J than the run on the chart, and why; markdown."""
    others = [
        f"“{plain(run.name)}” ({why})" for run in overlaid if (why := _why_another_j(shown, run))
    ]
    if not others:
        return ""
    return (
        "J is another function, and its curve not to be compared with that of the run on the "
        f"chart, for {', '.join(others)}."
    )


def gone_sentence(gone: int, most: int) -> str:
    """That the table is full; empty where it is not."""
    if gone == 0:
        return ""
    oldest = "the oldest one has gone" if gone == 1 else f"the {gone} oldest have gone"
    return f"The table keeps {most} runs: {oldest}, of those that were not on the chart."


def _cell(run: ListedRun, name: str, value: Any) -> str | float:  # noqa: ANN401 - as above
    if name == "source":
        return run.data if value == "upload" else CHOICES["source"][value]
    if name == "learning_rate":
        if value != AUTO:
            return written(value)
        return AUTO if run.learning_rate is None else f"{AUTO}: {run.learning_rate:.3g}"
    return brief(name, value)


def _harmless(cell: Any) -> Any:  # noqa: ANN401 - as above
    return plain(cell) if isinstance(cell, str) else cell


def _multiclass(run: ListedRun) -> str:
    return run.settings.config.multiclass if len(run.classes) > 2 else ""


def _why_another_j(run: ListedRun, other: ListedRun) -> str:
    if run.fingerprint != other.fingerprint:
        return "other data"
    if run.settings.config.preparation != other.settings.config.preparation:
        return "images prepared otherwise"
    if _multiclass(run) != _multiclass(other):
        return _multiclass(other)
    lam = other.settings.config.lam
    return "" if run.settings.config.lam == lam else f"λ = {written(lam)}"
