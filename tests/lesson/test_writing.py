"""A lesson written and read again is the same; garbage is a lesson or one line."""

import random

import numpy as np
import pytest

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import Lesson, load, parse
from mlp2xlsx.resources import lesson_path
from tests.lesson.helpers import DATA, changed_fields, of

AWKWARD = [
    0.1,
    1 / 3,
    5e-324,
    1.7976931348623157e308,
    -0.0,
    1e16,
    1e22,
    1e-7,
    123456789.123456789,
    2.0**-1074,
    3.0,
]


def awkward_lesson():
    text = f"""
title = 'quote " backslash \\ apostrophe \u2019 brace {{}} 异或 🙂 \\n # ='
text = "one\\ntwo \\"three\\" \\\\ 四\\n"
purpose = "é"
[data]
X = [{AWKWARD}, {AWKWARD[::-1]}]
y = [[1, 0], [0, 1]]
[network]
hidden = [2, 3]
[initial]
bh_2 = [0.1, 1e-300, -5]
wout = [[1, 2], [3, 4], [5, 6]]
[training]
iterations = 7
lr = 0.30000000000000004
batch = 2
seed = 4294967295
[display]
decimals = 2
[zh]
title = "异或"
[en]
"""
    return of(text, name="awkward")


@pytest.mark.parametrize(
    "lesson", [awkward_lesson, lambda: load("article"), lambda: of(DATA)], ids=["awkward", "article", "bare"]
)
def test_written_and_read_again_it_is_the_same(lesson):
    lesson = lesson()
    again = parse(lesson.to_toml(), "anything", lesson.name)
    assert not changed_fields(lesson, again)
    assert again.to_toml() == lesson.to_toml()
    parameters = zip(lesson.initial_parameters().items(), again.initial_parameters().items(), strict=True)
    assert all(a == b and np.array_equal(x, y) for (a, x), (b, y) in parameters)


def test_the_comparison_sees_the_last_bit():
    lesson = awkward_lesson()
    text = lesson.to_toml().replace("0.3333333333333333", "0.33333333333333337")
    assert changed_fields(lesson, parse(text, "anything", "awkward")) == {"X"}


@pytest.mark.parametrize("seed", range(20))
def test_random_matrices_survive(seed):
    bits = np.random.default_rng(seed).integers(0, 2**64, size=(5, 4), dtype=np.uint64)
    values = bits.view(np.float64)
    values[~np.isfinite(values)] = 0
    lesson = of(DATA).replace(X=values, y=values[:, :2])
    assert lesson.X.tobytes() == values.tobytes()
    assert not changed_fields(lesson, of(lesson.to_toml()))


# Garbage

PIECES = [
    *(
        "[",
        "]",
        "[[",
        "]]",
        '"',
        "'",
        "'''",
        "=",
        ",",
        ".",
        "#",
        "\n",
        "\r",
        "\x00",
        "\t",
        "{",
        "}",
        "-",
        "_",
    ),
    *("1", "0", "1e999", "-inf", "nan", "0x", "9" * 400, "9" * 5000, "true", "false", "1979-05-27T07:32:00Z"),
    *(
        "\\u0000",
        "\\uD800",
        "\ufeff",
        "\u2028",
        "异",
        "🙂",
        "wh",
        "X",
        "y",
        "lr",
        "full",
        "[data]",
        "[initial]",
    ),
    *("a.b.c = 1\n", "[[data]]\n", "X = 3\n", "hidden = []\n", "hidden = [1e3]\n", "title = '''\n\n'''\n"),
]


def mutated(text, rng):
    """Cut, double, move and insert pieces at random places."""
    for _ in range(rng.randint(1, 4)):
        start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        end = min(end, start + rng.choice([1, 3, 10, 80]))
        cut, at = text[start:end], rng.randrange(len(text) + 1)
        text = rng.choice(
            [
                text[:start] + text[end:],
                text[:end] + cut + text[end:],
                text[:start] + rng.choice(PIECES) + text[end:],
                text[:at] + rng.choice(PIECES) + text[at:],
                text[:start] + str(rng.choice([0, -1, 2**70, 0.5, 1e308])) + text[end:],
            ]
        )
    return text


def lesson_or_line(text):
    try:
        return of(text)
    except LessonError as error:
        return str(error)


def test_garbage_makes_a_lesson_or_one_line():
    article = lesson_path("article").read_text(encoding="utf-8")
    rng = random.Random(20)
    lessons = 0
    for _ in range(400):
        text = mutated(article, rng)
        lesson = lesson_or_line(text)
        if isinstance(lesson, Lesson):
            assert not changed_fields(lesson, of(lesson.to_toml())), text
            lessons += 1
        else:
            assert lesson.startswith("my.toml"), text
            assert len(lesson.splitlines()) == 1, text
            assert len(lesson) < 400, text
    assert 20 < lessons < 380, "the mutations should leave some lessons whole, and break most"
