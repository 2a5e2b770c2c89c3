"""What is read of a file: odd rows, and rows that repeat, which are compared as a whole where they are as built."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlp2xlsx import load, train, verify
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.xlsx.reading import later
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents, read_later
from mlp2xlsx.xlsx.reading.sheets import FormulaCell, SheetContents
from tests.cases import few_values
from tests.verify.helpers import built
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

PUT_OFF = ("Training", "Loss", "Weights")
LESSONS: dict[str, Callable[[], Lesson]] = {
    "article": lambda: load("article").replace(iterations=12),
    "iris": lambda: load("iris").replace(iterations=2),
    "some iterations": lambda: load("xor").replace(iterations=20, show=[1, 5]),
    "batches": lambda: load("sgd").replace(iterations=4),
}


def compared(path: Path, book: Book) -> Contents:
    return read_later(read_contents(path, put_off=lambda _: PUT_OFF), book.bands())


def spelled_out(sheet: SheetContents) -> SheetContents:
    """A sheet with the cells of rows that are as built among the others."""
    found = SheetContents(dict(sheet.formulas), dict(sheet.constants), sheet.formats, sheet.cells)
    for rows in sheet.as_built:
        for block in rows.bands.blocks:
            for k in rows.repetitions:
                for (row, col, _, value), (i, j) in zip(
                    rows.bands.cells(block, [k]), places(block), strict=True
                ):
                    if block.formulas is None:
                        found.constants[row, col] = value
                    else:
                        found.formulas[row, col] = FormulaCell(rows.bands.formula_text(block, k, i, j))
    return found


def places(block) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(block.box.n_rows) for j in range(block.box.n_cols))


@pytest.mark.parametrize("lesson", few_values(*(LESSONS.keys() - {"iris"}), of=LESSONS))
def test_what_is_compared_as_a_whole_is_what_is_read(lesson: Callable[[], Lesson], tmp_path: Path) -> None:
    path = built(lesson(), tmp_path / "built.xlsx")
    book = make(train(lesson()))
    one, other = compared(path, book), read_contents(path)
    for title, sheet in other.sheets.items():
        assert spelled_out(one.sheets[title]) == sheet, title
        assert one.sheets[title].n_formulas == sheet.n_formulas
    training = one.sheets["Training"]
    assert not training.formulas
    assert training.n_formulas == book_formulas(book)


def row_of(data: bytes, number: int) -> bytes:
    return re.search(rb'<row r="%d".*?</row>' % number, data)[0]


def commented_out(data: bytes) -> bytes:
    row = row_of(data, 28)
    return data.replace(row, b"<!--" + row + b"-->")


def twice(data: bytes) -> bytes:
    row = row_of(data, 28)
    return data.replace(b"</sheetData>", row + b"</sheetData>")


def elsewhere(data: bytes) -> bytes:
    return data.replace(b"</sheetData>", b'<row r="28"><c r="ZZ28"><v>1</v></c></row></sheetData>')


def without(data: bytes) -> bytes:
    return data.replace(row_of(data, 28), b"")


def other_value(data: bytes) -> bytes:
    row = row_of(data, 28)
    return data.replace(row, re.sub(rb"</f><v>[^<]*</v>", b"</f><v>7</v>", row))


def other_formula(data: bytes) -> bytes:
    row = row_of(data, 28)
    return data.replace(row, row.replace(b"<f>", b"<f>1+", 1))


def number(data: bytes) -> bytes:
    row = row_of(data, 28)
    return data.replace(row, re.sub(rb"<f>[^<]*</f>", b"", row, count=1))


def constant(data: bytes) -> bytes:
    """The number of an iteration, which no formula makes."""
    row = row_of(data, 26)
    return data.replace(row, re.sub(rb"><v>[^<]*</v>", b"><v>99</v>", row, count=1))


def array(data: bytes) -> bytes:
    cell = b'<c r="AZ1"><f t="array" ref="AZ1:AZ40">1</f><v>1</v></c></row>'
    return data.replace(b"</row>", cell, 1)


CHANGES = {
    "nothing": (lambda data: data, 0),
    "other value": (other_value, 0),
    "other formula": (other_formula, 1),
    "number": (number, 1),
    "constant": (constant, 1),
    "row gone": (without, 1),
    "commented out": (commented_out, None),
    "array formula": (array, None),
}  # fmt: skip


def changed(package: Package, change: Callable[[bytes], bytes], path: Path) -> Path:
    part = package.sheets["Training"]
    package.parts[part] = change(package.parts[part])
    return package.save(path)


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Book]:
    lesson = LESSONS["article"]()
    return built(lesson, tmp_path_factory.mktemp("read") / "article.xlsx"), make(train(lesson))


@pytest.fixture
def few_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of a sheet are compared a few at once, so that what is changed stands behind a seam."""
    monkeypatch.setattr(later, "_AT_ONCE", 5)


