"""The lines of a file with cells between commas, semicolons or tabs: encoding, delimiter, quotes."""

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
from mlp2xlsx.lesson.tables.encoding import decode

# A semicolon or tab hardly ever stands in every line by chance; a comma does, as the decimal sign.
_DELIMITERS = ("\t", ";", ",")
_LOOKED_AT = 50  # lines from which the delimiter is told
_TOLD = re.compile(r'"?sep=([^"\r\n])"?(?=[\r\n])')  # a first line that is meant for Excel
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Delimited:
    """The cells of a file as they stand in it.

    Attributes
    ----------
    delimiter
        What stands between two cells.
    lines
        The number in the file, and the cells, of each line that holds anything.
    """

    delimiter: str
    lines: list[Line]


def looks_like_a_number(cell: str) -> bool:
    """Whether a cell could be a number, with a point or with a comma."""
    return _NUMBER.fullmatch(cell) is not None


def read_delimited(
    path: Path, source: str, *, largest: int = LARGEST_FILE, smaller: str = "a smaller table"
) -> Delimited:
    """Read a CSV file, whatever the length of its lines.

    Parameters
    ----------
    path
        UTF-8, or GBK; cells between commas, semicolons or tabs; blank lines do not count.
    source
        What messages call it.
    largest, smaller
        How many bytes it may have, and what is expected in place of more.

    Raises
    ------
    DataError
        When it is not such a file.
    """
    text = decode(_content(path, source, largest, smaller), source)
    told = _TOLD.match(text)
    if told:
        text = text[told.end() :]  # the line break stays, so that the lines keep their numbers
    delimiter = told[1] if told else _delimiter(text)
    try:
        return Delimited(delimiter, list(_lines(text, delimiter)))
    except csv.Error as error:
        raise DataError(f"{source} is not readable as CSV: {error}") from None


def _content(path: Path, source: str, largest: int, smaller: str) -> bytes:
    """Read the file."""
    if not os.path.exists(path):
        raise DataError(f"{source} does not exist; expected a CSV file")
    try:
        return read_bytes(path, source, "a CSV file", smaller, largest)
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
        return any(
            "," in cell and not looks_like_a_number(cell.strip()) for cells in self.lines for cell in cells
        )


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the lines that hold anything; one with quoted line breaks has the number of its first."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    first = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"{error}, line {first}") from None
