"""How often is a drawn digit read right? Replays pen strokes and counts.

    python -m benchmarks.drawn_digits --strokes FILE [--mnist DIR] [--train FILE] [--part PART]
                                      [--repeats R] [--sheet FILE.png] [--json FILE]
    python -m benchmarks.drawn_digits --strokes FILE --browser [N] ...

FILE is JSON: ``{"digits": [{"label": 7, "strokes": [[[x, y], ...], ...]}, ...]}`` with y down.
Each digit is drawn on 280x280 at a random size (80 to 220 px, longest side), place and brush
width (10 to 28 px), and read by models of zeros and ones and of all ten digits: trained on the
bundled digits, on MNIST and on a file of one's own, in each preparation. A drawing that is
refused counts as misread.

Without ``--browser`` a rasteriser paints what the page's canvas would. With it, N digits are drawn
with the mouse on the Predict page in Chromium (CHROMIUM_PATH names it where Playwright has none of
its own): the models read the canvas's own pixels, the page's own reading is counted too, and the
two pictures are compared.

The recipe was tuned on digits 0, 2, 4, ... of a file of 30 writers; the others were looked at when
its last constants were chosen. What it reads of writers that it never saw, another file must tell.
"""

from __future__ import annotations

import os

_THREAD_COUNTS = ("OPENBLAS", "MKL", "OMP", "BLIS", "VECLIB", "NUMEXPR")

if __name__ == "__main__":
    # One thread; a BLAS reads these once, while NumPy is imported.
    os.environ.update({f"{library}_NUM_THREADS": "1" for library in _THREAD_COUNTS})
    from benchmarks.stroke_replay.command import main

    main(__doc__)
