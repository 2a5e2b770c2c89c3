"""The sheet `Surface`, for networks with two inputs: what they put out over the plane, in colours."""

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule, Rule
from openpyxl.utils import get_column_letter

from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.pictures.axis import Axis, input_name, output_name
from mlp2xlsx.workbook.sheets.pictures.forward import Forward
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import outlined

_LOW, _MIDDLE, _HIGH = "8FD0A0", "FFFFFF", "A98BD0"  # told apart by colour-blind eyes as well
_MOST_OUTPUTS = 3
_MOST_SAMPLES = 60
_MOST_CELLS = 40_000
_HALVES = (10, 8, 6, 5)  # points on either side of the centre; fewer for wide networks
_BEYOND = 2  # points beyond the data on each side
_FIRST_ROW = FIRST_FREE_ROW + 1
_AXIS_COL, _GRID_COL = 2, 3
# All of one grid, its axes and the data are on a small screen.
_CELL_WIDTH, _CELL_HEIGHT, _LIST_WIDTH, _LONGEST_NAME = 3.5, 13.5, 7.5, 8
_BESIDE = 2  # columns that the sentence on top runs on into
_AXES = (0, 1)


def has_surface(network: Network) -> bool:
    """Whether a network has two inputs."""
    return network.n_inputs == len(_AXES)


def n_points(network: Network) -> int:
    """How many points there are along each side of the plane."""
    width = network.n_inputs + 2 * sum(layer.n_neurons for layer in network.layers)
    fitting = (half for half in _HALVES if (2 * half + 1) ** 2 * width <= _MOST_CELLS)
    return 2 * next(fitting, _HALVES[-1]) + 1


