"""The sample class of the documents, from the roster to the grades, by the commands of the documents."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from mlp2xlsx.cli import main
from mlp2xlsx.workbook.layout.titles import step_sheets
from tests.cases import few

ROSTER = Path(__file__).parents[2] / "docs" / "sample-class" / "roster.csv"
STEPS = range(3, 13)


class Sheets:
    """A handout that is open in openpyxl, and the key to it with the values that it shows."""

    def __init__(self, home: Path, name: str) -> None:
        self.path, self.key = home / "handouts" / name, home / "key" / name
        self.book = openpyxl.load_workbook(self.path)

    @cached_property
    def formulas(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.key)

    @cached_property
    def values(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.key, data_only=True)

    def answers(self, step: int) -> list[tuple[Worksheet, str]]:
        """Give the cells to be filled in: those that are not locked, but for the two that ask for a cell."""
        sheet = self.book[self.title(step)]
        cells = [cell.coordinate for row in sheet for cell in row if not cell.protection.locked]
        return [(sheet, address) for address in cells if address not in self.asked(sheet.title)]

    def title(self, step: int) -> str:
        """Title of the sheet of a step, in whatever language: the steps follow the first sheet."""
        return self.book.sheetnames[step]

    def asked(self, title: str) -> set[str]:
        """Cells of a sheet in which row and column of what is asked are chosen."""
        return {
            address
            for name in self.book.defined_names.values()
            if name.name.startswith("asked_")
            for sheet, places in name.destinations
            if sheet == title
            for address in ("".join(corner.split("$")) for corner in places.split(":"))
        }

    def first(self, name: str) -> Cell:
        """The first cell of a matrix, with the value that the key shows."""
        [(title, places)] = self.values.defined_names[name].destinations
        return self.values[title][places.replace("$", "").partition(":")[0]]

    def fill(self, step: int, source: openpyxl.Workbook, decimals: int | None = None) -> None:
        for sheet, address in self.answers(step):
            value = source[sheet.title][address].value
            sheet[address] = value if decimals is None else round(value, decimals)


def with_numbers(sheets: Sheets) -> None:
    for step in STEPS:
        sheets.fill(step, sheets.values, decimals=3)


def with_formulas(sheets: Sheets) -> None:
    for step in STEPS:
        sheets.fill(step, sheets.formulas)


def without_bias(sheets: Sheets) -> None:
    """Forget the bias in step 3, and go on by formulas."""
    with_formulas(sheets)
    for sheet, address in sheets.answers(3):
        bias = sheets.values[sheets.title(3)][
            f"{address[0]}{sheets.first('hidden_layer_input').row - 2}"
        ].value
        sheet[address] = round(sheets.values[sheets.title(3)][address].value - bias, 3)


def up_to_step_10(sheets: Sheets) -> None:
    for step in range(3, 11):
        sheets.fill(step, sheets.values, decimals=2)


WAYS: dict[str, Callable[[Sheets], None]] = {
    "s001-Ada-Byron.xlsx": with_numbers,
    "s002-李雷.xlsx": with_formulas,
    "s003-Emmy-Noether.xlsx": without_bias,
    "s004-韩梅梅.xlsx": up_to_step_10,
}
GRADES = """\
Student ID,Name,Email,{},Total
s001,Ada Byron,ada@school.example,1,1,1,1,1,1,1,1,1,1,10
s002,李雷,lilei@school.example,1,1,1,1,1,1,1,1,1,1,10
s003,Emmy Noether,emmy@school.example,0,1,1,1,1,1,1,1,1,1,9
s004,韩梅梅,hanmeimei@school.example,1,1,1,1,1,1,1,1,0,0,8
s005,Alan Turing,alan@school.example,,,,,,,,,,,
"""


@pytest.mark.parametrize("language", few("zh", of=["en", "zh"]))
def test_from_the_roster_to_the_grades(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["handout", "class", "--roster", str(ROSTER), "--seed", "1", "--language", language, "--jobs", "1"])
    Path("submissions").mkdir()
    for name, way in WAYS.items():
        sheets = Sheets(Path("class"), name)
        way(sheets)
        sheets.book.save(Path("submissions", name))
    capsys.readouterr()
    main(["grade", "class", "submissions", "--out", "grades.csv", "--jobs", "1"])
    said = capsys.readouterr().out.splitlines()
    assert Path("grades.csv").read_bytes().decode("utf-8-sig").replace("\r\n", "\n") == GRADES.format(
        ",".join(step_sheets(language, STEPS))
    )
    assert said[-1].startswith("grades.csv: 4 of 5 students graded, 9.25 of 10 on average, 0 notices in ")
    report = Path("class", "report.html").read_text(encoding="utf-8")
    forgotten = {"en": "now the bias is to be added to each row", "zh": "偏置"}[language]
    assert forgotten in report
    assert "Alan Turing (s005)" in report
