"""Submissions of students who mean no good, or whose files were damaged on the way."""

import io
import time
import zipfile
from collections.abc import Callable

import numpy as np
import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from mlp2xlsx import lesson
from mlp2xlsx.classroom.effort import effort
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.handouts import make_both
from mlp2xlsx.classroom.marking import Mark, mark
from mlp2xlsx.classroom.roster import Student

LONGEST = 10.0  # seconds that one file may take


def exercise_of(student: str = "s1", name: str = "article", **asked: bool) -> Exercise:
    """What a student is asked: all steps of a lesson that ships."""
    chosen = lesson.load(name).replace(iterations=1, show=())
    assignment = Assignment(chosen, 7, steps_to_fill(chosen), **asked)
    return Exercise(assignment, Student(student, "", "", (student,), student))


EXERCISE = exercise_of()
FIRST, FIRST_BOX = EXERCISE.book().names["hidden_layer_input"]


@pytest.fixture(scope="module")
def given() -> bytes:
    """The handout as it was given out."""
    return make_both(EXERCISE)[0]


Change = Callable[[Workbook, Worksheet], None]


def changed(given: bytes, change: Change) -> bytes:
    """A handout into which a student has typed; the second argument is a sheet of the student's own."""
    book = openpyxl.load_workbook(io.BytesIO(given))
    change(book, book.create_sheet("Mine"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(given: bytes, part: str, change: Callable[[bytes], bytes], padding: int = 0) -> bytes:
    """A handout with one part of its file rewritten, and bytes that hide how well it packs."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(given)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        new.writestr("padding.bin", np.random.default_rng(1).bytes(padding), zipfile.ZIP_STORED)
    return stream.getvalue()


def marked(content: bytes, exercise: Exercise = EXERCISE) -> Mark:
    """Mark a submission, in bounded time."""
    start = time.perf_counter()
    found, _ = mark(exercise, content)
    assert time.perf_counter() - start < LONGEST
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
    [
        ["=A2", *(f"={'&'.join([f'A{row}'] * 10)}" for row in range(3, 14)), "a" * 200],
        ["=SUM(C1:C30000*TRANSPOSE(C1:C30000))"],
        ["=SUM(IF(C1:C30000=TRANSPOSE(C1:C30000),1,0))"],
        ["=SUM(MMULT(C1:C30000+0,TRANSPOSE(C1:C30000+0)))"],
        ["=COUNTIF(C1:C50000,D1:D50000)"],
        [f'=SUM(IF(C1:C90000=0,"{"a" * 8000}",0))'],
        [f"=SUM({{{';'.join(['1'] * 3000)}}}*{{{','.join(['1'] * 1000)}}})"],
        [f"=1{'^1' * 490}"],
        ["=SUM(C1:INDEX(C1:C9,5))"],
        ["=SUM(@C1:C50000)"],
    ],
    ids=[
        "joined-texts",
        "outer",
        "comparison",
        "product",
        "counted",
        "text",
        "braces",
        "powers",
        "range",
        "at",
    ],
)
@pytest.mark.parametrize("array", [False, True], ids=["plain", "array"])
def test_what_would_outgrow_the_memory_is_left_out(given: bytes, bomb: list[str], array: bool) -> None:
    assert not first_number(changed(given, beside(*bomb, array=array)))


def test_an_answer_that_would_outgrow_the_memory_is_refused(given: bytes) -> None:
    found = marked(changed(given, beside(answered="=SUM(Mine!C1:C30000*TRANSPOSE(Mine!C1:C30000))")))
    assert found.notices == (("refused", "it computes more than 1,000,000 numbers"),)


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        ("=A{next}+1", 2000),
        (f"=A{{next}}{'^1' * 70}", 1990),
        (f"={'IF(1,' * 60}A{{next}}{')' * 60}", 1990),
        (f"=SUM({','.join(['A{next}'] * 1300)})", 50),
        ("=SUM(C1:C90000)+A{next}", 300),
        ('=SUM(IF(C1:C90000=0,"' + "a" * 250 + '",1))+A{next}', 300),
    ],
    ids=["chain", "powers", "deep", "long", "wide", "texts"],
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
