"""The sheet `Code`: the very text of the programs, line by line."""

import io

import openpyxl
import pytest

from mlp2xlsx import load, override, train
from mlp2xlsx.explain.program import program
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets import code as code_sheet
from tests.cases import SHIPPED, shipped

COLUMNS = {"python": "A", "r": "C"}


def reopened(book):
    stream = io.BytesIO()
    book.save(stream)
    return openpyxl.load_workbook(stream)["Code"]


def column(sheet, language):
    """What a person copies: the lines below the headings, to the last one."""
    lines = [cell.value or "" for cell in sheet[COLUMNS[language]][code_sheet.FIRST_ROW - 1 :]]
    return "\n".join(lines).rstrip("\n") + "\n"


@pytest.fixture(scope="module", params=SHIPPED)
def lesson(request):
    return override(shipped(request.param), iterations=3)


@pytest.fixture(scope="module")
def sheet(lesson):
    return reopened(make(train(lesson)))


def test_the_cells_are_the_lines_of_the_programs(lesson, sheet):
    for language in COLUMNS:
        assert column(sheet, language) == program(lesson, language)
        assert {cell.font.name for cell in sheet[COLUMNS[language]][code_sheet.FIRST_ROW - 1 :]} <= {
            "Courier New",
            "Calibri",  # of cells below the shorter program
        }


def test_no_line_is_wider_than_its_columns(lesson, sheet):
    """And the way to the second program stands where it is seen."""
    for language, letters in {"python": "AB", "r": "CD"}.items():
        longest = max(map(len, program(lesson, language).splitlines()))
        assert longest * 8 / 7 < sum(sheet.column_dimensions[letter].width for letter in letters) < 155
    assert sheet.column_dimensions["A"].width <= 20
    assert (sheet["B3"].value, sheet["B3"].hyperlink.location) == ("R ›", "Code!C5")
    assert sheet["C5"].value == "R"


def test_the_program_is_that_of_the_build():
    """Inputs that a person changes are on Setup; the program keeps the recorded ones."""
    lesson = override(load("article"), iterations=3)
    sheet = make(train(override(lesson, lr=0.7)), recorded=train(lesson)).sheets["Code"].ws
    assert column(sheet, "python") == program(lesson, "python")


def test_a_program_that_is_too_long_is_only_named(monkeypatch):
    lesson = override(load("article"), iterations=3)
    lines = program(lesson, "python").splitlines()
    monkeypatch.setattr(code_sheet, "MOST_LINES", len(lines))
    sheet = make(train(lesson)).sheets["Code"].ws
    assert column(sheet, "python") == program(lesson, "python")
    assert column(sheet, "r") == (
        "The program has 58 lines, too many for a sheet. python -m mlp2xlsx code --to r writes it.\n"
    )
