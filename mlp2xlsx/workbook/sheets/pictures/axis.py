"""The numbers along an axis over one input: live, from the range of its data, validation among them."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlp2xlsx.mathematics.steps import X
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import column_names, short_name
from mlp2xlsx.workbook.layout.given import of_validation
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.writing.sheet import Sheet


@dataclass(frozen=True)
class Axis:
    """Points at equal distances, as many on either side of the centre of the data.

    Attributes
    ----------
    column
        Which input, from 0.
    half
        How many points there are on either side.
    data_steps
        From how many steps' distance on there are no data any more, on either side.
    row, col
        Where the centre stands; the distance of the points stands below it.
    """

    column: int
    half: int
    data_steps: int
    row: int
    col: int

    @property
    def steps(self) -> range:
        """The points, counted from the centre."""
        return range(-self.half, self.half + 1)

    def numbers(self, context: Context) -> tuple[float, float]:
        """Centre of the points, and the distance between them; data that are all alike get a range of 1."""
        kept = context.lesson.validation
        data = context.lesson.X[:, self.column].tolist()
        data += kept.X[:, self.column].tolist() if kept is not None else []
        spread = max(data) - min(data) if max(data) > min(data) else 1.0
        return (min(data) + max(data)) / 2, spread / (2 * self.data_steps)

    def values(self, context: Context) -> list[float]:
        """Compute the points with NumPy's numbers."""
        centre, distance = self.numbers(context)
        return [centre + step * distance for step in self.steps]

    def write(self, sheet: Sheet, context: Context) -> None:
        """Write the centre and the distance."""
        boxes = [context.inputs[name] for name in (X, of_validation(X)) if name in context.inputs]
        data = ",".join(Box(box.row, box.col + self.column, box.n_rows, 1).on(title) for title, box in boxes)
        spread = f"MAX({data})-MIN({data})"
        texts = (
            f"(MIN({data})+MAX({data}))/2",
            f"IF(MAX({data})>MIN({data}),{spread},1)/{2 * self.data_steps}",
        )
        for offset, (text, value) in enumerate(zip(texts, self.numbers(context), strict=True)):
            sheet.formula(self.row + offset, self.col, Formula(text, 0), value, "count", "axis")

    def formulas(self) -> Iterator[Formula]:
        """Yield the formula of each point."""
        centre, distance = (a1(self.row + offset, self.col, fixed=True) for offset in (0, 1))
        for step in self.steps:
            yield Formula(f"{centre}{step:+d}*{distance}", 0)


def input_name(context: Context, column: int) -> str:
    """What an input is called."""
    return _name(context, "X", column, "input")


def output_name(context: Context, column: int) -> str:
    """What an output is called; a number only where there are several."""
    return _name(context, "y", column, "output")


def _name(context: Context, matrix: str, column: int, key: str) -> str:
    known, words = column_names(context.lesson, matrix), context.texts["pictures"]
    if known:
        return short_name(known[column])
    n_columns = context.inputs[matrix][1].n_cols
    return str(words[f"{key}_number"].format(number=column + 1) if n_columns > 1 else words[key])
