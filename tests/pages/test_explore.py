"""The Explore page sweeps."""

from __future__ import annotations


def test_a_first_visit_sweeps_by_itself(visitor):
    visitor.open("pages/explore.py")
    work = visitor.work("sweep")
    assert work.complete
    assert len(work.sweep.trials()) == work.sweep.plan.trials == 50


def test_only_the_panel_that_is_seen_trains(visitor):
    visitor.open("pages/explore.py", explore="m")
    assert visitor.work("sweep") is None
    assert visitor.work("regularisation_path") is None


def test_the_panel_is_as_it_was_after_a_look_at_another_page(visitor):
    app = visitor.open("pages/explore.py")
    app.segmented_control(key="explore").set_value("m")
    visitor.run()
    assert visitor.link() == {"explore": "m"}
    app.query_params.clear()
    visitor.open("pages/data.py")
    app = visitor.open("pages/explore.py")
    assert app.segmented_control(key="explore").value == "m"
