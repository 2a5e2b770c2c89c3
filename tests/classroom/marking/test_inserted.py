"""Rows that a student inserts: what was right stays right, whoever made room for something."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from mlp2xlsx.classroom.marking import mark, marking
from mlp2xlsx.classroom.marking.inserted import without_inserted_rows
from mlp2xlsx.classroom.originals import remade
from mlp2xlsx.classroom.submissions.contents import contents_of
from tests.cases import few
from tests.classroom.filling import answer_places, formulas_of_key, right_answers, submitted
from tests.classroom.lessons import LESSONS, exercise
from tests.classroom.office import work

pytestmark = pytest.mark.needs("soffice")
LESSON = LESSONS["article"]
BLANK = [3, 4, 5]
FIRST = "hidden_layer_input"


@pytest.fixture(scope="module")
def asked():
    return exercise(LESSON, blank=BLANK)


def places(asked):
    """The sheet of step 3, and rows above, in and below its matrix."""
    title, box = answer_places(asked)[FIRST]
    return title, {
        "above": box.row,
        "in": box.row + 1,
        "last": box.last_row,
        "below": box.last_row + 1,
        "top": 2,
    }


CASES = [
    "-".join(case) for case in product(["typed", "formulas"], ["top", "above", "in", "last", "below"], "13")
]
FAST = ("typed-top-3", "typed-above-1", "typed-below-3", "formulas-in-1", "formulas-last-1")


@pytest.fixture(scope="module")
def handed_in(asked, tmp_path_factory):
    """What LibreOffice saves; it runs once for the fast cases, and once for all others."""

    @cache
    def folder_of(fast):
        folder = tmp_path_factory.mktemp("inserted")
        with_rows(asked, folder, [case for case in CASES if (case in FAST) is fast])
        return folder

    return lambda case: (folder_of(case in FAST) / f"{case}.xlsx").read_bytes()


def with_rows(asked, folder, cases):
    """Submit typed numbers or formulas, and insert some rows in LibreOffice."""
    formulas = formulas_of_key(asked)
    typed = {name: np.round(values, 3) for name, values in right_answers(asked).items()}
    for kind, filled in (("typed", typed), ("formulas", formulas)):
        (folder / f"{kind}.xlsx").write_bytes(submitted(asked, filled))
    title, rows = places(asked)
    lines = []
    for case in cases:
        kind, where, count = case.split("-")
        lines += [
            ("open", str(folder / f"{kind}.xlsx")),
            ("rows", title, str(rows[where]), count),
            ("save", str(folder / f"{case}.xlsx")),
        ]
    work(folder, lines)


@pytest.mark.parametrize("case", few(*FAST, of=CASES))
def test_a_right_matrix_stays_right(asked, handed_in, case):
    found, _ = mark(asked, handed_in(case))
    assert found.total == len(BLANK)
    assert found.notices == ()


def test_where_they_are_not_taken_out_it_would_not(asked, handed_in, monkeypatch):
    monkeypatch.setattr(marking, "without_inserted_rows", lambda contents, original: contents)
    found, _ = mark(asked, handed_in("typed-above-1"))
    assert found.cells[3][0] < 9
    assert [key for key, _ in found.notices] == ["tampered", "surroundings"]


def test_other_inputs_reach_the_formulas_in_a_moved_sheet(asked, handed_in):
    only = exercise(LESSON, blank=BLANK, formulas=True)
    assert mark(only, handed_in("formulas-in-1"))[0].total == len(BLANK)


def test_what_nobody_has_changed_is_left_as_it_is(asked):
    contents = contents_of(submitted(asked, right_answers(asked)), asked.most_cells)
    assert without_inserted_rows(contents, remade(asked)) is contents
