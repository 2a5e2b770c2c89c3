"""Submissions of students who mean no good, or whose files were damaged on the way."""

import io
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import cycle
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from mlp2xlsx import lesson
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout, make_both
from mlp2xlsx.classroom.marking import Mark, answers, mark
from mlp2xlsx.classroom.marking.effort import effort
from mlp2xlsx.classroom.marking.judging import judge
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.classroom.submissions.contents import contents_of
from mlp2xlsx.engines.base import Edits, Recalculated
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.errors import EngineError, WorkbookError
from mlp2xlsx.xlsx.reading.contents import Contents
from tests.cases import few, few_values
from tests.xlsx.editing import Package

LONGEST = 10.0  # seconds that one file may take


def exercise_of(
    student: str = "s1", name: str = "article", steps: tuple[int, ...] = (), **asked: bool
) -> Exercise:
    """What a student is asked: steps of a lesson that ships, all of them unless some are given."""
    chosen = lesson.load(name).replace(iterations=1, show=())
    assignment = Assignment(chosen, 7, steps or steps_to_fill(chosen), **asked)
    return Exercise(assignment, Student(student, "", "", (student,), student))


EXERCISE = exercise_of()
FIRST, FIRST_BOX = EXERCISE.book().names["hidden_layer_input"]


@pytest.fixture(scope="module")
def given() -> bytes:
    """The handout as it was given out."""
    return make_both(EXERCISE)[0]


Change = Callable[[Workbook, Worksheet], None]


def changed(given: bytes, change: Change) -> bytes:
    """A handout into which a student has typed; the second argument is a sheet of the student's own.

    The handout is opened once for all: what may be changed in it are values, which are put back.
    """
    book = opened(given)
    before = {
        sheet: [(cell, cell._value, cell.data_type) for cell in sheet._cells.values()] for sheet in book
    }
    own, stream = book.create_sheet("Mine"), io.BytesIO()
    try:
        change(book, own)
        book.save(stream)
    finally:
        book.remove(own)
        for sheet, cells in before.items():
            sheet._cells = {(cell.row, cell.column): cell for cell, *_ in cells}
            for cell, *as_given in cells:
                cell._value, cell.data_type = as_given
    return stream.getvalue()


@cache
def opened(given: bytes) -> Workbook:
    """A handout as openpyxl opens it, which takes longer than all else."""
    return openpyxl.load_workbook(io.BytesIO(given))


def rewritten(given: bytes, part: str, change: Callable[[bytes], bytes], padding: int = 0) -> bytes:
    """A handout with one part of its file rewritten, and bytes that hide how well it packs."""
    package = Package(given)
    package.replace(part, change)
    stream = io.BytesIO(package.content())
    if padding:
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr("padding.bin", np.random.default_rng(1).bytes(padding), zipfile.ZIP_STORED)
    return stream.getvalue()


def marked(content: bytes, exercise: Exercise = EXERCISE) -> Mark:
    """Mark a submission, in bounded time."""
    start = time.process_time()
    found, _ = mark(exercise, content)
    assert time.process_time() - start < LONGEST
    return found


def first_number(content: bytes) -> float | None:
    """What the first answer comes to."""
    return marked(content).numbers["hidden_layer_input"][0][0]


def answer(book: Workbook, text: object) -> None:
    """Fill in the first cell of the first matrix."""
    book[FIRST].cell(FIRST_BOX.row, FIRST_BOX.col).value = text


def beside(*formulas: str, answered: str = "=Mine!A1", array: bool = False) -> Change:
    """Formulas below one another on a sheet of the student's own, and an answer that reads the first."""

    def change(book: Workbook, own: Worksheet) -> None:
        for row, formula in enumerate(formulas, start=1):
            own.cell(row, 1).value = ArrayFormula(f"A{row}", formula) if array else formula
        answer(book, answered)

    return change


# Formulas that outgrow the memory or the stack end the whole program when they are calculated.


