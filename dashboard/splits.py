"""Images to learn from, and images to measure on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from logreg_core import Dataset, drawing_style

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dashboard.sources import Source
    from logreg_core import DrawingStyle

#: Splits kept for all visitors together; a pair of MNIST's digits is 20 MB, and as
#: much again once it is prepared.
_SPLITS_KEPT: Final = 6

#: Fingerprint, digits, percent held out, seed.
SplitKey = tuple[str, tuple[int, ...], int, int]


@dataclass(frozen=True, eq=False)
class Split:
    """The images of the chosen digits: all, those to learn from, those to measure on."""

    everything: Dataset
    training: Dataset
    held_out: Dataset
    is_held_out: NDArray[np.bool_]  # (m,), of `everything`
    each_once: Dataset | None = None  # of `training`, where some of it is repeated

    @cached_property
    def style(self) -> DrawingStyle:
        """How digits stand in the images to learn from."""
        return drawing_style(self.training.images)

    @property
    def to_look_at(self) -> Dataset:
        """The images to learn from, each of them once."""
        return self.training if self.each_once is None else self.each_once

    def with_own(self, drawings: Dataset, weight: int) -> Split:
        """The same with a visitor's drawings to learn from; what measures stays as it was.

        Parameters
        ----------
        drawings : Dataset
            As scans in `style`.
        weight : int
            As how many examples each counts: it is repeated so often, and J stays what it is.
        """
        training = self.training.with_added(drawings.repeated(weight))
        # They come once before they come again: what is looked at is the beginning of the same
        # memory, which is 96 MB where it is MNIST's, and as much again once it is prepared.
        each_once = training.beginning(len(self.training) + len(drawings))
        same = self.everything is self.training
        everything = each_once if same else self.everything.with_added(drawings)
        is_held_out = np.concatenate([self.is_held_out, np.zeros(len(drawings), dtype=bool)])
        return Split(everything, training, self.held_out, is_held_out, each_once)


@st.cache_resource(show_spinner=False, max_entries=_SPLITS_KEPT)
def shared_split(key: SplitKey, _source: Source) -> Split:
    """For the sources that all visitors share."""
    return split_of(key, _source)


def split_of(key: SplitKey, source: Source) -> Split:
    """Part the images of a source as the key says."""
    _, digits, held_out, seed = key
    everything = source.dataset.only(*digits)
    if source.official_held_out is not None:
        held_out_images = source.official_held_out.only(*digits)
        return Split(everything, everything, held_out_images, np.zeros(len(everything), dtype=bool))
    is_held_out = everything.held_out_mask(held_out / 100, seed)
    return Split(
        everything, everything.take(~is_held_out), everything.take(is_held_out), is_held_out
    )
