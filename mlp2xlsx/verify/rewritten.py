"""Formulas that are not the ones a workbook was built with: which, and whether an engine may run them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from mlp2xlsx.verify.structure import Problem
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.formulas import Parsed, parsed, places, places_among, same_formula
from mlp2xlsx.xlsx.reading.contents import Contents, SheetContents
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.writing.sheet import Sheet

# With more of them than a person could have typed there is no use in looking into each.
_MOST = 5_000
# Cells that a formula has at hand at once, and multiplications of all formulas together: a second.
_LARGEST, _LONGEST = 4_000_000, 200_000_000
_MOST_SHOWN = 300  # characters of a formula


@dataclass(frozen=True)
class Rewritten:
    """A formula in place of the one that was built.

    Attributes
    ----------
    sheet, box, name
        Where it stands, the cells it fills, and the matrix it belongs to.
    formula, built
        Its text and that of the other, without `=`.
    array
        Whether it is flagged as an array formula.
    same
        Whether it was shown to come to the same.
    """

    sheet: str
    box: Box
    name: str
    formula: str
    built: str
    array: bool
    same: bool = False

    def __str__(self) -> str:
        """Where it is, and both formulas."""
        place = f"{self.sheet}!{self.box.ref} ({self.name})"
        now, built = (f"={shortened(text, _MOST_SHOWN)}" for text in (self.formula, self.built))
        if self.same:
            return f"{place}: {now} is the same function of the same cells as {built}"
        return f"{place}: holds {now}, expected {built}"


@dataclass(frozen=True)
class Foreign:
    """All formulas of a file that are not built.

    Attributes
    ----------
    rewritten
        Those in the place of a built one.
    added
        The others, by sheet and cell.
    """

    rewritten: list[Rewritten]
    added: dict[str, list[tuple[int, int]]]

    def left_out(self, contents: Contents) -> dict[str, SheetContents]:
        """Return the sheets without the added formulas."""
        sheets = dict(contents.sheets)
        for title, cells in self.added.items():
            old, gone = sheets[title], set(cells)
            formulas = {place: formula for place, formula in old.formulas.items() if place not in gone}
            sheets[title] = replace(old, formulas=formulas)
        return sheets


def find_foreign(contents: Contents, book: Book) -> Foreign:
    """Find the formulas that are not the ones the workbook is built with."""
    rewritten: list[Rewritten] = []
    added: dict[str, list[tuple[int, int]]] = {}
    for title, found in contents.sheets.items():
        built = _Built(book.sheets[title]) if title in book.sheets else None
        for (row, col), formula in found.formulas.items():
            here = built.at(row, col) if built is not None else None
            if here is None:
                added.setdefault(title, []).append((row, col))
            elif not same_formula(formula.text, here[2]):
                name, box, text = here
                rewritten.append(Rewritten(title, box, name, formula.text, text, formula.ref is not None))
    return Foreign(rewritten, added)


class _Built:
    """The formulas that a sheet is built with, by cell."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._bands = [_Repeating(bands) for bands in sheet.bands]

    def at(self, row: int, col: int) -> tuple[str, Box, str] | None:
        """Name of the matrix, place and formula of a cell, if it has one."""
        live = self._sheet.live.get((row, col))
        if live is not None:
            return live.name, Box(row, col, 1, 1), self._sheet.formula_text(row, col)
        return next((here for bands in self._bands if (here := bands.at(row, col)) is not None), None)


class _Repeating:
    """The formulas of rows that repeat; asked for from top to bottom, they take the least time."""

    def __init__(self, bands: Bands) -> None:
        self._bands = bands
        self._cells = {
            (block.box.row - bands.row + i, block.box.col + j): (block.name, formula.text)
            for block in bands.blocks
            for i, line in enumerate(block.formulas or ())
            for j, formula in enumerate(line)
        }
        self._rows: tuple[int, list[int]] = (-1, [])

    def at(self, row: int, col: int) -> tuple[str, Box, str] | None:
        """Name of the matrix, place and formula of a cell, if it has one."""
        bands = self._bands
        k, offset = divmod(row - bands.row, bands.height)
        name, text = self._cells.get((offset, col), ("", ""))
        if not text or not 0 <= k < bands.count:
            return None
        if self._rows[0] != k:
            self._rows = k, bands.progressions.rows(k)
        return name, Box(row, col, 1, 1), text.format(*self._rows[1])


def check_foreign(foreign: Foreign, contents: Contents, *, outside: bool) -> Iterator[Problem]:
    """Find what keeps engines from being run: formulas that could take for ever, or all memory.

    What a workbook is built with is no trouble: its size is known to fit its file.

    Parameters
    ----------
    foreign
        The formulas to look at.
    contents
        The workbook.
    outside
        Whether programs will be given the file itself, with the formulas that were added.
    """
    added = foreign.added if outside else {}
    count = len(foreign.rewritten) + sum(map(len, added.values()))
    if count > _MOST:
        text = f"{count:,} formulas are not the ones that were built, expected at most {_MOST:,}"
        yield Problem("all sheets", "", "", text, blocks=True)
        return
    total = 0
    for one in foreign.rewritten:
        try:
            read = parsed(one.formula)
            area = places(read.operands, one.sheet, contents.names)
            _check_rewritten(read, parsed(one.built))
            total += work(read.functions, area)
        except ValueError as error:
            yield Problem(
                one.sheet, one.box.ref, one.name, f"{error}: ={shortened(one.formula)}", blocks=True
            )
    for title, cells in added.items():
        for row, col in cells:
            text = contents.sheets[title].formulas[row, col].text
            try:
                read = parsed(text)
                total += work(read.functions, list(places_among(read.operands, title, contents.names)))
            except ValueError as error:
                yield Problem(title, a1(row, col), "", f"{error}: ={shortened(text)}", blocks=True)
    if total > _LONGEST:
        text = "the formulas that were not built take too long to calculate"
        yield Problem("all sheets", "", "", text, blocks=True)


def _check_rewritten(found: Parsed, built: Parsed) -> None:
    """Refuse functions that can do anything, and texts that double from cell to cell."""
    unusual = found.unusual()
    if unusual is not None and unusual not in built.functions:
        raise ValueError(f"calls {unusual}, which is not run in place of the formula that was built")
    if "&" in found.operators and not set(found.operands) <= set(built.operands):
        raise ValueError("joins other texts than the formula that was built")


def work(functions: Collection[str], area: Sequence[Place]) -> int:
    """How many multiplications a formula can come to.

    Parameters
    ----------
    functions
        What it calls.
    area
        What it reads.

    Raises
    ------
    ValueError
        When there could be more numbers at once than fit into memory.
    """
    rows, cols = [box.n_rows for _, box in area], [box.n_cols for _, box in area]
    if not area:
        return 1
    if "TRANSPOSE" in functions:
        longest, second, third, *_ = sorted([*rows, *cols, 1], reverse=True)
    else:
        longest, second = max(rows), max(cols)
        third = min(longest, second) if "MMULT" in functions else 1
    if longest * second > _LARGEST:
        raise ValueError(f"reads up to {longest * second:,} cells at once, expected at most {_LARGEST:,}")
    return longest * second * third
