"""Training in NumPy: runs the steps and records every matrix of every iteration."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from mlp2xlsx.errors import DivergenceError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Apply, Expr
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.steps import SAMPLE, Y_BATCH, Measure, Result, Step, measures, steps
from mlp2xlsx.render.values import FloatMatrix, compile_values

# EXP(710) overflows: LibreOffice and Excel answer #NUM! where NumPy answers infinity.
MOST_EXPONENT = 709.0

Progress = Callable[[int], object]


class Trace(Mapping[str, FloatMatrix]):
    """Every matrix of every iteration, by name.

    `trace["wh"]` is a contiguous float64 array of shape (n_iterations, rows, columns); the matrix of one
    iteration is `trace["wh"][k]`, k from 0. A parameter and its `next_` share their memory, one
    iteration apart.

    Attributes
    ----------
    lesson
        What was trained.
    steps
        The steps of one iteration, in order.
    shown
        The numbers of the iterations whose matrices are recorded, from 1: all of them, unless the lesson
        asks for some. `trace["wh"][k]` is that of iteration `shown[k]`.
    loss
        The loss of every iteration, before its update; shape (n_iterations,).
    """

    def __init__(
        self,
        lesson: Lesson,
        run: tuple[Step, ...],
        matrices: Mapping[str, FloatMatrix],
        loss_history: FloatMatrix,
    ) -> None:
        self.lesson = lesson
        self.steps = run
        self.shown = lesson.shown
        self.loss = loss_history
        self._matrices = matrices

    def __getitem__(self, name: str) -> FloatMatrix:
        return self._matrices[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._matrices)

    def __len__(self) -> int:
        return len(self._matrices)

    @cached_property
    def measured(self) -> dict[str, FloatMatrix]:
        """The cells that loss and accuracy are computed from, shape (n_shown, rows, columns)."""
        found = {}
        for result in measured_cells(self.lesson):
            function, operands = compile_values(result.expr), names(result.expr)
            iterations = ({name: self[name][k] for name in operands} for k in range(len(self.shown)))
            found[result.name] = np.array([function(values) for values in iterations])
        return found


def train(
    lesson: Lesson,
    progress: Progress | None = None,
    *,
    saturating: bool = False,
    recorded: Trace | None = None,
) -> Trace:
    """Train the lesson's network and record everything on the way.

    Parameters
    ----------
    lesson
        Data, network, starting values, learning rate and number of iterations.
    progress
        Called now and then with the number of iterations done since the last call.
    saturating
        Whether to accept exponents beyond the range of doubles, at which sigmoid and softmax are 0 or 1
        to the last digit. Nothing is learnt there, but the workbook's formulas can follow.
    recorded
        For a lesson that shows some iterations only: the run whose weights they start from, as in a
        workbook, where other inputs change each shown iteration but not what it starts from.

    Returns
    -------
    Trace
        Every matrix of every iteration.

    Raises
    ------
    DivergenceError
        When a number grows beyond what a spreadsheet can compute with, naming iteration and matrix.
    """
    run = steps(lesson.network, len(lesson.X), lesson.batch)
    with np.errstate(all="ignore"):  # what overflows is found in the record, and said with its place
        if lesson.show:
            matrices, loss_history = _run_some(run, lesson, progress, recorded)
        else:
            matrices = _allocate(run, lesson)
            _iterate(run, lesson, matrices, progress)
            loss_history = _loss_history(lesson, matrices)
            matrices = _views(lesson.network, matrices)
    trace = Trace(lesson, run, matrices, loss_history)
    check_range(trace, saturating=saturating)
    return trace


def _allocate(run: tuple[Step, ...], lesson: Lesson) -> dict[str, FloatMatrix]:
    """One array per matrix, what is given filled in; a parameter gets one more, for the last update."""
    parameters, n = lesson.network.parameters(), lesson.iterations
    shapes = {result.name: result.expr.shape for step in run for result in step.results}
    matrices = {
        name: np.empty((n + (name in parameters), *shape))
        for name, shape in shapes.items()
        if not name.startswith("next_")
    }
    for name, start in lesson.initial_parameters().items():
        matrices[name][:] = start
    if lesson.batch is None:
        matrices["X"][:] = lesson.X
        matrices["y"][:] = lesson.y
    else:
        matrices[SAMPLE][:] = lesson.sample_order()[:, :, None]
    return matrices


def _iterate(
    run: tuple[Step, ...], lesson: Lesson, matrices: dict[str, FloatMatrix], progress: Progress | None
) -> None:
    """Fill the arrays; this loop is what the benchmark times against the article's own."""
    computed = [result for step in run for result in step.results if not result.given]
    program = [
        (result.name, compile_values(result.expr), matrices[result.name])
        for result in computed
        if not result.name.startswith("next_")
    ]
    updates = [
        (result.name.removeprefix("next_"), compile_values(result.expr))
        for result in computed
        if result.name.startswith("next_")
    ]
    values: dict[str, Any] = {
        "X": lesson.X,
        "y": lesson.y,
        "lr": lesson.lr,
        **lesson.initial_parameters(),
    }
    order = matrices.get(SAMPLE)
    for k in range(lesson.iterations):
        if order is not None:
            values[SAMPLE] = order[k]
        for name, function, record in program:
            values[name] = record[k] = function(values)
        changed = [(name, function(values)) for name, function in updates]
        for name, value in changed:
            values[name] = matrices[name][k + 1] = value
        if progress is not None and (k + 1) % _PROGRESS_EVERY == 0:
            progress(_PROGRESS_EVERY)
    if progress is not None:
        progress(lesson.iterations % _PROGRESS_EVERY)


