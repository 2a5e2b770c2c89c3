"""Tables and rosters that are workbooks: their sheets, kinds of cells, and what hostile ones are refused for."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from mlp2xlsx.lesson.tables.files import workbooks
from tests.helpers import message
from tests.tables.reading import names_of, table

ROWS = [["a", "b", "kind"], [1.5, 2, "x"], [1 / 3, -3e22, "y"]]


def workbook(**sheets):
    """The bytes of an .xlsx with some sheets, each given as rows; a cell may be at an address instead."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows if isinstance(rows, list) else []:
            sheet.append(row)
        for address, value in rows.items() if isinstance(rows, dict) else []:
            sheet[address] = value
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells(content, **hints):
    found = table(content, **hints)
    return found.names, [row for _, row in found.lines]


def test_numbers_keep_all_their_digits():
    names, found = cells(workbook(Sheet1=ROWS))
    assert names == ("a", "b", "kind")
    assert [[float(cell) for cell in row[:2]] for row in found] == [row[:2] for row in ROWS[1:]]
    assert found[0][:2] == ["1.5", "2"]


def test_cells_of_other_kinds_are_written_out():
    rows = [["a", "b", "c", "d", "kind"], [1, True, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), "x"]]
    assert cells(workbook(Sheet1=rows))[1] == [["1", "TRUE", "2026-01-02", "2026-01-02 03:04:00", "x"]]


def test_lines_have_the_numbers_of_the_sheet():
    found = table(workbook(Sheet1={"B3": "a", "C3": "kind", "B5": 1, "C5": "x", "B6": 2, "C6": "y"}))
    assert (found.first, [line for line, _ in found.lines]) == (3, [5, 6])


def test_empty_and_hidden_sheets_do_not_count():
    book = openpyxl.load_workbook(io.BytesIO(workbook(First=[], Second=ROWS, Third=ROWS)))
    book["Third"].sheet_state = "hidden"
    assert table(saved(book)).form == 'sheet "Second"'


def test_several_sheets_are_asked_for():
    content = workbook(Grades=ROWS, Notes=[["by me"]])
    assert message(table, content) == (
        'data.csv has several sheets with data: "Grades", "Notes"; say --sheet Grades, or another'
    )
    assert cells(content, sheet="Grades")[0] == ("a", "b", "kind")
    assert message(table, content, sheet="grades") == (
        'data.csv has no sheet "grades"; expected one of "Grades", "Notes"; say --sheet Grades, or another'
    )
    assert message(table, "a,b\n1,2\n", sheet="Grades") == (
        "--sheet is for workbooks, data.csv is a text; leave it out"
    )


def test_an_empty_workbook():
    assert message(table, workbook(Sheet1=[])) == (
        "data.csv is empty; expected the names of the columns and one line per sample"
    )


def test_a_roster():
    content = workbook(Sheet1=[["高一（3）班"], ["学号", "姓名"], [20260001, "李雷"], ["007", "韩梅梅"]])
    assert names_of(content) == ["李雷", "韩梅梅"]


def packed(parts, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


UNREADABLE = "data.csv is not readable as a workbook: "
HOSTILE = {
    "bomb": (
        packed({"xl/workbook.xml": b" " * 50_000_000}),
        f"{UNREADABLE}unpacked it would be ",
    ),
    "no-workbook": (packed({"my.csv": "a,b"}), f"{UNREADABLE}it is a zip archive and holds no workbook; unpack it"),
    "text-document": (packed({"word/document.xml": "<w/>"}), f"{UNREADABLE}it is a text document (.docx); save it as an"),
    "cut-off": (workbook(Sheet1=ROWS)[:2000], UNREADABLE),
    "junk": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"junk" * 500, UNREADABLE),
    "password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        f"{UNREADABLE}it is locked with a password; save it without one",
    ),
    "many-parts": (packed({f"xl/{n}": "" for n in range(1_100)}), f"{UNREADABLE}it has 1,100 parts, expected at most"),
    "far": (workbook(Sheet1={"A1": 1, "XFD1048576": 2}), f"{UNREADABLE}its cells are too far apart; delete what"),
    "low": (
        workbook(Sheet1={"A1": 1, "C1048576": 2}),
        "data.csv has something in row 1,048,576 or column 3; expected a table of at most 2,000,000 cells; delete what",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(content, expected):
    assert message(table, content).startswith(expected)


def test_a_file_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(workbooks, "_SECONDS", 0)
    assert message(table, workbook(Sheet1=ROWS)) == (
        f"{UNREADABLE}that takes more than 0 seconds; save the table as CSV (UTF-8)"
    )


def test_the_budget_counts_what_stands_in_the_sheet(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_CELLS", 9)
    assert len(table(workbook(Sheet1=ROWS)).lines) == 2
    assert message(table, workbook(Sheet1=[*ROWS, [1, 2, "x"]])).startswith("data.csv has something in row 4")
