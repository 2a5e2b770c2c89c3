"""One step sheet of a workbook: its step, and where things stand on it."""

from dataclasses import dataclass
from functools import cached_property

from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.steps import Step
from mlp2xlsx.render.excel import Reference
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import LEFT_WIDTH, Canvas
from mlp2xlsx.workbook.layout.head import Head
from mlp2xlsx.xlsx.address import Box, defined_name
from mlp2xlsx.xlsx.writing.sheet import USUAL_WIDTH


@dataclass(frozen=True)
class StepPage:
    """A step sheet in the making.

    Attributes
    ----------
    context
        The workbook's numbers, texts and places.
    number
        Which step, from 1.
    """

    context: Context
    number: int

    @property
    def step(self) -> Step:
        """The step."""
        return self.context.steps[self.number - 1]

    @property
    def title(self) -> str:
        """Name of the sheet."""
        return self.context.step_titles[self.number - 1]

    @property
    def head(self) -> Head:
        """The rows above the canvas."""
        return self.context.heads[self.number - 1]

    @property
    def canvas(self) -> Canvas:
        """Where the matrices stand."""
        return self.context.step_canvases[self.number - 1]

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """Place of each matrix, by name."""
        return dict(self.canvas.boxes)

    @cached_property
    def widths(self) -> dict[int, float]:
        """Width of each column, in digits."""
        return {1: LEFT_WIDTH, **self.canvas.widths}

    @cached_property
    def needed(self) -> set[str]:
        """What the step makes and what that is made from, of what is on the sheet."""
        made = {result.name: names(result.expr) for result in self.step.results}
        return {name for new, read in made.items() for name in (new, *read)} & self.boxes.keys()

    def column_from(self, left: float) -> int:
        """The first column that begins as far from the left as that, in digits, or further."""
        col, begins = 1, 0.0
        while begins < left:
            begins += self.widths.get(col, USUAL_WIDTH)
            col += 1
        return col

    def left_of(self, col: int) -> float:
        """How far from the left a column begins, in digits."""
        return sum(self.widths.get(each, USUAL_WIDTH) for each in range(1, col))

    def role(self, name: str) -> str:
        """How a matrix is shown on this sheet."""
        return self._roles[name]

    @cached_property
    def _roles(self) -> dict[str, str]:
        return {name: self.context.role(name, self.step) for name in self.boxes}

    def reference(self, name: str) -> Reference:
        """How a formula on the sheet refers to a matrix: where it stands there, or by its name."""
        if name in self.boxes:
            return self.boxes[name].reference()
        _, place = self.context.inputs[name]  # a batch is taken from all the data
        return defined_name(name, place.n_rows, place.n_cols)
