"""Files that a visitor might choose: built from a few images, good ones and bad ones.

Tests and benchmarks share it.
"""

import io
import struct
import zipfile
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.io import savemat
from scipy.sparse import csr_array

from logreg_core.uploads import limits

RANDOM = np.random.default_rng(11)
# Five images like no others: no two pixels of ink alike, so that no turning can hide; on paper.
IMAGES = RANDOM.permutation(5 * 400).reshape(5, 20, 20) / 2000
IMAGES[:, [0, -1]] = IMAGES[:, :, [0, -1]] = 0
LABELS = np.array([3, 1, 0, 9, 0])

ROWS = IMAGES.reshape(5, 400)
COLUMNS_FIRST = np.stack([image.ravel(order="F") for image in IMAGES])  # as Octave stores them


def mat(*, compressed: bool = False, **variables: object) -> bytes:
    """What MATLAB and Octave save."""
    file = io.BytesIO()
    savemat(file, variables, do_compression=compressed)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    """What NumPy saves."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=True, **arrays)
    return file.getvalue()


def csv(rows: npt.NDArray[Any], header: str | None = None, ending: str = "\n") -> bytes:
    """A table."""
    lines = [header] if header else []
    lines += [",".join(f"{cell:.9g}" for cell in row) for row in rows]
    return ending.join(lines).encode()


def packed(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return file.getvalue()


def picture(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """An image as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def gray(values: npt.ArrayLike) -> Image.Image:
    """An image of 0..255."""
    return Image.fromarray(np.asarray(values, dtype=np.uint8))


def ring(side: int, ink: int = 255, paper: int = 0) -> npt.NDArray[np.uint8]:
    """Draw a 0: a ring of ink that leaves the border free."""
    down, right = np.mgrid[:side, :side] - (side - 1) / 2
    distance = np.hypot(down, right) / side
    return np.where((distance > 0.2) & (distance < 0.35), ink, paper).astype(np.uint8)


def with_bytes(data: bytes, position: int, new: bytes) -> bytes:
    """The same with some bytes altered."""
    return data[:position] + new + data[position + len(new) :]


