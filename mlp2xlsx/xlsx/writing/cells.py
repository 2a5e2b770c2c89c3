"""The cells of a sheet as the file has them."""

from xml.sax.saxutils import escape

from openpyxl.cell.cell import Cell

from mlp2xlsx.numerals import number_text
from mlp2xlsx.xlsx.writing.shared_strings import SharedStrings, text_element
from mlp2xlsx.xlsx.writing.sheet import Sheet, Value


class CellWriter:
    """Writes the cells of a workbook, whose texts all sheets share."""

    def __init__(self) -> None:
        self.strings = SharedStrings()
        self._styles: dict[int, int] = {}

    def xml(self, sheet: Sheet, cell: Cell) -> str:
        """The element of a cell."""
        start = self.start(cell)
        if cell.data_type == "f":
            formula, value = str(cell._value)[1:], sheet.live[cell.row, cell.column].value
            return formula_cell(start, formula_element(formula), *result_of(value))
        return self.plain(start, cell._value)

    def start(self, cell: Cell) -> str:
        """The element of a cell up to its kind. Cells of one role share a style, whose number is kept."""
        style = id(cell._style)
        if style not in self._styles:
            self._styles[style] = cell.style_id
        return cell_start(cell.coordinate, self._styles[style])

    def plain(self, start: str, value: Value | None) -> str:
        """The element of a cell without a formula."""
        if value is None:
            return f"{start}/>"
        if isinstance(value, str):
            return f'{start} t="s"><v>{self.strings.number(value)}</v></c>'
        return f"{start}><v>{number_text(value)}</v></c>"


def cell_start(place: str, style: int) -> str:
    """The element of a cell up to its kind."""
    return f'<c r="{place}" s="{style}"'


def place_of(start: str) -> str:
    """The address of a cell, from the beginning of its element."""
    return start.split('"', 2)[1]


def formula_element(formula: str) -> str:
    """The element of a formula, given without its `=`."""
    return f"<f>{escape(formula)}</f>"


def result_of(value: Value) -> tuple[str, str]:
    """What says of which kind a formula's value is, and the value."""
    if isinstance(value, str):
        return ' t="str"', text_element("v", value)
    return "", f"<v>{number_text(value)}</v>"


def formula_cell(start: str, formula: str, kind: str, value: str) -> str:
    """The element of a cell with a formula, put together from its parts."""
    return f"{start}{kind}>{formula}{value}</c>"
