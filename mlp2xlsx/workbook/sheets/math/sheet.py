"""The sheet `Math`: the gradients by the chain rule, the article, words and signs, and a check of it all."""

from openpyxl.worksheet.pagebreak import Break

from mlp2xlsx.explain.derivation import LOSS, Factor, LayerFactors, chain, derive
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.kinds import SheetKind, trains
from mlp2xlsx.workbook.sheets.math.article import write_formula, write_signs, write_slips
from mlp2xlsx.workbook.sheets.math.glossary import write_glossary
from mlp2xlsx.workbook.sheets.math.gradient_check import LAST_COL, write_gradient_check
from mlp2xlsx.workbook.sheets.math.places import CHAIN_ROW, FACTOR_ROWS, MathPlaces, math_places
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.writing.sheet import Sheet

_LINK, _FORMULA = 1, 2
_FROZEN_ROWS = 4  # down to the verdict
_FIRST_WIDTH, _WIDTH, _LAST_WIDTH = 16.0, 15.0, 18.0
_BESIDE = 2  # columns that long lines run on into
_GAP = 5  # points between two factors


def write_math(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: the derivation, the article, the words, then the check, whose verdict stands on top."""
    words, places = context.texts["math_sheet"], math_places(context)
    sheet.title(words["title"], words["what"])
    _links(sheet, context, places)
    _chain(sheet, context)
    for part, row in zip(derive(context.one_iteration), places.parts, strict=True):
        _part(sheet, context, part, row)
    if places.article is not None and places.formula is not None and places.slips is not None:
        write_signs(sheet, context, places.article)
        write_formula(sheet, context, places.formula)
        write_slips(sheet, context, places.slips)
        sheet.ws.row_breaks.append(Break(places.article - 1))
    write_glossary(sheet, context, places.glossary)
    sheet.ws.row_breaks.append(Break(places.check - 1))
    last = write_gradient_check(sheet, context, places.check)
    sheet.widths({1: _FIRST_WIDTH} | dict.fromkeys(range(2, LAST_COL), _WIDTH) | {LAST_COL: _LAST_WIDTH})
    sheet.ws.freeze_panes = a1(_FROZEN_ROWS + 1, 1)
    sheet.print_on_one_page(tall=True)
    sheet.ws.print_area = f"A1:{a1(last, LAST_COL + _BESIDE)}"


def _links(sheet: Sheet, context: Context, places: MathPlaces) -> None:
    """The way back, the ways down, and which iteration is checked."""
    words, math = context.texts["sheet"], context.texts["math_sheet"]
    link_back(sheet, context, 3, 1)
    ways = {"to_check": places.check, "to_glossary": places.glossary, "to_article": places.article}
    for col, (key, row) in enumerate(ways.items(), start=2):
        if row is not None:
            sheet.link(3, col, math[key], sheet.name, a1(row, 1))
    before = words["iteration_before"]
    after = words["iteration_after"].format(count=context.lesson.iterations)
    formula = Formula(f'"{before}"&iteration&"{after}"', 0)
    value = f"{before}{context.iteration}{after}"
    sheet.formula(_FROZEN_ROWS + 1, 1, formula, value, "text", "iteration")


def _chain(sheet: Sheet, context: Context) -> None:
    """What a change of the first weights passes through, and how to read what follows."""
    words, network = context.texts["math_sheet"], context.lesson.network
    sheet.put(CHAIN_ROW, _LINK, words["chain_heading"], "heading")
    sheet.put(CHAIN_ROW + 1, _FORMULA, chain(network), "code")
    for row, key in enumerate(("chain", "derivative", "sign"), start=CHAIN_ROW + 2):
        sheet.put(row, _FORMULA, words[key].format(weights=network.layers[0].weights), "text")


def _part(sheet: Sheet, context: Context, part: LayerFactors, row: int) -> None:
    """Write the factors of one layer, three rows each."""
    hidden = context.lesson.network.hidden_layers
    number = f" {hidden.index(part.layer) + 1}" if part.layer in hidden and len(hidden) > 1 else ""
    heading = context.texts["math_sheet"][f"{part.kind}_heading"].format(number=number)
    sheet.put(row, _LINK, heading, "heading")
    row += 1
    for factor in part.factors:
        _factor(sheet, context, factor, row)
        row += FACTOR_ROWS
    if part.kind == "update" and context.lesson.network.bias == "frozen":
        sheet.put(row, _FORMULA, context.texts["math_sheet"]["frozen"], "text")


def _factor(sheet: Sheet, context: Context, factor: Factor, row: int) -> None:
    """Write a factor, the way to the sheet that computes it, below it what it means, and a little room."""
    title = context.titles["loss"] if factor.source == LOSS else context.made_on[factor.source][0]
    sheet.link(row, _LINK, title, title)
    sheet.put(row, _FORMULA, factor.formula, "code")
    text = context.texts["math_sheet"]["factors"][factor.key]
    sheet.put(row + 1, _FORMULA, text.format(**factor.names), "text")
    sheet.ws.row_dimensions[row + 2].height = _GAP


SHEET = SheetKind(key="math", write=write_math, says="math", is_there=trains)
