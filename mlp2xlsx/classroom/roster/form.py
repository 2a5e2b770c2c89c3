"""The form of a table: what stands between its cells and in its numbers, for another one to be alike."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_COMMA, _POINT = re.compile(r"-?\d+,\d+"), re.compile(r"-?\d+\.\d+")
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class TableForm:
    """How a table is written.

    Attributes
    ----------
    delimiter
        A comma, a semicolon or a tab.
    decimal
        The sign between a number and its decimals.
    """

    delimiter: str = ","
    decimal: str = "."

    def __post_init__(self) -> None:
        """Refuse signs that no table is written with; records that were edited may have some."""
        if self.delimiter not in _DELIMITERS or self.decimal not in (".", ","):
            raise ValueError(f"{self.delimiter!r} and {self.decimal!r} in the place of the signs of a table")

    @classmethod
    def of(cls, delimiter: str, rows: Iterable[Sequence[str]]) -> "TableForm":
        """Tell the form of a table from what stands between its cells, and from the numbers in it.

        What no table is written with (nothing, in a workbook; a bar) becomes a comma. Programs that write
        semicolons do so because the comma is their decimal sign, unless a number says otherwise.
        """
        cells = [cell.strip() for row in rows for cell in row]
        has_points = any(map(_POINT.fullmatch, cells))
        is_comma = any(map(_COMMA.fullmatch, cells)) or delimiter == ";"
        return cls(
            delimiter if delimiter in _DELIMITERS else ",", "," if is_comma and not has_points else "."
        )


USUAL_FORM = TableForm()
"""Commas between cells, points in numbers."""
