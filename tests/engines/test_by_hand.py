"""LibreOffice as a person uses it: the file opened afresh, one edit, nothing forced, every cell looked at."""

import os
import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook

from mlp2xlsx import Report, build, load, override, verify
from mlp2xlsx.classroom.marking import mark
from mlp2xlsx.engines import by_hand
from mlp2xlsx.engines.base import Edits
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.errors import EngineError
from mlp2xlsx.resources import lesson_names
from mlp2xlsx.verify.compare import same_text
from mlp2xlsx.verify.inputs import as_inputs
from mlp2xlsx.verify.structure import built_cells
from mlp2xlsx.xlsx.reading.cells import CellError, CellValue
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few, with_few_samples
from tests.classroom.filling import (
    answer_places,
    cells_of,
    differing,
    expected_book,
    right_answers,
    saved,
    submitted,
    with_slip,
)
from tests.classroom.lessons import LESSONS, OF_OTHER_RULES, exercise
from tests.office import FAULTY, MENDED, version
from tests.verify.helpers import article, calculated_in_process, only_edits, small
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

needs_office = pytest.mark.needs("soffice", "uno")

OPENED = "as it is opened"
INITIAL = ["initial_wh", "initial_bh", "initial_wout", "initial_bout"]
ARTICLE = ["X", "y", "lr", *INITIAL, "X_new", "iteration", "asked", "network_shows"]


def stale(report: Report) -> dict[str, int]:
    """How many cells are wrong as it is opened, and after each kind of edit."""
    [one] = report.checked
    assert one.gaps == ()
    return {", ".join(run.changed) or OPENED: run.differing for run in one.runs if run.by_hand}


def nothing(*edits: str) -> dict[str, int]:
    return dict.fromkeys([OPENED, *edits], 0)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return article(tmp_path_factory.mktemp("by-hand") / "article.xlsx", 4)


@needs_office
@pytest.mark.slow
def test_every_kind_of_input_of_the_article(path: Path) -> None:
    report = verify(path, "libreoffice")
    assert stale(report) == nothing(*ARTICLE)
    first, *_ = report.lines()
    assert ", 2 runs, 11 as a person edits it, " in first
    runs = report.as_json()["engines"][0]["runs"]
    assert [run["by_hand"] for run in runs] == [False] * 2 + [True] * 12
    assert report.ok


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [{"iterations": 9, "show": (1, 2, 5, 9)}, {"batch": 2}], ids=["some-iterations", "batches"]
)
def test_other_rows_of_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    only_edits(monkeypatch, "X", "lr", "iteration")
    build(override(load("article"), **{"iterations": 5, **options}), tmp_path / "lesson.xlsx")
    assert stale(verify(tmp_path / "lesson.xlsx", "libreoffice")) == nothing("X", "lr", "iteration")


@cache
def kinds_of(name: str) -> list[str]:
    """The inputs of a lesson that can be edited."""
    return list(as_inputs(load(name), 1))


def edits_of(name: str) -> list[str]:
    """A sample, from which almost everything follows, and what no lesson before it has."""
    before = takewhile(lambda other: other != name, lesson_names())
    known = {kind for other in before for kind in kinds_of(other)} - {"X", "X_raw"}
    return [kind for kind in kinds_of(name) if kind not in known]


def test_every_kind_of_edit_is_of_some_lesson() -> None:
    """Those of the article are tried above."""
    edited = {kind for name in lesson_names() for kind in edits_of(name)}
    assert edited == {kind for name in lesson_names() for kind in kinds_of(name)}
    assert edited > {"momentum", "beta1", "l2_penalty", "y_validation", "X_raw_validation", "initial_wh_2"}


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in lesson_names() if name != "article"])
def test_every_lesson_by_its_own_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """In 3 iterations, of which the second starts from what the first has changed, and the last ends them."""
    only_edits(monkeypatch, *edits_of(name))
    build(with_few_samples(load(name)).replace(iterations=3), tmp_path / "lesson.xlsx")
    report = verify(tmp_path / "lesson.xlsx", "libreoffice")
    assert stale(report) == nothing(*edits_of(name))
    assert report.ok, "\n".join(report.lines())


# Handouts: what is filled in counts, and what is computed from it.


def looked_at(asked, path: Path, answers: Sequence[dict[str, np.ndarray]]) -> list[list[str]]:
    contents = saved(asked.book(), path)
    seen = LibreOffice().edited(contents, [cells_of(asked, one) for one in answers])
    books = [expected_book(asked, one) for one in answers]
    return [differing(book, contents, one) for book, one in zip(books, seen, strict=True)]


def some_of(asked) -> list[dict[str, np.ndarray]]:
    """Nothing, one matrix, one matrix with gaps, and everything that is asked, with a slip."""
    answers = right_answers(asked)
    first = next(iter(answers))
    gaps = answers[first].copy()
    gaps[0, 0] = np.nan
    nothing = {name: np.full(matrix.shape, np.nan) for name, matrix in answers.items()}
    some = [{}, {first: answers[first]}, {first: gaps}, with_slip(asked)]
    return [nothing | one for one in some]


