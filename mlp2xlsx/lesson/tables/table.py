"""A table of texts: header, lines of equal length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.tables.files.delimited import Line, is_comment, read_delimited
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.header import check_counts, has_header
from mlp2xlsx.words import counted, is_control, shown

LONGEST_NAME = 200
_UNNAMED = "Unnamed: "  # what pandas calls a column without a name


@dataclass(frozen=True)
class Table:
    """The cells of a file, with blanks around them removed.

    Attributes
    ----------
    source
        The file, as the user typed it.
    hints
        What the user says of it.
    delimiter
        What stands between two cells; empty in a workbook.
    form
        In which form it was found, for people.
    first
        The number of the line that holds the names of the columns; 0 where none does.
    comments
        How many lines in front are there to be read by people.
    names
        The names; a column without one is called `column 3`.
    named
        Whether the header names each column. Programs that write row numbers give their column no name.
    lines
        The number of the line in the file, and its cells, for each sample.
    """

    source: str
    hints: Hints
    delimiter: str
    form: str
    first: int
    comments: int
    names: tuple[str, ...]
    named: tuple[bool, ...]
    lines: list[Line]

    @property
    def header(self) -> bool:
        """Whether the file names its columns."""
        return self.first > 0

    def column(self, number: int) -> Iterator[tuple[int, str]]:
        """Yield line and cell of one column, counted from 0."""
        return ((line, cells[number]) for line, cells in self.lines)

    def place(self, line: int, number: int) -> str:
        """Say where a cell is: `data.csv line 3: column "height"`."""
        return f"{self.source} line {line}: column {shown(self.names[number])}"


def read_table(path: Path, source: str, hints: Hints) -> Table:
    """Read a CSV file or a sheet of a workbook.

    Parameters
    ----------
    path, source, hints
        As for `read_delimited`.

    Raises
    ------
    DataError
        When it cannot be read as such a table.
    """
    read = read_delimited(path, source, hints, blanks=True)
    lines = [(line, [cell.strip() for cell in cells]) for line, cells in read.lines]
    comments, lines = _without_comments(lines)
    if not lines:
        raise DataError(f"{source} is empty; expected the names of the columns and one line per sample")
    lines = _without_margin(lines)
    check_counts(lines, source, hints)
    _check_widths(lines, source)
    header = has_header(lines, source, hints)
    if not header and hints.header is None and comments and len(comments[-1][1]) == len(lines[0][1]):
        names = [comments[-1][1][0].lstrip("# "), *comments[-1][1][1:]]  # as NumPy writes them
        lines, header = [(comments[-1][0], names), *lines], True
        comments = comments[:-1]
    names = lines[0][1] if header else [""] * len(lines[0][1])
    samples = lines[1:] if header else lines
    if not samples:
        raise DataError(
            f"{source} has the names of the columns and nothing else; expected one line per sample"
        )
    names = ["" if name.startswith(_UNNAMED) else name for name in names]
    _check_names(names, lines[0][0], source)
    if header:
        _check_repeated(names, samples, source)
    return Table(
        source,
        hints,
        read.delimiter,
        read.form,
        lines[0][0] if header else 0,
        len(comments),
        tuple(name or f"column {number}" for number, name in enumerate(names, start=1)),
        tuple(not header or bool(name) for name in names),
        samples,
    )


def _without_comments(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Split off the lines in front that begin with `#`."""
    n = next((n for n, (_, cells) in enumerate(lines) if not is_comment(cells)), len(lines))
    return list(lines[:n]), list(lines[n:])


def _without_margin(lines: Sequence[Line]) -> list[Line]:
    """Cut off cells at the end that are empty in every line, as spreadsheets leave them."""
    width = max((n for _, cells in lines for n, cell in enumerate(cells, start=1) if cell), default=0)
    return [(line, cells[:width] if not any(cells[width:]) else cells) for line, cells in lines]


def _check_widths(lines: Sequence[Line], source: str) -> None:
    """Refuse lines of different lengths, tables of one column, and what stands above a table."""
    (first, names), *others = lines
    widths = {len(cells) for _, cells in others}
    filled = sum(map(bool, names))
    if others and filled == 1 and sum(map(bool, others[0][1])) > 2:
        raise DataError(
            f"{source} line {first} holds {shown(next(filter(None, names)))} and nothing else; "
            "expected the names of the columns; delete what stands above them"
        )
    if len(others) > 1 and widths == {len(names) + 1}:
        raise DataError(
            f"{source} line {first} has {counted(len(names), 'name')}, every other line "
            f"{counted(len(names) + 1, 'cell')}; add the name that is missing, in front where R has left out "
            "that of the row numbers"
        )
    for line, cells in others:
        if len(cells) != len(names):
            raise DataError(
                f"{source} line {line} has {counted(len(cells), 'cell')}, line {first} has {len(names)}; "
                "all lines need the same number"
            )
    if len(names) == 1:
        raise DataError(f"{source} has one column; expected several, with commas, semicolons or tabs between")


def _check_repeated(names: Sequence[str], samples: Sequence[Line], source: str) -> None:
    """Refuse names of columns that stand between the samples, as where two files were joined."""
    again = next((line for line, cells in samples if cells == names), None)
    if again is not None:
        raise DataError(f"{source} line {again} repeats the names of the columns; delete it")


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
