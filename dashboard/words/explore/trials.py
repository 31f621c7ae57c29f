"""Trials and their settings in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.words.numbers import number_text
from dashboard.words.settings import brief, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logreg_core.sweep import TrialRecord

#: Digits of a number that was chosen from a range.
_DIGITS: Final = 3


def trials_text(trials: int) -> str:
    """So many of them.

    Examples
    --------
    >>> trials_text(1), trials_text(2000)
    ('1 trial', '2,000 trials')
    """
    return "1 trial" if trials == 1 else f"{trials:,} trials"


def value_text(setting: str, value: str | float) -> str:
    """A setting's value, as short as it is told from others on an axis.

    Examples
    --------
    >>> value_text("lam", 0.0123456), value_text("optimizer", "cg"), value_text("batch_size", 64)
    ('0.0123', 'Conjugate gradient (CG)', '64')
    """
    said = brief(setting, value)
    return said if isinstance(said, str) else number_text(said, _DIGITS)


def setting_text(setting: str, value: str | float) -> str:
    """A setting with its value, in a sentence.

    Examples
    --------
    >>> setting_text("lam", 0.0123456), setting_text("optimizer", "cg")
    ('λ = 0.0123', 'Conjugate gradient (CG)')
    """
    said = brief(setting, value)
    return in_words(setting, number_text(said, _DIGITS) if isinstance(said, float) else said)


def settings_text(settings: Mapping[str, Any], between: str = ", ") -> str:
    """All settings of a trial."""
    return between.join(setting_text(name, value) for name, value in settings.items())


def trial_text(trial: TrialRecord) -> str:
    """A trial under the mouse, as HTML."""
    return f"<b>Trial {trial.number}</b><br>{settings_text(trial.settings, '<br>')}"
