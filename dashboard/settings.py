"""What a visitor has set, and the link that carries it.

A setting lives in ``st.session_state`` under its own name, which is also its name
in the URL; only what differs from the first visit is in the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from dashboard.words.links import not_accepted
from dashboard.words.plain import shortened
from logreg_core import RANGES, WHOLE_NUMBERS, ConfigError, TrainConfig

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class State(Protocol):
        """What can be asked for a value by name."""

        def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - see `written`


#: Where the images come from.
SOURCES: Final = ("bundled", "mnist", "upload")

#: Digits that are told apart, as a link writes them: a pair, or all ten.
ALL_DIGITS: Final = "all"
DIGITS: Final = (*(f"{a}-{b}" for a, b in combinations(range(10), 2)), ALL_DIGITS)

#: Percent of the examples that are held out.
HELD_OUT_RANGE: Final = (10, 50)

#: What becomes of the drawings that a visitor has collected.
OWN_DRAWINGS: Final = ("left-out", "added")

#: As how many examples each of them counts. A few drawings among hundreds of other images
#: would hardly move θ.
OWN_WEIGHTS: Final = (1, 3, 10, 30, 100)

_WHOLE_NUMBERS: Final = frozenset({*WHOLE_NUMBERS, "held_out", "own_weight"})

#: The course's exercise, but for the preparation: a drawing can stand anywhere on
#: the canvas and lean as it likes, and is read well only if that is taken out.
FIRST_CONFIG: Final = TrainConfig(preparation="full")


@dataclass(frozen=True)
class Settings:
    """Every setting that changes a result.

    Attributes
    ----------
    source : str
        One of `SOURCES`.
    digits : str
        One of `DIGITS`.
    held_out : int
        Percent of the examples held out, within `HELD_OUT_RANGE`.
    own_drawings : str
        One of `OWN_DRAWINGS`.
    own_weight : int
        One of `OWN_WEIGHTS`; of no effect where they are left out.
    config : TrainConfig
        How to train.
    """

    source: str = "bundled"
    digits: str = DIGITS[0]
    held_out: int = 25
    own_drawings: str = "left-out"
    own_weight: int = 10
    config: TrainConfig = FIRST_CONFIG

    def to_state(self) -> dict[str, Any]:
        """Name → value, as ``st.session_state`` holds them."""
        return {
            "source": self.source,
            "digits": self.digits,
            "held_out": self.held_out,
            "own_drawings": self.own_drawings,
            "own_weight": self.own_weight,
            **self.config.to_dict(),
        }

    @classmethod
    def from_state(cls, state: State) -> Settings:
        """Build from name → value, from ``st.session_state`` itself for one.

        Raises
        ------
        ConfigError
            If a value is not accepted.
        """
        config = TrainConfig.from_dict({name: state[name] for name in FIRST_CONFIG.to_dict()})
        low, high = HELD_OUT_RANGE
        if state["source"] not in SOURCES:
            raise ConfigError(
                f"source accepts {', '.join(SOURCES)}, not {_quoted(state['source'])}."
            )
        if state["digits"] not in DIGITS:
            raise ConfigError(
                f'digits accepts a pair such as "3-8", or "{ALL_DIGITS}", '
                f"not {_quoted(state['digits'])}."
            )
        if state["held_out"] not in range(low, high + 1):
            raise ConfigError(
                f"held_out accepts whole numbers from {low} to {high} (percent), "
                f"not {_quoted(state['held_out'])}."
            )
        if state["own_drawings"] not in OWN_DRAWINGS:
            raise ConfigError(
                f"own_drawings accepts {', '.join(OWN_DRAWINGS)}, "
                f"not {_quoted(state['own_drawings'])}."
            )
        if state["own_weight"] not in OWN_WEIGHTS:
            raise ConfigError(
                f"own_weight accepts {', '.join(map(str, OWN_WEIGHTS))}, "
                f"not {_quoted(state['own_weight'])}."
            )
        return cls(
            state["source"],
            state["digits"],
            state["held_out"],
            state["own_drawings"],
            state["own_weight"],
            config,
        )


FIRST_VISIT: Final = Settings()


def to_link(settings: Settings) -> dict[str, str]:
    """The query parameters of a link to these settings.

    Examples
    --------
    >>> to_link(Settings(digits="3-8", held_out=30))
    {'digits': '3-8', 'held_out': '30'}
    """
    return state_to_link(settings.to_state())


def state_to_link(state: State) -> dict[str, str]:
    """The same of settings by name, as ``st.session_state`` holds them; they are not checked."""
    return {
        name: written(state[name])
        for name, usual in FIRST_VISIT.to_state().items()
        if state[name] != usual
    }


def from_link(parameters: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """Settings that a link asks for, and a sentence for each value that is not accepted.

    Parameters
    ----------
    parameters : mapping of str to str
        The query parameters; names that are no setting are left alone.

    Returns
    -------
    settings : Settings
        What is not accepted is as on a first visit.
    notices : list of str
        What was wrong, what is accepted.

    Examples
    --------
    >>> settings, notices = from_link({"lam": "7", "digits": "3-33"})
    >>> settings.config.lam, settings.digits, len(notices)
    (7.0, '0-1', 1)
    """
    accepted = FIRST_VISIT
    notices = []
    for name, text in parameters.items():
        state = accepted.to_state()
        if name not in state:
            continue
        try:
            accepted = Settings.from_state({**state, name: read(name, text)})
        except ConfigError as error:
            notices.append(not_accepted(str(error), written(state[name])))
    return accepted, notices


def written(value: Any) -> str:  # noqa: ANN401 - a setting is a string or a number
    """A value as short as it can be written without losing a digit."""
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value)


def read(name: str, text: str) -> str | float:
    """What `written` gave of a setting: a number where it is one, the text where that fails.

    Examples
    --------
    >>> read("lam", "0.1"), read("batch_size", "64"), read("learning_rate", "auto")
    (0.1, 64, 'auto')
    """
    if name not in RANGES and name not in _WHOLE_NUMBERS:
        return text
    try:
        return int(text) if name in _WHOLE_NUMBERS else float(text)
    except ValueError:
        return text


def _quoted(value: object) -> str:
    """A value from outside, in a sentence."""
    return f"“{shortened(str(value))}”"
