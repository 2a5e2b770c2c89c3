"""The cells of a table that is a workbook: .xlsx, .xls, .xlsb or .ods, within budgets for hostile files."""

import json
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mlp2xlsx.engines.process import run_program
from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.words import listed, one_line, shortened, shown
from mlp2xlsx.xlsx.reading.kinds import check_container, check_parts
from mlp2xlsx.xlsx.reading.package import check_size

MOST_CELLS = 2_000_000
_SECONDS = 60
_SCRIPT = Path(__file__).with_name("workbook_rows.py")
_BOOKS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
_LONGEST_REASON = 200
_MOST_SHEETS = 8


def read_rows(content: bytes, source: str, hints: Hints) -> tuple[str, list[list[str]]]:
    """Read the one sheet of a workbook that holds data, or the one that is asked for.

    Parameters
    ----------
    content
        The file.
    source
        What messages call it.
    hints
        What the user says of it.

    Returns
    -------
    tuple of str and list
        The name of the sheet, and its rows from the first on; numbers have all digits and a point.

    Raises
    ------
    DataError
        When it cannot be read, is larger than such a table is, or has several sheets with data.
    """
    with TemporaryDirectory(prefix="mlp2xlsx-") as folder:
        path = Path(folder, "table")
        path.write_bytes(content)
        try:
            _check(path)
        except (ValueError, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
            raise _unreadable(source, str(error)) from None
        found = _read(path, source, hints)
        if "fault" in found:
            raise _unreadable(source, _what_else(path) or found["fault"])
    if "size" in found:
        n_rows, n_cols = found["size"]
        raise DataError(
            f"{source} has something in row {n_rows:,} or column {n_cols:,}; expected a table of at most "
            f"{MOST_CELLS:,} cells; delete what stands beyond the table"
        )
    if "sheets" in found:
        names: list[str] = found["sheets"]
        known = listed([*map(shown, names)], _MOST_SHEETS)
        what = (
            f"has no sheet {shown(hints.sheet)}; expected one of {known}"
            if hints.sheet
            else f"has several sheets with data: {known}"
        )
        raise DataError(f"{source} {what}; say {hints.say('sheet', names[0])}, or another")
    return str(found.get("sheet", "")), found["rows"]


def _check(path: Path) -> None:
    """Refuse a zip bomb, and what is no workbook; the text of a ValueError says what it is instead."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        check_size(archive)
        if _BOOKS.isdisjoint(archive.namelist()):
            check_parts(archive)
            raise ValueError("it is a zip archive and holds no workbook; unpack it")


def _what_else(path: Path) -> str:
    """What a file in the old container is that is no .xls: locked with a password, mostly."""
    try:
        with path.open("rb") as stream:
            check_container(stream)
    except ValueError as error:
        return str(error) if "password" in str(error) else ""
    return ""


def _read(path: Path, source: str, hints: Hints) -> dict[str, Any]:
    # -P: beside the script stand modules that have names of the standard library.
    command = [sys.executable, "-P", str(_SCRIPT), str(path), hints.sheet, str(MOST_CELLS)]
    try:
        said = run_program(command, path.parent, _SECONDS)
    except OSError as error:
        raise DataError(f"{source} cannot be read: {error.strerror}") from None
    answer = path.with_name("rows.json")
    if answer.exists():
        return dict(json.loads(answer.read_text(encoding="ascii")))
    if said is None:
        raise _unreadable(source, f"that takes more than {_SECONDS} seconds; save the table as CSV (UTF-8)")
    raise _unreadable(source, "its cells are too far apart; delete what stands beyond the table")


def _unreadable(source: str, reason: str) -> DataError:
    mend = "" if ";" in reason else "; save it as .xlsx, or as CSV (UTF-8)"
    return DataError(
        f"{source} is not readable as a workbook: {one_line(shortened(reason, _LONGEST_REASON))}{mend}"
    )
