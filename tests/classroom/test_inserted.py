"""Rows that a student inserts: what was right stays right, whoever made room for something."""

import numpy as np
import openpyxl
import pytest

from mlp2xlsx.classroom.marking import mark, marking
from mlp2xlsx.classroom.marking.inserted import without_inserted_rows
from mlp2xlsx.classroom.originals import remade
from mlp2xlsx.classroom.submissions.contents import contents_of
from tests.classroom.filling import answer_places, right_answers, submitted
from tests.classroom.lessons import LESSONS, exercise
from tests.classroom.office import work
from tests.fixtures.making import rows_of

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


@pytest.fixture(scope="module")
def handed_in(asked, tmp_path_factory):
    """What LibreOffice saves: typed numbers or formulas, and then some rows inserted."""
    folder = tmp_path_factory.mktemp("inserted")
    with (folder / "key.xlsx").open("wb") as stream:
        asked.key().save(stream)
    book = openpyxl.load_workbook(folder / "key.xlsx")
    formulas = {name: [[cell.value for cell in row] for row in rows_of(book, name)] for name in asked.blank}
    typed = {name: np.round(values, 3) for name, values in right_answers(asked).items()}
    title, rows = places(asked)
    lines = []
    for kind, filled in (("typed", typed), ("formulas", formulas)):
        (folder / f"{kind}.xlsx").write_bytes(submitted(asked, filled))
        for where, row in rows.items():
            for count in (1, 3):
                lines += [
                    ("open", str(folder / f"{kind}.xlsx")),
                    ("rows", title, str(row), str(count)),
                    ("save", str(folder / f"{kind}-{where}-{count}.xlsx")),
                ]
    work(folder, lines)
    return folder


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("where", ["top", "above", "in", "last", "below"])
@pytest.mark.parametrize("kind", ["typed", "formulas"])
def test_a_right_matrix_stays_right(asked, handed_in, kind, where, count):
    found, _ = mark(asked, (handed_in / f"{kind}-{where}-{count}.xlsx").read_bytes())
    assert found.total == len(BLANK)
    assert found.notices == ()


def test_where_they_are_not_taken_out_it_would_not(asked, handed_in, monkeypatch):
    monkeypatch.setattr(marking, "without_inserted_rows", lambda contents, original: contents)
    found, _ = mark(asked, (handed_in / "typed-above-1.xlsx").read_bytes())
    assert found.cells[3][0] < 9
    assert [key for key, _ in found.notices] == ["tampered"]


def test_other_inputs_reach_the_formulas_in_a_moved_sheet(asked, handed_in):
    only = exercise(LESSON, blank=BLANK, formulas=True)
    assert mark(only, (handed_in / "formulas-in-1.xlsx").read_bytes())[0].total == len(BLANK)


def test_what_nobody_has_changed_is_left_as_it_is(asked):
    contents = contents_of(submitted(asked, right_answers(asked)), asked.most_cells)
    assert without_inserted_rows(contents, remade(asked)) is contents
