"""A visitor's file becomes upright digits, or one sentence that says what to do."""

import itertools
import struct
import threading
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from logreg_core.bundled import load_bundled
from logreg_core.dataset import Dataset
from logreg_core.errors import DataError
from logreg_core.upload import ACCEPTED_UPLOADS, Layout, Upload, open_upload, read_upload, stand_by
from logreg_core.uploads import archive, limits, pictures
from logreg_core.uploads.layout import recognised
from logreg_core.uploads.readers import examples_in
from tests.files import (
    COLUMNS_FIRST,
    GOOD_MAT,
    GOOD_NPZ,
    GOOD_PACKED_MAT,
    GOOD_PNG,
    GOOD_ZIP,
    IMAGES,
    LABELS,
    REFUSED,
    ROWS,
    csv,
    gray,
    mat,
    mat_element,
    npz,
    packed,
    picture,
    ring,
)


def read_here(name, data):
    """Read a file as `read_upload` does, but in this process: a file of our own, and quicker."""
    examples = examples_in(name, data)
    return Upload(name, examples, recognised(examples, by_column=name.endswith(".mat"))).dataset()


def assert_is(dataset, images, labels, atol=1e-6):
    assert isinstance(dataset, Dataset)
    np.testing.assert_allclose(dataset.images, images, atol=atol)
    np.testing.assert_array_equal(dataset.labels, labels)


ROOT = Path(__file__).parents[2]


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
    with pytest.raises(DataError, match="run from 0 to 255, not from 0 to 1; accepted are"):
        upload.dataset(Layout(full_scale=1))
    with pytest.raises(DataError, match="not to 7"):
        Layout(full_scale=7)


def test_a_semicolon_separates_as_well_as_a_comma():
    data = csv(np.c_[LABELS, ROWS]).replace(b",", b";")
    assert_is(read_here("mine.csv", data), IMAGES, LABELS)


def test_a_country_that_writes_decimals_with_a_comma_is_understood():
    data = csv(np.c_[LABELS, ROWS]).replace(b",", b";").replace(b".", b",")
    assert_is(read_here("mine.csv", data), IMAGES, LABELS)


def test_blank_rows_around_a_table_do_no_harm():
    assert_is(read_here("mine.csv", b"\n \n" + csv(np.c_[LABELS, ROWS]) + b"\n\n"), IMAGES, LABELS)


def test_a_name_that_climbs_out_of_its_folder_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = packed({"../../7/a.png": GOOD_PNG, "/etc/3/b.png": GOOD_PNG})
    assert list(read_upload("mine.zip", data).labels) == [7, 3]
    assert list(tmp_path.rglob("*")) == []


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


def test_the_server_takes_what_the_reader_takes():
    """Streamlit refuses a larger body itself, without a sentence."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    largest = config["server"]["maxUploadSize"] * 2**20
    kaggles_train_csv = 76_775_041
    assert kaggles_train_csv < largest <= limits.MAX_FILE_BYTES


def test_small_numbers_in_a_mat_count_as_what_they_take():
    X, y = np.zeros((60_000, 784), np.uint8), np.arange(60_000) % 10
    X[:, 300] = 255
    assert examples_in("mnist.mat", mat(compressed=True, X=X, y=y)).side == 28
