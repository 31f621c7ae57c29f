"""What is said of a link that was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.words.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence


def not_accepted(refused: str, taken: str | None) -> str:
    """A value in a link that is not accepted, and what is taken in its place.

    Examples
    --------
    >>> not_accepted("held_out accepts whole numbers from 10 to 50, not 99.", "25")
    'In this link, held_out accepts whole numbers from 10 to 50, not 99; 25 is taken.'
    """
    return f"In this link, {refused.removesuffix('.')}; {taken} is taken."


def not_in_the_data(name: str, value: object) -> str:
    """A value that could be, but of which there is nothing with these data and settings.

    Examples
    --------
    >>> not_in_the_data("image", 5000)
    'This link asks for image 5000, which is not to be had here; the usual is taken.'
    """
    return (
        f"This link asks for {name.replace('_', ' ')} {value}, which is not to be had here; "
        "the usual is taken."
    )


def file_not_here(fingerprint: str, meanwhile: str) -> str:
    """The link is about a file that the visitor has not given."""
    return (
        f"This link is about a file with the fingerprint {fingerprint}…, which is not here: "
        f"choose it on the Data page. Until then you see “{meanwhile}”."
    )


def drawings_not_here(fingerprint: str | None) -> str:
    """The link is about a run that learnt from somebody's drawings."""
    which = f" (fingerprint {fingerprint}…)" if fingerprint else ""
    return (
        f"This link learns from drawings too{which}, which are not here: they stay with whoever "
        "drew them. You see the run without them."
    )


def other_images(images: str, asked_for: str, here: str) -> str:
    """Not the images that the link is about.

    Examples
    --------
    >>> other_images("file", "3f2a00000000", "b71c00000000")
    'This link is about a file with the fingerprint 3f2a00000000…, but yours is b71c00000000…: \
you see other results.'
    """
    return (
        f"This link is about a {images} with the fingerprint {asked_for}…, but yours is "
        f"{here}…: you see other results."
    )


def same_images(images: str, fingerprint: str) -> str:
    """The very images that the link is about.

    Examples
    --------
    >>> same_images("file", "3f2a00000000")
    'This is the file that the link is about, by its fingerprint 3f2a00000000….'
    """
    return f"This is the {images} that the link is about, by its fingerprint {fingerprint}…."


def notices_text(sentences: Sequence[str]) -> str:
    r"""Sentences for one box: a list where they are several.

    Examples
    --------
    >>> print(notices_text(["One.", "Two."]))
    - One\.
    - Two\.
    """
    texts = [plain(" ".join(sentence.split())) for sentence in sentences]
    return texts[0] if len(texts) == 1 else "\n".join(f"- {text}" for text in texts)
