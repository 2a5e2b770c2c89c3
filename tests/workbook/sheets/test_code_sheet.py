"""The sheet `Code`: the very text of the programs, line by line."""

from mlp2xlsx import load, override, train
from mlp2xlsx.explain.program import program
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets import code as code_sheet
from tests.workbook.opened import Reopened

COLUMNS = {"python": "A", "r": "C"}


def column(sheet, language):
    """What a person copies: the lines below the headings, to the last one."""
    lines = [cell.value or "" for cell in sheet[COLUMNS[language]][code_sheet.FIRST_ROW - 1 :]]
    return "\n".join(lines).rstrip("\n") + "\n"


def test_what_is_read_from_a_file_are_the_lines_of_the_programs():
    """`test_every_lesson` looks at the sheets of all lessons, before they are written."""
    lesson = override(load("article"), iterations=3)
    sheet = Reopened(make(train(lesson))).read("Code")["Code"]
    for language in COLUMNS:
        assert column(sheet, language) == program(lesson, language)


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
