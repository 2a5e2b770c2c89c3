"""Where each matrix stands on a step sheet; the same places on every sheet, but for the height of its head.

    .         wh      next_wh                wout                next_wout
    .      bh .       .                 bout .                   .
    X         hidden_layer_input  hiddenlayer_activ…  output_layer_input  output          y  E
    .                             slope_hidden_layer                      slope_output…
    lr        d_hiddenlayer       Error_at_hidden_…   d_output

The forward pass runs left to right, the backward pass comes back underneath, each matrix under the one
it belongs to. Sample rows line up; a weight matrix stands above the columns it produces (Falk's scheme),
and beside it what it is updated to. A bias is the last row of its weights, with its name to the left.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from mlp2xlsx.mathematics.iteration import Iteration, next_name
from mlp2xlsx.mathematics.network import EXPONENTIALS, Layer, Shape
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.mathematics.steps import SAMPLE
from mlp2xlsx.xlsx.address import Box

CELL_WIDTH = 8.5  # characters; room for -12.345
NARROW = 6.5  # room for -1.234, on step sheets
ROW_WORD_COL, LEFT_COL = 1, 2  # in column A a row is chosen
LEFT_WIDTH = 7.4
_GAP = 2.5
_NARROW_GAP = 1.0
_LABEL_CHARACTER = 1.15  # a bold letter against the digit that column widths are counted in
_SPACE = 0.4  # behind a name
_NAME_CHARACTER, _BOLD_CHARACTER = 0.84, 1.0  # a smaller one
_MORE_OF_M = 0.5  # the letter is wider than others


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
        What each row of matrices is, by the key of its word in the texts: their first row.
    beside
        The matrices whose names stand to their left, and not above.
    first_row
        Row of the topmost names.
    last_row, last_col
        The last cell used.
    near_row
        The last row of what belongs to one step; that of all, unless the rest stands apart.
    samples_row
        The first row of samples, where they are numbered; None where words stand beside the rows.
    """

    boxes: Mapping[str, Box]
    widths: Mapping[int, float]
    rows: Mapping[str, int]
    beside: frozenset[str]
    first_row: int
    last_row: int
    last_col: int
    near_row: int
    samples_row: int | None = None

    def moved(self, rows: int) -> "Canvas":
        """Return the same canvas further down."""
        boxes = {name: box.moved(rows) for name, box in self.boxes.items()}
        words = {key: row + rows for key, row in self.rows.items()}
        first_row, last_row, near_row = (row + rows for row in (self.first_row, self.last_row, self.near_row))
        return replace(
            self,
            boxes=boxes,
            rows=words,
            first_row=first_row,
            last_row=last_row,
            near_row=near_row,
            samples_row=None if self.samples_row is None else self.samples_row + rows,
        )

    def name_place(self, name: str) -> tuple[int, int]:
        """Row and column of the name of a matrix."""
        box = self.boxes[name]
        return (box.row, box.col - 1) if name in self.beside else (box.row - 1, box.col)


def label(name: str, box: Box) -> str:
    """Name and shape as they stand above a matrix."""
    return f"{name} ({box.n_rows}×{box.n_cols})" if name not in SCALARS else name


def written_width(name: str) -> float:
    """How wide the name of a number is, in digits."""
    return len(name) * _LABEL_CHARACTER + _SPACE


def gap_after(labels: list[str], n_cols: int, cell_width: float = CELL_WIDTH) -> float:
    """Width of the empty column after `n_cols` columns, so that the labels above them can run on into it."""
    return max(_GAP, max(map(len, labels)) * _LABEL_CHARACTER - n_cols * cell_width)


def width_for(largest: float, decimals: int, narrow: bool = False) -> float:
    """Width of a column of numbers up to some size, shown with a fixed number of decimals."""
    letters = len(f"-{largest:.0f}") + (decimals + 1 if decimals else 0)
    return max(NARROW, letters + 1.0) if narrow else max(CELL_WIDTH, letters + 2.5)


def place(
    iteration: Iteration, cell_width: float = NARROW, remarks: Mapping[str, str] | None = None
) -> Canvas:
    """Lay out all matrices of one iteration, the topmost names in row 1.

    Parameters
    ----------
    iteration
        Whose matrices and numbers.
    cell_width
        Width of a column of numbers.
    remarks
        The longest text that may stand behind each name, where there may be any.
    """
    shapes = iteration.shapes | dict.fromkeys(iteration.scalars, (1, 1))
    rows = FirstRows.of(iteration)
    parameters = [layer.bias for layer in iteration.network.layers]
    biases = frozenset(parameters) | frozenset(map(next_name, parameters))
    boxes, widths = side_by_side(column_groups(iteration, rows), shapes, cell_width)
    col = max(widths) + 1
    others = {name: shape for name, shape in shapes.items() if name not in (SAMPLE, *boxes)}
    boxes |= _others(others, boxes, widths, cell_width)
    make_room(boxes, biases, remarks or {}, widths)
    if SAMPLE in shapes:  # numbers the rows
        boxes[SAMPLE] = Box(rows.forward, ROW_WORD_COL, *shapes[SAMPLE])
    last_row = max(box.last_row for box in boxes.values())
    words = {key: row for key, row in rows.words().items() if row <= last_row}
    if SAMPLE in shapes:
        del words["row_forward"]
    return Canvas(boxes, widths, words, biases, 1, last_row, col - 2, last_row)


