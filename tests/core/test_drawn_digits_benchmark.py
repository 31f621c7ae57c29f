"""The benchmark of drawn digits: what it draws, counts, says and shows."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.stroke_replay.command import sheet_file
from benchmarks.stroke_replay.counting import (
    BRUSHES,
    SIZES,
    misread,
    read_right,
    refusals,
    worst_brush,
    worst_cell,
)
from benchmarks.stroke_replay.rasteriser import INK, PAPER, differing, rasterised, smoothed
from benchmarks.stroke_replay.reading import Outcome, Reader, read, read_by_all, readers
from benchmarks.stroke_replay.sheet import MOST, caption, contact_sheet
from benchmarks.stroke_replay.strokes import CANVAS, DrawnDigit, drawn_digits, evenly
from benchmarks.stroke_replay.tables import as_json, details, report, verdicts
from logreg_core import DataError, TrainConfig, fit, load_bundled

TURN = np.linspace(0, 2 * np.pi, 25)
ZERO = np.column_stack([140 + 60 * np.sin(TURN), 140 - 85 * np.cos(TURN)]).round()
ONE = np.array([[150.0, 50], [146, 110], [142, 170], [138, 230]])
DOT = np.array([[140.0, 140], [141, 140]])


def digit(label=1, strokes=(ONE,), size=180.0, brush=18, index=0):
    return DrawnDigit(index, label, strokes, size, brush)


def outcome(label, read_as, *, brush=18, size=150.0, of_label=0.3, refusal=""):
    seen = None if read_as is None else np.zeros((20, 20), dtype=np.float32)
    drawn = digit(label, brush=brush, size=size)
    return Outcome(drawn, seen, read_as, 0.6, of_label, refusal, 1.0)


@pytest.fixture
def strokes_file(tmp_path):
    """Six digits by pen, a zero and a one in turn, at any scale."""
    shapes = [(0, ZERO), (1, ONE)] * 3
    digits = [
        {"label": label, "strokes": [(stroke * (1 + place)).tolist()]}
        for place, (label, stroke) in enumerate(shapes)
    ]
    file = tmp_path / "pen.json"
    file.write_text(json.dumps({"digits": digits}))
    return file


@pytest.fixture(scope="module")
def model():
    """Tells bundled zeros from ones."""
    return fit(load_bundled().only(0, 1), TrainConfig(preparation="full")).model


# Drawing.


def ink(picture):
    """How much of each pixel is ink: 0 to 1."""
    red = picture[..., 0].astype(float)
    return (PAPER[0] - red) / (PAPER[0] - INK[0])


@pytest.mark.parametrize("brush", [10, 17, 28])
def test_a_straight_stroke_is_as_wide_as_the_brush_and_has_round_ends(brush):
    line = np.array([[60.0, 140], [200, 140]])
    covered = ink(rasterised([line], brush))
    assert covered[:, 130].sum() == pytest.approx(brush, abs=0.15)
    assert covered.sum() == pytest.approx(140 * brush + np.pi * (brush / 2) ** 2, rel=0.02)


def test_ink_stands_where_the_pen_was():
    covered = ink(rasterised([np.array([[60.0, 100], [200, 100]])], 15))
    middles = np.arange(CANVAS) + 0.5
    assert covered.sum(axis=0) @ middles / covered.sum() == pytest.approx(130, abs=0.1)
    assert covered.sum(axis=1) @ middles / covered.sum() == pytest.approx(100, abs=0.1)


def test_the_picture_is_as_the_page_gets_it():
    picture = rasterised([ONE], 18)
    assert (picture.shape, picture.dtype) == ((CANVAS, CANVAS, 4), np.uint8)
    assert tuple(picture[0, 0]) == (*PAPER, 255)
    assert tuple(picture[110, 146]) == (*INK, 255)


def test_a_corner_is_rounded_by_a_parabola_between_the_middles():
    corner = np.array([[0.0, 0], [100, 0], [100, 100], [100, 200], [100, 200]])
    line = smoothed(corner)  # without the last but one that differs
    assert line[[0, -1]].tolist() == [[0, 0], [100, 200]]
    halfway = 0.25 * np.array([50, 0]) + 0.5 * np.array([100, 0]) + 0.25 * np.array([100, 100])
    assert np.abs(line - halfway).sum(axis=1).min() < 1e-9


def test_a_single_point_is_a_round_dot():
    covered = ink(rasterised([np.array([[140.0, 140]])], 20))
    assert covered.sum() == pytest.approx(np.pi * 10**2, rel=0.02)


def test_two_pictures_of_one_drawing_do_not_differ():
    assert differing(rasterised([ONE], 18), rasterised([ONE], 18)) == 0
    assert differing(rasterised([ONE], 18), rasterised([ONE + 20], 18)) > 0.02


def test_sizes_and_brushes_are_within_bounds_and_all_ink_is_on_the_canvas(strokes_file):
    for drawn in drawn_digits(strokes_file, repeats=20):
        points = np.concatenate(drawn.strokes)
        assert 80 <= drawn.size <= 220
        assert 10 <= drawn.brush <= 28
        assert np.ptp(points, axis=0).max() == pytest.approx(drawn.size, abs=1)
        assert (points >= drawn.brush / 2).all()
        assert (points <= CANVAS - drawn.brush / 2).all()
        assert (points == points.round()).all()


def alike(first, second):
    same_strokes = all(map(np.array_equal, first.strokes, second.strokes))
    return (first.index, first.brush, first.size) == (second.index, second.brush, second.size) and (
        same_strokes
    )


def test_a_digit_is_drawn_alike_whatever_part_is_asked_for(strokes_file):
    whole = drawn_digits(strokes_file, repeats=2)
    odd = drawn_digits(strokes_file, part="odd")
    assert [drawn.index for drawn in odd] == [1, 3, 5]
    assert all(alike(drawn, whole[2 * drawn.index]) for drawn in odd)


def test_repeats_and_seeds_draw_otherwise(strokes_file):
    first, again = drawn_digits(strokes_file, repeats=2)[:2]
    other = drawn_digits(strokes_file, seed=1)[0]
    assert len({first.size, again.size, other.size}) == 3


def test_some_are_taken_evenly():
    drawn = [digit(index=index) for index in range(9)]
    assert [one.index for one in evenly(drawn, 3)] == [0, 4, 8]
    assert len(evenly(drawn, 20)) == 9


@pytest.mark.parametrize(
    "content",
    ["no JSON", "[]", '{"digits": []}', '{"digits": [{"label": 1, "strokes": [[1, 2]]}]}'],
)
def test_a_file_without_strokes_is_refused_in_a_sentence(tmp_path, content):
    file = tmp_path / "pen.json"
    file.write_text(content)
    with pytest.raises(DataError, match=r"pen\.json holds no"):
        drawn_digits(file)


# Reading.


def test_a_zero_and_a_one_are_read(model):
    for label, stroke in ((0, ZERO), (1, ONE)):
        result = read(model, digit(label, (stroke,)), rasterised([stroke], 18))
        assert result.is_right
        assert result.of_label == result.certainty > 0.5
        assert result.seen.shape == (20, 20)


def test_a_refused_drawing_is_misread_and_says_why(model):
    result = read(model, digit(1, (DOT,)), rasterised([DOT], 20))
    assert not result.is_right
    assert "dot" in result.refusal
    assert refusals([result]) == {result.refusal: {1: 1}}


def test_a_model_is_only_shown_digits_that_it_knows(model):
    drawn = [digit(0, (ZERO,)), digit(1, (ONE,)), digit(7, (ONE,))]
    pictures = [(one, rasterised(one.strokes, one.brush)) for one in drawn]
    ((_, outcomes),) = read_by_all([Reader("bundled", 360, model)], pictures)
    assert [result.drawing.label for result in outcomes] == [0, 1]


def test_each_set_is_learnt_as_a_pair_and_whole_in_each_preparation():
    trained = list(readers({"three": load_bundled().only(0, 1, 3)}, lam=10))
    assert [(reader.task, reader.preparation) for reader in trained] == [
        (task, preparation)
        for task in ("0 vs 1", "3 digits")
        for preparation in ("none", "centred", "full")
    ]
    assert {reader.model.config.lam for reader in trained} == {10}


# Counting.


def test_each_brush_and_size_is_counted_once():
    sizes = np.linspace(80, 220, 50)
    outcomes = [outcome(1, 1, brush=brush, size=size) for brush in range(10, 29) for size in sizes]
    cells = [read_right(outcomes, brush=brush, size=size) for brush in BRUSHES for size in SIZES]
    assert sum(cell.total for cell in cells) == len(outcomes) == 19 * 50


def test_the_worst_are_named():
    outcomes = [
        outcome(1, 1, brush=12, size=100.0),
        outcome(1, 1, brush=20, size=100.0),
        outcome(1, 0, brush=20, size=200.0),
        outcome(1, 1, brush=25, size=200.0),
    ]
    brush, share = worst_brush(outcomes)
    assert (brush, share.hits, share.total) == ("16-21 px", 1, 2)
    assert worst_cell(outcomes)[:2] == ("16-21 px", "173-220 px")


def test_the_worst_misread_comes_first_and_a_refused_one_last():
    outcomes = [
        outcome(1, 7, of_label=0.4),
        outcome(1, None, of_label=0.0, refusal="A dot."),
        outcome(1, 1, of_label=0.9),
        outcome(1, 4, of_label=0.1),
    ]
    assert [result.read_as for result in misread(outcomes)] == [4, 7, None]


# Saying.


@pytest.mark.parametrize(("right", "verdict"), [(1000, "yes"), (990, "NO")])
def test_a_target_is_reached_or_not(model, right, verdict):
    outcomes = [outcome(1, 1)] * right + [outcome(1, 0)] * (1000 - right)
    (line,) = verdicts([(Reader("bundled", 360, model), outcomes)])
    assert line.endswith(f"wanted 99.5%: {verdict}")


def test_nothing_is_wanted_of_another_set_or_preparation(model):
    unprepared = replace(model, config=replace(model.config, preparation="none"))
    asked = [Reader("mine.mat", 360, model), Reader("bundled", 360, unprepared)]
    assert not list(verdicts([(reader, [outcome(1, 1)]) for reader in asked]))


def test_refused_drawings_are_named_by_label(model):
    outcomes = [outcome(1, None, refusal="A dot.")] * 2 + [outcome(0, None, refusal="A dot.")]
    lines = list(details(Reader("bundled", 360, model), outcomes))
    assert lines[-2:] == ["  refused    3", "    1 x 0, 2 x 1: A dot."]


def test_the_report_and_the_json_say_the_same(model):
    outcomes = [outcome(1, 1), outcome(1, 0), outcome(0, 0, brush=11)]
    results = [(Reader("bundled", 360, model), outcomes)]
    (counted,) = json.loads(as_json(results, {"seed": 0}))["models"]
    whole = next(row for row in counted["counts"] if row["brush"] == row["size"] == "any")
    assert (whole["right"], whole["total"]) == (2, 3)
    assert any("66.7%" in line and "of 3" in line for line in report(results))


# Showing.


def test_the_sheet_has_a_picture_for_each_misread_drawing():
    none = contact_sheet("Some", [outcome(1, 1)])
    few = contact_sheet("Some", [outcome(1, 7)] * 7)
    refused = contact_sheet("Some", [outcome(1, None, refusal="A dot.")])
    assert none.height < refused.height < few.height
    assert np.asarray(refused).min() < 60, "what was refused is shown as it was drawn"


def test_the_sheet_stays_small_enough_to_look_at():
    many = [outcome(1, 7)] * (MOST + 50)
    assert contact_sheet("Some", many).height == contact_sheet("Some", many[:MOST]).height


def test_each_model_has_a_sheet_of_its_own(model):
    names = [
        sheet_file(Path("out/sheet.png"), Reader(training, 360, model))
        for training in ("bundled", "my digits.mat")
    ]
    assert names == [Path("out/sheet_bundled_0_vs_1.png"), Path("out/sheet_my digits_0_vs_1.png")]


def test_a_caption_says_what_was_meant_and_read_and_how_sure():
    assert caption(outcome(1, 7)) == "1 as 7, 60%   #0, brush 18"
    assert caption(outcome(1, None, refusal="A dot.")) == "1 refused   #0, brush 18"
