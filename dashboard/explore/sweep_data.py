"""The examples of a sweep: those of the page, and where others find them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dashboard.own_drawings import own_drawings
from dashboard.settings import ALL_DIGITS, OWN_DRAWINGS, OWN_WEIGHTS, SOURCES, Settings
from dashboard.sources import open_source, possible_digits
from dashboard.visitor import kept
from dashboard.words.explore.trial_table import IMAGES_NOT_HERE
from logreg_core import ConfigError, DataError
from logreg_core.sweep import DRAWN_ACCURACY, Origin, SweepData

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.lab import Lab
    from dashboard.sources import Source
    from logreg_core import TrainConfig
    from logreg_core.sweep import Goal, Sweep

_LEFT_OUT, _ADDED = OWN_DRAWINGS

#: The source of a sweep that learns from drawings, or is measured on them: nobody else has it.
_DRAWINGS: Final = "drawings"


def data_of(lab: Lab, goals: tuple[Goal, ...]) -> SweepData:
    """What a sweep with these goals would learn from and measure on now."""
    split = lab.split()
    drawings = lab.own_scans if DRAWN_ACCURACY in goals else None
    return SweepData(split.training, split.held_out, drawings)


def origin_of(lab: Lab, goals: tuple[Goal, ...]) -> Origin:
    """Where a worker on another machine finds the same."""
    has_drawings = lab.own_drawings is not None or DRAWN_ACCURACY in goals
    return Origin(
        _DRAWINGS if has_drawings else lab.source_in_effect,
        lab.digits,
        lab.settings.held_out,
        lab.settings.config.seed,
    )


def is_over_data_of(lab: Lab, sweep: Sweep) -> bool:
    """Whether a sweep is over the images that the page has now."""
    return sweep.fingerprints == data_of(lab, sweep.plan.goals).fingerprints


def may_be_over_data_of(lab: Lab, sweep: Sweep) -> bool:
    """Whether the page could have the images of a sweep, by other settings."""
    if sweep.origin.can_be_fetched:
        return True
    at_hand = (sweep.name, lab.settings, lab.dataset, own_drawings())
    return kept("may_be_over_data", at_hand, lambda: _are_at_hand(lab, sweep))


def _are_at_hand(lab: Lab, sweep: Sweep) -> bool:
    try:
        settings = settings_of(lab, sweep, sweep.plan.base)
    except (ConfigError, DataError):
        return False
    return is_over_data_of(replace(lab, settings=settings), sweep)  # its drawings as well


def told_settings(lab: Lab, sweep: Sweep, config: TrainConfig) -> Settings:
    """What the origin of a sweep says of its images, with a config of its; not checked."""
    origin = sweep.origin
    return replace(
        lab.settings,
        source=origin.source if origin.source in SOURCES else lab.settings.source,
        digits="-".join(map(str, origin.digits)) if len(origin.digits) == 2 else ALL_DIGITS,
        held_out=origin.held_out,
        own_drawings=_LEFT_OUT if origin.source in SOURCES else lab.settings.own_drawings,
        config=replace(config, seed=origin.seed),
    )


def settings_of(lab: Lab, sweep: Sweep, config: TrainConfig) -> Settings:
    """The settings under which this visitor trains a config on just the images of a sweep.

    Raises
    ------
    ConfigError, DataError
        If there are none.
    """
    told = told_settings(lab, sweep, config)
    told = Settings.from_state(told.to_state())  # what a database says is from outside
    for settings, source in _possible(lab, sweep.origin, told):
        # While MNIST is on its way, others stand in for its images.
        if source.stands_in or _trains_on(lab, settings, source) == sweep.fingerprints["training"]:
            return settings
    raise DataError(IMAGES_NOT_HERE)


def _possible(lab: Lab, origin: Origin, told: Settings) -> Iterator[tuple[Settings, Source]]:
    """The images at hand, without and with the visitor's drawings, and those to be fetched."""
    if not lab.source.stands_in and told.digits in possible_digits(lab.dataset):
        at_hand = replace(told, source=lab.settings.source)
        yield replace(at_hand, own_drawings=_LEFT_OUT), lab.source
        if origin.source == _DRAWINGS and own_drawings() is not None:
            for weight in dict.fromkeys([lab.settings.own_weight, *OWN_WEIGHTS]):
                yield replace(at_hand, own_drawings=_ADDED, own_weight=weight), lab.source
    if origin.can_be_fetched:
        yield told, open_source(origin.source)


def _trains_on(lab: Lab, settings: Settings, source: Source) -> str:
    there = replace(lab, settings=settings, source=source)
    return there.split().training.fingerprint
