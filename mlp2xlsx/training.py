"""Training in NumPy: runs the steps and records every matrix of every iteration."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import numpy as np

from mlp2xlsx.errors import DivergenceError
from mlp2xlsx.evaluation import Evaluator, curve_keys
from mlp2xlsx.interpreter import Interpreter, lasting_values, start_values
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Apply
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.iteration import DATA, LOSS
from mlp2xlsx.mathematics.leaves import names, nodes
from mlp2xlsx.mathematics.steps import SAMPLE, Result
from mlp2xlsx.render.rounding import RoundedCompiler
from mlp2xlsx.render.values import FloatMatrix, compile_values

# EXP(710) overflows: LibreOffice and Excel answer #NUM! where NumPy answers infinity.
MOST_EXPONENT = 709.0

Progress = Callable[[int], object]


class Trace(dict[str, FloatMatrix]):
    """Every matrix of every iteration, by name.

    `trace["wh"]` is a contiguous float64 array of shape (n_iterations, rows, columns); the matrix of one
    iteration is `trace["wh"][k]`, k from 0. A matrix that is carried on and its update share
    their memory, one iteration apart, unless iterations are left out.

    Attributes
    ----------
    lesson
        What was trained.
    shown
        The numbers of the iterations whose matrices are recorded, from 1: all of them, unless the lesson
        asks for some. `trace["wh"][k]` is that of iteration `shown[k]`.
    loss
        The loss of every iteration, before its update; shape (n_iterations,), empty without training.
    curve
        How good the network is over all samples, before the update of each iteration of `lesson.evaluated`;
        shape (n_evaluated, n_numbers), in the order of `curve_keys`.
    begun_from
        Of a lesson that shows some iterations only: the run whose weights they start from, if it is another.
    """

    def __init__(
        self,
        lesson: Lesson,
        matrices: Mapping[str, FloatMatrix],
        loss_history: FloatMatrix,
        curve: FloatMatrix | None = None,
        begun_from: "Trace | None" = None,
    ) -> None:
        super().__init__(matrices)
        self.begun_from = begun_from
        self.lesson, self.shown, self.loss = lesson, lesson.shown, loss_history
        self.curve = np.empty((0, 0)) if curve is None else curve

    def at(self, name: str, iteration: int) -> FloatMatrix:
        """A matrix of one of the shown iterations, by its number; a number of training as a 1×1 matrix."""
        scalars = self.lesson.scalar_matrices
        return scalars[name] if name in scalars else np.asarray(self[name][self.shown.index(iteration)])

    @cached_property
    def measured(self) -> dict[str, FloatMatrix]:
        """The cells that loss and accuracy are computed from, shape (n_shown, rows, columns)."""
        measured = self.lesson.one_iteration.measured
        read = {name for result in measured for name in names(result.expr)}
        iterations = [{name: self[name][k] for name in read} for k in range(len(self.shown))]
        return {one.name: np.array([*map(compile_values(one.expr), iterations)]) for one in measured}

    @cached_property
    def rounded(self) -> tuple["Trace", ...]:
        """The same run as programs may compute it that round otherwise; see `RoundedCompiler`."""
        begun_from = (self.begun_from or self) if self.lesson.show else None
        with np.errstate(all="ignore"):
            return tuple(
                Trace(
                    self.lesson, *_recorded(self.lesson, None, begun_from, RoundedCompiler(cancels=cancels))
                )
                for cancels in (False, True)
            )


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
    with np.errstate(all="ignore"):  # what overflows is found in the record, and said with its place
        begun_from = recorded if lesson.show else None
        trace = Trace(lesson, *_recorded(lesson, progress, begun_from), begun_from)
    check_range(trace, saturating=saturating)
    return trace


def _recorded(
    lesson: Lesson, progress: Progress | None, recorded: Trace | None, compiler: RoundedCompiler | None = None
) -> tuple[dict[str, FloatMatrix], FloatMatrix, FloatMatrix]:
    """Train, keeping the matrices of the shown iterations, the loss of all, and how good the network is.

    With a recorded run only the shown iterations are computed again, each from what it has carried on;
    the first from what the lesson says. This loop is what the benchmark times against the article's own.
    """
    iteration, matrices = lesson.one_iteration, _allocate(lesson)
    losses = np.empty(lesson.iterations) if recorded is None else recorded.loss.copy()
    points = {number - 1: row for row, number in enumerate(lesson.evaluated)}
    curve = np.empty((len(points), len(curve_keys(lesson)))) if recorded is None else recorded.curve.copy()
    evaluator = Evaluator(lesson) if points else None
    loss = (Result(LOSS, iteration.measures[LOSS].expr),) if lesson.trains else ()
    interpreter = Interpreter((*iteration.results, *loss), compiler)
    rows = {number - 1: row for row, number in enumerate(lesson.shown)}
    order = lesson.sample_order()[:, :, None] if iteration.batched else None
    masks = enumerate(lesson.masks()) if iteration.network.dropping else None
    values = start_values(lesson)
    if compiler is not None:
        values |= {
            name: compiler.moved(values[name], np.abs(values[name])) for name in lesson.network.parameters()
        }
    shared = {} if lesson.show else iteration.updates
    for name in shared:
        matrices[name][0] = values[name]
    lasting = (*DATA, *iteration.columns)
    records = [(name, matrix) for name, matrix in matrices.items() if name not in (*lasting, *shared)]
    passes = max(lesson.iterations, 1)
    for done, k in enumerate(range(passes) if recorded is None else rows, start=1):
        if recorded is not None and k > 0:
            values |= {name: recorded[name][rows[k]] for name in iteration.carried_names}
        if order is not None:
            values[SAMPLE] = order[k]
        if masks is not None:
            values |= next(drawn for number, drawn in masks if number == k)
        if evaluator is not None and k in points:
            curve[points[k]] = evaluator.at(values)
        interpreter.run(values)
        if loss:
            losses[k] = values[LOSS][0, 0]
        if k in rows:
            for name, record in records:
                record[rows[k]] = values[name]
        values |= {name: values[update] for name, update in iteration.updates.items()}
        if progress is not None and done % _PROGRESS_EVERY == 0:
            progress(_PROGRESS_EVERY)
    if progress is not None:
        progress((passes if recorded is None else len(rows)) % _PROGRESS_EVERY)
    return matrices, losses, curve


_PROGRESS_EVERY = 100


def _allocate(lesson: Lesson) -> dict[str, FloatMatrix]:
    """One array per matrix, the data filled in.

    Where no iteration is left out, a matrix that is carried on is its update one iteration later.
    """
    iteration, n = lesson.one_iteration, len(lesson.shown)
    matrices: dict[str, FloatMatrix] = {
        name: np.empty((n, *shape)) for name, shape in iteration.shapes.items()
    }
    for name, update in iteration.updates.items() if not lesson.show else ():
        both = np.empty((n + 1, *iteration.shapes[name]))
        matrices[name], matrices[update] = both[:-1], both[1:]
    for name, values in lasting_values(lesson).items():
        if name in matrices:
            matrices[name][:] = values
    return matrices


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
        given = iteration == 1 and name not in trace.lesson.one_iteration.updated
        advice = "smaller initial weights, or scaled data (--scale zscore)"
        raise DivergenceError(
            f"training diverges at iteration {iteration}: {name} holds {what}; "
            f"try {advice if given else f'a smaller learning rate (--lr), {advice}'}"
        )


def _out_of_range(trace: Trace, *, saturating: bool) -> Iterator[tuple[int, int, str, str]]:
    """Yield the first bad iteration of each matrix, with its place in the order of the steps."""
    results = trace.lesson.one_iteration.results
    applied = (node for result in results for node in nodes(result.expr) if isinstance(node, Apply))
    steep = (node.operand for node in applied if FUNCTIONS[node.function].exponential)
    exponents = {name for operand in steep for name in names(operand)}  # that e is raised to the power of
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
    for place in np.argwhere(~np.isfinite(trace.curve))[:1].tolist():
        iteration, (of, _) = trace.lesson.evaluated[place[0]], curve_keys(trace.lesson)[place[1]]
        yield iteration, len(results) + 1, f"the loss of all {of} samples", f"{trace.curve[*place]:.4g}"
