"""Whatever stands in a file for others to see, it is read in little time, or refused in one line."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few
from tests.verify.appearance.looking import appearance, article
from tests.verify.appearance.spoiling import MAIN, Spoilt
from tests.verify.helpers import built

FEW_SECONDS = 10  # of processor time; several times what is measured


def rules(count: int, cells: str, formula: str) -> Callable[[Spoilt], None]:
    def spoil(book: Spoilt) -> None:
        with book.sheet("Step 03") as root:
            place = root.find(f"{MAIN}conditionalFormatting")
            for number in range(count):
                one = etree.Element(f"{MAIN}conditionalFormatting", sqref=cells)
                rule = etree.SubElement(one, f"{MAIN}cfRule", type="expression", priority=str(number + 9))
                etree.SubElement(rule, f"{MAIN}formula").text = f"{formula}+{number}"
                place.addnext(one)

    return spoil


def styled(book: Spoilt) -> None:
    part = book.package.sheets["Step 03"]
    rows = (f'<row r="{row}"><c r="A{row}" s="3"/></row>' for row in range(1_000, 900_000))
    data = book.package.parts[part]
    book.package.parts[part] = data.replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>")


def formats(book: Spoilt) -> None:
    with book.part("xl/styles.xml") as root:
        for one in root.iter(f"{MAIN}numFmt"):
            one.set("formatCode", '0"x";' * 20_000)


def shapes(book: Spoilt) -> None:
    with book.part(book.drawing("Loss")) as root:
        frame = etree.tostring(root[0])
        for _ in range(3_000):
            root.append(etree.fromstring(frame))


def deep(book: Spoilt) -> None:
    with book.part(book.drawing("Loss")) as root:
        inner = root[0]
        for _ in range(200):
            inner = etree.SubElement(inner, inner.tag)
        etree.SubElement(inner, f"{inner.tag.partition('}')[0]}}}sp")


def claims(book: Spoilt) -> None:
    part = book.package.sheets["Step 03"]
    cell = '<c r="A{0}" t="inlineStr"><is><t>Verified by NumPy</t></is></c>'
    rows = (f'<row r="{row}">{cell.format(row)}</row>' for row in range(1_000, 60_000))
    data = book.package.parts[part]
    book.package.parts[part] = data.replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>")


HOSTILE: dict[str, Callable[[Spoilt], None]] = {
    "thousands of rules": rules(4_000, "A1:XFD1048576", "ROW(A1)"),
    "too many rules": rules(21_000, "A1", "TRUE"),
    "rules for many ranges": rules(20, " ".join(f"A{row}:{'CDEFGHIJ'[row % 8]}{row + 9}" for row in range(1, 400, 2)), "1"),
    "long formulas": rules(200, "A1", "+".join(["A1"] * 2_500)),
    "cells with a style": styled,
    "long formats": formats,
    "many charts": shapes,
    "deep drawing": deep,
    "many claims": claims,
}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(article("en"), tmp_path_factory.mktemp("bounded") / "article.xlsx")


@pytest.mark.parametrize("name", few("thousands of rules", "too many rules", of=HOSTILE))
def test_it_costs_little(name: str, path: Path, tmp_path: Path) -> None:
    appearance(path, article("en"))  # so that what it is compared with is there
    book = Spoilt(path.read_bytes(), read_contents(path, looks=True), name)
    HOSTILE[name](book)
    spoilt = book.package.save(tmp_path / "hostile.xlsx")
    start = time.process_time()
    try:
        found = appearance(spoilt, article("en"))
    except WorkbookError as error:
        said = str(error).splitlines()
    else:
        said = [str(one) for one in found.changes]
    assert time.process_time() - start < FEW_SECONDS
    assert 1 <= len(said) <= 1_000
