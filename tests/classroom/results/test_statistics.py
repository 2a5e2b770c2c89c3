"""How a class did, worked out by hand beside it."""

import numpy as np
import pytest

from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.statistics import statistics_of
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.classroom.settings import Settings
from mlp2xlsx.classroom.settings.overrides import Override
from tests.classroom.lessons import exercise
from tests.classroom.results.standings import mark_of, standings_of

SCORES = {"a": (4, 4, 4), "b": (4, 4, 2), "c": (4, 1, 1), "d": (4, 0, 0)}
STUDENTS = tuple(Student(name, name.upper(), "", (name,), name) for name in "abcde")
RECORDS = Records(exercise(blank=[3, 4, 5]).assignment, ("id",), STUDENTS)


def marks(judged=None, mistakes=None):
    return {
        name: mark_of(
            name, (mistakes or {}).get(name, ()), (judged or {}).get(name), s3=(a, 4), s4=(b, 4), s5=(c, 4)
        )
        for name, (a, b, c) in SCORES.items()
    }


def figures(settings=None, **given):
    return statistics_of(standings_of(RECORDS, marks(), settings, **given))


def test_totals():
    found = figures()
    assert (found.mean, found.median) == (pytest.approx((3 + 2.5 + 1.5 + 1) / 4, abs=0.01), 2)
    assert found.bins == (0, 0, 0, 1, 0, 1, 0, 0, 1, 1)
    assert figures(Settings(points=30)).median == 20
    assert figures(e={None: Override(3)}).bins[-1] == 2


def test_steps():
    found = figures().steps
    assert [round(found[step].mean, 4) for step in (3, 4, 5)] == [1, 0.5625, 0.4375]
    assert found[3].discrimination is None  # all have the same
    scores = np.array(list(SCORES.values())) / 4
    expected = np.corrcoef(scores[:, 1], scores[:, 0] + scores[:, 2])[0, 1]
    assert found[4].discrimination == pytest.approx(expected)


def test_who_knows_the_rest_and_not_this_makes_it_negative():
    upside_down = {
        name: mark_of(name, s3=(a, 4), s4=(b, 4), s5=(4 - c, 4)) for name, (a, b, c) in SCORES.items()
    }
    found = statistics_of(standings_of(RECORDS, upside_down)).steps
    assert found[5].discrimination < 0 < figures().steps[5].discrimination


def test_cells():
    judged = {
        "a": {"E": [["right", "right"]]},
        "b": {"E": [["follows", "wrong"]]},
        "c": {"E": [["right", "unanswered"]]},
        "d": {"E": [["wrong", "wrong"]]},
    }
    [[first, second]] = statistics_of(standings_of(RECORDS, marks(judged))).cells["E"]
    assert (first.mean, second.mean) == (0.75, 0.25)
    assert first.discrimination == pytest.approx(1 / 3)


def test_marks_of_an_older_version_know_no_cells():
    assert figures().cells == {}


def test_mistakes_name_who_made_them():
    made = {
        "b": [(5, "output", "bias_forgotten")],
        "d": [(5, "output", "bias_forgotten"), (4, "E", "sign_reversed")],
    }
    found = statistics_of(standings_of(RECORDS, marks(mistakes=made))).mistakes
    assert found == {4: [("sign_reversed", ["D (d)"])], 5: [("bias_forgotten", ["B (b)", "D (d)"])]}


def test_of_two_nothing_is_told_apart():
    two = {name: mark for name, mark in marks().items() if name in "ab"}
    assert {item.discrimination for item in statistics_of(standings_of(RECORDS, two)).steps.values()} == {
        None
    }


def test_nobody():
    found = statistics_of(standings_of(RECORDS, {}))
    assert (found.mean, found.median, sum(found.bins), found.steps, found.cells) == (0, 0, 0, {}, {})
