"""What step 6 says: an optimiser takes the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.words.lesson.ways import shown
from dashboard.words.plain import plain

if TYPE_CHECKING:
    from logreg_core import Returned

#: λ from which J of Octave and of SciPy agree to four digits, as a test shows; below, J is so
#: flat at its lowest point that each stops somewhere else.
SAME_DIGITS_FROM: Final = 1.0

#: The call in Octave, complete but for X, Y and lam, which the steps before have made.
#: Stricter than Octave's own tolerances, which leave two digits of J.
IN_OCTAVE: Final = """\
options = optimset('GradObj', 'on', 'MaxIter', 400, ...
                   'TolFun', 1e-10, 'TolX', 1e-10);

function [J, grad] = costFunction(theta, X, Y, lam)
  m = length(Y);
  z = X * theta;
  weights = [0; theta(2:end)];  % without the bias
  J = mean(log1p(exp((1 - 2 * Y) .* z))) ...
      + lam / (2 * m) * sum(weights .^ 2);
  grad = (X' * (1 ./ (1 + exp(-z)) - Y) + lam * weights) / m;
end

[theta_min, J_min, flag] = fminunc( ...
    @(t) costFunction(t, X, Y, lam), zeros(401, 1), options);
"""

#: The same in Python.
IN_PYTHON: Final = """\
import numpy as np
from scipy.optimize import minimize

def cost_and_gradient(theta, X, Y, lam):
    m = len(Y)
    z = X @ theta
    weights = np.r_[0, theta[1:]]  # without the bias
    J = (np.logaddexp(0, (1 - 2 * Y) * z).mean()
         + lam / (2 * m) * np.sum(weights ** 2))
    grad = (X.T @ (1 / (1 + np.exp(-z)) - Y) + lam * weights) / m
    return J, grad

res = minimize(cost_and_gradient, np.zeros(401),
               args=(X, Y, lam), jac=True, method="BFGS")
theta_min, J_min = res.x, res.fun
"""


def optimiser_text(lam: float, returned: Returned | None) -> str:
    """What unconstrained optimisation is, and how far two programs agree.

    Parameters
    ----------
    lam : float
        λ.
    returned : Returned or None
        What came of the call; None where it is not over.
    """
    return (
        "An optimiser is given a function that says J and ∇J at any θ, and a θ to begin with; it "
        "asks as often as it likes and hands back the θ where J is lowest. "
        "**Unconstrained** means that any θ will do: no number in it is kept from being large, "
        f"small or negative. {_agreement(lam, returned)}"
    )


def _agreement(lam: float, returned: Returned | None) -> str:
    if returned is not None and returned.endless:
        return (
            "At λ = 0 these digits have no lowest J: some θ can always be made longer and J "
            f"lower{_content(returned)}, and Octave stops at another θ."
        )
    if lam >= SAME_DIGITS_FROM:
        return (
            "Octave and SciPy stop by rules of their own: J agrees to four digits, θ to fewer, "
            "and the values below are SciPy's."
        )
    return (
        "Octave and SciPy stop by rules of their own, and with so small a λ J is almost level "
        "where they do: their J and θ differ, and the values below are SciPy's."
    )


def _content(returned: Returned) -> str:
    return "; SciPy reports success only because ∇J is small" if returned.success else ""


def the_call(returned: Returned | None) -> tuple[str, str, str]:
    """What goes in, what is done, what comes out: three labels."""
    asked = (
        "asks for J and ∇J"
        if returned is None
        else (f"asked for J and ∇J **{returned.evaluations:,} times**")
    )
    out = "θ, where J is lowest" if returned is None else f"θ, where J = **{shown(returned.cost)}**"
    return (
        "**In** → the function θ ↦ (J, ∇J), and 401 zeros",
        f"**BFGS** → {asked}",
        f"**Out** → {out}",
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
    success = "yes" if returned.success else "no"
    rows = (
        ("J", "`res.fun`", shown(returned.cost)),
        ("iterations", "`res.nit`", f"{returned.iterations:,}"),
        ("evaluations of J and ∇J", "`res.nfev`", f"{returned.evaluations:,}"),
        ("largest entry of ∇J", "`res.jac`", f"{returned.largest_slope:.1e}"),
        ("success", "`res.success`", success),
        ("SciPy says", "`res.message`", plain(returned.message)),
        ("largest difference from the trained θ", "`res.x`", f"{away:.2g}"),
    )
    lines = [f"| {what} | {name} | {value} |" for what, name, value in rows]
    return "\n".join(["| | | |", "|:--|:--|--:|", *lines])
