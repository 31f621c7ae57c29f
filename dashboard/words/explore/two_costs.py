"""When what a training costs on its own digits and on held-out ones is called close."""

from typing import Final

#: The largest part of the larger cost by which two that are close differ. Chosen by eye: with
#: more, nobody takes the two lines of a chart for a pair. It decides about words only.
_CLOSE: Final = 0.2


def are_close(training_cost: float, held_out_cost: float) -> bool:
    """Whether two costs are close.

    Examples
    --------
    >>> are_close(0.09, 0.1), are_close(0.07, 0.1)
    (True, False)
    """
    larger = max(training_cost, held_out_cost)
    return abs(held_out_cost - training_cost) <= _CLOSE * larger
