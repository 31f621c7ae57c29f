"""A picture of a digit instead of a drawing: from a file, or from the camera."""

from __future__ import annotations

import io
import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st
from PIL import Image
from streamlit.runtime.uploaded_file_manager import DeletedFile

from dashboard.canvas import SIDE, put_drawing_back
from dashboard.drawing import Drawing
from dashboard.uploads import free_files
from dashboard.visitor import kept
from dashboard.words.plain import plain
from logreg_core import MAX_PHOTO_BYTES, DataError, digit_on_photo, read_photo, stand_by
from logreg_core.uploads.limits import IN_LINE, MAX_SECONDS_IN_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from logreg_core import DrawingStep

_LOGGER: Final = logging.getLogger(__name__)

#: Where a digit comes from → as it is called.
WAYS: Final = {"canvas": "Draw", "file": "Picture file", "camera": "Camera"}

_KINDS: Final = ("png", "jpg", "jpeg")

#: Pixels of the picture within its frame, which is as large as the canvas; twice as many are
#: kept, for screens that have two to each of the page's.
_SHOWN_SIDE: Final = SIDE - 2 * 17

#: Behind what is transparent.
_BEHIND: Final = "#8b8f98"

_NO_FILE: Final = "Choose a picture of one digit: a photo of it on paper, say."
_STILL_HERE: Final = " The picture that was here is still here."
_NO_PHOTO: Final = "Hold one digit on paper before the camera, and take a photo."

#: A digit is looked for here and not apart, since a picture that could be decoded can do no
#: harm: it takes a core for up to a second, most of it in SciPy, which lets other threads work.
#: Several at once would take all cores from the pages.
_one_at_a_time: Final = threading.Lock()


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture that a visitor has given, and the digit that was found on it.

    Attributes
    ----------
    shown : bytes or None
        A JPEG, small enough to be shown; encoded once, not each time it is shown.
    width : int
        As wide as it is shown, in pixels of the page.
    drawing : Drawing or None
        The digit as if it were drawn.
    steps : tuple of DrawingStep
        How it was found.
    complaint : str
        What to do where there is no picture or nothing on it, in a sentence; else empty.
    """

    shown: bytes | None = None
    width: int = _SHOWN_SIDE
    drawing: Drawing | None = None
    steps: tuple[DrawingStep, ...] = ()
    complaint: str = ""


def choose_way() -> str:
    """Ask where the digit comes from; one of `WAYS`."""
    way = st.segmented_control(
        "Where the digit comes from",
        list(WAYS),
        default="canvas",
        format_func=WAYS.__getitem__,
        key="taken_from",
        persist_state="session",
        required=True,
        label_visibility="collapsed",
        on_change=_make_ready,
    )
    return str(way)


def take_picture(way: str) -> Picture:
    """Show where a picture is given, and the picture.

    Parameters
    ----------
    way : {"file", "camera"}
        Of `WAYS`.
    """
    return _from_camera() if way == "camera" else _from_file()


def _make_ready() -> None:
    """Before the page is drawn another way."""
    st.session_state["_picture_error"] = None
    if st.session_state["taken_from"] == "canvas":
        put_drawing_back()
    else:
        stand_by()


def _from_file() -> Picture:
    """The last picture that could be read, and below it where the next one is chosen."""
    with st.container(
        key="picture", height=SIDE, horizontal_alignment="center", vertical_alignment="center"
    ):
        place = st.empty()
    chooser = st.empty()
    file = _chooser(chooser)
    if file is not None:
        with place, st.spinner("Looking for the digit…"):
            _keep(file)
        _let_go_of_file()
        del file
        _chooser(chooser)
    picture: Picture = st.session_state.get("_picture", Picture(complaint=_NO_FILE))
    if picture.shown is None:
        place.markdown(":material/image: *one digit on paper*", width="content")
    else:
        # With a width of its own, Streamlit would reduce it to that on each rerun.
        place.container(width=picture.width).image(picture.shown, width="stretch")
    with st.container(key="picture_error"):
        error = st.session_state.get("_picture_error")
        if error:
            st.error(
                f"{plain(error)}{_STILL_HERE if picture.shown is not None else ''}",
                icon=":material/block:",
            )
    return picture


def _chooser(place: DeltaGenerator) -> UploadedFile | None:
    """Where a file is chosen: an empty one for each, so that none is held once it is read."""
    return place.file_uploader(
        "A picture of one digit",
        _KINDS,
        max_upload_size=MAX_PHOTO_BYTES // 2**20,
        key=_chooser_key(),
        label_visibility="collapsed",
    )


def _chooser_key() -> str:
    return f"picture_{st.session_state.get('_pictures_read', 0)}"


def _let_go_of_file() -> None:
    """Free the file's bytes, which Streamlit would hold as long as its visitor stays."""
    del st.session_state[_chooser_key()]
    st.session_state["_pictures_read"] = st.session_state.get("_pictures_read", 0) + 1
    free_files()


