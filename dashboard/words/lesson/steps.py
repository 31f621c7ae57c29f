"""The nine steps: what they are called, here and in a link to one of them."""

from __future__ import annotations

from typing import Final

#: Anchor in the address → title, in the order of the page.
STEPS: Final = {
    "vector": "An image is a vector",
    "theta": "θ is a vector of the same size",
    "sigmoid": "The sigmoid makes a probability of z",
    "cost": "The cost says how wrong that is",
    "gradient": "The gradient says where θ should go",
    "optimiser": "An optimiser takes the steps",
    "regularisation": "Regularisation holds θ back",
    "held-out": "Held-out digits tell what was learnt",
    "ten-digits": "Ten digits, ten θ",
}

#: Anchor → as the line of contents has it.
_IN_SHORT: Final = {
    "vector": "Vector",
    "theta": "θ",
    "sigmoid": "Sigmoid",
    "cost": "Cost",
    "gradient": "Gradient",
    "optimiser": "Optimiser",
    "regularisation": "Regularisation",
    "held-out": "Held-out",
    "ten-digits": "Ten digits",
}


def heading(anchor: str) -> str:
    """The title of a step with its number.

    Examples
    --------
    >>> heading("sigmoid")
    '3 · The sigmoid makes a probability of z'
    """
    return f"{list(STEPS).index(anchor) + 1} · {STEPS[anchor]}"


def contents() -> str:
    """A link to each step, in one line of markdown.

    Examples
    --------
    >>> contents().split(" · ")[7:]
    ['[8&nbsp;Held-out](#held-out)', '[9&nbsp;Ten&nbsp;digits](#ten-digits)']
    """
    numbered = enumerate(_IN_SHORT.items(), 1)
    names = {anchor: f"{number} {name}" for number, (anchor, name) in numbered}
    # A phone breaks the line between two links, not within one.
    return " · ".join(
        f"[{name.replace(' ', '&nbsp;')}](#{anchor})" for anchor, name in names.items()
    )
