"""A workbook with everything the engines must get right, and wrong cached values throughout."""

from pathlib import Path

import pytest
from lxml import etree
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests.xlsx.editing import MAIN, Package

COMMENTED = "1 & <Über>"


def with_cached_values(name: str, data: bytes) -> bytes:
    """Give every formula the cached value 5, and let the workbook look settled."""
    if name == "xl/workbook.xml":
        return data.replace(b' fullCalcOnLoad="1"', b"")
    if not name.startswith("xl/worksheets/sheet"):
        return data
    root = etree.fromstring(data)
    for cell in root.iter(f"{MAIN}c"):
        if cell.find(f"{MAIN}f") is not None:
            value = cell.find(f"{MAIN}v")
            if value is None:
                value = etree.SubElement(cell, f"{MAIN}v")
            value.text = "5"
    return etree.tostring(root)


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`Setup` with X (2×3), w (3×2) and lr; `Step 03` computes from them; a sheet with a comment and an odd title."""
    book = Workbook()
    setup = book.active
    setup.title = "Setup"
    setup["A1"] = 0.5
    setup["E1"].number_format = "0.00"  # empty, but there
    for row in ([1.0, 0.25, -2.0], [0.1, 3.0, 0.0]):
        setup.append(row)  # X: A2:C3
    for row in ([0.3, -1.0], [2.0, 0.7], [1e-3, 4.0]):
        setup.append(row)  # w: A4:B6
    book.defined_names["lr"] = DefinedName("lr", attr_text="Setup!$A$1")
    book.defined_names["X"] = DefinedName("X", attr_text="Setup!$A$2:$C$3")

    step = book.create_sheet("Step 03")
    for area, formula in {
        "A1:B2": "=MMULT(X,Setup!$A$4:$B$6)",
        "D1:E2": "=1/(1+EXP(-$A$1:$B$2))",
        "G1:H3": "=TRANSPOSE(Setup!$A$2:$C$3)*lr",
        "A5": "=SUM(X*X)",
    }.items():
        for row in step[area] if ":" in area else ():
            for cell in row:
                cell.value = 7  # what the file claims for the rest of the block
        first = area.partition(":")[0]
        step[first] = ArrayFormula(area, formula)
    for line, content in enumerate(
        ["=2+2", '="lr = "&lr', "=1/0", "=EXP(800)", "=lr>1", '=""', "=Setup!E1+1", "plain", "=J1/3"], 1
    ):
        step.cell(line, 10, content)
    step["J10"] = "#N/A"
    step["J10"].data_type = "s"
    commented = book.create_sheet(COMMENTED)
    commented["A1"] = 20
    commented["A1"].comment = Comment("note", "author")
    commented["B1"] = "=A1+22"
    folder = tmp_path_factory.mktemp("engines")
    book.save(folder / "bare.xlsx")
    return Package.read(folder / "bare.xlsx").edit(with_cached_values).save(folder / "workbook.xlsx")
