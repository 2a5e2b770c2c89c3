"""Tables as CSV, for Excel, Moodle and Canvas."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from mlp2xlsx.numerals import number_text

# What makes a spreadsheet take a text for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n")


def csv_text(rows: Iterable[Sequence[str | float | int]]) -> str:
    r"""Text of a CSV file: cells between commas, lines that end in `\r\n`, quotes where they are needed.

    Texts that a spreadsheet would take for a formula get an apostrophe in front. Numbers are written as
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
            # Excel in Chinese and Japanese takes ＝ for =.
            first = unicodedata.normalize("NFKC", cell[:1])
            return f"'{cell}" if first in _STARTS_A_FORMULA else cell
        case int():
            return str(int(cell))
        case _:
            return number_text(cell)
