"""Formulas that are not the built ones: which of them are the same, and which no engine is given."""

import time
from pathlib import Path

import pytest

from mlp2xlsx import load, train, verify
from mlp2xlsx.verify.proof import same_function
from mlp2xlsx.verify.rewritten import Rewritten
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.formulas import parsed, places, same_formula
from tests.verify.helpers import article, fault_lines, small
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

SAME_TEXT = [
    ("MMULT($B24:$E24,G$16:G$19)+G$21", "mmult(B24:E24, g16:g19) + g21"),
    ("'Step 01'!B24", "Step 01!$B$24"),
    ("A1<=1E-12+1E-09*ABS(A1)", "A1<=0.000000000001+9.99999999999999999981e-10*ABS(A1)"),
    ("INDEX(Training!$B$6:$B$64,(iteration-1)*5+1)", "INDEX(Training!$B$6:$B$64,(iteration-1.0)*5+1)"),
    ('"a "&lr&" b"', '"a " & LR & " b"'),
]
OTHER_TEXT = [
    ("A1", "A11"),
    ("A1+B1", "A1-B1"),
    ("1E-12", "1E-11"),
    ("LOG10(A1)", "LOG(A1)"),
    ('"a b"', '"a  b"'),
    ('"A"', '"a"'),
    ("Loss!A1", "Los!SA1"),
    ("A1*10", "A1*1"),
]


@pytest.mark.parametrize(("one", "other"), SAME_TEXT)
def test_same_text(one: str, other: str) -> None:
    assert same_formula(one, other)


@pytest.mark.parametrize(("one", "other"), OTHER_TEXT)
def test_other_text(one: str, other: str) -> None:
    assert not same_formula(one, other)


@pytest.mark.parametrize(
    ("operand", "place"),
    [
        ("B2", ("S", Box(2, 2, 1, 1))),
        ("$B$2:D$4", ("S", Box(2, 2, 3, 3))),
        ("D4:B2", ("S", Box(2, 2, 3, 3))),
        ("'It''s'!a1", ("It's", Box(1, 1, 1, 1))),
        ("B:C", ("S", Box(1, 2, 1_048_576, 2))),
        ("T!$3:$2", ("T", Box(2, 1, 2, 16_384))),
        ("LR", ("Setup", Box(7, 7, 1, 1))),
    ],
)
def test_places(operand: str, place: tuple[str, Box]) -> None:
    assert places([operand], "S", {"lr": ("Setup", Box(7, 7, 1, 1))}) == [place]


@pytest.mark.parametrize(
    "operand", ["nosuch", "none", "A1:B2:C3", "XFE1", "A1048577", "A0", "Table[x]", "1:A"]
)
def test_no_places(operand: str) -> None:
    with pytest.raises(ValueError, match="is no range of the workbook"):
        places([operand], "S", {"none": None})


NAMES = {"X": ("Setup", Box(20, 6, 3, 4)), "lr": ("Setup", Box(7, 7, 1, 1)), "none": None}
SAME = {
    "commuted": ("A1*B1+lr", "lr+B1*A1"),
    "distributed": ("A1*(B1+C1)", "A1*B1+A1*C1"),
    "powers": ("EXP(A1)*EXP(B1)", "EXP(A1+B1)"),
    "sigmoid": ("1/(1+EXP(-A1))", "EXP(A1)/(EXP(A1)+1)"),
    "logarithm": ("LN(A1*B1)", "LN(A1)+LN(B1)"),
    "tanh": ("TANH(A1)", "2/(1+EXP(-2*A1))-1"),
    "sum": ("SUM(A1:A3)", "A1+A2+A3"),
    "squares": ("SUM(A1:A3^2)/2", "SUMSQ(A1:A3)/2"),
    "transposed": ("MMULT(TRANSPOSE(A1:A3),B1:B3)", "SUMPRODUCT(A1:A3,B1:B3)"),
    "name": ("SUM(X)", "SUM(Setup!F20:I22)"),
}
DIFFERENT = {
    "off-by-little": ("A1*B1", "A1*B1*1.000001"),
    "other-cell": ("A1", "B1"),
    "more-cells": ("A1", "A1+0*B1"),
    "fewer-cells": ("SUM(A1:A3)", "SUM(A1:A2)"),
    "not-flagged-cases": ("A1", "IF(A1=A1,A1,0)"),
    "hidden-case": ("A1", "A1+(B1>9)*0"),
    "absolute": ("SUM(A1:A3)", "SUM(ABS(A1:A3))"),
    "root": ("A1", "SQRT(A1*A1)"),
    "lookup": ("INDEX(A1:A9,lr)", "INDEX(A1:A8,lr)"),
    "text": ('"a"&A1', '"b"&A1'),
    "always-an-error": ("LN(-EXP(A1))", "LN(-EXP(-A1))"),
    "itself": ("A1", "A1+H1-H1"),
    "no-range": ("A1", "A1*none/none"),
    "largest": ("SUM(A1)", "MAX(A1)"),
}


def judged(built: str, formula: str) -> bool:
    return same_function(Rewritten("S", Box(1, 8, 1, 1), "x", formula, built, array=True), NAMES)


