"""Scripts that reproduce a run: in Python to the last bit, in Octave by its own arithmetic."""

from logreg_core.reproduce.octave_script import octave_files
from logreg_core.reproduce.python_script import python_files
from logreg_core.reproduce.recorded_run import RecordedRun

__all__ = ["RecordedRun", "octave_files", "python_files"]
