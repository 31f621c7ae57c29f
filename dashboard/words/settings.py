"""How settings and their values are called where a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dashboard.settings import written
from logreg_core import OPTIMIZERS, SCHEDULES


@dataclass(frozen=True)
class SettingWords:
    """What a setting is called.

    Attributes
    ----------
    label : str
        Over its widget, and on the card of a run.
    column : str
        Over a column of a table, on an axis, and where a sweep varies it.
    phrase : str
        With its value, in a sentence or on a button; empty where only a table tells it.
    in_name : str
        With its value, in the name of a run; empty where it changes a run too little to
        name it after.
    """

    label: str
    column: str
    phrase: str = ""
    in_name: str = ""


#: In the order of tables, names and sentences.
SETTINGS: Final = {
    "optimizer": SettingWords("Optimiser", "optimiser", "{}"),
    "lam": SettingWords("λ, penalty on large weights", "λ", "λ = {}", "λ={}"),
    "learning_rate": SettingWords("α, learning rate", "α", "α = {}", "α={}"),
    "schedule": SettingWords("α over the run", "α over the run", "α {} over the run", "{}"),
    "momentum": SettingWords("μ, momentum", "μ", "μ = {}", "μ={}"),
    "batch_size": SettingWords("Examples in a batch", "batch", "batches of {:,}", "batch {}"),
    "digits": SettingWords("Digits to tell apart", "digits", "digits {}", "{}"),
    "multiclass": SettingWords("More than two digits", "several digits", "{}", "{}"),
    "source": SettingWords("Images", "images", "{}", "{}"),
    "preparation": SettingWords("Images are used", "preparation", "images {}", "images {}"),
    "own_drawings": SettingWords(
        "Own drawings in training", "own drawings", "own drawings {}", "own drawings"
    ),
    "own_weight": SettingWords(
        "Each own drawing counts as", "own drawing counts", "own drawings counted {} times", "×{}"
    ),
    "held_out": SettingWords("Held out", "held out, %", "{} % held out", "{} % held out"),
    "max_iterations": SettingWords(
        "Iterations at most", "iteration limit", "at most {:,} iterations", "≤ {} iterations"
    ),
    "max_seconds": SettingWords("Seconds of training at most", "seconds at most"),
    "tolerance": SettingWords("Tolerance", "tolerance", "tolerance {}", "tolerance {}"),
    "seed": SettingWords("Seed of the split and of the batches", "seed", "seed {}", "seed {}"),
}

#: Setting → value → what it is called in full, where there is a choice.
CHOICES: Final = {
    "optimizer": {name: row.label for name, row in OPTIMIZERS.items()},
    "schedule": {name: name for name in SCHEDULES},
    "multiclass": {
        "one-vs-all": "one against the rest",
        "softmax": "softmax, all together",
    },
    "source": {
        "bundled": "Handwritten digits (UCI)",
        "mnist": "MNIST at 20x20",
        "upload": "Your own file",
    },
    "preparation": {
        "none": "as they are (the course)",
        "centred": "centred by mass",
        "full": "slant, centre and size evened out",
    },
    "own_drawings": {"left-out": "left out", "added": "learnt from"},
}

#: The same in a table, a name or a sentence; what is not here is brief as it is.
_BRIEF: Final = {
    "optimizer": CHOICES["optimizer"],
    "source": {"bundled": "UCI", "mnist": "MNIST", "upload": "own file"},
    "preparation": {"none": "as they are", "centred": "centred", "full": "evened out"},
    "own_drawings": CHOICES["own_drawings"],
}


def brief(name: str, value: Any) -> Any:  # noqa: ANN401 - a setting is a string or a number
    """A setting's value in as few words as are understood; a number stays one.

    Examples
    --------
    >>> brief("preparation", "full"), brief("digits", "3-8"), brief("lam", 0.1)
    ('evened out', '3 and 8', 0.1)
    """
    if name == "digits":
        return value.replace("-", " and ") if value != "all" else "all digits"
    return _BRIEF.get(name, {}).get(value, value)


def weight_label(weight: int) -> str:
    """As how many examples an own drawing counts, after the setting's label.

    Examples
    --------
    >>> weight_label(1), weight_label(30)
    ('1 example', '30 examples')
    """
    return "1 example" if weight == 1 else f"{weight} examples"


def in_words(name: str, said: str | float) -> str:
    """A setting with its value, `brief` or plainer, in a sentence or on a button.

    Examples
    --------
    >>> in_words("max_iterations", 1600), in_words("lam", 0.1)
    ('at most 1,600 iterations', 'λ = 0.1')
    """
    return SETTINGS[name].phrase.format(said if isinstance(said, int) else written(said))


def in_name(name: str, value: str | float) -> str:
    """A setting with its value, in the name of a run.

    Examples
    --------
    >>> in_name("learning_rate", 0.03), in_name("batch_size", 64)
    ('α=0.03', 'batch 64')
    """
    return SETTINGS[name].in_name.format(written(brief(name, value)))