def npy(header: str, data: bytes = b"") -> bytes:
    """One array as NumPy saves it, with a header of one's own."""
    text = header.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def announcing(shape: str, descr: str = "<f8") -> bytes:
    """The header of an array without its content."""
    return npy(f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n")


def mat_element(variable: dict[str, object]) -> bytes:
    """Take the bytes of one variable out of a .mat file."""
    return mat(compressed=False, **variable)[128:]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_of_size(width: int, height: int) -> bytes:
    """Announce a size without holding a picture of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 100)
    chunks = (b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def bomb(width: int, height: int) -> bytes:
    """All of a PNG of zeros, a thousandth of the size that it unpacks to."""
    return picture(Image.new("1", (width, height)))


def encrypted(data: bytes) -> bytes:
    """Set the flag that says so in the table of contents."""
    return with_bytes(data, data.index(b"PK\x01\x02") + 8, b"\x01")


GOOD_MAT = mat(X=COLUMNS_FIRST, y=LABELS)
GOOD_PACKED_MAT = mat(compressed=True, X=COLUMNS_FIRST, y=LABELS)
GOOD_NPZ = npz(X=ROWS, y=LABELS)
GOOD_CSV = csv(np.c_[LABELS, ROWS])
GOOD_PNG = picture(gray(ring(20)))
GOOD_ZIP = packed({"3/a.png": GOOD_PNG, "4/b.png": GOOD_PNG})

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\xff\xff" + bytes(range(256)) * 4

NAN_ROWS = np.where(np.arange(400) == 7, np.nan, ROWS)
CELL = np.empty((5, 400), dtype=object)
CELL[:] = "ink"
NESTED = CELL[:1, :1]
for _ in range(200):
    deeper = np.empty(1, dtype=object)
    deeper[0] = NESTED
    NESTED = deeper
HEADER = "label," + ",".join(f"pixel{i}" for i in range(400))
PIXELS_500 = np.zeros((5, 500))

#: What is wrong → the file's name, its content, and what the sentence says, as a pattern.
REFUSED = {
    "no suffix": ("mine", GOOD_NPZ, "without a suffix"),
    "another kind": ("mine.docx", b"PK", r"kind \.docx cannot be read; accepted are \.mat, \.npz"),
    "empty file": ("ex3.mat", b"", "file is empty"),
    # .mat
    "one byte .mat": ("ex3.mat", b"M", "not a .mat file"),
    "text as .mat": ("ex3.mat", b"X = rand(5, 400);\n" * 40, "not a .mat file"),
    "program as .mat": ("ex3.mat", b"MZ\x90\x00" + bytes(500), "not a .mat file"),
    "v7.3 .mat": ("ex3.mat", b"MATLAB 7.3 MAT-file, ".ljust(512) + b"\x89HDF\r\n", "save -v7 "),
    "HDF5 as .mat": ("ex3.mat", b"\x89HDF\r\n\x1a\n" + bytes(500), "7.3 .*save -v7 "),
    "Octave's text": ("ex3.mat", b"# Created by Octave 8.4\n# name: X\n", "own format.*save -v7 "),
    "header only .mat": ("ex3.mat", GOOD_MAT[:128], "no variable X"),
    ".mat cut off in a tag": ("ex3.mat", GOOD_MAT[:132], "cut off or damaged"),
    ".mat cut off in X": ("ex3.mat", GOOD_MAT[:3000], "cut off or damaged"),
    "packed .mat cut off": ("ex3.mat", GOOD_PACKED_MAT[:3000], "cut off or damaged"),
    "packed .mat altered": (
        "ex3.mat",
        with_bytes(GOOD_PACKED_MAT, 900, b"\xff\x00\xff\x00"),
        "cut off or damaged",
    ),
    ".mat without X": ("ex3.mat", mat(x=COLUMNS_FIRST, y=LABELS), "no variable X"),
    ".mat without y": ("ex3.mat", mat(X=COLUMNS_FIRST), "no variable y"),
    "X of text": ("ex3.mat", mat(X="digits", y=LABELS), "X is of the kind char"),
    "X of cells": ("ex3.mat", mat(X=CELL, y=LABELS), "X is of the kind cell"),
    "X a struct": ("ex3.mat", mat(X={"a": 1}, y=LABELS), "X is of the kind struct"),
    "X sparse": ("ex3.mat", mat(X=csr_array(COLUMNS_FIRST), y=LABELS), "X is of the kind sparse"),
    "X complex": ("ex3.mat", mat(X=COLUMNS_FIRST * 1j, y=LABELS), "X has no real numbers"),
    "y complex": ("ex3.mat", mat(X=COLUMNS_FIRST, y=LABELS * 1j), "y has no real numbers"),
    "y of text": ("ex3.mat", mat(X=COLUMNS_FIRST, y="31090"), "y is of the kind char"),
    "X of 3 dimensions": ("ex3.mat", mat(X=IMAGES, y=LABELS), "X has 3 dimensions"),
    "X of 500 columns": ("ex3.mat", mat(X=PIXELS_500, y=LABELS), "500 pixels; accepted are square"),
    "X of 7x7": ("ex3.mat", mat(X=np.zeros((5, 49)), y=LABELS), "49 pixels; accepted are square"),
    "X of 65x65": ("ex3.mat", mat(X=np.zeros((5, 4225)), y=LABELS), "4225 pixels; accepted"),
    "X that crashes its reader": (
        "ex3.mat",
        with_bytes(mat(X=np.zeros((2, 64)), y=[1, 2]), 177, b"\x02"),
        "damaged",
    ),
    "X of nested cells": ("ex3.mat", mat(X=NESTED, y=LABELS), "X is of the kind cell"),
    "X beyond float32": ("ex3.mat", mat(X=COLUMNS_FIRST * 1e300, y=LABELS), "not a finite number"),
    "X without rows": ("ex3.mat", mat(X=np.zeros((0, 400)), y=[]), "no images"),
    "y shorter than X": ("ex3.mat", mat(X=COLUMNS_FIRST, y=LABELS[:4]), "5 images but 4 labels"),
    "y a matrix": ("ex3.mat", mat(X=COLUMNS_FIRST, y=np.ones((5, 2))), "one row or one column"),
    "label 11": ("ex3.mat", mat(X=COLUMNS_FIRST, y=[1, 2, 3, 4, 11]), "label 11 is no digit"),
    "label -1": ("ex3.mat", mat(X=COLUMNS_FIRST, y=[1, 2, 3, 4, -1]), "label -1 is no digit"),
    "label 2.5": ("ex3.mat", mat(X=COLUMNS_FIRST, y=[1, 2, 3, 4, 2.5]), "2.5 is no whole number"),
    "label nan": ("ex3.mat", mat(X=COLUMNS_FIRST, y=[1, 2, 3, 4, np.nan]), "nan is no whole"),
    "pixel nan": ("ex3.mat", mat(X=NAN_ROWS, y=LABELS), "not a finite number"),
    "pixels to 1000": (
        "ex3.mat",
        mat(X=ROWS * 1000, y=LABELS),
        "accepted are 0 to 1, 0 to 16 or 0",
    ),
    "pixels from -1": ("ex3.mat", mat(X=ROWS - 1, y=LABELS), "pixels run from -1 to"),
    # .npz
    "text as .npz": ("mine.npz", b"X = 1", "cut off or damaged"),
    ".npz cut off": ("mine.npz", GOOD_NPZ[:-40], "cut off or damaged"),
    ".npz altered": ("mine.npz", with_bytes(GOOD_NPZ, 900, b"\xff\x00\xff"), "cut off or damaged"),
    ".npz without images": ("mine.npz", npz(a=ROWS, y=LABELS), "no array X or images"),
    ".npz without labels": ("mine.npz", npz(X=ROWS, z=LABELS), "no array y or labels"),
    ".npz of objects": ("mine.npz", npz(X=CELL, y=LABELS), "X has Python objects"),
    ".npz of text": ("mine.npz", npz(X=CELL.astype("U3"), y=LABELS), "X has the type <U3"),
    ".npz of complex": ("mine.npz", npz(X=ROWS * 1j, y=LABELS), "X has the type complex128"),
    ".npz of 500": ("mine.npz", npz(X=PIXELS_500, y=LABELS), "500 pixels; accepted are square"),
    ".npz of 28x20": ("mine.npz", npz(X=np.zeros((5, 28, 20)), y=LABELS), "28x20 pixels"),
    ".npz of 1 dimension": ("mine.npz", npz(X=ROWS[0], y=LABELS), "m rows of pixels"),
    ".npz of too many images": (
        "mine.npz",
        npz(X=np.zeros((70_001, 64), bool), y=np.zeros(70_001, np.int8)),
        "70,001 images; accepted are 70,000",
    ),
    ".npz of no images": ("mine.npz", npz(X=ROWS[:0], y=LABELS[:0]), "no images"),
    ".npz of 4 labels": ("mine.npz", npz(X=ROWS, y=LABELS[:4]), "5 images but 4 labels"),
    ".npz of one number": ("mine.npz", npz(X=ROWS, y=np.array(3)), "one row or one column"),
    ".npz of nan": ("mine.npz", npz(X=NAN_ROWS, y=LABELS), "not a finite number"),
    ".npz negative shape": (
        "mine.npz",
        packed({"X.npy": announcing("(-5, 400)"), "y.npy": announcing("(5,)")}),
        "no images",
    ),
    ".npz announcing terabytes": (
        "mine.npz",
        packed({"X.npy": announcing("(1000000000, 400)"), "y.npy": announcing("(5,)")}),
        "more than 200 MB",
    ),
    ".npz with less than announced": (
        "mine.npz",
        packed({"X.npy": announcing("(5, 400)"), "y.npy": announcing("(5,)")}),
        "cut off or damaged",
    ),
    ".npz with code for a header": (
        "mine.npz",
        packed({"X.npy": npy("__import__('os')\n"), "y.npy": announcing("(5,)")}),
        "cut off or damaged",
    ),
    ".npz encrypted": ("mine.npz", encrypted(GOOD_NPZ), "encrypted"),
    # .csv
    "blank .csv": ("mine.csv", b" \n\n", "no rows"),
    ".csv of a header": ("mine.csv", HEADER.encode(), "header but no rows"),
    ".csv in UTF-16": ("mine.csv", GOOD_CSV.decode().encode("utf-16"), "no table in UTF-8"),
    ".csv of bytes": ("mine.csv", GOOD_PNG, "no table in UTF-8"),
    ".csv without label": (
        "mine.csv",
        csv(ROWS, HEADER.replace("label,", "")),
        "names no column label",
    ),
    ".csv with text": (
        "mine.csv",
        csv(np.c_[LABELS, ROWS], HEADER).replace(b"\n1,", b"\none,"),
        "row 3, column 1 is no number",
    ),
    ".csv with a gap": ("mine.csv", GOOD_CSV.replace(b"\n1,", b"\n,"), "row 2, column 1 is no"),
    ".csv with a formula": ("mine.csv", GOOD_CSV.replace(b"\n1,", b"\n=1+1,"), "row 2, column 1"),
    ".csv ragged": ("mine.csv", GOOD_CSV + b"\n1,2,3", "Row 6 has 3 columns"),
    ".csv of 500": (
        "mine.csv",
        csv(np.zeros((2, 501))),
        "501 columns; accepted are a label and the pixels of a square",
    ),
    ".csv of an unclosed quote": ("mine.csv", GOOD_CSV.replace(b"\n1,", b'\n"1,'), "no number"),
    ".csv of NUL": ("mine.csv", bytes(5000), "names no column label"),
    ".csv of a million": ("mine.csv", b"0," * 999_999 + b"0", "has 1000000 columns"),
    ".csv of nan": ("mine.csv", csv(np.c_[LABELS, NAN_ROWS]), "not a finite number"),
    ".csv of label 12": ("mine.csv", csv(np.c_[LABELS + 9, ROWS]), "label 12 is no digit"),
    ".npz of blank images": ("mine.npz", npz(X=ROWS * 0, y=LABELS), "All images are blank"),
    "one byte .csv": ("mine.csv", b"7", "has 1 columns"),
    "program as .csv": ("mine.csv", EXE, "no table in UTF-8"),
    ".csv in UTF-32": ("mine.csv", GOOD_CSV.decode().encode("utf-32"), "no table in UTF-8"),
    "one byte .npz": ("mine.npz", b"P", "cut off or damaged"),
    "program as .npz": ("mine.npz", EXE, "cut off or damaged"),
    ".npz with a header of 20 kB": (
        "mine.npz",
        packed({"X.npy": npy("{" + " " * 20_000 + "}\n"), "y.npy": announcing("(5,)")}),
        "cut off or damaged",
    ),
    # pictures
    "one byte .zip": ("mine.zip", b"P", "cut off or damaged"),
    "program as .zip": ("mine.zip", EXE, "cut off or damaged"),
    ".zip in a .zip": ("mine.zip", packed({"7/more.zip": GOOD_ZIP}), "no pictures"),
    "one byte .png": ("7.png", b"P", "cannot be read"),
    "program as .png": ("7.png", EXE, "cannot be read"),
    "text as .zip": ("mine.zip", b"7/mine.png", "cut off or damaged"),
    ".zip cut off": ("mine.zip", GOOD_ZIP[:-30], "cut off or damaged"),
    ".zip without pictures": ("mine.zip", packed({"7/mine.txt": b"7"}), "no pictures"),
    ".zip of nothing": ("mine.zip", packed({}), "no pictures"),
    ".zip without folders": ("mine.zip", packed({"7.png": GOOD_PNG}), "no folder named after a"),
    ".zip of other folders": (
        "mine.zip",
        packed({"cats/a.png": GOOD_PNG}),
        "'cats/a.png' is in no",
    ),
    ".zip of folder 12": ("mine.zip", packed({"12/a.png": GOOD_PNG}), "accepted are the folders 0"),
    ".zip that climbs": ("mine.zip", packed({"../../a.png": GOOD_PNG}), "no folder named after"),
    ".zip of damaged pictures": (
        "mine.zip",
        packed({"7/a.png": b"PNG"}),
        "'7/a.png' cannot be read",
    ),
    ".zip encrypted": ("mine.zip", encrypted(GOOD_ZIP), "encrypted"),
    ".zip bomb": (
        "mine.zip",
        packed({"7/a.png": bytes(limits.MAX_PICTURE_BYTES + 1)}),
        "more than 1 MB",
    ),
    ".png without a label": ("mine.png", GOOD_PNG, "begins with it, as in 7_mine.png"),
    ".png of a number": ("28x28.png", GOOD_PNG, "does not say which digit"),
    "text as .png": ("7.png", b"seven", "cannot be read; accepted are PNG and JPEG"),
    "GIF as .png": ("7.png", picture(gray(ring(20)), "GIF"), "cannot be read"),
    ".png cut off": ("7.png", GOOD_PNG[:60], "cannot be read"),
    ".png altered": ("7.png", with_bytes(GOOD_PNG, 50, b"\x00\xff\x00\xff"), "cannot be read"),
    ".png too small": ("7.png", picture(gray(ring(7))), "7x7 pixels; accepted are square"),
    ".png too large": ("7.png", picture(gray(ring(65))), "65x65 pixels"),
    ".png not square": ("7.png", picture(gray(ring(20)[:, 2:])), "18x20 pixels"),
    ".png of 10000x10000": ("7.png", png_of_size(10_000, 10_000), "10000x10000 pixels"),
    ".png of 30000x30000": ("7.png", png_of_size(30_000, 30_000), "cannot be read"),
}
