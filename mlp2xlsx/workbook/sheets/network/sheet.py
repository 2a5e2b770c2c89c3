"""The sheet `Network`: a drawing whose lines follow weights or gradients of the chosen iteration."""

from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import CELL_WIDTH
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.workbook.sheets.layer_names import layer_name
from mlp2xlsx.workbook.sheets.network.chart import network_chart
from mlp2xlsx.workbook.sheets.network.choice import CHOICE, network_names, say, write_choice
from mlp2xlsx.workbook.sheets.network.lists import LISTS_ROW, NUMBER_COLS, Lists
from mlp2xlsx.workbook.sheets.network.places import FORMULAS_PER_CONNECTION, Layout, lay_out
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.writing.sheet import Sheet

_CHART = Box(FIRST_FREE_ROW + 2, 1, 22, 13)  # with the rows above it, what a small screen shows
_NAMES_WIDTH = 22


def write_network(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: the drawing and what its lines mean, and below it what it is drawn from."""
    words, layout = context.texts["network"], lay_out(context.lesson.network)
    picture_heading(sheet, context, "network")
    _say_what_is_seen(sheet, context, layout)
    sheet.link(_CHART.last_row + 2, 1, words["to_lists"], sheet.name, a1(LISTS_ROW, 1))
    lists = Lists(sheet, context, layout)
    styles = lists.write()
    chart = network_chart(sheet.ws, layout, lists.rows, styles)
    sheet.draw(chart, _CHART, words["title"], _described(context, layout))
    widths = dict.fromkeys(range(2, _CHART.last_col + 1), CELL_WIDTH)
    numbers = context.training.widths[context.training.boxes["wout"].col]
    sheet.widths(widths | {1: _NAMES_WIDTH} | dict.fromkeys(NUMBER_COLS, numbers))
    sheet.ws.freeze_panes = a1(FIRST_FREE_ROW, 1)
    if context.lesson.trains:
        for selection in sheet.ws.sheet_view.selection:  # so that the list to choose from is seen
            if selection.pane == "bottomLeft":
                selection.activeCell = selection.sqref = CHOICE.ref
    sheet.ws.print_area = Box(1, 1, _CHART.last_row, _CHART.last_col + 2).ref
    sheet.print_on_one_page()


def _say_what_is_seen(sheet: Sheet, context: Context, layout: Layout) -> None:
    """Write what lines, colours and strengths stand for, by what is chosen, and what is not drawn."""
    words, network = context.texts["network"], context.lesson.network
    if context.lesson.trains:
        write_choice(sheet, context)
        say(sheet, context, 2, words["what"], _of_gradients(context))
    for row, key in enumerate(("legend", "strength"), FIRST_FREE_ROW - 1):
        say(sheet, context, row, words[key], words[f"{key}_gradients"])
    some, dense = _is_cut(network, layout), len(list(layout.numbered())) < len(layout.connections)
    said = {
        words["some"].format(count=layout.most): (some, some),
        words["dense"]: (dense, False),
        words["dense_gradients"]: (False, dense),
        words["frozen"]: (False, network.bias == "frozen"),
    }
    notes = [" ".join(text for text, there in said.items() if there[kind]) for kind in range(2)]
    if any(notes):
        say(sheet, context, FIRST_FREE_ROW + 1, notes[0], notes[1], "quiet")


def _is_cut(network: Network, layout: Layout) -> bool:
    """Whether only the first neurons of a layer are drawn."""
    return max(network.n_inputs, *network.hidden, network.n_outputs) > layout.most


def _of_gradients(context: Context) -> str:
    """Say what the gradients are those of, as updates take them."""
    words, one = context.texts["network"], context.one_iteration
    of = {
        "of_all": not one.batched,
        "of_batch": one.batched,
        "with_penalty": bool(one.penalties),
        "with_dropout": bool(context.lesson.network.dropping),
    }
    listed = context.texts["document"]["list"].join(words[key] for key, there in of.items() if there)
    return str(words["what_gradients"]).format(of=listed)


def _described(context: Context, layout: Layout) -> str:
    """Say in words what is drawn."""
    words = context.texts["network"]
    layers = context.texts["document"]["list"].join(
        f"{layer_name(context, layer)} {sum(neuron.number is not None for neuron in column)}"
        for layer, column in enumerate(layout.columns)
    )
    said = [context.text("network", "alt").format(layers=layers, sheet=context.made_on["wout"][0])]
    if context.lesson.network.has_bias:
        said.append(words["alt_bias"])
    if context.lesson.trains:
        said.append(words["alt_gradients"].format(cell=CHOICE.ref))
    return " ".join(said)


SHEET = SheetKind(
    key="network",
    write=write_network,
    says="network_drawn",
    names=network_names,
    n_formulas=lambda lesson: FORMULAS_PER_CONNECTION * len(lay_out(lesson.network).connections),
)
