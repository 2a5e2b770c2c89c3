"""The sheet `Surface`, for networks with two inputs: what they put out over the plane, in colours."""

import numpy as np
from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter

from mlp2xlsx.evaluation import VALIDATION, class_numbers
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import short_name
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.workbook.sheets.pictures.axis import Axis, input_name, output_name
from mlp2xlsx.workbook.sheets.pictures.forward import Forward
from mlp2xlsx.workbook.sheets.pictures.legend import (
    class_rules,
    colour_scale,
    legend_lines,
    mark_rules,
    write_legend,
)
from mlp2xlsx.workbook.sheets.pictures.samples import MOST_OUTPUTS, Samples
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated
from mlp2xlsx.xlsx.writing.sheet import Sheet

_MOST_CELLS = 40_000
_HALVES = (10, 8, 6, 5)  # points on either side of the centre; fewer for wide networks
_BEYOND = 2  # points beyond the data on each side
_FIRST_ROW = FIRST_FREE_ROW + 1
_AXIS_COL, _GRID_COL = 2, 3
# All of one grid, its axes and the data are on a small screen.
_CELL_WIDTH, _CELL_HEIGHT, _LIST_WIDTH = 3.5, 13.5, 7.5
_LONGEST_NAME = 8
_BESIDE = 2  # columns that the sentence on top runs on into
_AXES = (0, 1)


def has_surface(network: Network) -> bool:
    """Whether a network has two inputs."""
    return network.n_inputs == len(_AXES)


def n_points(network: Network) -> int:
    """How many points there are along each side of the plane."""
    grids = min(network.n_outputs, MOST_OUTPUTS) + 2  # of classes, and of marks
    width = network.n_inputs + 2 * sum(layer.n_neurons for layer in network.layers) + grids
    fitting = (half for half in _HALVES if (2 * half + 1) ** 2 * width <= _MOST_CELLS)
    return 2 * next(fitting, _HALVES[-1]) + 1


