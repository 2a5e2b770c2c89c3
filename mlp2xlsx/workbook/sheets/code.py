"""The sheet `Code`: the lesson as complete programs in Python and R, a line per cell, side by side."""

from mlp2xlsx.explain.program import program
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.text_width import n_letters
from mlp2xlsx.xlsx.writing.sheet import Sheet

_COLUMNS = {"python": 1, "r": 3}
_HEADING_ROW = 5
FIRST_ROW = _HEADING_ROW + 2
_CHARACTER = 8 / 7  # a monospaced letter against the digit that column widths are counted in
_NARROWEST, _WIDEST, _GAP = 40, 150, 3
_FIRST_WIDTH = 20  # lines run on into the column after it, above which the way to the next program stands
MOST_LINES = 10_000  # nobody copies more from a sheet


def write_code(sheet: Sheet, context: Context) -> None:
    """Fill the sheet with plain text: the programs start from what the workbook was built with."""
    words, lesson = context.texts["code_sheet"], context.recorded.lesson
    sheet.title(context.text("code_sheet", "title"), context.text("code_sheet", "what"))
    link_back(sheet, context, 3, 1)
    sheet.put(4, 1, words["copy"], "note")
    sheet.link(3, 2, words["to_r"], sheet.name, a1(_HEADING_ROW, _COLUMNS["r"]))
    widths: dict[int, float] = {}
    for language, col in _COLUMNS.items():
        lines = program(lesson, language).splitlines()
        sheet.put(_HEADING_ROW, col, words[language], "heading")
        sheet.put(_HEADING_ROW + 1, col, words[f"{language}_how"], "text")
        if len(lines) > MOST_LINES:
            text = words["too_long"].format(count=f"{len(lines):,}", language=language)
            sheet.put(FIRST_ROW, col, text, "text")
            lines = []
        for row, line in enumerate(lines, start=FIRST_ROW):
            sheet.put(row, col, line or None, "code")
        longest = max(map(n_letters, lines), default=0) * _CHARACTER
        width = min(max(longest + 2, _NARROWEST), _WIDEST)
        widths |= {col: _FIRST_WIDTH, col + 1: width - _FIRST_WIDTH + _GAP}
    sheet.widths(widths)
    sheet.ws.row_dimensions[_HEADING_ROW + 1].height = 20
    sheet.ws.freeze_panes = a1(FIRST_ROW, 1)
    sheet.print_on_one_page(tall=True)
    sheet.ws.page_setup.fitToWidth = len(_COLUMNS)  # a program on each


SHEET = SheetKind(key="code", write=write_code, says="code")
