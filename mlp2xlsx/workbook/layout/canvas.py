"""Where each matrix stands on a step sheet; the same places on every sheet.

    .                    wh, bh                                    wout, bout
    X                    hidden_layer_input  hiddenlayer_activ…    output_layer_input  output         y  E
    .                                        slope_hidden_layer                        slope_output…
    .                    d_hiddenlayer       Error_at_hidden_…     d_output
    lr                   next_wh, next_bh                          next_wout, next_bout

The forward pass runs left to right, the backward pass comes back underneath, each matrix under the one
it belongs to. Sample rows line up; a weight matrix stands above the columns it produces (Falk's scheme).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlp2xlsx.mathematics.iteration import Iteration, next_name
from mlp2xlsx.mathematics.network import EXPONENTIALS, Layer, Shape
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.mathematics.steps import SAMPLE
from mlp2xlsx.xlsx.address import Box

CELL_WIDTH = 8.5  # characters; room for -12.345
LEFT_COL = 2  # column A holds the words "Math", "Excel", …
_GAP = 2.5
_LABEL_CHARACTER = 1.15  # a bold letter against the digit that column widths are counted in


@dataclass(frozen=True)
class Canvas:
    """The places of the matrices and the widths of the columns between them.

    Attributes
    ----------
    boxes
        Place of each matrix by name; its name stands in the row above.
    widths
        Width of each column from `LEFT_COL` on.
    rows
        What each row of matrices is, by the key of its word in the texts: the row of their names.
    first_row
        Row of the topmost names.
    last_row, last_col
        The last cell used.
    """

    boxes: Mapping[str, Box]
    widths: Mapping[int, float]
    rows: Mapping[str, int]
    first_row: int
    last_row: int
    last_col: int

    def moved(self, rows: int) -> "Canvas":
        """Return the same canvas further down."""
        boxes = {name: box.moved(rows) for name, box in self.boxes.items()}
        words = {key: row + rows for key, row in self.rows.items()}
        return Canvas(boxes, self.widths, words, self.first_row + rows, self.last_row + rows, self.last_col)


def label(name: str, box: Box) -> str:
    """Name and shape as they stand above a matrix."""
    return f"{name} ({box.n_rows}×{box.n_cols})" if name not in SCALARS else name


def gap_after(labels: list[str], n_cols: int, cell_width: float = CELL_WIDTH) -> float:
    """Width of the empty column after `n_cols` columns, so that the labels above them can run on into it."""
    return max(_GAP, max(map(len, labels)) * _LABEL_CHARACTER - n_cols * cell_width)


def width_for(largest: float, decimals: int) -> float:
    """Width of a column of numbers up to some size, shown with a fixed number of decimals."""
    return max(CELL_WIDTH, len(f"-{largest:.0f}") + (decimals + 1 if decimals else 0) + 2.5)


def place(
    iteration: Iteration,
    first_row: int,
    cell_width: float = CELL_WIDTH,
    remarks: Mapping[str, str] | None = None,
) -> Canvas:
    """Lay out all matrices of one iteration.

    Parameters
    ----------
    iteration
        Whose matrices and numbers.
    first_row
        Row of the topmost names.
    cell_width
        Width of a column of numbers.
    remarks
        The longest text that may stand behind each name, where there may be any.
    """
    shapes = iteration.shapes | dict.fromkeys(iteration.scalars, (1, 1))
    rows = _Rows.of(iteration, first_row)
    boxes: dict[str, Box] = {}
    widths: dict[int, float] = {}
    col = LEFT_COL
    for group in _groups(iteration):
        here = {name: row for name, row in group.rows(rows).items() if name in shapes}
        if not here:
            continue
        boxes |= {name: Box(row, col, *shapes[name]) for name, row in here.items()}
        n_cols = max(boxes[name].n_cols for name in here)
        widths |= dict.fromkeys(range(col, col + n_cols), cell_width)
        labels = [label(name, boxes[name]) + (remarks or {}).get(name, "") for name in here]
        widths[col + n_cols] = gap_after(labels, n_cols, cell_width)
        col += n_cols + 1
    boxes |= _others({name: shape for name, shape in shapes.items() if name not in boxes}, boxes, widths)
    last_row = max(box.last_row for box in boxes.values())
    return Canvas(boxes, widths, rows.words(), first_row, last_row, col - 2)


@dataclass(frozen=True)
class _Rows:
    """First row of each kind of matrix. Weights grow upwards from the row above their bias."""

    weights_end: int
    bias: int
    forward: int
    slopes: int | None
    deltas: int
    update: int
    next_bias: int

    @classmethod
    def of(cls, iteration: Iteration, first_row: int) -> "_Rows":
        network, n_rows = iteration.network, iteration.n_samples
        has_slopes = any(layer.slope in iteration.shapes for layer in network.layers)
        weight_rows = max(layer.n_inputs for layer in network.layers)
        weights_end = first_row + weight_rows
        bias = weights_end + 2
        forward = (bias if network.has_bias else weights_end) + 3
        slopes = forward + n_rows + 2
        deltas = slopes + n_rows + 2 if has_slopes else slopes
        update = deltas + n_rows + 2
        slopes_row = slopes if has_slopes else None
        return cls(weights_end, bias, forward, slopes_row, deltas, update, update + weight_rows + 1)

    def words(self) -> dict[str, int]:
        """Row of the names of each kind, by the key of its word."""
        first = {"row_forward": self.forward, "row_backward": self.deltas, "row_update": self.update}
        if self.slopes is not None:
            first["row_slopes"] = self.slopes
        return {key: row - 1 for key, row in first.items()}


@dataclass(frozen=True)
class _Group:
    """The matrices that share their columns."""

    weights: Layer | None = None
    forward: str | None = None
    slope: str | None = None
    delta: str | None = None
    scalar: str | None = None

    def rows(self, rows: _Rows) -> dict[str, int]:
        """First row of each matrix of the group, whether the network has it or not."""
        found = {self.forward: rows.forward, self.delta: rows.deltas, self.scalar: rows.update}
        if rows.slopes is not None:
            found[self.slope] = rows.slopes
        if self.weights is not None:
            layer = self.weights
            found[layer.weights] = rows.weights_end - layer.n_inputs + 1
            found[layer.bias] = rows.bias
            found[next_name(layer.weights)] = rows.update
            found[next_name(layer.bias)] = rows.next_bias
        return {name: row for name, row in found.items() if name is not None}


def _groups(iteration: Iteration) -> Iterator[_Group]:
    """Yield the groups of columns from left to right."""
    network = iteration.network
    yield _Group(forward=SAMPLE)
    yield _Group(forward=iteration.inputs, scalar=iteration.scalars[0])
    for layer in network.hidden_layers:
        yield _Group(layer, layer.input, delta=layer.delta)
        yield _Group(forward=layer.activations, slope=layer.slope, delta=layer.error)
    layer = network.output_layer
    yield _Group(layer, layer.input, delta=layer.delta)
    yield _Group(forward=EXPONENTIALS)
    yield _Group(forward=layer.activations, slope=layer.slope)
    yield _Group(forward=iteration.targets)
    yield _Group(forward=layer.error)


def _others(
    shapes: Mapping[str, Shape], placed: Mapping[str, Box], widths: dict[int, float]
) -> dict[str, Box]:
    """Place what the scheme has no place for below it, from left to right, where there is room."""
    boxes: dict[str, Box] = {}
    row = max(box.last_row for box in placed.values()) + 3
    col, height, last_col = LEFT_COL, 0, max(widths)
    for name, (n_rows, n_cols) in shapes.items():
        if col > LEFT_COL and col + n_cols > last_col:
            row, col, height = row + height + 2, LEFT_COL, 0
        boxes[name] = Box(row, col, n_rows, n_cols)
        height = max(height, n_rows)
        for each in range(col, col + n_cols + 1):
            widths.setdefault(each, CELL_WIDTH)
        spare = sum(widths.get(each, CELL_WIDTH) for each in range(col, col + n_cols))
        col += n_cols + 1 + (len(label(name, boxes[name])) * _LABEL_CHARACTER > spare + widths[col + n_cols])
    return boxes
