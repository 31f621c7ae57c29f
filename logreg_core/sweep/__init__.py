"""Sweeps: many trainings, with settings that Optuna chooses, by any number of workers.

A `Plan` says what is tried, a `Sweep` keeps it and what came of it in a database, and a
`SweepWorker` takes one trial after another. As a command::

    .venv/bin/python -m logreg_core.sweep worker --storage URL --study NAME
"""

from logreg_core.config import SWEPT
from logreg_core.errors import NoSweepError, StorageError, StorageFullError
from logreg_core.goals import (
    DRAWN_ACCURACY,
    GOALS,
    HELD_OUT_ACCURACY,
    HELD_OUT_COST,
    SECONDS_TO_GAP,
    Goal,
)
from logreg_core.sweep.data import Origin, SweepData
from logreg_core.sweep.dimensions import MOST_POINTS, Choices, Dimension, Interval
from logreg_core.sweep.lifetime import KEPT_DAYS, forget_old
from logreg_core.sweep.plan import MOST_TRIALS, PRUNERS, SAMPLERS, Plan
from logreg_core.sweep.record import TrialRecord, TrialResult, TrialState
from logreg_core.sweep.space import Space, settings_with_effect
from logreg_core.sweep.storage import Storage, open_storage, private_memory
from logreg_core.sweep.sweep import Sweep, is_over
from logreg_core.sweep.worker import Running, SweepWorker

__all__ = [
    "DRAWN_ACCURACY",
    "GOALS",
    "HELD_OUT_ACCURACY",
    "HELD_OUT_COST",
    "KEPT_DAYS",
    "MOST_POINTS",
    "MOST_TRIALS",
    "PRUNERS",
    "SAMPLERS",
    "SECONDS_TO_GAP",
    "SWEPT",
    "Choices",
    "Dimension",
    "Goal",
    "Interval",
    "NoSweepError",
    "Origin",
    "Plan",
    "Running",
    "Space",
    "Storage",
    "StorageError",
    "StorageFullError",
    "Sweep",
    "SweepData",
    "SweepWorker",
    "TrialRecord",
    "TrialResult",
    "TrialState",
    "forget_old",
    "is_over",
    "open_storage",
    "private_memory",
    "settings_with_effect",
]
