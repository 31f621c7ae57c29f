"""A copied link shows another person the page as it was, and no text in it breaks anything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.frame import PAGES
from dashboard.settings import DIGITS, FIRST_VISIT, from_link
from dashboard.views import BY_PAGE, VIEWS, views_from_link
from dashboard.words.links import notices_text
from logreg_core import Collection, load_bundled
from tests.pages.visitor import Visitor, assert_shown, figure, numbers

TITLES = {file: title for file, (title, _) in PAGES.items()}

#: What people, machines and attackers write.
ANY_TEXT = st.one_of(
    st.text(),
    st.text().map(lambda text: text * 1000),
    st.sampled_from(
        ["", "nan", "-1", "1e999", "inf", "9" * 5000, "<b>x", "# x", "[a](b)", "٧", "0"]
    ),
    st.floats().map(str),
    st.integers().map(str),
)
ANY_NAME = st.one_of(st.sampled_from([*FIRST_VISIT.to_state(), *VIEWS]), st.text())

BAD = dict.fromkeys(
    [*FIRST_VISIT.to_state(), *VIEWS, "data", "drawings"], "<script>[x](https://y.z)</script> -1"
)


def opened_by_another(visitor, page) -> Visitor:
    """Another visitor, who opens the link in the address bar."""
    other = Visitor()
    other.open(page, **visitor.link())
    return other


@given(st.dictionaries(ANY_NAME, ANY_TEXT))
def test_any_link_at_all_falls_back_without_an_exception(parameters):
    settings, notices = from_link(parameters)
    assert settings.digits in DIGITS
    for title in TITLES.values():
        values, more = views_from_link(title, parameters)
        for name, value in values.items():
            kind = VIEWS[name].kind
            assert kind.read(kind.write(value)) == value
        notices = [*notices, *more]
    assert all(len(notice) < 300 for notice in notices), "a long text is cut"
    if notices:
        assert len(notices_text(notices).splitlines()) == len(notices)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_setting_has_a_default_that_it_accepts(name):
    view = VIEWS[name]
    assert set(view.pages) <= set(TITLES.values())
    if view.default is not BY_PAGE:
        assert view.kind.read(view.kind.write(view.default)) == view.default


def test_no_view_setting_has_the_name_of_another_setting():
    assert not {*VIEWS} & {*FIRST_VISIT.to_state()}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_nothing_but_bad_values_is_that_of_a_first_visit_with_one_notice(visitor, page):
    app = visitor.open(page, **BAD)
    assert len(app.warning) == 1
    said = app.warning[0].value
    expected = {*FIRST_VISIT.to_state(), "data", "drawings"}
    expected |= {name for name, view in VIEWS.items() if TITLES[page] in view.pages}
    assert len(said.splitlines()) == len(expected)
    assert "](" not in said
    assert r"\<script\>" in said, "text, no markup"
    assert "<script" not in said.replace(r"\<", "")
    assert visitor.link() == {}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", ["", "nan", "1e999", "9" * 30, "𝟗\n\n# x"])
def test_no_bad_value_raises_on_any_page(visitor, page, text):
    visitor.open(page, **dict.fromkeys([*FIRST_VISIT.to_state(), *VIEWS, "data"], text))
    assert len(visitor.app.warning) == 1


def test_one_bad_value_is_one_sentence_that_says_what_is_accepted(visitor):
    app = visitor.open("pages/train.py", x_axis="weeks", lam="7")
    assert app.warning[0].value.replace("\\", "") == (
        "In this link, x_axis accepts iteration, passes, seconds, not “weeks”; iteration is taken."
    )
    assert app.select_slider(key="lam").value == 7.0


def test_a_first_visit_has_a_bare_address_on_every_page(visitor):
    for page in PAGES:
        visitor.open(page)
        visitor.run()
        assert visitor.link() == {}, page


def test_the_charts_of_train_are_seen_as_they_were(visitor):
    app = visitor.open("pages/train.py")
    app.segmented_control(key="x_axis").set_value("passes")
    app.segmented_control(key="cost_axis").set_value("linear")
    app.select_slider(key="speed").set_value("full speed")
    visitor.run()
    assert visitor.link() == {"x_axis": "passes", "cost_axis": "linear", "speed": "full"}
    other = opened_by_another(visitor, "pages/train.py")
    shown = other.live_figure("cost_figure")["layout"]
    assert shown == visitor.live_figure("cost_figure")["layout"]
    assert shown["yaxis"]["type"] == "linear"
    assert other.app.select_slider(key="speed").value == "full speed"


def test_theta_is_seen_as_it_was(visitor):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="20")
    app.pills(key="theta_digit").set_value(3)
    app.toggle(key="own_scale").set_value(True)
    app.number_input(key="laid_over").set_value(11)
    app.session_state["at"] = 5  # as the slider does, which is a component of its own
    visitor.run()
    other = opened_by_another(visitor, "pages/theta.py")
    for key in ("theta_figure", "grid_figure", "laid_over_figure", "contributions_figure"):
        seen, meant = (who.live_figure(key)["data"][0] for who in (other, visitor))
        assert np.array_equal(numbers(seen["z"]), numbers(meant["z"]))
        assert seen.get("zmax") == meant.get("zmax")
    assert other.app.number_input(key="laid_over").value == 11


def test_the_gallery_is_seen_as_it_was(visitor):
    app = visitor.open("pages/data.py")
    app.pills(key="part").set_value("training")
    app.pills(key="gallery_order").set_value("cost")
    app.selectbox(key="only_digit").set_value(1)
    visitor.run()
    for key in ("next_page", "next_image", "next_image"):
        app.button(key=key).click()
        visitor.run()
    assert visitor.link() == {
        "part": "training",
        "gallery_order": "cost",
        "only_digit": "1",
        "image": "103",
    }
    other = opened_by_another(visitor, "pages/data.py")
    for position in range(3):
        assert figure(other.app, position) == figure(visitor.app, position)
    assert "103 of" in other.text()


def test_how_it_works_is_seen_as_it_was(visitor):
    app = visitor.open("app.py")
    app.number_input(key="example").set_value(7)
    visitor.run()
    app.slider(key="z").set_value(2.5)
    app.slider(key="h").set_value(0.25)
    visitor.run()
    assert visitor.link() == {"example": "7", "z": "2.5", "h": "0.25"}
    other = opened_by_another(visitor, "app.py")
    assert other.app.slider(key="z").value == 2.5
    assert other.text() == visitor.text()


def test_z_follows_the_digit_that_is_picked(visitor):
    app = visitor.open("app.py", z="2.5")
    app.number_input(key="example").set_value(7)
    visitor.run()
    assert app.slider(key="z").value != 2.5
    assert visitor.link() == {"example": "7"}


def test_the_pen_and_the_panel_are_seen_as_they_were(visitor):
    app = visitor.open("pages/predict.py")
    app.slider(key="brush").set_value(30)
    visitor.run()
    assert visitor.link() == {"brush": "30"}
    other = opened_by_another(visitor, "pages/predict.py")
    assert other.app.slider(key="brush").value == 30
    app = other.open("pages/explore.py", explore="m")
    assert app.segmented_control(key="explore").value == "m"


def test_a_page_stays_as_it_was_left_and_its_view_settings_in_its_own_address(visitor):
    app = visitor.open("pages/train.py", lam="3")
    app.segmented_control(key="x_axis").set_value("passes")
    visitor.run()
    app.query_params.clear()
    visitor.open("pages/data.py", lam="3")  # as a link between pages has it
    assert visitor.link() == {"lam": "3"}
    app.query_params.clear()
    app = visitor.open("pages/train.py", lam="3")
    assert app.segmented_control(key="x_axis").value == "passes"
    assert visitor.link() == {"lam": "3", "x_axis": "passes"}


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_carry_what_changes_a_result_and_nothing_else(visitor, page):
    app = visitor.open(page, lam="3", h="0.5", x_axis="passes", brush="9", image="2")
    links = {link.proto.query_string for link in app.sidebar.get("page_link")}
    assert links == {"lam=3"}


def test_going_back_in_the_browser_undoes_a_view_too(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.address._URL_SECONDS", 0.0)  # the visitor took their time
    app = visitor.open("pages/data.py")
    app.button(key="next_page").click()
    visitor.run()
    assert visitor.link() == {"image": "101"}
    del app.query_params["image"]
    visitor.run()
    assert_shown(app, load_bundled().only(0, 1).images[:100])
    app.query_params["image"] = "101"
    visitor.run()
    assert_shown(app, load_bundled().only(0, 1).images[100:200])


def test_a_view_that_is_changed_quicker_than_the_address_bar_stays(visitor):
    app = visitor.open("pages/train.py")
    app.segmented_control(key="x_axis").set_value("passes")
    visitor.run()
    del app.query_params["x_axis"]  # the browser has not heard of it yet
    app.segmented_control(key="cost_axis").set_value("linear")
    visitor.run()
    assert visitor.link() == {"x_axis": "passes", "cost_axis": "linear"}


@pytest.mark.parametrize(
    ("page", "name", "text"),
    [
        ("pages/data.py", "image", "5000"),
        ("pages/data.py", "only_digit", "7"),
        ("app.py", "example", "5000"),
        ("pages/theta.py", "laid_over", "5000"),
    ],
)
def test_what_these_data_do_not_have_falls_back_with_one_sentence(visitor, page, name, text):
    app = visitor.open(page, **{name: text})
    assert len(app.warning) == 1
    assert text in app.warning[0].value
    assert visitor.link() == {}


def test_another_choice_of_digits_takes_the_view_along_without_a_notice(visitor):
    app = visitor.open("pages/theta.py", digits="all", max_iterations="20", theta_digit="4")
    assert app.pills(key="theta_digit").value == 4
    app.selectbox(key="digits").set_value("0-1")
    visitor.run()
    assert not app.warning
    assert "theta_digit" not in visitor.link()


@pytest.fixture
def own_file():
    return load_bundled().only(0, 3).take(range(60))


def test_a_link_about_a_file_says_which_and_knows_it_when_it_is_here(visitor, own_file):
    visitor.app.session_state["_uploaded"] = own_file
    visitor.open("pages/data.py", source="upload", digits="0-3", image="7")
    fingerprint = own_file.fingerprint[:12]
    assert visitor.link()["data"] == fingerprint

    other = opened_by_another(visitor, "pages/data.py")
    assert len(other.app.warning) == 1
    assert f"fingerprint {fingerprint}…, which is not here" in other.app.warning[0].value
    assert other.link() == visitor.link(), "it can be passed on"

    other.app.session_state["_uploaded"] = own_file  # as “Use these images” does
    other.run()
    assert not other.app.warning
    assert fingerprint in other.app.toast[0].value
    assert "7 of 60" in other.text(), "the rest of the link applies now"
    assert other.app.session_state["_run"].training.fingerprint == (
        visitor.app.session_state["_run"].training.fingerprint
    )
    other.run()
    assert not other.app.toast


def test_another_file_than_the_one_of_the_link_is_told(visitor, own_file):
    visitor.app.session_state["_uploaded"] = own_file
    app = visitor.open("pages/data.py", source="upload", data="0123456789ab")
    assert len(app.warning) == 1
    assert "0123456789ab…, but yours is " + own_file.fingerprint[:12] in app.warning[0].value
    assert visitor.link()["data"] == own_file.fingerprint[:12]


def test_drawings_that_are_learnt_from_are_told_by_their_fingerprint(visitor, own_file):
    drawn = Collection.of_images(own_file)
    visitor.app.session_state["_own_drawings"] = drawn
    visitor.open("pages/train.py", own_drawings="added")
    fingerprint = drawn.fingerprint[:12]
    assert visitor.link() == {"own_drawings": "added", "drawings": fingerprint}
    other = opened_by_another(visitor, "pages/train.py")
    assert f"fingerprint {fingerprint}…" in other.app.warning[0].value
    assert other.link() == visitor.link()