def test_an_honest_computation_beside_the_answers_counts(given: bytes) -> None:
    first = EXERCISE.true["hidden_layer_input"][0, 0]
    steps = ["=INDEX(MMULT(X,wh),1,1)+A2", "=INDEX(bh,1,1)"]
    assert first_number(changed(given, beside(*steps))) == pytest.approx(first)


@pytest.mark.parametrize(
    "bomb",
    few_values(
        *("joined-texts", "outer", "product", "braces", "powers"),
        of={
            "joined-texts": ["=A2", *(f"={'&'.join([f'A{row}'] * 10)}" for row in range(3, 14)), "a" * 200],
            "outer": ["=SUM(C1:C30000*TRANSPOSE(C1:C30000))"],
            "comparison": ["=SUM(IF(C1:C30000=TRANSPOSE(C1:C30000),1,0))"],
            "product": ["=SUM(MMULT(C1:C30000+0,TRANSPOSE(C1:C30000+0)))"],
            "counted": ["=COUNTIF(C1:C50000,D1:D50000)"],
            "text": [f'=SUM(IF(C1:C90000=0,"{"a" * 8000}",0))'],
            "braces": [f"=SUM({{{';'.join(['1'] * 3000)}}}*{{{','.join(['1'] * 1000)}}})"],
            "powers": [f"=1{'^1' * 490}"],
            "range": ["=SUM(C1:INDEX(C1:C9,5))"],
            "at": ["=SUM(@C1:C50000)"],
        },
    ),
)
def test_what_would_outgrow_the_memory_is_left_out(given: bytes, bomb: list[str]) -> None:
    assert not first_number(changed(given, beside(*bomb, array="TRANSPOSE" in bomb[0])))


def test_an_answer_that_would_outgrow_the_memory_is_refused(given: bytes) -> None:
    found = marked(changed(given, beside(answered="=SUM(Mine!C1:C30000*TRANSPOSE(Mine!C1:C30000))")))
    assert found.notices == (("refused", "it computes more than 1,000,000 numbers"),)


@pytest.mark.parametrize(
    ("formula", "count"),
    few_values(
        "powers",
        of={
            "chain": ("=A{next}+1", 1990),
            "powers": (f"=A{{next}}{'^1' * 70}", 1990),
            "wide": ("=SUM(C1:C90000)+A{next}", 300),
            "texts": ('=SUM(IF(C1:C90000=0,"' + "a" * 250 + '",1))+A{next}', 300),
        },
    ),
)
def test_many_formulas_take_bounded_time(given: bytes, formula: str, count: int) -> None:
    marked(changed(given, beside(*(formula.replace("{next}", str(n + 1)) for n in range(1, count + 1)))))


def test_circular_references_are_an_error(given: bytes) -> None:
    found = marked(changed(given, beside("=A2", "=A1")))
    assert found.numbers["hidden_layer_input"][0][0] is None
    assert found.total == 0


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        ("A1", 1),
        ("A1+B1", 3),
        ("SUM(A1:A10)", 11),
        ("A1:A10*TRANSPOSE(B1:B20)", 10 + 10 + 20 + 200),
        ("MMULT(A1:B3,C1:F2)", 6 + 8 + 3 * 2 * 4 + 12),
        ("SUM({1,2;3,4})", 4 + 16 + 1),
        ("-(A1:A3)", 3 + 3 + 1),
    ],
)
def test_effort_counts_what_is_computed(formula: str, count: int) -> None:
    assert effort(formula, {}, "Mine") == pytest.approx(count, abs=count / 4)


# What a file holds is counted while it is read.

STEP_3 = "xl/worksheets/sheet4.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(*rows: str) -> Callable[[bytes], bytes]:
    """A worksheet of nothing but these rows."""
    text = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
    return lambda _: text.encode()


def shared(first: str, count: int) -> Callable[[bytes], bytes]:
    """A worksheet whose cells share one formula."""
    others = (f'<row r="{row}"><c r="A{row}"><f t="shared" si="0"/></c></row>' for row in range(2, count))
    return sheet(f'<row r="1"><c r="A1"><f t="shared" ref="A1:A9" si="0">{first}</f></c></row>', *others)