_PROGRESS_EVERY = 100


def _run_some(
    run: tuple[Step, ...], lesson: Lesson, progress: Progress | None, recorded: Trace | None
) -> tuple[dict[str, FloatMatrix], FloatMatrix]:
    """Train, keeping the matrices of the shown iterations and the loss of all.

    With a recorded run only the shown iterations are computed again, each from its recorded parameters;
    the first from those of the lesson.
    """
    results = [result for step in run for result in step.results]
    matrices = {result.name: np.empty((len(lesson.shown), *result.expr.shape)) for result in results}
    program = [(result.name, compile_values(result.expr)) for result in results if not result.given]
    loss_of = compile_values(measures_of(lesson)["loss"].expr)
    losses = np.empty(lesson.iterations) if recorded is None else recorded.loss.copy()
    parameters, trained = lesson.network.parameters(), lesson.network.trained()
    values: dict[str, Any] = {"X": lesson.X, "y": lesson.y, "lr": lesson.lr, **lesson.initial_parameters()}
    rows = {iteration - 1: row for row, iteration in enumerate(lesson.shown)}
    order = lesson.sample_order()[:, :, None]
    for k in range(lesson.iterations) if recorded is None else rows:
        if recorded is not None and k > 0:
            values |= {name: recorded[name][rows[k]] for name in parameters}
        values[SAMPLE] = order[k]
        before = {name: values[name] for name in parameters}
        for name, function in program:
            values[name] = function(values)
        losses[k] = loss_of(values)[0, 0]
        if k in rows:
            for name, record in matrices.items():
                record[rows[k]] = before.get(name, values[name])
        values |= {name: values[f"next_{name}"] for name in trained}
        if progress is not None:
            progress(1)
    return matrices, losses


def targets_name(lesson: Lesson) -> str:
    """Name of the matrix that the outputs are compared with."""
    return "y" if lesson.batch is None else Y_BATCH


def measures_of(lesson: Lesson) -> dict[str, Measure]:
    """What says how good the network is, over the samples of an iteration, by name."""
    return measures(lesson.network, lesson.batch or len(lesson.X), targets_name(lesson))


def measured_cells(lesson: Lesson) -> tuple[Result, ...]:
    """The cells that these are computed from, beside the matrices of the steps."""
    return tuple(one.cells for one in measures_of(lesson).values() if one.cells is not None)


def _loss_history(lesson: Lesson, matrices: Mapping[str, FloatMatrix]) -> FloatMatrix:
    """Evaluate the loss of each iteration from what was recorded."""
    expr = measures_of(lesson)["loss"].expr
    function, operands = compile_values(expr), names(expr)
    return np.array(
        [function({name: matrices[name][k] for name in operands})[0, 0] for k in range(lesson.iterations)]
    )


def _views(network: Network, matrices: dict[str, FloatMatrix]) -> dict[str, FloatMatrix]:
    """Split the parameters' arrays into the values before and after each update."""
    parameters = network.parameters()
    before = {name: array[:-1] if name in parameters else array for name, array in matrices.items()}
    return before | {f"next_{name}": matrices[name][1:] for name in network.trained()}


def check_range(trace: Trace, *, saturating: bool = False) -> None:
    """Refuse a trace with numbers that a spreadsheet cannot reach.

    Raises
    ------
    DivergenceError
        For the earliest iteration that holds infinity, NaN or, unless `saturating`, an exponent beyond ±709.
    """
    found = min(_out_of_range(trace, saturating=saturating), default=None)
    if found is not None:
        iteration, _, name, what = found
        # Nothing has been multiplied by the learning rate before the first update.
        given = iteration == 1 and not name.startswith("next_")
        advice = "smaller initial weights, or scaled data (--scale zscore)"
        raise DivergenceError(
            f"training diverges at iteration {iteration}: {name} holds {what}; "
            f"try {advice if given else f'a smaller learning rate (--lr), {advice}'}"
        )


def _out_of_range(trace: Trace, *, saturating: bool) -> Iterator[tuple[int, int, str, str]]:
    """Yield the first bad iteration of each matrix, with its place in the order of the steps."""
    results = [result for step in trace.steps for result in step.results]
    exponents = {name for result in results for name in _exponents(result.expr)}
    for order, result in enumerate(results):
        array = trace[result.name]
        bounded = result.name in exponents and not saturating
        limit = MOST_EXPONENT if bounded else np.finfo(np.float64).max
        bad = ~(np.abs(array) <= limit)
        if bad.any():
            iteration, row, col = (int(i) for i in np.argwhere(bad)[0])
            yield trace.shown[iteration], order, result.name, f"{array[iteration, row, col]:.4g}"
    lost = np.flatnonzero(~np.isfinite(trace.loss))
    if len(lost):
        yield int(lost[0]) + 1, len(results), "the loss", f"{trace.loss[lost[0]]:.4g}"


def _exponents(expr: Expr) -> Iterator[str]:
    """Names of the matrices that e is raised to the power of."""
    if isinstance(expr, Apply) and expr.function in ("sigmoid", "exp"):
        yield from names(expr.operand)
    for operand in expr.operands:
        yield from _exponents(operand)
