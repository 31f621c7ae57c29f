"""``python -m benchmarks.drawn_digits``: one BLAS thread, then the benchmark."""

from __future__ import annotations

import os

_THREAD_COUNTS = ("OPENBLAS", "MKL", "OMP", "BLIS", "VECLIB", "NUMEXPR")

if __name__ == "__main__":
    # A BLAS reads these once, while NumPy is imported.
    os.environ.update({f"{library}_NUM_THREADS": "1" for library in _THREAD_COUNTS})
    from .command import main

    main()
