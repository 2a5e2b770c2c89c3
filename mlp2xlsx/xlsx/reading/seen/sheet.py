"""What one sheet of a file shows beside the values of its cells, as the file says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.limits import MOST_COLS
from mlp2xlsx.xlsx.reading.cells import CellValue, cell_value
from mlp2xlsx.xlsx.reading.package import DOCUMENT, MAIN
from mlp2xlsx.xlsx.reading.seen.amount import Amount
from mlp2xlsx.xlsx.reading.seen.looks import Looks, effect_of
from mlp2xlsx.xlsx.xstring import decoded

_TRUE = ("1", "true")
_LATER = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_LATER_MAIN = "http://schemas.microsoft.com/office/excel/2006/main"
_NOTHING = 0.3  # a column of that width in characters, or a row of that height in points, shows nothing
_FORMULA, _LINK = f"{{{MAIN}}}f", f"{{{DOCUMENT}}}id"
_OF_RULES, _NOT_SAID = (
    ("operator", "text", "rank", "percent", "bottom", "aboveAverage", "timePeriod"),
    ("", "0"),
)
_PASSWORDS = ("password", "hashValue", "algorithmName")


class ColouringRule(NamedTuple):
    """A colouring rule: its cells, its kind, its formulas, what it changes, and what else is said of it.

    `style` is the number of its style in the file, where it does not say itself what it changes.
    """

    cells: str
    kind: str
    formulas: tuple[str, ...]
    style: str | None
    effect: Looks
    stops: bool
    priority: int


class Validation(NamedTuple):
    """What may be typed into some cells, and what is said there."""

    cells: str
    formulas: tuple[str, ...]
    words: tuple[tuple[str, str], ...]


class CellLink(NamedTuple):
    """A link from a cell: the id of what it leads to outside, or a place in the workbook."""

    cells: str
    outside: str | None
    place: str


@dataclass
class SeenSheet:
    """What a sheet shows.

    Attributes
    ----------
    amount
        How much more there may be.
    styles
        The number of the style of each cell, by row and column.
    results
        The values that formulas have left, by row and column.
    rules, validations, links
        Everything of that kind, in the order of the file.
    hidden_rows, hidden_cols
        Rows, and ranges of columns, that are not shown.
    settings
        What else is said of the whole sheet: by its name, in words.
    objects
        Words for what hangs on the sheet that no part of ours is.
    """

    amount: Amount
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    results: dict[tuple[int, int], CellValue] = field(default_factory=dict)
    rules: list[ColouringRule] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    links: list[CellLink] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_cols: list[range] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    objects: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """Begin anew: the sheet is read another time."""
        self.__init__(self.amount)  # type: ignore[misc]

    def cells(
        self, styles: Mapping[tuple[int, int], str | None], results: Mapping[tuple[int, int], CellValue]
    ) -> None:
        """Note the styles of many cells, as the file spells them, and what their formulas have left there."""
        self.amount.take_cells(len(styles))
        numbers = {style: _number(style) for style in {*styles.values()}}
        self.styles = {place: numbers[style] for place, style in styles.items()}
        self.results = dict(results)

    def add(self, other: "SeenSheet") -> None:
        """Note what the same sheet shows without its cells, which had all the room to itself."""
        self.amount.take_all(other.amount)
        for name in ("rules", "validations", "links", "hidden_rows", "hidden_cols", "objects"):
            getattr(self, name).extend(getattr(other, name))
        self.settings |= other.settings

    def cell(self, place: tuple[int, int], cell: etree._Element, shared: list[str]) -> None:
        """Note a cell's style, and what its formula has left there."""
        self.amount.take_cells(1)
        self.styles[place] = _number(cell.get("s"))
        if len(cell) and cell[0].tag == _FORMULA:
            self.results[place] = cell_value(cell, shared) if len(cell) > 1 else None

    def row(self, row: etree._Element) -> None:
        """Note whether a row is shown."""
        if row.get("hidden") in _TRUE or _is_small(row.get("ht")):
            number = row.get("r", "")
            self.hidden_rows.append(int(number) if number.isdecimal() and len(number) < 8 else 0)

    def read(self, element: etree._Element) -> None:
        """Note anything that is no row."""
        self.amount.take("".join(map(str, element.itertext())) + "".join(map(str, element.attrib.values())))
        _READERS[element.tag](self, element)

    def _format(self, element: etree._Element) -> None:
        cells = element.get("sqref", "")
        for rule in element.iterfind(f"{{{MAIN}}}cfRule"):
            formulas = tuple(one.text or "" for one in rule.iterfind(f"{{{MAIN}}}formula"))
            self._rule(cells, rule, formulas, {})

    def _later_format(self, element: etree._Element) -> None:
        cells = element.findtext(f"{{{_LATER_MAIN}}}sqref", "")
        for rule in element.iterfind(f"{{{_LATER}}}cfRule"):
            look = rule.find(f"{{{_LATER}}}dxf")
            formulas = tuple(one.text or "" for one in rule.iterfind(f"{{{_LATER_MAIN}}}f"))
            self._rule(cells, rule, formulas, {} if look is None else effect_of(look))

    def _rule(self, cells: str, rule: etree._Element, formulas: tuple[str, ...], effect: Looks) -> None:
        self.amount.take()
        self.amount.take_ranges(cells)
        priority = rule.get("priority", "")
        kind = rule.get("type", "")
        if kind != "expression":
            said = (f"{key} {what}" for key in _OF_RULES if (what := rule.get(key, "")) not in _NOT_SAID)
            scale = (
                " ".join(filter(None, (one.get("type"), one.get("val"), (one.get("rgb") or "")[-6:])))
                for element in rule
                for one in element
            )
            kind = " ".join((kind, *said, *scale)).strip()
        self.rules.append(
            ColouringRule(
                cells,
                kind,
                formulas,
                rule.get("dxfId"),
                effect,
                rule.get("stopIfTrue") in _TRUE,
                int(priority) if priority.isdecimal() and len(priority) < 10 else 0,
            )
        )

    def _validation(self, element: etree._Element) -> None:
        self.amount.take_ranges(element.get("sqref", ""))
        words: dict[str, str] = {"type": element.get("type", "none")}
        if words["type"] not in ("none", "list", "custom"):
            words["is"] = element.get("operator", "between")
        if element.get("showErrorMessage") in _TRUE:
            words["or else"] = element.get("errorStyle", "stop")
            words |= {key: decoded(element.get(key, "")) for key in ("errorTitle", "error")}
        if element.get("showInputMessage") in _TRUE:
            words |= {key: decoded(element.get(key, "")) for key in ("promptTitle", "prompt")}
        if element.get("showDropDown") in _TRUE:
            words["list"] = "not shown"
        said = tuple((key, text) for key, text in words.items() if text)
        # Some programs write the second of two limits, a zero, where there is one.
        limits = 2 if words.get("is") in ("between", "notBetween") else 1
        formulas = tuple(one.text or "" for one in element.iterfind(f"{{{MAIN}}}formula1"))
        formulas += tuple(one.text or "" for one in element.iterfind(f"{{{MAIN}}}formula2"))
        formulas = formulas[:limits]
        self.validations.append(Validation(element.get("sqref", ""), formulas, said))

    def _cell_link(self, element: etree._Element) -> None:
        place = element.get("location", "")
        self.links.append(CellLink(element.get("ref", ""), element.get(_LINK), place))

    def _col(self, element: etree._Element) -> None:
        if element.get("hidden") in _TRUE or _is_small(element.get("width")):
            first, last = element.get("min", "0"), element.get("max", "0")
            if first.isdecimal() and last.isdecimal():
                self.hidden_cols.append(range(int(first), min(int(last), MOST_COLS) + 1))

    def _view(self, element: etree._Element) -> None:
        self._say("formulas", "shown in place of values", element.get("showFormulas") in _TRUE)
        self._say("zeros", "not shown", element.get("showZeros", "1") not in _TRUE)
        self._say("columns", "from right to left", element.get("rightToLeft") in _TRUE)

    def _rows_hidden(self, element: etree._Element) -> None:
        self._say("rows that hold nothing", "hidden", element.get("zeroHeight") in _TRUE)

    def _protection(self, element: etree._Element) -> None:
        password = any(element.get(key) not in (None, "", "0000") for key in _PASSWORDS)
        self._say("password", "needed to unprotect the sheet", password)
        self._say("cells", "cannot be selected", element.get("selectUnlockedCells") in _TRUE)

    def _paper(self, element: etree._Element) -> None:
        for one in element:
            if one.text:
                self.settings[etree.QName(one).localname] = decoded(one.text)

    def _say(self, name: str, what: str, is_so: bool) -> None:
        if is_so:
            self.settings[name] = what

    def _object(self, element: etree._Element) -> None:
        if len(element) or element.get(_LINK) is not None:
            self.objects.append(_OBJECTS[etree.QName(element).localname])

    def _merged(self, element: etree._Element) -> None:
        self.settings[f"cells {shortened(element.get('ref', ''))}"] = "merged into one"


