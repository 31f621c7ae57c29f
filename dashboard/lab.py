"""Lab: what a page knows of its visitor, in the words of the subject.

The state itself lives in ``st.session_state``; everything that a page asks for
goes through here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import streamlit as st

from dashboard.address import write_link
from dashboard.fingerprints import fingerprints_here
from dashboard.notices import note, show_notices
from dashboard.own_drawings import own_drawings, weight_in_effect
from dashboard.runners import FIRST_RUNNERS, Runner, named, read_runners
from dashboard.sources import Source, chosen_digits
from dashboard.splits import Split, shared_split, split_of
from dashboard.views import END
from dashboard.visitor import kept, visitor_is_here
from dashboard.words.links import not_in_the_data
from dashboard.words.runs import waiting_sentence
from logreg_core import (
    ConfigError,
    DataError,
    Dataset,
    JobState,
    Line,
    Race,
    StopReason,
    TrainingJob,
    load_bundled,
)

if TYPE_CHECKING:
    from collections.abc import Container as AnyOf
    from collections.abc import Mapping

    from streamlit.delta_generator import DeltaGenerator

    from dashboard.settings import Settings
    from logreg_core import Collection, DrawingStyle, Judgement, Model, TrainConfig

#: Longest wait for the first step of a run before a page is drawn without it; long
#: enough for the preparation of all of MNIST on a small server.
_FIRST_STEP_SECONDS: Final = 60

#: Between two looks at what a run is waiting for.
_ASK_SECONDS: Final = 0.5

#: A run on the bundled digits is over by then, and the page need not be drawn twice.
_USUAL_RUN_SECONDS: Final = 0.5

#: Trainings of all visitors that work at once: with Python's one lock, more of them would
#: only slow each other and the pages down. Those beyond wait in line.
TRAININGS: Final = Line(places=4)


@dataclass(frozen=True)
class Lab:
    """One visitor's settings, data and run.

    Attributes
    ----------
    settings : Settings
        As set now.
    source : Source
        All images of the source.
    arrived : bool
        Whether the visitor has just come from another page.
    place : DeltaGenerator
        An empty place at the top of the page for what is shown while one waits. It
        is there in any case, so that nothing below it changes its own.
    notices : DeltaGenerator
        Another, for the box of notices.
    """

    settings: Settings
    source: Source
    arrived: bool
    place: DeltaGenerator
    notices: DeltaGenerator

    @property
    def dataset(self) -> Dataset:
        """All images of the source, every digit."""
        return self.source.dataset

    @property
    def wants_file(self) -> bool:
        """Whether the visitor has chosen a file of their own and not given it yet."""
        return self.settings.source == "upload" and "_uploaded" not in st.session_state

    @property
    def waits_for_mnist(self) -> bool:
        """Whether the visitor has chosen MNIST and it is still on its way."""
        return self.settings.source == "mnist" and self.source.stands_in

    def view_key(
        self,
        name: str,
        usual: Any,  # noqa: ANN401 - as the values of the setting are
        among: AnyOf[Any] | None = None,
        *,
        choice_stays: bool = False,
    ) -> str:
        """Key of the widget of a view setting that depends on the data; its value fits them.

        Parameters
        ----------
        name : str
            In `VIEWS`, with the default `BY_PAGE`.
        usual : object
            What is shown where neither a link nor the visitor has said otherwise. When
            it becomes another, it is shown again.
        among : container, optional
            What can be shown of these data; a range, a list or a `Between`.
        choice_stays : bool
            Whether what the visitor has chosen stays when what is usual becomes another.

        Returns
        -------
        str
            The name itself.
        """
        state, kept_usual = st.session_state, st.session_state["_usual"]
        value = self.brought(name, among)
        if value is None:
            if name in state and kept_usual.get(name) == (usual, among):
                return name
            value = state.get(name, usual)
            was_usual = kept_usual[name][0] if name in kept_usual else value
            stays = was_usual == usual or (choice_stays and value != was_usual)
            if name not in kept_usual or not stays or not _fits(value, among):
                value = usual
        # Set even where it is the same: to other bounds, Streamlit makes another widget.
        state[name], kept_usual[name] = value, (usual, among)
        write_link()
        return name

    def brought(self, name: str, among: AnyOf[Any] | None = None) -> Any:  # noqa: ANN401 - as the values of the setting are
        """What a link has brought for a view setting that depends on the data; None for nothing.

        It is taken once, as soon as the data that the link means are here, and noted if
        it is not `among` them.
        """
        waiting = st.session_state["_brought"]
        if name not in waiting or self.waits_for_mnist or self.wants_file:
            return None
        value = waiting.pop(name)
        if _fits(value, among):
            return value
        note(not_in_the_data(name, value))
        self.show_notices()
        return None

    def show_view(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - as the values of the setting are
        usual: Any,  # noqa: ANN401 - likewise
    ) -> None:
        """Have the link say what is shown, where no widget has the name of a view setting."""
        st.session_state[name] = value
        st.session_state["_usual"][name] = (usual, None)

    def show_notices(self) -> None:
        """Show what was noted on this run of the page, and what still holds of before."""
        show_notices(self.notices, about=(self.settings, self.dataset, own_drawings()))

    @property
    def digits(self) -> tuple[int, ...]:
        """The digits that are told apart."""
        return chosen_digits(self.settings.digits, self.dataset)

    @property
    def thetas(self) -> int:
        """How many θ tell them apart: one for two digits, else one for each."""
        return 1 if len(self.digits) == 2 else len(self.digits)

    def split(self) -> Split:
        """Training and held-out examples of the chosen digits."""
        split, own = self.split_without_own(), self.own_drawings
        if own is None:
            return split
        weight = self.own_weight
        key = (split, own.fingerprint, weight)
        return kept("split_and_own", key, lambda: split.with_own(own, weight))

    def split_without_own(self) -> Split:
        """The same without the visitor's own drawings, whether they are learnt from or not."""
        key = (
            self.dataset.fingerprint,
            self.digits,
            self.settings.held_out,
            self.settings.config.seed,
        )
        if self.settings.source == "upload":
            # A visitor's own images stay in their session and go with it.
            return kept("own_split", key, lambda: split_of(key, self.source))
        return shared_split(key, self.source)

    @property
    def own_scans(self) -> Dataset | None:
        """The visitor's own drawings of the chosen digits, as scans beside the images at hand."""
        own = own_drawings()
        if own is None:
            return None
        style = self.split_without_own().style
        key = (own.fingerprint, self.digits, style)
        return kept("own_scans", key, lambda: self._scans_of(own, style))

    def _scans_of(self, own: Collection, style: DrawingStyle) -> Dataset | None:
        chosen = own.of_digits(self.digits)
        if chosen is None:
            return None
        # Two seconds for as many as a file may bring.
        with self.place, st.spinner("Making scans of your drawings…"):
            return chosen.scans(style)

    @property
    def own_drawings(self) -> Dataset | None:
        """The same as far as they are learnt from."""
        return self.own_scans if self.settings.own_drawings == "added" else None

    @property
    def own_count(self) -> int:
        """How many of the visitor's own drawings are learnt from."""
        own = self.own_drawings
        return 0 if own is None else len(own)

    @property
    def own_weight(self) -> int:
        """As how many examples each of the visitor's own drawings counts, as far as accepted."""
        scans, weight = self.own_scans, self.settings.own_weight
        return weight if scans is None else weight_in_effect(weight, len(scans))

    @property
    def run(self) -> TrainingJob | None:
        """The visitor's latest run, under whatever settings."""
        job: TrainingJob | None = st.session_state.get("_run")
        return job

    @property
    def run_is_of_bundled_images(self) -> bool:
        """Whether the run that is shown learns only from what comes with Theta Lab.

        Then what follows from it is the same for every visitor, and has nothing of this one's.
        """
        of_these = self.current_run().training == self.split().training
        return self.learns_from_bundled_images and of_these

    @property
    def learns_from_bundled_images(self) -> bool:
        """Whether nothing of the visitor's own is among the images to learn from."""
        return self.settings.source == "bundled" and self.own_drawings is None

    @property
    def source_in_effect(self) -> str:
        """One of `SOURCES`: that of the images at hand, which may stand in for those chosen."""
        return "bundled" if self.dataset == load_bundled() else self.settings.source

    def known_run_without_own(self) -> TrainingJob | None:
        """The run with these settings and without the visitor's drawings, where there is one.

        It is remembered: to be compared with, it need not train again.
        """
        for job in (self._remembered, self.run):
            if job is not None and self._is_without_own(job):
                st.session_state["_run_without_own"] = job
                return job
        return None

    def run_without_own(self) -> TrainingJob:
        """The same; where there is none, it is begun."""
        job = self.known_run_without_own()
        if job is None:
            without = replace(self._in_effect(), own_drawings="left-out")
            job = self._new_job(self.split_without_own(), without)
            job.start()
            job.wait(_USUAL_RUN_SECONDS)
            st.session_state["_run_without_own"] = job
        return job

    def end_needless_run(self) -> None:
        """End the run without the visitor's drawings, where nothing needs it any more."""
        job = self._remembered
        if job is None or job is self.run or job.state is not JobState.RUNNING:
            return
        forgotten = self.own_drawings is None and self._run_is_to_be_shown
        if forgotten or not self._is_without_own(job):
            job.stop()

    @property
    def _remembered(self) -> TrainingJob | None:
        """The last run to compare with, under whatever settings."""
        job: TrainingJob | None = st.session_state.get("_run_without_own")
        return job

    def _is_without_own(self, run: TrainingJob) -> bool:
        """Whether a run has these settings and no drawings, and comes or came to its own end."""
        split = self.split_without_own()
        return (
            run.config == self.settings.config
            and run.state in {JobState.RUNNING, JobState.ENDED}
            and run.reason is not StopReason.VISITOR
            and run.training == split.training
            and run.held_out == split.held_out
        )

    def _compares(self, run: TrainingJob) -> bool:
        """Whether a run that began by itself goes on, for a model that learns drawings too."""
        return (
            self.own_drawings is not None
            and not self.visitor_began(run)
            and run is self.known_run_without_own()
        )

    def fits_settings(self, run: TrainingJob | Race) -> bool:
        """Whether a run or race was made with these data and settings."""
        split = self.split()
        as_set = (
            run.configs == self.race_configs()
            if isinstance(run, Race)
            else run.config == self.settings.config
        )
        return as_set and run.training == split.training and run.held_out == split.held_out

    def visitor_began(self, run: TrainingJob | Race) -> bool:
        """Whether the visitor has begun a run or race that is not over."""
        return self.is_own(run) and run.state in {JobState.RUNNING, JobState.PAUSED}

    def is_own(self, run: TrainingJob | Race) -> bool:
        """Whether the visitor has begun a run or race, rather than a page by itself."""
        begun = "_race_begun_by_visitor" if isinstance(run, Race) else "_begun_by_visitor"
        own: bool = st.session_state[begun]
        return own

    @property
    def own_run_is_under_way(self) -> bool:
        """Whether the visitor has begun a run that is not over."""
        return self.run is not None and self.visitor_began(self.run)

    def new_run(
        self, seconds_per_iteration: float = 0.0, *, by_visitor: bool = False
    ) -> TrainingJob:
        """A run with the settings as they are, not yet started; an earlier one ends."""
        if self.run is not None:
            if not self._compares(self.run):
                self.run.stop()
            st.session_state["at"] = END  # the moment was one of that run
        job = self._new_job(self.split(), self._in_effect(), seconds_per_iteration)
        st.session_state["_run"] = job
        st.session_state["_begun_by_visitor"] = by_visitor
        return job

    def make_way(self) -> None:
        """Let go of the latest run, so that Train begins that of the settings.

        Not of one that the visitor has begun, while it is under way.
        """
        if self.run is None or self.own_run_is_under_way:
            return
        if not self._compares(self.run):
            self.run.stop()
        del st.session_state["_run"]
        st.session_state["at"] = END  # the moment was one of that run

    def _new_job(
        self, split: Split, settings: Settings, seconds_per_iteration: float = 0.0
    ) -> TrainingJob:
        """A run on a split, of which is noted what it was begun with."""
        job = TrainingJob(
            split.training,
            split.held_out,
            settings.config,
            seconds_per_iteration=seconds_per_iteration,
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        )
        st.session_state.setdefault("_settings_of", WeakKeyDictionary())[job] = settings
        st.session_state.setdefault("_fingerprints_of", WeakKeyDictionary())[job] = (
            fingerprints_here(settings)
        )
        return job

    @property
    def runners(self) -> tuple[Runner, ...]:
        """Who runs in a race, as set now."""
        try:
            return read_runners(st.session_state["race"])
        except ConfigError:  # the link said so already
            return FIRST_RUNNERS

    @property
    def race(self) -> Race | None:
        """The visitor's latest race, under whatever settings."""
        race: Race | None = st.session_state.get("_race")
        return race

    def race_configs(self) -> dict[str, TrainConfig]:
        """Name of each runner → how it trains, as set now."""
        return {
            name: runner.config(self.settings.config)
            for name, runner in named(self.runners).items()
        }

    def new_race(self, seconds_per_iteration: float = 0.0, *, by_visitor: bool = False) -> Race:
        """A race with the settings as they are, not yet started; an earlier one ends."""
        if self.race is not None:
            self.race.end()
        split = self.split()
        race = Race(
            split.training,
            split.held_out,
            self.race_configs(),
            seconds_per_iteration=seconds_per_iteration,
            still_wanted=visitor_is_here(),
            line=TRAININGS,
        )
        st.session_state["_race"] = race
        st.session_state["_race_begun_by_visitor"] = by_visitor
        return race

    def current_race(self) -> Race:
        """The visitor's latest race; where there is none, one is started."""
        if self.race is not None:
            return self.race
        race = self.new_race()
        race.start()
        race.wait(_USUAL_RUN_SECONDS)
        return race

    def settings_of(self, job: TrainingJob) -> Settings:
        """The settings that a run was begun with, whatever they are now."""
        known: Mapping[TrainingJob, Settings] = st.session_state.get("_settings_of", {})
        return known.get(job) or replace(self._in_effect(), config=job.config)

    def fingerprints_of(self, job: TrainingJob) -> Mapping[str, str]:
        """What a link says of the images of a run that it cannot bring, whatever is here now."""
        known: Mapping[TrainingJob, dict[str, str]] = st.session_state.get("_fingerprints_of", {})
        return known.get(job, {})

    def _in_effect(self) -> Settings:
        """The settings, with what is really learnt from in place of what is not here."""
        source = self.source_in_effect
        if self.own_drawings is None:
            return replace(self.settings, source=source, own_drawings="left-out")
        return replace(
            self.settings, source=source, own_drawings="added", own_weight=self.own_weight
        )

    def current_run(self) -> TrainingJob:
        """The run to show: the visitor's own while it is under way, else that of the settings.

        Where the settings have none yet, it is started.
        """
        job = self.run
        if job is None or not self._run_is_to_be_shown:
            job = self._run_taken_back() or self.new_run()
            job.start()
            job.wait(_USUAL_RUN_SECONDS)
        if job.model() is None and job.state is not JobState.FAILED:
            with self.place:
                _wait_for_first_step(job)
            self.place.empty()
        return job

    @property
    def _run_is_to_be_shown(self) -> bool:
        """Whether the latest run is the visitor's own and under way, or that of the settings."""
        job = self.run
        return job is not None and (
            self.own_run_is_under_way
            or (job.state is not JobState.READY and self.fits_settings(job))
        )

    def _run_taken_back(self) -> TrainingJob | None:
        """The run without drawings, where they are to be forgotten and it is still at hand."""
        job = self._remembered
        if self.own_drawings is not None or job is None or not self._is_without_own(job):
            return None
        if self.run is not None:
            self.run.stop()
        st.session_state.update(_run=job, _begun_by_visitor=False, at=END)
        return job

    def judge(self, dataset: Dataset) -> Judgement:
        """What the model of `current_run`, as far as it has come, makes of labelled images.

        Raises
        ------
        DataError
            If there is no model yet, or it has learnt other digits; in a sentence.
        """
        job = self.current_run()
        model = job.model()
        if model is None:
            raise DataError(job.failure or "There is no model yet: try again in a moment.")
        if not set(dataset.classes) <= set(model.classes):
            learnt = ", ".join(map(str, model.classes))
            raise DataError(
                f"The run that is under way learns to tell {learnt}: these images can be judged "
                "when it has ended."
            )
        return model.judge(dataset)

    def current_model(self) -> Model:
        """The model of `current_run`, as far as it has come; the page ends where there is none."""
        job = self.current_run()
        model = job.model()
        if model is None:
            st.error(job.failure or "Training has not begun yet: try again in a moment.")
            st.stop()
        return model


def _wait_for_first_step(job: TrainingJob) -> None:
    """Wait for a θ to show, and say meanwhile what for: a place in line, or the images."""
    waited = 0.0
    while waited < _FIRST_STEP_SECONDS and job.state is not JobState.FAILED:
        ahead = job.ahead
        why = "Preparing the images…" if ahead is None else waiting_sentence(ahead)
        with st.spinner(why):
            if job.wait_for_first_step(_ASK_SECONDS):
                return
        waited += _ASK_SECONDS


def _fits(value: object, among: AnyOf[Any] | None) -> bool:
    return among is None or value in among
