"""Numbers as tables, pictures and sentences have them in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from dashboard.words.plain import short_percent

_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

#: Where a browser begins to write a number with an exponent.
_LEAST_PLAIN: Final = 1e-6
_MOST_PLAIN: Final = 1e21


def number_text(value: float, digits: int | None = None) -> str:
    """A finite number as a table in the browser writes it by the pattern ``%,.4g``, say.

    Parameters
    ----------
    value : float or int
        What is written.
    digits : int, optional
        How many that count; all without it, and all of a whole number.

    Examples
    --------
    >>> number_text(1941), number_text(0.000001), number_text(1.8592e-07, 4)
    ('1,941', '0.000001', '1.859e-7')
    >>> number_text(0.0312345, 3), number_text(12345.6, 4), number_text(0.1)
    ('0.0312', '12,350', '0.1')
    """
    if isinstance(value, int):
        return f"{value:,}"
    rounded = value if digits is None else float(f"{value:.{digits}g}")
    if rounded == 0 or _LEAST_PLAIN <= abs(rounded) < _MOST_PLAIN:
        return f"{Decimal(repr(rounded)).normalize():,f}"
    shown, exponent = f"{Decimal(repr(rounded)).normalize():e}".split("e")
    return f"{shown}e{int(exponent):+d}".replace("e+", "e")


def share_text(share: float) -> str:
    """A share, 0 to 1, as a table writes it in per cent; never rounded to 0 or 100 %.

    Examples
    --------
    >>> share_text(0.97778), share_text(0.98), share_text(1), share_text(0.99997)
    ('97.78 %', '98 %', '100 %', '99.997 %')
    """
    text = number_text(100 * share, 4)
    return short_percent(share) if text in {"0", "100"} else f"{text} %"


def power_of_ten(times: int, exponent: int) -> str:
    """A digit times 10 to a whole exponent, as an axis has it.

    Examples
    --------
    >>> power_of_ten(1, -12), power_of_ten(5, -3), power_of_ten(1, 0)
    ('10⁻¹²', '0.005', '1')
    """
    if -4 < exponent < 4:
        return f"{times * 10.0**exponent:,g}"
    return f"{'' if times == 1 else f'{times} × '}10{raised(exponent)}"


def raised(exponent: int) -> str:
    """A whole exponent in small high digits.

    Examples
    --------
    >>> raised(-12)
    '⁻¹²'
    """
    return str(exponent).translate(_SUPERSCRIPT)
