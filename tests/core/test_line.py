"""Only so many work at once, in the order in which they came, and nobody waits for ever."""

import threading

import pytest

from logreg_core.line import Line, Relay

SOON = 30  # seconds: far more than anything here takes, so that a hang is a failure


def never():
    return False


def at_once():
    return True


class Waiting:
    """Somebody who takes a turn in a thread of its own."""

    def __init__(self, line, who, ask=None, **how):
        self.given_up = False
        self.has_turn = None
        self._asked = threading.Event()
        self._thread = threading.Thread(
            target=self._take, args=(ask or line.take, who, how), daemon=True
        )
        self._thread.start()
        assert self._asked.wait(SOON), "whoever waits is asked whether to give up"

    def _take(self, ask, who, how):
        self.has_turn = ask(who, self._gives_up, **how)

    def _gives_up(self):
        self._asked.set()
        return self.given_up

    def give_up(self):
        """Let it give up; whether it had its turn before."""
        self.given_up = True
        return self.came()

    def came(self):
        """Whether its turn came."""
        self._thread.join(SOON)
        assert not self._thread.is_alive()
        return self.has_turn


@pytest.mark.parametrize("places", [1, 2, 5])
def test_as_many_work_at_once_as_there_are_places(places):
    line = Line(places)
    taken = [line.take(who, at_once) for who in range(places + 3)]
    assert taken == [True] * places + [False] * 3


def test_whoever_came_first_is_served_first():
    line = Line(1)
    line.take("a", never)
    second = Waiting(line, "b")
    third = Waiting(line, "c")
    assert (line.ahead_of("a"), line.ahead_of("b"), line.ahead_of("c")) == (None, 0, 1)
    line.leave("a")
    assert second.came()
    assert line.ahead_of("c") == 0
    line.leave("b")
    assert third.came()


def test_whoever_gives_up_makes_room_for_those_behind():
    line = Line(1)
    line.take("a", never)
    second = Waiting(line, "b")
    third = Waiting(line, "c")
    assert not second.give_up()
    assert line.ahead_of("c") == 0
    line.leave("a")
    assert third.came()


def test_a_turn_is_kept_while_nobody_waits():
    line = Line(1, slice_seconds=0)
    line.take("a", never)
    assert line.pass_on("a", at_once)


def test_whoever_has_worked_for_long_lets_those_who_wait_come_first():
    line = Line(1, slice_seconds=0)
    line.take("a", never)
    second = Waiting(line, "b")
    assert not line.pass_on("a", at_once), "its turn is over, and it would not wait"
    assert second.came()
    line.leave("b")
    assert line.pass_on("a", never), "and then it goes on"


def test_whoever_has_not_worked_for_long_goes_on():
    line = Line(1, slice_seconds=1e6)
    line.take("a", never)
    second = Waiting(line, "b")
    assert line.pass_on("a", at_once)
    assert not second.give_up()


def test_whoever_will_be_brief_comes_before_those_who_wait_and_gets_room_at_once():
    line = Line(1, slice_seconds=1e6)
    line.take("at work", never)
    second = Waiting(line, "b")
    brief = Waiting(line, "brief", brief=True)
    assert (line.ahead_of("brief"), line.ahead_of("b")) == (0, 1)
    working = Waiting(line, "at work", line.pass_on)
    assert brief.came()
    assert line.ahead_of("at work") == 0, "it goes on next: its slice is not over"
    line.leave("brief")
    assert working.came()
    assert not second.give_up()


def test_one_runner_of_a_relay_works_at_a_time():
    relay = Relay(Line(5))
    assert relay.take("a", at_once)
    assert not relay.take("b", at_once)
    relay.leave("a")
    assert relay.take("b", at_once)


def test_a_relay_takes_one_place_however_many_its_runners():
    line = Line(1)
    relay = Relay(line)
    assert relay.take("a", never)
    assert not line.take("a visitor", at_once)
    relay.leave("a")
    assert line.take("a visitor", at_once)


def test_all_of_a_relay_wait_at_one_place():
    line = Line(1)
    line.take("a visitor", never)
    relay = Relay(line)
    runner = Waiting(line, "another visitor")
    thread = threading.Thread(target=relay.take, args=("a", never), daemon=True)
    thread.start()
    while relay.ahead_of("a") is None:
        assert thread.is_alive()
    assert (relay.ahead_of("a"), relay.ahead_of("b")) == (1, 1)
    assert not runner.give_up()
    line.leave("a visitor")
    thread.join(SOON)
    assert relay.ahead_of("a") is None
    relay.leave("a")


def test_a_relay_whose_last_runner_gave_up_keeps_no_place():
    line = Line(1)
    relay = Relay(line)
    relay.take("a", never)
    second = Waiting(relay, "b")
    relay.leave("a")
    assert second.came()
    relay.leave("b")
    assert line.take("a visitor", at_once)
    assert not relay.take("a", at_once), "the line is full"
    line.leave("a visitor")
    assert line.take("another", at_once), "and the relay does not stand in it"
