"""A CSV file as a table of texts: header, lines of equal length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.tables.delimited import Line, looks_like_a_number, read_delimited
from mlp2xlsx.words import counted, is_control, shown

LONGEST_NAME = 200


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
    read = read_delimited(path, source)
    lines = [(line, [cell.strip() for cell in cells]) for line, cells in read.lines]
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
        read.delimiter,
        header,
        tuple(name or f"column {number}" for number, name in enumerate(names, start=1)),
        tuple(not header or bool(name) for name in names),
        samples,
    )


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
