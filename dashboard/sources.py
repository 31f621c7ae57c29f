"""Where images come from, and which digits of them can be told apart."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.mnist import mnist_at_hand
from dashboard.settings import ALL_DIGITS
from dashboard.words.settings import CHOICES
from logreg_core import DataError, Dataset, load_bundled


@dataclass(frozen=True)
class Source:
    """Where images come from.

    Attributes
    ----------
    dataset : Dataset
        All of them.
    official_held_out : Dataset, optional
        Where there is an official split: those to measure on; `dataset` is to learn from.
    stands_in : bool
        Whether these are other images, as long as those chosen are on their way.
    """

    dataset: Dataset
    official_held_out: Dataset | None = None
    stands_in: bool = False


def open_source(name: str) -> Source:
    """The images of a source; the bundled ones as long as those of MNIST are on their way.

    Parameters
    ----------
    name : str
        One of `dashboard.settings.SOURCES`.

    Raises
    ------
    DataError
        If they cannot be had.
    """
    if name == "mnist":
        mnist = mnist_at_hand()
        if mnist is None:
            return Source(load_bundled(), stands_in=True)
        return Source(mnist.training, mnist.held_out)
    if name == "upload":
        uploaded: Dataset | None = st.session_state.get("_uploaded")
        if uploaded is None:
            raise DataError(
                "The source is a file of your own, which is not here: choose it on the "
                f"Data page. Until then you see “{CHOICES['source']['bundled']}”."
            )
        return Source(uploaded)
    return Source(load_bundled())


def possible_digits(dataset: Dataset) -> list[str]:
    """What can be told apart in these images, as `settings.DIGITS` writes it."""
    classes = dataset.classes
    pairs = [f"{a}-{b}" for a in classes for b in classes if a < b]
    return [ALL_DIGITS, *pairs] if len(classes) > 2 else pairs


def digits_label(digits: str, dataset: Dataset) -> str:
    """The choice of digits as a person reads it."""
    if digits != ALL_DIGITS:
        return digits.replace("-", " and ")
    classes = dataset.classes
    return "all ten digits" if len(classes) == 10 else "all: " + ", ".join(map(str, classes))


def chosen_digits(digits: str, dataset: Dataset) -> tuple[int, ...]:
    """The digits that are told apart, of what `settings.DIGITS` writes."""
    if digits == ALL_DIGITS:
        return dataset.classes
    first, second = digits.split("-")
    return int(first), int(second)