def refused(given: bytes, part: str, change: Callable[[bytes], bytes]) -> str:
    """Why a file whose part has been rewritten is not read, which is found out soon and in little memory."""
    start = time.process_time()
    content = rewritten(given, part, change, 1_000_000)
    with pytest.raises(WorkbookError) as caught:
        contents_of(content, EXERCISE.most_cells)
    assert time.process_time() - start < LONGEST
    return str(caught.value).partition(" is not a readable .xlsx file: ")[2]


@pytest.mark.parametrize(
    ("change", "reason"),
    few_values(
        *("cells", "rows", "size", "shared-formulas"),
        of={
            "cells": (
                sheet(*(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 60_000))),
                "more than 53,192 cells",
            ),
            "rows": (sheet("<row/>" * 1_100_000), "more than 1,048,576 empty rows"),
            "size": (sheet("<row/>" * 2_500_000), "its sheets would have 14 MB unpacked"),
            "row": (sheet("<row>", "<c/>" * 2_200_000, "</row>"), "holds an element of more than 8 MB"),
            "shared-formulas": (
                shared("+".join(["B1"] * 2000), 1000),
                "formulas that cells share are too long",
            ),
        },
    ),
)
def test_a_sheet_is_read_in_bounded_time(given: bytes, change: Callable[[bytes], bytes], reason: str) -> None:
    assert reason in refused(given, STEP_3, change)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell how much memory was used")
def test_what_stands_between_the_rows_is_not_kept(given: bytes) -> None:
    piece = f"<x>{'<a/>' * 200_000}</x><sheetData><row/></sheetData>"
    content = rewritten(
        given, STEP_3, lambda _: f'<worksheet xmlns="{MAIN}">{piece * 10}</worksheet>'.encode(), 1_000_000
    )
    grown = memory_of(content)
    assert grown < 80, "MB; all of it would be 240"


