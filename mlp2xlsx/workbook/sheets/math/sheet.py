"""The sheet `Math`: the gradients by the chain rule, with the way to each step, and a check of them."""

from openpyxl.worksheet.pagebreak import Break

from mlp2xlsx.explain.derivation import LOSS, Factor, LayerFactors, chain, derive
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.math.gradient_check import LAST_COL, write_gradient_check
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.writing.sheet import Sheet

_FIRST_ROW = 6
_LINK, _FORMULA = 1, 2
_FIRST_WIDTH, _WIDTH, _LAST_WIDTH = 16.0, 15.0, 18.0
_GAP = 5  # points between two factors


def write_math(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: the derivation, then the check, whose verdict stands above both."""
    words, lesson = context.texts["math_sheet"], context.lesson
    sheet.title(words["title"], words["what"])
    row = _FIRST_ROW
    sheet.put(row, _LINK, words["chain_heading"], "heading")
    sheet.put(row + 1, _FORMULA, chain(lesson.network), "code")
    first = lesson.network.layers[0].weights
    for offset, key in enumerate(("chain", "derivative", "sign"), start=2):
        sheet.put(row + offset, _FORMULA, words[key].format(weights=first), "text")
    row += 6
    for part in derive(context.one_iteration):
        row = _part(sheet, context, part, row) + 1
    sheet.ws.row_breaks.append(Break(row - 1))
    _links(sheet, context, row)
    last = write_gradient_check(sheet, context, row)
    sheet.widths({1: _FIRST_WIDTH} | dict.fromkeys(range(2, LAST_COL), _WIDTH) | {LAST_COL: _LAST_WIDTH})
    sheet.ws.freeze_panes = a1(_FIRST_ROW - 1, 1)
    sheet.print_on_one_page(tall=True)
    sheet.ws.print_area = f"A1:{a1(last, LAST_COL)}"


def _links(sheet: Sheet, context: Context, check_row: int) -> None:
    """The way back, the way down, and which iteration is checked."""
    words = context.texts["sheet"]
    sheet.link(3, 1, "‹ Setup", "Setup")
    sheet.link(3, 2, context.texts["math_sheet"]["to_check"], "Math", a1(check_row, 1))
    before = words["iteration_before"]
    after = words["iteration_after"].format(count=context.lesson.iterations)
    formula = Formula(f'"{before}"&iteration&"{after}"', 0)
    sheet.formula(3, 4, formula, f"{before}{context.iteration}{after}", "text", "iteration")


def _part(sheet: Sheet, context: Context, part: LayerFactors, row: int) -> int:
    """Write the factors of one layer, three rows each; return the row after them."""
    hidden = context.lesson.network.hidden_layers
    number = f" {hidden.index(part.layer) + 1}" if part.layer in hidden and len(hidden) > 1 else ""
    heading = context.texts["math_sheet"][f"{part.kind}_heading"].format(number=number)
    sheet.put(row, _LINK, heading, "heading")
    for factor in part.factors:
        _factor(sheet, context, factor, row + 1)
        row += 3
    if part.kind == "update" and context.lesson.network.bias == "frozen":
        row += 1
        sheet.put(row, _FORMULA, context.texts["math_sheet"]["frozen"], "text")
    return row + 1


def _factor(sheet: Sheet, context: Context, factor: Factor, row: int) -> None:
    """Write a factor, the way to the sheet that computes it, below it what it means, and a little room."""
    title = "Loss" if factor.source == LOSS else context.made_on[factor.source][0]
    sheet.link(row, _LINK, title, title)
    sheet.put(row, _FORMULA, factor.formula, "code")
    text = context.texts["math_sheet"]["factors"][factor.key]
    sheet.put(row + 1, _FORMULA, text.format(**factor.names), "text")
    sheet.ws.row_dimensions[row + 2].height = _GAP
