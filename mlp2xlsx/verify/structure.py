"""Faults that show in the file itself: a number where a formula belongs, a name that points elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mlp2xlsx.numerals import number_text
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.workbook.sheets.check.comparison import tolerance
from mlp2xlsx.workbook.sheets.registry import KINDS
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.formulas import parsed
from mlp2xlsx.xlsx.limits import LONGEST_FORMULA, LONGEST_TITLE
from mlp2xlsx.xlsx.reading.cells import CellError
from mlp2xlsx.xlsx.reading.contents import Contents, FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import is_address
from mlp2xlsx.xlsx.writing.sheet import Sheet

_TRUTHS = ("TRUE", "FALSE")
_DIGITS = re.compile(r"[0-9]+")
_LEGAL_NAME = re.compile(r"^[^\W\d][\w.]{0,254}$")
_MOST_READ = 1_000_000  # characters of formulas that are taken apart
_MOST_PROBLEMS = 10_000


@dataclass(frozen=True)
class Problem:
    """A fault of the file: where it is, and what was found and expected.

    Attributes
    ----------
    sheet, cell, name
        Where; empty for what has no cell, or no name.
    text
        What was found and expected.
    blocks
        Whether no engine should be run on such a file.
    """

    sheet: str
    cell: str
    name: str
    text: str
    blocks: bool = False

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{place}{f' ({self.name})' if self.name else ''}: {self.text}"


def check_structure(contents: Contents, book: Book) -> list[Problem]:
    """Find every structural fault of a workbook.

    Parameters
    ----------
    contents
        What stands in the file.
    book
        The workbook as mlp2xlsx makes it: which cells are live, and what the names stand for.
    """
    return list(islice(_problems(contents, book), _MOST_PROBLEMS))


def check_file(contents: Contents, book: Book | None = None) -> Iterator[Problem]:
    """Find the faults that show whatever a workbook should hold: in its parts, settings and formulas.

    Parameters
    ----------
    contents
        What stands in the file.
    book
        The workbook as mlp2xlsx makes it, whose formulas need not be looked at.
    """
    yield from _parts(contents)
    yield from _settings(contents)
    for title, found in contents.sheets.items():
        yield from _formulas(title, found, book.sheets.get(title) if book is not None else None)
        yield from _formats(title, found)
        yield from _limits(title, found)


def _problems(contents: Contents, book: Book) -> Iterator[Problem]:
    yield from _names(contents, book)
    for title, sheet in book.sheets.items():
        if title not in contents.sheets:
            yield Problem(title, "", "", "the sheet is missing", blocks=True)
        else:
            yield from _live_cells(sheet, contents.sheets[title])
            kind = KINDS.get(book.keys[title])
            if kind is not None and kind.is_computed_with:
                yield from _numbers(sheet, contents.sheets[title])
    yield from check_file(contents, book)


def _parts(contents: Contents) -> Iterator[Problem]:
    for part in contents.parts:
        name = part.lower()
        if "vbaproject" in name or "macrosheets" in name:
            yield Problem(part, "", "", "the workbook holds macros; expected none")
        if "externallink" in name:
            yield Problem(part, "", "", "the workbook links to other workbooks; expected no links")


def _settings(contents: Contents) -> Iterator[Problem]:
    """Settings of the whole workbook with which formulas do not give what they say."""
    if contents.settings.get("calcMode", "auto") == "manual":
        yield Problem("workbook", "", "", "calculates only when asked to; expected automatic calculation")
    if contents.settings.get("fullPrecision", "1") in ("0", "false"):
        yield Problem("workbook", "", "", "rounds to the digits shown; expected full precision")


def _names(contents: Contents, book: Book) -> Iterator[Problem]:
    expected_names = {name.upper() for name in book.names}
    for name in contents.local_names:
        if name.upper() in expected_names:
            yield Problem("names", "", name, "has another meaning on one sheet; expected one for all")
    for name in contents.names:
        is_legal = _LEGAL_NAME.match(name) and not is_address(name) and name.upper() not in _TRUTHS
        if not is_legal and "." not in name:  # those of print ranges and the like have one
            yield Problem("names", "", name, "not a name that Excel accepts")
    for name, (title, box) in book.names.items():
        found = contents.names.get(name)
        expected = f"{title}!{box.ref}"
        if name not in contents.names:
            yield Problem("names", "", name, f"the name is missing, expected {expected}")
        elif found != (title, box):
            shown = "no range" if found is None else f"{found[0]}!{found[1].ref}"
            yield Problem("names", "", name, f"stands for {shown}, expected {expected}")


def _live_cells(sheet: Sheet, found: SheetContents) -> Iterator[Problem]:
    """Every cell that should be live holds a formula of its own."""
    for (row, col), live in sheet.live.items():
        yield from _live(sheet.name, row, col, live.name, found)
    for bands in sheet.bands:
        for block in bands.blocks:
            if block.formulas is not None:
                for row, col, name, _ in bands.cells(block, found.others(bands)):
                    yield from _live(sheet.name, row, col, name, found)


def _live(title: str, row: int, col: int, name: str, found: SheetContents) -> Iterator[Problem]:
    """Check that there is a formula, and no array formula: LibreOffice 7 leaves its readers stale."""
    formula, cell = found.formulas.get((row, col)), a1(row, col)
    if formula is None:
        value = found.constants.get((row, col))
        shown = "is empty" if value is None else f"holds {value!r}"
        yield Problem(title, cell, name, f"{shown}, expected a formula")
    elif formula.ref is not None:
        yield Problem(title, cell, name, f"holds an array formula for {formula.ref}, expected a plain one")


def _numbers(sheet: Sheet, found: SheetContents) -> Iterator[Problem]:
    """Every number that is neither computed nor a person's to change is the one that was built."""
    for row, col, name, expected in sheet.fixed_numbers(found.others):
        value = found.constants.get((row, col))
        if isinstance(value, float) and abs(value - expected) <= tolerance(expected):
            continue
        shown = "is empty" if value is None else f"holds {value!r}"
        if (row, col) in found.formulas:
            shown = "holds a formula"
        yield Problem(sheet.name, a1(row, col), name, f"{shown}, expected the number {number_text(expected)}")


