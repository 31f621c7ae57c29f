"""The bar from which the digit of the lesson is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.lesson import choose
from dashboard.lesson.choose import digits_to_choose
from logreg_core import DataError, TrainConfig, fit, load_bundled
from tests.pages.visitor import drawn_ring, numbers

TRAINING, HELD_OUT = load_bundled().only(3, 8).split(0.25, seed=0)


@pytest.fixture
def click(visitor, monkeypatch):
    """Click places in the bar, as its chart reports them."""
    clicked = []

    def as_clicked(figure, key, *, on_point=None, **options):
        live_chart(figure, key, on_point=on_point, **options)
        while key == "choose_bar" and clicked:
            on_point(clicked.pop())

    live_chart = choose.live_chart
    monkeypatch.setattr(choose, "live_chart", as_clicked)

    def click_and_see(*places):
        clicked.extend(places)
        visitor.run()  # in which it is reported
        visitor.run()

    return click_and_see


def in_the_bar(visitor):
    """What is said of each digit in the bar."""
    return visitor.live_figure("choose_bar")["data"][0]["text"]


def framed(visitor):
    """The place of the digit that has a frame."""
    return round((visitor.live_figure("choose_bar")["layout"]["shapes"][0]["x0"] + 1.5) / 22)


def shown_digit(visitor):
    return numbers(visitor.live_figure("theta_x")["data"][0]["z"])


def test_the_bar_has_the_typical_digits_first_and_then_those_that_are_hardest_to_read():
    model = fit(TRAINING, TrainConfig()).model
    chosen = digits_to_choose(model, HELD_OUT)
    typical, hard = list(chosen[:2]), list(chosen[2:])
    assert typical == [HELD_OUT.typical(3), HELD_OUT.typical(8)]
    assert len(set(chosen)) == len(chosen) == 12
    z = np.c_[np.ones(len(HELD_OUT)), HELD_OUT.images.reshape(-1, 400)] @ model.theta
    towards_label = np.where(HELD_OUT.labels == 8, z, -z)
    for digit in (3, 8):
        of_digit = np.flatnonzero(HELD_OUT.labels == digit)
        others = of_digit[~np.isin(of_digit, typical)]
        hardest = others[np.argsort(towards_label[others])[:5]]
        assert {place for place in hard if HELD_OUT.labels[place] == digit} == set(hardest)


def test_of_ten_digits_each_has_its_typical_one():
    training, held_out = load_bundled().split(0.25, seed=0)
    chosen = digits_to_choose(fit(training, TrainConfig(max_iterations=5)).model, held_out)
    assert held_out.labels[list(chosen[:10])].tolist() == list(range(10))
    assert len(chosen) == 12


def test_few_images_are_all_in_the_bar_and_none_twice():
    few = load_bundled().only(0, 1).take(range(5))
    model = fit(load_bundled().only(0, 1), TrainConfig(max_iterations=5)).model
    assert sorted(digits_to_choose(model, few)) == [0, 1, 2, 3, 4]


def test_a_click_has_the_page_follow_another_digit(visitor, click):
    app = visitor.open("app.py", digits="3-8")
    before, label = shown_digit(visitor), in_the_bar(visitor)[4]
    assert framed(visitor) == 0
    click(4)
    assert framed(visitor) == 4
    assert not np.array_equal(before, shown_digit(visitor))
    held_out = app.session_state["_run"].held_out
    digit = held_out.labels[app.session_state["example"] - 1]
    assert label.split(",")[0].split()[-1] == str(digit)
    assert visitor.link()["example"] == str(app.number_input(key="example").value)


def test_a_browser_may_send_anything(visitor, click):
    visitor.open("app.py")
    click(99, -1, None, "2", 1.5, [1], True)
    assert visitor.link() == {}


def test_a_digit_that_is_not_in_the_bar_joins_it(visitor):
    app = visitor.open("app.py")
    held_out = len(app.session_state["_run"].held_out)
    bar = len(in_the_bar(visitor))
    chosen = digits_to_choose(app.session_state["_run"].model(), app.session_state["_run"].held_out)
    other = next(place for place in range(held_out) if place not in chosen)
    app.number_input(key="example").set_value(other + 1)
    visitor.run()
    assert len(in_the_bar(visitor)) == bar + 1
    assert framed(visitor) == bar


def test_a_drawing_is_the_first_and_becomes_the_digit_of_the_page(visitor, click):
    visitor.app.session_state["_drawing"] = drawn_ring()
    app = visitor.open("app.py")
    drawn = shown_digit(visitor)
    assert in_the_bar(visitor)[0] == "your drawing, read as a 0"
    assert framed(visitor) == 0
    assert "Your drawing, read as a **0**" in visitor.text()
    assert visitor.link() == {}
    click(2)
    assert framed(visitor) == 2
    assert visitor.link()["own_digit"] == "off"
    assert not np.array_equal(drawn, shown_digit(visitor))
    click(0)
    assert np.array_equal(drawn, shown_digit(visitor))
    app.number_input(key="example").set_value(7)
    visitor.run()
    assert visitor.link() == {"example": "7", "own_digit": "off"}


def test_a_link_to_a_held_out_digit_shows_that_one_also_to_who_has_a_drawing(visitor):
    visitor.app.session_state["_drawing"] = drawn_ring()
    visitor.open("app.py", example="7", own_digit="off")
    assert framed(visitor) > 0
    assert "Your drawing" not in visitor.text()


def test_the_sheet_reads_what_is_drawn_and_the_page_follows(visitor, monkeypatch):
    app = visitor.open("app.py", own_digit="off")
    app.button(key="draw_your_own").click()
    visitor.run()
    assert app.button(key="use_drawing").disabled
    monkeypatch.setattr("dashboard.canvas.keep_drawing", lambda _: None)  # there is no browser
    app.session_state["_drawing"] = drawn_ring()
    visitor.run()
    assert "Read as a **0**." in visitor.text()
    app.button(key="use_drawing").click()
    visitor.run()
    assert "Your drawing, read as a **0**" in visitor.text()
    assert visitor.link() == {}


def test_what_is_no_digit_gets_a_sentence_on_the_sheet(visitor, monkeypatch):
    app = visitor.open("app.py")
    app.button(key="draw_your_own").click()
    monkeypatch.setattr("dashboard.drawing.normalise_drawing", _refused)
    app.session_state["_drawing"] = drawn_ring()
    visitor.run()
    monkeypatch.setattr("dashboard.lesson.draw.normalise_drawing", _refused)
    visitor.run()
    assert "That is a dot." in visitor.text()
    assert app.button(key="use_drawing").disabled


def _refused(*_, **__):
    raise DataError("That is a dot.")
