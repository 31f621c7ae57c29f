"""What step 1 says: an image is a vector."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelLabels:
    """What stands at the parts of the picture in which an image is unrolled.

    Attributes
    ----------
    grid, strip : str
        Above the image, and above the row that it becomes.
    band, rows : str
        Above that row, small, and above the rows of X below it.
    drawn : str
        Under these: how many there are.
    described : str
        The picture in words, for who does not see it.
    """

    grid: str
    strip: str
    band: str
    rows: str
    drawn: str
    described: str


def vector_text(m: int) -> str:
    """The text of the step.

    Parameters
    ----------
    m : int
        Rows of X.
    """
    return (
        "An image is **20 rows of 20 numbers**, where 0 is paper and 1 is ink. "
        "Laid one after another the rows make 400 numbers, and a **1** goes in front of them, so "
        "that the bias θ₀ is added whatever is drawn. "
        f"The $m$ = {m:,} training digits, each such a row, are the matrix **X** (the course lays "
        "column after column: the same numbers in another order)."
    )


def panel_labels(drawn: int, m: int) -> PanelLabels:
    """The labels of the picture, in which `drawn` of the m rows of X are drawn."""
    rows = f"all m = {m:,} rows" if drawn == m else f"{drawn} of the m = {m:,} rows"
    return PanelLabels(
        grid="A, the digit: 20x20 numbers",
        strip="x, its row: 1 + 400 numbers",
        band="x, this digit",
        rows=f"X, the training digits: {m:,} x 401",
        drawn=f"{rows}, a 1 in front of each",
        described=(
            "The digit as 20 rows of 20 numbers, the same rows one after another with a 1 in "
            f"front as one row of 401 numbers, and {rows} of X, which are made alike."
        ),
    )
