"""The sheet `Network`: the network as a drawing whose lines follow the weights of the chosen iteration.

A chart cannot change a line's width or colour by itself. So there is one line for each style, and it runs
through every connection: from neuron to neuron where the weight belongs to the style, else from the neuron
to itself, which shows nothing. An empty cell after each connection interrupts the line.
"""

import numpy as np

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import CELL_WIDTH
from mlp2xlsx.workbook.layout.column_names import column_names
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.layer_names import layer_name
from mlp2xlsx.workbook.sheets.network.chart import LINES, Rows, network_chart
from mlp2xlsx.workbook.sheets.network.places import Connection, Layout, Neuron, Point, lay_out
from mlp2xlsx.workbook.sheets.step.worked_line import Shown
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part, live_text
from mlp2xlsx.xlsx.text_width import beginning
from mlp2xlsx.xlsx.writing.sheet import Sheet

# Which part of the largest weight a line of each strength has to exceed. Powers of two are exact in
# every program, so that all of them agree on a weight that is just as large as a limit.
_PARTS = {3: 2, 2: 8, 1: 64}
_LONGEST_NAME = 16
_CHART = Box(FIRST_FREE_ROW + 2, 1, 22, 13)  # with the rows above it, what a small screen shows
_LISTS_ROW = 101  # out of sight: who wants to see them follows a link
_NAME_COL, _X_COL, _Y_COL, _WEIGHT_COL, _LINE_COL, _FIRST_STYLE_COL = 1, 2, 3, 4, 5, 7
_LIMIT_COL, _LARGEST_ROW = _X_COL, _LISTS_ROW + 2
_NUMBER = Shown(2)  # on a line


