"""The trials of a plan, each with the tries that it took.

Optuna numbers whatever a worker begins. The trials of a plan are those that were begun for the
first time, in that order, so that workers need not agree on who takes which. What was lost,
since its worker fell silent or was stopped, is begun again under another number that remembers
the first. Whoever finds that nobody needed what it began says so and leaves it: a trial beyond
the plan, or of two workers that try the same again the one with the higher number.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from optuna.trial import TrialState as OptunaState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

#: Names under which a trial's database row has what Optuna itself has no place for.
WORKER: Final = "worker"
RESULT: Final = "result"
NOTE: Final = "note"
GIVEN_BACK: Final = "given_back"
SURPLUS: Final = "surplus"
# Optuna's own names, for the number that a trial had the first time, and for settings that are
# not to be chosen anew.
_FIRST: Final = "failed_trial"
_SETTINGS: Final = "fixed_params"

#: Times that a trial is begun again; one that kills its worker each time must not go round.
_MOST_RETRIES: Final = 3

#: What came of a trial that is not tried again.
SILENT: Final = (
    f"Its worker fell silent {_MOST_RETRIES + 1} times, so it is not tried again: "
    "it may need more memory than the workers have."
)


def tries_of(trials: Sequence[FrozenTrial], most: int) -> list[list[FrozenTrial]]:
    """Each of a plan's trials with its tries.

    Parameters
    ----------
    trials : sequence of FrozenTrial
        All that Optuna has, by number.
    most : int
        How many the plan has.

    Returns
    -------
    list of list of FrozenTrial
        By the place of the trial in the plan, then by number; one try at least.
    """
    tries: dict[int, list[FrozenTrial]] = {}
    for trial in trials:
        if not trial.user_attrs.get(SURPLUS):
            tries.setdefault(first_number(trial), []).append(trial)
    return list(tries.values())[:most]


def first_number(trial: FrozenTrial) -> int:
    """Number under which a trial was begun for the first time; its own unless it is again."""
    return int(trial.system_attrs.get(_FIRST, trial.number))


def again(lost: FrozenTrial) -> dict[str, Any]:
    """What Optuna keeps of a trial that takes the place of a lost one."""
    # It may have been lost before all were chosen, even for the second time.
    settings = {**lost.system_attrs.get(_SETTINGS, {}), **lost.params}
    return {_FIRST: first_number(lost), _SETTINGS: settings}


def counting_try(tries: Sequence[FrozenTrial]) -> FrozenTrial | None:
    """The try that counts: the first that was not lost; None where all were."""
    return next((trial for trial in tries if not _is_lost(trial)), None)


def waits(tries: Sequence[FrozenTrial]) -> bool:
    """Whether a trial waits to be begun again: all tries were lost, and not too many."""
    silent = sum(not trial.user_attrs.get(GIVEN_BACK) for trial in tries)
    return counting_try(tries) is None and silent <= _MOST_RETRIES


class Retries:
    """Which trials were begun again; what it has been told it remembers.

    Attributes
    ----------
    known : int
        All trials with lower numbers are known.
    """

    def __init__(self) -> None:
        self.known = 0
        self._numbers: list[int] = []  # in ascending order

    def learn(self, trials: Sequence[FrozenTrial]) -> None:
        """Take note of the trials among these, all that Optuna has, that are not known yet."""
        for trial in trials[self.known :]:
            if first_number(trial) != trial.number:
                self._numbers.append(trial.number)
        self.known = max(self.known, len(trials))

    def place_of(self, number: int) -> int:
        """Which of a plan's trials it is, from 0, that is begun for the first time.

        All trials with lower numbers must be known. Those among them that nobody needs do not
        count either way: they are retries, or beyond the plan, as this one then is.
        """
        return number - bisect_left(self._numbers, number)


def _is_lost(trial: FrozenTrial) -> bool:
    """Whether nobody came to know what becomes of it; a trial that failed has a note."""
    return trial.state is OptunaState.FAIL and NOTE not in trial.user_attrs
