"""The frozen head of a step sheet, as high as its step needs.

Step 3 of 12 · Hidden layer input           ‹ Step 02   Setup   Step 04 ›   Iteration 1 of 1000
Each hidden neuron adds up its inputs, …
row  column  hidden_layer_input = X · wh + bh
[2]  [1]     hidden_layer_input[2, 1] = 1×0.420 + … = 2.400
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mlp2xlsx.mathematics.expr import Shape
from mlp2xlsx.mathematics.steps import Step
from mlp2xlsx.xlsx.address import Box, a1

FORMULA_ROW = 3
ROW_COL, COLUMN_COL, LINE_COL = 1, 2, 3


@dataclass(frozen=True)
class Chooser:
    """Where row and column of a matrix are chosen, side by side; of a single one there is no choice.

    Attributes
    ----------
    box, shape
        The two cells, and the size of the matrix.
    """

    box: Box
    shape: Shape

    @property
    def cells(self) -> dict[int, Box]:
        """The cells to choose in, by 0 for the row and 1 for the column."""
        return {k: Box(self.box.row, self.box.col + k, 1, 1) for k in range(2) if self.shape[k] > 1}

    def index(self, k: int) -> str:
        """Write the row, 0, or the column, 1, as a formula."""
        return a1(self.box.row, self.box.col + k, fixed=True) if self.shape[k] > 1 else "1"

    def counted(self) -> str:
        """Write how many of the cells are filled in, as a formula."""
        return f"COUNT({self.box.text(fixed=True)})"


@dataclass(frozen=True)
class Head:
    """What stands in which row of the head.

    Attributes
    ----------
    n_formulas
        How many lines say what is computed.
    shapes
        Shape of each result of which a cell may be asked for, in the order of the step.
    """

    n_formulas: int
    shapes: Mapping[str, Shape]

    @classmethod
    def of(cls, step: Step) -> "Head":
        """The head of a step; where matrices are only brought in, one line says from where."""
        asked = [result for result in step.results if result.name not in step.plain]
        return cls(1 if step.brings_in else len(asked), {result.name: result.expr.shape for result in asked})

    @property
    def ask_row(self) -> int:
        """Row in which a cell of the first result is asked for; each result has one."""
        return FORMULA_ROW + self.n_formulas

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.ask_row + len(self.shapes) - 1

    def choosers(self) -> dict[str, Chooser]:
        """Where a cell of each result is asked for."""
        return {
            name: Chooser(Box(row, ROW_COL, 1, 2), shape)
            for row, (name, shape) in enumerate(self.shapes.items(), start=self.ask_row)
        }
