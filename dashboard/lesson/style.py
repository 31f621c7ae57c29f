"""The look of the lesson: the bar that stays in sight, the steps and their tables."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.words.lesson.steps import STEPS

#: Where the bar has two rows: by the width of the page, which a sidebar may stand beside.
_NARROW: Final = "@container page (max-width: 900px)"

#: Where a row of a table has four.
_PHONE: Final = "@media (max-width: 640px)"

_STEPS: Final = ", ".join(f".st-key-step_{anchor.replace('-', '_')}" for anchor in STEPS)
_HEADINGS: Final = ", ".join(f"h3#{anchor}" for anchor in STEPS)

_BAR: Final = """
  /* What scrolls past must not show through: whatever the theme, the bar has the page's own
     background, which stands at the very top and is handed down. */
  .stAppViewContainer, .stAppViewContainer > div:has(> .stMain), .stMain,
  .stMainBlockContainer, .stMainBlockContainer > .stVerticalBlock,
  [data-testid="stLayoutWrapper"]:has(> .st-key-lesson_digit), .st-key-lesson_digit {
    background-color: inherit;
  }
  .stMainBlockContainer { container: page / inline-size; }
  /* Its parent is as high as the page; that of the bar itself is no higher than the bar. */
  [data-testid="stLayoutWrapper"]:has(> .st-key-lesson_digit) {
    position: sticky; top: 0; z-index: 100; width: calc(100% + 1.5rem); max-width: none;
    margin: 0 -0.75rem; padding: 0.45rem 0.75rem;
    box-shadow: 0 6px 8px -8px rgba(0, 0, 0, 0.45);
    border-bottom: 1px solid rgba(128, 128, 128, 0.25);
  }
  [data-testid="stLayoutWrapper"]:has(> .st-key-lesson_gallery) { flex: 0 1 auto; min-width: 0; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-lesson_at_hand) { flex: 1 0 12.5rem; min-width: 0; }
  .st-key-lesson_at_hand p { margin: 0; font-size: 0.95rem; line-height: 1.35; }
  .st-key-lesson_at_hand [data-testid="stMarkdownContainer"] { margin: 0; }
  .st-key-lesson_digit { flex-wrap: nowrap; }
  /* The header lies over the top of the page: only its buttons are to be clicked. */
  .stAppHeader, .stAppToolbar, .stAppToolbar div {
    background: transparent !important; pointer-events: none;
  }
  .stAppHeader button, .stAppHeader a { pointer-events: auto; }
"""

_NARROW_BAR: Final = """
    .st-key-lesson_digit { flex-wrap: wrap; gap: 0.3rem 0.5rem; }
    [data-testid="stLayoutWrapper"]:has(> .st-key-lesson_gallery) { order: 1; flex: 1 1 100%; }
    /* Beside the button that opens the navigation. */
    [data-testid="stLayoutWrapper"]:has(> .st-key-lesson_at_hand) {
      padding-left: 2.2rem; flex: 1 1 8rem;
    }
    .st-key-lesson_at_hand p { font-size: 0.85rem; }
    .st-key-lesson_gallery { max-width: 34rem; }
"""

_BAR_ON_A_PHONE: Final = """
    /* Icons alone; a screen reader still says the words. */
    .st-key-draw_your_own p, .st-key-any_other button p {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    }
"""

# Each row is a grid of the same proportions: the formula, both lines of code one below the
# other, so that each has room, and the value.
_TABLES: Final = """
  [class*="st-key-ways_"] :is(table, tbody) { display: block; width: 100%; border: 0; }
  [class*="st-key-ways_"] thead { display: none; }
  [class*="st-key-ways_"] tr {
    display: grid; grid-template-columns: minmax(0, 4.5fr) minmax(0, 6fr) 14rem;
    column-gap: 1.2rem; align-items: center; padding: 0.5rem 0;
    border-top: 1px solid rgba(128, 128, 128, 0.3);
  }
  [class*="st-key-ways_"] td { display: block; border: 0; padding: 0.1rem 0; }
  [class*="st-key-ways_"] td:first-child { grid-row: 1 / 3; overflow: auto hidden; }
  [class*="st-key-ways_"] td:is(:nth-child(2), :nth-child(3)) {
    grid-column: 2; display: flex; align-items: baseline;
  }
  [class*="st-key-ways_"] td:last-child {
    grid-area: 1 / 3 / 3 / 4; text-align: right; font-size: 1.05rem;
  }
  [class*="st-key-ways_"] td::before {
    flex: none; display: inline-block; width: 3.6rem; font-size: 0.8rem; opacity: 0.75;
  }
  [class*="st-key-ways_"] td:nth-child(2)::before { content: "Octave"; }
  [class*="st-key-ways_"] td:nth-child(3)::before { content: "NumPy"; }
  [class*="st-key-ways_"] .katex { font-size: 1.25em; }
  /* Where a formula breaks, its lines hold off from each other. */
  [class*="st-key-ways_"] .katex .base { margin-block: 0.25em; }
  [class*="st-key-ways_"] code { font-size: 0.95rem; white-space: pre-wrap; }
"""

_TABLES_ON_A_PHONE: Final = """
    [class*="st-key-ways_"] tr { display: block; }
    [class*="st-key-ways_"] td:last-child { display: flex; text-align: left !important; }
    [class*="st-key-ways_"] td:last-child::before { content: "value"; }
"""

_PANELS: Final = """
  /* x, θ and their products stay side by side on a phone too; their sum then stands below. */
  .st-key-theta_panels .stColumn { min-width: 90px; }
  .st-key-theta_panels .stColumn:last-child { min-width: 260px; }
"""

_LEGEND: Final = """
  /* So narrow that a phone has room for the meanings. */
  .st-key-legend :is(td, th) { padding: 0.2rem 0.4rem; }
  .st-key-legend td:nth-child(3) { min-width: 8.5rem; }
"""

_LEGEND_ON_A_PHONE: Final = """
    .st-key-legend :is(td, th):last-child { display: none; }
"""

_STYLE: Final = f"""
<style>
{_BAR}
{_TABLES}
{_PANELS}
{_LEGEND}
  :where({_STEPS}) {{
    border-top: 1px solid rgba(128, 128, 128, 0.3); margin-top: 1.6rem; padding-top: 1.4rem;
  }}
  /* The first one stands below the line of the bar. */
  .st-key-step_{next(iter(STEPS))} {{ border-top: 0; margin-top: 0; padding-top: 0.4rem; }}
  /* A link to a step shows its heading, not what the bar would hide of it. */
  :is({_HEADINGS}) {{ scroll-margin-top: 5.5rem; }}
  {_NARROW} {{
    :is({_HEADINGS}) {{ scroll-margin-top: 8rem; }}
    {_NARROW_BAR}
  }}
  {_PHONE} {{
    {_BAR_ON_A_PHONE}
    {_TABLES_ON_A_PHONE}
    {_LEGEND_ON_A_PHONE}
  }}
</style>
"""


def lesson_style() -> None:
    """Send the styles of the page once."""
    st.html(_STYLE)
