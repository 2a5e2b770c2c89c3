"""The article beside the workbook, on `Math`: its signs, its final formula, and where it slips."""

from mlp2xlsx.explain.article import FORMULA, factors, signs, slips
from mlp2xlsx.explain.derivation import LOSS
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.writing.sheet import Sheet

_LINK, _ARTICLE, _HERE, _MORE, _SHOWN = 1, 2, 4, 6, 8


def write_signs(sheet: Sheet, context: Context, row: int) -> None:
    """Write what the article's signs and names are here, with the way to each, from its heading on."""
    words = context.texts["article"]
    sheet.put(row, _LINK, words["heading"], "heading")
    sheet.put(row + 1, _ARTICLE, words["what"], "text")
    sheet.put(row + 2, _ARTICLE, words["in_article"], "label")
    sheet.put(row + 2, _HERE, words["here"], "label")
    for line, sign in enumerate(signs(context.one_iteration), start=row + 3):
        if sign.source is None:
            first = context.titles["setup"]
            sheet.link(line, _LINK, first, first, context.setup.boxes[sign.here].ref)
        else:
            _way_to(sheet, context, sign.source, line, _LINK)
        sheet.put(line, _ARTICLE, sign.article, "code")
        sheet.put(line, _HERE, sign.here, "code")
        sheet.put(line, _MORE, words["signs"][sign.key], "text")


def write_formula(sheet: Sheet, context: Context, row: int) -> None:
    """Write the article's final formula, a factor to a line, and why the method has its name."""
    words = context.texts["article"]
    sheet.put(row, _LINK, words["formula_heading"], "heading")
    sheet.put(row + 1, _ARTICLE, FORMULA, "code")
    headings = {_ARTICLE: "factor", _HERE: "here", _MORE: "so_far"}
    for col, key in headings.items():
        sheet.put(row + 2, col, words[key], "label")
    line = row + 3
    for factor in factors(context.one_iteration):
        _way_to(sheet, context, factor.source, line, _LINK)
        sheet.put(line, _ARTICLE, factor.article, "code")
        sheet.put(line, _HERE, factor.here, "code")
        sheet.put(line, _MORE, factor.product, "code")
        _way_to(sheet, context, factor.shown_by, line, _SHOWN)
        line += 1
    sheet.put(line, _ARTICLE, words["matrices"], "text")
    sheet.put(line + 1, _ARTICLE, words["name"], "text")


def write_slips(sheet: Sheet, context: Context, row: int) -> None:
    """Write where the article slips, each with the way to how it is meant."""
    words = context.texts["article"]
    sheet.put(row, _LINK, words["slips_heading"], "heading")
    for line, slip in enumerate(slips(context.one_iteration), start=row + 1):
        _way_to(sheet, context, slip.source, line, _LINK)
        sheet.put(line, _ARTICLE, words["slips"][slip.key], "text")


def _way_to(sheet: Sheet, context: Context, name: str, row: int, col: int) -> None:
    """Link to the sheet that shows a matrix."""
    title = context.titles["loss"] if name == LOSS else context.made_on[name][0]
    sheet.link(row, col, title, title)
