"""Faults that show in the file itself; each rule has a workbook that breaks it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mlp2xlsx import load, verify
from mlp2xlsx.verify.structure import Problem
from tests.verify.helpers import article, built, lint
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

Break = Callable[[Package], None]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return article(tmp_path_factory.mktemp("structure") / "article.xlsx", 6)


def formula(text: str, name: str = "E") -> Break:
    """Put a formula in place of the first of a matrix."""
    return lambda package: package.at(name).formula(text)


def replaced(part: str, old: str, new: str) -> Break:
    def edit(package: Package) -> None:
        assert re.search(old.encode(), package.parts[part])
        package.parts[part] = re.sub(old.encode(), new.encode(), package.parts[part], count=1)

    return edit


def added(part: str) -> Break:
    return lambda package: package.parts.update({part: b"<a/>"})


def removed_sheet(package: Package) -> None:
    part = "xl/workbook.xml"
    package.parts[part] = re.sub(rb'<sheet [^>]*name="Step 07"[^>]*/>', b"", package.parts[part])


def in_sheet(title: str, old: str, new: str) -> Break:
    return lambda package: replaced(package.sheets[title], old, new)(package)


def array(title: str, *refs: str) -> Break:
    """Let the first cell of each range hold an array formula for the whole range."""

    def edit(package: Package) -> None:
        for ref in refs:
            package.cell(title, ref.partition(":")[0]).array(ref)

    return edit


def last_record(package: Package) -> str:
    """Address of the last loss on Python."""
    cells = re.findall(rb'<c r="(B[0-9]+)"', package.parts[package.sheets["Python"]])
    return str(cells[-1].decode())


BOOK = "xl/workbook.xml"
RULES: dict[str, tuple[Break, str]] = {
    "volatile": (formula("S24-Q24+0*NOW()"), r"Step 06!\w+: NOW is volatile: =S24-Q24\+0\*NOW\(\)"),
    "volatile-lower-case": (formula("s24-q24+0*rand()"), r"Step 06!\w+: RAND is volatile: =.*"),
    "volatile-alone": (formula("RAND()"), r"Step 06!\w+: RAND is volatile: =RAND\(\)"),
    "indirect": (formula('INDIRECT("S24")-Q24'), r"Step 06!\w+: INDIRECT is volatile: =.*"),
    "newer": (formula("_xlfn.SINGLE(S24)-Q24"), r"Step 06!\w+: _XLFN.SINGLE is newer than Excel 2010: =.*"),
    "web": (formula('S24-Q24+WEBSERVICE("http://a")'), r"Step 06!\w+: WEBSERVICE reaches outside .*"),
    "program": (formula("cmd|calc!A1"), r"Step 06!\w+: refers to another program: =.*"),
    "other-workbook": (formula("[1]Sheet1!A1-Q24"), r"Step 06!\w+: refers to another workbook: =.*"),
    "error-in-formula": (formula("S24-#REF!"), r"Step 06!\w+: holds the error #REF!: =S24-#REF!"),
    "open-parenthesis": (formula("(S24-Q24"), r"Step 06!\w+: the parentheses do not balance: =\(S24-Q24"),
    "close-parenthesis": (formula("S24-Q24)+(1"), r"Step 06!\w+: the (parentheses|formula) .*"),
    "open-text": (formula('S24-Q24&"'), r"Step 06!\w+: the formula cannot be read .*"),
    "empty": (formula(""), r"Step 06!\w+: the formula cannot be read \(it computes nothing\): ="),
    "deep": (
        formula("(" * 80 + "S24-Q24" + ")" * 80),
        r"Step 06!\w+: the formula is nested more than 64 deep: =\(+…",
    ),
    "long": (
        formula("+".join(["S24"] * 2500)),
        r"Step 06!\w+: the formula is longer than 8,192 characters: =.*…",
    ),
    "external-link": (
        added("xl/externalLinks/externalLink1.xml"),
        r"xl/externalLinks/externalLink1.xml: the workbook links to other workbooks; expected no links",
    ),
    "macros": (added("xl/vbaProject.bin"), r"xl/vbaProject.bin: the workbook holds macros; expected none"),
    "old-macros": (added("xl/macrosheets/sheet1.xml"), r".*: the workbook holds macros; expected none"),
    "name-like-a-cell": (
        replaced(BOOK, 'name="E"', 'name="bh1"'),
        r"names \(bh1\): not a name that Excel accepts",
    ),
    "name-R": (replaced(BOOK, 'name="E"', 'name="R"'), r"names \(R\): not a name that Excel accepts"),
    "name-with-blank": (
        replaced(BOOK, 'name="E"', 'name="a b"'),
        r"names \(a b\): not a name that Excel accepts",
    ),
    "name-missing": (
        replaced(BOOK, 'name="loss_history"', 'name="loss"'),
        r"names \(loss_history\): the name is missing, expected Loss!B7:B12",
    ),
    "name-elsewhere": (
        replaced(BOOK, r"Loss!\$B\$7:\$B\$12", "Loss!$B$7:$B$11"),
        r"names \(loss_history\): stands for Loss!B7:B11, expected Loss!B7:B12",
    ),
    "name-no-range": (
        replaced(BOOK, r"Loss!\$B\$7:\$B\$12", "1+1"),
        r"names \(loss_history\): stands for no range, expected Loss!B7:B12",
    ),
    "name-of-one-sheet": (
        replaced(
            BOOK, "<definedNames>", '<definedNames><definedName name="LR" localSheetId="3">1</definedName>'
        ),
        r"names \(LR\): has another meaning on one sheet; expected one for all",
    ),
    "sheet-missing": (removed_sheet, r"Step 07: the sheet is missing"),
    "sheet-name": (
        replaced(BOOK, 'name="Check"', f'name="{"Check" * 7}"'),
        r"(Check){7}: the sheet's name is longer than 31 characters",
    ),
    "manual": (
        replaced(BOOK, "<calcPr ", '<calcPr calcMode="manual" '),
        r"workbook: calculates only when asked to; expected automatic calculation",
    ),
    "rounded": (
        replaced(BOOK, "<calcPr [^>]*/>", '<calcPr fullPrecision="0"/>'),
        r"workbook: rounds to the digits shown; expected full precision",
    ),
    "format-of-other-sheet": (
        in_sheet("Step 06", r"<formula>AND\(ISNUMBER", "<formula>AND(Setup!$A$1=1,ISNUMBER"),
        r"Step 06: a conditional format refers to another sheet: AND\(Setup!\$A\$1=1,ISNUMBER.*",
    ),
    "array-of-many": (
        array("Training", "B11:D14"),
        r"Training!B11 \(wh\): holds an array formula for B11:D14, expected a plain one",
    ),
    "array-of-one-that-repeats": (
        array("Training", "B11"),
        r"Training!B11 \(wh\): holds an array formula for B11, expected a plain one",
    ),
    "array-of-one": (
        lambda package: package.at("hidden_layer_input", 1, 2).array(),
        r"Step 03!I13 \(hidden_layer_input\): holds an array formula for I13, expected a plain one",
    ),
    "arrays-overlap": (
        array("Training", "B6:D11", "B11:D14"),
        r"Training!B11:D14: overlaps the array formula in B6",
    ),
    "number-of-training": (
        lambda package: package.cell("Training", "A11").value(4.0),
        r"Training!A11 \(iteration\): holds 4.0, expected the number 2",
    ),
    "recorded-number": (
        lambda package: package.cell("Python", "U15").value(0.5),
        r"Python!U15: holds 0.5, expected the number 0.20\d+",
    ),
    "recorded-loss": (
        lambda package: package.cell("Python", last_record(package)).value("none"),
        r"Python!B\d+ \(loss_history\): holds 'none', expected the number 0.34\d+",
    ),
    "no-recorded-loss": (
        lambda package: package.cell("Python", last_record(package)).value(None),
        r"Python!B\d+ \(loss_history\): is empty, expected the number 0.34\d+",
    ),
    "computed-record": (
        lambda package: package.cell("Python", last_record(package)).add_formula("Loss!B12"),
        r"Python!B\d+ \(loss_history\): holds a formula, expected the number 0.34\d+",
    ),
    "iteration-number": (
        lambda package: package.cell("Loss", "A8").value(4.0),
        r"Loss!A8 \(iteration\): holds 4.0, expected the number 2",
    ),
    "formula-inside-an-array": (
        array("Training", "B11:D14"),
        r"Training!C12: overlaps the array formula in B11",
    ),
    "number-for-formula": (
        lambda package: package.at("E").value(0.25),
        r"Step 06!\w+ \(E\): holds 0.25, expected a formula",
    ),
    "text-for-formula": (
        lambda package: package.at("E").value("0.25"),
        r"Step 06!\w+ \(E\): holds '0.25', expected a formula",
    ),
    "nothing-for-formula": (
        lambda package: package.at("E").value(None),
        r"Step 06!\w+ \(E\): is empty, expected a formula",
    ),
}


def test_a_fresh_workbook_has_none(path: Path) -> None:
    assert lint(path) == []


@pytest.mark.parametrize(("spoil", "line"), RULES.values(), ids=RULES.keys())
def test_each_rule(path: Path, tmp_path: Path, spoil: Break, line: str) -> None:
    package = Package.read(path)
    spoil(package)
    problems = lint(package.save(tmp_path / "spoilt.xlsx"))
    assert any(re.fullmatch(line, str(problem)) for problem in problems), [str(one) for one in problems]


@pytest.mark.parametrize("rule", ["number-for-formula", "name-missing", "manual", "sheet-missing"])
def test_they_are_in_the_report(path: Path, tmp_path: Path, rule: str) -> None:
    package = Package.read(path)
    RULES[rule][0](package)
    problems = lint(package.save(tmp_path / "spoilt.xlsx"))
    report = verify(tmp_path / "spoilt.xlsx", quick=True, arithmetic_only=True)
    assert not report.ok
    assert {*map(str, problems)} <= {*map(str, report.problems)}
    assert problems


def test_what_could_break_an_engine_keeps_it_from_being_run(path: Path, tmp_path: Path) -> None:
    for rule in ("sheet-missing", "deep", "long", "open-text"):
        package = Package.read(path)
        RULES[rule][0](package)
        report = verify(package.save(tmp_path / "spoilt.xlsx"))
        assert report.checked == []
        lines = list(report.lines())
        assert lines[0] == "nothing was calculated: these faults have to be mended first"
        assert lines[-1].endswith("does NOT match NumPy")
        assert report.summary() == "does NOT match NumPy"
        assert report.as_json()["engines"] == []


def test_the_order_of_samples_is_not_a_persons_to_change(tmp_path: Path) -> None:
    lesson = load("sgd").replace(iterations=4)
    package = Package.read(built(lesson, tmp_path / "sgd.xlsx"))
    package.cell("Training", "B6").value(3.0)
    problems = lint(package.save(tmp_path / "spoilt.xlsx"))
    assert str(problems[0]) == "Training!B6 (sample): holds 3.0, expected the number 1"


def test_weights_between_iterations_are_recorded(tmp_path: Path) -> None:
    lesson = load("article").replace(iterations=50, show=[1, 7, 30])
    package = Package.read(built(lesson, tmp_path / "some.xlsx"))
    package.cell("Training", "B11").value(0.5)
    problems = lint(package.save(tmp_path / "spoilt.xlsx"))
    assert str(problems[0]).startswith("Training!B11 (wh): holds 0.5, expected the number 0.4")


def test_an_error_value_among_the_constants(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    package.cell("Setup", "B1").beside("B70").error("#REF!")
    problems = lint(package.save(tmp_path / "spoilt.xlsx"))
    assert problems == [Problem("Setup", "B70", "", "holds the error #REF!")]
