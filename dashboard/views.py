"""What a page shows of a result: the settings that change no number, and how a link has them.

A new one is a row in `VIEWS` and a widget with its name as key, `persist_state="session"` and
no default of its own; where what it accepts depends on the data, ``key=lab.view_key(name, …)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard.figures.cost import X_AXES
from dashboard.runners import FIRST_RUNNERS, MOST_RUNNERS, read_runners, write_runners
from dashboard.settings import written
from dashboard.words.explore.pictures import PICTURES
from dashboard.words.explore.trial_table import ORDERS as ORDERS_OF_TRIALS
from dashboard.words.gallery import ORDERS, PARTS
from dashboard.words.lesson.held_out import CURVES
from dashboard.words.links import not_accepted
from dashboard.words.mistakes import MISTAKE_PARTS
from dashboard.words.plain import in_print, shortened
from logreg_core import RANGES, STAGES, USUAL_SEEDS, ConfigError
from logreg_core.config import SWEPT
from logreg_core.goals import GOALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: What the sliders of How it works and Predict go through.
Z_RANGE: Final = (-12.0, 12.0)  # farther where the digit at hand is
_FARTHEST_Z: Final = 1e6
H_RANGE: Final = (0.002, 0.998)
THRESHOLD_RANGE: Final = (0.01, 0.99)
ALPHAS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
MOST_STEPS: Final = 500
BRUSH_RANGE: Final = (8, 32)

#: What Explore varies, as a link calls it → as a person reads it.
EXPLORED: Final = {"sweep": "Sweep", "lam": "λ: regularisation path", "m": "m: learning curve"}

#: How often the examples of a learning curve are drawn.
DRAWS: Final = (len(USUAL_SEEDS), 5, 10)

#: What a sweep tries on a first visit: a valley of good λ and α, and a corner where α is too
#: large for λ.
FIRST_PLAN: Final = "optimizer=gradient-descent,lam=0.01..100,learning_rate=0.01..3"

#: In a link, where no sweep of the visitor's own is on show.
NO_STUDY: Final = "none"

#: Who trains on Train, as a link calls it → as a person reads it.
MODES: Final = {"one": "One optimiser", "race": "A race of several"}

#: What the visitor reads → least seconds that an iteration takes.
SPEEDS: Final = {
    "2 a second": 0.5,
    "10 a second": 0.1,
    "30 a second": 1 / 30,
    "100 a second": 0.01,
    "full speed": 0.0,
}
FIRST_SPEED: Final = "30 a second"

#: Where the slider back in time stands while it follows the run.
END: Final = "end"

#: What of J the charts show; the gap to J* is for a race, of which it is known.
COST_AXES: Final = ("log", "linear", "gap")

#: More images than any data here; how many there are, the page knows.
_MOST_IMAGES: Final = 1_000_000

#: Where ten digits are learnt one after another, each has its own.
_MOST_ITERATIONS: Final = 10 * int(RANGES["max_iterations"].high)


@dataclass(frozen=True)
class Kind:
    """What a view setting accepts, and how a link writes it.

    Attributes
    ----------
    accepts : str
        For a sentence, after "accepts".
    read : callable
        Text → value; raises ValueError where it is not accepted.
    write : callable
        Value → text; None for what is no such value.
    """

    accepts: str
    read: Callable[[str], Any]
    write: Callable[[Any], str | None]


@dataclass(frozen=True)
class Between:
    """All numbers from `low` to `high`.

    Examples
    --------
    >>> 0.5 in Between(-1, 1), 2 in Between(-1, 1)
    (True, False)
    """

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, (int, float)) and self.low <= value <= self.high


@dataclass(frozen=True)
class View:
    """One view setting.

    Attributes
    ----------
    pages : tuple of str
        Titles of the pages in whose URL it stands.
    kind : Kind
        What it accepts.
    default : object
        Left out of the link; `BY_PAGE` where it depends on the data.
    """

    pages: tuple[str, ...]
    kind: Kind
    default: Any = None


#: The default of a setting for which the page says by `Lab.view_key` what is usual.
BY_PAGE: Final = object()


def choice(values: Mapping[str, Any]) -> Kind:
    """One of some values, by the text that stands for each in a link.

    Examples
    --------
    >>> axis = choice({"log": True, "linear": False})
    >>> axis.accepts, axis.read("log"), axis.write(False)
    ('log, linear', True, 'linear')
    """
    texts = {value: text for text, value in values.items()}

    def read(text: str) -> Any:  # noqa: ANN401 - as the caller's values are
        if text not in values:
            raise ValueError(text)
        return values[text]

    return Kind(", ".join(values), read, texts.get)


def switch() -> Kind:
    """On or off, as True and False."""
    return choice({"on": True, "off": False})


def whole(low: int, high: int) -> Kind:
    """A whole number from `low` to `high`.

    Examples
    --------
    >>> whole(1, 9).read("7")
    7
    """

    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return Kind(f"whole numbers from {low:,} to {high:,}", read, written)


def number(low: float, high: float) -> Kind:
    """A number from `low` to `high`.

    Examples
    --------
    >>> number(-1, 1).read("0.5")
    0.5
    """

    def read(text: str) -> float:
        value = float(text)
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(text)
        return value

    return Kind(f"numbers from {low:g} to {high:g}", read, written)


def _race() -> Kind:
    """The runners of a race, kept as the text that a link has of them."""

    def read(text: str) -> str:
        return write_runners(read_runners(text))

    return Kind(f"1 to {MOST_RUNNERS} optimisers, such as adam,sgd:batch_size=64", read, written)


def _plan() -> Kind:
    """The plan of a sweep, kept as the text that a link has of it."""

    def read(text: str) -> str:
        # It imports Optuna, which takes 0.3 s: that is for Explore alone.
        from dashboard.explore import plan_link  # noqa: PLC0415 - or every page would import it

        return plan_link.write_plan(plan_link.read_plan(text))

    return Kind("what to try, such as lam=0.01..100,optimizer=adam;sgd,trials=50", read, written)


def _study() -> Kind:
    """The name of a sweep, which nobody guesses."""

    def read(text: str) -> str | None:
        from logreg_core.sweep.name import is_name  # noqa: PLC0415 - or every page would import Optuna

        if text == NO_STUDY:
            return None
        if not is_name(text):
            raise ValueError(text)
        return text

    return Kind("the name of a sweep", read, lambda name: NO_STUDY if name is None else str(name))


def _order_of_trials() -> Kind:
    """Too many to name them all."""
    order = choice({name: name for name in ORDERS_OF_TRIALS})
    return Kind("goal, second-goal, newest, a setting or a result", order.read, order.write)


def _moment() -> Kind:
    """An iteration, or the end of the run."""
    iteration = whole(0, _MOST_ITERATIONS)

    def read(text: str) -> int | str:
        return END if text == END else int(iteration.read(text))

    return Kind(f"{END}, or {iteration.accepts}", read, written)


def _themselves(values: Iterable[str]) -> dict[str, str]:
    """Names as a link writes them, without spaces."""
    return {value.replace(" ", "-"): value for value in values}


VIEWS: Final[dict[str, View]] = {
    "own_digit": View(("How it works",), switch(), default=True),
    "example": View(("How it works",), whole(1, _MOST_IMAGES), BY_PAGE),
    "z": View(("How it works",), number(-_FARTHEST_Z, _FARTHEST_Z), BY_PAGE),
    "h": View(("How it works",), number(*H_RANGE), BY_PAGE),
    "blend": View(("How it works",), whole(0, 100), 100),
    "threshold": View(("How it works",), number(*THRESHOLD_RANGE), 0.5),
    "alpha": View(("How it works",), choice({f"{alpha:g}": alpha for alpha in ALPHAS}), 0.1),
    "steps": View(("How it works",), whole(0, MOST_STEPS), 0),
    "curve": View(("How it works",), choice(_themselves(CURVES)), "cost"),
    "part": View(("Data",), choice(_themselves(PARTS)), BY_PAGE),
    "only_digit": View(("Data",), whole(0, 9), BY_PAGE),
    "gallery_order": View(("Data",), choice(_themselves(ORDERS)), "file"),
    "image": View(("Data",), whole(1, _MOST_IMAGES), BY_PAGE),
    "x_axis": View(("Train",), choice(_themselves(X_AXES)), "iteration"),
    "mode": View(("Train",), choice(_themselves(MODES)), "one"),
    "race": View(("Train",), _race(), write_runners(FIRST_RUNNERS)),
    "cost_axis": View(("Train",), choice(_themselves(COST_AXES)), "log"),
    "speed": View(("Train",), choice({name.split()[0]: name for name in SPEEDS}), FIRST_SPEED),
    "theta_digit": View(("θ",), whole(0, 9), BY_PAGE),
    "own_scale": View(("θ",), switch(), default=False),
    "at": View(("Train", "θ"), _moment(), END),
    "laid_over": View(("θ",), whole(1, _MOST_IMAGES), BY_PAGE),
    "changed_digit": View(("Predict",), whole(0, 9), BY_PAGE),
    "brush": View(("Predict",), whole(*BRUSH_RANGE), 18),
    **{f"with_{stage}": View(("Predict",), switch(), default=True) for stage in STAGES},
    "drawn_rival": View(("Predict",), whole(0, 9), BY_PAGE),
    "mistakes_part": View(("Predict",), choice(_themselves(MISTAKE_PARTS)), "images"),
    "true_digit": View(("Predict",), whole(0, 9), BY_PAGE),
    "read_as": View(("Predict",), whole(0, 9), BY_PAGE),
    "mistake_rival": View(("Predict",), whole(0, 9), BY_PAGE),
    "mistake": View(("Predict",), whole(1, _MOST_IMAGES), BY_PAGE),
    "explore": View(("Explore",), choice(_themselves(EXPLORED)), "sweep"),
    "draws": View(("Explore",), choice({f"{draws}": draws for draws in DRAWS}), DRAWS[0]),
    "path_digit": View(("Explore",), whole(0, 9), BY_PAGE),
    "plan": View(("Explore",), _plan(), FIRST_PLAN),
    "study": View(("Explore",), _study()),
    "sweep_view": View(("Explore",), choice(_themselves(PICTURES)), BY_PAGE),
    "sweep_goal": View(("Explore",), choice(_themselves(GOALS)), BY_PAGE),
    "contour_x": View(("Explore",), choice(_themselves(SWEPT)), BY_PAGE),
    "contour_y": View(("Explore",), choice(_themselves(SWEPT)), BY_PAGE),
    "hide_trials": View(("Explore",), switch(), default=True),
    "trials_by": View(("Explore",), _order_of_trials(), BY_PAGE),
}


def views_of(page: str) -> dict[str, View]:
    """The view settings in the URL of a page, by its title."""
    return {name: view for name, view in VIEWS.items() if page in view.pages}


def views_from_link(page: str, parameters: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What a link says of a page's view settings, and a sentence for each that is not accepted.

    Parameters
    ----------
    page : str
        Its title.
    parameters : mapping of str to str
        The query parameters; names of no view setting of this page are left alone.

    Returns
    -------
    values : dict
        Only those that the link names, and that are accepted.
    notices : list of str
        What was wrong, what is accepted.

    Examples
    --------
    >>> values, notices = views_from_link("Train", {"cost_axis": "linear", "x_axis": "weeks"})
    >>> values, len(notices)
    ({'cost_axis': 'linear'}, 1)
    """
    values, notices = {}, []
    for name, view in views_of(page).items():
        if name not in parameters:
            continue
        try:
            values[name] = view.kind.read(parameters[name])
        except (ValueError, OverflowError) as error:
            refused = f"{name} accepts {view.kind.accepts}, not “{shortened(parameters[name])}”."
            if isinstance(error, ConfigError):  # it knows which part is wrong
                refused = f"{name} is not accepted: {in_print(str(error))}"
            usual = "the usual" if view.default is BY_PAGE else view.kind.write(view.default)
            notices.append(not_accepted(refused, usual))
    return values, notices
