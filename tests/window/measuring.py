"""Every text and number of a workbook as LibreOffice draws it: how wide it is, and how wide its column.

Run by a Python that has the module `uno`, with a plan in JSON; lengths are in twentieths of a point. There is
no window: LibreOffice now and then dies when it is asked about what it paints meanwhile.
"""

import csv
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import uno
from com.sun.star.awt import FontDescriptor
from com.sun.star.beans import PropertyValue

sys.path.insert(0, str(Path(__file__).parent))  # Python looks there by itself, but not when it is isolated

from opening import started

_LOOKS = (
    *("CharFontName", "CharHeight", "CharPosture", "CharWeight"),
    *("HoriJustify", "IsTextWrapped", "NumberFormat", "ParaIndent", "ShrinkToFit"),
)
_FILLED = 1 | 2 | 4 | 16  # numbers, dates, texts and formulas
# Commas, quotes, UTF-8, from the first line on; as shown, and every sheet in a file of its own.
_AS_SHOWN = "44,34,76,1,,0,false,false,true,false,false,-1"
_TWIPS, _TWIPS_PER_UNIT = 20, 1440 / 2540  # a unit is a hundredth of a millimetre


def main(plan: dict[str, Any]) -> None:
    desktop = started(plan, "--headless")
    workbook = Path(plan["workbook"])
    document = desktop.loadComponentFromURL(workbook.as_uri(), "_blank", 0, (_option("Hidden", True),))
    shown = _shown(document, workbook.with_name("shown.csv"))
    Path(plan["held"]).write_text(json.dumps(measured(document, shown)), encoding="utf-8")


def _option(name: str, value: object) -> Any:
    option = PropertyValue()
    option.Name, option.Value = name, value
    return option


def _shown(document: Any, path: Path) -> dict[str, list[list[str]]]:
    """What the cells of each sheet show, row by row, told at once: asking a cell is a call of its own."""
    options = (_option("FilterName", "Text - txt - csv (StarCalc)"), _option("FilterOptions", _AS_SHOWN))
    document.storeToURL(path.as_uri(), options)
    found = {}
    for sheet in document.Sheets:
        with path.with_name(f"{path.stem}-{sheet.Name}.csv").open(encoding="utf-8", newline="") as stream:
            found[sheet.Name] = [*csv.reader(stream)]
    return found


def measured(document: Any, texts: dict[str, list[list[str]]]) -> dict[str, Any]:
    """For each sheet its filled cells, the widths of its columns, and where pages begin by themselves.

    Of a cell: row, column, text, how wide it is drawn, its side, whether it is broken into lines or made smaller,
    whether it is a number, and its indent.
    """
    device = document.CurrentController.Frame.ContainerWindow.Toolkit.createScreenCompatibleDevice(1, 1)
    formats = document.NumberFormats

    @cache
    def general(key: int) -> bool:
        """Whether a format shows as many digits as there is room for."""
        return bool(formats.getByKey(key).FormatString == "General")

    @cache
    def font_of(name: str, points: float, slant: str, weight: float) -> Any:
        wanted = FontDescriptor()
        wanted.Name, wanted.Height, wanted.Weight = name, round(points * _TWIPS), weight
        wanted.Slant = uno.Enum("com.sun.star.awt.FontSlant", slant)
        return device.getFont(wanted)

    @cache
    def width_of(text: str, name: str, points: float, slant: str, weight: float) -> int:
        return int(font_of(name, points, slant, weight).getStringWidth(text))

    # Each question is a call from one process to another: what cells have in common is asked once.
    found = {}
    for sheet in document.Sheets:
        cells = []
        areas = sheet.queryContentCells(_FILLED).RangeAddresses
        looks = _looks(sheet, areas)
        for area in areas:
            block = sheet.getCellRangeByPosition(*_corners(area))
            for row, values in enumerate(block.getDataArray(), area.StartRow):
                for col, value in enumerate(values, area.StartColumn):
                    name, points, slant, weight, side, wrapped, shown, indent, shrunk = looks[row, col]
                    text = texts[sheet.Name][row][col]
                    wide = max(
                        (width_of(line, name, points, slant.value, weight) for line in text.split("\n")),
                        default=0,
                    )
                    number = isinstance(value, float)
                    if number and general(shown):
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


def _looks(sheet: Any, areas: Any) -> dict[tuple[int, int], Any]:
    """How each of some cells looks; LibreOffice is asked once for all cells that look alike."""
    last_row = max((area.EndRow for area in areas), default=-1)
    last_col = max((area.EndColumn for area in areas), default=-1)
    found = {}
    for alike in sheet.getUniqueCellFormatRanges():
        look = None
        for area in alike.RangeAddresses:
            left, top, right, bottom = _corners(area)
            for row in range(top, min(bottom, last_row) + 1):
                for col in range(left, min(right, last_col) + 1):
                    look = look or sheet.getCellByPosition(col, row).getPropertyValues(_LOOKS)
                    found[row, col] = look
    return found


def _corners(area: Any) -> tuple[int, int, int, int]:
    return area.StartColumn, area.StartRow, area.EndColumn, area.EndRow


main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
