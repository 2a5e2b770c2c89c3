"""The cells of one sheet of a workbook as texts, written to `rows.json`.

A script of its own: python-calamine reads .xlsx, .xls, .xlsb and .ods into memory as a rectangle, and two
cells far apart make one that no memory holds. What runs in another process can be given limits, and can fail.
"""

import contextlib
import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

_MEMORY = 2 << 30


def _limit() -> None:
    """Keep this process from taking the memory of all others; Windows knows no such limit."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _text(cell: object) -> str:
    """Write a cell as a CSV file would have it, with all digits and a decimal point."""
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
        case datetime() | date() | time():
            return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell)


def _read(path: str, wanted: str, most: int) -> dict[str, object]:
    with CalamineWorkbook.from_path(path) as book:
        visible = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        if wanted and wanted not in book.sheet_names:
            return {"sheets": book.sheet_names}
        sheets = [book.get_sheet_by_name(name) for name in ([wanted] if wanted else visible)]
        filled = [sheet for sheet in sheets if sheet.end is not None]
        if len(filled) > 1:
            return {"sheets": [sheet.name for sheet in filled]}
        if not filled:
            return {"rows": []}
        [sheet] = filled
        n_rows, n_cols = (last + 1 for last in sheet.end or (0, 0))
        if n_rows * n_cols > most:
            return {"size": [n_rows, n_cols]}
        rows = sheet.to_python(skip_empty_area=False)
        return {"sheet": sheet.name, "rows": [[_text(cell) for cell in row] for row in rows]}


def main() -> None:
    """Read the workbook that the command line names."""
    _limit()
    path, wanted, most = sys.argv[1:]
    try:
        found = _read(path, wanted, int(most))
    except PasswordError:
        found = {"fault": "it is locked with a password; save it without one"}
    except (CalamineError, OSError, ValueError) as error:
        found = {"fault": " ".join(str(error).split())}
    Path("rows.json").write_text(json.dumps(found), encoding="ascii")


if __name__ == "__main__":
    main()
