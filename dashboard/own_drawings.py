"""A visitor's own drawings, labelled and collected, to learn from beside the other images.

They live in the session and go with it; a file brings them back.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.settings import OWN_WEIGHTS
from logreg_core import Collection, DataError, LabelledDrawing, reduced_ink
from logreg_core.uploads.limits import MAX_DRAWINGS

if TYPE_CHECKING:
    from dashboard.drawing import Drawing

#: As many as a file may bring.
MOST_DRAWINGS: Final = MAX_DRAWINGS

#: Examples that they may count as together: as many as the largest file has at the usual
#: weight. As images, prepared and as X they take 130 MB, on a server of 1 GB for everybody.
MOST_EXAMPLES: Final = 20_000

#: Changes of the collection that can be undone, and drawings that only these still hold: 33 MB.
_MOST_UNDOS: Final = 50
_MOST_GONE: Final = MAX_DRAWINGS


def own_drawings() -> Collection | None:
    """What the visitor has collected; None where there is nothing."""
    collected: Collection | None = st.session_state.get("_own_drawings")
    return collected


def weight_in_effect(weight: int, drawings: int) -> int:
    """As how many examples each drawing counts: as many as was said, or as are accepted.

    Examples
    --------
    >>> weight_in_effect(100, drawings=200), weight_in_effect(100, drawings=2000)
    (100, 10)
    """
    accepted = (each for each in OWN_WEIGHTS if each <= weight and each * drawings <= MOST_EXAMPLES)
    return max(accepted, default=1)


def label_of(drawing: Drawing) -> int | None:
    """The label under which this very drawing is kept; None where it is not."""
    kept = _of_same_sheet(drawing)
    return None if kept is None or kept.content != drawing.content else kept.label


def earlier_label(drawing: Drawing) -> int | None:
    """The label that a drawing had before it was drawn on; None where it had none."""
    kept = _of_same_sheet(drawing)
    return None if kept is None or kept.content == drawing.content else kept.label


def label_drawing(drawing: Drawing, label: int | None) -> None:
    """Keep a drawing under its label, in place of what was kept of this sheet; None: of nothing.

    Raises
    ------
    DataError
        If it is no digit, or there are too many.
    """
    kept, drawings = _of_same_sheet(drawing), _drawings()
    if label is None:
        _collect(tuple(other for other in drawings if other is not kept))
        return
    new = LabelledDrawing(label, reduced_ink(drawing.pixels), _sheet(drawing), drawing.content)
    if kept is None:
        _collect((*drawings, new))
    else:
        _collect(tuple(new if other is kept else other for other in drawings))


def add(more: Collection) -> int:
    """Collect drawings, those of a file for one; those that are there already come once.

    Returns
    -------
    int
        How many are new.

    Raises
    ------
    DataError
        If there are too many.
    """
    here = {drawing.identity for drawing in _drawings()}
    new = tuple(drawing for drawing in more.drawings if drawing.identity not in here)
    if new:
        _collect((*_drawings(), *new))
    return len(new)


def remove(position: int) -> None:
    """Take one away again."""
    _collect(tuple(each for place, each in enumerate(_drawings()) if place != position))


def remove_all() -> None:
    """Collect none any more; as long as that can be undone, the session still holds them."""
    _collect(())
    st.session_state["own_drawings"] = "left-out"  # a link promises no drawings any more


def can_undo() -> bool:
    """Whether the collection has been another."""
    return bool(_earlier())


def undo() -> None:
    """Take the last change of the collection back."""
    if can_undo():
        *st.session_state["_own_drawings_before"], last = _earlier()
        st.session_state["_own_drawings"] = last


def _drawings() -> tuple[LabelledDrawing, ...]:
    own = own_drawings()
    return () if own is None else own.drawings


def _collect(drawings: tuple[LabelledDrawing, ...]) -> None:
    """Have these from now on, and what was there before for `undo`."""
    if len(drawings) > MOST_DRAWINGS:
        raise DataError(
            f"That would be {len(drawings):,} drawings of your own; accepted are {MOST_DRAWINGS:,}."
        )
    state = st.session_state
    state["_own_drawings_before"] = _within_bounds([*_earlier(), own_drawings()], set(drawings))
    state["_own_drawings"] = Collection(drawings) if drawings else None


def _earlier() -> list[Collection | None]:
    before: list[Collection | None] = st.session_state.get("_own_drawings_before", [])
    return before


def _within_bounds(
    earlier: list[Collection | None], here: set[LabelledDrawing]
) -> list[Collection | None]:
    """The last of them, as far back as they hold few drawings that are not here any more.

    Collections share their drawings: one more of them is a few references, and what takes
    memory is what was removed.
    """
    gone: set[LabelledDrawing] = set()
    kept: list[Collection | None] = []
    for collection in reversed(earlier[-_MOST_UNDOS:]):
        gone.update(() if collection is None else collection.drawings)
        gone -= here
        if len(gone) > _MOST_GONE:
            break
        kept.insert(0, collection)
    return kept


def _of_same_sheet(drawing: Drawing) -> LabelledDrawing | None:
    """What is kept of the sheet that this is drawn on, as it is or as it was."""
    sheet = _sheet(drawing)
    return next((kept for kept in reversed(_drawings()) if kept.sheet == sheet), None)


def _sheet(drawing: Drawing) -> str:
    """The same for a drawing that goes on from another: they share their first stroke."""
    strokes = drawing.strokes.get("objects") or [{}]
    path = strokes[0].get("path")
    if not path:  # no strokes: a picture, which is not drawn on
        return drawing.content
    return hashlib.sha256(json.dumps(path).encode()).hexdigest()
