"""A sentence for visitors who hear the page: a screen reader says it when it changes.

It must be the same element before and after. What Streamlit draws anew, ``st.html`` with
another digit say, is a new one to a screen reader, which may then say nothing.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

_HTML: Final = '<div class="announcement" role="status"></div>'

#: Out of sight, but not gone: what is not displayed is not said either.
_CSS: Final = """
.announcement { position: absolute; width: 1px; height: 1px; overflow: hidden;
                clip-path: inset(50%); white-space: nowrap; }
"""

_JS: Final = """
export default function ({ data, parentElement }) {
  const element = parentElement.querySelector(".announcement");
  if (element.textContent !== data) element.textContent = data;
}
"""

_component = st.components.v2.component(
    "theta_lab.announcement", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
)


def announcement(sentence: str, key: str) -> None:
    """Have a screen reader say a sentence once it is another one than before.

    Parameters
    ----------
    sentence : str
        Shown as it is, to nobody who sees.
    key : str
        Unique on the page, where it always stands in the same place.
    """
    _component(key=key, data=sentence, width="content")