def _formulas(title: str, found: SheetContents, sheet: Sheet | None) -> Iterator[Problem]:
    """Check the formulas that are not built so; those that differ only in numbers are looked at once."""
    live = sheet.live if sheet is not None else {}
    seen: dict[str, tuple[list[str], bool]] = {}
    read = 0
    for (row, col), formula in found.formulas.items():
        if sheet is not None and (row, col) in live and formula.text == sheet.formula_text(row, col):
            continue
        long = len(formula.text) > LONGEST_FORMULA
        shape = formula.text if long else _DIGITS.sub("1", formula.text)
        if shape not in seen:
            read += len(shape)
            if read > _MOST_READ:
                text = f"its different formulas have more than {_MOST_READ:,} characters"
                yield Problem(title, "", "", text, blocks=True)
                return
            seen[shape] = _faults(shape)
        faults, blocks = seen[shape]
        for fault in faults:
            yield Problem(title, a1(row, col), "", f"{fault}: ={shortened(formula.text)}", blocks)


def _faults(formula: str) -> tuple[list[str], bool]:
    """Faults of a formula, and whether engines could break on it."""
    try:
        return list(parsed(formula).faults), False
    except ValueError as error:
        return [str(error)], True


def _formats(title: str, found: SheetContents) -> Iterator[Problem]:
    for formula in dict.fromkeys(found.formats):
        if "!" in formula:
            text = f"a conditional format refers to another sheet: {shortened(formula)}"
            yield Problem(title, "", "", text)


def _limits(title: str, found: SheetContents) -> Iterator[Problem]:
    if len(title) > LONGEST_TITLE:
        yield Problem(title, "", "", f"the sheet's name is longer than {LONGEST_TITLE} characters")
    yield from _overlaps(title, found)
    for (row, col), value in found.constants.items():
        if isinstance(value, CellError):
            yield Problem(title, a1(row, col), "", f"holds the error {value}")


def _overlaps(title: str, found: SheetContents) -> Iterator[Problem]:
    """Array formulas must not share cells with others: swept from top to bottom, column by column."""
    last: dict[int, tuple[int, tuple[int, int]]] = {}
    for (row, col), formula in found.formulas.items():
        area = formula.area or Box(row, col, 1, 1)
        cols = range(col, area.last_col + 1)
        above = next((last[col] for col in cols if col in last and last[col][0] >= row), None)
        if above is not None:
            yield Problem(title, area.ref, "", f"overlaps the array formula in {a1(*above[1])}")
        if formula.ref is not None:
            last.update(dict.fromkeys(cols, (area.last_row, (row, col))))


def built_cells(book: Book) -> dict[str, SheetContents]:
    """Formulas and plain values by sheet title; rows that repeat are left out."""
    return {
        title: SheetContents(
            formulas={place: FormulaCell(sheet.formula_text(*place)) for place in sheet.formula_cells()},
            constants=dict(sheet.plain_values()),
        )
        for title, sheet in book.sheets.items()
    }
