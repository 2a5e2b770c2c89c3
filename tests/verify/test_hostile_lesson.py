"""Lessons and formulas that ask for more than the workbook holds."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from tests.verify.helpers import small
from tests.verify.measured import check, one_line
from tests.xlsx.editing import MAIN, Package

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as on Unix")

LESSON = ", lesson on sheet Python"
Edit = Callable[[Package], None]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("hostile") / "article.xlsx")


def line(old: str, new: str) -> Edit:
    """Change the line of the lesson that begins in a certain way."""

    def edit(package: Package) -> None:
        place = package.names["lesson"]
        assert place is not None
        lines = (package.at("lesson", i) for i in range(place[1].n_rows))
        next(one for one in lines if one.string.startswith(old)).value(new)

    return edit


def hidden(layers: str) -> Edit:
    """Put another lesson in the place of the first line, with nothing but the data and the layers."""
    lesson = f"[data]\nX = [[1]]\ny = [[1]]\n[network]\nhidden = [{layers}]\n"

    def edit(package: Package) -> None:
        sheet, first = package.where("lesson")
        place = package.names["lesson"]
        assert place is not None
        for i in range(1, place[1].n_rows):
            package.at("lesson", i).value(" ")
        package.cell(sheet, first).value(lesson)

    return edit


def named(name: str, place: str) -> Edit:
    """Let a name stand for another place."""

    def edit(package: Package) -> None:
        root = etree.fromstring(package.parts["xl/workbook.xml"])
        [entry] = [one for one in root.iter(f"{MAIN}definedName") if one.get("name") == name]
        entry.text = place
        package.parts["xl/workbook.xml"] = etree.tostring(root)

    return edit


LESSONS: dict[str, tuple[Edit, str]] = {
    "no-toml": (line("iterations =", "iterations ="), f"{LESSON} line \\d+: .*"),
    "no-lesson": (line("[data]", "[dta]"), f"{LESSON}: .*"),
    "other-kind": (line("iterations =", 'iterations = "many"'), f"{LESSON}: training.iterations: .*"),
    "billion-iterations": (
        line("iterations =", "iterations = 1000000000"),
        f"{LESSON}: 1,000,000,000 iterations have a loss each, sheet Python has \\d+ cells",
    ),
    "wide": (
        hidden("16384"),
        f"{LESSON}: needs [0-9,]+ inputs, sheet Setup has .* plain cells",
    ),
    "wide-and-deep": (
        hidden(", ".join(["16384"] * 10)),
        f"{LESSON}: needs 2,416,[0-9,]+ inputs, sheet Setup has .* plain cells",
    ),
    "deep": (
        hidden(", ".join(["1"] * 100_000)),
        f"{LESSON}: has 100000 hidden layers, for 19 sheets",
    ),
    "nested": (line("hidden =", f"hidden = {'[' * 5000}"), f"{LESSON}.*"),
    "digits": (line("lr =", f"lr = {'9' * 20_000}"), f"{LESSON}.*"),
    "infinite": (line("lr =", "lr = inf"), f"{LESSON}: training.lr: .*"),
    "long": (line("title =", f'title = "{"x" * 6_000_000}"'), f"{LESSON}: has 6,\\d+ characters.*|.*"),
    "control-characters": (line("title =", 'title = "a\\u0000\\u001b[2J\\n"'), f"{LESSON}: title .*"),
    "lesson-of-a-million-lines": (
        named("lesson", "Python!$A$1:$A$1048576"),
        f"{LESSON}: found \\d+ cells, expected 1,048,576 lines of text",
    ),
    "lesson-elsewhere": (named("lesson", "Nowhere!$A$1"), " has no range named lesson: .*"),
    "lesson-on-setup": (named("lesson", "Setup!$A$1"), ".*"),
    "inputs-of-a-million-rows": (
        named("X", "Setup!$A$1:$D$1048576"),
        ": X is 1048576×4, expected 3×4 as in its lesson",
    ),
}


@pytest.mark.parametrize(("spoil", "reason"), LESSONS.values(), ids=LESSONS.keys())
def test_lessons(path: Path, tmp_path: Path, spoil: Edit, reason: str) -> None:
    package = Package.read(path)
    spoil(package)
    one_line(package.save(tmp_path / "spoilt.xlsx"), reason)


def test_a_lesson_of_other_iterations_is_a_report(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    line("iterations =", "iterations = 100")(package)
    done = check(package.save(tmp_path / "spoilt.xlsx"))
    assert (done.status, done.err) == (1, "")
    assert "names (loss_history): stands for Loss!B7:B8, expected Loss!B7:B106" in done.out


# Formulas.

FORMULAS = {
    "whole-sheet": "SUM(A1:XFD1048576)",
    "outer-product": "SUM(MMULT(A1:A90000,TRANSPOSE(A1:A90000)))",
    "parentheses": "(" * 4000 + "1" + ")" * 4000,
    "functions": "ABS(" * 2000 + "1" + ")" * 2000,
    "signs": "-" * 8000 + "1",
    "terms": "+".join(["A1"] * 2700),
    "powers": "^".join(["2"] * 4000),
    "braces": "{" * 8000,
    "quotes": "'" * 8001,
    "long": "1+" * 20_000 + "1",
    "repeated-text": 'REPT(REPT("a",32767),32767)',
}
PLACES: dict[str, Callable[[Package, str], None]] = {
    "in-place": lambda package, text: package.at("E").formula(text),
    "added": lambda package, text: package.cell("Setup", "B1").beside("B90").add_formula(text),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS.keys())
def test_formulas(path: Path, tmp_path: Path, formula: str, place: str) -> None:
    package = Package.read(path)
    PLACES[place](package, formula)
    done = check(package.save(tmp_path / "spoilt.xlsx"))
    assert done.err == ""
    # What a person has added and can be read is left out.
    harmless = place == "added" and formula.startswith(("REPT(", "SUM("))
    assert done.status == (0 if harmless else 1)
    assert harmless or any(line.startswith(("Step 04!", "Setup!B90")) for line in done.out.splitlines())


def test_texts_that_double_from_cell_to_cell(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    cells = [(sheet, cell) for sheet in package.sheets for cell, _, _ in package.formulas(sheet)]
    before = '"x"'
    for sheet, cell in cells[:60]:
        package.cell(sheet, cell).formula(f"{before}&{before}")
        before = f"'{sheet}'!{cell}"
    done = check(package.save(tmp_path / "spoilt.xlsx"))
    assert (done.status, done.err) == (1, "")


@pytest.mark.parametrize(
    "engine", ["ironcalc", pytest.param("gnumeric", marks=[pytest.mark.needs("ssconvert"), pytest.mark.slow])]
)
def test_long_chains(path: Path, tmp_path: Path, engine: str) -> None:
    package = Package.read(path)
    cells = "".join(f'<row r="{i}"><c r="CA{i}"><f>CA{i + 1}+1</f></c></row>' for i in range(2000, 40_000))
    part = package.sheets["Setup"]
    package.parts[part] = package.parts[part].replace(b"</sheetData>", cells.encode() + b"</sheetData>")
    done = check(package.save(tmp_path / "added.xlsx"), "--engine", engine)
    assert done.err == ""
    if engine == "ironcalc":  # which is not given them
        assert done.status == 0
    else:
        assert done.status == 1
        assert re.search(r"all sheets: 38,\d+ formulas are not the ones that were built", done.out)
    package.at("E").formula("Setup!CA2000")
    done = check(package.save(tmp_path / "spoilt.xlsx"), "--engine", engine)
    assert (done.status, done.err) == (1, "")
    assert "Step 04!" in done.out or engine == "gnumeric"
