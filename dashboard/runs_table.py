"""The table of runs as a frame for Streamlit's data editor: what differs and what is best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dashboard.figures.palette import HELD_OUT, TRAINING
from dashboard.words.recorded_runs import (
    SETTING_LABELS,
    differing_settings,
    ending,
    last_step,
    same_held_out,
    same_objective,
    setting_cells,
)
from logreg_core import StopReason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pandas.io.formats.style import Styler

    from dashboard.runs import ListedRun

    Comparable = Callable[[ListedRun, ListedRun], bool]

#: What can be done with a run: label → what it is.
OPEN: Final = "Open these settings"
DELETE: Final = "Delete"

#: Tints that read on white and on near-black; those of Streamlit's own
#: ``:orange-background[]`` and ``:green-background[]``, by which the caption names them.
_DIFFERS: Final = "background-color: rgba(255, 164, 33, 0.25)"
_BEST: Final = "background-color: rgba(33, 195, 84, 0.25)"

#: How a run's curves look: J, and below it held-out cost.
_CURVES: Final = (
    "data:image/svg+xml;utf8,"
    "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='30' viewBox='0 0 60 30'>"
    "<g stroke-width='5'><path d='M2 9H58' stroke='{cost}'/>"
    "<path d='M2 22H58' stroke='{held_out}' stroke-dasharray='{dash}'/></g></svg>"
)


def _same_training(run: ListedRun, other: ListedRun) -> bool:
    return run.fingerprint == other.fingerprint


def _same_held_out_images(run: ListedRun, other: ListedRun) -> bool:
    return run.held_out_fingerprint == other.held_out_fingerprint


def _both_arrived(run: ListedRun, other: ListedRun) -> bool:
    """How long it took compares those only that came equally far."""
    return (
        same_objective(run, other)
        and run.settings.config.tolerance == other.settings.config.tolerance
        and run.reason is StopReason.CONVERGED
    )


#: Result → field of the last step, whether least is best, and what it takes to compare it.
RESULTS: Final[dict[str, tuple[str, bool, Comparable]]] = {
    "iterations": ("iteration", True, _both_arrived),
    "J": ("cost", True, same_objective),
    "held-out cost": ("held_out_cost", True, same_held_out),
    "training accuracy": ("accuracy", False, _same_training),
    "held-out accuracy": ("held_out_accuracy", False, _same_held_out_images),
    "passes": ("passes", True, _both_arrived),
    "seconds": ("seconds", True, _both_arrived),
}


def runs_table(runs: Sequence[ListedRun], usual: ListedRun, *, on_chart: bool = True) -> Styler:
    """One row a run, the newest on top.

    Parameters
    ----------
    runs : sequence of ListedRun
        One or more.
    usual : ListedRun
        The one among them to compare with.
    on_chart : bool
        Whether it is the one that the chart shows.

    Returns
    -------
    Styler
        Indexed by the runs' numbers. Settings that differ from those of `usual` are
        tinted, and so is the best of each result among the runs that share with it
        what makes that result comparable.
    """
    newest_first = sorted(runs, key=lambda run: -run.number)
    differ = differing_settings(newest_first)
    table = pd.DataFrame(
        [_row(run, differ, is_shown=on_chart and run is usual) for run in newest_first],
        index=pd.Index([run.number for run in newest_first], name="run"),
    )
    for label in RESULTS:  # a column of nothing but None would be of no type
        table[label] = table[label].astype(float)
    tints = _tints(table, newest_first, usual, differ)
    return table.style.apply(lambda _: tints, axis=None)


def _row(run: ListedRun, differ: list[str], *, is_shown: bool) -> dict[str, Any]:
    settings = setting_cells(run)
    step = last_step(run)
    return {
        "overlay": run.overlaid,
        "curves": _curves(run, is_shown=is_shown),
        "name": run.name,
        "do": [OPEN, DELETE],
        **{SETTING_LABELS[name]: settings[name] for name in differ},
        **{
            label: None if step is None else getattr(step, field)
            for label, (field, _, _) in RESULTS.items()
        },
        "ended": ending(run),
    }


def _tints(
    table: pd.DataFrame, runs: Sequence[ListedRun], usual: ListedRun, differ: list[str]
) -> pd.DataFrame:
    """A CSS declaration for each cell, or an empty text."""
    tints = pd.DataFrame("", index=table.index, columns=table.columns)
    expected = setting_cells(usual)
    for run in runs:
        cells = setting_cells(run)
        for name in differ:
            # What only one of them uses differs by the optimiser, which is tinted itself.
            if cells[name] != expected[name] and None not in {cells[name], expected[name]}:
                tints.loc[run.number, SETTING_LABELS[name]] = _DIFFERS
    for label, (_, least, comparable) in RESULTS.items():
        tints.loc[_best(table[label], runs, usual, comparable, least=least), label] = _BEST
    return tints


def _curves(run: ListedRun, *, is_shown: bool) -> str:
    """A picture of them; an empty text for a run that has none on the chart."""
    if is_shown:
        cost, held_out, dash = TRAINING, HELD_OUT, "none"
    elif run.overlaid and run.colour is not None:
        cost, held_out, dash = run.colour, run.colour, "14 7"
    else:
        return ""
    # In the URL of a picture, # would end it.
    return _CURVES.format(cost=cost, held_out=held_out, dash=dash).replace("#", "%23")


def _best(
    values: pd.Series[float],
    runs: Sequence[ListedRun],
    usual: ListedRun,
    comparable: Comparable,
    *,
    least: bool,
) -> list[int]:
    """The numbers of the runs that have the best value; none where there is nothing to choose."""
    numbers = [run.number for run in runs if comparable(run, usual)]
    among = values.loc[numbers]
    among = among[np.isfinite(among)]
    if among.nunique() < 2:
        return []
    return list(among.index[among == (among.min() if least else among.max())])