@needs_office
def test_a_handout_with_answers(tmp_path: Path) -> None:
    asked = exercise(blank=[3, 5, 8, 11])
    assert looked_at(asked, tmp_path / "a.xlsx", some_of(asked)) == [[], [], [], []]


@needs_office
@pytest.mark.slow
def test_a_handout_for_practice_says_what_is_right(tmp_path: Path) -> None:
    asked, path = exercise(blank=[3, 5, 8, 11], practice=True), tmp_path / "a.xlsx"
    saved(asked.book(), path)
    assert as_calculated(path, [cells_of(asked, one) for one in some_of(asked)]) == [[], [], [], []]


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("name", OF_OTHER_RULES)
def test_handouts_of_other_lessons_with_answers(tmp_path: Path, name: str) -> None:
    asked = exercise(LESSONS[name])
    assert looked_at(asked, tmp_path / "a.xlsx", some_of(asked)) == [[], [], [], []]


def as_calculated(path: Path, edits: Sequence[Edits]) -> list[list[str]]:
    """After each edit, the formula cells that are seen with another value than IronCalc calculates."""
    contents = read_contents(path)
    found = []
    seen = LibreOffice().edited(contents, edits)
    for one, calculated in zip(seen, IronCalc().scenarios(contents, edits), strict=True):
        cells = [(title, *place) for title, sheet in contents.sheets.items() for place in sheet.formulas]
        assert len(cells) > 100
        found.append([str(cell) for cell in cells if not alike(one.value(*cell), calculated.value(*cell))])
    return found


def alike(one: CellValue, other: CellValue) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-12 + 1e-9 * abs(other)
    return same_text(other, one) if isinstance(other, str) else one == other


def unprotected(source: Path) -> Package:
    """A workbook whose cells can all be changed, as a teacher may have it."""
    package = Package.read(source)
    for part in package.sheets.values():
        package.parts[part] = re.sub(rb"<sheetProtection[^>]*/>", b"", package.parts[part])
    return package


def marked(asked, path: Path) -> Path:
    """What comes back to somebody who filled in formulas, a slip among them, and numbers."""
    filled = {name: matrix.tolist() for name, matrix in with_slip(asked).items()}
    keyed = built_cells(asked.key())
    for name in list(filled)[1::2]:
        title, box = answer_places(asked)[name]
        filled[name] = [
            [f"={keyed[title].formulas[row, col].text}" for col in range(box.col, box.last_col + 1)]
            for row in range(box.row, box.last_row + 1)
        ]
    path.write_bytes(mark(asked, submitted(asked, filled))[1])
    return path


def given_edits(path: Path) -> list[Edits]:
    """One number of each matrix that a handout starts from, the learning rate, and a cell that is asked for."""
    contents = read_contents(path)
    names = [name for name in contents.names if name in ("X", "y", "lr") or name.startswith("initial_")]
    edits: list[Edits] = []
    for name in names:
        title, box = contents.place(name)
        edits.append({(title, box.last_row, box.last_col): 0.25})
    asked = [contents.place(name) for name in contents.names if name.startswith("asked_")]
    return [*edits, {(title, box.row, col): 1.0 for title, box in asked for col in (box.col, box.last_col)}]


@needs_office
@pytest.mark.parametrize("kind", few("marked", of=["marked", "key"]))
def test_what_a_teacher_changes_in_other_workbooks(tmp_path: Path, kind: str) -> None:
    asked, path = exercise(), tmp_path / "a.xlsx"
    if kind == "marked":
        marked(asked, path)
    else:
        saved(asked.key(), path)
    path = unprotected(path).save(tmp_path / "unprotected.xlsx")
    edits = given_edits(path)
    assert len(edits) == 8
    assert as_calculated(path, edits) == [[]] * 8


# The twins: one formula that LibreOffice 7.4 does not follow, and one that does not follow at all.


def with_an_array(source: Path, target: Path) -> Path:
    """The same workbook with one of its formulas made an array formula."""
    package = Package.read(source)
    package.at("hidden_layer_input").array()
    return package.save(target)


@needs_office
@pytest.mark.slow
def test_one_array_formula_in_the_chain_is_seen(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_edits(monkeypatch, "X", "iteration")
    changed = with_an_array(path, tmp_path / "changed.xlsx")
    report = verify(changed, "libreoffice")
    [one] = report.checked
    assert [run.differing for run in one.runs if not run.by_hand] == [0, 0]
    wrong = {name: count for name, count in stale(report).items() if count}
    if version() <= FAULTY:
        assert "iteration" in wrong
        lines = list(report.lines())
        first = f"  as a person edits it: iteration: {wrong['iteration']} cells are stale, first "
        assert any(line.startswith(first) for line in lines)
        assert not report.ok
    elif version() >= MENDED:
        assert wrong == {}


@pytest.fixture(scope="module")
def shallow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("by-hand") / "small.xlsx")