def write_surface(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a grid for each output, the data beside it, the forward pass of all points below."""
    surface = _Surface(sheet, context)
    bounded = context.lesson.network.output != "linear"
    white = context.texts["surface"]["white_bounded" if bounded else "white"]
    picture_heading(sheet, context, "surface", white=white)
    surface.write_notes()
    surface.write_list()
    for number in range(surface.n_outputs):
        surface.write_grid(number)
    sheet.bands.append(surface.points())
    grid = dict.fromkeys(range(_GRID_COL, surface.list_col), _CELL_WIDTH)
    last_col = surface.data.last_col + surface.n_outputs
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
        self.n_outputs = min(network.n_outputs, _MOST_OUTPUTS)
        self.n_samples = min(len(context.lesson.X), _MOST_SAMPLES)
        self.side = n_points(network)
        half = self.side // 2
        self.list_col = _GRID_COL + self.side + 1
        self.axes = [
            Axis(column, half, half - _BEYOND, _FIRST_ROW + 2, self.list_col + 1 + column) for column in _AXES
        ]
        self.data = Box(_FIRST_ROW + 7, self.list_col + 1, self.n_samples, 2)
        self.last_row = max(self.grid(self.n_outputs - 1).last_row + 2, self.data.last_row)
        self.forward = Forward.place(network, self.side, self.last_row + 4, _CELL_WIDTH)
        across, up = (np.array(axis.values(context)) for axis in self.axes)
        # From top to bottom the second input falls; each band is one row of the grid.
        points = np.array([[[x, height] for x in across] for height in up[::-1]])
        self.values = self.forward.values(context, points)

    def grid(self, number: int) -> Box:
        """Where an output's numbers stand, the first point of the second input in the lowest row."""
        return Box(_FIRST_ROW + 1 + number * (self.side + 4), _GRID_COL, self.side, self.side)

    def write_notes(self) -> None:
        """Say what the numbers of the inputs are, and how many samples are marked."""
        notes = [self.words["marked"]]
        if self.context.data is not None:
            notes.append(self.context.texts["pictures"]["scaled"])
        if self.n_samples < len(self.context.lesson.X):
            notes.append(self.words["some"].format(count=self.n_samples))
        self.sheet.put(FIRST_FREE_ROW - 1, 1, " ".join(notes), "quiet")

    def write_list(self) -> None:
        """List the axes, and below them the data: a rule of a conditional format cannot look elsewhere."""
        put, common = self.sheet.put, self.context.texts["pictures"]
        for offset, key in enumerate(("centre", "distance")):
            put(self.axes[0].row + offset, self.list_col, common[key], "text")
        put(self.data.row - 1, self.list_col, self.words["sample"], "label")
        for axis in self.axes:
            for row in (axis.row - 1, self.data.row - 1):
                name = shortened(input_name(self.context, axis.column), _LONGEST_NAME)
                put(row, axis.col, name, "label_centred")
            axis.write(self.sheet, self.context)
        for i in range(self.n_samples):
            put(self.data.row + i, self.list_col, i + 1, "quiet_centred")
        self._copy("X", self.data.col, len(_AXES))
        put(self.data.row - 2, self.data.last_col + 1, self.words["target"], "label_centred")
        for number in range(self.n_outputs):
            name = shortened(output_name(self.context, number), _LONGEST_NAME)
            put(self.data.row - 1, self.data.last_col + 1 + number, name, "label_centred")
        self._copy("y", self.data.last_col + 1, self.n_outputs)

    def _copy(self, name: str, col: int, count: int) -> None:
        """Repeat the first columns of the data."""
        title, box = self.context.inputs[name]
        values = {"X": self.context.lesson.X, "y": self.context.lesson.y}[name]
        for i in range(self.n_samples):
            for j in range(count):
                formula = Formula(f"{title}!{a1(box.row + i, box.col + j)}", 0)
                value = float(values[i, j])
                self.sheet.formula(self.data.row + i, col + j, formula, value, self.context.role(name), name)

    def write_grid(self, number: int) -> None:
        """Write an output's grid, with the first input below it and the second to its left."""
        sheet, grid, name = self.sheet, self.grid(number), output_name(self.context, number)
        across, up = self.axes
        sheet.put(grid.row - 1, grid.col, name, "heading")
        sheet.put(grid.row - 1, _AXIS_COL, input_name(self.context, up.column), "label_centred")
        sheet.put(grid.last_row + 2, grid.col, input_name(self.context, across.column), "label")
        steps = zip(across.formulas(), across.values(self.context), strict=True)
        for col, (formula, value) in enumerate(steps, grid.col):
            sheet.formula(grid.last_row + 1, col, formula, value, "grid_axis", "axis")
        steps = zip(up.formulas(), up.values(self.context), strict=True)
        for place, (formula, value) in enumerate(steps):
            sheet.formula(grid.last_row - place, _AXIS_COL, formula, value, "grid_axis", "axis")
        output = self.forward.boxes["output"]
        for i in range(self.side):
            sheet.ws.row_dimensions[grid.row + i].height = _CELL_HEIGHT
            for j in range(self.side):
                point = Formula(a1(output.row + i * self.side + j, output.col + number), 0)
                value = float(self.values["output"][i, j, number])
                sheet.formula(grid.row + i, grid.col + j, point, value, "grid", "output")
        sheet.ws.conditional_formatting.add(grid.ref, self._mark(grid))
        sheet.ws.conditional_formatting.add(grid.ref, self._colours())

    def _mark(self, grid: Box) -> Rule:
        """Make the rule that marks the points nearest to a sample."""
        near = []
        heads = (
            f"{get_column_letter(grid.col)}${grid.last_row + 1}",
            f"${get_column_letter(_AXIS_COL)}{grid.row}",
        )
        for axis, head in zip(self.axes, heads, strict=True):
            samples = Box(self.data.row, self.data.col + axis.column, self.n_samples, 1).text(fixed=True)
            near.append(f"(ABS({samples}-{head})<={a1(axis.row + 1, axis.col, fixed=True)}/2)")
        return outlined(f"SUMPRODUCT({'*'.join(near)})>0")

    def _colours(self) -> Rule:
        """Make the colour scale: from 0 to 1 where outputs are, else over what there is."""
        bounded = self.context.lesson.network.output != "linear"
        ends = ("num", "num", "num") if bounded else ("min", "percent", "max")
        values = (0, 0.5, 1) if bounded else (None, 50, None)
        return ColorScaleRule(
            ends[0], values[0], _LOW, ends[1], values[1], _MIDDLE, ends[2], values[2], _HIGH
        )

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
