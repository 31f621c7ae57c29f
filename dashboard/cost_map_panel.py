"""The map of the cost on a page: drawn while runs go on, computed as seldom as will do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.figures.cost_map import cost_map_chart
from dashboard.live_chart import live_chart
from dashboard.visitor import kept
from dashboard.words.cost_map import cost_map_sentence
from logreg_core import cost_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.shown_run import ShownRun
    from logreg_core import CostMap, Dataset, History, PathOnMap, TrainConfig

#: While runs go on, the plane is found anew when there are this many times as many
#: iterations, and the paths are drawn on when there are that many: a dozen and some fifty
#: times in all, and the runs keep the processor.
_PLANE_GROWTH: Final = 1.5
_PATH_GROWTH: Final = 1.1


def cost_map_panel(
    training: Dataset,
    config: TrainConfig,
    runs: Sequence[ShownRun],
    at: Sequence[int | None],
    *,
    live: bool = False,
) -> None:
    """Show J around the paths of some runs, and say what to look at; once a page.

    Parameters
    ----------
    training : Dataset
        What all of them learn from.
    config : TrainConfig
        Of any of them: preparation, λ and multiclass are the same for all.
    runs : sequence of ShownRun
        At least one.
    at : sequence of int or None
        For each run the snapshot of θ that the visitor looks at; None for none.
    live : bool
        Whether one of them goes on. The paths then grow on the map as it is, and the map
        follows in growing intervals. Where none does, it is that of the whole paths.
    """
    histories = [run.history for run in runs]
    names, colours = [run.name for run in runs], [run.colour for run in runs]
    with st.container(key="cost_map"):
        st.subheader("The path on the map of J", anchor=False)
        drawn = _kept_map(training, config, histories, live=live)
        here = [_on(path, place) for path, place in zip(drawn.paths, at, strict=True)]
        key = (drawn, names, colours, here)
        chart = kept("cost_map_figure", key, lambda: cost_map_chart(drawn, names, colours, at=here))
        live_chart(chart, key="cost_map_figure")
        st.caption(cost_map_sentence(drawn, names))


def _kept_map(
    training: Dataset, config: TrainConfig, histories: Sequence[History], *, live: bool
) -> CostMap:
    key = (
        training.fingerprint,
        config.preparation,
        config.lam,
        config.multiclass,
        _stage(histories, _PLANE_GROWTH if live else None),
    )
    drawn = kept("cost_map", key, lambda: cost_map(training, config, histories))
    if not live:
        return drawn
    paths = (drawn, _stage(histories, _PATH_GROWTH))
    return kept("cost_map_paths", paths, lambda: drawn.with_paths(histories))


def _on(path: PathOnMap, place: int | None) -> int | None:
    """The same place, or the last that is drawn already."""
    return None if place is None else min(place, len(path.iteration) - 1)


def _stage(histories: Sequence[History], growth: float | None) -> tuple[float, list[bytes]]:
    """How far runs have come together, and what tells them from others that have come as far.

    The costs as bytes: nan, of a run that has diverged, is equal to nothing.
    """
    begun = [history for history in histories if len(history)]
    iterations = sum(int(history.iteration[-1]) for history in begun)
    if growth is not None:
        return math.floor(math.log(1 + iterations, growth)), [
            history.cost[:2].tobytes() for history in histories
        ]
    return iterations, [history.cost.tobytes() for history in histories]
