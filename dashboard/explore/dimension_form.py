"""The fields of one setting of a plan: which of its values are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from dashboard.settings import read
from dashboard.words.explore.plan import SPREADS, as_on_field
from dashboard.words.numbers import number_text
from dashboard.words.plain import plain
from dashboard.words.settings import CHOICES, SETTINGS
from logreg_core import MULTICLASS, RANGES, ConfigError
from logreg_core.config import shown
from logreg_core.sweep import MOST_POINTS, Choices, Interval

if TYPE_CHECKING:
    from logreg_core.sweep import Dimension

#: What is offered of a setting before the visitor says otherwise.
_OFFERED_RANGES: Final = {
    "lam": Interval("lam", 0.01, 100),
    "learning_rate": Interval("learning_rate", 0.01, 3),
    "batch_size": Interval("batch_size", 8, 128),
    "momentum": Interval("momentum", 0.5, 0.99, log=False),
    "max_iterations": Interval("max_iterations", 20, 1000),
    "tolerance": Interval("tolerance", 1e-8, 1e-2),
}
OFFERED: Final[dict[str, Dimension]] = {
    **_OFFERED_RANGES,
    "optimizer": Choices("optimizer", ("gradient-descent", "momentum", "adam", "l-bfgs-b")),
    "schedule": Choices("schedule", ("constant", "1/t", "cosine")),
    "preparation": Choices("preparation", ("none", "centred", "full")),
    "multiclass": Choices("multiclass", MULTICLASS),
}

#: Widths of the fields of a range, in pixels: as many fit into a line as there is room for.
_NARROW: Final = 76
_WIDE: Final = 112

#: A longer name than this does not fit above a narrow one.
_SHORT_NAME: Final = 6


def dimension_form(setting: str) -> None:
    """Show the fields of a setting, and why what stands in them is not accepted."""
    with st.container(key=f"plan_of_{setting}", gap="xxsmall"):
        if setting in RANGES:
            _range_form(setting)
        else:
            labels = CHOICES[setting]
            st.multiselect(
                SETTINGS[setting].label,
                list(labels),
                format_func=labels.__getitem__,
                key=_key(setting, "chosen"),
                persist_state="session",
            )
        why = refused(setting)
        if why:
            st.markdown(f":orange[:small[:material/block: {plain(why)}]]")


def fill(dimension: Dimension) -> None:
    """Have the fields of a setting say what a plan tries of it."""
    state, setting = st.session_state, dimension.setting
    if setting not in RANGES:
        state[_key(setting, "chosen")] = list(dimension.points)
        return
    interval = dimension if isinstance(dimension, Interval) else _OFFERED_RANGES[setting]
    state[_key(setting, "low")] = _typed(interval.low)
    state[_key(setting, "high")] = _typed(interval.high)
    state[_key(setting, "points")] = interval.steps
    state[_key(setting, "values")] = ", ".join(_typed(value) for value in dimension.points)
    spread = "log" if interval.log else "even"
    state[_key(setting, "spread")] = spread if dimension is interval else "values"


def read_dimension(setting: str) -> Dimension:
    """What the fields of a setting say.

    Raises
    ------
    ConfigError
        If that is not accepted.
    """
    state = st.session_state
    if setting not in RANGES:
        return Choices(setting, tuple(state[_key(setting, "chosen")]))
    spread = state[_key(setting, "spread")]
    if spread == "values":
        texts = state[_key(setting, "values")].replace(";", ",").split(",")
        values = tuple(read(setting, text.strip()) for text in texts if text.strip())
        return Choices(setting, values)
    low, high = (_read_end(setting, state[_key(setting, end)].strip()) for end in ("low", "high"))
    steps = state[_key(setting, "points")]
    return Interval(setting, low, high, spread == "log", steps)  # type: ignore[arg-type]  # it checks itself


def _read_end(setting: str, text: str) -> str | float:
    if not text:
        raise ConfigError(f"A range of {setting} has a number at each end: one field is empty.")
    if "," in text:
        raise ConfigError(
            f"A number has a point and no commas, such as 0.5 or 1000, not {shown(text)}."
        )
    return read(setting, text)


def refused(setting: str) -> str | None:
    """Why what stands in the fields of a setting is not accepted; None where it is."""
    try:
        read_dimension(setting)
    except ConfigError as error:
        return as_on_field(str(error), setting)
    return None


def chosen_of(setting: str) -> list[str]:
    """The values that are ticked of a setting that has names."""
    chosen: list[str] = st.session_state[_key(setting, "chosen")]
    return chosen


def _range_form(setting: str) -> None:
    name = SETTINGS[setting].column
    values = st.session_state[_key(setting, "spread")] == "values"
    with st.container(horizontal=True, gap="xsmall"):
        if values:
            _text(setting, "values", name, "stretch")
        else:
            wide = len(name) > _SHORT_NAME
            _text(setting, "low", f"{name} from", _WIDE if wide else _NARROW)
            _text(setting, "high", "to", _NARROW)
        st.selectbox(
            "varied",
            list(SPREADS),
            format_func=SPREADS.__getitem__,
            key=_key(setting, "spread"),
            persist_state="session",
            width=_WIDE,
        )
        if st.session_state["plan_sampler"] == "grid" and not values:
            st.number_input(
                "points",
                min_value=2,  # both ends
                max_value=MOST_POINTS,
                key=_key(setting, "points"),
                persist_state="session",
                width=_NARROW,
            )


def _text(setting: str, part: str, label: str, width: int | Literal["stretch"]) -> None:
    st.text_input(label, key=_key(setting, part), persist_state="session", width=width)


def _typed(value: str | float) -> str:
    """A value as it stands in a field, where a comma parts one from the next."""
    return value if isinstance(value, str) else number_text(value).replace(",", "")


def _key(setting: str, part: str) -> str:
    return f"plan_{setting}_{part}"