@pytest.mark.parametrize(("built", "formula"), SAME.values(), ids=SAME.keys())
def test_the_same_function(built: str, formula: str) -> None:
    assert judged(built, formula)


@pytest.mark.parametrize(("built", "formula"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_not_shown_to_be_the_same_function(built: str, formula: str) -> None:
    assert not judged(built, formula)


def test_same_numbers_in_two_places_are_not_the_same(tmp_path: Path) -> None:
    # Right for all inputs, but no longer what the sheet shows: it skips the sheet before.
    package = Package.read(article(tmp_path / "article.xlsx"))
    sheet, there = package.where("wh")
    one = make(train(load("article").replace(iterations=1))).context
    before, here = (one.step_canvases[number - 1].boxes["wh"] for number in (3, 4))
    address = a1(here.row, here.col)
    cell = package.cell("Step 04", address)
    built = cell.text
    assert built == f"'{sheet}'!{there}"
    instead = f"'Step 03'!{a1(before.row, before.col)}"
    cell.formula(instead)
    report = verify(package.save(tmp_path / "spoilt.xlsx"), quick=True)
    assert not any(run.differing for one in report.checked for run in one.runs)
    line = f"Step 04!{address} (wh): holds ={instead}, expected ={built}"
    assert fault_lines(report) == [line]


# What no engine is given.

HUGE = {
    "whole-sheet": "SUM(A1:XFD1048576)",
    "all-columns": "SUM(A:XFD)",
    "all-rows": "SUM(1:1048576)",
    "outer-product": "SUM(MMULT(A1:A50000,TRANSPOSE(A1:A50000)))",
    "nested-products": "SUM(MMULT(MMULT(A1:ALL1000,A1:ALL1000),MMULT(A1:ALL1000,A1:ALL1000)))",
    "row-times-column": "SUM(A1:A1000000*A1:XFD1)",
    "repeated-text": 'LEN(REPT("a",32767))',
    "substituted-text": 'LEN(SUBSTITUTE("aaaa","a","bbbbbbbbbb"))',
    "unknown-function": "NOSUCH(A1)",
    "unknown-name": "nosuch+1",
    "joined-texts": 'A1&A1&"x"',
}


@pytest.mark.parametrize("formula", HUGE.values(), ids=HUGE.keys())
def test_costly_formulas_are_refused_before_any_engine_runs(tmp_path: Path, formula: str) -> None:
    package = Package.read(small(tmp_path / "article.xlsx"))
    (sheet, address), cell = package.where("E"), package.at("E")
    cell.formula(formula)
    start = time.process_time()
    report = verify(package.save(tmp_path / "spoilt.xlsx"))
    assert time.process_time() - start < 5
    assert report.checked == []
    assert fault_lines(report)[0].startswith(f"{sheet}!{address} (E): ")


def test_many_costly_formulas_are_refused_together(tmp_path: Path) -> None:
    package = Package.read(small(tmp_path / "article.xlsx"))
    for i in range(3):
        package.at("E", i).formula("SUM(MMULT(A1:GR200,A1:GR200)*MMULT(A1:GR500,A1:SF200))")
    for i in range(3):
        package.at("output_layer_input", i).formula("SUM(MMULT(A1:SF500,A1:SF500))")
    report = verify(package.save(tmp_path / "spoilt.xlsx"))
    assert report.checked == []
    assert "all sheets: the formulas that were not built take too long to calculate" in list(report.lines())


@pytest.mark.needs("ssconvert")
def test_a_persons_own_huge_formula_is_left_out_or_refused(tmp_path: Path) -> None:
    package = Package.read(small(tmp_path / "article.xlsx"))
    package.cell("Setup", "B1").beside("B90").add_formula("SUM(A1:XFD1048576)")
    path = package.save(tmp_path / "added.xlsx")
    assert verify(path, quick=True).ok
    report = verify(path, "gnumeric")  # which reads the file by itself
    assert report.checked == []
    assert fault_lines(report) == [
        "Setup!B90: reads up to 17,179,869,184 cells at once, expected at most 4,000,000: =SUM(A1:XFD1048576)"
    ]


@pytest.mark.slow
def test_thousands_of_other_formulas_are_not_looked_into(tmp_path: Path) -> None:
    package = Package.read(article(tmp_path / "article.xlsx", 600))
    part = package.sheets["Training"]
    package.parts[part] = package.parts[part].replace(b"*lr</f>", b"*lr*1</f>").replace(b"</f>", b"+0</f>")
    start = time.process_time()
    report = verify(package.save(tmp_path / "spoilt.xlsx"))
    assert time.process_time() - start < 10
    assert report.checked == []
    assert str(report.problems[0]).endswith(
        "formulas are not the ones that were built, expected at most 5,000"
    )


@pytest.mark.parametrize(
    "formula", ["", "+", "A1+", "(" * 70 + "1" + ")" * 70, '"', "{", "1" * 9000, "A1#B", "'"]
)
def test_unreadable_formulas(formula: str) -> None:
    try:
        parsed(formula)
    except ValueError as error:
        assert str(error).startswith("the formula ")  # noqa: PT017
