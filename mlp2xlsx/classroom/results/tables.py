"""Tables as CSV, for Excel, Moodle and Canvas."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from mlp2xlsx.numerals import number_text

# What makes a spreadsheet take a text for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_STARTS_A_FORMULA = frozenset("=+-@")
# Where a program may begin another cell: at another separator than the comma it leaves a quote in the
# middle of a line alone.
_ENDS_A_CELL = frozenset(",;\t\r\n")
_SHIFTED = frozenset("\t\r\n")  # in front of a text they are dropped


def csv_text(rows: Iterable[Sequence[str | float | int]]) -> str:
    r"""Text of a CSV file: cells between commas, lines that end in `\r\n`, quotes where they are needed.

    What a spreadsheet would take for a formula, in front of a text or after what may end a cell, gets an
    apostrophe in front. Numbers are written as
    they are, floats in the shortest form that reads back as the same number (`0.89`, `1`).

    Parameters
    ----------
    rows
        The cells of each line. Excel takes the file for UTF-8 only if it begins with a byte order mark,
        which the caller writes.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _text(cell: str | float | int) -> str:
    """Write a cell as text that is no formula."""
    match cell:
        case str():
            return "".join(_defused(cell))
        case int():
            return str(int(cell))
        case _:
            return number_text(cell)


def _defused(text: str) -> Iterator[str]:
    if text[:1] in _SHIFTED:
        yield "'"
    before = ","
    for character in text:
        # Excel in Chinese and Japanese takes ＝ for =.
        if before in _ENDS_A_CELL and unicodedata.normalize("NFKC", character) in _STARTS_A_FORMULA:
            yield "'"
        yield character
        before = character
