"""What stands in a workbook's file: formulas, plain values, defined names. Nothing is calculated.

Array formulas are read, too: workbooks of the first layout are made of them, and persons write some.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.reading.cells import shared_strings
from mlp2xlsx.xlsx.reading.later import Later
from mlp2xlsx.xlsx.reading.package import (
    MAIN,
    attribute,
    open_archive,
    parse_part,
    read_part,
    readable,
    workbook_part,
    worksheets,
)
from mlp2xlsx.xlsx.reading.plain_sheet import LARGEST_PLAIN, read_plain
from mlp2xlsx.xlsx.reading.seen.book import SeenBook, seen_book
from mlp2xlsx.xlsx.reading.seen.sheet import SeenSheet
from mlp2xlsx.xlsx.reading.sheet_reader import Room, read_stream
from mlp2xlsx.xlsx.reading.sheets import FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import Place, named_place

__all__ = ["MOST_CELLS", "Contents", "FormulaCell", "SheetContents", "read_contents", "read_later"]

_NAME, _SETTINGS = f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName", f"{{{MAIN}}}calcPr"

# The article needs 89,000 iterations for as many; its file would be larger than `package` reads.
MOST_CELLS = 2_000_000
_MOST_NAMES = 10_000

PutOff = Callable[[Mapping[str, Place | None]], Collection[str]]
"""Tells from the defined names of a workbook the titles of sheets that are read later."""


@dataclass(frozen=True)
class Contents:
    """A workbook's file, read once.

    Attributes
    ----------
    path
        The file.
    sheets
        Formulas and plain values by sheet title, in the order of the tabs.
    names
        The defined names: sheet and place; None for one that is not a place.
    local_names
        Names that are defined for one sheet only.
    settings
        How the workbook is to be calculated, as the file says it.
    parts
        Every part of the archive.
    later
        The sheets that have not been read yet.
    seen
        What the file shows besides, where that was asked for.
    """

    path: Path
    sheets: Mapping[str, SheetContents]
    names: Mapping[str, Place | None]
    local_names: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    later: Later | None = None
    seen: SeenBook | None = None

    @property
    def n_formulas(self) -> int:
        """How many formulas its sheets hold, as far as they have been read."""
        return sum(sheet.n_formulas for sheet in self.sheets.values())

    def place(self, name: str) -> Place:
        """Sheet and place of a defined name.

        Raises
        ------
        WorkbookError
            When the workbook has no such name, or it is no place on one of its sheets.
        """
        found = self.names.get(name)
        if found is None or found[0] not in self.sheets:
            raise WorkbookError(f"{self.path} has no range named {name}: not a workbook that mlp2xlsx built")
        return found


def read_contents(
    path: Path,
    most_cells: int = MOST_CELLS,
    put_off: PutOff = lambda _: (),
    content: bytes | None = None,
    *,
    looks: bool = False,
) -> Contents:
    """Read a workbook's file.

    Parameters
    ----------
    path
        The file.
    most_cells
        How many formulas and plain values may be in it, in memory and time that grow with them.
    put_off
        Which sheets `read_later` will read, by the names of the workbook; until then they are empty, and it
        is only known how many cells they have.
    content
        The bytes of the file, where they have been read already.
    looks
        Whether to read what the file shows besides, too.

    Raises
    ------
    WorkbookError
        When it is not an .xlsx file, is damaged, or is larger than any workbook this package makes.
    """
    with open_archive(path, content) as archive:
        book = parse_part(archive, workbook_part(archive))
        names, local = _names(book)
        later_titles = put_off(names)
        shared = shared_strings(archive, most_cells)
        sheets = {}
        room = Room(most_cells)
        parts = worksheets(archive)
        room.check_size(sum(archive.getinfo(part).file_size for part in parts.values()))
        seen = seen_book(archive, parts) if looks else None
        shown = {} if seen is None else seen.sheets
        later = Later(shared, room, shown)
        for title, part in parts.items():
            if title in later_titles and later.take(archive, title, part):
                sheets[title] = SheetContents(cells=later.n_cells(title))
            else:
                sheets[title] = _sheet(archive, part, shared, room, shown.get(title))
        settings = {str(key): str(value) for one in book.iterfind(_SETTINGS) for key, value in one.items()}
        return Contents(path, sheets, names, local, settings, tuple(archive.namelist()), later, seen)


def _sheet(
    archive: ZipFile, part: str, shared: list[str], room: Room, seen: SeenSheet | None
) -> SheetContents:
    """Read a sheet in the quickest way there is."""
    is_quick = archive.getinfo(part).file_size <= LARGEST_PLAIN
    found = read_plain(read_part(archive, part), shared, room, seen) if is_quick else None
    if found is None:
        with archive.open(part) as stream:
            found = read_stream(stream, part, shared, room, seen)
    return found


def read_later(contents: Contents, built: Mapping[str, Sequence[Bands]]) -> Contents:
    """Read the sheets that were put off, now that it is known what a workbook is built with.

    Rows that repeat are compared as a whole with what is built; only others are taken apart.

    Parameters
    ----------
    contents
        What has been read.
    built
        The rows that repeat in the workbook as mlp2xlsx makes it, by sheet title.

    Raises
    ------
    WorkbookError
        When a sheet is damaged, or larger than any that this package makes.
    """
    if contents.later is None:
        return contents
    sheets = dict(contents.sheets)
    with readable(contents.path):
        for title in tuple(contents.later.sheets):
            sheets[title] = contents.later.read(title, built.get(title, ()))
    return replace(contents, sheets=sheets, later=None)


def _names(book: etree._Element) -> tuple[dict[str, Place | None], tuple[str, ...]]:
    """Names of the whole workbook with their places, and the names of single sheets."""
    entries = book.findall(_NAME)
    if len(entries) > _MOST_NAMES:
        raise ValueError(f"it has {len(entries):,} names, expected at most {_MOST_NAMES:,}")
    found: dict[str, Place | None] = {}
    folded: set[str] = set()  # programs compare names without case
    local = []
    for entry in entries:
        name = attribute(entry, "name")
        if "localSheetId" in entry.attrib:
            local.append(name)
        elif name.upper() in folded:
            raise ValueError(f"it has the name {shortened(name)} twice")
        else:
            folded.add(name.upper())
            found[name] = named_place(entry.text or "")
    return found, tuple(local)
