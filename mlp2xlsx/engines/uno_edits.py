"""Edits in LibreOffice as a person makes them: a file is opened afresh, cells get numbers, nothing is forced.

A script of its own, run by a Python that has LibreOffice's module `uno`. Its argument is a plan:
the program, its profile, the workbook, how many cells may be looked at, and the edits. For edit
number n it writes `n.numbers`, all sheets one after the other and row by row as doubles, NaN where
there is no number, and `n.others`: how far each sheet reaches, and the texts and errors in it.
"""

import json
import math
import subprocess
import sys
import time
from array import array
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

_ROWS_AT_ONCE = 2_000
# Reading the text of an error is a call of its own; after so many their texts say nothing new.
_MOST_ERRORS = 1_000


def main(plan: dict[str, Any]) -> None:
    """Make every edit in a fresh document."""
    desktop = _desktop(plan)
    options = [_option("Hidden", True), _option("MacroExecutionMode", 0), _option("UpdateDocMode", 0)]
    for number, cells in enumerate(plan["edits"]):
        document = desktop.loadComponentFromURL(plan["workbook"], "_blank", 0, tuple(options))
        if document is None:
            sys.exit("LibreOffice cannot open it")
        for title, row, col, value in cells:
            cell = document.Sheets.getByName(title).getCellByPosition(col - 1, row - 1)
            cell.setString(value) if isinstance(value, str) else cell.setValue(value)
        areas = [_area(sheet) for sheet in document.Sheets]
        if sum(n_rows * n_cols for _, n_rows, n_cols in areas) > plan["most"]:
            sys.exit(f"its sheets reach over more than {plan['most']:,} cells")
        others: list[Any] = []
        with Path(f"{number}.numbers").open("wb") as stream:
            for title, n_rows, n_cols in areas:
                for block in _blocks(document.Sheets.getByName(title), n_rows, n_cols, others):
                    block.tofile(stream)
        Path(f"{number}.others").write_text(json.dumps([areas, others]), encoding="utf-8")
        document.close(True)


def _desktop(plan: dict[str, Any]) -> Any:
    """Start LibreOffice and wait for it."""
    accept = f"pipe,name={plan['pipe']};urp;"
    options = ["--headless", "--norestore", "--nologo", f"--accept={accept}"]
    # The last line that is written is to be ours.
    office = subprocess.Popen(
        [plan["program"], f"-env:UserInstallation={plan['profile']}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while office.poll() is None:
        try:
            context = resolver.resolve(f"uno:{accept}StarOffice.ComponentContext")
        except Exception:  # of a class that exists only when LibreOffice answers
            time.sleep(0.1)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    sys.exit("LibreOffice ended before it was asked anything")


def _option(name: str, value: object) -> Any:
    option = PropertyValue()
    option.Name, option.Value = name, value
    return option


def _area(sheet: Any) -> tuple[str, int, int]:
    """Title of a sheet, and how many rows and columns of it are used."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return sheet.getName(), cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1


def _blocks(sheet: Any, n_rows: int, n_cols: int, others: list[Any]) -> Any:
    """Yield the numbers of a sheet, some rows at a time, and note what is no number."""
    for start in range(0, n_rows, _ROWS_AT_ONCE):
        stop = min(start + _ROWS_AT_ONCE, n_rows)
        numbers = array("d")
        for row, line in enumerate(
            sheet.getCellRangeByPosition(0, start, n_cols - 1, stop - 1).getDataArray()
        ):
            for col, value in enumerate(line):
                is_number = isinstance(value, float)
                numbers.append(value if is_number else math.nan)
                if not is_number and value != "":
                    others.append(_other(sheet, start + row, col, value, len(others)))
        yield numbers


def _other(sheet: Any, row: int, col: int, value: object, known: int) -> list[object]:
    """Sheet, row, column, whether it is an error, and its text; an error is handed over as nothing."""
    is_error = not isinstance(value, str)
    if is_error:
        value = sheet.getCellByPosition(col, row).getString() if known < _MOST_ERRORS else "an error"
    return [sheet.getName(), row + 1, col + 1, is_error, value]


main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
