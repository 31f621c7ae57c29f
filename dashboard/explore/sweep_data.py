"""The examples of a sweep: those of the page, and where others find them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.settings import ALL_DIGITS, SOURCES, Settings
from logreg_core import load_bundled
from logreg_core.sweep import DRAWN_ACCURACY, Origin, SweepData

if TYPE_CHECKING:
    from dashboard.lab import Lab
    from logreg_core import TrainConfig
    from logreg_core.sweep import Goal, Sweep


def data_of(lab: Lab, goals: tuple[Goal, ...]) -> SweepData:
    """What a sweep with these goals would learn from and measure on now."""
    split = lab.split()
    drawings = lab.own_scans if DRAWN_ACCURACY in goals else None
    return SweepData(split.training, split.held_out, drawings)


def origin_of(lab: Lab, goals: tuple[Goal, ...]) -> Origin:
    """Where a worker on another machine finds the same."""
    source = "bundled" if lab.dataset == load_bundled() else lab.settings.source
    has_drawings = lab.own_drawings is not None or DRAWN_ACCURACY in goals
    return Origin(
        "drawings" if has_drawings else source,
        lab.digits,
        lab.settings.held_out,
        lab.settings.config.seed,
    )


def is_over_data_of(lab: Lab, sweep: Sweep) -> bool:
    """Whether a sweep is over the images that the page has now."""
    return sweep.fingerprints == data_of(lab, sweep.plan.goals).fingerprints


def settings_of(lab: Lab, sweep: Sweep, config: TrainConfig) -> Settings:
    """The settings of the data of a sweep, with which a config of its can be trained again."""
    if is_over_data_of(lab, sweep):
        return replace(lab.settings, config=config)
    origin = sweep.origin
    first, *others = origin.digits
    return Settings(
        source=origin.source if origin.source in SOURCES else lab.settings.source,
        digits=f"{first}-{others[0]}" if len(others) == 1 else ALL_DIGITS,
        held_out=origin.held_out,
        config=config,
    )


def can_be_taken(lab: Lab, sweep: Sweep) -> bool:
    """Whether the page could have the data of a sweep, by other settings."""
    return sweep.origin.can_be_fetched or sweep.origin.source == lab.settings.source


def state_of(settings: Settings) -> dict[str, Any]:
    """As ``st.session_state`` holds them."""
    return settings.to_state()
