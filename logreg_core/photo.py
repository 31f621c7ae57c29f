"""From a photograph of a digit on paper to the ink of that digit alone.

Light is uneven, paper has lines, and the table shows behind it. So ink is what is darker than
the paper right around it (`logreg_core.light`), and the digit is the thing of ink that looks most
like one, with the parts that belong to it (`logreg_core.ink_things`). What comes out is read as
a drawing is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from logreg_core.errors import DataError
from logreg_core.ink import check_pixels
from logreg_core.ink_things import Thing, soft_ink, things_on, with_parts
from logreg_core.light import brightness_of, is_light_on_dark, sides
from logreg_core.normalise import DrawingStep

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatImage = npt.NDArray[np.float32]

_SHOWN_SIDE: Final = 240  # px of the pictures of the steps

_NOTHING_FOUND: Final = (
    "No digit can be found on this picture: a photo of a single one is read best, "
    "written with a thick pen on plain paper."
)


@dataclass(frozen=True, eq=False)
class PhotoDigit:
    """The digit that was found on a photograph.

    Parameters
    ----------
    ink : ndarray of shape (height, width), uint8
        Paper 0, ink 255: the digit alone, with paper all around it. Read-only;
        `normalise_drawing` takes it.
    steps : tuple of DrawingStep
        How it was found; small enough to be shown.
    """

    ink: npt.NDArray[np.uint8]
    steps: tuple[DrawingStep, ...]


def digit_on_photo(pixels: npt.NDArray[np.uint8]) -> PhotoDigit:
    """Find the one digit on a photograph, or on any other picture of one.

    The light of the paper is what a closing leaves of the picture: the brightest
    within a window, of that the darkest. How much less a pixel has, over what the paper
    has, is its ink; so neither uneven light nor a table behind the paper counts.
    Several windows and thresholds are tried. The digit is the thing with the most ink that
    is near the middle, off the frame, of one stroke width and not full of holes.

    Parameters
    ----------
    pixels : ndarray of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Grey, RGB or RGBA; sides of 8 to 4096 pixels. Dark on light or light on dark.

    Returns
    -------
    PhotoDigit
        Its ink, and the steps "Photo", "Even light" and "Digit found".

    Raises
    ------
    DataError
        If there is no digit, or more than one, or the array is no such picture.

    References
    ----------
    The closing is that of P. Soille, Morphological Image Analysis, 2003, section 4.5.

    Examples
    --------
    >>> photo = np.full((300, 400), 180, dtype=np.uint8)
    >>> photo[100:200, 190:205] = 60
    >>> photo[:, 300:] //= 2  # a shadow
    >>> found = digit_on_photo(photo)
    >>> [step.name for step in found.steps]
    ['Photo', 'Even light', 'Digit found']
    >>> rows, columns = np.nonzero(found.ink > 127)
    >>> int(np.ptp(rows)) > 5 * int(np.ptp(columns))
    True
    """
    check_pixels(pixels)
    brightness = brightness_of(pixels)
    lit = 1 - brightness if is_light_on_dark(brightness) else brightness
    main = max(things_on(lit), key=Thing.likeness, default=None)
    if main is None:
        raise DataError(_NOTHING_FOUND)
    digit = with_parts(main)
    ink = soft_ink(main, digit)
    pictures = (
        ("Photo", "The picture as it was taken, without its colours.", 1 - brightness),
        (
            "Even light",
            "How much darker each pixel is than the paper around it, so that shadows do not count."
            if lit is brightness
            else "How much lighter each pixel is than the board around it.",
            (main.layer.contrast / main.contrast).clip(0, 1),
        ),
        ("Digit found", "The thing that looks most like one digit; all else is left out.", ink),
    )
    found = np.asarray((255 * ink).round(), dtype=np.uint8)
    found.setflags(write=False)
    return PhotoDigit(found, tuple(_step(*picture) for picture in pictures))


def _step(name: str, explanation: str, image: FloatImage) -> DrawingStep:
    """A step with a picture no larger than it is shown."""
    picture = Image.fromarray(np.asarray(image, dtype=np.float32))
    if max(picture.size) > _SHOWN_SIDE:
        picture = picture.resize(sides(picture, _SHOWN_SIDE), Image.Resampling.BOX)
    shown = np.asarray(picture, dtype=np.float32)
    shown.setflags(write=False)
    return DrawingStep(name, explanation, shown)
