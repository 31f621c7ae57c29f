"""What the letters of the page mean, in its formulas and in its code."""

from __future__ import annotations

from typing import Final, NamedTuple

#: On what opens it.
LEGEND: Final = "What the letters mean"


class Letter(NamedTuple):
    """A letter of the formulas, and its names in the code.

    Attributes
    ----------
    formula : str
        LaTeX.
    names : tuple of str
        In the code.
    meaning, size : str
        As markdown.
    is_given : bool
        Whether the code starts from it, rather than computes it.
    """

    formula: str
    names: tuple[str, ...]
    meaning: str
    size: str
    is_given: bool = False


#: This digit, all training examples, what the visitor sets, held-out digits, ten digits.
LETTERS: Final = (
    Letter("A", ("A",), "the pixels of this digit, paper 0 and ink 1", "20 x 20", is_given=True),
    Letter("x", ("x",), "the same as a row, a 1 in front", "401"),
    Letter(
        "y",
        ("y",),
        "1 if this is the digit that θ speaks for, else 0; of a drawing, if it was read as that",
        "number",
        is_given=True,
    ),
    Letter("z", ("z",), "θᵀx, the weighted sum", "number"),
    Letter("h", ("h",), "σ(z), the probability of that digit, as θ has it", "number"),
    Letter("c", ("c",), "what this answer costs", "number"),
    Letter("m", ("m",), "how many training examples there are", "number", is_given=True),
    Letter("a^{(i)}", ("P",), "the pixels of the training examples", "m x 400", is_given=True),
    Letter("X", ("X",), "the same, a 1 in front of each row", "m x 401"),
    Letter("y^{(i)}", ("Y",), "the y of each training example", "m", is_given=True),
    Letter("h^{(i)}_k", ("H_k",), "the h of each, under θ after k steps", "m"),
    Letter("c^{(i)}", ("C",), "what each of them costs", "m"),
    Letter("J", ("J",), "the mean of these costs, and the penalty", "number"),
    Letter(r"\theta", ("theta",), "the weights, the bias θ₀ first", "401", is_given=True),
    Letter(r"\lambda", ("lam",), "how much the penalty counts", "number", is_given=True),
    Letter("s, t", ("s", "t"), "the sliders of steps 2 and 3", "number", is_given=True),
    Letter(r"\alpha", ("alpha",), "the size of a step in step 5", "number", is_given=True),
    Letter(r"\theta_k", ("theta_k",), "θ after the k steps of step 5", "401", is_given=True),
    Letter("n", ("n_test",), "how many held-out digits there are", "number", is_given=True),
    Letter(
        r"a^{(i)}, y^{(i)}",
        ("P_test", "Y_test"),
        "in step 3: their pixels, and the y of each",
        "n x 400, n",
        is_given=True,
    ),
    Letter("h^{(i)}", ("H_test",), "the h of each", "n"),
    Letter(
        r"\text{read as}^{(i)}, \text{label}^{(i)}",
        ("read_as", "label"),
        "in step 8: what each is read as, and what it is",
        "n",
        is_given=True,
    ),
    Letter(
        r"\Phi",
        ("NormalDist",),
        "the normal distribution, from Python's `statistics`",
        "function",
        is_given=True,
    ),
    Letter(r"\theta_d", ("Theta",), "the θ of each digit in a row", "digits x 401", is_given=True),
    Letter("d", ("classes",), "the digits, in the order of these rows", "digits", is_given=True),
)

_INTRODUCTION: Final = (
    "**Small x, y, z, h, c** are of this digit, **capital X, Y, H, C** of many: of the m "
    "training examples, or, with `_test`, of the held-out digits. The code of the page starts "
    "from what is **given** here (and from NumPy, `np`); each other name is assigned by a line "
    "above. In Octave a vector is a column, but x is a row, and the first number has the index 1."
)


def legend() -> str:
    """Every letter with its names in the code, its meaning and its size; as markdown."""
    return "\n".join(
        [
            _INTRODUCTION,
            "",
            "| letter | in code | meaning | size |",
            "|:--|:--|:--|:--|",
            *map(_row, LETTERS),
        ]
    )


def _row(letter: Letter) -> str:
    names = ", ".join(f"`{name}`" for name in letter.names)
    meaning = f"**given**: {letter.meaning}" if letter.is_given else letter.meaning
    return f"| ${letter.formula}$ | {names} | {meaning} | {letter.size} |"
