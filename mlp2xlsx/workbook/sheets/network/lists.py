"""What the drawing of a network is made from: limits, names, points, and the lines of all connections.

A chart cannot change a line's width or colour by itself. So there is one line for each style, and it runs
through every connection: from neuron to neuron where the number belongs to the style, else from the neuron
to itself, which shows nothing. An empty cell after each connection interrupts the line.
"""

from itertools import count

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import column_names
from mlp2xlsx.workbook.sheets.layer_names import layer_name
from mlp2xlsx.workbook.sheets.network.chart import LINES, Rows
from mlp2xlsx.workbook.sheets.network.choice import by_choice
from mlp2xlsx.workbook.sheets.network.numbers import (
    DECIMALS,
    ConnectionNumbers,
    LiveNumber,
    decimals_of_gradients,
)
from mlp2xlsx.workbook.sheets.network.places import Connection, Layout, Neuron, Point
from mlp2xlsx.workbook.sheets.step.worked_line import Shown
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part, constant_part, live_text
from mlp2xlsx.xlsx.text_width import beginning
from mlp2xlsx.xlsx.writing.sheet import Sheet, Value

LISTS_ROW = 101  # out of sight: who wants to see them follows a link
_NAME_COL, _X_COL, _Y_COL, _WEIGHT_COL, _GRADIENT_COL, _SHOWN_COL, _LINE_COL = range(1, 8)
_FIRST_STYLE_COL = _LINE_COL + 2
NUMBER_COLS = _X_COL, _WEIGHT_COL
"""Columns with numbers of any size; gradients are small."""

# Which part of the largest number a line of each strength has to exceed. Powers of two are exact in
# every program, so that all of them agree on a weight that is just as large as a limit.
_PARTS = {3: 2, 2: 8, 1: 64}
_LONGEST_NAME = 16
_LIMIT_COL, _LARGEST_ROW = _X_COL, LISTS_ROW + 2
_DECIMALS_ROW = _LARGEST_ROW + len(_PARTS) + 1  # of numbers on lines, and below it those of the limits
_FEWEST_OF_LIMITS = 3
_NONE = "–"  # in place of a gradient that no update takes
_MORE_IN_LEGEND = 1  # decimals: the smallest is a 64th of the largest number


