"""Make the README's picture: ``python -m docs.make_screenshot`` writes docs/theta-lab.png.

CHROMIUM_PATH names the browser where Playwright has none of its own.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from tests.browser.harness import ROOT, chromium, serving

_PICTURE: Final = ROOT / "docs" / "theta-lab.png"

#: 3 against 8 by gradient descent: a curve with something to see in it.
_LINK: Final = "/train?digits=3-8&optimizer=gradient-descent&learning_rate=0.3"


def main() -> None:
    """Open the Train page and photograph it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as server,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(server.address + _LINK)
        page.locator(".st-key-gradient_figure .js-plotly-plot").wait_for()
        page.get_by_text("Ended after").wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=_PICTURE)
    print(_PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
