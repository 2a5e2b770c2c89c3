"""A workbook whose appearance is spoilt part by part, whoever has saved it last."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

from lxml import etree

from mlp2xlsx.workbook.layout.titles import sheet_titles
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.contents import Contents
from mlp2xlsx.xlsx.references import position
from tests.xlsx.editing import BOOK, MAIN, Package

Element = etree._Element
Found = tuple[str, str, str]
"""Sheet, place and aspect that have to be named."""

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = "xl/styles.xml"
# The elements of a sheet in the order that the format asks for, as far as they are put in here.
ORDER = (
    *(
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetProtection",
        "mergeCells",
    ),
    *("conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup"),
    *("headerFooter", "drawing", "legacyDrawing", "picture", "extLst"),
)


class Spoilt:
    """One workbook to be spoilt.

    Parameters
    ----------
    content
        The bytes of the file.
    contents
        What stands in it.
    seed
        Chooses the cells.
    """

    def __init__(self, content: bytes, contents: Contents, seed: str) -> None:
        self.package = Package(content)
        self.contents = contents
        self.random = random.Random(seed)
        self._titles = {
            title: place[0]
            for key, title in sheet_titles("en", 12).items()
            if (place := self.package.names.get(f"sheet_{key}")) is not None
        }

    def called(self, title: str) -> str:
        """What a sheet is called, by its title in English."""
        return self._titles.get(title, title)

    @contextmanager
    def part(self, name: str) -> Iterator[Element]:
        """The tree of a part, to be changed."""
        root = etree.fromstring(self.package.parts[name])
        yield root
        self.package.parts[name] = etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", standalone=True
        )

    def sheet(self, title: str) -> "object":
        return self.part(self.package.sheets[self.called(title)])

    def pick(self, title: str, fits: Callable[[object], bool]) -> str:
        """A cell with a constant that fits, and that nobody is asked to change."""
        seen = self.contents.seen
        assert seen is not None
        inputs = {
            cell
            for place in self.contents.names.values()
            if place is not None and place[0] == self.called(title)
            for cell in place[1].cells()
        }
        looks = seen.sheets[self.called(title)].styles
        cells = [
            cell
            for cell, value in self.contents.sheets[self.called(title)].constants.items()
            if fits(value) and "typed into" not in seen.styles.cell(looks[cell]) and cell not in inputs
        ]
        return a1(*self.random.choice(sorted(cells)))

    def text(self, title: str) -> str:
        return self.pick(title, lambda value: isinstance(value, str) and len(value.strip()) > 1)

    def number(self, title: str) -> str:
        return self.pick(title, lambda value: isinstance(value, float))

    def formula(self, title: str, *, numeric: bool = True) -> str:
        """A formula cell, with a number other than zero or with a text in the file where it has left one."""
        seen = self.contents.seen
        assert seen is not None
        left = seen.sheets[self.called(title)].results
        of_numbers = [cell for cell, value in left.items() if isinstance(value, float) and value]
        of_texts = [cell for cell, value in left.items() if isinstance(value, str) and value]
        found = of_numbers if numeric else of_texts
        return a1(*self.random.choice(sorted(found or self.contents.sheets[self.called(title)].formulas)))

    def value(self, title: str, address: str, value: float | str | None) -> None:
        """Put something in place of what is in a cell, or into an empty one."""
        with self.sheet(title) as root:
            cell = _cell(root, address)
            for child in list(cell):
                cell.remove(child)
            cell.attrib.pop("t", None)
            if isinstance(value, str):
                cell.set("t", "inlineStr")
                etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
            elif value is not None:
                etree.SubElement(cell, f"{MAIN}v").text = repr(value)

    def live(self, title: str, address: str, formula: str, left: str) -> None:
        """Put a formula that leaves a text."""
        self.value(title, address, None)
        with self.sheet(title) as root:
            cell = _cell(root, address)
            cell.set("t", "str")
            etree.SubElement(cell, f"{MAIN}f").text = formula
            etree.SubElement(cell, f"{MAIN}v").text = left

    def left(self, title: str, address: str, value: str) -> None:
        """Change what a formula has left in the file, and nothing else."""
        with self.sheet(title) as root:
            cell = _cell(root, address)
            found = cell.find(f"{MAIN}v")
            assert found is not None, "the formula has left nothing"
            if cell.get("t", "n") != "n":
                cell.set("t", "str")  # and no number of a text
            found.text = value

    def restyle(self, title: str, address: str, **changes: str) -> None:
        """Give one cell another number format, colour of letters or fill, or another size."""
        with self.part(STYLES) as root:
            number = _restyled(root, int(self._style(title, address)), changes)
        with self.sheet(title) as root:
            _cell(root, address).set("s", str(number))

    def _style(self, title: str, address: str) -> str:
        root = etree.fromstring(self.package.parts[self.package.sheets[self.called(title)]])
        return _cell(root, address).get("s", "0")

    def styled_rule(self, **look: str) -> str:
        """The number of a new style for rules."""
        with self.part(STYLES) as root:
            styles = root.find(f"{MAIN}dxfs")
            assert styles is not None
            style = etree.SubElement(styles, f"{MAIN}dxf")
            if "number_format" in look:
                etree.SubElement(style, f"{MAIN}numFmt", numFmtId="399", formatCode=look["number_format"])
            if "fill" in look:
                pattern = etree.SubElement(
                    etree.SubElement(style, f"{MAIN}fill"), f"{MAIN}patternFill", patternType="solid"
                )
                etree.SubElement(pattern, f"{MAIN}bgColor", rgb=f"FF{look['fill']}")
            styles.set("count", str(len(styles)))
            return str(len(styles) - 1)

    def put(self, title: str, element: Element) -> None:
        """Put an element into a sheet, where the format wants it."""
        with self.sheet(title) as root:
            rank = ORDER.index(etree.QName(element).localname)
            after = [one for one in root if etree.QName(one).localname in ORDER[: rank + 1]]
            after[-1].addnext(element)

    def link(self, part: str, kind: str, target: str, data: bytes, content_type: str) -> str:
        """Add a part to the file, and a link to it from another one; the id of the link is returned."""
        folder, _, name = part.rpartition("/")
        links = f"{folder}/_rels/{name}.rels"
        parts = self.package.parts
        if links not in parts:
            space = RELATION[1:].partition("}")[0]
            parts[links] = f'<Relationships xmlns="{space}"/>'.encode()
        with self.part(links) as root:
            number = f"rIdAdded{len(root)}"
            etree.SubElement(root, RELATION, Id=number, Type=f"{KINDS}/{kind}", Target=f"/{target}")
        self.package.parts[target] = data
        with self.part("[Content_Types].xml") as root:
            etree.SubElement(root, f"{TYPES}Override", PartName=f"/{target}", ContentType=content_type)
        return number

    def charts(self, title: str) -> list[str]:
        """The parts of a sheet's charts."""
        return [
            chart
            for drawing in self._targets(self.package.sheets[self.called(title)], "drawing")
            for chart in self._targets(drawing, "chart")
        ]

    def drawing(self, title: str) -> str:
        return self._targets(self.package.sheets[self.called(title)], "drawing")[0]

    def _targets(self, part: str, kind: str) -> list[str]:
        folder, _, name = part.rpartition("/")
        data = self.package.parts.get(f"{folder}/_rels/{name}.rels")
        if data is None:
            return []
        links = [one for one in etree.fromstring(data) if one.get("Type", "").endswith(f"/{kind}")]
        return [str((Path("/", folder) / one.get("Target", "")).resolve()).lstrip("/") for one in links]

    def book(self) -> "object":
        return self.part(BOOK)