@pytest.mark.usefixtures("few_rows_at_once")
@pytest.mark.parametrize(("change", "n_others"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen(article, tmp_path, change, n_others) -> None:
    path, book = article
    spoilt = changed(Package.read(path), change, tmp_path / "spoilt.xlsx")
    found, whole = compared(spoilt, book).sheets["Training"], read_contents(spoilt).sheets["Training"]
    if n_others is None:  # read as a whole
        assert not found.as_built
    else:
        others = [k for bands in book.sheets["Training"].bands for k in found.others(bands)]
        assert len(others) == n_others
    one = spelled_out(found)
    assert (one.formulas, one.constants, one.cells) == (whole.formulas, whole.constants, whole.cells)


@pytest.mark.parametrize("change", [twice, elsewhere])
def test_a_row_that_comes_again_is_refused(article, tmp_path, change) -> None:
    path, book = article
    spoilt = changed(Package.read(path), change, tmp_path / "spoilt.xlsx")
    for read in (lambda path: compared(path, book), read_contents):
        with pytest.raises(WorkbookError, match="twice, or out of order"):
            read(spoilt)


def test_a_number_in_place_of_a_formula_is_found(article, tmp_path) -> None:
    path, _ = article
    assert verify(path, quick=True, arithmetic_only=True).ok
    spoilt = changed(Package.read(path), number, tmp_path / "spoilt.xlsx")
    report = verify(spoilt, quick=True, arithmetic_only=True)
    assert [problem.sheet for problem in report.problems] == ["Training"]
    assert report.problems[0].cell.endswith("28")


def test_many_changed_bands_take_no_longer_than_they_are_many(article, tmp_path) -> None:
    """Bands are looked for from top to bottom, and not again from the start."""
    path, book = article
    package = Package.read(path)
    every = changed(package, lambda data: data.replace(b"<f>", b"<f>0+"), tmp_path / "every.xlsx")
    found = compared(every, book).sheets["Training"]
    assert sum(len(rows.repetitions) for rows in found.as_built) == 0
    assert len(found.formulas) == book_formulas(book)


def book_formulas(book: Book) -> int:
    return sum(
        block.n_formulas * bands.count for bands in book.sheets["Training"].bands for block in bands.blocks
    )


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
def test_odd_rows(name: str, tmp_path: Path) -> None:
    package = Package.read(built(load("article").replace(iterations=1), tmp_path / "built.xlsx"))
    head, _, _ = package.parts[package.sheets["Setup"]].partition(b"<sheetData>")
    package.parts[package.sheets["Setup"]] = (
        head + f"<sheetData>{ROWS[name]}</sheetData></worksheet>".encode()
    )
    path = package.save(tmp_path / "odd.xlsx")
    if name in REFUSED:
        with pytest.raises(WorkbookError, match=r"is not a readable \.xlsx file: "):
            read_contents(path)
    else:
        found = read_contents(path).sheets["Setup"]
        assert found.cells == len(re.findall("<v>|<is>|<f>2</f></c>", ROWS[name]))
        assert len(found.formulas) == ROWS[name].count("<f")