def _number(style: str | None) -> int:
    """Number of a style; that of the usual one where none is said."""
    return int(style) if style is not None and style.isdecimal() and len(style) < 7 else 0


def _is_small(size: str | None) -> bool:
    try:
        return size is not None and float(size) < _NOTHING
    except ValueError:
        return False


_OBJECTS = {
    "picture": "a picture behind the cells",
    "oleObjects": "an object of another program",
    "controls": "buttons or other controls",
    "tableParts": "a table",
}
_READERS: dict[str, Callable[[SeenSheet, etree._Element], None]] = {
    f"{{{MAIN}}}conditionalFormatting": SeenSheet._format,
    f"{{{_LATER}}}conditionalFormatting": SeenSheet._later_format,
    f"{{{MAIN}}}dataValidation": SeenSheet._validation,
    f"{{{MAIN}}}hyperlink": SeenSheet._cell_link,
    f"{{{MAIN}}}col": SeenSheet._col,
    f"{{{MAIN}}}sheetView": SeenSheet._view,
    f"{{{MAIN}}}sheetFormatPr": SeenSheet._rows_hidden,
    f"{{{MAIN}}}sheetProtection": SeenSheet._protection,
    f"{{{MAIN}}}headerFooter": SeenSheet._paper,
    f"{{{MAIN}}}mergeCell": SeenSheet._merged,
    **{f"{{{MAIN}}}{tag}": SeenSheet._object for tag in _OBJECTS},
}
SEEN_TAGS = tuple(_READERS)
"""What is read of a sheet besides its rows."""
