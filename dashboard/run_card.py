"""The card of a run: what it was, where to find it again, and its files."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.visitor import kept
from dashboard.words.run_card import (
    NONE,
    NOT_YET,
    file_stem,
    fingerprints,
    link_note,
    numbers_table,
    permanent_link,
    settings_table,
)
from logreg_core import JobState
from logreg_core.exports import history_csv, theta_csv, theta_mat
from logreg_core.reproduce import RecordedRun, octave_files, python_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashboard.lab import Lab
    from logreg_core import Model, TrainingJob


@dataclass(frozen=True)
class Download:
    """One button: what it says, and the file that it makes once it is pressed."""

    label: str
    icon: str
    file_name: str
    make: Callable[[], bytes | str]
    explanation: str


def run_card(lab: Lab, job: TrainingJob) -> None:
    """Show the card of a run that has paused or ended; else, that it will come."""
    with st.container(border=True, key="run_card"):
        state = job.state
        model = job.model()
        if state not in {JobState.PAUSED, JobState.ENDED} or model is None:
            st.markdown(NONE if state is JobState.FAILED else NOT_YET)
            return
        run = _recorded(lab, job)
        _show(lab, job, run)
        with st.container(horizontal=True, key="run_card_downloads"):
            for download in downloads(run, replace(model, theta=run.theta)):
                st.download_button(
                    download.label,
                    download.make,
                    download.file_name,
                    icon=f":material/{download.icon}:",
                    on_click="ignore",
                    help=download.explanation,
                    key=f"download_{download.label}",
                )


def downloads(run: RecordedRun, model: Model) -> list[Download]:
    """The files of a run, none of them made yet."""
    stem = file_stem(run)
    carries_data = run.source == "file"
    script = f"{stem}.py"
    return [
        Download(
            "Model .npz",
            "save",
            f"{stem}.npz",
            lambda: _saved(model),
            "θ and its settings; `logreg_core.Model.load` reads it.",
        ),
        Download(
            "θ .csv",
            "table",
            f"{stem}-theta.csv",
            lambda: theta_csv(run.theta, run.classes),
            "A row for the bias and for each pixel, with all digits of each number.",
        ),
        Download(
            "θ .mat",
            "data_array",
            f"{stem}-theta.mat",
            lambda: theta_mat(run.theta, run.classes),
            "For Octave and MATLAB: theta, a column a digit, pixels row by row. "
            "`imagesc(reshape(theta(2:end, 1), 20, 20)')` shows it upright.",
        ),
        Download(
            "History .csv",
            "timeline",
            f"{stem}-history.csv",
            lambda: history_csv(run.history),
            "J, accuracy, gradient and time of each step.",
        ),
        Download(
            "Python",
            "code",
            f"{stem}-python.zip" if carries_data else script,
            lambda: _python(run, stem, script),
            "A script on `logreg_core` that trains again and compares θ to the last bit"
            + (", with the images." if carries_data else "."),
        ),
        Download(
            "Octave",
            "functions",
            f"{stem}-octave.zip",
            lambda: _zipped(f"{stem}-octave", octave_files(run)),
            "The same run in the course's language, with the images: it trains in Octave and "
            "compares J.",
        ),
    ]


def _recorded(lab: Lab, job: TrainingJob) -> RecordedRun:
    """The run as it stands; made once for each step that it has paused or ended at."""
    history = job.history()
    settings = lab.settings_of(job)
    brings_images = settings.source == "upload" or settings.own_drawings == "added"
    return kept(
        "run_card",
        (job, job.reason, int(history.iteration[-1])),
        lambda: RecordedRun(
            job.training,
            job.held_out,
            job.config,
            history,
            job.reason,
            source="file" if brings_images else settings.source,
            test_fraction=settings.held_out / 100,
            known_rate=job.learning_rate,
        ),
    )


def _show(lab: Lab, job: TrainingJob, run: RecordedRun) -> None:
    settings = lab.settings_of(job)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Run card", anchor=False, width="content")
        for fingerprint in fingerprints(run):
            st.badge(fingerprint, icon=":material/fingerprint:", color="gray")
    link = permanent_link(st.context.url, settings, lab.fingerprints_of(job))
    st.code(link, language=None, wrap_lines=True)
    note = link_note(settings, run)
    if note:
        st.caption(note)
    left, right = st.columns(2, gap="medium")
    # Asked of all training examples, and the same wherever the run pauses.
    learning_rate = kept("learning_rate_of_run", job, lambda: run.learning_rate)
    left.table(settings_table(run, settings, learning_rate), border="horizontal", hide_header=True)
    right.table(numbers_table(run), border="horizontal", hide_header=True)


def _saved(model: Model) -> bytes:
    file = io.BytesIO()
    model.save(file)
    return file.getvalue()


def _python(run: RecordedRun, stem: str, script: str) -> bytes:
    files = python_files(run, script)
    return files[script] if len(files) == 1 else _zipped(f"{stem}-python", files)


def _zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """The files in one folder of that name; what is large is compressed already."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as into:
        for name, content in files.items():
            into.writestr(f"{folder}/{name}", content)
    return archive.getvalue()
