"""The lines of a file with cells between delimiters, or of a sheet: the one way in for tables and rosters."""

import csv
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mlp2xlsx.errors import DataError, LessonError
from mlp2xlsx.lesson.file import LARGEST_FILE, read_bytes
from mlp2xlsx.lesson.tables.files.encoding import decode
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.numbers import is_number_like
from mlp2xlsx.words import shown

# A semicolon or tab hardly ever stands in every line by chance; a comma does, as the decimal sign.
_DELIMITERS = ("\t", ";", "|", ",")
# How zip archives begin, and what Office wrote before 2007.
_BOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_LOOKED_AT = 50  # lines from which the delimiter is told
_TOLD = re.compile(r'"?sep=([^"\r\n])"?(?=[\r\n])')  # a first line that is meant for Excel
_OTHERS = {
    re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta)", re.IGNORECASE): "a web page or XML",
    re.compile(r"(?:\s|%[^\n]*\n)*@relation\b", re.IGNORECASE): "a file of Weka (.arff)",
    re.compile(r"\s*(?:\[\s*)?[{\[]"): "JSON",
}
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)  # how some write a number for Excel so that it stays as it is
_SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Delimited:
    """The cells of a file as they stand in it.

    Attributes
    ----------
    delimiter
        What stands between two cells; empty in a workbook.
    form
        In which form they were found, for people: `UTF-8, with tabs between`, or `sheet "Grades"`.
    lines
        The number in the file, and the cells, of each line that holds anything.
    """

    delimiter: str
    form: str
    lines: list[Line]


def read_delimited(
    path: Path,
    source: str,
    hints: Hints,
    *,
    largest: int = LARGEST_FILE,
    smaller: str = "a smaller table",
    blanks: bool = False,
) -> Delimited:
    """Read a CSV file or a workbook, whatever the length of its lines.

    Parameters
    ----------
    path
        A text whose cells are between commas, semicolons, tabs, bars or blanks, or a workbook; blank lines do
        not count.
    source
        What messages call it.
    hints
        What the user says of it.
    largest, smaller
        How many bytes it may have, and what is expected in place of more.
    blanks
        Whether blanks may stand between cells, and lines that begin with `#` in front of all.

    Raises
    ------
    DataError
        When it is not such a file.
    """
    content = _content(path, source, largest, smaller)
    if content.startswith(_BOOKS):
        # What reads workbooks is not needed for anything else, and takes time to load.
        from mlp2xlsx.lesson.tables.files.workbooks import read_rows

        if hints.encoding:
            raise DataError(f"{hints.option('encoding')} is for texts, {source} is a workbook; leave it out")
        sheet, rows = read_rows(content, source, hints)
        filled = [(n, row) for n, row in enumerate(rows, start=1) if any(map(str.strip, row))]
        return Delimited("", f"sheet {shown(sheet)}", filled)
    if hints.sheet:
        raise DataError(f"{hints.option('sheet')} is for workbooks, {source} is a text; leave it out")
    text, encoding = decode(content, source, hints)
    other = next((kind for start, kind in _OTHERS.items() if start.match(text)), None)
    if other is not None:
        raise DataError(f"{source} is {other}; open it in a program that reads it, save it as CSV or .xlsx")
    told = _TOLD.match(text)
    if told:
        text = text[told.end() :]  # the line break stays, so that the lines keep their numbers
    delimiter = str(told[1]) if told else _delimiter(text, blanks)
    try:
        lines = list(_lines(text, delimiter))
    except csv.Error as error:
        raise DataError(f"{source} is not readable as CSV: {error}") from None
    between = _SIGNS.get(delimiter, delimiter)
    return Delimited(delimiter, f"{encoding}, with {between} between", lines)


def is_comment(cells: list[str]) -> bool:
    """Whether a line is there to be read by people."""
    return cells[0].lstrip().startswith("#")


def _content(path: Path, source: str, largest: int, smaller: str) -> bytes:
    """Read the file."""
    if not os.path.exists(path):
        raise DataError(f"{source} does not exist; expected a CSV file or a workbook")
    try:
        return read_bytes(path, source, "a CSV file or a workbook", smaller, largest)
    except LessonError as error:
        raise DataError(str(error)) from None


def _delimiter(text: str, blanks: bool) -> str:
    """Tell the delimiter: one that makes lines of equal length, else what the first line has most."""
    looks = {delimiter: _Look.at(text, delimiter, blanks) for delimiter in _DELIMITERS}
    between_blanks = _Look.at(text, " ", blanks)
    if blanks and len(between_blanks.lines) > 1 and not any(look.has_cells for look in looks.values()):
        looks[" "] = between_blanks
    by_start = ([one for one, look in looks.items() if look.is_regular(start)] for start in (0, 1))
    regular = next(filter(None, by_start), [])  # where none is from the first line on, under a title
    if regular and "," in regular and regular[0] in ";|" and looks[regular[0]].has_commas_in_texts:
        return ","
    return regular[0] if regular else max(reversed(_DELIMITERS), key=lambda delimiter: looks[delimiter].width)


@dataclass(frozen=True)
class _Look:
    """The first lines, taken apart at one delimiter; `whole` unless they cannot be read that way."""

    lines: list[list[str]]
    whole: bool

    @classmethod
    def at(cls, text: str, delimiter: str, blanks: bool) -> "_Look":
        found: list[list[str]] = []
        try:
            for _, cells in islice(_lines(text, delimiter), _LOOKED_AT):
                if found or not blanks or not is_comment(cells):
                    found.append(cells)
        except csv.Error:
            return cls(found, False)
        return cls(found, True)

    @property
    def width(self) -> int:
        """How many cells the first line has; 0 when the delimiter is not there."""
        width = len(self.lines[0]) if self.lines else 0
        return width if width > 1 else 0

    @property
    def has_cells(self) -> bool:
        """Whether the delimiter is there at all."""
        return any(len(cells) > 1 for cells in self.lines)

    def is_regular(self, start: int) -> bool:
        """Whether all lines from one on have the same number of cells, more than one."""
        widths = set(map(len, self.lines[start:]))
        return self.whole and len(widths) == 1 and widths != {1}

    @property
    def has_commas_in_texts(self) -> bool:
        """Whether commas stand where they are no decimal signs."""
        return any("," in cell and not is_number_like(cell) for cells in self.lines for cell in cells)


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the lines that hold anything; one with quoted line breaks has the number of its first."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    first = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield first, [_as_it_is(cell) for cell in cells]
            first = reader.line_num + 1
    except csv.Error as error:
        reason = str(error).replace("unexpected end of data", "a quote is opened and never closed")
        raise csv.Error(f"{reason}, line {first}") from None


def _as_it_is(cell: str) -> str:
    wrapped = _AS_TEXT.fullmatch(cell) if cell[:2] == '="' else None
    return wrapped[1] if wrapped else cell
