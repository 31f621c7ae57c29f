"""Text from outside made harmless, and numbers as they are printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Every character that Streamlit's markdown gives a meaning.
_MARKDOWN: Final = re.compile(r"[\\`*_{}\[\]()<>#+!|~$:&.-]")

#: Characters of a text from outside that a sentence repeats.
_LONGEST_SHOWN: Final = 40

#: Hexadecimal digits of a fingerprint that a person compares and a link carries: no two
#: files of a class room share them.
FINGERPRINT_LENGTH: Final = 12


def plain(text: str) -> str:
    r"""Text from outside, such as a file's name, so that it is no markdown any more.

    Examples
    --------
    >>> print(plain("[free](www.example.org) **money**"))
    \[free\]\(www\.example\.org\) \*\*money\*\*
    """
    return _MARKDOWN.sub(r"\\\g<0>", text)


def shortened(text: str) -> str:
    r"""Text from outside as a sentence repeats it: on one line, in print, and not all of it.

    Examples
    --------
    >>> shortened("a\n# heading " + "x" * 100)
    'a # heading xxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
    """
    printed = in_print(text[: 2 * _LONGEST_SHOWN])  # cut first: it may be megabytes
    is_whole = len(text) <= 2 * _LONGEST_SHOWN and len(printed) <= _LONGEST_SHOWN
    return printed if is_whole else f"{printed[:_LONGEST_SHOWN]}…"


def in_print(text: str) -> str:
    r"""Text from outside on one line, without what cannot be printed.

    Examples
    --------
    >>> in_print("a\n# heading\x00")
    'a # heading?'
    """
    return "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))


def short_fingerprint(fingerprint: str) -> str:
    """The part of a fingerprint that is compared by eye.

    Examples
    --------
    >>> short_fingerprint("f9ea54f2b1eed9958fad")
    'f9ea54f2b1ee'
    """
    return fingerprint[:FINGERPRINT_LENGTH]


def signed(value: float, pattern: str = ".2f") -> str:
    """A number with a real minus sign, but none before 0; pattern as Python's format has it.

    Examples
    --------
    >>> signed(-1.5), signed(1.5, "+.1f"), signed(-0.0)
    ('−1.50', '+1.5', '0.00')
    """
    return f"{value + 0.0:{pattern}}".replace("-", "−")  # −0.0 + 0.0 is 0.0


def listed(words: Iterable[object]) -> str:
    """Words with commas and a last "and".

    Examples
    --------
    >>> listed([1, 2, 3]), listed(["one"])
    ('1, 2 and 3', 'one')
    """
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last


def a_digit(digit: int, *, bold: bool = False) -> str:
    """A digit with its article.

    Examples
    --------
    >>> a_digit(8), a_digit(3, bold=True)
    ('an 8', 'a **3**')
    """
    shown = f"**{digit}**" if bold else str(digit)
    return f"an {shown}" if digit == 8 else f"a {shown}"


def percent(share: float) -> str:
    """A probability with two digits, never rounded to a certainty that no model has.

    Examples
    --------
    >>> percent(0.98821), percent(0.99999), percent(0)
    ('98.82 %', 'more than 99.99 %', 'less than 0.01 %')
    """
    if share > 0.9999:
        return "more than 99.99 %"
    if share < 0.0001:
        return "less than 0.01 %"
    return f"{100 * share:.2f} %"


def short_percent(share: float) -> str:
    """A counted share with one digit, or as many as keep it from 0 and 100 where it is neither.

    Examples
    --------
    >>> short_percent(0.98), short_percent(1), short_percent(0.9996)
    ('98.0 %', '100 %', '99.96 %')
    """
    if share in {0, 1}:
        return f"{100 * share:.0f} %"
    for digits in range(1, 4):
        text = f"{100 * share:.{digits}f}"
        if 0 < float(text) < 100:
            return f"{text} %"
    return "more than 99.999 %" if share > 0.5 else "less than 0.001 %"


def whole_percent(share: float) -> str:
    """A share in whole per cent; neither nothing nor a certainty that nobody has.

    Examples
    --------
    >>> whole_percent(0.613), whole_percent(0.9991), whole_percent(1.0), whole_percent(0.002)
    ('61 %', '>99 %', '100 %', '<1 %')
    """
    if 0.99 < share < 1:
        return ">99 %"
    if 0 < share < 0.01:
        return "<1 %"
    return f"{100 * share:.0f} %"


def compared(probability: float) -> str:
    """A probability with the sign before it, never rounded to a certainty that no model has.

    Examples
    --------
    >>> compared(0.98821), compared(0.99999)
    ('= 0.9882', '> 0.9999')
    """
    if probability > 0.9999:
        return "> 0.9999"
    if probability < 0.0001:
        return "< 0.0001"
    return f"= {probability:.4f}"
