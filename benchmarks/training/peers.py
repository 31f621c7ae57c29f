"""The peers that run in this process: scikit-learn, SciPy straight, torch."""

from __future__ import annotations

import importlib
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from .contestant import FLOAT32, FLOAT64, Contestant, Variant, iteration_limit, timed
from .octave import octave_peers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .problem import Problem

    FloatArray = NDArray[np.float64]

# liblinear penalises its intercept as one more weight, of a column of this height:
# the higher, the weaker the penalty and the worse the conditioning. The lower one is
# quicker to 1e-4, and only the higher one gets to 1e-8 on few rows.
_LIBLINEAR_VARIANTS: Final = tuple(
    Variant(width, intercept_scaling=scaling)
    for width in ("float32", "float64")
    for scaling in (100.0, 1000.0)
)

# Where torch's cost changes by less it has stopped moving: far below 1e-8 of any J* here,
# but not 0, with which it goes on standing still in float32.
_NO_CHANGE: Final = 1e-14

_STOCHASTIC: Final = ("sag", "saga")

_SCIKIT_LEARN: Final = {
    "lbfgs": "tol is on the largest entry of the gradient",
    "newton-cholesky": "full Hessian; tol is on the largest entry of the gradient",
    "newton-cg": "tol is on the largest entry of the gradient",
    "liblinear": "penalises its intercept, made weak here by a large intercept_scaling; "
    "copies X into a sparse form",
    "sag": "tol is on the change of the weights; rows at random, random_state = 0",
    "saga": "tol is on the change of the weights; rows at random, random_state = 0",
}


def peers() -> list[Contestant]:
    """All that are installed here, likely strongest first."""
    found = [*_scikit_learn(), _scipy_straight()]
    if find_spec("torch") is not None:
        found.append(_torch())
    return [*found, *octave_peers()]


def missing() -> list[str]:
    """Say which peers are not installed."""
    absent = [] if find_spec("torch") is not None else ["torch is not installed"]
    return absent if octave_peers() else [*absent, "octave is not installed"]


def _scikit_learn() -> list[Contestant]:
    return [
        Contestant(
            name=f"scikit-learn {solver}",
            note=f"C = 1/λ, class after class; {note}.",
            solve=timed(partial(_scikit_learn_fit, solver)),
            variants=_LIBLINEAR_VARIANTS if solver == "liblinear" else (FLOAT32, FLOAT64),
            is_quick=solver not in _STOCHASTIC,
        )
        for solver, note in _SCIKIT_LEARN.items()
    ]


def _scikit_learn_fit(
    solver: str, problem: Problem, variant: Variant, tolerance: float
) -> FloatArray:
    pixels = problem.pixels.astype(variant.width, copy=False)
    theta = []
    for target in problem.targets.T:
        model = LogisticRegression(
            C=1.0 / problem.lam,
            solver=solver,
            tol=tolerance,
            max_iter=iteration_limit(problem, stochastic=solver in _STOCHASTIC),
            intercept_scaling=variant.intercept_scaling,
            random_state=0,
        )
        model.fit(pixels, target > 0)
        theta.append(np.concatenate([model.intercept_, model.coef_[0]]))
    return np.stack(theta).astype(np.float64)


def _scipy_straight() -> Contestant:
    return Contestant(
        name="SciPy L-BFGS-B",
        note="a plain float64 cost and gradient, gtol = tolerance, ftol = 0, maxcor = 10.",
        solve=timed(_scipy_fit),
        variants=(FLOAT64, Variant("float64", together=True)),
    )


def _scipy_fit(problem: Problem, variant: Variant, tolerance: float) -> FloatArray:
    X = problem.X.astype(np.float64, copy=False)
    blocks = [problem.targets] if variant.together else np.hsplit(problem.targets, _k(problem))
    return np.concatenate([_scipy_theta(X, block, problem, tolerance) for block in blocks])


def _scipy_theta(
    X: FloatArray, targets: FloatArray, problem: Problem, tolerance: float
) -> FloatArray:
    shape = (targets.shape[1], X.shape[1])
    limit = iteration_limit(problem)

    def cost_and_gradient(flat: FloatArray) -> tuple[float, FloatArray]:
        theta = flat.reshape(shape)
        free = theta.copy()
        free[:, 0] = 0.0
        z = X @ theta.T
        cost = np.logaddexp(0.0, z).sum() - (targets * z).sum() + problem.lam / 2 * (free**2).sum()
        gradient = (expit(z) - targets).T @ X + problem.lam * free
        return float(cost) / len(X), gradient.ravel() / len(X)

    options = {"gtol": tolerance, "ftol": 0.0, "maxcor": 10, "maxiter": limit, "maxfun": 2 * limit}
    start = np.zeros(shape[0] * shape[1])
    result = minimize(cost_and_gradient, start, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(result.x).reshape(shape)


def _torch() -> Contestant:
    importlib.import_module("torch")  # not on anybody's clock
    return Contestant(
        name="torch LBFGS",
        note="autograd, strong Wolfe, 20 steps remembered, tolerance_grad = tolerance, "
        f"tolerance_change = {_NO_CHANGE:g}, one thread.",
        solve=timed(_torch_fit),
        variants=tuple(
            Variant(width, together)
            for width in ("float32", "float64")
            for together in (False, True)
        ),
    )


def _torch_fit(problem: Problem, variant: Variant, tolerance: float) -> FloatArray:
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    dtype = getattr(torch, variant.width)
    X = torch.from_numpy(problem.X).to(dtype)  # shares the memory where the width is the same
    targets = torch.from_numpy(problem.targets).to(dtype)
    blocks = [targets] if variant.together else targets.split(1, dim=1)
    theta = [_torch_theta(X, block, problem, tolerance) for block in blocks]
    return np.concatenate([block.numpy().T for block in theta]).astype(np.float64)


def _torch_theta(X: Any, targets: Any, problem: Problem, tolerance: float) -> Any:  # noqa: ANN401 - torch may not be there to name its types
    torch: Any = importlib.import_module("torch")
    theta = torch.zeros(X.shape[1], targets.shape[1], dtype=X.dtype, requires_grad=True)
    loss = torch.nn.BCEWithLogitsLoss(reduction="sum")
    optimizer = torch.optim.LBFGS(
        [theta],
        max_iter=iteration_limit(problem),
        max_eval=2 * iteration_limit(problem),
        tolerance_grad=tolerance,
        tolerance_change=_NO_CHANGE,
        history_size=20,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Any:  # noqa: ANN401 - likewise
        optimizer.zero_grad()
        cost = loss(X @ theta, targets) + problem.lam / 2 * theta[1:].square().sum()
        cost = cost / len(X)
        cost.backward()
        return cost

    optimizer.step(closure)
    return theta.detach()


def _k(problem: Problem) -> int:
    return problem.targets.shape[1]