def write_network(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: the drawing and what its lines mean, and below it what it is drawn from."""
    words, network = context.texts["network"], context.lesson.network
    layout = lay_out(network)
    picture_heading(sheet, context, "network")
    sheet.put(FIRST_FREE_ROW - 1, 1, words["legend"], "text")
    sheet.put(FIRST_FREE_ROW, 1, words["strength"], "text")
    notes = []
    if max(network.n_inputs, *network.hidden, network.n_outputs) > layout.most:
        notes.append(words["some"].format(count=layout.most))
    if len(list(layout.numbered())) < len(layout.connections):
        notes.append(words["dense"])
    if notes:
        sheet.put(FIRST_FREE_ROW + 1, 1, " ".join(notes), "quiet")
    sheet.link(_CHART.last_row + 2, 1, words["to_lists"], sheet.name, a1(_LISTS_ROW, 1))
    sheet.put(_LISTS_ROW, 1, words["drawn_from"], "quiet")
    largest = _limits(sheet, context)
    rows = Rows.below(_limit_row(min(_PARTS)) + 1, layout)
    _line_names(sheet, context, rows, largest)
    _points(sheet, context, layout, rows)
    styles = _style_columns(sheet, context, rows)
    for number, connection in enumerate(layout.connections):
        row = rows.connections + 3 * number
        ends = layout.ends(connection)
        _connect(sheet, context, connection, row, ends)
        line = _line(sheet, context, connection, row + 1, largest)
        _draw(sheet, row, line, ends, styles, rows.connections - 2)
    sheet.draw(
        network_chart(sheet.ws, layout, rows, styles), _CHART, words["title"], _described(context, layout)
    )
    widths = dict.fromkeys(range(_X_COL, _CHART.last_col + 1), CELL_WIDTH)
    numbers = context.training.widths[context.training.boxes["wout"].col]
    sheet.widths(widths | {_NAME_COL: 22, _LIMIT_COL: numbers, _WEIGHT_COL: numbers})
    sheet.ws.freeze_panes = a1(FIRST_FREE_ROW, 1)
    sheet.ws.print_area = Box(1, 1, _CHART.last_row, _CHART.last_col + 2).ref
    sheet.print_on_one_page()


def _described(context: Context, layout: Layout) -> str:
    """Say in words what is drawn."""
    words = context.texts["network"]
    layers = context.texts["document"]["list"].join(
        f"{layer_name(context, layer)} {sum(neuron.number is not None for neuron in column)}"
        for layer, column in enumerate(layout.columns)
    )
    said = [words["alt"].format(layers=layers, sheet=context.made_on["wout"][0])]
    if context.lesson.network.has_bias:
        said.append(words["alt_bias"])
    return " ".join(said)


def _neuron_name(context: Context, neuron: Neuron) -> str:
    """What an input or an output is called; a number where that is not known."""
    if neuron.number is None:
        return "+1"
    last = len(context.lesson.network.hidden) + 1
    known = {0: column_names(context.lesson, "X"), last: column_names(context.lesson, "y")}.get(neuron.layer)
    return beginning(known[neuron.number], _LONGEST_NAME) if known else str(neuron.number + 1)


def _limits(sheet: Sheet, context: Context) -> float:
    """Write from which size on a line is thick, medium or thin; return the largest size there is."""
    words, parameters = context.texts["network"], context.lesson.network.parameters()
    said = context.text("network", "largest")
    largest = max(float(np.abs(context.trace[name]).max()) for name in parameters)
    sheet.formula(_LARGEST_ROW, _LIMIT_COL, _largest_formula(context), largest, "value", "largest")
    sheet.put(_LARGEST_ROW, _LIMIT_COL + 1, said, "beside")
    for strength, part in _PARTS.items():
        row = _limit_row(strength)
        formula = Formula(f"{a1(_LARGEST_ROW, _LIMIT_COL)}/{part}", 0)
        sheet.formula(row, _LIMIT_COL, formula, largest / part, "value", "limit")
        sheet.put(row, _LIMIT_COL + 1, words[f"above_{strength}"], "beside")
    return largest


def _limit_row(strength: int) -> int:
    return _LARGEST_ROW + 1 + list(_PARTS).index(strength)


def _line_names(sheet: Sheet, context: Context, rows: Rows, largest: float) -> None:
    """Write what each kind of line stands for, as the legend of the drawing says it."""
    words, shown = context.texts["network"], Shown(max(context.lesson.decimals, 3))
    for row, line in enumerate(LINES, rows.lines):
        cell, part = a1(_limit_row(abs(line)), _LIMIT_COL), _PARTS[abs(line)]
        limit = Part(shown.formula(cell), shown.text(largest / part))
        name = live_text(words["line_positive" if line > 0 else "line_negative"], {"limit": limit})
        sheet.formula(row, _NAME_COL, Formula(name.formula, 0), name.text, "text", "line")


def _largest_formula(context: Context) -> Formula:
    """Formula for the size of the largest weight or bias of all iterations that there are."""
    places, areas = context.training, []
    for name in context.lesson.network.parameters():
        if not context.lesson.trains:
            areas.append(name)
            continue
        first, last = places.at(name, 1), places.at(name, len(context.shown))
        area = Box(first.row, first.col, last.last_row - first.row + 1, first.n_cols)
        areas.append(area.on(context.titles["training"]))
    listed = ",".join(areas)
    return Formula(f"MAX(MAX({listed}),-MIN({listed}))", 0)


def _points(sheet: Sheet, context: Context, layout: Layout, rows: Rows) -> None:
    """List where the names of the layers and the neurons stand."""
    _headings(sheet, rows.layers - 1, [context.texts["network"]["neuron"], "x", "y"])
    for layer in range(len(layout.columns)):
        _point(sheet, rows.layers + layer, layer_name(context, layer), layer, layout.caption_y)
    for row, neuron in enumerate(layout.neurons, rows.neurons):
        _point(sheet, row, _neuron_name(context, neuron), neuron.layer, neuron.y)
    for row, (connection, (x, y)) in enumerate(layout.numbered(), rows.numbers):
        _number(sheet, context, connection, row)
        sheet.put(row, _X_COL, x, "position")
        sheet.put(row, _Y_COL, y, "position")


def _number(sheet: Sheet, context: Context, connection: Connection, row: int) -> None:
    """Write the number that stands on a line, as a text."""
    weight, cell = _weight(context, connection)
    formula = Formula(_NUMBER.formula(cell), 0)
    sheet.formula(row, _NAME_COL, formula, _NUMBER.text(weight), "text", connection.matrix)


def _weight(context: Context, connection: Connection) -> tuple[float, str]:
    """Value of a weight in the chosen iteration, and a formula for it."""
    matrix = context.chosen(connection.matrix)
    of_many = f"INDEX({connection.matrix},{connection.row + 1},{connection.col + 1})"
    # INDEX wants a range
    return float(matrix[connection.row, connection.col]), connection.matrix if matrix.size == 1 else of_many


def _headings(sheet: Sheet, row: int, names: list[str]) -> None:
    for col, name in enumerate(names, 1):
        sheet.put(row, col, name, "label" if col == 1 else "label_centred")


def _point(sheet: Sheet, row: int, name: str, x: float, y: float) -> None:
    sheet.put(row, _NAME_COL, name, "text")
    sheet.put(row, _X_COL, x, "position")
    sheet.put(row, _Y_COL, y, "position")


def _style_columns(sheet: Sheet, context: Context, rows: Rows) -> dict[int, int]:
    """Head the list of connections; return the column where each style has its x, and beside it its y."""
    words, columns = context.texts["network"], {}
    names = [words["connection"], "x", "y", words["weight"], words["line"]]
    _headings(sheet, rows.connections - 1, names)
    sheet.put(rows.connections - 2, _FIRST_STYLE_COL - 1, words["line"], "quiet_centred")
    for place, line in enumerate(LINES):
        columns[line] = _FIRST_STYLE_COL + 2 * place
        for col, axis in enumerate("xy", columns[line]):
            sheet.put(rows.connections - 2, col, line, "label_centred")
            sheet.put(rows.connections - 1, col, axis, "label_centred")
    return columns


def _connect(
    sheet: Sheet, context: Context, connection: Connection, row: int, ends: tuple[Point, Point]
) -> None:
    """Write which neurons a connection joins, and where its line begins and ends."""
    for offset, (neuron, (x, y)) in enumerate(zip((connection.start, connection.end), ends, strict=True)):
        name = context.texts["network"]["neuron_of"].format(
            layer=layer_name(context, neuron.layer), neuron=_neuron_name(context, neuron)
        )
        _point(sheet, row + offset, name, x, y)


def _draw(
    sheet: Sheet, row: int, line: int, ends: tuple[Point, Point], styles: dict[int, int], heads: int
) -> None:
    """Write the three rows of a connection for every style: the start, the end, and the gap."""
    for style, first_col in styles.items():
        for axis, source in enumerate((_X_COL, _Y_COL)):
            col, start, end = first_col + axis, ends[0][axis], ends[1][axis]
            sheet.put(row, col, start, "position")
            condition = f"${a1(row + 1, _LINE_COL)}={a1(heads, col)}"
            formula = f"IF({condition},{a1(row + 1, source)},{a1(row, source)})"
            value = end if line == style else start
            sheet.formula(row + 1, col, Formula(formula, 0), value, "position", "end of a line")
        # Excel counts the points of a line where an x is missing.
        sheet.put(row + 2, first_col, ends[0][0], "position")


def _line(sheet: Sheet, context: Context, connection: Connection, row: int, largest: float) -> int:
    """Write a connection's weight and which line it gets, 3 to -3 or 0 for none; return the latter."""
    weight, text = _weight(context, connection)
    sheet.formula(row, _WEIGHT_COL, Formula(text, 0), weight, "value", connection.matrix)
    cell, strength, formula = a1(row, _WEIGHT_COL), 0, "0"
    for level in sorted(_PARTS):
        limit = a1(_limit_row(level), _LIMIT_COL, fixed=True)
        formula = f"IF(ABS({cell})>{limit},{level},{formula})"
        if abs(weight) > largest / _PARTS[level]:
            strength = level
    line = strength if weight > 0 else -strength
    sheet.formula(row, _LINE_COL, Formula(f"{formula}*SIGN({cell})", 0), line, "count", "line")
    return line
