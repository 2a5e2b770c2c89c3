"""A CSV file as a table of texts: encoding, delimiter, header, lines of equal length."""

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mlp2xlsx.errors import DataError, LessonError
from mlp2xlsx.lesson.encoding import decode
from mlp2xlsx.lesson.file import read_bytes
from mlp2xlsx.words import counted, is_control, shown

LONGEST_NAME = 200

# A semicolon or tab hardly ever stands in every line by chance; a comma does, as the decimal sign.
_DELIMITERS = ("\t", ";", ",")
_LOOKED_AT = 50  # lines from which the delimiter is told
_TOLD = re.compile(r'"?sep=([^"\r\n])"?(?=[\r\n])')  # a first line that is meant for Excel
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """The cells of a CSV file, with blanks around them removed.

    Attributes
    ----------
    source
        The file, as the user typed it.
    delimiter
        What stands between two cells.
    header
        Whether the first line holds the names of the columns.
    names
        The names; a column without one is called `column 3`.
    named
        Whether the header names each column. Programs that write row numbers give their column no name.
    lines
        The number of the line in the file, and its cells, for each sample.
    """

    source: str
    delimiter: str
    header: bool
    names: tuple[str, ...]
    named: tuple[bool, ...]
    lines: list[Line]

    def column(self, number: int) -> Iterator[tuple[int, str]]:
        """Yield line and cell of one column, counted from 0."""
        return ((line, cells[number]) for line, cells in self.lines)


def looks_like_a_number(cell: str) -> bool:
    """Whether a cell could be a number, with a point or with a comma."""
    return _NUMBER.fullmatch(cell) is not None


def read_table(path: Path, source: str) -> Table:
    """Read a CSV file.

    Parameters
    ----------
    path
        UTF-8, or GBK; cells between commas, semicolons or tabs; blank lines do not count.
    source
        What messages call it.

    Raises
    ------
    DataError
        When it cannot be read as such a table.
    """
    text = decode(_content(path, source), source)
    told = _TOLD.match(text)
    if told:
        text = text[told.end() :]  # the line break stays, so that the lines keep their numbers
    delimiter = told[1] if told else _delimiter(text)
    try:
        lines = list(_lines(text, delimiter))
    except csv.Error as error:
        raise DataError(f"{source} is not readable as CSV: {error}") from None
    if not lines:
        raise DataError(f"{source} is empty; expected the names of the columns and one line per sample")
    _check_widths(lines, source)
    header = _has_header(lines)
    names = lines[0][1] if header else [""] * len(lines[0][1])
    samples = lines[1:] if header else lines
    if not samples:
        raise DataError(
            f"{source} has the names of the columns and nothing else; expected one line per sample"
        )
    _check_names(names, lines[0][0], source)
    return Table(
        source,
        delimiter,
        header,
        tuple(name or f"column {number}" for number, name in enumerate(names, start=1)),
        tuple(not header or bool(name) for name in names),
        samples,
    )


def _content(path: Path, source: str) -> bytes:
    """Read the file."""
    if not os.path.exists(path):
        raise DataError(f"{source} does not exist; expected a CSV file")
    try:
        return read_bytes(path, source, "a CSV file", "a smaller table")
    except LessonError as error:
        raise DataError(str(error)) from None


def _delimiter(text: str) -> str:
    """Tell the delimiter: one that makes lines of equal length, else the one that the first line has most."""
    looks = {delimiter: _Look.at(text, delimiter) for delimiter in _DELIMITERS}
    regular = [delimiter for delimiter, look in looks.items() if look.is_regular]
    if regular == [";", ","] and looks[";"].has_commas_in_texts:
        return ","
    if regular:
        return regular[0]
    return max(reversed(_DELIMITERS), key=lambda delimiter: looks[delimiter].width)


@dataclass(frozen=True)
class _Look:
    """The first lines, taken apart at one delimiter; `whole` unless they cannot be read that way."""

    lines: list[list[str]]
    whole: bool

    @classmethod
    def at(cls, text: str, delimiter: str) -> "_Look":
        found = []
        try:
            for _, cells in islice(_lines(text, delimiter), _LOOKED_AT):
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
    def is_regular(self) -> bool:
        return self.whole and self.width > 1 and len(set(map(len, self.lines))) == 1

    @property
    def has_commas_in_texts(self) -> bool:
        """Whether commas stand where they are no decimal signs."""
        return any("," in cell and not looks_like_a_number(cell) for cells in self.lines for cell in cells)


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the lines that hold anything; one with quoted line breaks has the number of its first."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    first = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"{error}, line {first}") from None


def _check_widths(lines: Sequence[Line], source: str) -> None:
    """Refuse lines of different lengths, and tables of one column."""
    (first, names), *others = lines
    for line, cells in others:
        if len(cells) != len(names):
            raise DataError(
                f"{source} line {line} has {counted(len(cells), 'cell')}, line {first} has {len(names)}; "
                "all lines need the same number"
            )
    if len(names) == 1:
        raise DataError(f"{source} has one column; expected several, with commas, semicolons or tabs between")


def _has_header(lines: Sequence[Line]) -> bool:
    """Whether the first line names the columns: it holds a text that does not come again in its column."""
    (_, first), *others = lines
    return any(
        not looks_like_a_number(cell) and not any(cells[number] == cell for _, cells in others)
        for number, cell in enumerate(first)
    )


def _check_names(names: Sequence[str], line: int, source: str) -> None:
    """Refuse names that cannot be shown or told apart."""
    seen: set[str] = set()
    for number, name in enumerate(names, start=1):
        where = f"{source} line {line}: the name of column {number}"
        for character in name:
            if is_control(character):
                what = (
                    "a line break" if character in "\r\n" else f"the control character U+{ord(character):04X}"
                )
                raise DataError(f"{where} contains {what}; expected plain text")
        if len(name) > LONGEST_NAME:
            raise DataError(f"{where} has {len(name)} characters; expected at most {LONGEST_NAME}")
        if name and name in seen:
            raise DataError(f"{source} line {line}: two columns have the name {shown(name)}; rename one")
        seen.add(name)
