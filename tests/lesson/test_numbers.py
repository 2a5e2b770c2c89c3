"""The settable numbers of a lesson: which are said, which are read, and what follows from saying one."""

import pytest

from mlp2xlsx import load, parse
from mlp2xlsx.errors import LessonError

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
            'my.toml: training.l2_penalty: nothing reads it with optimizer = "gd"; it is for l2',
        ),
        (
            'optimizer = "adam"\nbeta1 = 1',
            "my.toml: training.beta1: found 1, expected a number above 0 and below 1",
        ),
    ],
    ids=["momentum", "beta1", "l2_penalty", "out-of-range"],
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
