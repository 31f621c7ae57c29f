"""How far a sweep has come, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.explore.goals import best_called, goal_text
from dashboard.words.explore.plan import short_name
from dashboard.words.explore.trials import settings_text, trials_text
from logreg_core.sweep import HELD_OUT_COST, KEPT_DAYS
from logreg_core.sweep.storage import MEMORY, POSTGRESQL, SQLITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.explore.standing import Standing
    from logreg_core.sweep import Goal, Origin, Plan, Storage, Sweep, TrialRecord

AT_ITS_FIELD: Final = "Something in the plan is not accepted: its field says what."
OTHER_SETTINGS: Final = (
    "The settings of the **Train** page have changed since this sweep began: **Start** takes them."
)
BY_ITSELF: Final = (
    "This small sweep began by itself, with what is usual: change the plan and press **Start**."
)
_NOT_HERE: Final = (
    "They are not at hand here, but with whoever began it: you can look at what came of it."
)
NO_DATABASE: Final = "The database of the sweeps cannot be reached."
UNREACHABLE: Final = (
    "Until it answers, sweeps are kept in memory, and are gone when the server restarts. Whoever "
    "runs this server finds the reason in its log, and can correct the address in the secret "
    "`sweeps` or in `THETA_LAB_SWEEPS`."
)
IN_MEMORY: Final = (
    "So this sweep is kept in the memory of the server, and is gone when the server restarts."
)
MISSED: Final = (
    "The sweep of this link cannot be shown now, since its database does not answer: "
    "it is not lost, and comes back with the database."
)
ENDS_ANOTHER: Final = (
    "**Start** ends your sweep that is under way; under **My sweeps** it can be resumed, and by "
    "its link after a reload."
)
OF_THIS_VISIT: Final = (
    "Those that you have begun or opened since this page was loaded. A reload empties the list: "
    "the link of a sweep brings it back."
)
ENDED_BY_ANOTHER: Final = ", ended when you started another"
AS_IT_STOOD: Final = "This is how the sweep stood when it was read for the last time."
NO_DRIVER: Final = (
    "PostgreSQL's driver is not installed on this server, so sweeps are kept in memory, and are "
    "gone when it restarts. `python3 run.py cluster` installs the driver; on Streamlit Community "
    "Cloud, a line `psycopg[binary]` in requirements.txt does."
)
#: What a sweep is over, where these are not the digits that everybody has.
_IMAGES: Final = {"mnist": "MNIST", "upload": "a file", "drawings": "with drawings"}

LINKED: Final = "Whoever has this link can see this sweep, and stop or continue it."


#: Where curves reach the lower end of their chart.
_CUT: Final = "Costs below 10⁻⁶ are as good as none, and drawn at it."


def what_to_look_at(plan: Plan, *, has_best: bool, is_cut: bool = False) -> str:
    """What stands below the curves.

    Parameters
    ----------
    plan : Plan
        Of the sweep.
    has_best : bool
        Whether a trial is orange.
    is_cut : bool
        Whether some costs are too low for the chart.
    """
    goal = plan.goals[0]
    if goal == HELD_OUT_COST:
        meaning = ": the lower it ends, the better its settings do on digits that were held out"
    else:
        meaning = f": the orange one has the {best_called(goal)}" if has_best else ""
    cut = _CUT if is_cut else ""
    said = (f"Each line is a trial as it learns{meaning}.", cut, scale_sentence(plan))
    return " ".join(each for each in said if each)


def other_data_sentence(origin: Origin, *, over: bool, at_hand: bool) -> str:
    """That a sweep is over other images than those of the page.

    Parameters
    ----------
    origin : Origin
        Of its images.
    over : bool
        Whether every trial of it has ended.
    at_hand : bool
        Whether the page could have its images.

    Examples
    --------
    >>> from logreg_core.sweep import Origin
    >>> other_data_sentence(Origin("mnist", (3, 8), 25, 0), over=True, at_hand=True)
    'This sweep is over other images than those chosen now: 3/8 (MNIST).'
    """
    sentence = f"This sweep is over other images than those chosen now: {_images(origin)}."
    if not at_hand:
        return f"{sentence} {_NOT_HERE}"
    return sentence if over else f"{sentence} Only with these can **Resume** go on with it."


def scale_sentence(plan: Plan) -> str:
    """That the costs of a sweep are not all on one scale; empty where they are.

    Examples
    --------
    >>> from logreg_core.sweep import Choices, Plan, Space
    >>> both = Choices("multiclass", ("one-vs-all", "softmax"))
    >>> print(scale_sentence(Plan(Space((both,)))))
    One-vs-all adds up a cost for each digit, softmax has one: **compare them by accuracy**.
    >>> scale_sentence(Plan(Space((Choices("lam", (0, 1)),))))
    ''
    """
    if HELD_OUT_COST not in plan.goals:
        return ""
    for dimension in plan.space.dimensions:
        if dimension.setting == "multiclass" and len(dimension.points) > 1:
            return (
                "One-vs-all adds up a cost for each digit, softmax has one: **compare them by "
                "accuracy**."
            )
    return ""


def called(place: int, sweep: Sweep, when: str) -> str:
    """What a sweep is called among those of a visitor.

    Parameters
    ----------
    place : int
        In the list, from 1: a select needs names that differ.
    sweep : Sweep
        Which.
    when : str
        The time at which it came into the list, and what happened then.
    """
    return f"{place}: {_images(sweep.origin)}, {short_name(sweep.plan)}, {when}"


def _images(origin: Origin) -> str:
    digits = "all digits" if len(origin.digits) > 2 else "/".join(map(str, origin.digits))
    images = "" if origin.source == "bundled" else f" ({_IMAGES.get(origin.source, 'others')})"
    return f"{digits}{images}"


def next_sentence(plan: str) -> str:
    """What **Start** begins, where another sweep is on show."""
    return f"**Start** begins what the form has now: {plan}"


def last_accepted_sentence(plan: str) -> str:
    """What was to be begun before something in the form was not accepted."""
    return f"As it was last accepted: {plan}"


def standing_text(standing: Standing) -> str:
    """What stands on the bar.

    Examples
    --------
    >>> from dashboard.explore.standing import Standing
    >>> standing_text(Standing(planned=50, finished=30, pruned=4, failed=0, running=1))
    '34 of 50 trials: 30 finished, 4 pruned, 1 running'
    """
    counts = {
        "finished": standing.finished,
        "pruned": standing.pruned,
        "failed": standing.failed,
        "running": standing.running,
    }
    told = [f"{count:,} {what}" for what, count in counts.items() if count]
    sentence = f"{standing.ended:,} of {trials_text(standing.planned)}"
    return f"{sentence}: {', '.join(told)}" if told else sentence


def time_left(seconds: float) -> str:
    """How much longer a sweep takes, no more exactly than anybody can know.

    Examples
    --------
    >>> time_left(4.2), time_left(75), time_left(4000), time_left(7000)
    ('a few seconds left', 'about 1 minute left', 'about 1 hour left', 'about 2 hours left')
    """
    if seconds < 10:
        return "a few seconds left"
    if seconds < 50:
        return f"about {10 * round(seconds / 10)} seconds left"
    number, unit = (seconds / 60, "minute") if seconds < 3000 else (seconds / 3600, "hour")
    whole = max(1, round(number))
    return f"about {whole} {unit}{'' if whole == 1 else 's'} left"


def state_phrase(
    *,
    over: bool,
    stopped: bool,
    worked_at: bool,
    works_here: bool,
    by_itself: bool,
    gave_way: bool = False,
) -> str:
    """Whether a sweep goes on, and how long.

    Parameters
    ----------
    over, stopped : bool
        Whether every trial has ended, and whether somebody has stopped it.
    worked_at, works_here : bool
        Whether anybody is at it, and whether this server is. This server is as long as somebody
        is here who has looked at the sweep.
    by_itself : bool
        Whether it began without a click; such a one goes on only while it is looked at.
    gave_way : bool
        Whether it ended since its visitor has started another.

    Examples
    --------
    >>> state_phrase(over=False, stopped=False, worked_at=True, works_here=True, by_itself=True)
    'The sweep is under way.'
    """
    if over:
        return "The sweep is over."
    if stopped and worked_at:
        return "Stopping: a trial under way is given up, and tried again after **Resume**."
    if stopped:
        return "Stopped. **Resume** goes on where it stopped."
    if worked_at:
        return _under_way(works_here=works_here, by_itself=by_itself)
    why = (
        "it ended when you started another."
        if gave_way
        else "this server does only while a page of Theta Lab is open."
    )
    return f"Nobody works on this sweep now; {why} **Resume** goes on where it stopped."


def _under_way(*, works_here: bool, by_itself: bool) -> str:
    if by_itself:
        return "The sweep is under way."
    if works_here:
        return (
            "The sweep is under way; this server works on it as long as you have a page of Theta "
            "Lab open."
        )
    return "The sweep is under way elsewhere; it goes on there without you."


def best_sentence(plan: Plan, won: Sequence[Goal], best: TrialRecord, *, over: bool) -> str:
    """Which trial did best by these goals, and with what."""
    reached = " and ".join(
        f"{each.label} **{goal_text(each, value)}**"
        for each, value in zip(plan.goals, best.values or (), strict=True)
    )
    by = ""
    if len(plan.goals) > 1:
        by = " in both goals" if len(won) > 1 else f" by {won[0].label}"
    which = f"Best{by}{'' if over else ' so far'}, trial {best.number}"
    return f"{which}: {reached} with {settings_text(best.settings)}."


def lucky_sentence(trials: Sequence[TrialRecord]) -> str:
    """That some trials did better than the best, but by chance.

    Parameters
    ----------
    trials : sequence of TrialRecord
        One at least.
    """
    first = trials[0].number
    if len(trials) == 1:
        return (
            f"Trial {first} did better when it ended, but while J swung: a lucky moment, which "
            "does not count."
        )
    return (
        f"{trials_text(len(trials))}, {first} among them, did better when they ended, but while J "
        "swung: lucky moments, which do not count."
    )


def failed_sentence(note: str | None, failed: int) -> str:
    """Why trials failed; one of them speaks for all."""
    which = "failed" if failed == 1 else "failed, the last one"
    return f"{trials_text(failed)} {which}: {note or 'its worker did not say why.'}"


def kept_sentence(storage: Storage, *, by_itself: bool) -> str:
    """How long a sweep is kept, and where."""
    if by_itself:
        return "Kept until you leave."
    return {
        MEMORY: (
            "Kept until the server restarts, or newer sweeps need the room: of all sweeps, those "
            "go first that have rested longest."
        ),
        SQLITE: (
            f"Kept on this server, and deleted when nobody opens it for {KEPT_DAYS} days, or "
            "newer sweeps need the room."
        ),
        POSTGRESQL: "Kept in the shared database.",
    }[storage.kind]


def waits_sentence(plan: Plan, images: int) -> str:
    """A sweep that has not begun."""
    wait = "waits" if plan.trials == 1 else "wait"
    return f"{trials_text(plan.trials)} on {images:,} images {wait} for **Start**."
