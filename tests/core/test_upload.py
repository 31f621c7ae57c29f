"""A visitor's file becomes upright digits, or one sentence that says what to do."""

import gc
import io
import itertools
import struct
import sys
import threading
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat
from scipy.sparse import csr_array
from sklearn.datasets import load_digits

from logreg_core.bundled import load_bundled
from logreg_core.dataset import Dataset
from logreg_core.errors import DataError
from logreg_core.upload import ACCEPTED_UPLOADS, Layout, Upload, open_upload, read_upload, stand_by
from logreg_core.uploads import apart, archive, limits, pictures
from logreg_core.uploads.layout import recognised
from logreg_core.uploads.readers import examples_in

RANDOM = np.random.default_rng(11)
# Five images like no others: no two pixels of ink alike, so that no turning can hide; on paper.
IMAGES = RANDOM.permutation(5 * 400).reshape(5, 20, 20) / 2000
IMAGES[:, [0, -1]] = IMAGES[:, :, [0, -1]] = 0
LABELS = np.array([3, 1, 0, 9, 0])

ROWS = IMAGES.reshape(5, 400)
COLUMNS_FIRST = np.stack([image.ravel(order="F") for image in IMAGES])  # as Octave stores them


def mat(*, compressed=False, **variables):
    file = io.BytesIO()
    savemat(file, variables, do_compression=compressed)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def csv(rows, header=None, ending="\n"):
    lines = [header] if header else []
    lines += [",".join(f"{cell:.9g}" for cell in row) for row in rows]
    return ending.join(lines).encode()


