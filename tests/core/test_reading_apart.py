"""Whatever a file does to the process that reads it, it costs one sentence."""

import gc
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from logreg_core.errors import DataError
from logreg_core.upload import read_photo, read_upload, stand_by
from logreg_core.uploads import apart
from logreg_core.uploads.limits import MAX_PHOTO_PIXELS
from tests.files import GOOD_CSV, GOOD_PNG, IMAGES, LABELS, REFUSED, mat, npz, packed, picture


def reads(data):
    """Whether this table is read as it is."""
    dataset = read_upload("mine.csv", data)
    return np.allclose(dataset.images, IMAGES) and np.array_equal(dataset.labels, LABELS)


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
facts = dict(count=9, side=20, lowest=0, highest=1, paper=0, ink_is_known=True, drawings=False)
here.answer = lambda *_: print(here.json.dumps(facts))
"""
NO_NUMBERS = """
facts = dict(count=None, side=20, lowest=0, highest=1, paper=0, ink_is_known=True, drawings=False)
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
    "answers facts that are no numbers": (NO_NUMBERS, "stops its reader"),
    "answers what nests without end": ("here.answer = lambda *_: print('[' * 4000)", "stops"),
    "announces more than it gives": (ANSWERS_MORE, "stops its reader"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(("code", "sentence"), DOES.values(), ids=DOES)
def test_whatever_reading_does_costs_one_sentence(monkeypatch, code, sentence):
    reads_like(monkeypatch, code)
    with pytest.raises(DataError, match=sentence):
        read_upload("mine.csv", GOOD_CSV)


#: Kinds of file with as many pixels as are accepted, those that take most memory among them.
LARGEST = {
    "RGBA": lambda size: picture(Image.new("RGBA", size), compress_level=1),
    "a transparent colour": lambda size: picture(
        Image.new("RGB", size), compress_level=1, transparency=(1, 2, 3)
    ),
    "grey with alpha": lambda size: picture(Image.new("LA", size), compress_level=1),
    "16 bits": lambda size: picture(Image.new("I;16", size), compress_level=1),
    "a progressive JPEG of CMYK": lambda size: picture(
        Image.new("CMYK", size), "JPEG", progressive=True
    ),
}


@pytest.mark.parametrize("kind", LARGEST)
def test_a_picture_with_as_many_pixels_as_are_accepted_is_read(kind):
    width, height = 8500, 6000
    assert width * height == MAX_PHOTO_PIXELS
    assert read_photo(LARGEST[kind]((width, height))).shape[:2] == (723, 1024)


@pytest.mark.skipif(not STATM.exists(), reason="memory is limited on Linux")
def test_a_picture_for_which_memory_does_not_reach_is_not_called_damaged(monkeypatch):
    reads_like(monkeypatch, "here.MAX_MEMORY_BYTES = 40_000_000")
    with pytest.raises(DataError, match="needs more memory"):
        read_photo(picture(Image.new("RGBA", (4000, 4000))))


NO_PICTURE = """
facts = dict(height=20, width=20, channels=1)
here.answer = lambda *_: print(here.json.dumps(facts))
"""
TOO_LARGE_A_PICTURE = """
facts = dict(height=5000, width=5000, channels=3)
here.answer = lambda *_: print(here.json.dumps(facts) + " " * 75_000_000)
"""
DOES_TO_A_PICTURE = {
    "crashes": ("here.photo_in = lambda *_: os.kill(os.getpid(), 11)", "stops its reader"),
    "takes all memory": ("here.photo_in = lambda *_: bytes(3_000_000_000)", "more memory"),
    "announces another kind": (NO_PICTURE, "stops its reader"),
    "announces more than is accepted": (TOO_LARGE_A_PICTURE, "stops its reader"),
    "answers as for digits": (ANSWERS_MORE, "as one of PNG and JPEG"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(("code", "sentence"), DOES_TO_A_PICTURE.values(), ids=DOES_TO_A_PICTURE)
def test_whatever_decoding_a_picture_does_costs_one_sentence(monkeypatch, code, sentence):
    reads_like(monkeypatch, code)
    with pytest.raises(DataError, match=sentence):
        read_photo(GOOD_PNG)


def test_a_picture_and_a_table_are_read_one_after_the_other():
    assert read_photo(GOOD_PNG).shape == (20, 20, 3)
    assert reads(GOOD_CSV)


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
    assert reads(GOOD_CSV)


def test_a_reader_that_has_gone_while_it_stood_by_is_replaced():
    stand_by()
    reader = apart._standing_by[0]
    reader.process.kill()
    reader.process.wait()
    assert reads(GOOD_CSV)


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
def test_a_picture_that_unpacks_to_much_does_so_elsewhere():
    def most_so_far():
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1000

    large = picture(Image.new("P", (7000, 7000)))  # 6 kB, and 196 MB as RGBA
    before = most_so_far()
    assert read_photo(large).shape == (1024, 1024, 3)
    assert most_so_far() - before < 100_000_000


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


def test_whoever_waits_too_long_in_line_is_told(monkeypatch):
    monkeypatch.setattr(apart, "MAX_SECONDS_IN_LINE", 0.01)
    with apart._one_at_a_time, pytest.raises(DataError, match="Other files are being read"):
        read_upload("mine.csv", GOOD_CSV)
    assert reads(GOOD_CSV)


def test_a_server_without_room_for_a_process_says_so(monkeypatch):
    def no_room(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as changed:
        changed.setattr(apart, "_standing_by", [])
        changed.setattr(apart.tempfile, "TemporaryFile", no_room)
        stand_by()
        with pytest.raises(DataError, match="no room to read a file just now"):
            read_upload("mine.csv", GOOD_CSV)
    assert reads(GOOD_CSV)


def test_a_reader_whose_time_is_up_as_the_file_comes_does_not_blame_the_file(monkeypatch):
    reads_like(monkeypatch, "here.examples_in = lambda *_: os.kill(os.getpid(), 14)")
    with pytest.raises(DataError, match="try again in a moment"):
        read_upload("mine.csv", GOOD_CSV)
