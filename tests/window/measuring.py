"""Every text and number of a workbook as LibreOffice draws it: how wide it is, and how wide its column.

Run by a Python that has the module `uno`; lengths are in twentieths of a point.
"""

from typing import Any

import uno  # noqa: F401 - it makes the next module importable
from com.sun.star.awt import FontDescriptor

_LOOKS = (
    *("CharFontName", "CharHeight", "CharPosture", "CharWeight"),
    *("HoriJustify", "IsTextWrapped", "NumberFormat", "ParaIndent", "ShrinkToFit"),
    "FormulaResultType2",
)
_FILLED = 1 | 2 | 4 | 16  # numbers, dates, texts and formulas
_TWIPS, _TWIPS_PER_UNIT = 20, 1440 / 2540  # a unit is a hundredth of a millimetre


def measured(document: Any) -> dict[str, Any]:
    """For each sheet its filled cells, the widths of its columns, and where pages begin by themselves.

    Of a cell: row, column, text, how wide it is drawn, its side, whether it is broken into lines or made smaller,
    whether it is a number, and its indent.
    """
    # Not the window itself: it is painted meanwhile, and LibreOffice now and then dies of it.
    device = document.CurrentController.Frame.ContainerWindow.Toolkit.createScreenCompatibleDevice(1, 1)
    formats = document.NumberFormats  # the general one shows as many digits as there is room for
    widths: dict[tuple[Any, ...], int] = {}

    def width_of(text: str, name: str, points: float, slant: Any, weight: float) -> int:
        key = (text, name, points, slant.value, weight)
        if key not in widths:
            wanted = FontDescriptor()
            wanted.Name, wanted.Height, wanted.Slant, wanted.Weight = (
                name,
                round(points * _TWIPS),
                slant,
                weight,
            )
            widths[key] = device.getFont(wanted).getStringWidth(text)
        return widths[key]

    found = {}
    for sheet in document.Sheets:
        cells = []
        for area in sheet.queryContentCells(_FILLED).RangeAddresses:
            for row in range(area.StartRow, area.EndRow + 1):
                for col in range(area.StartColumn, area.EndColumn + 1):
                    cell = sheet.getCellByPosition(col, row)
                    text = cell.getString()
                    *font, side, wrapped, shown, indent, shrunk, result = cell.getPropertyValues(_LOOKS)
                    wide = max((width_of(line, *font) for line in text.split("\n")), default=0)
                    # Methods: on a busy machine the bridge now and then does not know an attribute.
                    formula = cell.getFormula().startswith("=")
                    number = result == 1 if formula else cell.getType().value == "VALUE"
                    if number and formats.getByKey(shown).FormatString == "General":
                        wide = 0
                    look = [side.value, wrapped, shrunk, number, round(indent * _TWIPS_PER_UNIT)]
                    cells.append([row + 1, col + 1, text, wide, *look])
        last = max((cell[1] for cell in cells), default=0)
        columns = [round(sheet.Columns.getByIndex(col).Width * _TWIPS_PER_UNIT) for col in range(last)]
        breaks = [
            [one.Position + 1 for one in of() if not one.ManualBreak]
            for of in (sheet.getRowPageBreaks, sheet.getColumnPageBreaks)
        ]
        found[sheet.Name] = {"columns": columns, "cells": cells, "breaks": breaks}
    return found
