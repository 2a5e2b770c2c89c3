"""The numbers of the connections in a drawing: their weights, their gradients, and how large they can be."""

from collections.abc import Iterable
from math import floor, log10
from typing import NamedTuple

import numpy as np

from mlp2xlsx.render.excel import Excel, Reference
from mlp2xlsx.render.values import FloatMatrix, compile_values
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.network.places import Connection
from mlp2xlsx.xlsx.address import Box

# A gradient of which only rounding is left, another one in each program, is nothing to draw.
_SMALLEST = 1e-6
# A gradient may be just the half of another, or a power of ten: a little beside it, rounding decides nothing.
_BESIDE = 1 + 1e-9
DECIMALS = 2
"""Of a number on a line, at least."""


class LiveNumber(NamedTuple):
    """A formula, without its `=`, and what it comes to."""

    formula: str
    value: float


class ConnectionNumbers:
    """Weights and gradients of a lesson's connections, in the chosen iteration, as values and as formulas.

    Attributes
    ----------
    gradients
        The gradient of each trained parameter, of its shape; empty for a network that is not trained.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        one = context.one_iteration
        known = {name: context.chosen(name) for name in (*one.shapes, *one.scalars)}
        self.gradients: dict[str, FloatMatrix] = {
            name: compile_values(expr)(known) for name, expr in one.gradients.items()
        }
        self._excel = Excel(self._reference)

    def _reference(self, name: str) -> Reference:
        if name in self.context.made_on:
            title, box = self.context.made_on[name]
            return box.fixed_reference(title)
        return self.context.input_reference(name)

    def weight(self, connection: Connection) -> LiveNumber:
        """A weight before the update."""
        name, row, col = connection.matrix, connection.row, connection.col
        matrix = self.context.chosen(name)
        # INDEX wants a range
        formula = name if matrix.size == 1 else f"INDEX({name},{row + 1},{col + 1})"
        return LiveNumber(formula, float(matrix[row, col]))

    def gradient(self, connection: Connection) -> LiveNumber | None:
        """Derivative of the loss by a weight, as the update takes it; None where there is no update."""
        name, row, col = connection.matrix, connection.row, connection.col
        if name not in self.gradients:
            return None
        formula = self._excel.cell(self.context.one_iteration.gradients[name], row, col)
        return LiveNumber(formula.text, float(self.gradients[name][row, col]))

    def largest_weight(self) -> LiveNumber:
        """Size of the largest weight or bias of all iterations that there are."""
        context, places, areas = self.context, self.context.training, []
        parameters = context.lesson.network.parameters()
        for name in parameters:
            if not context.lesson.trains:
                areas.append(name)
                continue
            first, last = places.at(name, 1), places.at(name, len(context.shown))
            area = Box(first.row, first.col, last.last_row - first.row + 1, first.n_cols)
            areas.append(area.on(context.titles["training"]))
        largest = max(float(np.abs(context.trace[name]).max()) for name in parameters)
        return LiveNumber(_size(",".join(areas)), largest)

    def largest_gradient(self, connections: Iterable[Connection], cells: Box) -> LiveNumber:
        """What the largest gradient of some connections counts as, by the cells of all of them."""
        found = [self.gradient(connection) for connection in connections]
        largest = max(abs(one.value) for one in found if one is not None)
        formula = f"MAX({_size(cells.ref)},{_SMALLEST:G})*{_BESIDE:.9f}"
        return LiveNumber(formula, max(largest, _SMALLEST) * _BESIDE)


def _size(cells: str) -> str:
    """Formula for the largest of some cells without its sign."""
    return f"MAX(MAX({cells}),-MIN({cells}))"


def decimals_of_gradients(largest: LiveNumber) -> LiveNumber:
    """How many decimals show three digits of the largest gradient."""
    found = max(DECIMALS, 2 - floor(log10(max(largest.value, _SMALLEST))))
    return LiveNumber(f"MAX({DECIMALS},2-INT(LOG10({largest.formula})))", found)
