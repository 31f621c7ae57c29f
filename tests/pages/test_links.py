"""A link carries every setting that changes a result, and no link breaks a page."""

from __future__ import annotations

import pytest

from dashboard.settings import FIRST_VISIT, Settings, from_link, to_link
from logreg_core import OPTIMIZERS, ConfigError, TrainConfig

UNUSUAL = Settings(
    source="mnist",
    digits="3-8",
    held_out=40,
    own_drawings="added",
    own_weight=30,
    config=TrainConfig(
        optimizer="gradient-descent",
        lam=0.12345678901234567,
        learning_rate=0.3,
        schedule="cosine",
        max_seconds=5.5,
        multiclass="softmax",
        max_iterations=17,
        tolerance=1e-9,
        batch_size=64,
        momentum=0.5,
        seed=7,
        preparation="none",
    ),
)


def test_a_link_brings_back_every_setting_to_the_last_digit():
    settings, notices = from_link(to_link(UNUSUAL))
    assert settings == UNUSUAL
    assert not notices


def test_a_link_to_a_first_visit_is_bare():
    assert to_link(FIRST_VISIT) == {}


def test_every_setting_of_a_train_config_is_in_the_link():
    assert set(TrainConfig().to_dict()) <= set(to_link(UNUSUAL))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lam", "-1"),
        ("lam", "nan"),
        ("lam", "inf"),
        ("lam", "1e999"),
        ("lam", ""),
        ("lam", "seven"),
        ("learning_rate", "0"),
        ("learning_rate", "quick"),
        ("learning_rate", "1e300"),
        ("schedule", "linear"),
        ("multiclass", "one-vs-one"),
        ("max_seconds", "0"),
        ("max_iterations", "1.5"),
        ("max_iterations", "99999999999999999999"),
        ("optimizer", "__import__('os')"),
        ("preparation", "<script>"),
        ("digits", "1-1"),
        ("digits", "8-3"),
        ("held_out", "99"),
        ("own_weight", "7"),
        ("own_weight", "ten"),
        ("source", "../../etc/passwd"),
        ("seed", "-1"),
    ],
)
def test_a_value_that_is_not_accepted_falls_back_with_one_sentence(name, text):
    settings, notices = from_link({name: text, "momentum": "0.5"})
    assert settings.config.momentum == 0.5, "the other settings of the link are kept"
    assert settings.to_state()[name] == FIRST_VISIT.to_state()[name]
    assert len(notices) == 1
    assert name in notices[0]


def test_settings_from_the_browser_are_checked_as_those_from_a_link():
    with pytest.raises(ConfigError, match="digits"):
        Settings.from_state({**FIRST_VISIT.to_state(), "digits": "0-0"})


def test_a_link_opens_with_its_settings_and_model(visitor):
    app = visitor.open("pages/train.py", digits="3-8", lam="7", optimizer="cg")
    assert app.selectbox(key="digits").value == "3-8"
    assert app.select_slider(key="lam").value == 7.0
    assert app.session_state["_run"].config.lam == 7.0
    assert app.session_state["_run"].training.classes == (3, 8)


def test_a_changed_setting_appears_in_the_address_bar(visitor):
    app = visitor.open("pages/train.py")
    assert visitor.link() == {}
    app.select_slider(key="lam").set_value(30.0)
    visitor.run()
    assert visitor.link() == {"lam": "30"}


def test_going_back_in_the_browser_undoes_a_change(visitor, monkeypatch):
    monkeypatch.setattr("dashboard.address._URL_SECONDS", 0.0)  # the visitor took their time
    app = visitor.open("pages/train.py")
    app.select_slider(key="lam").set_value(30.0)
    visitor.run()
    del app.query_params["lam"]
    visitor.run()
    assert app.select_slider(key="lam").value == 1.0


def test_a_change_that_is_quicker_than_the_address_bar_undoes_nothing(visitor):
    app = visitor.open("pages/train.py")
    app.select_slider(key="lam").set_value(30.0)
    visitor.run()
    del app.query_params["lam"]  # the browser has not heard of it yet
    app.number_input(key="max_iterations").set_value(100)
    visitor.run()
    assert visitor.link() == {"lam": "30", "max_iterations": "100"}


def test_a_click_that_is_quicker_than_the_address_bar_undoes_nothing(visitor):
    app = visitor.open("pages/train.py")
    app.select_slider(key="lam").set_value(30.0)
    visitor.run()
    del app.query_params["lam"]
    app.button(key="start").click()
    visitor.run()
    assert app.session_state["_run"].config.lam == 30.0


def test_text_from_a_link_is_shown_as_text(visitor):
    app = visitor.open("pages/train.py", lam="[log in](https://evil.example) ![](https://x.y/z)")
    shown = app.warning[0].value
    assert "](" not in shown
    assert "https://" not in shown


def test_a_bad_link_shows_a_notice_and_the_page(visitor):
    app = visitor.open("pages/train.py", lam="-3", digits="2-7")
    assert len(app.warning) == 1
    assert "lam" in app.warning[0].value
    assert app.selectbox(key="digits").value == "2-7"


def test_a_link_to_someone_elses_file_says_so_and_shows_the_bundled_digits(visitor):
    app = visitor.open("pages/theta.py", source="upload")
    assert "choose it on the Data page" in app.warning[0].value
    assert app.session_state["_run"].training.name == "Handwritten digits (UCI)"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_only_the_settings_that_an_optimiser_uses_are_shown(visitor, optimizer):
    app = visitor.open("pages/train.py", optimizer=optimizer, max_iterations="5")
    shown = {slider.key for slider in app.select_slider}
    uses = "learning_rate" in OPTIMIZERS[optimizer].settings
    assert ("learning_rate" in shown) == uses
