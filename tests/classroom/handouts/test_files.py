"""Files that are filled in are, byte for byte, those of workbooks that are rendered each by itself."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest

from mlp2xlsx.classroom import files
from mlp2xlsx.classroom.handouts import make_both
from mlp2xlsx.classroom.marking import mark
from mlp2xlsx.classroom.marking.marking import marked_book
from mlp2xlsx.classroom.marking.terms import usual_terms
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.classroom.settings.counting import Counting
from mlp2xlsx.classroom.settings.overrides import Override
from mlp2xlsx.classroom.settings.settings import HINT, MARK
from mlp2xlsx.classroom.variation import own_lesson
from mlp2xlsx.workbook.handout_stencil import HandoutStencil
from tests.cases import few
from tests.classroom.filling import right_answers, submitted, with_slip
from tests.classroom.lessons import ARTICLE, HAN, LESSONS, OF_OTHER_RULES, exercise

SMALL = LESSONS["and-or"]
# A name that is a text of the sheets, one that the file has to write in another way, and none at all.
STUDENTS = [
    HAN,
    Student("", "wh", "", (), "wh"),
    Student("_x0041_ <&>", " =1+1", "", (), "odd"),
    Student("", "", "", (), "handout"),
]
OPTIONS = {
    "all-steps": {},
    "some-steps": {"blank": [3, 5, 8]},
    "practice": {"practice": True},
    "formulas": {"formulas": True},
    "vary-data": {"vary_data": True},
    "exam": {"blank": [3, 5], "hints": ()},
    "one-hint": {"hints": ("note",)},
    "later": {"iteration": 3},
    "pseudonyms": {"pseudonyms": True},
    "second": {"number": 2},
}


@pytest.fixture(autouse=True, scope="module")
def _nothing_kept_before():
    """What one test has kept is filled in by the next ones, as it is in a class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_KEPT", files._Kept())
        yield


@pytest.fixture
def nothing_kept(monkeypatch):
    monkeypatch.setattr(files, "_KEPT", files._Kept())


