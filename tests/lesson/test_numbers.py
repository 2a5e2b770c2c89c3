"""The settable numbers of a lesson: which are said, which are read, and what follows from saying one."""

import pytest

from mlp2xlsx import load, parse
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import override

DATA = "[data]\nX = [[0, 1]]\ny = [[1]]\n[training]\n"


def lesson_with(text):
    return parse(DATA + text, "my.toml", "my")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "momentum = 0.5",
            'my.toml: training.momentum: nothing reads it with optimizer = "gd"; it is for momentum and nesterov',
        ),
        (
            'optimizer = "momentum"\nbeta1 = 0.5',
            'my.toml: training.beta1: nothing reads it with optimizer = "momentum"; it is for adam and adamw',
        ),
        (
            'penalties = ["l1"]\nl2_penalty = 0.1',
            'my.toml: training.l2_penalty: nothing reads it with penalties = ["l1"]; it is for l2',
        ),
        (
            "penalty_from = 5",
            "my.toml: training.penalty_from: there is no penalty that could begin; "
            "expected l2_penalty or l1_penalty as well",
        ),
        (
            "lr_decay = 0.5",
            'my.toml: training.lr_decay: nothing reads it with schedule = "constant"; '
            "it is for step and exponential",
        ),
        (
            "lr = 0.5\nlr_table = [[1, 0.5]]",
            'my.toml: training.lr: schedule = "table" takes the learning rates from lr_table; '
            "expected one of the two",
        ),
        (
            'schedule = "cosine"\nlr_table = [[1, 0.5]]',
            'my.toml: training.lr_table: nothing reads it with schedule = "cosine"; it is for table',
        ),
        (
            'schedule = "table"',
            'my.toml: training.schedule: found "table", but there is no table of learning rates; '
            "expected lr_table = [[1, 0.5], [100, 0.1]] or other rows of an iteration and a rate",
        ),
        (
            "lr_table = 0.5",
            "my.toml: training.lr_table: found 0.5, expected rows such as [[1, 0.5], [100, 0.1]]",
        ),
        (
            "lr_table = [[1, 0.5], [2]]",
            "my.toml: training.lr_table row 2: found a list, expected two numbers, such as [1, 0.5]",
        ),
        (
            "lr_table = [[1, 0.5], [1, 0.1]]",
            "my.toml: training.lr_table row 2: iteration: found 1, expected a whole number from 2 on",
        ),
        (
            "lr_table = [[2, 0.5]]",
            "my.toml: training.lr_table row 1: iteration: found 2, expected 1, the first iteration",
        ),
        (
            "lr_table = [[1, 0.5], [2.5, 0.5]]",
            "my.toml: training.lr_table row 2: iteration: found 2.5, expected a whole number from 2 on",
        ),
        (
            "lr_table = [[1, 0]]",
            "my.toml: training.lr_table row 1: lr: found 0, expected a number above 0",
        ),
        (
            'optimizer = "adam"\nbeta1 = 1',
            "my.toml: training.beta1: found 1, expected a number above 0 and below 1",
        ),
    ],
    ids=[
        *(
            "momentum",
            "beta1",
            "l2_penalty",
            "no-penalty",
            "lr_decay",
            "lr-and-table",
            "table-of-another",
            "no-table",
        ),
        *(
            "no-rows",
            "short-row",
            "not-ascending",
            "not-from-1",
            "no-whole-number",
            "no-rate",
            "out-of-range",
        ),
    ],
)
def test_a_number_that_nothing_reads_is_refused(text, said):
    with pytest.raises(LessonError) as caught:
        lesson_with(text)
    assert str(caught.value) == said


def test_a_number_that_is_read_is_taken():
    lesson = lesson_with('optimizer = "nesterov"\nmomentum = 0.5')
    assert dict(lesson.scalars) == {"lr": 0.1, "momentum": 0.5}


def test_the_strength_of_a_penalty_asks_for_it():
    lesson = lesson_with("l1_penalty = 0.5")
    assert (lesson.penalties, lesson.scalars["l1_penalty"]) == (("l1",), 0.5)
    assert load("article").penalties == ()


def test_another_optimiser_leaves_numbers_behind_that_it_does_not_read():
    adam = load("article").replace(optimizer="adam", beta1=0.8)
    assert adam.replace(optimizer="adamw").scalars["beta1"] == 0.8
    assert dict(adam.replace(optimizer="gd").scalars) == {"lr": 0.1}
    with pytest.raises(LessonError, match="nothing reads it"):
        adam.replace(optimizer="gd", beta1=0.8)


def test_what_is_written_reads_the_same():
    lesson = load("article").replace(optimizer="adamw", weight_decay=0.2, l2_penalty=0.3)
    again = parse(lesson.to_toml(), "again.toml", "again")
    assert (again.optimizer, again.penalties, again.scalars) == ("adamw", ("l2",), lesson.scalars)


def test_another_schedule_leaves_the_table_behind():
    table = load("article").replace(lr_table=[[1, 0.5], [9, 0.1]])
    assert (table.schedule, dict(table.scalars)) == ("table", {})
    cosine = table.replace(schedule="cosine")
    assert dict(cosine.scalars) == {"lr": 0.1, "lr_period": 1000}
    assert "lr_table" not in cosine.to_toml()
    again = parse(table.to_toml(), "again.toml", "again")
    assert (again.schedule, again.lr_table) == ("table", ((1.0, 0.5), (9.0, 0.1)))


def test_the_command_line_chooses_optimiser_and_schedule():
    adam = load("article").replace(optimizer="adam", beta1=0.8)
    assert override(adam, optimizer="gd").optimizer == "gd"
    assert override(adam, schedule="cosine").schedule == "cosine"
    with pytest.raises(LessonError) as caught:
        override(adam, schedule="table")
    assert str(caught.value).startswith('--schedule: found "table", but there is no table')
    with pytest.raises(LessonError) as caught:
        override(load("article"), optimizer="adam_w")
    assert str(caught.value).startswith('--optimizer: found "adam_w", expected "gd", "momentum"')


def test_a_lesson_may_say_when_penalties_begin():
    lesson = lesson_with("l2_penalty = 0.5\npenalty_from = 5")
    assert dict(lesson.scalars) == {"lr": 0.1, "l2_penalty": 0.5, "penalty_from": 5}
    again = parse(lesson.to_toml(), "again.toml", "again")
    assert (again.penalties_later, again.scalars) == (True, lesson.scalars)
    assert "penalty_from" not in lesson_with("l2_penalty = 0.5").scalars
