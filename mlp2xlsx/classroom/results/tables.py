"""Tables as CSV, for Excel, Moodle and Canvas."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from mlp2xlsx.classroom.roster.form import USUAL_FORM, TableForm
from mlp2xlsx.numerals import number_text

# What makes a spreadsheet take a text for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_STARTS_A_FORMULA = frozenset("=+-@")
# Where a program may begin another cell: at another separator than the comma it leaves a quote in the
# middle of a line alone.
_ENDS_A_CELL = frozenset(",;\t\r\n")
_SHIFTED = frozenset("\t\r\n")  # in front of a text they are dropped


_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for another encoding


def table_bytes(rows: Iterable[Sequence[str | float | int]], form: TableForm) -> bytes:
    """Write a table that a spreadsheet opens at a double click where it opens one of this form.

    Between tabs it is UTF-16, as Blackboard writes its own: Excel puts all of a UTF-8 file with tabs into
    one column.
    """
    text = _BYTE_ORDER_MARK + csv_text(rows, form)
    return text.encode("utf-16-le" if form.delimiter == "\t" else "utf-8")


def csv_text(rows: Iterable[Sequence[str | float | int]], form: TableForm = USUAL_FORM) -> str:
    r"""Text of a table: lines that end in `\r\n`, quotes where they are needed.

    What a spreadsheet would take for a formula, in front of a text or after what may end a cell, gets an
    apostrophe in front. Numbers are written as
    they are, floats in the shortest form that reads back as the same number (`0.89`, `1`).

    Parameters
    ----------
    rows
        The cells of each line.
    form
        What stands between the cells, and in numbers; commas and points by default.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=form.delimiter, lineterminator="\r\n")
    writer.writerows([_text(cell, form.decimal) for cell in row] for row in rows)
    return stream.getvalue()


def _text(cell: str | float | int, decimal: str) -> str:
    """Write a cell as text that is no formula."""
    match cell:
        case str():
            return "".join(_defused(cell))
        case int():
            return str(int(cell))
        case _:
            return number_text(cell).replace(".", decimal)


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
