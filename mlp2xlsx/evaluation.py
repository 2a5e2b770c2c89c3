"""How good a network is over many samples, all of them seen with the same weights.

Training adds up the loss of the samples of one iteration; here it is the mean over all samples, so that few
and many can be compared.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.interpreter import Interpreter
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.expr import Number
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.steps import Result, X, Y
from mlp2xlsx.render.values import FloatMatrix

TRAINING, VALIDATION = "training", "validation"
"""The sets of samples that are evaluated, each by itself."""

MEAN_LOSS, ACCURACY = "mean_loss", "accuracy"
"""What is recorded of each."""

_HALF = 0.5


class SamplePass:
    """The way of some samples through the network, to the mean of their losses without penalties.

    Attributes
    ----------
    results
        The matrices that are computed, in order: the forward pass, and what the loss adds up.
    """

    def __init__(self, network: Network, n_samples: int) -> None:
        *self.results, loss = iteration_of(network.in_use, n_samples).to_loss
        self.mean_loss = Result(MEAN_LOSS, loss.expr / Number(n_samples))
        self._interpreter = Interpreter((*self.results, self.mean_loss))

    def run(
        self, inputs: FloatMatrix, targets: FloatMatrix, used: Mapping[str, FloatMatrix]
    ) -> dict[str, FloatMatrix]:
        """Compute every matrix and the 1×1 `MEAN_LOSS`, by name, with parameters and what else is used."""
        with np.errstate(all="ignore"):
            return self._interpreter.run({**used, X: inputs, Y: targets})


@lru_cache(maxsize=16)  # a workbook asks at each of its points, and on several sheets
def sample_pass(network: Network, n_samples: int) -> SamplePass:
    """The way of so many samples through a network."""
    return SamplePass(network, n_samples)


def sample_sets(lesson: Lesson) -> dict[str, tuple[FloatMatrix, FloatMatrix]]:
    """Inputs and targets of each set of samples that there is."""
    found = {TRAINING: (lesson.X, lesson.y)}
    if lesson.validation is not None:
        found[VALIDATION] = (lesson.validation.X, lesson.validation.y)
    return found


def tells_classes(lesson: Lesson) -> bool:
    """Whether the outputs can be read as classes, whatever the targets are."""
    network = lesson.network
    return (
        bool(lesson.classes)
        or network.output == "softmax"
        or (network.output == "sigmoid" and network.n_outputs == 1)
    )


def class_numbers(values: FloatMatrix) -> NDArray[np.int_]:
    """Tell the class of each sample from its targets or its outputs.

    Of several numbers it is the place of the largest, counted from 1, and of equal ones the first; a single
    number above a half is class 1, and any other class 0.

    Parameters
    ----------
    values
        Shape (n_samples, n_outputs).
    """
    found = values.argmax(axis=1) + 1 if values.shape[1] > 1 else values[:, 0] > _HALF
    return np.asarray(found, np.int_)


def own_and_said(
    network: Network, found: Mapping[str, FloatMatrix]
) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Tell the class of each sample, and the one that the network says, from what the samples come to."""
    return class_numbers(found[Y]), class_numbers(found[network.output_layer.activations])


def right_share(network: Network, found: Mapping[str, FloatMatrix]) -> float:
    """Which share of some samples the network is right about."""
    own, said = own_and_said(network, found)
    return float((own == said).mean())


def curve_keys(lesson: Lesson) -> list[tuple[str, str]]:
    """Set and measure of each number that is recorded at an iteration."""
    measures = (MEAN_LOSS, ACCURACY) if tells_classes(lesson) else (MEAN_LOSS,)
    return [(name, measure) for name in sample_sets(lesson) for measure in measures]


class Evaluator:
    """Evaluates all samples of a lesson with the weights of some iterations."""

    def __init__(self, lesson: Lesson) -> None:
        self._network = lesson.network
        self._names = [*lesson.network.parameters(), *lesson.network.scalars]
        self._with_classes = tells_classes(lesson)
        self._sets = [
            (sample_pass(lesson.network, len(inputs)), inputs, targets)
            for inputs, targets in sample_sets(lesson).values()
        ]

    def at(self, values: Mapping[str, FloatMatrix]) -> Sequence[float]:
        """Evaluate with what is used of some matrices; the numbers are in the order of `curve_keys`."""
        used = {name: values[name] for name in self._names}
        return [number for one in self._sets for number in self._of(*one, used)]

    def _of(
        self,
        way: SamplePass,
        inputs: FloatMatrix,
        targets: FloatMatrix,
        used: Mapping[str, FloatMatrix],
    ) -> Iterable[float]:
        """Yield the mean loss of a set of samples, and of classes the share that is right."""
        found = way.run(inputs, targets, used)
        yield float(found[MEAN_LOSS][0, 0])
        if self._with_classes:
            yield right_share(self._network, found)