def side_by_side(
    groups: Iterable[Mapping[str, int]], shapes: Mapping[str, Shape], cell_width: float
) -> tuple[dict[str, Box], dict[int, float]]:
    """Place groups of matrices from left to right, and say how wide their columns and the gaps are.

    Parameters
    ----------
    groups
        Of each group, which shares its columns, the first rows by name.
    shapes
        Shape of each matrix; others are left out.
    cell_width
        Width of a column of numbers.
    """
    boxes: dict[str, Box] = {}
    widths: dict[int, float] = {}
    col = LEFT_COL
    for group in groups:
        here = {name: row for name, row in group.items() if name in shapes}
        if here:
            boxes |= {name: Box(row, col, *shapes[name]) for name, row in here.items()}
            n_cols = max(boxes[name].n_cols for name in here)
            widths |= dict.fromkeys(range(col, col + n_cols), cell_width)
            widths[col + n_cols] = _NARROW_GAP
            col += n_cols + 1
    return boxes, widths


def make_room(
    boxes: Mapping[str, Box],
    beside: frozenset[str],
    remarks: Mapping[str, str],
    widths: dict[int, float],
    bold: Collection[str] = (),
) -> None:
    """Widen the gaps so that each name ends before what stands to the right of it in the same row."""
    texts = {name: name + remarks.get(name, "") for name in boxes}
    letters = {name: len(text) + text.count("m") * _MORE_OF_M for name, text in texts.items()}
    lengths = {
        name: count * (_BOLD_CHARACTER if name in bold else _NAME_CHARACTER) + _SPACE
        for name, count in letters.items()
    }
    for name in beside & boxes.keys():
        gap = boxes[name].col - 1
        if gap >= LEFT_COL:
            widths[gap] = max(widths[gap], lengths[name])
    for name, box in sorted(boxes.items(), key=lambda item: item[1].col):
        row = box.row - 1
        ends = [
            other.col
            for other in boxes.values()
            if other.col > box.col and other.row - 1 <= row <= other.last_row
        ]
        if name not in beside and ends:
            end = min(ends)
            spare = sum(widths[col] for col in range(box.col, end))
            widths[end - 1] += max(0.0, lengths[name] - spare)


@dataclass(frozen=True)
class FirstRows:
    """First row of each kind of matrix. Weights grow upwards from the row above their bias."""

    weights_end: int
    forward: int
    slopes: int | None
    deltas: int

    @classmethod
    def of(cls, iteration: Iteration) -> "FirstRows":
        """The rows of the whole canvas, the backward pass below the forward pass."""
        network, n_rows = iteration.network, iteration.n_samples
        below = [name for layer in network.layers for name in (layer.slope, layer.mask)]
        has_slopes = any(name in iteration.shapes for name in below)
        weights_end = 1 + max(layer.n_inputs for layer in network.layers)
        forward = weights_end + network.has_bias + 2
        slopes = forward + n_rows + 1
        return cls(weights_end, forward, slopes if has_slopes else None, slopes + has_slopes * (n_rows + 1))

    def words(self) -> dict[str, int]:
        """First row of each kind, by the key of its word."""
        slopes = {} if self.slopes is None else {"row_slopes": self.slopes}
        return {"row_forward": self.forward, **slopes, "row_backward": self.deltas}

    def of_weights(self, layer: Layer, named: Callable[[str], str]) -> dict[str, int]:
        """First rows of the parameters of a layer, or of what they are updated to."""
        top = self.weights_end - layer.n_inputs + 1
        return {named(layer.weights): top, named(layer.bias): self.weights_end + 1}


def column_groups(iteration: Iteration, rows: FirstRows) -> Iterator[dict[str, int]]:
    """Yield the first rows of the matrices that share their columns, from left to right."""
    network, forward, deltas = iteration.network, rows.forward, rows.deltas
    slopes = rows.slopes if rows.slopes is not None else 0
    yield {iteration.inputs: forward} | {name: deltas + 2 * k for k, name in enumerate(iteration.scalars)}
    for layer in network.hidden_layers:
        mask = {layer.mask: slopes} if layer.drops else {}
        yield rows.of_weights(layer, str) | {layer.input: forward, **mask, layer.delta: deltas}
        updated = rows.of_weights(layer, next_name)
        yield updated | {layer.activations: forward, layer.slope: slopes, layer.error: deltas}
        if layer.drops:
            yield {layer.dropped: forward}
    layer = network.output_layer
    yield rows.of_weights(layer, str) | {layer.input: forward, layer.delta: deltas}
    updated = rows.of_weights(layer, next_name)
    if EXPONENTIALS in iteration.shapes:
        yield updated | {EXPONENTIALS: forward}
        updated = {}
    yield updated | {layer.activations: forward, layer.slope: slopes}
    yield {iteration.targets: forward}
    yield {layer.error: forward}


def _others(
    shapes: Mapping[str, Shape], placed: Mapping[str, Box], widths: dict[int, float], cell_width: float
) -> dict[str, Box]:
    """Place what the scheme has no place for below it, from left to right, where there is room.

    Gaps that numbers come to stand in are made as wide as other columns.
    """
    boxes: dict[str, Box] = {}
    row = max(box.last_row for box in placed.values()) + 3
    col, height, last_col = LEFT_COL, 0, max(widths)
    for name, (n_rows, n_cols) in shapes.items():
        if col > LEFT_COL and col + n_cols > last_col:
            row, col, height = row + height + 2, LEFT_COL, 0
        boxes[name] = Box(row, col, n_rows, n_cols)
        height = max(height, n_rows)
        for each in range(col, col + n_cols):
            widths[each] = max(widths.get(each, NARROW), cell_width)
        widths.setdefault(col + n_cols, NARROW)
        spare = sum(widths[each] for each in range(col, col + n_cols))
        col += n_cols + 1 + (len(name) * _NAME_CHARACTER > spare + widths[col + n_cols])
    return boxes
