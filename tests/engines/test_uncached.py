"""The copy of a workbook that engines are given: without cached values, and with changed inputs."""

import shutil
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mlp2xlsx.engines.uncached import DECOY, uncached, write_changed
from mlp2xlsx.errors import EngineError, MlpError, WorkbookError
from tests.xlsx.editing import Package

SHEET = (
    '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    '<x:row r="1">{}</x:row></x:sheetData></x:worksheet>'
)

CELLS = {
    "formula": ('<x:c r="A1"><x:f>1</x:f><x:v>5</x:v></x:c>', '<x:c r="A1"><x:f>1</x:f>{decoy}</x:c>'),
    "bare": ('<x:c r="A1"><x:f>1</x:f></x:c>', '<x:c r="A1"><x:f>1</x:f>{decoy}</x:c>'),
    "empty value": ('<x:c r="A1"><x:f>1</x:f><x:v/></x:c>', '<x:c r="A1"><x:f>1</x:f>{decoy}</x:c>'),
    "value first": ('<x:c r="A1"><x:v>5</x:v><x:f/></x:c>', '<x:c r="A1">{decoy}<x:f/></x:c>'),
    "two values": ('<x:c r="A1"><x:f/><x:v>5</x:v><x:v>6</x:v></x:c>', '<x:c r="A1"><x:f/>{decoy}</x:c>'),
    "text": ('<x:c r="A1" t="str"><x:f/><x:v>5</x:v></x:c>', '<x:c r="A1" t="str"><x:f/></x:c>'),
    "inline": (
        '<x:c r="A1" t="inlineStr"><x:f/><x:is><x:t>5</x:t></x:is></x:c>',
        '<x:c r="A1" t="inlineStr"><x:f/></x:c>',
    ),
    "error": ('<x:c t="e" r="A1"><x:f/><x:v>#N/A</x:v></x:c>', '<x:c t="e" r="A1"><x:f/></x:c>'),
    "block": (
        '<x:c r="A1"><x:f t="array" ref="A1:B1"/><x:v>5</x:v></x:c><x:c r="B1"><x:v>5</x:v></x:c>'
        '<x:c r="C1"><x:v>5</x:v></x:c>',
        '<x:c r="A1"><x:f t="array" ref="A1:B1"/>{decoy}</x:c><x:c r="B1"></x:c>'
        '<x:c r="C1"><x:v>5</x:v></x:c>',
    ),
    "number": (
        '<x:c r="A1"><!-- <x:f/> --><x:v><![CDATA[</x:v>]]></x:v></x:c><x:c r="B1" t="s"><x:v>0</x:v></x:c>',
        None,
    ),
}


def packed(template: Path, target: Path, sheet: bytes) -> Path:
    return (
        Package.read(template)
        .edit(lambda name, data: sheet if name.endswith("sheet1.xml") else data)
        .save(target)
    )


def first_sheet(path: Path) -> str:
    return zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(("before", "after"), CELLS.values(), ids=CELLS.keys())
def test_uncached_cell(workbook: Path, tmp_path: Path, before: str, after: str | None) -> None:
    source = packed(workbook, tmp_path / "in.xlsx", SHEET.format(before).encode())
    uncached(source, tmp_path / "out.xlsx")
    wanted = (after or before).replace("{decoy}", f"<x:v>{DECOY!r}</x:v>")
    assert first_sheet(tmp_path / "out.xlsx") == SHEET.format(wanted)


@pytest.mark.parametrize(
    "cell",
    ['<x:c r="A1"><x:v>5</x:v></x:c>', '<x:c r="A1" t="n"></x:c>', '<x:c s="0" r="A1" />', '<x:c r="A1"/>'],
)
def test_changed_cell(workbook: Path, tmp_path: Path, cell: str) -> None:
    sheet = SHEET.format(cell + '<x:c r="B1"><x:v>6</x:v></x:c>').encode()
    source = packed(workbook, tmp_path / "in.xlsx", sheet)
    write_changed(source, tmp_path / "out.xlsx", {("Setup", 1, 1): 0.1})
    sheet = load_workbook(tmp_path / "out.xlsx")["Setup"]
    assert [sheet["A1"].value, sheet["B1"].value] == [0.1, 6]
    with pytest.raises(EngineError, match="Setup has no cell in row 9, column 9"):
        write_changed(source, tmp_path / "out.xlsx", {("Setup", 9, 9): 0.1})


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REFUSED = {
    "doctype": (b'<!DOCTYPE a [<!ENTITY e "5">]>' + SHEET.format("").encode(), "document type"),
    "utf-16": (SHEET.format("").encode("utf-16"), "UTF-8"),
    "dialect": (SHEET.format("").replace(MAIN, "http://purl.oclc.org/ooxml").encode(), "not a worksheet"),
    "misplaced block": (
        SHEET.format('<x:c r="B1"><x:f t="array" ref="A1:B1"/></x:c>').encode(),
        "B1 says it fills A1:B1",
    ),
    "no reference": (SHEET.format("<x:c><x:v>1</x:v></x:c>").encode(), "not a readable"),
    "bad reference": (SHEET.format('<x:c r="1A"><x:v>1</x:v></x:c>').encode(), "not a readable"),
}


@pytest.mark.parametrize(("sheet", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_sheet_that_cannot_be_stripped(workbook: Path, tmp_path: Path, sheet: bytes, message: str) -> None:
    source = packed(workbook, tmp_path / "in.xlsx", sheet)
    with pytest.raises(MlpError, match=message):
        uncached(source, tmp_path / "out.xlsx")


def test_values_of_other_workbooks_are_refused(workbook: Path, tmp_path: Path) -> None:
    path = shutil.copyfile(workbook, tmp_path / "book.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<a/>")
    with pytest.raises(EngineError, match="links to other workbooks"):
        uncached(path, tmp_path / "out.xlsx")


def test_two_parts_of_one_name_are_refused(workbook: Path, tmp_path: Path) -> None:
    path = shutil.copyfile(workbook, tmp_path / "book.xlsx")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", "<a/>")
    with pytest.raises(WorkbookError, match="two of its parts have the same name"):
        uncached(path, tmp_path / "out.xlsx")
