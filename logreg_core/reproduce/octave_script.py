"""The Octave script that reproduces a run, in the course's notation.

It does what the optimiser did, step by step, wherever that can be written down: gradient
descent and all that came of it. The inner working of SciPy's methods is none of Octave's;
where such a run converged, another method must come to the same J.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from logreg_core.config import AUTO
from logreg_core.exports import mat_file, theta_matrix
from logreg_core.history import StopReason
from logreg_core.optimizers import OPTIMIZERS
from logreg_core.optimizers.first_order import HALF_LIFE
from logreg_core.optimizers.stochastic_gradient_descent import shuffled_orders
from logreg_core.optimum import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from logreg_core.dataset import Dataset
    from logreg_core.reproduce.recorded_run import RecordedRun

_FOLDER: Final = Path(__file__).with_name("octave")

SCRIPT: Final = "theta_lab_run.m"
_TEMPLATE: Final = Template((_FOLDER / f"{SCRIPT}.template").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class _Problem:
    """How Octave computes J and looks for its minimum, one-vs-all or by softmax."""

    functions: tuple[str, ...]
    cost_of: str  # of a matrix Theta, a column a digit
    steps: str
    minimise: str
    minimiser: str
    gradient: str  # what the steps are told of J


_ONE_VS_ALL: Final = _Problem(
    functions=("sigmoid", "costFunction", "oneVsAllCost"),
    cost_of="oneVsAllCost({}, X, Y, lambda)",
    steps="""\
Theta = zeros(401, K);
for k = 1:K
  cost = $gradient;
  Theta(:, k) = $method(cost, Theta(:, k), alpha$extra);
end
J = oneVsAllCost(Theta, X, Y, lambda);
""",
    minimise="""\
options = optimset('GradObj', 'on', 'MaxIter', 1000, 'TolFun', 1e-16, 'TolX', 1e-16);
Theta = zeros(401, K);
for k = 1:K
  cost = @(theta) costFunction(theta, X, Y(:, k), lambda);
  Theta(:, k) = fminunc(cost, Theta(:, k), options);
end
""",
    minimiser="fminunc",
    gradient="@($arguments) costFunction(theta, X$rows, Y($these, k), $penalty)",
)

_SOFTMAX: Final = _Problem(
    functions=("softmaxCost",),
    cost_of="softmaxCost({}(:), X, Y, lambda)",
    steps="""\
cost = $gradient;
Theta = reshape($method(cost, zeros(401 * K, 1), alpha$extra), 401, K);
J = softmaxCost(Theta(:), X, Y, lambda);
""",
    minimise="""\
cost = @(theta) softmaxCost(theta, X, Y, lambda);
Theta = reshape(newton(cost, zeros(401 * K, 1), 100), 401, K);
""",
    minimiser="newton",
    gradient="@($arguments) softmaxCost(theta, X$rows, Y$rows, $penalty)",
)


@dataclass(frozen=True)
class _Method:
    """An optimiser that goes the same steps in Octave."""

    function: str
    extra: str = ""  # what it takes beside cost, θ and the learning rates
    arguments: str = "theta"
    rows: str = ""
    these: str = ":"
    penalty: str = "lambda"


_SAME_STEPS: Final = {
    "gradient-descent": _Method("gradientDescent"),
    "sgd": _Method(
        "sgd",
        extra=", double(data.order), $batch_size",
        arguments="theta, rows",
        rows="(rows, :)",
        these="rows",
        penalty="lambda * length(rows) / m",
    ),
    "momentum": _Method("momentum", extra=", $momentum"),
    "nesterov": _Method("nesterov", extra=", $momentum"),
    "adagrad": _Method("adagrad"),
    "rmsprop": _Method("rmsprop"),
    "adam": _Method("adam"),
}

#: Of the order in which stochastic gradient descent took the examples; more is a
#: download that nobody waits for.
_MOST_ORDER_BYTES: Final = 20_000_000

_SCHEDULES: Final = {
    "constant": "alpha = alpha * ones(size(t));",
    "1/t": f"alpha = alpha ./ (1 + t / {HALF_LIFE});",
    "cosine": "alpha = alpha * (1 + cos(pi * t / $max_iterations)) / 2;",
}

_STEPS: Final = """\
% $label, step by step as in the run, from theta = 0.
alpha = $alpha;$auto
t = 0:$iterations - 1;
$schedule
"""

_TARGETS_OF_TWO: Final = (
    "Y = double(data.y == data.classes(2));   % m x 1: 1 where it is the second digit, else 0"
)
_TARGETS_OF_MANY: Final = (
    "Y = double(data.y == data.classes);      % m x K: 1 where it is that digit, else 0"
)

_CONVERGED: Final = """\
% $why_not
% But the run had converged, and J has one lowest point: $minimiser must come there too.
${minimise}J = $cost_at_theta;
"""

_AFTER_CONVERGED: Final = """\
if J_lab - J > 1e-6
  fprintf('The run ended where no entry of the gradient was larger than $tolerance;\\n');
  fprintf('$minimiser went on, to a lower J.\\n');