def rendered(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def anew(asked):
    return rendered(asked.book()), rendered(asked.key())


def are_same_files(*exercises):
    # No assertion on the bytes: where it fails, pytest works for minutes on how they differ.
    return [make_both(asked) for asked in exercises] == [anew(asked) for asked in exercises]


@pytest.mark.parametrize("name", few("sgd", "one-by-one", of=LESSONS))
def test_of_every_lesson(name):
    lesson = LESSONS[name].replace(language="zh" if name == "sgd" else "en")
    assert are_same_files(*(exercise(lesson, student=student) for student in STUDENTS[:2]))


@pytest.mark.parametrize("kind", few("some-steps", "practice", "formulas", "pseudonyms", of=OPTIONS))
def test_with_every_option(kind):
    students = STUDENTS if kind == "some-steps" else STUDENTS[:2]
    assert are_same_files(*(exercise(SMALL, student=student, **OPTIONS[kind]) for student in students))


@pytest.mark.parametrize("scale", few("minmax", of=["minmax", "zscore"]))
def test_of_data_that_are_scaled_and_varied(scale):
    lesson = ARTICLE.replace(scale=scale, X_raw=ARTICLE.X + np.arange(12.0).reshape(3, 4))
    asked = [exercise(lesson, student=student, vary_data=True) for student in STUDENTS[:2]]
    assert not np.array_equal(asked[0].lesson.X_raw, asked[1].lesson.X_raw)
    assert are_same_files(*asked)


def test_of_wider_columns_where_a_students_numbers_are_larger(nothing_kept):
    lesson = SMALL.replace(X=[[1200, 1], [1, 0], [5, 1], [7, 0]])
    students = [replace(HAN, id=f"s{number}") for number in range(3, 6)]  # of one more than 1,000 is drawn
    assert are_same_files(*(exercise(lesson, student=student, vary_data=True) for student in students))
    assert len(files._KEPT.stencils) == 4  # two of handouts and two of keys


def halves(asked):
    """Some answers as formulas, some numbers, a text, and nothing."""
    filled = {name: values.tolist() for name, values in right_answers(asked).items()}
    first, second, third, *_ = filled
    filled[first][0][0], filled[second][0][0] = "=SUM(1,2)", "=1/0"
    filled[third][0][0] = "I don't know <&>"
    return filled | {name: [] for name in list(filled)[-2:]}


HANDED_IN = {
    "all-right": right_answers,
    "a-slip": with_slip,
    "all-kinds": halves,
    "nothing": lambda asked: {},
    "without-bounds": lambda asked: {name: values * 1e300 for name, values in right_answers(asked).items()},
}


@pytest.mark.parametrize("what", HANDED_IN)
def test_of_what_is_handed_back(what):
    for student in STUDENTS if what == "all-kinds" else STUDENTS[:2]:
        asked = exercise(SMALL, student=student)
        content = submitted(asked, HANDED_IN[what](asked))
        found, handed_back = mark(asked, content)
        again, book = marked_book(asked, content)
        assert (found, handed_back) == (again, rendered(book))


@pytest.mark.parametrize("name", few("one-by-one", of=["article", "one-by-one", *OF_OTHER_RULES]))
def test_of_what_is_handed_back_of_other_lessons(name):
    for language, student in zip(["en", "zh"], STUDENTS, strict=False):
        asked = exercise(
            LESSONS[name].replace(language=language), student=student, formulas=name == "article"
        )
        content = submitted(asked, with_slip(asked))
        assert mark(asked, content)[1] == rendered(marked_book(asked, content)[1])


@pytest.mark.parametrize("kind", few("exam", "later", of=OPTIONS))
def test_of_what_is_handed_back_with_every_option(kind):
    for student in STUDENTS[:2]:
        asked = exercise(SMALL, student=student, **OPTIONS[kind])
        content = submitted(asked, with_slip(asked))
        assert mark(asked, content)[1] == rendered(marked_book(asked, content)[1])


DECIDED = {
    "nothing": {},
    "hints": {"show": HINT},
    "marks-only": {"show": MARK},
    "formulas": {"formulas": True},
    "decimals": {"decimals": {3: 5}},
    "copied": {"copied": ("output_layer_input",)},
    "days-late": {"days_late": 2, "share": 0.8},
    "given": {"given": {3: Override(0.25, "<as agreed>"), None: Override(7.5)}},
    "points": {"counting": Counting({3: 2.0, 4: 1.0}, 20.0, frozenset({4}))},
}


def test_of_what_is_handed_back_on_all_terms_in_turn():
    asked = exercise(SMALL, blank=[3, 4])
    content = submitted(asked, {name: np.round(values, 3) for name, values in with_slip(asked).items()})
    terms = {what: replace(usual_terms(asked.assignment), **one) for what, one in DECIDED.items()}
    found = {what: mark(asked, content, terms=one)[1] for what, one in terms.items()}
    assert found == {what: rendered(marked_book(asked, content, terms=one)[1]) for what, one in terms.items()}
    assert len(set(found.values())) == len(DECIDED)


def without_weights(boxes):
    return lambda stencil, title: (each for each in boxes(stencil, title) if each[0] != "wout")


def test_a_cell_that_is_forgotten_would_be_seen(nothing_kept, monkeypatch):
    monkeypatch.setattr(HandoutStencil, "_boxes", without_weights(HandoutStencil._boxes))
    first, second = (exercise(SMALL, student=student) for student in STUDENTS[:2])
    assert are_same_files(first)  # of which all others are made
    assert not are_same_files(second)


@pytest.mark.parametrize("limit", few("_MOST_KEPT", of=["_MOST_KEPT", "_MOST_OPEN"]))
def test_a_few_are_kept_and_made_again_when_they_are_needed(nothing_kept, monkeypatch, limit):
    made = []
    monkeypatch.setattr(files, "HandoutStencil", lambda *asked: made.append(1) or HandoutStencil(*asked))
    monkeypatch.setattr(files, limit, 2)
    first, other = exercise(SMALL), exercise(SMALL, formulas=True)
    before = make_both(first)
    assert (make_both(first), len(made)) == (before, 2)
    make_both(other)
    assert len(files._KEPT.stencils) == 2
    assert (make_both(first), len(made)) == (before, 6)


def test_threads_do_not_disturb_each_other():
    asked = [exercise(SMALL, student=student) for student in STUDENTS[:2]]
    contents = [submitted(one, with_slip(one)) for one in asked]
    alone = [mark(one, content) for one, content in zip(asked, contents, strict=True)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(mark, asked * 2, contents * 2)) == alone * 2


def test_another_assignment_has_another_digest():
    assignment = exercise(SMALL).assignment
    others = {
        "lesson": own_lesson(SMALL, 1, "s001", vary_data=False),
        "seed": 8,
        "steps": (3,),
        "practice": True,
        "formulas": True,
        "vary_data": True,
        "number": 2,
        "pseudonyms": True,
        "hints": ("note",),
        "iteration": 3,
        "iterations": 2,
    }
    assert set(others) == {field.name for field in fields(assignment)}
    digests = {replace(assignment, **{name: value}).digest for name, value in others.items()}
    assert len(digests | {assignment.digest}) == 1 + len(others)
    assert exercise(SMALL).assignment.digest == assignment.digest