def write_surface(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a grid of classes, and one for each output; beside them what they mean, and the data.

    Below all stands what they are made from: which points are near to a sample, and the forward pass.
    """
    surface = _Surface(sheet, context)
    said = "what_classes" if surface.samples.by_class else "what"
    picture_heading(sheet, context, "surface", said, white=surface.white)
    surface.write_notes()
    surface.write_beside()
    if surface.samples.by_class:
        surface.write_classes()
    for number in range(surface.n_outputs):
        surface.write_output(number)
    surface.write_marks()
    sheet.bands.append(surface.points())
    grid = dict.fromkeys(range(_GRID_COL, surface.list_col), _CELL_WIDTH)
    last_col = surface.samples.last_col
    listed = dict.fromkeys(range(surface.list_col, last_col + 1), _LIST_WIDTH)
    sheet.widths({1: 8, _AXIS_COL: 7, **grid, **listed})
    sheet.ws.freeze_panes = a1(FIRST_FREE_ROW, 1)
    sheet.ws.print_area = Box(1, 1, surface.last_row, last_col + _BESIDE).ref
    sheet.print_on_one_page()


class _Surface:
    """The places on the sheet, and what is to be written there."""

    def __init__(self, sheet: Sheet, context: Context) -> None:
        self.sheet, self.context = sheet, context
        self.words = context.texts["surface"]
        network = context.lesson.network
        self.bounded = network.output != "linear"
        self.white = self.words["white_bounded" if self.bounded else "white"]
        self.n_outputs = min(network.n_outputs, MOST_OUTPUTS)
        self.side = n_points(network)
        half = self.side // 2
        self.list_col = _GRID_COL + self.side + 1
        self.legend = legend_lines(context)
        self.samples = self._samples(len(self.legend), half)
        self.axes = self.samples.across, self.samples.up
        self.first_output = int(self.samples.by_class)
        grids = self.first_output + self.n_outputs
        self.last_row = max(self.grid(grids - 1).last_row + 2, self.samples.last_row)
        self.marks = Box(self.last_row + 4, _GRID_COL, self.side, self.side)
        self.forward = Forward.place(network, self.side, self.marks.last_row + 4, _CELL_WIDTH)
        across, up = (np.array(axis.values(context)) for axis in self.axes)
        # From top to bottom the second input falls; each band is one row of the grid.
        points = np.array([[[x, height] for x in across] for height in up[::-1]])
        self.values = self.forward.values(context, points)

    def _samples(self, n_entries: int, half: int) -> Samples:
        """Place the axes and the list of samples below so many lines of a legend."""
        row, col = _FIRST_ROW + n_entries + 3, self.list_col
        across, up = (Axis(column, half, half - _BEYOND, row, col + 1 + column) for column in _AXES)
        return Samples(self.context, row + 3, col, across, up)

    def grid(self, number: int) -> Box:
        """Where the numbers of a grid stand, the first point of the second input in the lowest row."""
        return Box(_FIRST_ROW + 1 + number * (self.side + 4), _GRID_COL, self.side, self.side)

    def write_notes(self) -> None:
        """Say what weights are to be found, what a point of the plane is, and what is not to be seen."""
        lesson, words = self.context.lesson, self.words
        across, up = (input_name(self.context, axis.column) for axis in self.axes)
        goal = "goal_classes" if self.samples.by_class else "goal"
        two = lesson.classes if lesson.network.n_outputs == 1 else ()
        names = [short_name(name, 2 * _LONGEST_NAME) for name in two] or ["", ""]
        said = words["goal_two" if two else goal].format(zero=names[0], one=names[1])
        self.sheet.put(FIRST_FREE_ROW - 1, 1, said, "text")
        notes = [words["meaning"].format(across=across, up=up)]
        if self.context.data is not None:
            notes.append(self.context.texts["pictures"]["scaled"])
        if self.samples.left_out is not None:
            notes.append(words["some"].format(count=self.samples.left_out))
        self.sheet.put(FIRST_FREE_ROW, 1, " ".join(notes), "quiet")

    def write_beside(self) -> None:
        """Write the legend, the axes and the samples: rules of conditional formats cannot look elsewhere."""
        put, common = self.sheet.put, self.context.texts["pictures"]
        put(_FIRST_ROW, self.list_col, self.words["legend"], "heading")
        write_legend(self.sheet, _FIRST_ROW + 1, self.list_col, self.legend)
        for offset, key in enumerate(("centre", "distance")):
            put(self.axes[0].row + offset, self.list_col, common[key], "text")
        for axis in self.axes:
            name = shortened(input_name(self.context, axis.column), _LONGEST_NAME)
            put(axis.row - 1, axis.col, name, "label_centred")
            axis.write(self.sheet, self.context)
        self.samples.write(self.sheet)
        for of in self.samples.rows if self.samples.by_class else ():
            box = self.samples.classes(of)
            self._add(box, *class_rules(box, None, self.context.lesson.network.n_outputs))

    def write_classes(self) -> None:
        """Write the grid of classes: the number of the largest output at each point."""
        grid, output = self.grid(0), self.forward.boxes["output"]
        said = class_numbers(self.values["output"].reshape(-1, output.n_cols)).tolist()
        self._axes(grid, self.words["class"])
        for number, ((row, col), value) in enumerate(zip(grid.cells(), said, strict=True)):
            cells = Box(output.row + number, output.col, 1, output.n_cols).ref
            formula = Formula(f"MATCH(MAX({cells}),{cells},0)", 0)
            self.sheet.formula(row, col, formula, float(value), "grid_class", "class")
        self._add(grid, *class_rules(grid, self.marks, output.n_cols))

    def write_output(self, number: int) -> None:
        """Write an output's grid."""
        grid, output = self.grid(self.first_output + number), self.forward.boxes["output"]
        name = output_name(self.context, number)
        scale = self.words["output_named"].format(name=name, white=self.white)
        self._axes(grid, scale if self.samples.by_class else name)
        values = self.values["output"][:, :, number].ravel().tolist()
        for point, ((row, col), value) in enumerate(zip(grid.cells(), values, strict=True)):
            formula = Formula(a1(output.row + point, output.col + number), 0)
            self.sheet.formula(row, col, formula, value, "grid", "output")
        self._add(grid, *mark_rules(self.marks), colour_scale(bounded=self.bounded))

    def write_marks(self) -> None:
        """Write which points are near to a sample: the colours look it up."""
        kept = "_kept" if VALIDATION in self.samples.rows else ""
        self.sheet.put(self.marks.row - 2, 1, self.words[f"marks{kept}"], "quiet")
        self.samples.write_marks(self.sheet, self.marks)

    def _axes(self, grid: Box, title: str) -> None:
        """Head a grid, with the first input below it and the second to its left."""
        sheet, (across, up) = self.sheet, self.axes
        sheet.put(grid.row - 1, grid.col, title, "heading")
        named = shortened(input_name(self.context, up.column), _LONGEST_NAME)
        sheet.put(grid.row - 1, _AXIS_COL, named, "label_centred")
        sheet.put(grid.last_row + 2, grid.col, input_name(self.context, across.column), "label")
        steps = zip(across.formulas(), across.values(self.context), strict=True)
        for col, (formula, value) in enumerate(steps, grid.col):
            sheet.formula(grid.last_row + 1, col, formula, value, "grid_axis", "axis")
        steps = zip(up.formulas(), up.values(self.context), strict=True)
        for place, (formula, value) in enumerate(steps):
            sheet.formula(grid.last_row - place, _AXIS_COL, formula, value, "grid_axis", "axis")
        for row in range(grid.row, grid.last_row + 1):
            sheet.ws.row_dimensions[row].height = _CELL_HEIGHT

    def _add(self, box: Box, *rules: Rule) -> None:
        for rule in rules:
            self.sheet.ws.conditional_formatting.add(box.ref, rule)

    def points(self) -> Bands:
        """Make the bands below the grids: the points of one row of the grid each, and their forward pass."""
        sheet, X, rows = self.sheet, self.forward.boxes["X"], Progressions()
        given, made, first = sheet.styles.index("count"), sheet.styles.index("grid"), self.grid(0)
        sheet.put(X.row - 2, 1, self.words["points"], "quiet")
        for name, box in self.forward.boxes.items():
            sheet.put(X.row - 1, box.col, name, "label")
        height = Formula(f"${get_column_letter(_AXIS_COL)}{rows.mark(first.row, 1)}", 0)
        points = [
            [Formula(a1(first.last_row + 1, first.col + i, fixed=True), 0), height] for i in range(self.side)
        ]
        blocks = [Repeated("X", X, self.values["X"], given, points)]
        blocks += self.forward.blocks(self.context, self.values, rows, made)
        return Bands(X.row, self.side, self.side, tuple(blocks), rows)


SHEET = SheetKind(
    key="surface",
    write=write_surface,
    says="surface",
    is_there=lambda lesson: has_surface(lesson.network),
    n_bands=lambda lesson: n_points(lesson.network),
)