end
"""

_UNCONVERGED: Final = """\
% $why_not
% And the run had not converged ($reason): no other method
% stands where it stood. So this is J at its own theta.
J = $cost_at_lab;
"""

_AFTER_UNCONVERGED: Final = """\

fprintf('\\nThe run had not converged. From theta = 0, $minimiser goes on to the lowest J:\\n');
${minimise}fprintf('lowest J = %.12f\\n', $cost_at_theta);
"""

_AFTER_NO_MINIMUM: Final = """\

fprintf('\\nThe run had not converged: without a penalty, J has no lowest point here.\\n');
"""

#: What a script says of a run that ended before J was at its lowest, or might not be there.
_ENDED: Final = {
    None: "it was paused",
    StopReason.CONVERGED: "no entry of the gradient was larger than $tolerance",
    StopReason.SEPARATED: "a digit was told apart without a mistake, and lambda = 0",
    StopReason.ENDLESS: "without a penalty, J has no lowest point here",
    StopReason.STALLED: "it could not lower J any further",
    StopReason.ITERATIONS: "it was given no more iterations",
    StopReason.TIME: "it was given no more time",
    StopReason.VISITOR: "it was stopped",
    StopReason.DIVERGED: "it diverged",
}

_README: Final = f"""\
Start {SCRIPT} in this folder with GNU Octave 6 or newer: octave {SCRIPT}
It trains once more on theta_lab_data.mat and compares J with the run's.
"""


def octave_files(run: RecordedRun) -> dict[str, bytes]:
    """The script, the functions that it calls, its data and a README.

    Parameters
    ----------
    run : RecordedRun
        What to reproduce.

    Returns
    -------
    dict of str to bytes
        File name → content; all of them belong into one folder.
    """
    functions = [*_problem(run).functions, "predict"]
    if _goes_same_steps(run):
        functions.append(_SAME_STEPS[run.config.optimizer].function)
    elif run.is_softmax and run.reason not in NOWHERE:
        functions.append("newton")
    return {
        SCRIPT: octave_script(run).encode(),
        **{f"{name}.m": (_FOLDER / f"{name}.m").read_bytes() for name in functions},
        "theta_lab_data.mat": mat_file(_data(run)),
        "README.txt": _README.encode(),
    }


def octave_script(run: RecordedRun) -> str:
    """The text of `SCRIPT`, in ASCII.

    Parameters
    ----------
    run : RecordedRun
        What to reproduce.

    Returns
    -------
    str
        It prints ``J = …``, ``J of Theta Lab = …`` and their difference, then J at the
        run's own θ. Where the run cannot be gone through step by step and had not
        converged, the first is J at that θ, and the script says so.
    """
    values = _values(run)
    if _goes_same_steps(run):
        learn, afterwards = _STEPS + _problem(run).steps, ""
    elif run.reason is StopReason.CONVERGED:
        learn, afterwards = _CONVERGED, _AFTER_CONVERGED
    elif run.reason in NOWHERE:
        learn, afterwards = _UNCONVERGED, _AFTER_NO_MINIMUM
    else:
        learn, afterwards = _UNCONVERGED, _AFTER_UNCONVERGED
    values["learn"] = Template(learn).substitute(values)
    values["afterwards"] = Template(afterwards).substitute(values)
    return _TEMPLATE.substitute(values)


def _values(run: RecordedRun) -> dict[str, str]:
    """What the templates leave open."""
    config, problem, last = run.config, _problem(run), run.last
    numbers = {
        "lam": repr(config.lam),
        "tolerance": repr(config.tolerance),
        "momentum": repr(config.momentum),
        "batch_size": str(config.batch_size),
        "max_iterations": str(config.max_iterations),
        "iterations": str(run.iterations),
        "cost": repr(last.cost),
        "accuracy": repr(100 * last.accuracy),
        "held_out_accuracy": repr(100 * last.held_out_accuracy),
    }
    values = {
        **numbers,
        "label": OPTIMIZERS[config.optimizer].label,
        "summary": run.summary.replace("λ", "lambda"),
        "reason": Template(_ENDED[run.reason]).substitute(numbers),
        "why_not": _why_not(run),
        "targets": _TARGETS_OF_TWO if len(run.classes) == 2 else _TARGETS_OF_MANY,
        "minimiser": problem.minimiser,
        "minimise": problem.minimise,
        "cost_at_theta": problem.cost_of.format("Theta"),
        "cost_at_lab": problem.cost_of.format("data.theta"),
    }
    return {**values, **_values_of_steps(run, numbers)} if _goes_same_steps(run) else values


def _values_of_steps(run: RecordedRun, numbers: dict[str, str]) -> dict[str, str]:
    method = _SAME_STEPS[run.config.optimizer]
    return {
        "alpha": repr(run.learning_rate),
        "auto": '  % what "auto" was' if run.config.learning_rate == AUTO else "",
        "schedule": Template(_SCHEDULES[run.config.schedule]).substitute(numbers),
        "method": method.function,
        "extra": Template(method.extra).substitute(numbers),
        "gradient": Template(_problem(run).gradient).substitute(
            arguments=method.arguments,
            rows=method.rows,
            these=method.these,
            penalty=method.penalty,
        ),
    }


def _problem(run: RecordedRun) -> _Problem:
    return _SOFTMAX if run.is_softmax else _ONE_VS_ALL


def _goes_same_steps(run: RecordedRun) -> bool:
    """Whether Octave can do what the optimiser did."""
    name = run.config.optimizer
    return name in _SAME_STEPS and (name != "sgd" or _order_bytes(run) <= _MOST_ORDER_BYTES)


def _why_not(run: RecordedRun) -> str:
    """Why Octave cannot do what the optimiser did, where it cannot."""
    label = OPTIMIZERS[run.config.optimizer].label
    if run.config.optimizer != "sgd":
        return f"Octave has no {label} that goes the same steps."
    size = _order_bytes(run) / 1e6
    return f"{label} took the examples in a random order that would be {size:.0f} MB to carry."


def _order_type(run: RecordedRun) -> type[np.unsignedinteger[Any]]:
    """Wide enough for the number of each example, from 1."""
    return np.uint16 if len(run.training) <= np.iinfo(np.uint16).max else np.uint32


def _order_bytes(run: RecordedRun) -> int:
    return run.iterations * len(run.training) * np.dtype(_order_type(run)).itemsize


def _data(run: RecordedRun) -> dict[str, object]:
    """The variables of theta_lab_data.mat."""
    held_out = run.held_out
    variables: dict[str, object] = {
        "X": _pixels(run.training, run.config.preparation),
        "y": _column(run.training.labels),
        "X_held_out": _pixels(held_out, run.config.preparation),
        "y_held_out": _column(held_out.labels),
        "classes": np.array(run.classes, dtype=np.float64),
        "theta": theta_matrix(run.theta),
    }
    if run.config.optimizer == "sgd" and _goes_same_steps(run):
        orders = islice(shuffled_orders(len(run.training), run.config.seed), run.iterations)
        order = np.zeros((len(run.training), run.iterations), dtype=_order_type(run))
        for iteration, rows in enumerate(orders):
            order[:, iteration] = rows + 1
        variables["order"] = order
    return variables


def _pixels(dataset: Dataset, preparation: str) -> NDArray[np.float32]:
    """X without its ones, (m, 400)."""
    return dataset.prepared(preparation).images.reshape(len(dataset), -1)


def _column(labels: NDArray[np.int64]) -> NDArray[np.float64]:
    return labels[:, np.newaxis].astype(np.float64)
