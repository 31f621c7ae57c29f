"""The Sweep panel of Explore: a plan is made, trials run, and a link shows them to another."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.explore.plan_link import check_length, read_plan, write_plan
from dashboard.settings import FIRST_CONFIG
from dashboard.words.explore.workers import how_to_join
from logreg_core import (
    OPTIMIZERS,
    RANGES,
    WHOLE_NUMBERS,
    Collection,
    ConfigError,
    LabelledDrawing,
    load_bundled,
    reduced_ink,
)
from logreg_core.sweep import (
    GOALS,
    PRUNERS,
    SAMPLERS,
    SWEPT,
    Choices,
    Interval,
    Plan,
    Space,
    SweepData,
)
from tests.pages.visitor import Visitor, drawn_ring, numbers

#: Two trials that take no time.
SMALL = "lam=0.1;1,max_iterations=5;6,sampler=grid"


def open_panel(visitor, **link):
    return visitor.open("pages/explore.py", **link)


def click(visitor, key):
    visitor.app.button(key=key).click()
    return visitor.run()


def downloads(visitor):
    return {button.key for button in visitor.app.get("download_button")}


def started(visitor, plan=SMALL, **link):
    """The panel, with a sweep that the visitor has started and that is over."""
    open_panel(visitor, plan=plan, **link)
    click(visitor, "start_sweep")
    worker = visitor.app.session_state["_sweep_worker"]
    assert worker.wait(timeout=60)
    visitor.run()
    return worker.sweep


# The text that carries a plan


def dimension(setting):
    accepted = RANGES.get(setting)
    if accepted is None:
        possible = {
            "optimizer": list(OPTIMIZERS),
            "schedule": ["constant", "1/t", "cosine"],
            "preparation": ["none", "centred", "full"],
            "multiclass": ["one-vs-all", "softmax"],
        }[setting]
        values = st.lists(st.sampled_from(possible), min_size=1, unique=True)
        return values.map(lambda chosen: Choices(setting, tuple(chosen)))
    if setting in WHOLE_NUMBERS:
        value = st.integers(int(accepted.low), int(accepted.high))
    else:
        value = st.floats(accepted.low, accepted.high, exclude_min=not accepted.low_included)
    choices = st.lists(value, min_size=1, max_size=60, unique=True).map(
        lambda chosen: Choices(setting, tuple(chosen))
    )
    ends = st.tuples(value, value).map(sorted).filter(lambda pair: pair[0] < pair[1])
    ranges = st.tuples(ends, st.booleans(), st.integers(2, 100)).map(
        lambda made: Interval(setting, *made[0], log=made[1] and made[0][0] > 0, steps=made[2])
    )
    return choices | ranges


@st.composite
def plans(draw):
    swept = draw(st.lists(st.sampled_from(SWEPT), min_size=1, max_size=4, unique=True))
    goals = draw(st.lists(st.sampled_from(list(GOALS)), min_size=1, max_size=2, unique=True))
    space = Space(tuple(draw(dimension(setting)) for setting in swept))
    sampler = draw(st.sampled_from(list(SAMPLERS)))
    if sampler == "grid" and space.grid_size(FIRST_CONFIG) > 2000:
        sampler = "random"
    return Plan(
        space,
        FIRST_CONFIG,
        tuple(GOALS[name] for name in goals),
        sampler,
        draw(st.sampled_from(list(PRUNERS))) if len(goals) == 1 else "none",
        draw(st.integers(1, 2000)),
        draw(st.integers(0, 2**31 - 1)),
        draw(st.floats(1e-9, 1)),
    )


@given(plans())
def test_a_link_carries_any_plan_whole_or_it_is_refused_before(plan):
    text = write_plan(plan)
    assert " " not in text
    try:
        check_length(text)
    except ConfigError:
        return
    assert read_plan(text) == plan


@given(st.text() | st.text(alphabet="lam=0.1;,:goptriszer").map(lambda text: f"lam={text}"))
def test_no_text_at_all_is_more_than_refused(text):
    try:
        plan = read_plan(text)
    except ConfigError:
        return
    assert read_plan(write_plan(plan)) == plan


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lam",
        "lam=",
        "lam=0..10",
        "lam=10..1",
        "lam=1..2:even:odd",
        "lam=1..2:3:4",
        "lam=:..",
        "lam=1,lam=2",
        "seed=1",
        "lam=1,goal=happiness",
        "lam=1,trials=2001",
        "lam=1,trials=many",
        "lam=1,gap=nan",
        "lam=-1",
        "optimizer=none-such",
        "lam=1,goal=held-out-cost;held-out-accuracy,pruner=median",
        "lam=" + ";".join(map(str, range(1000))),
    ],
)
def test_a_plan_that_is_none_is_refused(text):
    with pytest.raises(ConfigError):
        read_plan(text)


# The panel


def test_a_plan_from_a_link_is_in_the_widgets_and_on_the_page(visitor):
    link = "lam=0.5..8:even,optimizer=adam;sgd,batch_size=16;32,goal=held-out-accuracy,trials=7"
    app = open_panel(visitor, plan=link)
    assert app.text_input(key="plan_lam_low").value == "0.5"
    assert app.text_input(key="plan_lam_high").value == "8"
    assert app.selectbox(key="plan_lam_spread").value == "even"
    assert app.multiselect(key="plan_optimizer_chosen").value == ["adam", "sgd"]
    assert app.text_input(key="plan_batch_size_values").value == "16, 32"
    assert app.multiselect(key="plan_goals").value == ["held-out-accuracy"]
    assert app.number_input(key="plan_trials").value == 7
    assert "**7 trials** over optimiser (Adam, Stochastic (SGD)), λ from 0.5 to 8" in visitor.text()
    assert read_plan(visitor.link()["plan"]) == read_plan(link)


def test_the_plan_of_a_link_waits_for_start_and_no_other_sweep_stands_in_its_place(visitor):
    open_panel(visitor, plan="lam=0.5..8,trials=7")
    assert visitor.work("sweep") is None
    assert "7 trials on 270 images wait for **Start**" in visitor.text()
    assert "began by itself" not in visitor.text()


def test_a_plan_of_which_nothing_can_be_tried_does_not_wait_for_start(visitor):
    app = open_panel(visitor, plan="multiclass=one-vs-all;softmax")
    assert app.button(key="start_sweep").disabled
    assert "Not tried: several digits, as there are two only." in visitor.text()
    assert "wait for **Start**" not in visitor.text()


def test_a_sweep_that_began_by_itself_stays_when_the_plan_is_changed(visitor):
    app = open_panel(visitor)
    sweep = visitor.work("sweep").sweep
    app.number_input(key="plan_trials").set_value(7)
    visitor.run()
    assert visitor.work("sweep").sweep is sweep
    assert "**Start** begins what the form has now: **7 trials**" in visitor.text()


def test_only_settings_that_have_an_effect_are_offered(visitor):
    app = open_panel(visitor, plan="optimizer=l-bfgs-b,lam=0.1..10")
    offered = set(app.pills(key="plan_swept").options)
    assert not offered & {"α", "α over the run", "μ", "batch", "several digits"}
    app.multiselect(key="plan_optimizer_chosen").set_value(["l-bfgs-b", "sgd"])
    visitor.run()
    assert {"α", "α over the run", "batch"} <= set(app.pills(key="plan_swept").options)
    assert "μ" not in app.pills(key="plan_swept").options
    app.selectbox(key="digits").set_value("all")
    visitor.run()
    assert "several digits" in app.pills(key="plan_swept").options


def test_a_setting_of_a_link_that_no_optimiser_uses_is_said_not_to_be_tried(visitor):
    app = open_panel(visitor, plan="lam=0.1..10,momentum=0.5..0.99", optimizer="bfgs")
    assert "Not tried: μ, which no optimiser of this sweep uses." in visitor.text()
    assert "μ" not in app.pills(key="plan_swept").options
    app.pills(key="plan_swept").set_value(["optimizer", "lam"])
    visitor.run()
    app.multiselect(key="plan_optimizer_chosen").set_value(["momentum"])
    visitor.run()
    assert "Not tried" not in visitor.text()
    assert "momentum=0.5..0.99" in visitor.link()["plan"], "it is tried again"


def test_what_is_typed_wrongly_is_one_sentence_and_nothing_is_lost(visitor):
    app = open_panel(visitor)
    app.text_input(key="plan_lam_low").set_value("abc")
    app.number_input(key="plan_trials").set_value(60)
    visitor.run()
    assert app.button(key="start_sweep").disabled
    assert visitor.text().count("A range has numbers as its ends") == 1
    assert "**Start** begins what the form has now" not in visitor.text(), "it is off"
    assert app.text_input(key="plan_lam_low").value == "abc"
    app.text_input(key="plan_lam_low").set_value("0.1")
    visitor.run()
    assert not app.button(key="start_sweep").disabled
    assert visitor.link()["plan"].endswith("lam=0.1..100,learning_rate=0.01..3,trials=60")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1,5", "A number has a point and no commas, such as 0.5 or 1000, not 1,5."),
        ("", "A range of λ has a number at each end: one field is empty."),
        ("-1", "λ accepts numbers from 0 to 1,000,000, not -1"),
        ("0", "By ratio, a range of λ cannot begin at 0"),
    ],
)
def test_what_is_wrong_with_a_number_is_said_in_the_words_of_its_field(visitor, typed, said):
    app = open_panel(visitor)
    app.text_input(key="plan_lam_low").set_value(typed)
    visitor.run()
    assert said in visitor.text().replace("\\", "")
    assert app.button(key="start_sweep").disabled


@pytest.mark.parametrize("waits", [False, True])
def test_more_trials_than_a_sweep_can_have_are_refused_in_a_sentence(visitor, waits):
    """Beside the sweep that begins by itself, and where the plan of a link waits for a click."""
    app = open_panel(visitor, **({"plan": SMALL.replace("grid", "random")} if waits else {}))
    app.number_input(key="plan_trials").set_value(10_000)
    visitor.run()
    assert "trials accepts whole numbers from 1 to 2,000, not 10000" in visitor.text()
    assert app.number_input(key="plan_trials").value == 10_000
    assert ("As it was last accepted: **" in visitor.text()) == waits
    assert app.button(key="start_sweep").disabled


@pytest.mark.parametrize("trials", [2, 3])
def test_who_asks_for_more_trials_than_there_are_combinations_is_told_of_the_grid(visitor, trials):
    open_panel(visitor, plan=f"lam=0.1;1,sampler=random,trials={trials}")
    assert ("Only 2 combinations are possible" in visitor.text()) == (trials > 2)


def test_a_link_with_a_plan_that_is_not_accepted_says_which_part(visitor):
    open_panel(visitor, plan="lam=0.1..10,momentum=2;3")
    assert "momentum accepts numbers" in visitor.text()


def test_a_plan_that_no_link_could_carry_is_refused_and_nothing_is_lost(visitor):
    app = open_panel(visitor, plan="lam=0.1;1")
    many = ", ".join(f"{value / 97:.12f}" for value in range(100))
    for typed in (many, f"{many}, x"):
        app.text_input(key="plan_lam_values").set_value(typed)
        visitor.run()
        assert app.button(key="start_sweep").disabled
        assert app.text_input(key="plan_lam_values").value == typed
        assert ("too long for a link" in visitor.text()) == (typed == many)
    assert visitor.link() == {"plan": "lam=0.1;1"}


def test_a_grid_that_is_too_large_with_another_optimiser_is_one_sentence(visitor):
    """Of a plan whose settings the usual optimiser does not all use."""
    large = "lam=0.1..10:100,momentum=0.1..0.9:100,sampler=grid"
    app = open_panel(visitor, plan=large, optimizer="momentum")
    assert app.button(key="start_sweep").disabled
    assert "trials accepts whole numbers from 1 to 2,000, not 10000" in visitor.text()


def test_a_setting_that_is_ticked_can_be_varied(visitor):
    app = open_panel(visitor, plan="lam=0.1..10")
    app.pills(key="plan_swept").set_value(["lam", "preparation"])
    visitor.run()
    app.multiselect(key="plan_preparation_chosen").set_value(["none", "full"])
    visitor.run()
    assert visitor.link()["plan"] == "lam=0.1..10,preparation=none;full"


def test_the_grid_says_how_many_trials_it_has(visitor):
    app = open_panel(visitor, plan=SMALL)
    assert app.number_input(key="plan_trials").disabled
    assert "The grid has 4 trials" in visitor.text()


def test_a_sweep_that_was_started_runs_to_its_end_and_is_in_the_link(visitor):
    sweep = started(visitor)
    trials = sweep.trials()
    assert [trial.settings["lam"] for trial in trials] == [0.1, 0.1, 1.0, 1.0]
    assert "4 of 4 trials: 4 finished" in visitor.app.get("progress")[0].proto.text
    assert visitor.link()["study"] == sweep.name
    best = min(trials, key=lambda trial: trial.value)
    assert f"trial {best.number}: held-out cost **{best.value:.4g}**" in visitor.text()
    for key in ("stop_sweep", "resume_sweep"):
        assert visitor.app.button(key=key).disabled


def test_the_chart_has_every_trial_and_the_best_on_top(visitor):
    sweep = started(visitor)
    ended, best = visitor.live_figure("sweep_curves")["data"]
    lines = np.isnan(numbers(ended["y"]).astype(float)).sum()
    assert lines == len(sweep.trials()) - 1
    lowest = min(sweep.trials(), key=lambda trial: trial.value)
    assert numbers(best["y"])[-1] == pytest.approx(lowest.result.held_out_cost)
    assert numbers(best["x"])[-1] == lowest.result.passes


def test_the_best_opens_in_train(visitor):
    sweep = started(visitor)
    best = min(sweep.trials(), key=lambda trial: trial.value)
    click(visitor, "open_best_0")
    assert [title.value for title in visitor.app.title] == ["Train"]
    visitor.open("pages/train.py")  # as AppTest itself forgets where the app has gone
    run = visitor.app.session_state["_run"]
    assert run.config == best.config
    assert run.training.fingerprint == sweep.fingerprints["training"]
    assert run.wait(timeout=60)
    assert run.history().cost[-1] == pytest.approx(best.result.cost, rel=1e-12)


def test_another_visitor_sees_the_same_trials_by_the_link(visitor):
    sweep = started(visitor)
    other = Visitor()
    open_panel(other, **visitor.link())
    assert other.live_figure("sweep_curves")["data"] == visitor.live_figure("sweep_curves")["data"]
    assert other.link() == visitor.link()
    assert "_sweep_worker" not in other.app.session_state
    assert sweep.name in other.app.code[0].value


def test_a_link_with_nothing_but_a_sweep_brings_its_plan(visitor):
    first = started(visitor, digits="3-8")
    other = Visitor()
    app = open_panel(other, study=first.name)
    assert other.text().count("**4 trials** over λ (0.1, 1)") == 1, "the headline, and no other"
    assert app.selectbox(key="plan_sampler").value == "grid"
    assert other.link() == {"study": first.name, "plan": SMALL}
    assert "This sweep is over other images than those chosen now: 3/8." in other.text()
    app.text_input(key="plan_lam_values").set_value("7")
    other.run()
    assert "**Start** begins what the form has now: **2 trials**" in other.text()
    click(other, "take_data")
    assert other.link() == {**visitor.link(), "digits": "3-8"}
    assert "Start** begins what" not in other.text()


def test_nobody_sees_a_sweep_without_its_link(visitor):
    sweep = started(visitor)
    other = Visitor()
    app = open_panel(other)
    assert sweep.name not in app.session_state["_my_sweeps"]
    assert "study" not in other.link()


def test_a_sweep_that_is_not_there_is_one_sentence(visitor):
    app = open_panel(visitor, study="A" * 22)
    assert len(app.warning) == 1
    assert "There is no sweep of this name here" in app.warning[0].value
    assert visitor.link() == {}
    assert visitor.work("sweep").complete, "the page goes on with the usual one"


def test_a_sweep_stays_readable_over_other_digits_and_start_begins_another(visitor):
    first = started(visitor)
    app = visitor.app
    app.selectbox(key="digits").set_value("3-8")
    visitor.run()
    assert "This sweep is over other images than those chosen now" in visitor.text()
    assert visitor.live_figure("sweep_curves")["data"][1]["name"].endswith("the best")
    click(visitor, "start_sweep")
    second = app.session_state["_sweep_worker"].sweep
    assert second.name != first.name
    assert second.origin.digits == (3, 8)
    assert app.session_state["_sweep_worker"].wait(timeout=60)
    visitor.run()
    app.selectbox(key="my_sweep").set_value(first.name)
    visitor.run()
    assert visitor.link()["study"] == first.name
    click(visitor, "take_data")
    assert app.selectbox(key="digits").value == "0-1"
    assert "over other images" not in visitor.text()


def test_stop_keeps_what_there_is_and_resume_does_the_rest(visitor):
    open_panel(
        visitor,
        plan="lam=0.1..10,max_iterations=10000,tolerance=0,trials=3",
        optimizer="gradient-descent",
    )
    click(visitor, "start_sweep")
    worker = visitor.app.session_state["_sweep_worker"]
    click(visitor, "stop_sweep")
    assert worker.wait(timeout=60)
    visitor.run()
    assert "Stopped." in visitor.text()
    assert worker.sweep.stopped
    click(visitor, "resume_sweep")
    again = visitor.app.session_state["_sweep_worker"]
    assert again is not worker
    assert again.wait(timeout=120)
    assert len(worker.sweep.trials()) == 3
    visitor.run()
    assert "The sweep is over" in visitor.text()


def test_workers_are_told_how_to_join_without_a_path_or_a_password(visitor, monkeypatch, tmp_path):
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path}/joined.sqlite3")
    sweep = started(visitor)
    app = visitor.app
    assert "Kept on this server, and deleted when nobody opens it for 90 days" in visitor.text()
    command = app.code[-1].value
    assert command == f".venv/bin/python -m logreg_core.sweep worker --study {sweep.name}"
    assert "THETA_LAB_SWEEPS" in visitor.text()
    assert str(tmp_path) not in visitor.text() + command
    table = next(frame.value for frame in app.dataframe if "worker" in frame.value)
    assert list(table["worker"]) == ["this server"]
    assert list(table["trials done"]) == [4]
    assert list(table["at work on"]) == ["nothing now"]
    assert table["trials a minute"].iloc[0] > 0, "it stays for comparison when the sweep is over"
    assert "the address of the database, as this server has it" in visitor.text()
    assert "sweep_data" not in downloads(visitor), "anybody can fetch these data"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_worker_needs_the_folder_of_theta_lab_and_the_address_only_where_there_is_one(kind):
    usual = how_to_join(kind, is_named=False, can_be_fetched=True, data_is_here=False)
    assert "folder of Theta Lab, then" in usual
    assert "THETA_LAB_SWEEPS" not in usual
    named = how_to_join(kind, is_named=True, can_be_fetched=False, data_is_here=True)
    assert "THETA_LAB_SWEEPS" in named
    assert "the file with the data of this sweep there, which is offered below" in named
    linked = how_to_join(kind, is_named=True, can_be_fetched=False, data_is_here=False)
    assert "offered on this page to whoever has chosen its images" in linked


def test_a_sweep_in_memory_offers_no_command(visitor):
    started(visitor)
    assert "Kept until the server restarts," in visitor.text()
    assert not any("logreg_core.sweep" in code.value for code in visitor.app.code)


def test_the_data_of_a_file_come_along_as_a_download(visitor, monkeypatch, tmp_path):
    monkeypatch.setenv("THETA_LAB_SWEEPS", f"sqlite:///{tmp_path}/own.sqlite3")
    visitor.app.session_state["_uploaded"] = load_bundled().only(0, 3).take(range(120))
    handed = {}

    def download_button(*label_and_data, file_name="", mime="", **_):
        handed[file_name] = (label_and_data[-1], mime)

    monkeypatch.setattr("streamlit.download_button", download_button)
    sweep = started(visitor, source="upload", digits="0-3")
    assert not sweep.origin.can_be_fetched
    assert "--data theta-lab-sweep-data.npz" in visitor.app.code[-1].value
    data, mime = handed["theta-lab-sweep-data.npz"]
    assert mime == "application/octet-stream"
    assert SweepData.load(io.BytesIO(data())).fingerprints == sweep.fingerprints


def test_what_can_be_fetched_elsewhere_is_the_very_data(visitor):
    sweep = started(visitor, digits="3-8", held_out="40", seed="5")
    assert sweep.origin.fetch().fingerprints == sweep.fingerprints


def test_own_drawings_are_a_goal_once_some_are_labelled(visitor):
    app = open_panel(visitor)
    assert "drawn-digit accuracy" not in app.multiselect(key="plan_goals").options
    assert "first draw and label some of these digits" in visitor.text()
    ring = LabelledDrawing(0, reduced_ink(drawn_ring().pixels), "sheet", "content")
    app.session_state["_own_drawings"] = Collection((ring,))
    sweep = started(visitor, plan=f"{SMALL},goal=drawn-accuracy")
    assert "Measured on your 1 drawing: one more or less read rightly is 100 %." in visitor.text()
    assert [trial.value for trial in sweep.trials()] == [1.0] * 4
    assert not sweep.origin.can_be_fetched


def test_a_sweep_that_learnt_from_drawings_opens_for_who_has_them_only(visitor):
    app = open_panel(visitor)
    ring = LabelledDrawing(0, reduced_ink(drawn_ring().pixels), "sheet", "content")
    app.session_state["_own_drawings"] = Collection((ring,))
    sweep = started(visitor, own_drawings="added", own_weight="3")
    app.selectbox(key="digits").set_value("3-8")
    app.session_state["own_weight"] = 30
    visitor.run()
    click(visitor, "take_data")
    assert "over other images" not in visitor.text()
    assert visitor.link()["own_weight"] == "3"

    other = Visitor()
    app = open_panel(other, study=sweep.name)
    assert "They are not at hand here, but with whoever began it" in other.text()
    assert "Resume" not in other.text(), "it is over"
    assert "take_data" not in {button.key for button in app.button}
    click(other, "open_best_0")
    assert [title.value for title in app.title] == ["Explore"]
    assert "trained on other images" in other.text()


def test_the_pruner_is_off_with_two_goals(visitor):
    app = open_panel(visitor, plan="lam=0.1..10,pruner=median")
    app.multiselect(key="plan_goals").set_value(["held-out-cost", "seconds-to-gap"])
    visitor.run()
    assert app.selectbox(key="plan_pruner").disabled
    assert visitor.link()["plan"] == "lam=0.1..10,goal=held-out-cost;seconds-to-gap"
    for percent, gap in ((5.0, "0.05"), (0.7, "0.007"), (0.0001, "1e-06")):
        app.number_input(key="plan_gap").set_value(percent)
        visitor.run()
        assert visitor.link()["plan"].endswith(f"gap={gap}")
        assert f"a gap of {percent:g} %" in visitor.text()


def test_a_sweep_goes_on_while_the_visitor_is_elsewhere(visitor):
    open_panel(visitor, plan=SMALL)
    click(visitor, "start_sweep")
    worker = visitor.app.session_state["_sweep_worker"]
    link = visitor.link()
    visitor.app.query_params.clear()
    visitor.open("pages/data.py")
    assert worker.wait(timeout=60)
    assert worker.complete
    visitor.app.query_params.clear()
    open_panel(visitor)
    assert visitor.link() == link
    assert "4 of 4 trials" in visitor.app.get("progress")[0].proto.text


def test_what_a_sweep_tries_does_not_count_as_a_changed_setting_of_train(visitor):
    app = open_panel(visitor, plan=SMALL)
    click(visitor, "start_sweep")
    assert app.session_state["_sweep_worker"].wait(timeout=60)
    app.session_state["lam"] = 3.0
    visitor.run()
    assert "have changed since this sweep began" not in visitor.text()
    app.session_state["preparation"] = "none"
    visitor.run()
    assert "have changed since this sweep began" in visitor.text()
