"""Where things stand on the sheet `Try it`: inputs, the answer, a line for each neuron, and the matrices."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.network import Layer
from mlp2xlsx.mathematics.steps import Result, X
from mlp2xlsx.workbook.layout.column_names import column_names, n_name_lines
from mlp2xlsx.workbook.layout.given import TRIED
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW
from mlp2xlsx.xlsx.address import Box

LABEL_COL, FIRST_COL = 1, 2
LARGEST = "largest"
"""Which of the outputs is the largest: 1 for it, 0 for the others."""


@dataclass(frozen=True)
class TryPlaces:
    """The places on the sheet, which follow from the lesson that the workbook was built from.

    Attributes
    ----------
    lesson
        The lesson.
    """

    lesson: Lesson

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The matrices of the forward pass, of one row each, in the order of the steps."""
        return iteration_of(self.lesson.network, 1).forward

    @property
    def has_largest(self) -> bool:
        """Whether each output stands for a class, so that the largest is the answer."""
        return len(self.lesson.classes) == self.lesson.network.n_outputs

    @property
    def heading_row(self) -> int:
        """Row of the first heading; below it the names of the inputs stand, if they have any."""
        return FIRST_FREE_ROW

    @property
    def tried(self) -> Box:
        """Where the inputs are typed."""
        row = self.heading_row + 1 + n_name_lines(self.lesson)
        return Box(row, FIRST_COL, 1, self.lesson.X_given.shape[1])

    @property
    def seen(self) -> Box:
        """Where they stand as the network sees them: the same place, unless it takes something else of them.

        Where words become columns of their own, the names of these stand between.
        """
        if self.lesson.X_raw is None:
            return self.tried
        row = self.tried.row + 1 + (n_name_lines(self.lesson) if self.lesson.vocabulary else 0)
        return Box(row, FIRST_COL, 1, self.lesson.network.n_inputs)

    @property
    def answer_row(self) -> int:
        """Row of the heading of the answer, which stands below it."""
        return self.seen.row + 2

    @property
    def lines_row(self) -> int:
        """Row of the heading of the worked lines, of which one after the other stands below it."""
        return self.answer_row + 3

    @cached_property
    def neurons(self) -> list[tuple[int, Layer, int]]:
        """Number of the layer, layer and number from 0 of each neuron, in the order of the lines."""
        layers = enumerate(self.lesson.network.layers, start=1)
        return [(k, layer, j) for k, layer in layers for j in range(layer.n_neurons)]

    @property
    def numbers_row(self) -> int:
        """Row of the heading of the matrices."""
        return self.lines_row + len(self.neurons) + 2

    @property
    def output(self) -> Box:
        """Where the outputs stand."""
        return self.boxes[self.results[-1].name]

    @cached_property
    def boxes(self) -> Mapping[str, Box]:
        """Place of what is typed, of `X`, which may be the same, and of each matrix.

        Each matrix has a row of its own, so that a neuron of any layer has the column of its number. Above
        the outputs their names stand, if they have any.
        """
        found = {TRIED: self.tried, X: self.seen}
        for row, result in enumerate(self.results, start=self.numbers_row + 1):
            found[result.name] = Box(row, FIRST_COL, *result.expr.shape)
        last = self.results[-1].name
        found[last] = found[last].moved(bool(column_names(self.lesson, "y")))
        if self.has_largest:
            found[LARGEST] = found[last].moved(1)
        return found
