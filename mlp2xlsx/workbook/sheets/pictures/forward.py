"""The forward pass over points of our own, with the weights of the chosen iteration, for pictures.

The expressions are those of the steps, for as many samples as there are points.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np

from mlp2xlsx.interpreter import Interpreter
from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.excel import Excel, Reference
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import gap_after
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.bands import Progressions, Repeated, formulas_of, growing


@dataclass(frozen=True)
class Forward:
    """Bands of equal height, each with some points and the matrices that a forward pass makes of them.

    Attributes
    ----------
    results
        The matrices, in the order of the steps.
    boxes
        Where `X` and the matrices stand in the first band.
    """

    results: tuple[Result, ...]
    boxes: Mapping[str, Box]

    @classmethod
    def place(cls, network: Network, n_points: int, row: int, cell_width: float) -> "Forward":
        """Place the first band, side by side from column A on, with room for the names above."""
        results = iteration_of(network, n_points).forward
        boxes, col = {}, 1
        for name, n_cols in {"X": network.n_inputs, **{r.name: r.expr.shape[1] for r in results}}.items():
            boxes[name] = Box(row, col, n_points, n_cols)
            col += n_cols + max(1, ceil(gap_after([name], n_cols, cell_width) / cell_width))
        return cls(results, boxes)

    def values(self, context: Context, points: FloatMatrix) -> dict[str, FloatMatrix]:
        """Compute the matrices with NumPy.

        Parameters
        ----------
        context
            The workbook's numbers.
        points
            Shape (n_bands, n_points, n_inputs).
        """
        used = {name: context.chosen(name) for name in context.used}
        interpreter = Interpreter(self.results)
        with np.errstate(all="ignore"):
            bands = [interpreter.run(used | {"X": X}) for X in points]
        return {name: np.array([known[name] for known in bands]) for name in self.boxes}

    def blocks(
        self, context: Context, values: Mapping[str, FloatMatrix], rows: Progressions, style: int
    ) -> Iterator[Repeated]:
        """Yield a block for each matrix; the parameters are those of the chosen iteration."""
        height = self.boxes["X"].n_rows

        def reference(name: str) -> Reference:
            if name in context.used:
                title, box = context.used[name]
                return box.fixed_reference(title)
            return growing(self.boxes[name], height, rows)

        excel = Excel(reference)
        for result in self.results:
            formulas = formulas_of(excel, result.expr)
            yield Repeated(result.name, self.boxes[result.name], values[result.name], style, formulas)
