"""A slider back through a run, with a play button; every picture that asks follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from dashboard.address import write_link
from dashboard.views import END

if TYPE_CHECKING:
    from logreg_core import History

_CSS: Final = """
.timeline { display: flex; align-items: center; gap: 0.6rem; color: var(--st-text-color);
            font-family: var(--st-font); font-size: 0.9rem; }
.timeline button { border: 1px solid var(--st-border-color); border-radius: 0.5rem;
                   background: var(--st-background-color); color: inherit; cursor: pointer;
                   width: 2.4rem; height: 2.4rem; flex: none; font-size: 1rem; line-height: 1; }
.timeline button:hover, .timeline button:focus-visible { border-color: var(--st-primary-color);
                                                         color: var(--st-primary-color); }
.timeline button:disabled { opacity: 0.4; cursor: default; }
.timeline input { flex: 1; min-width: 4rem; accent-color: var(--st-primary-color);
                  touch-action: pan-y; height: 2.4rem; }
.timeline output { flex: none; min-width: 8.5rem; font-variant-numeric: tabular-nums; }
@media (max-width: 480px) { .timeline output { min-width: 5.5rem; } }
"""

_HTML: Final = """
<div class="timeline" role="group" aria-label="Back in time">
  <button class="play" title="Play the run from its start"></button>
  <input type="range" min="0" step="1" aria-label="Iteration">
  <output></output>
  <button class="last" title="To the end of the run">⇥</button>
</div>
"""

# The hand that holds the slider is faster than the server: while it does, or while the run
# plays, what comes from there is not listened to, and the next place is sent only when the
# pictures of the one before have come.
_JS: Final = """
const PLAY_SECONDS = 8, FRAME = 120, PATIENCE = 1500;

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".timeline");
  const [play, last] = [root.querySelector(".play"), root.querySelector(".last")];
  const [slider, output] = [root.querySelector("input"), root.querySelector("output")];
  const self = root.self ??= {
    held: false, timer: null, sent: null, sentAt: 0, wanted: null, moving: false };
  const steps = data.iterations, end = steps.length - 1;

  const label = (index) => {
    const of = steps[end].toLocaleString("en");
    output.textContent = `iteration ${steps[index].toLocaleString("en")} of ${of}`;
    slider.setAttribute("aria-valuetext", output.textContent);
    play.textContent = self.timer ? "❚❚" : "▶";
    last.disabled = index === end;
  };
  const send = () => {
    const waiting = self.sent !== null && performance.now() - self.sentAt < PATIENCE;
    if (waiting || self.wanted === null) return;
    self.sent = self.wanted;
    self.sentAt = performance.now();
    self.wanted = null;
    // Not a state: what this slider said last may be long out of date, and is said again.
    setTriggerValue("went", self.sent);
  };
  const go = (index) => {
    slider.value = index;
    self.wanted = index >= end ? "end" : steps[index];
    label(index);
    send();
  };
  // While it moves, the URL need not follow.
  const settle = () => {
    const moving = self.held || self.timer !== null;
    if (self.moving !== moving) setStateValue("moving", self.moving = moving);
  };
  const pause = () => {
    clearInterval(self.timer);
    self.timer = null;
    label(Number(slider.value));
    settle();
  };

  if (self.sent !== null && String(data.at) === String(self.sent)) self.sent = null;
  slider.max = end;
  slider.disabled = play.disabled = end < 1;
  if (!self.held && !self.timer && self.wanted === null && self.sent === null) {
    slider.value = data.index;
  }
  label(Math.min(Number(slider.value), end));
  send();

  slider.oninput = () => { if (self.timer) pause(); go(Number(slider.value)); };
  slider.onpointerdown = () => { self.held = true; settle(); };
  slider.onpointerup = slider.onpointercancel = () => { self.held = false; settle(); };
  last.onclick = () => { pause(); go(end); };
  play.onclick = () => {
    if (self.timer) return pause();
    if (Number(slider.value) >= end) slider.value = 0;
    const stride = Math.max(1, Math.round(end * FRAME / (1000 * PLAY_SECONDS)));
    self.timer = setInterval(() => {
      if (!root.isConnected) return clearInterval(self.timer);
      if (self.sent !== null && performance.now() - self.sentAt < PATIENCE) return;
      const next = Math.min(Number(slider.value) + stride, Number(slider.max));
      if (next >= Number(slider.max)) pause();
      self.go(next);
    }, FRAME);
    label(Number(slider.value));
    settle();
  };
  self.go = go;
}
"""

_component = st.components.v2.component(
    "theta_lab.timeline", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
)


@dataclass(frozen=True)
class Moment:
    """Where in a run its pictures are.

    Attributes
    ----------
    snapshot : int
        Position in ``history.theta``.
    step : int
        Position of the same iteration in the other arrays of the history.
    iteration : int
        Its number.
    is_last : bool
        Whether it is the newest.
    """

    snapshot: int
    step: int
    iteration: int
    is_last: bool


def moment_of(history: History, at: object) -> Moment:
    """The kept θ nearest before an iteration; the newest for `END` and whatever is no number.

    Parameters
    ----------
    history : History
        Of one step or more.
    at : object
        An iteration, or `END`.

    Examples
    --------
    >>> from logreg_core import TrainConfig, fit, load_bundled
    >>> history = fit(load_bundled().only(0, 1), TrainConfig(max_iterations=5)).history
    >>> moment_of(history, 3)
    Moment(snapshot=3, step=3, iteration=3, is_last=False)
    >>> moment_of(history, END).iteration
    5
    """
    snapshots = history.theta_iteration
    newest = len(snapshots) - 1
    snapshot = newest
    if isinstance(at, int) and at < snapshots[-1]:
        snapshot = max(0, int(np.searchsorted(snapshots, at, side="right")) - 1)
    iteration = int(snapshots[snapshot])
    step = history.position_at(iteration)
    return Moment(snapshot, step, iteration, is_last=snapshot == newest)


def timeline(history: History, key: str) -> Moment:
    """Show the slider; the moment that the visitor has chosen, on whichever page.

    Parameters
    ----------
    history : History
        Of one step or more; it may grow while the slider is held.
    key : str
        Unique on the page.
    """
    moment = moment_of(history, st.session_state.get("at", END))
    slider = _component(
        key=key,
        data={
            "iterations": history.theta_iteration.tolist(),
            "index": moment.snapshot,
            "at": END if moment.is_last else moment.iteration,
        },
        default={"moving": False},
        on_went_change=lambda: _go_to(st.session_state[key].get("went")),
        on_moving_change=lambda: None,
    )
    if not slider.moving:
        write_link()
    return moment


def back_to_the_end() -> None:
    """Let the pictures follow the run again."""
    st.session_state["at"] = END


def _go_to(at: object) -> None:
    """Take a place from the browser, which may send anything."""
    if at is not None:  # a trigger is None again once it has been heard
        st.session_state["at"] = at if isinstance(at, int) and at >= 0 else END
