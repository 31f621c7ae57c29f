"""A plotly chart that is updated in place.

``st.plotly_chart`` builds a new element at every change of data: it flickers, and
the visitor's zoom is lost at each tick of a live chart. This component keeps one
element and calls ``Plotly.react``. It takes plotly.js from the plotly package.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component

if TYPE_CHECKING:
    from collections.abc import Callable

    import plotly.graph_objects as go

#: Declared only so that the folder is served; nothing is ever mounted.
declare_component("plotly_js", path=str(Path(plotly.__file__).parent / "package_data"))

_CSS: Final = """
.live-chart { width: 100%; }
.live-chart.clickable .nsewdrag { cursor: pointer; }
"""

_HTML: Final = '<div class="live-chart"></div>'

# The server may sit below a path (Community Cloud does), which the page's own
# script tag knows. The text colour is read from the page: it follows the theme.
_JS: Final = """
const script = document.querySelector('script[src*="static/js/"]');
const base = script ? script.src.split("static/js/")[0] : document.baseURI;

function loadPlotly() {
  if (!window.thetaLabPlotly) {
    window.thetaLabPlotly = new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = base + "component/dashboard.live_chart.plotly_js/plotly.min.js";
      tag.onload = () => resolve(window.Plotly);
      tag.onerror = () => { window.thetaLabPlotly = null; reject(new Error("no plotly.js")); };
      document.head.appendChild(tag);
    });
  }
  return window.thetaLabPlotly;
}

// A chart that nobody sees is not drawn at each tick of a run, but when it is scrolled to,
// or when no newer figure has come for so long.
const OUT_OF_SIGHT = 1500;

function isOutOfSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom < 0 || top > window.innerHeight;
}

// Plotly looks at the window, not at its element, which its neighbours and another aspect
// make wider, narrower or higher too.
async function fit(Plotly, element) {
  const { width, height } = element._fullLayout;
  const wide = Math.abs(element.clientWidth - width) > 1;
  const high = element.style.aspectRatio !== "auto" && Math.abs(element.clientHeight - height) > 1;
  if (element.clientWidth && (wide || high)) await Plotly.Plots.resize(element);
}

// A double click goes back to the range that an axis had in the first figure of all; that of the
// present one is meant.
function takeRanges(element, layout) {
  for (const [name, { range }] of Object.entries(layout)) {
    const axis = /^[xy]axis/.test(name) && range && element._fullLayout[name];
    if (axis) [axis._rangeInitial0, axis._rangeInitial1] = range;
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".live-chart");
  const colour = getComputedStyle(element).color;
  const stamp = data.stamp + colour;
  element.dataset.latest = stamp;
  element.style.aspectRatio = data.aspect || "auto";
  // The chart inside would else keep its box from shrinking with the window.
  element.style.minHeight = data.aspect ? "0" : data.height + "px";
  element.classList.toggle("clickable", data.clickable);
  element.report = ({ curveNumber, customdata }) => {
    if (data.clickable) setTriggerValue("clicked", [curveNumber, customdata ?? null]);
  };
  loadPlotly().then(async (Plotly) => {
    if (element.dataset.drawn === stamp) return;
    if (element.dataset.drawn && isOutOfSight(element)) {
      await new Promise((resolve) => setTimeout(resolve, OUT_OF_SIGHT));
    }
    if (element.dataset.latest !== stamp) return;  // a newer figure came meanwhile
    element.dataset.drawn = stamp;
    const figure = JSON.parse(data.figure);
    if (data.aspect) delete figure.layout.height;  // then plotly fills the element
    figure.layout.font = { ...figure.layout.font, color: colour };
    // Where nothing hovers, the bar of tools would lie over the legend for good.
    const tools = matchMedia("(hover: none)").matches ? false : "hover";
    await Plotly.react(element, figure.data, figure.layout,
                       { responsive: true, displaylogo: false, displayModeBar: tools,
                         modeBarButtonsToRemove: ["select2d", "lasso2d"],  // nothing to select
                         showSendToCloud: false });  // nothing leaves the page unasked
    takeRanges(element, figure.layout);
    await fit(Plotly, element);
    return element;
  }).then((drawn) => {
    if (!drawn || drawn.dataset.listens) return;
    drawn.dataset.listens = "yes";
    drawn.on("plotly_click", ({ points }) => drawn.report(points[0]));
    new ResizeObserver(() => {
      const isNewest = drawn.dataset.drawn === drawn.dataset.latest;  // else one is on its way
      if (isNewest) fit(window.Plotly, drawn);
    }).observe(drawn);
  }).catch(() => {
    element.textContent = "The chart's program could not be loaded: reload the page.";
  });
}
"""

_component = st.components.v2.component(
    "theta_lab.live_chart", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
)


def live_chart(
    figure: go.Figure,
    key: str,
    *,
    aspect: float | None = None,
    on_click: Callable[[int], None] | None = None,
    on_point: Callable[[Any], None] | None = None,
) -> None:
    """Show a figure, or update the one that this key shows already.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        With a height. Zoom and hidden curves stay as long as its
        ``layout.uirevision`` does.
    key : str
        Unique on the page.
    aspect : float, optional
        Width over height, > 0: the chart is as high as its width asks for on whichever
        screen, and the figure's own height does not count.
    on_click : callable, optional
        Called before the page runs again, with the number of the trace that was clicked: one
        of the figure's.
    on_point : callable, optional
        The same, with the ``customdata`` of the point: a number, or a list of numbers. As all
        that comes from a browser, it may be anything.
    """
    text = str(figure.to_json())
    traces = len(figure.data)

    def clicked() -> None:
        match st.session_state[key].get("clicked"):
            case [int(trace), point] if 0 <= trace < traces:
                if on_click is not None:
                    on_click(trace)
                if on_point is not None:
                    on_point(point)

    _component(
        key=key,
        data={
            "figure": text,
            "stamp": str(hash(text)),
            "height": figure.layout.height,
            "aspect": aspect,
            "clickable": on_click is not None or on_point is not None,
        },
        on_clicked_change=clicked,
    )
