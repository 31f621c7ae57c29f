"""Follower: what a worker does between two steps of a trial."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from logreg_core.errors import StorageError
from logreg_core.history import Recorder
from logreg_core.sweep.desk import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from logreg_core.history import Step
    from logreg_core.sweep.desk import Desk, Ticket

#: Where nobody prunes, the curve of a trial is reported only once it has gone on for so
#: long: to write it takes longer than many a trial.
_REPORT_SECONDS: Final = 0.5


class Follower:
    """Follows one trial from step to step: reports its curve, and ends it where it is pruned.

    Parameters
    ----------
    desk : Desk
        Where to report.
    ticket : Ticket
        Which trial.
    between : callable
        Called with each step first; may raise StopIteration.
    """

    def __init__(self, desk: Desk, ticket: Ticket, between: Callable[[Step], object]) -> None:
        plan = desk.sweep.plan
        self.recorder = Recorder(explains=False)
        self.verdict = Verdict.GO_ON
        self._desk = desk
        self._ticket = ticket
        self._between = between
        self._next_report = 1
        self._reports_all = plan.pruner != "none"
        # Where the largest is the best, Optuna's pruners would take more cost for better.
        self._sign = -1.0 if plan.goals[0].more_is_better else 1.0

    def step(self, step: Step) -> None:
        """After each iteration; raises StopIteration where it should not go on."""
        self._between(step)
        if step.passes < self._next_report:
            return
        # At powers of two: few enough to be written, and the same for trials to be compared.
        while self._next_report <= step.passes:
            self._next_report *= 2
        if self._reports_all or step.seconds >= _REPORT_SECONDS:
            cost = self._sign * step.held_out_cost
            with suppress(StorageError):  # what came of the trial is noted all the same
                self.verdict = self._desk.report(self._ticket, int(self._next_report // 2), cost)
            if self.verdict is not Verdict.GO_ON:
                raise StopIteration
