"""Runs an iteration in NumPy: everything that computes its matrices goes through here."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.iteration import Iteration, initial_name
from mlp2xlsx.mathematics.steps import SAMPLE, Result, X, Y
from mlp2xlsx.render.values import Compiled, FloatMatrix, compile_values, evaluate

_NO_ANSWERS: Mapping[str, FloatMatrix] = {}


class Interpreter:
    """Computes named matrices one after the other.

    Parameters
    ----------
    results
        What is computed, in order; given matrices among them are left as they are.
    compiler
        Makes a function of the known matrices from an expression.
    """

    def __init__(
        self, results: Iterable[Result], compiler: Callable[[Expr], Compiled] = compile_values
    ) -> None:
        self._program = [(result.name, compiler(result.expr)) for result in results if not result.given]

    def run(
        self, values: dict[str, FloatMatrix], answers: Mapping[str, FloatMatrix] = _NO_ANSWERS
    ) -> dict[str, FloatMatrix]:
        """Add every matrix to those that are known, taking those of a person where there are any.

        Parameters
        ----------
        values
            What is known, by name; the matrices are added to it.
        answers
            Matrices that are not computed, but taken as they are.
        """
        if answers:
            for name, function in self._program:
                values[name] = answers[name] if name in answers else function(values)
            return values
        for name, function in self._program:  # thousands of times in training
            values[name] = function(values)
        return values


def lasting_values(lesson: Lesson) -> dict[str, FloatMatrix]:
    """What every iteration is given: data and the numbers of training, 1×1 each."""
    scalars = {name: np.array([[value]]) for name, value in lesson.scalars.items()}
    return {X: lesson.X, Y: lesson.y, **scalars}


def start_values(lesson: Lesson) -> dict[str, FloatMatrix]:
    """What the first iteration starts from, by name: what is given, and what is carried on from there."""
    inputs = {initial_name(name): values for name, values in lesson.initial_parameters().items()}
    carried = {each.name: evaluate(each.start, inputs) for each in lesson.one_iteration.carried}
    order = {SAMPLE: lesson.sample_order()[0][:, None]} if lesson.one_iteration.batched else {}
    return lasting_values(lesson) | carried | order


def carry(iteration: Iteration, values: dict[str, FloatMatrix]) -> None:
    """Let the next iteration start from what this one has made of it."""
    values |= {name: values[update] for name, update in iteration.updates.items()}
