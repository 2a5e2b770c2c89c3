"""A workbook as openpyxl reads it again, as far as a test looks at it, and what an engine finds otherwise."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import openpyxl

from mlp2xlsx.engines import ENGINES
from mlp2xlsx.engines.base import Address
from mlp2xlsx.verify.compare import compare
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.xlsx.editing import Package

NOTHING = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)


class Reopened:
    """The file of a workbook, of which openpyxl reads the sheets that are asked for: most take it long."""

    def __init__(self, book: Book) -> None:
        stream = io.BytesIO()
        book.save(stream)
        self.package = Package(stream.getvalue())

    def read(self, *titles: str, data_only: bool = False) -> openpyxl.Workbook:
        """Read the file, with nothing on all other sheets."""
        parts = dict(self.package.parts)
        for title, part in self.package.sheets.items():
            if title not in titles:
                parts[part] = NOTHING
                path = PurePosixPath(part)
                parts.pop(f"{path.parent}/_rels/{path.name}.rels", None)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return openpyxl.load_workbook(stream, data_only=data_only)

    def formulas_and_values(self, *titles: str) -> tuple[openpyxl.Workbook, openpyxl.Workbook]:
        """The file twice: with its formulas, and with the results that are stored beside them."""
        return self.read(*titles), self.read(*titles, data_only=True)


def found_otherwise(
    path: Path, book: Book, engine: str = "ironcalc", edits: Mapping[Address, float | str] | None = None
) -> list[str]:
    """Addresses of the cells that an engine finds otherwise than NumPy, on each sheet the worst ones first.

    That is the part of `verify` which looks at one set of inputs: enough to see a formula that was spoilt.
    """
    contents = read_contents(path)
    [found] = ENGINES[engine]().scenarios(contents, [edits or {}])
    return [
        f"{one.sheet}!{one.cell}"
        for matched in compare(book, found, contents.sheets, None)
        for one in matched.mismatches
    ]
