"""What step 6 says: an optimiser takes the steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from dashboard.words.lesson.ways import shown
from dashboard.words.plain import plain

if TYPE_CHECKING:
    from dashboard.lesson.question import Question
    from logreg_core import Returned

#: The call in Octave, complete but for X, Y and lam, which the steps before have made.
#: Stricter than Octave's own tolerances, which leave two or three digits of J.
IN_OCTAVE: Final = """\
options = optimset('GradObj', 'on', ...
  'MaxIter', 400, 'TolFun', 1e-10, 'TolX', 1e-10);

function [J, grad] = costFunction(theta, X, Y, lam)
  m = length(Y);
  z = X * theta;
  u = (2 * Y - 1) .* z;
  penalised = [0; theta(2:end)];  % no bias
  J = sum(max(-u, 0) + log1p(exp(-abs(u)))) / m ...
    + lam / (2 * m) * sum(penalised .^ 2);
  h = 1 ./ (1 + exp(-z));
  grad = (X' * (h - Y) + lam * penalised) / m;
end

[theta_min, J_min, flag] = fminunc( ...
  @(theta) costFunction(theta, X, Y, lam), ...
  zeros(401, 1), options);
"""

#: The same in Python.
IN_PYTHON: Final = """\
import numpy as np
from scipy.optimize import minimize

def cost_and_gradient(theta, X, Y, lam):
    m = len(Y)
    z = X @ theta
    u = (2 * Y - 1) * z
    penalised = np.r_[0, theta[1:]]  # no bias
    J = (np.logaddexp(0, -u).mean()
         + lam / (2 * m) * np.sum(penalised ** 2))
    h = 1 / (1 + np.exp(-z))
    grad = (X.T @ (h - Y) + lam * penalised) / m
    return J, grad

res = minimize(
    cost_and_gradient, np.zeros(401),
    args=(X, Y, lam), jac=True, method="BFGS")
theta_min, J_min = res.x, res.fun
"""

#: Digits of J as a word; nobody reads more of them.
_NUMBERS: Final = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}

#: By so much J of two optimisers may differ more than `Returned.excess` has it, which leaves out
#: the bias, and knows where SciPy ended only. A test with Octave goes through many λ.
_CAUTION: Final = 4.0


def optimiser_text(returned: Returned | None) -> str:
    """What unconstrained optimisation is, and how far two programs agree.

    Parameters
    ----------
    returned : Returned or None
        What came of the call; None where it is not over.
    """
    return (
        "An optimiser asks for J and ∇J at one θ after another, and hands back one where J is "
        "all but lowest. "
        "**Unconstrained** means that any θ is allowed. " + _agreement(returned)
    )


def _agreement(returned: Returned | None) -> str:
    rules = "Octave and SciPy stop by rules of their own"
    if returned is None:
        return f"{rules}, so the last digits of what they hand back differ."
    if returned.endless:
        stop = (
            "SciPy reports success only because ∇J is small"
            if returned.success
            else "each program gives up at a θ of its own"
        )
        return (
            "At λ = 0 these digits have **no lowest J**, since some longer θ is always cheaper, "
            f"and {stop}."
        )
    digits = digits_alike(returned)
    if digits < min(_NUMBERS):
        return f"{rules}, where J is almost level, so their J and their θ differ."
    return (
        f"{rules}, so here their J agree to about {_NUMBERS[digits]} digits and their θ to fewer."
    )


def digits_alike(returned: Returned) -> int:
    """To about how many digits two optimisers come to the same J, from 0 to 6.

    By how far SciPy may have ended above the lowest J, taking it that the other one ended no
    farther above.
    """
    apart = _CAUTION * returned.excess / returned.cost
    if apart <= 0:
        return max(_NUMBERS)
    return int(min(max(-math.log10(apart), 0), max(_NUMBERS)))


def the_call(question: Question, returned: Returned | None) -> tuple[str, str, str]:
    """What goes in, what is done, what comes out: three labels.

    Parameters
    ----------
    question : Question
        Whose J it is.
    returned : Returned or None
        What came of the call; None where it is not over.

    Returns
    -------
    (str, str, str)
        In markdown.
    """
    against = "the rest" if question.other is None else str(question.other)
    times, out = "again and again", "a θ where J is all but lowest"
    if returned is not None:
        times = f"**{returned.evaluations:,} times**"
        out = f"θ with J = **{shown(returned.cost)}**"
    return (
        f"**In:** J, ∇J of {question.digit} against {against}; 401 zeros",
        f"→ **BFGS** asks for J and ∇J {times}",
        f"→ **Out:** {out}",
    )


def returned_table(returned: Returned, away: float) -> str:
    """The numbers that SciPy's call returns.

    Parameters
    ----------
    returned : Returned
        By the call.
    away : float
        Largest difference of its θ from the one of the steps before.
    """
    rows = (
        ("J, `res.fun`", shown(returned.cost)),
        ("iterations, `res.nit`", f"{returned.iterations:,}"),
        ("evaluations, `res.nfev`", f"{returned.evaluations:,}"),
        ("largest ∂J/∂θ by size, `res.jac`", f"{returned.largest_slope:.1e}".replace("-", "−")),
        ("success, `res.success`", "yes" if returned.success else "no"),
        ("`res.message`", plain(returned.message)),
        ("most that it differs from the θ above", f"{away:.2g}"),
    )
    lines = [f"| {what} | {value} |" for what, value in rows]
    return "\n".join(["| what comes back | SciPy |", "|:--|--:|", *lines])
