"""Handouts whose sheets a student has renamed: known again, and marked as if nothing had happened."""

from collections.abc import Callable

import pytest

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.marking import mark
from mlp2xlsx.classroom.originals import known_places, remade
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.classroom.submissions.contents import contents_of
from mlp2xlsx.classroom.submissions.opening import open_submission
from tests.cases import few
from tests.classroom.filling import answer_places, handed_out, right_answers, submitted, with_slip
from tests.classroom.lessons import LESSONS, exercise
from tests.xlsx.editing import Package

NEW = {"setup": "我的练习 & Co", "step_03": "C", "step_04": "Übung 'zwei'"}


@pytest.fixture(scope="module", params=few("zh", of=["en", "zh"]))
def asked(request: pytest.FixtureRequest) -> Exercise:
    return exercise(LESSONS["article"].replace(language=request.param), blank=[3, 4, 5])


def renamed(asked: Exercise, content: bytes, titles: dict[str, str] = NEW) -> Package:
    package, (_, names) = Package(content), handed_out(asked)
    for key, new in titles.items():
        title, _ = names[f"sheet_{key}"]
        package.rename(title, new)
    return package


def formulas(asked: Exercise) -> dict[str, list[list[str]]]:
    """Answers that read the sheet before by its title."""
    filled: dict[str, list[list[str]]] = {
        name: values.tolist() for name, values in right_answers(asked).items()
    }
    title, box = answer_places(asked)["hidden_layer_input"]
    cells = [[f"='{title}'!{cell}" for cell in row] for row in box_cells(box)]
    filled["hiddenlayer_activations"] = [[f"=1/(1+EXP(-{cell[1:]}))" for cell in row] for row in cells]
    return filled


def box_cells(box) -> list[list[str]]:
    letters = [chr(ord("A") + col - 1) for col in range(box.col, box.last_col + 1)]
    return [[f"{letter}{row}" for letter in letters] for row in range(box.row, box.last_row + 1)]


@pytest.mark.parametrize("answers", [right_answers, with_slip, formulas])
def test_it_is_marked_as_it_was(asked: Exercise, answers: Callable[[Exercise], dict[str, object]]) -> None:
    content = submitted(asked, answers(asked))
    before, _ = mark(asked, content)
    after, _ = mark(asked, renamed(asked, content).content())
    assert after == before
    assert after.total > 1.5


def test_a_locked_cell_that_was_changed_is_told_by_the_title_of_now(asked: Exercise) -> None:
    package = renamed(asked, submitted(asked, right_answers(asked)))
    sheet, address = package.where("lr")
    package.at("lr").value(7.0)
    found, _ = mark(asked, package.content())
    assert (sheet, found.notices) == (NEW["setup"], (("tampered", f"{sheet}!{address}"),))


def test_numbers_that_test_nothing_are_told_by_the_title_of_now(asked: Exercise) -> None:
    nothing = {name: values * 0 + 9 for name, values in right_answers(asked).items()}
    nothing |= {name: nothing[name] / 9 for name in ("hiddenlayer_activations", "output")}
    found, _ = mark(asked, renamed(asked, submitted(asked, nothing)).content())
    assert ("trivial", NEW["step_04"]) in found.notices


def test_where_names_are_lost_it_would_not(asked: Exercise) -> None:
    package = renamed(asked, submitted(asked, right_answers(asked)))
    package.replace("xl/workbook.xml", lambda data: data.replace(b'name="sheet_', b'name="tab_'))
    found, _ = mark(asked, package.content())
    assert found.total < 3
    assert [key for key, _ in found.notices] == ["tampered"]


def test_its_owner_is_known_by_the_weights(asked: Exercise, tmp_path) -> None:
    """Somebody has overwritten the id; the numbers that the handout starts from tell whose it is."""
    records = Records(asked.assignment, ("id",), (asked.student,))
    home = ClassFolder(tmp_path)
    home.handouts.mkdir()
    (home.handouts / f"{asked.student.file}.xlsx").write_bytes(handed_out(asked)[0])
    known = known_places(home, records)
    content = submitted(asked, right_answers(asked))
    package = renamed(asked, content)
    package.at("handout").value("lost")
    plain, other = (
        open_submission(known, asked.most_cells, (None, one)) for one in (content, package.content())
    )  # type: ignore[arg-type]
    assert (other.ident, other.numbers, other.filled) == ("LOST", plain.numbers, True)
    assert plain.ident == asked.ident


def test_nothing_is_done_where_nothing_was_renamed(asked: Exercise) -> None:
    given = remade(asked)
    contents = contents_of(submitted(asked, {}), asked.most_cells)
    assert given.called_as_in(contents) is given
