"""Formulas that would take all the memory or all the time: they are not calculated, and cost nobody else."""

import time
from functools import cache
from xml.sax.saxutils import escape

import numpy as np
import pytest

import mlp2xlsx
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.marking import Mark, answers, mark
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.xlsx.formulas import parsed
from tests.cases import few
from tests.classroom.leaking import content_of
from tests.classroom.papers import Paper
from tests.classroom.students import SHAPES
from tests.classroom.ways import fill

SECONDS = 20  # of a busy machine


@cache
def exercise(lesson: str = "article") -> Exercise:
    loaded = mlp2xlsx.load(lesson).replace(iterations=1, show=())
    return Exercise(Assignment(loaded, 7, steps_to_fill(loaded)), Student("s1", "", "", (), "s1"))


@cache
def handout() -> bytes:
    return content_of(exercise().book())


def filled_in() -> Paper:
    return fill(Paper(handout()), {name: exercise().true[name] for name in SHAPES})


def marked(paper: Paper) -> Mark:
    start = time.process_time()
    found, _ = mark(exercise(), paper.content())
    assert time.process_time() - start < SECONDS
    return found


OUTER = {
    "column times row": "SUM((Setup!A1:A40000+1)*TRANSPOSE(Setup!A1:A40000+1))",
    "column plus row": "SUM(Setup!A1:A40000+Setup!A1:XFD1)",
    "product": "SUM(MMULT(Setup!A1:A40000+1,Setup!A1:XFD1+1))",
    "columns whole": "SUM(Setup!A:A*TRANSPOSE(Setup!A:A))",
    "many operands": "+".join(["SUM(Setup!A1:A900*TRANSPOSE(Setup!A1:A900))"] * 20),
    "by name": "SUM((X+Setup!A1:A40000)*TRANSPOSE(Setup!A1:A40000))",
    "written out": f"SUM({{{';'.join('1' * 4000)}}}*TRANSPOSE(Setup!A1:A4000))",
}


@pytest.mark.parametrize("formula", OUTER.values(), ids=OUTER)
def test_a_formula_that_would_fill_the_memory(formula: str) -> None:
    paper = filled_in()
    paper.formula("E", 0, 0, formula, ref=paper.where("E")[1])
    found = marked(paper)
    assert found.cells[6] == (2, 3)
    assert found.total == pytest.approx(10 - 1 / 3)
    assert [key for key, _ in found.notices] == ["refused"]


def test_many_formulas_that_take_long_together() -> None:
    paper = filled_in()
    part = paper.sheets["Setup"]
    area = "SUM(Setup!$A$1:$A$900*TRANSPOSE(Setup!$A$1:$A$900))"
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><f t="array" ref="A{row}">{area}</f></c></row>'
        for row in range(500, 2400)
    )
    paper.replace(part, lambda xml: xml.replace(b"</sheetData>", rows.encode() + b"</sheetData>"))
    assert marked(paper).total == 10


def below(paper: Paper, first: str, formulas: list[str]) -> None:
    """Put a column of cells under `Setup`, a value and what is computed from it."""
    rows = [f'<row r="500"><c r="A500" t="str"><v>{first}</v></c></row>']
    rows += [
        f'<row r="{row}"><c r="A{row}"><f>{escape(text)}</f></c></row>'
        for row, text in enumerate(formulas, start=501)
    ]
    paper.replace(
        paper.sheets["Setup"],
        lambda xml: xml.replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>"),
    )


def test_a_text_that_doubles_from_cell_to_cell() -> None:
    paper = filled_in()
    below(paper, "abcdefgh", [f"A{row}&A{row}" for row in range(500, 560)])
    paper.formula("E", 0, 0, paper.written("{y[0]}-{output[0]}+0*COUNT(Setup!A560)"))
    paper.formula("E", 1, 0, paper.written('{y[1]}-{output[1]}&""'))
    found = marked(paper)
    assert found.cells[6] == (2, 3)
    assert found.notices == (("refused", found.notices[0][1]),)
    assert "joins texts" in found.notices[0][1]


@pytest.mark.parametrize("backwards", [False, True], ids=["down", "up"])
def test_a_long_chain(backwards: bool) -> None:
    paper = filled_in()
    rows = range(500, 2400)
    below(paper, "1", [f"A{row + 2}+1" if backwards else f"A{row}+1" for row in rows])
    assert marked(paper).total == 10


def test_formulas_without_end_are_not_all_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(answers, "parsed", lambda text: seen.append(text) or parsed(text))
    paper = filled_in()
    below(paper, "1", [f"RAND()+{n}" for n in range(5000)])
    assert marked(paper).total == 10
    assert len(seen) <= 2000


def test_rough_work_of_an_honest_student_is_calculated() -> None:
    paper = filled_in()
    true = float(exercise().true["E"][0, 0])
    rows = f'<row r="500"><c r="A500"><v>{true!r}</v></c><c r="B500"><f>SUM(A500:A900)</f></c></row>'
    paper.replace(
        paper.sheets["Setup"], lambda xml: xml.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    )
    paper.formula("E", 0, 0, "Setup!B500")
    found = marked(paper)
    assert found.total == 10
    assert found.notices == ()


@pytest.mark.parametrize("lesson", few("sgd", of=["two-hidden", "sgd", "regression"]))
def test_the_formulas_of_the_key_are_calculated(lesson: str) -> None:
    one = exercise(lesson)
    paper, key = Paper(content_of(one.book())), Paper(content_of(one.key()))
    for name, expr in one.blank.items():
        for i, j in np.ndindex(expr.shape):
            paper.like(key, name, i, j)
    found, _ = mark(one, paper.content())
    assert found.total == len(found.cells)
    assert found.notices == ()
