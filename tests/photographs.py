"""Photographs of digits on paper, made up: by a phone held askew, in bad light, on lined paper.

Tests share it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

if TYPE_CHECKING:
    import numpy.typing as npt

#: Strokes of digits in a box of 100x100, y down, as a hand would draw them.
STROKES: Final = {
    0: [[(50, 5), (25, 20), (20, 50), (28, 82), (50, 95), (72, 82), (80, 50), (75, 20), (50, 5)]],
    1: [[(54, 5), (52, 35), (50, 65), (48, 95)]],
    2: [[(22, 25), (35, 8), (60, 5), (75, 22), (68, 45), (42, 72), (20, 93), (80, 93)]],
    3: [[(25, 15), (50, 5), (72, 18), (65, 38), (45, 48), (70, 58), (74, 80), (50, 95), (25, 85)]],
    4: [[(40, 5), (20, 60), (80, 60)], [(62, 30), (58, 95)]],
    5: [
        [(30, 8), (27, 45), (50, 40), (72, 52), (74, 78), (52, 95), (25, 88)],
        [(30, 8), (75, 6)],
    ],
    6: [[(65, 5), (38, 30), (25, 65), (35, 92), (60, 93), (72, 75), (60, 55), (38, 58), (27, 72)]],
    7: [[(22, 8), (78, 8), (60, 45), (45, 95)]],
    8: [
        [
            *((65, 15), (45, 5), (28, 18), (38, 40), (60, 55), (72, 75), (58, 94), (35, 90)),
            *((28, 72), (42, 52), (65, 35), (68, 18), (55, 6)),
        ]
    ],
    9: [[(70, 22), (52, 6), (32, 18), (32, 40), (52, 48), (68, 35), (70, 22), (66, 60), (58, 95)]],
}


def written(digit: int, side: int = 200, pen: float = 10.0) -> npt.NDArray[np.float32]:
    """A digit drawn with a round pen, (side, side), paper 0 and ink 1; `pen` in hundredths."""
    twice = 2 * side
    sheet = Image.new("L", (twice, twice))
    board = ImageDraw.Draw(sheet)
    radius = pen * twice / 200
    for stroke in STROKES[digit]:
        points = [(x * 0.86 * twice / 100 + 0.07 * twice, y * 0.86 * twice / 100 + 0.07 * twice)
                  for x, y in stroke]  # fmt: skip
        board.line(points, fill=255, width=round(2 * radius), joint="curve")
        for x, y in points:
            board.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.resize((side, side), Image.Resampling.BOX), dtype=np.float32) / 255


def enlarged(scan: npt.NDArray[Any], side: int = 200) -> npt.NDArray[np.float32]:
    """A scan of 20x20 as if it were written large, (side, side), paper 0 and ink 1."""
    picture = Image.fromarray(np.pad(scan, 1).astype(np.float32))
    smooth = picture.resize((side, side), Image.Resampling.BICUBIC)
    return np.clip((np.asarray(smooth) - 0.35) / 0.2, 0, 1).astype(np.float32)


def clean(ink: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Ink as a canvas would have it: black on white, with room around it."""
    return np.asarray(255 - 255 * np.pad(ink, len(ink) // 6), dtype=np.uint8)


def photographed(
    ink: npt.NDArray[np.float32],
    random: np.random.Generator,
    *,
    width: int = 800,
    height: int = 600,
    share: float = 0.5,
    place: tuple[float, float] = (0.5, 0.5),
    contrast: float = 0.75,
    lines: str = "",
    line_contrast: float = 0.25,
    light: float = 0.4,
    shadow: float = 0.0,
    askew: float = 0.0,
    table: float = 0.0,
    noise: float = 4.0,
    inverted: bool = False,
) -> Image.Image:
    """A digit on paper as a camera sees it.

    Parameters
    ----------
    ink : (side, side) ndarray of float32
        Paper 0, ink 1.
    random : Generator
        For directions and noise.
    width, height : int
        Of the picture.
    share : float
        Side of the digit's box over the shorter side of the picture.
    place : tuple of float
        Where the middle of the digit is, as shares of the picture.
    contrast, line_contrast : float
        How much of the light ink and lines take away.
    lines : {"", "ruled", "squared"}
        What is printed on the paper.
    light : float
        How much of the light is missing where there is least.
    shadow : float
        How much of it a shadow with a soft edge takes away.
    askew : float
        How far each corner moves, as a share of the picture.
    table : float
        How much of the picture shows what is behind the paper, each side.
    noise : float
        Standard deviation in steps of 0..255.
    inverted : bool
        Chalk on a board.
    """
    side = round(share * min(width, height))
    digit = np.asarray(Image.fromarray(ink).resize((side, side), Image.Resampling.BOX))
    top, left = (
        int(np.clip(round(middle * whole - side / 2), 0, whole - side))
        for middle, whole in ((place[1], height), (place[0], width))
    )
    reflected = np.full((height, width, 3), np.array([0.93, 0.92, 0.88]))
    step = max(min(width, height) // int(random.integers(9, 22)), 8)
    thick = max(step // 14, 1)
    takes_away = line_contrast * np.array([1.0, 0.75, 0.45])  # a printer's blue
    for at in range(int(random.integers(step)), max(width, height), step):
        if lines:
            reflected[at : at + thick] *= 1 - takes_away
        if lines == "squared":
            reflected[:, at : at + thick] *= 1 - takes_away
    colour = np.array([1.0, 0.95, random.uniform(0.6, 1)])
    reflected[top : top + side, left : left + side] *= 1 - contrast * colour * digit[..., None]
    if inverted:
        reflected = 1 - reflected * 0.93
    sheet = Image.fromarray((reflected * 255).astype(np.uint8))
    if askew or table:
        sheet = _askew(sheet, random, askew, table)
    seen = np.asarray(sheet, dtype=np.float64) * _light(height, width, random, light, shadow)
    seen = ndimage.gaussian_filter(seen, (0.7, 0.7, 0))
    seen += random.normal(0, noise, seen.shape)
    return Image.fromarray(seen.clip(0, 255).astype(np.uint8))


def chance(random: np.random.Generator) -> dict[str, Any]:
    """How a photograph may happen to be taken: arguments of `photographed`."""
    width, height = ((800, 600), (600, 800), (640, 640), (480, 360))[random.integers(4)]
    table = float(random.choice([0, 0, 0.05, 0.12]))
    share = random.uniform(0.2, 0.8) * (1 - 2 * table)
    nearest = min(table + share / 2 + 0.08, 0.5)  # to the frame, of the digit's middle
    return {
        "width": width,
        "height": height,
        "share": share,
        "place": tuple(random.uniform(nearest, 1 - nearest, 2)),
        "contrast": random.uniform(0.45, 0.9),
        "lines": str(random.choice(["", "ruled", "squared"])),
        "line_contrast": random.uniform(0.1, 0.35),
        "light": random.uniform(0, 0.7),
        "shadow": float(random.choice([0, 0, random.uniform(0.2, 0.5)])),
        "askew": random.uniform(0, 0.06),
        "table": table,
        "noise": random.uniform(1, 9),
        "inverted": bool(table == 0 and random.random() < 0.2),
    }


def jpeg(picture: Image.Image, quality: int = 80, **options: object) -> bytes:
    """A picture as a camera's file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, **options)
    return file.getvalue()


def unpacked(data: bytes) -> npt.NDArray[np.uint8]:
    """The pixels of a file."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _askew(
    sheet: Image.Image, random: np.random.Generator, askew: float, table: float
) -> Image.Image:
    """The sheet's corners moved, on a dark table."""
    width, height = sheet.size
    corners = np.array([(0, 0), (0, 1), (1, 1), (1, 0)], dtype=float)
    seen_at = corners * (1 - 2 * table) + table + random.uniform(-askew, askew, (4, 2))
    rows, right = [], []
    for (x, y), (u, v) in zip(seen_at * sheet.size, corners * sheet.size, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    places = np.linalg.solve(np.array(rows), np.array(right))
    return sheet.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        list(places),
        Image.Resampling.BILINEAR,
        fillcolor=(92, 64, 46),
    )


def _light(
    height: int, width: int, random: np.random.Generator, light: float, shadow: float
) -> npt.NDArray[np.float64]:
    """How much light falls on each pixel, (height, width, 1), 0..1."""
    down, right = np.mgrid[:height, :width]
    y, x = down / height - 0.5, right / width - 0.5
    turn, edge = random.uniform(0, 2 * np.pi, 2)
    gradient = 0.5 + (x * np.cos(turn) + y * np.sin(turn)) / np.sqrt(2)
    falling = 1 - light * (0.7 * gradient + 0.6 * (x**2 + y**2))
    across = x * np.cos(edge) + y * np.sin(edge) + random.uniform(-0.25, 0.25)
    shaded = 1 - shadow / (1 + np.exp(-across / random.uniform(0.01, 0.06)))
    return (falling * shaded)[..., None]