class Lists:
    """Writes the lists of a drawing.

    Attributes
    ----------
    rows
        Where each begins.
    """

    def __init__(self, sheet: Sheet, context: Context, layout: Layout) -> None:
        self.sheet, self.context, self.layout = sheet, context, layout
        self.words, self.numbers = context.texts["network"], ConnectionNumbers(context)
        self.rows = Rows.below(_DECIMALS_ROW + 2, layout)

    def write(self) -> dict[int, int]:
        """Write everything; what comes back is the column where each style has its x, and beside it its y."""
        self.sheet.put(LISTS_ROW, _NAME_COL, self.words["drawn_from"], "quiet")
        largest = self.limits()
        of_numbers, of_limits = self.decimals(largest)
        self.line_names(largest, of_limits)
        self.points()
        styles = self.style_columns()
        points, next_row = dict(self.layout.numbered()), count(self.rows.numbers)
        for number, connection in enumerate(self.layout.connections):
            row, ends = self.row_of(number), self.layout.ends(connection)
            self.connect(connection, row, ends)
            seen = self.shown(connection, row + 1)
            self.draw(row, self.line(seen, row + 1, largest), ends, styles)
            if connection in points:
                self.on_line(next(next_row), connection, points[connection], (row + 1, seen), of_numbers)
        return styles

    def row_of(self, number: int) -> int:
        """The first of the three rows of a connection, counted from 0."""
        return self.rows.connections + 3 * number

    def put(self, row: int, col: int, of: tuple[str, Value], role: str, name: str) -> None:
        """Write a formula with its value."""
        self.sheet.formula(row, col, Formula(of[0], 0), of[1], role, name)

    def limits(self) -> float:
        """Write the largest number, and from where on a line is thick, medium or thin; return the former."""
        first, last = self.rows.connections, self.row_of(len(self.layout.connections)) - 1
        largest: tuple[str, float] = self.numbers.largest_weight()
        if self.numbers.gradients:
            cells = Box(first, _GRADIENT_COL, last - first + 1, 1)
            of_gradients = self.numbers.largest_gradient(self.layout.connections, cells)
            largest = by_choice(self.context, largest, of_gradients)
        self.put(_LARGEST_ROW, _LIMIT_COL, largest, "updated", "largest")
        self.sheet.put(_LARGEST_ROW, _LIMIT_COL + 1, self.context.text("network", "largest"), "beside")
        for strength, part in _PARTS.items():
            row = _limit_row(strength)
            limit = f"{a1(_LARGEST_ROW, _LIMIT_COL)}/{part}", largest[1] / part
            self.put(row, _LIMIT_COL, limit, "updated", "limit")
            self.sheet.put(row, _LIMIT_COL + 1, self.words[f"above_{strength}"], "beside")
        return largest[1]

    def decimals(self, largest: float) -> tuple[int, int]:
        """Write with how many decimals numbers on lines are shown, and limits; and return that."""
        of_limits = max(self.context.lesson.decimals, _FEWEST_OF_LIMITS)
        if not self.context.lesson.trains:
            return DECIMALS, of_limits
        of_gradients = decimals_of_gradients(LiveNumber(a1(_LARGEST_ROW, _LIMIT_COL), largest))
        of_numbers = by_choice(self.context, (str(DECIMALS), DECIMALS), of_gradients)
        more = f"{a1(_DECIMALS_ROW, _LIMIT_COL)}+{_MORE_IN_LEGEND}", of_gradients.value + _MORE_IN_LEGEND
        in_legend = by_choice(self.context, (str(of_limits), of_limits), more)
        both = {"decimals": of_numbers, "decimals_legend": in_legend}
        for row, (key, decimals) in enumerate(both.items(), _DECIMALS_ROW):
            self.put(row, _LIMIT_COL, decimals, "whole", "decimals")
            self.sheet.put(row, _LIMIT_COL + 1, self.words[key], "beside")
        return int(of_numbers[1]), int(in_legend[1])

    def text(self, cell: str, value: float, decimals: int, row: int) -> Part:
        """A number as a text, with the decimals that a row says."""
        shown, said = Shown(decimals), a1(row, _LIMIT_COL, fixed=True)
        return Part(shown.formula(cell, said if self.context.lesson.trains else None), shown.text(value))

    def line_names(self, largest: float, decimals: int) -> None:
        """Write what each kind of line stands for, as the legend of the drawing says it."""
        for row, line in enumerate(LINES, self.rows.lines):
            cell, part = a1(_limit_row(abs(line)), _LIMIT_COL), _PARTS[abs(line)]
            limit = self.text(cell, largest / part, decimals, _DECIMALS_ROW + 1)
            words = self.words["line_positive" if line > 0 else "line_negative"]
            self.put(row, _NAME_COL, live_text(words, {"limit": limit}), "text", "line")

    def points(self) -> None:
        """List where the names of the layers and the neurons stand."""
        self.headings(self.rows.layers - 1, [self.words["neuron"], "x", "y"])
        for layer in range(len(self.layout.columns)):
            row, name = self.rows.layers + layer, layer_name(self.context, layer)
            self.point(row, name, (layer, self.layout.caption_y))
        for row, neuron in enumerate(self.layout.neurons, self.rows.neurons):
            self.point(row, _neuron_name(self.context, neuron), (neuron.x, neuron.y))

    def headings(self, row: int, names: list[str]) -> None:
        """Write what stands in the columns of a list."""
        for col, name in enumerate(names, 1):
            self.sheet.put(row, col, name, "label" if col == 1 else "label_centred")

    def point(self, row: int, name: str, at: Point) -> None:
        """Write a name, and where it stands in the drawing."""
        self.sheet.put(row, _NAME_COL, name, "text")
        self.place(row, at)

    def place(self, row: int, at: Point) -> None:
        """Write a place in the drawing."""
        for col, place in zip((_X_COL, _Y_COL), at, strict=True):
            self.sheet.put(row, col, place, "position")

    def style_columns(self) -> dict[int, int]:
        """Head the list of connections; return the column where each style has its x, and beside it its y."""
        heads, columns = self.rows.connections - 1, {}
        keys = ("weight", "gradient", "shown", "line")
        self.headings(heads, [self.words["connection"], "x", "y", *(self.words[key] for key in keys)])
        self.sheet.put(heads - 1, _FIRST_STYLE_COL - 1, self.words["line"], "quiet_centred")
        for place, line in enumerate(LINES):
            columns[line] = _FIRST_STYLE_COL + 2 * place
            for col, axis in enumerate("xy", columns[line]):
                self.sheet.put(heads - 1, col, line, "label_centred")
                self.sheet.put(heads, col, axis, "label_centred")
        return columns

    def connect(self, connection: Connection, row: int, ends: tuple[Point, Point]) -> None:
        """Write which neurons a connection joins, and where its line begins and ends."""
        for offset, (neuron, at) in enumerate(zip((connection.start, connection.end), ends, strict=True)):
            name = self.words["neuron_of"].format(
                layer=layer_name(self.context, neuron.layer), neuron=_neuron_name(self.context, neuron)
            )
            self.point(row + offset, name, at)

    def shown(self, connection: Connection, row: int) -> float:
        """Write a connection's weight, its gradient, and which of both is seen; and return that."""
        weight, gradient = self.numbers.weight(connection), self.numbers.gradient(connection)
        self.put(row, _WEIGHT_COL, weight, "value", connection.matrix)
        if gradient is not None:
            self.put(row, _GRADIENT_COL, gradient, "updated", "gradient")
        else:
            self.sheet.put(row, _GRADIENT_COL, _NONE, "count")
        of_gradient = (a1(row, _GRADIENT_COL), gradient.value) if gradient is not None else ("0", 0.0)
        seen = by_choice(self.context, (a1(row, _WEIGHT_COL), weight.value), of_gradient)
        self.put(row, _SHOWN_COL, seen, "updated", "shown")
        return seen[1]

    def line(self, seen: float, row: int, largest: float) -> int:
        """Write which line a connection gets by what is seen, 3 to -3 or 0 for none; and return that."""
        cell, strength, formula = a1(row, _SHOWN_COL), 0, "0"
        for level in sorted(_PARTS):
            limit = a1(_limit_row(level), _LIMIT_COL, fixed=True)
            formula = f"IF(ABS({cell})>{limit},{level},{formula})"
            if abs(seen) > largest / _PARTS[level]:
                strength = level
        line = strength if seen > 0 else -strength
        self.put(row, _LINE_COL, (f"{formula}*SIGN({cell})", line), "count", "line")
        return line

    def draw(self, row: int, line: int, ends: tuple[Point, Point], styles: dict[int, int]) -> None:
        """Write the three rows of a connection for every style: the start, the end, and the gap."""
        for style, first_col in styles.items():
            for axis, source in enumerate((_X_COL, _Y_COL)):
                col, start, end = first_col + axis, ends[0][axis], ends[1][axis]
                self.sheet.put(row, col, start, "position")
                condition = f"${a1(row + 1, _LINE_COL)}={a1(self.rows.connections - 2, col)}"
                formula = f"IF({condition},{a1(row + 1, source)},{a1(row, source)})"
                value = end if line == style else start
                self.put(row + 1, col, (formula, value), "position", "end of a line")
            # Excel counts the points of a line where an x is missing.
            self.sheet.put(row + 2, first_col, ends[0][0], "position")

    def on_line(
        self, row: int, connection: Connection, point: Point, seen: tuple[int, float], decimals: int
    ) -> None:
        """Write the number that stands on a line, as a text: what is seen, by its row and its value."""
        text: tuple[str, str] = self.text(a1(seen[0], _SHOWN_COL), seen[1], decimals, _DECIMALS_ROW)
        if self.numbers.gradient(connection) is None:
            text = by_choice(self.context, text, constant_part(_NONE))
        self.put(row, _NAME_COL, text, "text", "shown")
        self.place(row, point)


def _limit_row(strength: int) -> int:
    return _LARGEST_ROW + 1 + list(_PARTS).index(strength)


def _neuron_name(context: Context, neuron: Neuron) -> str:
    """What an input or an output is called; a number where that is not known."""
    if neuron.number is None:
        return "+1"
    last = len(context.lesson.network.hidden) + 1
    known = {0: column_names(context.lesson, "X"), last: column_names(context.lesson, "y")}.get(neuron.layer)
    return beginning(known[neuron.number], _LONGEST_NAME) if known else str(neuron.number + 1)
