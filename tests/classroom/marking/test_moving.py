"""Where only formulas count, they have to compute: with other inputs they move as the right ones do."""

import numpy as np
import openpyxl
import pytest

from mlp2xlsx.classroom.marking import mark, moving
from mlp2xlsx.classroom.marking import marking as marker
from tests.cases import few, few_values
from tests.classroom.filling import answer_places, formulas_of_key, handed_out, submitted
from tests.classroom.lessons import LESSONS, exercise

NAMES = (
    "article",
    "xor",
    "two-hidden",
    "regression",
    "sgd",
    "relu",
    "tanh",
    "softmax",
    "and-or",
    "no-biases",
)
FIRST = "hidden_layer_input"


def asked_of(name="article", **options):
    return exercise(LESSONS[name], formulas=True, **options)


@pytest.mark.parametrize("name", few("article", of=NAMES))
def test_right_formulas_count(name):
    asked = asked_of(name)
    found, _ = mark(asked, submitted(asked, formulas_of_key(asked)))
    assert found.total == len(found.cells)
    assert found.notices == ()


def first_cell(asked, formula, others=None):
    """What a formula in the first cell of step 3 is worth."""
    return mark(asked, submitted(asked, {FIRST: [[formula]]}, others))[0].cells[3][0]


def places(asked):
    """Addresses to write formulas with: `{lr}`, `{wh[0]}` and so on, and a cell beside the answers."""
    _, names = handed_out(asked)
    found = {
        name: f"'{names[name][0]}'!{names[name][1].ref.partition(':')[0]}" for name in ("lr", "initial_wh")
    }
    title, box = answer_places(asked)[FIRST]
    return found, (title, box.last_row + 60, box.col)


RIGHT = "INDEX(MMULT(X,wh)+bh,1,1)"
COUNTS = {
    "computed": f"={RIGHT}",
    "computed-in-parts": "=SUMPRODUCT(INDEX(X,1,1),INDEX(wh,1,1))+INDEX(X,1,2)*INDEX(wh,2,1)+INDEX(X,1,3)*INDEX(wh,3,1)"
    "+INDEX(X,1,4)*INDEX(wh,4,1)+INDEX(bh,1,1)",
    "rounded": f"=ROUND({RIGHT},2)",
    "rounded-to-4": f"=ROUND({RIGHT},4)",
    "with-its-own-zero": f"={RIGHT}+0*lr",
}
DOES_NOT = {
    "times-zero": "={number!r}+0*{lr}",
    "times-zero-of-the-weights": "={number!r}+0*SUM(wh)",
    "rounded": "=ROUND({number!r}+0*{lr},2)",
    "chosen": "=IF({lr}>0,{number!r},0)",
    "other-input": "={number!r}+{lr}-0.1",
    "minus-itself": "={number!r}+{initial_wh}-{initial_wh}",
    "moves-otherwise": "={number!r}*{initial_wh}/{weight!r}",
}


@pytest.mark.parametrize("formula", few_values("computed", "rounded", "with-its-own-zero", of=COUNTS))
def test_a_formula_that_computes_counts(formula):
    assert first_cell(asked_of(blank=[3]), formula) == 1


def written(asked, formula):
    values = {"number": float(asked.true[FIRST][0, 0]), "weight": float(asked.given["wh"][0, 0])}
    return formula.format(**places(asked)[0], **values)


@pytest.mark.parametrize(
    "formula", few_values("times-zero", "chosen", "minus-itself", "moves-otherwise", of=DOES_NOT)
)
def test_a_formula_that_only_gives_the_number_does_not(formula):
    asked = asked_of(blank=[3])
    assert first_cell(asked, written(asked, formula)) == 0


@pytest.mark.parametrize("formula", few_values("moves-otherwise", of=DOES_NOT))
def test_without_other_inputs_it_would(formula, monkeypatch):
    monkeypatch.setattr(
        marker, "moving", lambda exercise, answers, *_: {n: v == v for n, v in answers.items()}
    )
    asked = asked_of(blank=[3])
    assert first_cell(asked, written(asked, formula)) == 1


@pytest.mark.parametrize("computed", [True, False], ids=["a formula beside", "a number beside"])
def test_a_number_typed_beside_is_typed(computed):
    asked = asked_of(blank=[3])
    _, (title, row, col) = places(asked)
    beside = f"={RIGHT}" if computed else float(asked.true[FIRST][0, 0])
    address = openpyxl.utils.get_column_letter(col) + str(row)
    assert first_cell(asked, f"={address}", {(title, row, col): beside}) == int(computed)


def test_formulas_that_go_on_from_a_slip_count():
    asked = asked_of()
    filled = formulas_of_key(asked)
    filled[FIRST][0][0] += "+0.3"
    found, _ = mark(asked, submitted(asked, filled))
    assert found.cells[3] == (8, 9)
    assert {step: cells for step, cells in found.cells.items() if cells[0] < cells[1]} == {3: (8, 9)}


def test_formulas_after_typed_numbers_count():
    asked = asked_of()
    filled = formulas_of_key(asked) | {FIRST: np.round(asked.true[FIRST], 4).tolist()}
    found, _ = mark(asked, submitted(asked, filled))
    assert {step: cells for step, cells in found.cells.items() if cells[0] < cells[1]} == {3: (0, 9)}


ONLY_THE_NUMBER = {"times-zero": "={!r}+0*lr", "rounded": "=ROUND({!r}+0*lr,2)"}


@pytest.mark.parametrize("formula", few_values("rounded", of=ONLY_THE_NUMBER))
def test_formulas_that_only_give_the_numbers_earn_nothing_all_along(formula, monkeypatch):
    """What is computed from numbers that stand still stands still, too: these are changed by themselves."""
    asked = asked_of("and-or")
    filled = {
        name: [[formula.format(value) for value in row] for row in asked.true[name].tolist()]
        for name in asked.blank
    }
    content = submitted(asked, filled)
    assert mark(asked, content)[0].total == 0
    monkeypatch.setattr(moving, "_is_near", lambda own, *_: own == own)
    assert mark(asked, content)[0].total > 0


def test_the_student_is_told():
    asked = asked_of(blank=[3])
    _, book = marker.marked_book(asked, submitted(asked, {FIRST: [[written(asked, DOES_NOT["times-zero"])]]}))
    comment = book.context.handout.marked[FIRST].comment
    assert "The formula in [1, 1] gives the right number, but does not compute it" in comment
    assert "[1, 1] is" not in comment


def test_every_number_of_the_handout_is_changed():
    asked = asked_of()
    for nudge in moving.nudges(asked, marker.remade(asked)):
        assert all((nudge.given[name] != asked.given[name]).all() for name in asked.given)
        assert len(nudge.edits) == sum(values.size for values in asked.given.values())


@pytest.mark.parametrize("formulas", [True, False], ids=["only formulas", "numbers too"])
def test_where_numbers_may_be_typed_nothing_is_changed(formulas):
    asked = exercise(LESSONS["and-or"], formulas=formulas)
    found = marker.read_answers(
        asked,
        marker.contents_of(submitted(asked, {}), asked.most_cells),
        marker.remade(asked),
        only_formulas=formulas,
    )
    assert len(found.nudged) == (2 if formulas else 0)
