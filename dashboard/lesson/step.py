"""What every step has: its heading, and the table of its formulas."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.words.lesson.steps import heading
from dashboard.words.lesson.ways import four_ways

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dashboard.words.lesson.ways import Way


@contextmanager
def step(anchor: str) -> Iterator[None]:
    """A step of the page, from its heading on.

    Parameters
    ----------
    anchor : str
        In `STEPS`; the address of the step, and the key of its container after ``step_``.
    """
    with st.container(key=f"step_{anchor.replace('-', '_')}"):
        st.subheader(heading(anchor), anchor=anchor)
        yield


def show_ways(anchor: str, ways: Sequence[Way], values: Mapping[str, object]) -> None:
    """Show what was computed as formula, Octave, NumPy and value.

    Parameters
    ----------
    anchor : str
        Of the step.
    ways : sequence of Way
        In the order of the computation.
    values : mapping of str to number or array
        Name of each → what the core says it is.
    """
    with st.container(key=f"ways_{anchor.replace('-', '_')}"):
        st.markdown(four_ways(ways, values))
