"""What is read of a file: rows that stand in order are read at once, others cell by cell."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mlp2xlsx import load
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.verify import contents
from mlp2xlsx.verify.contents import Contents, read_contents
from tests.verify.helpers import Package, built

LESSONS: dict[str, Callable[[], Lesson]] = {
    "article": lambda: load("article").replace(iterations=12),
    "iris": lambda: load("iris").replace(iterations=2),
    "some iterations": lambda: load("xor").replace(iterations=20, show=[1, 5]),
    "batches": lambda: load("sgd").replace(iterations=4),
}


def cell_by_cell(path: Path, monkeypatch: pytest.MonkeyPatch) -> Contents:
    with monkeypatch.context() as patch:
        patch.setattr(contents, "_in_order", lambda _: (0, ()))
        return read_contents(path)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS.keys())
def test_both_ways_give_the_same(
    lesson: Callable[[], Lesson], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = built(lesson(), tmp_path / "built.xlsx")
    one, other = read_contents(path), cell_by_cell(path, monkeypatch)
    assert sum(len(sheet.formulas) for sheet in one.sheets.values()) > 300
    for title, sheet in one.sheets.items():
        assert sheet == other.sheets[title], title
        assert list(sheet.formulas) == list(other.sheets[title].formulas)  # top to bottom, left to right


ROWS = {
    "in order": '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row>',
    "filled": '<row r="1"><c r="A1"><f t="array" ref="A1:B2">1</f><v>1</v></c><c r="B1"><v>1</v></c><c r="C1"><v>2</v></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row>',
    "formulas": '<row r="1"><c r="A1"><f>1</f><v>1</v></c><c r="B1"><f>2</f></c><c r="C1" t="str"><v>x</v></c></row>',
    "digits that repeat": '<row r="12"><c r="A12"><v>1</v></c><c r="B1212"><v>2</v></c></row>',
    "empty cells": '<row r="1"><c r="A1"/><c r="B1"><v>2</v></c><c r="C1"/></row>',
    "text beside": '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1"><v>2</v></c></row>',
    "several rows in one": '<row r="1"><c r="A1"><v>1</v></c><c r="A2"><v>2</v></c></row>',
    "no number": '<row r="1"><c r="A"><v>1</v></c></row>',
    "a backward column": '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "twice": '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "a backward row": '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
    "no address": '<row r="1"><c r="A1"><v>1</v></c><c><v>2</v></c></row>',
    "beyond the last column": '<row r="1"><c r="XFD1"><v>1</v></c><c r="XFE1"><v>2</v></c></row>',
    "beyond the last row": '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    "a very long number": f'<row r="1"><c r="A{"9" * 5000}"><v>1</v></c></row>',
    "value first": '<row r="1"><c r="A1"><v>1</v><f>2</f></c></row>',
    "other letters": '<row r="1"><c r="é1"><v>1</v></c></row>',
    "other digits": '<row r="1"><c r="A١"><v>1</v></c></row>',
    "small letters": '<row r="1"><c r="a1"><v>1</v></c></row>',
}
REFUSED = list(ROWS)[7:-1]


@pytest.mark.parametrize("name", ROWS)
def test_both_ways_give_the_same_of_odd_rows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Package.read(built(load("article").replace(iterations=1), tmp_path / "built.xlsx"))
    head, _, _ = package.parts[package.sheets["Setup"]].partition(b"<sheetData>")
    package.parts[package.sheets["Setup"]] = (
        head + f"<sheetData>{ROWS[name]}</sheetData></worksheet>".encode()
    )
    path = package.save(tmp_path / "odd.xlsx")
    found = []
    for reader in (read_contents, lambda path: cell_by_cell(path, monkeypatch)):
        try:
            found.append(reader(path).sheets["Setup"])
        except WorkbookError as error:
            found.append(str(error))
    assert found[0] == found[1]
    assert isinstance(found[0], str) == (name in REFUSED)
