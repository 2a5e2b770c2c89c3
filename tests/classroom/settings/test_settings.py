"""What a teacher decides: `class.toml` is written so that it can be read, and whatever is wrong in it is one line."""

from datetime import datetime

import pytest

from mlp2xlsx import resources
from mlp2xlsx.classroom.settings import Settings, read_settings, written_settings
from mlp2xlsx.classroom.settings.counting import Counting
from mlp2xlsx.classroom.settings.table import SETTINGS
from mlp2xlsx.errors import ClassError
from mlp2xlsx.xlsx.text_width import display_width

STEPS = (3, 4, 12)


def read(tmp_path, text):
    path = tmp_path / "class.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, STEPS)


@pytest.mark.parametrize("language", resources.languages())
def test_what_is_written_says_the_defaults(tmp_path, language):
    text = written_settings(language, {})
    assert read(tmp_path, text) == Settings()
    assert max(map(display_width, text.splitlines())) <= 130
    for setting in SETTINGS:
        assert text.count(f"{setting.key} = ") == 1


def test_without_its_remarks_every_line_can_be_said(tmp_path):
    lines = written_settings("en", {}).splitlines()
    keys = [setting.key for setting in SETTINGS]
    said = [line.removeprefix("# ") for line in lines if line.removeprefix("# ").partition(" = ")[0] in keys]
    found = read(tmp_path, "\n".join(said))
    assert len(said) == len(SETTINGS)
    assert (found.points, found.column, found.deadline) == (
        100,
        "Backprop handout (98765)",
        datetime(2030, 5, 31, 23, 59),
    )


def test_what_is_known_is_written_down(tmp_path):
    assert read(tmp_path, written_settings("en", {"pseudonyms": "true", "points": "20"})) == Settings(
        pseudonyms=True, points=20
    )


def test_no_file_says_the_defaults(tmp_path):
    assert read_settings(tmp_path / "class.toml", STEPS) == Settings()


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("weights = { 3 = 2, 12 = 0.5 }", "weights", {3: 2.0, 12: 0.5}),
        ("decimals = { 12 = 4 }", "decimals", {12: 4}),
        ("bonus = [12, 12]", "bonus", (12,)),
        ("deadline = 2030-05-31", "deadline", datetime(2030, 5, 31, 23, 59, 59)),
        ("deadline = 2030-05-31 08:00:00", "deadline", datetime(2030, 5, 31, 8)),
        ('show = "mark"', "show", "mark"),
    ],
)
def test_values(tmp_path, text, field, value):
    assert getattr(read(tmp_path, text), field) == value


REFUSED = {
    "unknown": ("weigths = {}", "unknown key weigths; expected one of points, column, {keys} (did you mean weights?)"),
    "points": ("points = 0", "points: found 0, expected a number above 0, up to 10000"),
    "kind": ('points = "ten"', 'points: found "ten" (a string), expected a number above 0, up to 10000'),
    "step": ("weights = { 5 = 2 }", "weights: found 5, expected the number of a step that is filled in (3, 4, 12)"),
    "no-step": ("weights = { three = 2 }", 'weights: found "three", expected the number of a step that is filled in (3, 4, 12)'),
    "weight": ("weights = { 3 = -1 }", "weights.3: found -1, expected a number from 0 to 1000"),
    "list": ("weights = [2]", "weights: found a list, expected a table such as {{ 3 = 2 }}"),
    "bonus": ("bonus = 12", "bonus: found 12, expected a list of steps, such as [12]"),
    "decimals": ("decimals = { 3 = 2.5 }", "decimals.3: found 2.5, expected a whole number from 0 to 12"),
    "word": ('copied = "zero"', 'copied: found "zero", expected "flagged" or "nothing"'),
    "time": ('deadline = "tomorrow"', 'deadline: found "tomorrow" (a string), expected a time such as 2030-05-31T23:59:00, or a day'),
    "nothing-counts": ("bonus = [3, 4, 12]", "weights and bonus leave no step that counts; expected one whose weight is above 0"),
    "by-date": ('late_is = "date"', 'late_is: found "date" without a deadline; expected deadline = a time'),
    "closes": (
        "deadline = 2030-05-31T12:00:00\ncloses = 2030-05-01T12:00:00",
        "closes: found 2030-05-01 12:00:00, expected a time after the deadline",
    ),
    "syntax": ("points = ", " line 1: Invalid value (at end of document)"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_one_line_with_file_and_key(tmp_path, text, message):
    with pytest.raises(ClassError) as caught:
        read(tmp_path, text)
    keys = ", ".join(setting.key for setting in SETTINGS[2:])
    expected = message.format(keys=keys)
    assert (
        str(caught.value) == f"{tmp_path / 'class.toml'}{'' if expected.startswith(' ') else ': '}{expected}"
    )


# From scores to points

HALF = {3: 1.0, 4: 0.5, 12: 0.0}


@pytest.mark.parametrize(
    ("settings", "possible", "total"),
    [
        (Settings(), 3, 1.5),
        (Settings(points=100), 100, 50),
        (Settings(weights={3: 2}), 4, 2.5),
        (Settings(weights={3: 2}, points=8), 8, 5),
        (Settings(bonus=(3,)), 2, 1.5),
        (Settings(bonus=(12,), points=10), 10, 7.5),
        (Settings(weights={4: 0}), 2, 1),
    ],
    ids=["none", "points", "weight", "both", "bonus-reached", "bonus-missed", "no-weight"],
)
def test_points(settings, possible, total):
    counting = Counting.of(settings, STEPS)
    assert counting.points == possible
    assert counting.total(HALF) == pytest.approx(total)


def test_a_bonus_adds_to_the_whole():
    assert Counting.of(Settings(bonus=(12,), points=10), STEPS).total(dict.fromkeys(STEPS, 1.0)) == 15
