"""Data that outgrows memory: the same fit on chunks of X that lie on dask's workers.

Needs what `python3 run.py cluster` installs, and so is imported by nothing of the dashboard.

Examples
--------
>>> import tempfile
>>> from logreg_core import TrainConfig, load_bundled
>>> from logreg_core.out_of_core import fit_parts, write_parts
>>> with tempfile.TemporaryDirectory() as directory:
...     write_parts(load_bundled().only(0, 1), directory, rows=100)
...     result = fit_parts(directory, TrainConfig(lam=1))
4
>>> result.reason
<StopReason.CONVERGED: 'converged'>
"""

from logreg_core.out_of_core.cluster import workers
from logreg_core.out_of_core.objective import ChunkedObjective
from logreg_core.out_of_core.parts import Part, open_parts, write_parts
from logreg_core.out_of_core.training import fit_parts

__all__ = ["ChunkedObjective", "Part", "fit_parts", "open_parts", "workers", "write_parts"]