@needs_office
def test_a_formula_that_holds_a_number_is_seen(
    shallow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_edits(monkeypatch, "iteration", "lr")
    calculated_in_process(monkeypatch)
    package = Package.read(shallow)
    cell = package.at("output_layer_input")
    cell.formula(cell.cached)
    report = verify(package.save(tmp_path / "changed.xlsx"), "libreoffice")
    wrong = stale(report)
    assert wrong["iteration"] > 0
    assert wrong["lr"] == 0  # the first iteration does not depend on it
    assert any(line.startswith("  as a person edits it: iteration: ") for line in report.lines())


# What is looked at is what the file holds and what follows from the edit; nothing is forced.

LR, DEPENDS, UNTOUCHED = ("Setup", 1, 1), ("Step 03", 2, 10), ("Step 03", 1, 10)


@needs_office
def test_nothing_is_calculated_that_does_not_depend_on_the_edit(workbook: Path) -> None:
    contents = read_contents(workbook)
    as_it_is, edited = LibreOffice().edited(contents, [{}, {LR: 1.5}])
    # The file says 5 for every formula.
    assert (as_it_is.value(*DEPENDS), as_it_is.value(*UNTOUCHED)) == (5.0, 5.0)
    assert (edited.value(*DEPENDS), edited.value(*UNTOUCHED)) == ("lr = 1.5", 5.0)


@needs_office
def test_kinds_of_value(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = 1
    for row, formula in enumerate(
        ["=A1/3", "=1/(A1-2)", '=A1&" or so"', '=IF(A1=2,"","x")', "=LN(A1-3)", "=A1=2"], 2
    ):
        sheet.cell(row, 1, formula)
    sheet["C9"] = "text"
    book.save(tmp_path / "kinds.xlsx")
    [seen] = LibreOffice().edited(read_contents(tmp_path / "kinds.xlsx"), [{("Sheet", 1, 1): 2.0}])
    values = [seen.value("Sheet", row, 1) for row in range(1, 8)]
    assert isinstance(values.pop(5), CellError)  # its text differs between versions
    assert values == [2.0, 2 / 3, CellError("#DIV/0!"), "2 or so", "", 1.0]
    assert seen.value("Sheet", 9, 3) == "text"
    np.testing.assert_array_equal(seen.block("Sheet", 2, 1, 2, 2), [[2 / 3, np.nan], [np.nan, np.nan]])
    # Nothing is known of what lies beyond.
    assert np.isnan(seen.numbers("Sheet", [1, 99], [1, 99])).tolist() == [[False, True], [True, True]]
    with pytest.raises(EngineError, match='no sheet "Nowhere"'):
        seen.value("Nowhere", 1, 1)


@needs_office
@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({("Setup", 1, 1): float("nan")}, "cannot be set to nan"),
        ({("Nowhere", 1, 1): 1.0}, "could not edit .*workbook"),
    ],
    ids=["no-number", "no-such-sheet"],
)
def test_what_cannot_be_edited_is_one_line(workbook: Path, edit: Edits, message: str) -> None:
    with pytest.raises(EngineError, match=message) as caught:
        list(LibreOffice().edited(read_contents(workbook), [edit]))
    assert "\n" not in str(caught.value)


@needs_office
def test_time_limit(workbook: Path) -> None:
    with pytest.raises(EngineError, match=r"took more than 0\.5 s to edit .*workbook\.xlsx and was stopped"):
        list(LibreOffice(time_limit=0.5).edited(read_contents(workbook), [{LR: 1.5}]))


@needs_office
def test_a_sheet_that_reaches_too_far(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_hand, "_MOST_CELLS", 10)
    with pytest.raises(EngineError, match="reach over more than 10 cells"):
        list(LibreOffice().edited(read_contents(workbook), [{}]))


def test_other_engines_have_no_window(workbook: Path) -> None:
    assert not IronCalc.by_hand
    with pytest.raises(EngineError, match="ironcalc has no window"):
        IronCalc().edited(read_contents(workbook), [{}])


# Where nothing can talk to LibreOffice.


@pytest.mark.needs("soffice")
def test_it_says_what_was_not_checked(shallow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_hand, "python_of", lambda _: None)
    calculated_in_process(monkeypatch)
    report = verify(shallow, "libreoffice")
    assert report.ok
    first, *lines = report.lines()
    assert ", 2 runs, " in first
    assert (
        "libreoffice: not checked as a person edits it: no Python has LibreOffice's module uno: "
        "apt-get install python3-uno" in lines
    )
    [one] = report.as_json()["engines"]
    assert [run["by_hand"] for run in one["runs"]] == [False, False]
    assert one["gaps"] == [f"not checked as a person edits it: {LibreOffice.missing_by_hand()}"]
    with pytest.raises(EngineError, match="no Python has"):
        list(LibreOffice().edited(read_contents(shallow), [{}]))


def test_pythons_without_the_module_are_passed_over(tmp_path: Path) -> None:
    office = tmp_path / "soffice"
    (tmp_path / "python").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python").chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "defpath", str(tmp_path / "nowhere"))
        assert by_hand.python_of(str(office)) is None
    by_hand.python_of.cache_clear()
    (tmp_path / "python").write_text("#!/bin/sh\nexit 0\n")
    assert by_hand.python_of(str(office)) == (str(tmp_path / "python"),)
