"""What is trained on bundled images for one visitor is found by the next."""

from __future__ import annotations

from dashboard.finished import Finished
from logreg_core import load_bundled
from tests.pages.visitor import Visitor

WORKS = {"unconstrained", "penalties", "by_heart", "learning_curve", "ten_digits"}


class Work:
    """Over, and complete or not."""

    def __init__(self, *, complete):
        self.complete = complete


def works(visitor):
    return {name: visitor.work(name) for name in WORKS}


def test_the_next_visitor_finds_what_one_has_trained_unless_the_settings_differ(visitor):
    visitor.open("app.py")
    first = works(visitor)
    assert all(work.complete for work in first.values())
    other = Visitor()
    other.open("app.py", example="7")
    assert works(other) == first
    other = Visitor()
    other.open("app.py", lam="30")
    same = {name for name, work in works(other).items() if work is first[name]}
    assert same == {"penalties", "by_heart"}, "they have a λ of their own"


def test_what_is_a_visitors_own_is_kept_for_no_other(visitor):
    visitors = [visitor, Visitor()]
    for each in visitors:
        each.app.session_state["_uploaded"] = load_bundled().only(2, 7).take(range(60))
        each.open("app.py", source="upload", digits="2-7")
    mine, theirs = map(works, visitors)
    assert [name for name in WORKS if mine[name] is theirs[name]] == []


def test_only_what_is_complete_is_found():
    kept, whole = Finished(), Work(complete=True)
    kept.keep("part", Work(complete=False))
    kept.keep("whole", whole)
    assert kept.find("part") is None
    assert kept.find("whole") is whole


def test_what_was_not_asked_for_longest_goes_first(monkeypatch):
    monkeypatch.setattr("dashboard.finished._MOST", 2)
    kept = Finished()
    for key in (1, 2):
        kept.keep(key, Work(complete=True))
    assert kept.find(1)
    kept.keep(3, Work(complete=True))
    assert [kept.find(key) is not None for key in (1, 2, 3)] == [True, False, True]
