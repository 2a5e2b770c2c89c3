"""The answers are not in a handout: not hidden, not cached, not named, not listed."""

from collections.abc import Callable
from functools import cache

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

import mlp2xlsx
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.roster import Student
from tests.cases import few
from tests.classroom.filling import name_place
from tests.classroom.leaking import content_of, leaks
from tests.classroom.papers import Paper
from tests.classroom.ways import book_of, saved

LESSONS = ("article", "xor", "two-hidden", "sgd", "regression")
KINDS = {
    "all": {},
    "all-practice": {"practice": True},
    "one-practice": {"practice": True, "blank": -3},
    "one": {"blank": 3},
    "varied-formulas": {"vary_data": True, "formulas": True},
}
SOME = [
    (lesson, kind) for lesson in LESSONS for kind in KINDS if lesson == "article" or kind == "all-practice"
]


some = pytest.mark.parametrize(
    ("lesson", "kind"),
    few(
        *("article-all", "article-all-practice", "article-varied-formulas"),
        of=[pytest.param(*one, id="-".join(one)) for one in SOME],
    ),
)
practised = pytest.mark.parametrize(
    ("lesson", "kind"),
    few(
        "article-all-practice",
        of=[pytest.param(*one, id="-".join(one)) for one in SOME if one[1].endswith("practice")],
    ),
)


@cache
def exercises(lesson: str, kind: str) -> list[Exercise]:
    """Three students of one class."""
    options: dict[str, int] = dict(KINDS[kind])
    loaded = mlp2xlsx.load(lesson).replace(iterations=1, show=())
    steps = steps_to_fill(loaded)
    if "blank" in options:
        steps = (steps[options.pop("blank")],)
    assignment = Assignment(loaded, 5, steps, **{name: bool(value) for name, value in options.items()})
    return [Exercise(assignment, Student(f"s{n}", f"Student {n}", "", (), f"s{n}")) for n in range(3)]


@cache
def contents(lesson: str, kind: str) -> list[bytes]:
    return [content_of(exercise.book()) for exercise in exercises(lesson, kind)]


@some
def test_nothing_of_the_key(lesson: str, kind: str) -> None:
    content, *others = contents(lesson, kind)
    assert leaks(exercises(lesson, kind)[0], content, others) == []


@some
def test_the_key_itself_is_full_of_it(lesson: str, kind: str) -> None:
    exercise = exercises(lesson, kind)[0]
    _, *others = contents(lesson, kind)
    found = leaks(exercise, content_of(exercise.key()), others)
    assert len(found) >= len(exercise.unsure)


def test_nothing_is_hidden_but_formulas() -> None:
    book = book_of(contents("article", "all-practice")[0])
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert not any(name.hidden for name in book.defined_names.values())
    assert not any(dimension.hidden for sheet in book for dimension in sheet.row_dimensions.values())
    assert not any(dimension.hidden for sheet in book for dimension in sheet.column_dimensions.values())


@practised
def test_checking_formulas_are_hidden(lesson: str, kind: str) -> None:
    content, exercise = contents(lesson, kind)[0], exercises(lesson, kind)[0]
    book, paper = book_of(content), Paper(content)
    for name in exercise.blank:
        sheet, _ = paper.names[name]
        cell = book[sheet].cell(*name_place(exercise, name))
        assert cell.data_type == "f"
        assert cell.protection.hidden
        assert cell.protection.locked
        assert book[sheet].protection.sheet
    hidden = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.protection.hidden]
    # One for each matrix, and one for each of its cells.
    assert len(hidden) == sum(1 + exercise.true[name].size for name in exercise.blank)


def test_without_practice_there_is_nothing_to_hide() -> None:
    book = book_of(contents("article", "all")[0])
    assert not any(cell.protection.hidden for sheet in book for row in sheet.iter_rows() for cell in row)


# The search finds an answer wherever it is put


def as_name(book: openpyxl.Workbook, answer: float) -> None:
    book.defined_names["hint"] = DefinedName("hint", attr_text=f"{answer:.4f}")


def as_property(book: openpyxl.Workbook, answer: float) -> None:
    book.properties.description = f"see {answer:.3f}"


def as_hidden_sheet(book: openpyxl.Workbook, answer: float) -> None:
    sheet = book.create_sheet("Notes")
    sheet.sheet_state = "veryHidden"
    sheet["Z99"] = answer


def as_list(book: openpyxl.Workbook, answer: float) -> None:
    rule = DataValidation(type="list", formula1=f'"0.11,{answer:.2f}"')
    rule.add("A1")
    book["Step 04"].add_data_validation(rule)


def as_comma(book: openpyxl.Workbook, answer: float) -> None:
    book["Setup"]["A60"] = f"{answer:.3f}".replace(".", ",")


def as_condition(book: openpyxl.Workbook, answer: float) -> None:
    book["Setup"]["A60"] = f"=IF(hiddenlayer_activations={answer!r},1,0)"


@cache
def saved_again() -> bytes:
    """A handout with nothing planted in it, as openpyxl saves it."""
    return saved(book_of(contents("article", "all")[0]))


@pytest.mark.parametrize("plant", [as_name, as_property, as_hidden_sheet, as_list, as_comma, as_condition])
def test_an_answer_in_it_is_found(plant: Callable[[openpyxl.Workbook, float], None]) -> None:
    exercise, others = exercises("article", "all")[0], contents("article", "all")[1:]
    book = book_of(contents("article", "all")[0])
    assert leaks(exercise, saved_again(), others) == []
    plant(book, float(exercise.true["hiddenlayer_activations"][0, 0]))
    assert len(leaks(exercise, saved(book), others)) == 1


def test_a_cached_answer_is_found() -> None:
    exercise, (content, *others) = exercises("article", "all")[0], contents("article", "all")
    answer = float(exercise.true["E"][0, 0])
    paper = Paper(content)
    paper.formula("E", 0, 0, paper.written("{y[0]}-{output[0]}"), answer)
    [found] = leaks(exercise, paper.content(), others)
    assert found == f"{paper.sheets['Step 06']}: {abs(answer):.12g}"