def _keep(file: UploadedFile) -> None:
    """Keep a picture in place of the one before, or the sentence that says why not."""
    st.session_state["_picture_error"] = None
    try:
        st.session_state["_picture"] = _looked_at(file.getvalue())
    except DataError as error:
        _LOGGER.warning("Picture refused: %s", error)
        st.session_state["_picture_error"] = str(error)


def _from_camera() -> Picture:
    """The photo that has just been taken; the camera's own widget shows it."""
    st.camera_input("One digit on paper", key="camera", label_visibility="collapsed")
    # The session's own, of which the widget returns a copy; once it is let go, its name alone.
    photo: UploadedFile | DeletedFile | None = st.session_state["camera"]
    if photo is None:
        return Picture(complaint=_NO_PHOTO)
    return kept("photo", photo.file_id, lambda: _looked_at_once(photo))


def _looked_at_once(photo: UploadedFile | DeletedFile) -> Picture:
    """What is on a photo, or the sentence that says why nothing is; then its bytes are let go.

    The browser goes on to show it.
    """
    if isinstance(photo, DeletedFile):
        return Picture(complaint=_NO_PHOTO)
    try:
        with st.spinner("Looking for the digit…"):
            return _looked_at(photo.getvalue())
    except DataError as error:
        _LOGGER.warning("Photo refused: %s", error)
        return Picture(complaint=str(error))
    finally:
        photo.truncate(0)
        free_files()


def _looked_at(data: bytes) -> Picture:
    """Decode a file, in a process of its own, and look for the digit.

    Raises
    ------
    DataError
        If it is no picture, or others have been waiting for long.
    """
    pixels = read_photo(data)
    with _in_turn():
        picture = Image.fromarray(pixels)
        picture.thumbnail((2 * _SHOWN_SIDE, 2 * _SHOWN_SIDE))
        shown, width = _encoded(picture), _shown_width(*picture.size)
        try:
            digit = digit_on_photo(pixels)
        except DataError as error:
            return Picture(shown, width, complaint=str(error))
    return Picture(shown, width, Drawing({}, digit.ink), digit.steps)


@contextmanager
def _in_turn() -> Iterator[None]:
    """Wait until no other picture is looked at in this process.

    Raises
    ------
    DataError
        If that takes too long.
    """
    if not _one_at_a_time.acquire(timeout=MAX_SECONDS_IN_LINE):
        raise DataError(IN_LINE)
    try:
        yield
    finally:
        _one_at_a_time.release()


def _encoded(picture: Image.Image) -> bytes:
    """As JPEG; what is transparent becomes grey, on which light and dark ink can be seen."""
    paper = Image.new("RGB", picture.size, _BEHIND)
    paper.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    file = io.BytesIO()
    paper.save(file, "JPEG")
    return file.getvalue()


def _shown_width(width: int, height: int) -> int:
    """As large as the frame, whatever its shape."""
    return max(round(_SHOWN_SIDE * min(1, width / height)), 1)
