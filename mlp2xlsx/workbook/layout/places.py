"""Where things stand on `Setup`, on `Data` and on `Training`."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.tables.scaling import NONE, SCALINGS
from mlp2xlsx.mathematics.iteration import DATA, Iteration, initial_name
from mlp2xlsx.mathematics.steps import X, Y
from mlp2xlsx.workbook.layout.canvas import CELL_WIDTH, gap_after, label
from mlp2xlsx.workbook.layout.column_names import column_names, n_name_lines, short_name
from mlp2xlsx.workbook.layout.given import of_validation
from mlp2xlsx.xlsx.address import Box

SETUP_INPUT_COL = 6  # columns to the left hold texts and links
_SETUP_FIRST_ROW = 5
_MOST_AT_A_GLANCE = 6  # samples
_GLANCE_NAME = 11  # letters of a class above a number
TRAINING_FIRST_ROW = 6
_TRAINING_FIRST_COL = 2
_DATA_LABEL_ROW, _DATA_FIRST_COL = 6, 2


@dataclass(frozen=True)
class SetupPlaces:
    """The inputs on `Setup`.

    Attributes
    ----------
    boxes
        `iteration`, `lr`, `initial_wh`, … by their defined names, and `X` and `y` unless they are on `Data`,
        with those of the samples that are kept for validation below them.
    heading_row, glance_row, weights_row, data_row
        Rows of the headings.
    """

    boxes: Mapping[str, Box]
    heading_row: int
    glance_row: int
    weights_row: int
    data_row: int


def glance_samples(n_rows: int) -> int:
    """How many of the samples of an iteration are shown at a glance."""
    return min(n_rows, _MOST_AT_A_GLANCE)


def glance_names(lesson: Lesson) -> list[str]:
    """Names above targets and outputs at a glance, where there are several and they have names."""
    names = column_names(lesson, "y") if lesson.y.shape[1] > 1 else ()
    return [short_name(name, _GLANCE_NAME) for name in names]


def place_setup(lesson: Lesson, *, filled_in: bool = False) -> SetupPlaces:
    """Lay out iteration and lr, training at a glance, then a row of parameters, then the data.

    Parameters
    ----------
    lesson
        Whose inputs.
    filled_in
        Whether the first iteration is filled in by a person, so that there is nothing else to look at. Nor
        is there without training.
    """
    network, above = lesson.network, _rows_above(lesson)
    filled_in = filled_in or not lesson.trains
    col, first = SETUP_INPUT_COL, _SETUP_FIRST_ROW
    boxes = {} if filled_in else {"iteration": Box(first + 1, col + 1, 1, 1)}
    for name in lesson.scalars:
        boxes[name] = Box(first + 1 + len(boxes), col + 1, 1, 1)
    below = first + 1 + len(boxes)
    for k, (name, values) in enumerate(lesson.columns.items()):
        boxes[name] = Box(below + 2, col + k, *values.shape)
    if lesson.columns:
        below = max(box.last_row for box in boxes.values()) + 1
    glance_row = below + 1
    weights_row = glance_row if filled_in else glance_row + _glance_height(lesson)
    parameters = network.parameters()
    for layer in network.layers:
        name, top = initial_name(layer.weights), weights_row + 2
        boxes[name] = Box(top, col, layer.n_inputs, layer.n_neurons)
        if layer.bias in parameters:
            bias = Box(boxes[name].last_row + 2, col, 1, layer.n_neurons)
            boxes[initial_name(layer.bias)] = bias
        col += layer.n_neurons + _gap_columns(name, boxes[name])
    data_row = max(box.last_row for box in boxes.values()) + 2
    if above is not None:
        boxes["X"] = Box(data_row + above, SETUP_INPUT_COL, *lesson.X.shape)
        boxes["y"] = Box(data_row + above, boxes["X"].last_col + 2, *lesson.y.shape)
        if not filled_in:
            boxes |= _below(lesson, boxes)
    return SetupPlaces(boxes, first, glance_row, weights_row, data_row)


def _below(lesson: Lesson, boxes: Mapping[str, Box]) -> dict[str, Box]:
    """Place the samples that are kept for validation below the others, with a heading and a row of labels."""
    if lesson.validation is None:
        return {}
    names = [name for name in ("X_raw", X, Y) if name in boxes]
    row, count = boxes[X].last_row + 4, len(lesson.validation.y)
    return {of_validation(name): Box(row, boxes[name].col, count, boxes[name].n_cols) for name in names}


def _glance_height(lesson: Lesson) -> int:
    """Heading, sentences, two losses, the table with its headings, and a line where samples are left out."""
    rows = lesson.batch or len(lesson.X)
    headings = 1 + bool(glance_names(lesson))
    return glance_lines(lesson) + 4 + headings + glance_samples(rows) + (rows > glance_samples(rows))


def glance_lines(lesson: Lesson) -> int:
    """How many sentences there are at a glance; of batches, nothing is said of first and last together."""
    return 1 + (lesson.batch is None)


def _rows_above(lesson: Lesson) -> int | None:
    """How many rows the data stand below their heading on `Setup`; None when they are on `Data`."""
    if lesson.X_raw is not None:
        return None
    return 2 + bool(lesson.classes) + n_name_lines(lesson)


@dataclass(frozen=True)
class DataPlaces:
    """The sheet `Data`, which there is when the inputs are scaled or have words in them.

    Attributes
    ----------
    boxes
        `X_raw`, `X` and `y`, side by side: a row per sample; below them the same of the samples that are
        kept for validation, if there are any.
    statistics
        The row of each statistic, by its key; its numbers stand above the columns of `X_raw`.
    label_row
        Where the matrices are named, and below it their columns.
    """

    boxes: Mapping[str, Box]
    statistics: Mapping[str, int]
    label_row: int


def place_data(lesson: Lesson) -> DataPlaces | None:
    """Lay out the data of a lesson whose inputs are scaled or have words in them; None for others."""
    if lesson.X_raw is None:
        return None
    keys = [] if lesson.scale == NONE else [statistic.key for statistic in SCALINGS[lesson.scale].statistics]
    rows = {key: row for row, key in enumerate(keys, start=_DATA_LABEL_ROW + 1 + n_name_lines(lesson))}
    first = _DATA_LABEL_ROW + n_name_lines(lesson) + len(rows) + 2
    boxes: dict[str, Box] = {}
    col = _DATA_FIRST_COL
    for name, values in {"X_raw": lesson.X_raw, "X": lesson.X, "y": lesson.y}.items():
        boxes[name] = Box(first, col, *values.shape)
        col += boxes[name].n_cols + _gap_columns(name, boxes[name])
    return DataPlaces(boxes | _below(lesson, boxes), rows, _DATA_LABEL_ROW)


def _gap_columns(name: str, box: Box) -> int:
    """How many empty columns a name needs to its right before the next one begins."""
    return max(1, ceil(gap_after([label(name, box)], box.n_cols) / CELL_WIDTH))


@dataclass(frozen=True)
class TrainingPlaces:
    """The bands on `Training`.

    Attributes
    ----------
    boxes
        Place of each matrix in the band of iteration 1; parameters stand at its start.
    height
        Rows from one band to the next.
    copies
        Inputs that every iteration reads, repeated to the right of the first band: a formula on the same
        sheet is followed sooner, and there the samples push no band off the screen.
    widths
        Column widths.
    updated
        Name of what an updated matrix is one band further down, where it has no place of its own.
    """

    boxes: Mapping[str, Box]
    height: int
    copies: Mapping[str, Box]
    widths: Mapping[int, float]
    updated: Mapping[str, str]

    def at(self, name: str, position: int) -> Box:
        """Place of a matrix in a band, counted from 1; `next_wh` is `wh` one band further down.

        Where iterations are left out, the band below is another one, and `next_wh` has its own place.
        """
        if name in self.updated:
            name, position = self.updated[name], position + 1
        return self.boxes[name].moved((position - 1) * self.height)

    def last_row(self, n_bands: int) -> int:
        """Row where the last of the bands ends."""
        return TRAINING_FIRST_ROW + n_bands * self.height - 2

    @property
    def last_col(self) -> int:
        """The last column of a band."""
        return max(box.last_col for box in self.boxes.values())


def place_training(
    iteration: Iteration,
    *,
    some: bool = False,
    cell_width: float = CELL_WIDTH,
    updated_width: float = CELL_WIDTH,
    kept_width: float = CELL_WIDTH,
) -> TrainingPlaces:
    """Lay out one band: each matrix in the order of the steps, side by side, then what is measured.

    Parameters
    ----------
    iteration
        What is computed.
    some
        Whether iterations are left out, so that a band holds what the next one would start from.
    cell_width, updated_width, kept_width
        Width of a column of numbers, of one of what is updated or belongs to the way back, and of one of
        what an optimiser keeps.
    """
    updated = {} if some else iteration.updated
    given = (*DATA, *iteration.columns)
    shapes = {name: shape for name, shape in iteration.shapes.items() if name not in (*given, *updated)}
    shapes |= {result.name: result.expr.shape for result in iteration.measured}
    # Of a batch the samples are taken by their numbers, from all there are.
    inputs = [*(name for name in given if name in iteration.shapes), *iteration.scalars]
    shapes |= {name: iteration.shapes.get(name, (1, 1)) for name in inputs}
    small = {*iteration.updates, *iteration.updated, *iteration.backward}
    wider = dict.fromkeys(small, updated_width) | dict.fromkeys(iteration.kept, kept_width)
    boxes: dict[str, Box] = {}
    widths: dict[int, float] = {1: 10}
    col = _TRAINING_FIRST_COL
    for name, (n_rows, n_cols) in shapes.items():
        box = boxes[name] = Box(TRAINING_FIRST_ROW, col, n_rows, n_cols)
        width = wider.get(name, cell_width)
        widths |= dict.fromkeys(range(col, col + n_cols), width)
        widths[col + n_cols] = gap_after([label(name, box)], n_cols, width)
        col += n_cols + 1
    height = max(box.n_rows for box in boxes.values()) + 1
    copies = {name: boxes.pop(name) for name in inputs}
    return TrainingPlaces(boxes, height, copies, widths, updated)
