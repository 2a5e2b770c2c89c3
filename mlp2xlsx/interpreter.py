"""Runs an iteration in NumPy: everything that computes its matrices goes through here."""

from collections.abc import Iterable

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.mathematics.steps import SAMPLE, Result, X, Y
from mlp2xlsx.render.values import FloatMatrix, compile_values, evaluate


class Interpreter:
    """Computes named matrices one after the other.

    Parameters
    ----------
    results
        What is computed, in order; given matrices among them are left as they are.
    """

    def __init__(self, results: Iterable[Result]) -> None:
        self._program = [(result.name, compile_values(result.expr)) for result in results if not result.given]

    def run(self, values: dict[str, FloatMatrix]) -> dict[str, FloatMatrix]:
        """Add every matrix to those that are known by name, and return them all."""
        for name, function in self._program:  # thousands of times in training
            values[name] = function(values)
        return values


def lasting_values(lesson: Lesson) -> dict[str, FloatMatrix]:
    """What every iteration is given: data and the numbers of training, 1×1 each."""
    return {X: lesson.X, Y: lesson.y, **lesson.scalar_matrices}


def start_values(lesson: Lesson) -> dict[str, FloatMatrix]:
    """What the first iteration starts from, by name: what is given, and what is carried on from there."""
    inputs = {initial_name(name): values for name, values in lesson.initial_parameters().items()}
    carried = {each.name: evaluate(each.start, inputs) for each in lesson.one_iteration.carried}
    order = {SAMPLE: lesson.sample_order()[0][:, None]} if lesson.one_iteration.batched else {}
    return lasting_values(lesson) | carried | order