def memory_of(content: bytes) -> float:
    """How many MB more a process has needed at most after it has read a submission."""
    code = (
        "import resource, sys; from mlp2xlsx.classroom.submissions.contents import contents_of; "
        "used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; before = used(); "
        "contents_of(sys.stdin.buffer.read(), 200_000); print(used() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True, check=True)
    return int(done.stdout) / (2**20 if sys.platform == "darwin" else 2**10)


def test_texts_are_counted(given: bytes) -> None:
    rels, target = "xl/_rels/workbook.xml.rels", "docProps/app.xml"
    link = f'<Relationship Id="texts" Type="x/sharedStrings" Target="/{target}"/></Relationships>'.encode()
    linked = rewritten(given, rels, lambda part: part.replace(b"</Relationships>", link))
    texts = f'<sst xmlns="{MAIN}">{"<si/>" * 100_000}</sst>'.encode()
    assert "more than 53,192 texts" in refused(linked, target, lambda _: texts)


def test_parts_that_are_held_as_a_tree_are_small(given: bytes) -> None:
    many = b"<a/>" * 2_500_000
    reason = refused(
        given, "xl/workbook.xml", lambda part: part.replace(b"</workbook>", many + b"</workbook>")
    )
    assert "expected at most 8,388,608" in reason


def test_a_locked_formula_of_many_digits_is_compared_at_once(given: bytes) -> None:
    digits = b"<f>" + b"1" * 30_000 + b"A</f>"
    found = marked(rewritten(given, STEP_3, lambda part: re.sub(rb"<f>[^<]*</f>", digits, part)))
    assert [key for key, _ in found.notices] == ["tampered"]


# Numbers that would make anything right.


def filled(given: bytes, numbers: Callable[[str, int, int], object], exercise: Exercise = EXERCISE) -> bytes:
    """A handout with something in each cell that is to be filled in, by matrix, row and column."""

    def change(book: Workbook, _: Worksheet) -> None:
        places = exercise.book().names
        for name in exercise.blank:
            title, box = places[name]
            for i, j in np.ndindex(box.n_rows, box.n_cols):
                book[title].cell(box.row + i, box.col + j).value = numbers(name, i, j)

    return changed(given, change)


@pytest.mark.parametrize("name", ["article", "iris", "regression", "two-hidden", "sgd", "and-or"])
@pytest.mark.parametrize("number", [0.0, 0.004])
def test_nothing_but_zeros_is_worth_next_to_nothing(name: str, number: float) -> None:
    exercise = exercise_of(name=name)
    judged = judge(exercise, {name: np.full(expr.shape, number) for name, expr in exercise.blank.items()})
    for matrix, one in judged.items():
        counting = np.isin(one.marks, ("right", "follows"))
        assert (np.abs(exercise.true[matrix][counting]) <= 0.01).all(), matrix


def test_zeros_that_follow_from_a_slip_count() -> None:
    numbers = {name: EXERCISE.true[name].copy() for name in EXERCISE.blank}
    # Far too large for one sample, so that its activations are 1 and its slopes are 0.
    numbers["hidden_layer_input"][1] *= 1000
    numbers["hiddenlayer_activations"][1] = 1
    numbers["slope_hidden_layer"][1] = numbers["d_hiddenlayer"][1] = 0
    judged = judge(EXERCISE, numbers)
    for name in ("hiddenlayer_activations", "slope_hidden_layer", "d_hiddenlayer"):
        assert np.isin(judged[name].marks, ("right", "follows")).all()


@pytest.mark.parametrize("number", [1e99, 1e300, -1.7e308])
@pytest.mark.parametrize("name", few("article", of=["article", "regression", "sgd"]))
def test_no_number_follows_from_what_cannot_be_computed_with(name: str, number: float) -> None:
    exercise = exercise_of(name=name)
    random = np.random.default_rng(1)
    for chosen in exercise.blank:
        answers = {name: random.normal(size=expr.shape) for name, expr in exercise.blank.items()}
        answers[chosen] = np.full(answers[chosen].shape, number)
        for one in judge(exercise, answers).values():
            assert np.isfinite(one.expected).all()
            assert (one.marks == "follows").mean() < 0.5


def test_numbers_that_a_cell_does_not_accept_are_errors(given: bytes) -> None:
    found = marked(filled(given, lambda *_: 1.7e308))
    assert found.numbers["E"] == [[None]] * 3
    assert found.total == 0


def test_what_is_no_number_scores_nothing(given: bytes) -> None:
    contents = [
        True,
        "NaN",
        "1e400",
        "inf",
        "#N/A",
        "=NA()",
        "=1/0",
        "=TRUE",
        "-",
        "=A1#",
        "=FOO",
        "=1+",
        "=A1:B2",
    ]
    kinds = cycle(contents)
    assert marked(filled(given, lambda *_: next(kinds))).total == 0


def test_a_marked_workbook_holds_no_number_that_is_none() -> None:
    exercise = exercise_of(steps=(3, 4, 5))
    handed_in = filled(make_both(exercise)[0], lambda *_: 9.9e98, exercise)
    _, back = mark(exercise, handed_in)
    with zipfile.ZipFile(io.BytesIO(back)) as archive:
        assert not [name for name in archive.namelist() if re.search(rb">(-?inf|nan)<", archive.read(name))]


# An engine that fails.


class Failing(IronCalc):
    """Calculates nothing that it refuses."""

    refuses: Callable[[Contents], bool] = staticmethod(lambda _: True)

    def scenarios(self, contents: Contents, inputs: Sequence[Edits]) -> Iterator[Recalculated]:
        if self.refuses(contents):
            raise EngineError("ironcalc cannot calculate it")
        return super().scenarios(contents, inputs)


def failing(monkeypatch: pytest.MonkeyPatch, refuses: Callable[[Contents], bool]) -> None:
    monkeypatch.setattr(Failing, "refuses", staticmethod(refuses))
    monkeypatch.setattr(answers, "IronCalc", Failing)


def test_cells_beside_that_break_the_engine_do_not_take_the_answers_along(
    given: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, lambda contents: "Mine" in contents.sheets)
    assert first_number(changed(given, beside("=1", answered="=0.5+0.25"))) == 0.75


def test_an_answer_that_breaks_the_engine_is_an_error(given: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    place = FIRST_BOX.row, FIRST_BOX.col
    failing(monkeypatch, lambda contents: place in contents.sheets[FIRST].formulas)
    assert first_number(changed(given, beside(answered="=0.5+0.25"))) is None


def test_without_an_engine_nobody_is_graded(
    given: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failing(monkeypatch, lambda _: True)
    roster = tmp_path / "roster.csv"
    roster.write_text("Student ID\ns1\n")
    handout(tmp_path / "class", EXERCISE.assignment.lesson, roster=roster, seed=7)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s1.xlsx").write_bytes(changed(given, beside(answered="=0.5+0.25")))
    with pytest.raises(EngineError):
        grade(tmp_path / "class", tmp_path / "in", tmp_path / "grades.csv")
    assert not (tmp_path / "grades.csv").exists()
    monkeypatch.undo()
    found = grade(tmp_path / "class", tmp_path / "in", tmp_path / "grades.csv")
    assert found.marks["s1"].numbers["hidden_layer_input"][0][0] == 0.75


def test_without_room_for_temporary_files_no_formula_is_graded(
    given: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calculated = changed(given, beside(answered="=0.5+0.25"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    assert mark(EXERCISE, given)[0].total == 0  # to be opened a file needs none
    with pytest.raises(EngineError, match=r"absent"):
        mark(EXERCISE, calculated)


# What is handed back.


@pytest.mark.parametrize(
    ("formula", "kept"),
    [("=INDEX(MMULT(X,wh)+bh,1,1)", True), ("=Mine!A1", False), ("=A200", False), ("=SUM(A190:B210)", False)],
)
def test_only_formulas_that_read_the_handout_are_handed_back(given: bytes, formula: str, kept: bool) -> None:
    def change(book: Workbook, own: Worksheet) -> None:
        own["A1"] = book[FIRST]["A200"] = 0.5
        answer(book, formula)

    found, back = mark(EXERCISE, changed(given, change))
    number = found.numbers["hidden_layer_input"][0][0]
    content = openpyxl.load_workbook(io.BytesIO(back))[FIRST].cell(FIRST_BOX.row, FIRST_BOX.col).value
    assert content == (formula if kept else number)


@pytest.mark.parametrize(
    "text", ['=WEBSERVICE("http://example.com")', "=HYPERLINK(A1)", "=" + "A1&" * 2000 + "A1"]
)
def test_a_refused_formula_is_handed_back_as_a_short_text(given: bytes, text: str) -> None:
    _, back = mark(EXERCISE, changed(given, beside(answered=text)))
    cell = openpyxl.load_workbook(io.BytesIO(back))[FIRST].cell(FIRST_BOX.row, FIRST_BOX.col)
    assert cell.data_type == "s"
    assert str(cell.value)[:11] == text[:11]
    assert len(str(cell.value)) <= 500


@pytest.mark.parametrize(
    ("formula", "counts"),
    [("={number}", False), ("={number}+0", False), ("=INDEX(MMULT(X,wh)+bh,1,1)", True)],
)
def test_a_number_behind_an_equals_sign_is_no_formula(formula: str, counts: bool) -> None:
    exercise = exercise_of(steps=(3,), formulas=True)
    number = float(exercise.true["hidden_layer_input"][0, 0])
    content = changed(make_both(exercise)[0], beside(answered=formula.format(number=number)))
    assert marked(content, exercise).cells[3] == (int(counts), 9)


def test_numbers_in_braces_are_no_formula() -> None:
    exercise = exercise_of(steps=(3,), formulas=True)
    rows = exercise.true["hidden_layer_input"].tolist()
    text = ";".join(",".join(map(repr, row)) for row in rows)
    typed = ArrayFormula(FIRST_BOX.ref, f"={{{text}}}")
    content = changed(make_both(exercise)[0], lambda book, _: answer(book, typed))
    found = marked(content, exercise)
    assert found.numbers["hidden_layer_input"] == [pytest.approx(row) for row in rows]
    assert found.cells[3] == (0, 9)