def packed(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return file.getvalue()


def picture(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def gray(values):
    return Image.fromarray(np.asarray(values, dtype=np.uint8))


def ring(side, ink=255, paper=0):
    """Draw a 0: a ring of ink that leaves the border free."""
    down, right = np.mgrid[:side, :side] - (side - 1) / 2
    distance = np.hypot(down, right) / side
    return np.where((distance > 0.2) & (distance < 0.35), ink, paper).astype(np.uint8)


def read_here(name, data):
    """Read a file as `read_upload` does, but in this process: a file of our own, and quicker."""
    examples = examples_in(name, data)
    return Upload(name, examples, recognised(examples, by_column=name.endswith(".mat"))).dataset()


def assert_is(dataset, images, labels, atol=1e-6):
    assert isinstance(dataset, Dataset)
    np.testing.assert_allclose(dataset.images, images, atol=atol)
    np.testing.assert_array_equal(dataset.labels, labels)


# What is accepted


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("as_row", [False, True])
def test_course_file_is_turned_upright(compressed, as_row):
    y = LABELS[np.newaxis] if as_row else LABELS[:, np.newaxis]
    dataset = read_upload("ex3.mat", mat(compressed=compressed, X=COLUMNS_FIRST, y=y))
    assert_is(dataset, IMAGES, LABELS)
    assert dataset.name == "ex3.mat"


SIDES = (8, 28, 64)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("suffix", [".mat", ".npz", ".csv"])
def test_scans_of_other_sizes_are_resized_by_the_whole_frame(side, suffix):
    scans = np.stack([ring(side), ring(side, ink=100)])
    rows = scans.reshape(2, -1)
    data = {
        ".mat": lambda: mat(X=scans.transpose(0, 2, 1).reshape(2, -1), y=[10, 3]),
        ".npz": lambda: npz(X=scans, y=[0, 3]),
        ".csv": lambda: csv(np.c_[[0, 3], rows]),
    }[suffix]()
    expected = [
        Image.fromarray((scan / 255).astype(np.float32)).resize((20, 20), Image.Resampling.BICUBIC)
        for scan in scans
    ]
    assert_is(read_here(f"mine{suffix}", data), expected, [0, 3])


def test_overshoot_of_the_course_file_is_kept():
    X = COLUMNS_FIRST * 1.26 - 0.13
    kept = read_here("ex3.mat", mat(X=X, y=LABELS)).images
    np.testing.assert_array_equal(kept.min(), np.float32(X.min()))
    np.testing.assert_array_equal(kept.max(), np.float32(X.max()))


@pytest.mark.parametrize(
    "data",
    [
        mat(X=COLUMNS_FIRST, y=[10, 1, 0, 10, 9]),
        npz(X=ROWS, y=[10, 1, 0, 10, 9]),
        csv(np.c_[[10, 1, 0, 10, 9], ROWS]),
    ],
    ids=[".mat", ".npz", ".csv"],
)
def test_label_10_is_the_digit_0(data, request):
    suffix = request.node.callspec.id
    assert list(read_here(f"course{suffix}", data).labels) == [0, 1, 0, 0, 9]


def test_other_variables_do_no_harm():
    extra = {"note": "mine", "cells": np.array([1, "a"], dtype=object), "Theta": np.eye(3)}
    assert_is(read_here("ex3.mat", mat(**extra, X=COLUMNS_FIRST, y=LABELS)), IMAGES, LABELS)


@pytest.mark.parametrize("pixels", [ROWS, IMAGES, np.asfortranarray(ROWS), ROWS.astype(">f8")])
@pytest.mark.parametrize("names", [("X", "y"), ("images", "labels")])
def test_npz_is_read_row_by_row(pixels, names):
    data = npz(**dict(zip(names, (pixels, LABELS), strict=True)))
    assert_is(read_here("mine.npz", data), IMAGES, LABELS)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_without_a_header_has_the_label_first(ending, mark):
    data = mark + csv(np.c_[LABELS, ROWS], ending=ending)
    assert_is(read_here("mine.csv", data), IMAGES, LABELS)


def test_csv_finds_the_label_column_by_its_name():
    header = ",".join([f"pixel{i}" for i in range(7)] + ['"Label"'] + ["p"] * 393)
    rows = np.insert(ROWS, 7, LABELS, axis=1)
    assert_is(read_here("mine.csv", csv(rows, header)), IMAGES, LABELS)


@pytest.mark.parametrize("suffix", [".mat", ".npz", ".csv"])
def test_pixels_of_0_to_255_become_0_to_1(suffix):
    scanned = np.rint(IMAGES * 255).astype(np.uint8)
    data = {
        ".mat": lambda: mat(X=scanned.transpose(0, 2, 1).reshape(5, 400), y=LABELS),
        ".npz": lambda: npz(images=scanned, labels=LABELS),
        ".csv": lambda: csv(np.c_[LABELS, scanned.reshape(5, 400)]),
    }[suffix]()
    assert_is(read_here(f"mine{suffix}", data), scanned / 255, LABELS)


def test_zip_of_pictures_takes_the_label_from_the_folder():
    scan = ring(20)
    scan[2, 5] = 200  # so that it has one way up
    data = packed(
        {
            "mine/7/a.png": picture(gray(scan)),
            "mine/3/b.PNG": picture(gray(scan)),
            "0\\c.png": picture(gray(scan)),
            "mine/readme.txt": b"passed over",
            "__MACOSX/mine/7/._a.png": b"passed over",
            "mine/7/.hidden.png": b"passed over",
        }
    )
    assert_is(read_here("mine.zip", data), [scan / 255] * 3, [7, 3, 0])


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [("7_mine.png", "PNG", 7), ("0.jpg", "JPEG", 0), ("3 a.JPEG", "JPEG", 3)],
)
def test_single_picture_takes_the_label_from_its_name(name, kind, label):
    dataset = read_here(name, picture(gray(ring(20)), kind))
    assert_is(dataset, ring(20)[np.newaxis] / 255, [label], atol=0.2)


@pytest.mark.parametrize("side", SIDES)
def test_pictures_of_other_sizes_are_resized_by_the_whole_frame(side):
    expected = Image.fromarray((ring(side) / 255).astype(np.float32)).resize(
        (20, 20), Image.Resampling.BICUBIC
    )
    dataset = read_here("0.png", picture(gray(ring(side))))
    assert_is(dataset, np.asarray(expected)[np.newaxis], [0])


def rgba(color, opacity):
    return Image.merge("RGBA", [*(gray(np.full((20, 20), color)) for _ in "RGB"), gray(opacity)])


@pytest.mark.parametrize(
    "drawn",
    [
        gray(ring(20)),
        gray(ring(20, ink=0, paper=255)),
        gray(ring(20, ink=0, paper=255)).convert("RGB"),
        gray(ring(20, ink=0, paper=255)).convert("P"),
        gray(ring(20, ink=0, paper=255)).convert("1"),
        gray(ring(20)).convert("LA"),
        Image.fromarray(ring(20).astype(np.uint16) * 257),
        rgba(0, ring(20)),
        rgba(255, ring(20)),
    ],
    ids=[
        "light on dark",
        "dark on light",
        "colour",
        "palette",
        "1 bit",
        "opaque",
        "16 bit",
        "black on transparent",
        "white on transparent",
    ],
)
def test_ink_is_bright_however_the_picture_was_drawn(drawn):
    assert_is(read_here("0.png", picture(drawn)), ring(20)[np.newaxis] / 255, [0])


# What is recognised, and overruled


DIGITS = load_bundled().take(range(60))
ON_THEIR_SIDE = DIGITS.images.transpose(0, 2, 1)


@pytest.mark.parametrize("by_column", [False, True])
@pytest.mark.parametrize("suffix", [".mat", ".npz"])
def test_digits_are_turned_upright_whatever_wrote_them(suffix, by_column):
    pixels = (ON_THEIR_SIDE if by_column else DIGITS.images).reshape(60, 400)
    write = mat if suffix == ".mat" else npz
    upload = open_upload(f"mine{suffix}", write(X=pixels, y=DIGITS.labels))
    assert upload.recognised.by_column == by_column
    assert upload.dataset() == DIGITS


@pytest.mark.parametrize("by_column", [False, True])
@pytest.mark.parametrize(("digits"), list(itertools.combinations(range(10), 2)), ids=str)
def test_two_digits_are_enough_to_see_how_they_lie(digits, by_column):
    few = load_bundled().only(*digits).take(range(20))
    images = few.images.transpose(0, 2, 1) if by_column else few.images
    examples = examples_in("mine.npz", npz(X=images, y=few.labels))
    assert recognised(examples, by_column=not by_column).by_column == by_column


def test_ink_of_0_to_16_becomes_0_to_1():
    scans = load_digits().images[:60]  # 8x8, as scikit-learn gives them
    dataset = read_here("mine.npz", npz(images=scans, labels=load_digits().target[:60]))
    np.testing.assert_allclose(dataset.images.clip(0, 1), DIGITS.images, atol=1e-6)


@pytest.mark.parametrize("full", [1, 16, 255])
def test_dark_ink_on_light_paper_is_turned_over(full):
    data = npz(X=full * (1 - DIGITS.images), y=DIGITS.labels)
    assert_is(read_here("mine.npz", data), DIGITS.images, DIGITS.labels)


@pytest.mark.parametrize(
    ("layout", "images"),
    [
        (Layout(by_column=True), ON_THEIR_SIDE),
        (Layout(dark_on_light=True), 1 - DIGITS.images),
        (Layout(full_scale=1), DIGITS.images),
    ],
    ids=str,
)
def test_each_guess_can_be_overruled(layout, images):
    upload = open_upload("mine.npz", npz(X=DIGITS.images, y=DIGITS.labels))
    assert_is(upload.dataset(layout), images, DIGITS.labels)


def test_a_scale_that_the_numbers_do_not_fit_is_refused():
    upload = open_upload("mine.npz", npz(X=DIGITS.images * 255, y=DIGITS.labels))
    with pytest.raises(DataError, match="run from 0 to 255; accepted are"):
        upload.dataset(Layout(full_scale=1))
    with pytest.raises(DataError, match="not to 7"):
        Layout(full_scale=7)


def test_a_semicolon_separates_as_well_as_a_comma():
    data = csv(np.c_[LABELS, ROWS]).replace(b",", b";")
    assert_is(read_here("mine.csv", data), IMAGES, LABELS)


def test_a_table_of_many_rows_is_read_whole():
    rows = np.zeros((2503, 65), dtype=int)  # more than are read at once
    rows[:, 0] = np.arange(2503) % 10
    rows[:, 30] = 1
    assert list(read_here("mine.csv", csv(rows)).labels) == list(rows[:, 0])
    rows = csv(rows).replace(b"\n9,", b"\nx,")
    with pytest.raises(DataError, match="row 10, column 1 is no number"):
        read_here("mine.csv", rows)


def test_name_of_the_dataset_is_the_file_without_its_folder():
    data = npz(X=ROWS, y=LABELS)
    assert read_upload("C:\\home\\me\\mine.npz", data).name == "mine.npz"
    assert read_upload("/home/me/MINE\n.NPZ", data).name == "MINE.NPZ"


def test_accepted_kinds_are_those_of_the_design():
    assert set(ACCEPTED_UPLOADS) == {".mat", ".npz", ".csv", ".zip", ".png", ".jpg", ".jpeg"}


# What is refused


def with_bytes(data, position, new):
    return data[:position] + new + data[position + len(new) :]


def npy(header, data=b""):
    text = header.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def announcing(shape, descr="<f8"):
    return npy(f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n")


def mat_element(variable):
    """Take the bytes of one variable out of a .mat file."""
    return mat(**variable)[128:]


def png_chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_of_size(width, height):
    """Announce a size without holding a picture of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 100)
    chunks = (b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def encrypted(data):
    """Set the flag that says so in the table of contents."""
    return with_bytes(data, data.index(b"PK\x01\x02") + 8, b"\x01")


GOOD_MAT = mat(X=COLUMNS_FIRST, y=LABELS)
GOOD_PACKED_MAT = mat(compressed=True, X=COLUMNS_FIRST, y=LABELS)
GOOD_NPZ = npz(X=ROWS, y=LABELS)
GOOD_CSV = csv(np.c_[LABELS, ROWS])
GOOD_PNG = picture(gray(ring(20)))
GOOD_ZIP = packed({"3/a.png": GOOD_PNG, "4/b.png": GOOD_PNG})

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
    ".csv in UTF-16": ("mine.csv", GOOD_CSV.decode().encode("utf-16"), "save it as CSV UTF-8"),
    ".csv of bytes": ("mine.csv", GOOD_PNG, "save it as CSV UTF-8"),
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
    # pictures
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


@pytest.fixture
def reader_stands_by():
    """While one file is read, the next test's process starts."""
    stand_by()
    yield
    stand_by()


@pytest.mark.usefixtures("reader_stands_by")
@pytest.mark.parametrize(("name", "data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused_with_one_sentence(name, data, sentence, capfd):
    with pytest.raises(DataError, match=sentence) as refusal:
        read_upload(name, data)
    message = str(refusal.value)
    assert message[0].isupper()
    assert "\n" not in message
    assert len(message) < 220
    assert capfd.readouterr() == ("", "")  # nothing in the server's log


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mat", GOOD_MAT),
        ("a.mat", GOOD_PACKED_MAT),
        ("a.npz", GOOD_NPZ),
        ("a.zip", GOOD_ZIP),
        ("7.png", GOOD_PNG),
        ("7.jpg", picture(gray(ring(20)), "JPEG")),
    ],
    ids=["mat", "packed mat", "npz", "zip", "png", "jpg"],
)
def test_file_cut_off_anywhere_is_refused(name, data):
    # The last bytes of a PNG only check it and say that it ends: its picture is complete by then.
    for length in range(1, len(data) - 24, max(1, len(data) // 200)):
        with pytest.raises(DataError):
            read_here(name, data[:length])


def test_file_beyond_the_cap_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(GOOD_MAT) - 1)
    with pytest.raises(DataError, match="MB at most"):
        read_upload("ex3.mat", GOOD_MAT)


@pytest.mark.parametrize(
    ("name", "data"), [("a.mat", GOOD_PACKED_MAT), ("a.npz", GOOD_NPZ), ("a.zip", GOOD_ZIP)]
)
def test_content_beyond_the_cap_is_refused_before_it_is_unpacked(name, data, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(DataError, match="unpacks to more than"):
        read_here(name, data)


def test_a_bomb_is_refused_by_what_it_announces():
    """200 kB of zeros, packed, whose header announces 240 MB."""
    bomb = mat(compressed=True, X=np.zeros((75_000, 400)), y=[1, 2])
    assert len(bomb) < 300_000
    with pytest.raises(DataError, match="more than 200 MB"):
        read_upload("ex3.mat", bomb)


def test_a_bomb_beside_x_and_y_is_not_unpacked():
    bomb = mat(compressed=True, bomb=np.zeros((200_000, 400)))[128:]
    dataset = read_upload("ex3.mat", GOOD_PACKED_MAT[:128] + bomb + GOOD_PACKED_MAT[128:])
    assert_is(dataset, IMAGES, LABELS)


def test_member_that_unpacks_further_than_it_says_is_refused():
    zeros = bytes(3_000_000)
    honest = packed({"7/a.png": zeros})
    lying = honest.replace(struct.pack("<I", len(zeros)), struct.pack("<I", 20))
    assert lying != honest
    with pytest.raises(DataError):
        read_upload("mine.zip", lying)


def test_archives_of_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PICTURES", 1)
    with pytest.raises(DataError, match="2 pictures; accepted are 1 at most"):
        read_here("mine.zip", GOOD_ZIP)
    monkeypatch.setattr(archive, "_MAX_MEMBERS", 1)
    with pytest.raises(DataError, match="too many files"):
        read_here("mine.zip", GOOD_ZIP)


def test_doubled_variable_warns_nobody(capfd):
    doubled = GOOD_MAT + mat_element({"X": COLUMNS_FIRST})
    read_upload("ex3.mat", doubled)
    assert capfd.readouterr() == ("", "")


def test_two_visitors_may_upload_at_once():
    results = {}

    def upload(visitor):
        results[visitor] = read_upload("ex3.mat", GOOD_PACKED_MAT)

    visitors = [threading.Thread(target=upload, args=(name,)) for name in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(timeout=30)
    assert set(results) == {0, 1, 2, 3}
    assert len(set(results.values())) == 1


# What a file may do to the process that reads it


def reads_like(monkeypatch, code):
    """Let the process that reads a file do this instead of reading."""
    program = apart._PROGRAM.replace("main()", "")
    defined = f"import os, sys, logreg_core.uploads.reading_process as here\n{code}\nmain()"
    monkeypatch.setattr(apart, "_PROGRAM", program + defined)
    monkeypatch.setattr(apart, "_standing_by", [])


STATM = Path("/proc/self/statm")

COMPUTES = """
here.MAX_CPU_SECONDS = 1
def spin(*_):
    while True: pass
here.examples_in = spin
"""
WRITES = """
def spill(*_):
    while True: sys.stdout.buffer.write(bytes(10_000_000))
here.examples_in = spill
"""
ANSWERS_MORE = """
facts = dict(count=9, side=20, lowest=0, highest=1, paper=0, ink_is_known=True)
here.answer = lambda *_: print(here.json.dumps(facts))
"""
DOES = {
    "crashes": ("here.examples_in = lambda *_: os.kill(os.getpid(), 11)", "stops its reader"),
    "exits": ("here.examples_in = lambda *_: os._exit(3)", "stops its reader"),
    "raises": ("here.examples_in = lambda *_: 1 / 0", "stops its reader"),
    "takes all memory": ("here.examples_in = lambda *_: bytes(3_000_000_000)", "more memory"),
    "computes for ever": (COMPUTES, "took too long"),
    "writes for ever": (WRITES, "stops its reader"),
    "answers nothing": ("here.answer = lambda *_: None", "stops its reader"),
    "answers no JSON": ("here.answer = lambda *_: print('{')", "stops its reader"),
    "answers a list": ("here.answer = lambda *_: print('[1]')", "stops its reader"),
    "answers other facts": ("here.answer = lambda *_: print('{}')", "stops its reader"),
    "announces more than it gives": (ANSWERS_MORE, "stops its reader"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(("code", "sentence"), DOES.values(), ids=DOES)
def test_whatever_reading_does_costs_one_sentence(monkeypatch, code, sentence):
    reads_like(monkeypatch, code)
    with pytest.raises(DataError, match=sentence):
        read_upload("mine.csv", GOOD_CSV)


def test_reading_that_waits_for_ever_is_ended(monkeypatch):
    reads_like(monkeypatch, "import time\nhere.examples_in = lambda *_: time.sleep(600)")
    monkeypatch.setattr(apart, "MAX_SECONDS", 0.5)
    with pytest.raises(DataError, match="took too long"):
        read_upload("mine.csv", GOOD_CSV)


def test_after_a_crash_the_next_file_is_read(monkeypatch):
    with monkeypatch.context() as changed:
        reads_like(changed, "here.examples_in = lambda *_: os.kill(os.getpid(), 11)")
        with pytest.raises(DataError):
            read_upload("mine.csv", GOOD_CSV)
    assert_is(read_upload("mine.csv", GOOD_CSV), IMAGES, LABELS)


def test_a_reader_that_has_gone_while_it_stood_by_is_replaced():
    stand_by()
    reader = apart._standing_by[0]
    reader.process.kill()
    reader.process.wait()
    assert_is(read_upload("mine.csv", GOOD_CSV), IMAGES, LABELS)


def test_the_environment_of_the_server_is_not_handed_on(monkeypatch):
    monkeypatch.setenv("A_SECRET", "told")
    code = (
        "from logreg_core.errors import DataError\n"
        "def tell(*_): raise DataError(os.environ.get('A_SECRET', 'nothing'))\n"
        "here.examples_in = tell"
    )
    reads_like(monkeypatch, code)
    with pytest.raises(DataError, match="nothing"):
        read_upload("mine.csv", GOOD_CSV)


@pytest.mark.skipif(not STATM.exists(), reason="memory is read off Linux's /proc")
def test_hostile_files_leave_the_memory_of_the_server_as_it_was():
    def resident():
        gc.collect()
        return int(STATM.read_text(encoding="ascii").split()[1]) * 4096

    hostile = [
        ("a.npz", npz(X=np.zeros((60_000, 400)), y=np.zeros(60_000) + 12)),  # 0.2 MB, 192 unpacked
        ("a.mat", mat(compressed=True, X=np.zeros((50_000, 400)), y=np.zeros(50_000) + 12)),
        ("a.csv", b"0," * 20_000_000),
        ("a.zip", packed({"7/a.png": bytes(100_000_000)})),
        REFUSED["X that crashes its reader"][:2],
    ]
    before = resident()
    for name, data in hostile:
        with pytest.raises(DataError):
            read_upload(name, data)
    assert resident() - before < 20_000_000
