"""The Python script that reproduces a run to the last bit of θ."""

from __future__ import annotations

import io
import platform
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy

from logreg_core.config import RANGES

if TYPE_CHECKING:
    from logreg_core.dataset import Dataset
    from logreg_core.reproduce.recorded_run import RecordedRun

_TEMPLATE: Final = Template(
    Path(__file__).with_name("python_script.template").read_text(encoding="utf-8")
)

#: What is handed to a script whose images can be had nowhere else.
_DATA_FILE: Final = "theta_lab_data.npz"

_BUNDLED: Final = """\
dataset = load_bundled().only($digits)
training, held_out = dataset.split($test_fraction, seed=$seed)
"""

_MNIST: Final = """\
mnist = load_mnist()  # 11 MB, downloaded once
training, held_out = mnist.training.only($digits), mnist.held_out.only($digits)
"""

_FILE: Final = f"""\
with np.load(Path(__file__).with_name("{_DATA_FILE}")) as data:
    training = Dataset(data["images"], data["labels"], $name)
    held_out = Dataset(data["held_out_images"], data["held_out_labels"], $name)
"""

#: Source → how a script gets the images, and the names of the core that this takes.
_SOURCES: Final = {
    "bundled": (_BUNDLED, "load_bundled"),
    "mnist": (_MNIST, "load_mnist"),
    "file": (_FILE, "Dataset"),
}

_STOP: Final = """\


def stop_where_the_run_was(step):
    \"\"\"The run did not end by itself: end after as many iterations.\"\"\"
    if step.iteration == $iterations:
        raise StopIteration
"""


def python_files(run: RecordedRun, script_name: str = "theta_lab_run.py") -> dict[str, bytes]:
    """The script, and the images where it cannot get them by itself.

    Parameters
    ----------
    run : RecordedRun
        What to reproduce.
    script_name : str
        How to call the script.

    Returns
    -------
    dict of str to bytes
        File name → content; one file, or two that belong side by side.
    """
    files = {script_name: python_script(run, script_name).encode()}
    if run.source == "file":
        files[_DATA_FILE] = _packed(run.training, run.held_out)
    return files


def python_script(run: RecordedRun, script_name: str = "theta_lab_run.py") -> str:
    """The text of a script that trains again and compares θ.

    Parameters
    ----------
    run : RecordedRun
        What to reproduce.
    script_name : str
        How it will be called.

    Returns
    -------
    str
        It imports nothing of the project but `logreg_core`, names every setting, checks
        the data by their fingerprint, and ends with an error where θ is another one.
    """
    get_data, imports = _SOURCES[run.source]
    last = run.last
    values = {
        "script_name": script_name,
        "summary": run.summary,
        "versions": f"Python {platform.python_version()}, NumPy {np.__version__}, "
        f"SciPy {scipy.__version__}",
        "reason": "it was paused" if run.reason is None else run.reason.value,
        "imports": ", ".join(sorted(["TrainConfig", "fit", imports], key=_classes_first)),
        "more_imports": "import numpy as np\n" if run.source == "file" else "",
        "path_import": "from pathlib import Path\n" if run.source == "file" else "",
        "settings": _settings(run),
        "digits": ", ".join(map(str, run.classes)),
        "test_fraction": repr(run.test_fraction),
        "seed": str(run.config.seed),
        "name": ascii(run.training.name),
        "training_fingerprint": run.training.fingerprint,
        "held_out_fingerprint": run.held_out.fingerprint,
        "iterations": str(run.iterations),
        "callback": ", callback=stop_where_the_run_was" if run.was_cut_short else "",
        "cost": repr(last.cost),
        "theta_fingerprint": run.theta_fingerprint,
    }
    values["get_data"] = Template(get_data).substitute(values)
    values["stop"] = Template(_STOP).substitute(values) if run.was_cut_short else ""
    return _TEMPLATE.substitute(values)


def _settings(run: RecordedRun) -> str:
    """Every setting as the arguments of TrainConfig, line by line."""
    settings = run.config.to_dict()
    remarks = {}
    if settings["max_seconds"] != RANGES["max_seconds"].high:
        remarks["max_seconds"] = f"  # {settings['max_seconds']:g} in the run: time decides no θ"
        settings["max_seconds"] = RANGES["max_seconds"].high
    return "\n".join(
        f"    {name}={value!r},{remarks.get(name, '')}".replace("'", '"')
        for name, value in settings.items()
    )


def _classes_first(name: str) -> tuple[bool, str]:
    return (name[0].islower(), name)


def _packed(training: Dataset, held_out: Dataset) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(
        file,
        images=training.images,
        labels=training.labels,
        held_out_images=held_out.images,
        held_out_labels=held_out.labels,
    )
    return file.getvalue()