def _cell(root: Element, address: str) -> Element:
    """A cell of a sheet; it is made where there is none."""
    number, col = position(address)
    data = root.find(f"{MAIN}sheetData")
    assert data is not None
    row = next((one for one in data if one.get("r") == str(number)), None)
    if row is None:
        row = etree.Element(f"{MAIN}row", r=str(number))
        before = sum(int(one.get("r", "0")) < number for one in data)
        data.insert(before, row)
    for index, cell in enumerate(row):
        there = position(str(cell.get("r")))[1]
        if there == col:
            return cell
        if there > col:
            made = etree.Element(f"{MAIN}c", r=address)
            row.insert(index, made)
            return made
    return etree.SubElement(row, f"{MAIN}c", r=address)


def _restyled(root: Element, style: int, changes: dict[str, str]) -> int:
    """The number of a new style, like another one but for some changes."""
    styles, fonts, fills = (root.find(f"{MAIN}{tag}") for tag in ("cellXfs", "fonts", "fills"))
    assert styles is not None
    assert fonts is not None
    assert fills is not None
    made = deepcopy(styles[style])
    styles.append(made)
    if "number_format" in changes:
        formats = root.find(f"{MAIN}numFmts")
        if formats is None:
            formats = etree.Element(f"{MAIN}numFmts")
            root.insert(0, formats)
        number = str(400 + len(formats))
        etree.SubElement(formats, f"{MAIN}numFmt", numFmtId=number, formatCode=changes["number_format"])
        made.attrib.update({"numFmtId": number, "applyNumberFormat": "1"})
    font = deepcopy(fonts[int(made.get("fontId", "0"))])
    for tag, name in {"color": "rgb", "sz": "val", "name": "val", "strike": "val"}.items():
        if tag in changes:
            for old in font.findall(f"{MAIN}{tag}"):
                font.remove(old)
            etree.SubElement(font, f"{MAIN}{tag}", {name: changes[tag]})
            made.set("applyFont", "1")
    fonts.append(font)
    made.set("fontId", str(len(fonts) - 1))
    if "fill" in changes:
        pattern = etree.SubElement(
            etree.SubElement(fills, f"{MAIN}fill"), f"{MAIN}patternFill", patternType="solid"
        )
        etree.SubElement(pattern, f"{MAIN}fgColor", rgb=f"FF{changes['fill']}")
        made.attrib.update({"fillId": str(len(fills) - 1), "applyFill": "1"})
    return len(styles) - 1
