"""Several iterations in one handout: the second goes on with the student's own answers to the first."""

import io

import numpy as np
import pytest

from mlp2xlsx.classroom.exercise import check_iterations, steps_to_fill
from mlp2xlsx.classroom.files import file_of
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.marking import mark
from mlp2xlsx.classroom.marking.judging import FOLLOWS, RIGHT, judge
from mlp2xlsx.classroom.marking.terms import Terms
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.classroom.settings import Settings
from mlp2xlsx.cli import main
from mlp2xlsx.errors import UsageError
from mlp2xlsx.training import train
from tests.cases import few
from tests.classroom.filling import (
    differing,
    formulas_of_key,
    recalculated,
    right_answers,
    saved,
    submitted,
    with_slip,
)
from tests.classroom.lessons import ARTICLE, KEEPING, LESSONS, exercise

SHOWN = ("and-or", "two-hidden", "softmax", "iris")
WHOLE = sorted(
    name
    for name, lesson in LESSONS.items()
    if lesson.batch is None
    and not lesson.network.dropping
    and set(lesson.one_iteration.carried_names) == set(lesson.network.parameters())
)


def twice(lesson=ARTICLE, **options):
    return exercise(lesson, iterations=2, **options)


@pytest.fixture(scope="module")
def asked():
    return twice()


@pytest.mark.parametrize("name", few(*SHOWN, of=WHOLE))
def test_the_second_iteration_is_that_of_training(name):
    asked = twice(LESSONS[name])
    once = exercise(LESSONS[name])
    assert asked.given.keys() == once.given.keys()
    trace = train(once.lesson.replace(iterations=2))
    for result in once.lesson.one_iteration.computed:
        assert asked.true[result.name] == pytest.approx(trace[result.name][0])
        assert asked.true[f"it2_{result.name}"] == pytest.approx(trace[result.name][1])


@pytest.mark.parametrize("name", few("and-or", of=WHOLE))
def test_the_key_calculates_it(name, tmp_path):
    key = twice(LESSONS[name]).key()
    contents = saved(key, tmp_path / "key.xlsx")
    [found] = recalculated(contents, [{}])
    assert differing(key, contents, found) == []


@pytest.mark.parametrize("part", ["empty", "solved"])
def test_a_stencil_makes_the_same_file(part):
    asked, stream = twice(LESSONS["and-or"]), io.BytesIO()
    asked.marked(*getattr(asked, part)).save(stream)
    assert file_of(asked, *getattr(asked, part)) == stream.getvalue()


def test_its_sheets_are_counted_on_and_bring_nothing_in(asked):
    assert asked.assignment.steps == tuple(range(3, 23))
    book = asked.book()
    context = book.context
    assert context.step_titles[-1] == "Step 22"
    assert not any(step.brings_in for step in context.steps[12:])
    said = [context.titles["setup"], "Step 03", "Step 13"]
    texts = [[text for _, text in book.sheets[title].plain_values()] for title in said]
    assert any("2 iterations of training" in str(text) for text in texts[0])
    assert "The steps of 2 iterations" in texts[0]
    assert ["of 22 · Hidden layer input, iteration" in one[0] for one in texts[1:]] == [True, True]
    assert [step.iteration for step in context.steps] == [1] * 12 + [2] * 10


def test_right_answers_are_right_typed_and_in_formulas():
    asked = twice(LESSONS["and-or"])
    found, _ = mark(asked, submitted(asked, right_answers(asked)))
    assert (found.total, found.notices, found.mistakes) == (12, (), ())
    terms = Terms.of(Settings(formulas=True), asked.assignment)
    assert mark(asked, submitted(asked, formulas_of_key(asked)), terms=terms)[0].total == 12


def test_a_slip_in_the_first_iteration_follows_through_the_second(asked):
    judged = judge(asked, with_slip(asked))
    assert judged["hidden_layer_input"].n_counting < judged["hidden_layer_input"].marks.size
    later = {name: set(one.marks.ravel()) for name, one in judged.items() if name.startswith("it2_")}
    assert all(marks <= {RIGHT, FOLLOWS} for marks in later.values())
    assert any(FOLLOWS in marks for marks in later.values())


@pytest.mark.parametrize(
    ("name", "key", "wrong"),
    [
        ("it2_E", "sign_reversed", lambda true: -true["it2_E"]),
        (
            "it2_Error_at_hidden_layer",
            "updated_weights",
            lambda true: true["it2_d_output"] @ true["it2_next_wout"].T,
        ),
        ("it2_next_wh", "not_added", lambda true: true["it2_next_wh"] - true["next_wh"]),
    ],
)
def test_mistakes_have_their_names_in_the_second_as_well(asked, name, key, wrong):
    found = judge(asked, right_answers(asked) | {name: wrong(asked.true)})
    assert found[name].mistake == key
    assert not found["E"].mistake


def test_trivial_numbers_in_the_first_earn_nothing_in_the_second(asked):
    nines = {name: np.full(values.shape, 9.0) for name, values in right_answers(asked).items()}
    assert sum(one.n_counting for one in judge(asked, nines).values()) == 0


@pytest.mark.parametrize(
    ("lesson", "span", "message"),
    [
        ("article", (1, 6), "found 6 iterations, expected 1 to 5 in one handout"),
        ("article", (1, 0), "found 0 iterations"),
        ("batches", (1, 2), "starts a later iteration from its batches as well; expected 1"),
        ("momentum", (1, 2), "carries more than weights from one iteration to the next; expected a single"),
    ],
    ids=["many", "none", "batches", "momentum"],
)
def test_iterations_that_cannot_be(lesson, span, message):
    with pytest.raises(UsageError, match=message):
        check_iterations((LESSONS | KEEPING)[lesson], *span)


def test_a_step_of_the_second_alone():
    assert steps_to_fill(ARTICLE, [13, 22], 2) == (13, 22)
    with pytest.raises(UsageError, match="step 23 does not exist; expected steps from 3 to 22"):
        steps_to_fill(ARTICLE, [23], 2)


def test_a_class_from_the_command_to_the_grades(tmp_path, capsys):
    words = ["handout", str(tmp_path / "class"), "--lesson", "and-or", "--seed", "3", "--iteration", "2-3"]
    assert main(words) == 0
    home = ClassFolder(tmp_path / "class")
    [asked] = load_records(home).exercises()
    assert asked.assignment.span == range(2, 4)
    assert all(name in asked.blank for name in ("output", "it3_output"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.xlsx").write_bytes(submitted(asked, right_answers(asked)))
    grades = grade(home.path, tmp_path / "in", tmp_path / "grades.csv")
    assert [one.total for one in grades.standings] == [grades.points] == [len(asked.assignment.steps)]
    with pytest.raises(SystemExit):
        main([*words[:-1], "3-2"])
    assert 'found "3-2", expected a number, or two as in 1-2' in capsys.readouterr().err
    handout(home.path, LESSONS["and-or"], seed=3, iteration=2, iterations=2)  # the same again
