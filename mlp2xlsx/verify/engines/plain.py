"""A workbook of nothing but cells and names, written from what was read of another.

An engine that runs inside this process is never given a file from elsewhere: parts, styles and values
that formulas left there cannot break it, or be handed back. Array formulas stay what they are: workbooks
of the first layout hold them, and answers of students.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from mlp2xlsx.verify.cells import CellError, CellValue
from mlp2xlsx.verify.contents import Contents, FormulaCell, SheetContents
from mlp2xlsx.verify.engines.uncached import DECOY
from mlp2xlsx.verify.package import DOCUMENT, MAIN, PACKAGE
from mlp2xlsx.workbook.address import a1

# IronCalc refuses a workbook without styles.
_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill></fills><borders><border/></borders>'
    "<cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_plain(contents: Contents, target: Path) -> None:
    """Write formulas, plain values and names to a file.

    Parameters
    ----------
    contents
        What to write; names that are no places on its sheets are left out.
    target
        The .xlsx file. It is not compressed: it is read once and thrown away.
    """
    numbers = {title: number for number, title in enumerate(contents.sheets, start=1)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", _workbook(contents, numbers))
        archive.writestr("xl/_rels/workbook.xml.rels", _links(numbers))
        archive.writestr("xl/styles.xml", _STYLES)
        for title, number in numbers.items():
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                part.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
                for row in _rows(contents.sheets[title]):
                    part.write(row.encode())
                part.write(b"</sheetData></worksheet>")


def _workbook(contents: Contents, numbers: dict[str, int]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>'
        for title, number in numbers.items()
    )
    names = "".join(
        f"<definedName name={quoteattr(name)}>{escape(place[1].on(place[0]))}</definedName>"
        for name, place in contents.names.items()
        if place is not None and place[0] in numbers
    )
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{sheets}</sheets>'
        f"<definedNames>{names}</definedNames></workbook>"
    )


def _links(numbers: dict[str, int]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers.values()
    )
    return f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'


def _rows(sheet: SheetContents) -> Iterator[str]:
    rows: dict[int, list[tuple[int, FormulaCell | CellValue]]] = {}
    for held_in in (sheet.formulas, sheet.constants):
        for (row, col), held in held_in.items():
            rows.setdefault(row, []).append((col, held))
    for row in sorted(rows):
        cells = sorted(rows[row], key=lambda cell: cell[0])
        yield f'<row r="{row}">{"".join(_cell(a1(row, col), held) for col, held in cells)}</row>'


def _cell(address: str, held: FormulaCell | CellValue) -> str:
    match held:
        case FormulaCell():
            array = f' t="array" ref="{held.ref}"' if held.ref is not None else ""
            return f'<c r="{address}"><f{array}>{escape(held.text)}</f><v>{DECOY!r}</v></c>'
        case bool():
            return f'<c r="{address}" t="b"><v>{held:d}</v></c>'
        case str():
            return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(held)}</t></is></c>'
        case CellError():
            return f'<c r="{address}" t="e"><v>{escape(held.text)}</v></c>'
        case _:
            return f'<c r="{address}"><v>{held!r}</v></c>'
