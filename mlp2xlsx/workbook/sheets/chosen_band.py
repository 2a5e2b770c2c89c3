"""Where the chosen iteration stands on `Training`, as formulas look it up."""

from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.address import Box


def chosen_cell(context: Context, name: str, i: int, j: int) -> str:
    """Write how a formula finds a cell of a matrix in the band of the chosen iteration.

    Parameters
    ----------
    context
        The workbook's places.
    name
        The matrix.
    i, j
        Row and column of the cell in it, from 0.
    """
    first, last = context.training.at(name, 1), context.training.at(name, len(context.shown))
    history = Box(first.row, first.col + j, last.last_row - first.row + 1, 1)
    if history.n_rows == 1:
        return history.on(context.titles["training"])  # INDEX wants a range
    return f"INDEX({history.on(context.titles['training'])},{_rows_above(context, history)}+{i + 1})"


def _rows_above(context: Context, history: Box) -> str:
    """How many rows of the history stand above the band of the chosen iteration."""
    if not context.lesson.show:
        return f"(iteration-1)*{context.training.height}"
    numbers = Box(history.row, 1, history.n_rows, 1).on(context.titles["training"])
    return f"MATCH(iteration,{numbers},0)-1"
