"""Columns become inputs and targets, or are refused in one line."""

import random
from pathlib import Path

import numpy as np
import pytest

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import load, parse
from tests.helpers import message
from tests.tables.reading import LINEAR, SOFTMAX, again, lesson, same

PLAIN = "height,width,kind\n1,2.5,b\n2,-3e1,a\n.5,+4,b\n"


def test_all_columns_but_the_target():
    found = lesson(PLAIN)
    assert found.features == ("height", "width")
    assert found.target == ("kind",)
    assert found.X.tolist() == [[1, 2.5], [2, -30], [0.5, 4]]
    assert found.network.n_inputs == 2
    assert not found.X.flags.writeable
    assert not found.y.flags.writeable


@pytest.mark.parametrize(
    ("content", "data", "features", "X"),
    [
        (PLAIN, 'target = "kind"\nfeatures = ["width"]', ("width",), [[2.5], [-30], [4]]),
        (PLAIN, 'target = "kind"\nfeatures = ["width", "height"]', ("width", "height"), [[2.5, 1], [-30, 2], [4, 0.5]]),
        ("1,2,0\n3,4,1\n", "target = 3", ("column 1", "column 2"), [[1, 2], [3, 4]]),
        ("1,2,0\n3,4,1\n", 'target = "column 3"\nfeatures = [2]', ("column 2",), [[2], [4]]),
        ("1,2,0\n3,4,1\n", 'target = "3"\nfeatures = ["1"]', ("column 1",), [[1], [3]]),
        (",a,kind\n1,5,x\n2,6,y\n", 'target = "kind"', ("a",), [[5], [6]]),
        (",a,kind\n1,5,x\n2,6,y\n", 'target = "kind"\nfeatures = ["column 1", "a"]', ("column 1", "a"), [[1, 5], [2, 6]]),
        ("a;kind\n1,5;x\n-2,25;y\n", 'target = "kind"', ("a",), [[1.5], [-2.25]]),
        ("a;b;kind\n0,125;1;x\n0,250;2;y\n", 'target = "kind"', ("a", "b"), [[0.125, 1], [0.25, 2]]),
    ],
    ids=["chosen", "in-their-order", "number", "called", "number-as-text", "row-numbers", "row-numbers-wanted",
         "decimal-commas", "three-decimals"],
)  # fmt: skip
def test_features(content, data, features, X):
    found = lesson(content, data, target=None)
    assert found.features == features
    assert found.X.tolist() == X
    same(again(found), found)


@pytest.mark.parametrize(
    ("rest", "y", "classes"),
    [
        ("", [[1], [0], [1]], ("a", "b")),
        (LINEAR, [[1], [0], [1]], ("a", "b")),
        (SOFTMAX, [[0, 1], [1, 0], [0, 1]], ("a", "b")),
    ],
    ids=["sigmoid", "linear", "softmax"],
)
def test_two_classes(rest, y, classes):
    found = lesson(PLAIN, rest=rest)
    assert found.y.tolist() == y
    assert found.classes == classes
    same(again(found), found)


def test_more_classes_have_a_column_each_in_alphabetical_order():
    for rest in ("", SOFTMAX):
        found = lesson("a,kind\n1,c\n2,a\n3,b\n4,a\n", rest=rest)
        assert found.classes == ("a", "b", "c")
        assert found.y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]


def test_classes_that_are_numbers_come_by_their_size():
    found = lesson("a,kind\n1,10\n2,9\n3,10\n", rest=SOFTMAX)
    assert found.classes == ("9", "10")
    assert found.y.tolist() == [[0, 1], [1, 0], [0, 1]]


def test_classes_in_an_order_of_ones_own():
    data = 'classes = ["b", "a"]'
    assert lesson(PLAIN, data).y.tolist() == [[0], [1], [0]]
    assert lesson(PLAIN, data, SOFTMAX).y.tolist() == [[1, 0], [0, 1], [1, 0]]


def test_numbers_stay_numbers():
    found = lesson("a,kind\n1,0.25\n2,1\n", rest="")
    assert (found.y.tolist(), found.classes, found.target) == ([[0.25], [1]], (), ("kind",))


def test_several_targets():
    found = lesson("a,b,c\n1,2,3\n4,5,6\n", 'target = ["c", "b"]', LINEAR, target=None)
    assert (found.y.tolist(), found.target) == ([[3, 2], [6, 5]], ("c", "b"))
    same(again(found), found)


BAD_CELLS = [
    ("h,kind\n" + "1,a\n" * 5 + "abc,b\n", "", 'data.csv line 7: "abc" in column "h" is not a number; correct it, or leave the line out'),
    ("h,kind\n1,a\n2,a\nx,b\n2,a\ny,b\nz,a\n1,a\n", "", 'data.csv line 4: "x" in column "h" is not a number, nor are 2 others in that column; correct them'),
    ("h,kind\n1,a\n1_000,b\n", "", 'data.csv line 3: "1_000" in column "h" is not a number; correct it, or leave the line out'),
    ("h,kind\n1,a\n5²,b\n", "", 'data.csv line 3: "5²" in column "h" is not a number; write 5 instead'),
    ("h;kind\n1.5;a\n1,5;b\n", "", 'data.csv line 3: column "h" has "1,5" with a comma, line 2 "1.5" with a point; write it as 1.5'),
    ("h,kind\n1,a\n1e400,b\n", "", 'data.csv line 3: "1e400" in column "h" is too large a number'),
    ("h,g,kind\n1,x,a\n1,y,b\n", "", 'data.csv: the feature "g" is another word for every sample; say data.features = ["h"]'),
    (f"h,kind\n1,a\n{'x' * 100},b\n2,a\n", "", f'data.csv line 3: "{"x" * 59}…" in column "h" is not a number; correct it, or leave the line out'),
    ("h,kind\n1,0.5\n2,many\n", "", 'data.csv line 3: "many" in column "kind" is not a number; correct it, or leave the line out'),
    ("h;kind\n1,234;a\n22,345;b\n", "", 'data.csv line 2: column "h" has "1,234", which could be 1.234 or 1234; say data.decimal = "." or data.decimal = ","'),
    ("h,kind\n1,a\n,b\n", "", 'data.csv has 1 missing value: line 3 ("h"); fill them in, or leave these lines out'),
    ("h,kind\n" + "1,a\n,\n,b\n2,\n" * 3, "", 'data.csv has 6 missing values: line 4 ("h"), line 5 ("kind"), line 8 ("h"), line 9 ("kind"), line 12 ("h") and 1 more; fill them in, or leave these lines out'),
    ("h,kind\n1,a\n2,a\n", "", 'data.csv: the target "kind" is "a" in every line; expected two classes or more'),
    ("h,kind\n" + "".join(f"{i},c{i}\n" for i in range(101)), "", 'data.csv: the target "kind" has 101 different values; expected at most 100 classes'),
    ("h,kind\n1,2\n2,0.5\n", "", 'data.csv line 2: the target "kind" is 2, but sigmoid outputs stay between 0 and 1; say output = "linear" for numbers'),
    ("h,kind\n1,2\n2,1\n", "", 'data.csv line 2: the target "kind" is 2, but sigmoid outputs stay between 0 and 1; say output = "softmax" and loss = "cross_entropy" for classes, or output = "linear" for numbers'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "rest", "expected"), BAD_CELLS, ids=[text[9:50] for *_, text in BAD_CELLS]
)
def test_refused_cells(content, rest, expected):
    assert message(lesson, content, rest=rest) == expected


def test_cells_of_other_columns_do_not_matter():
    found = lesson("h,note,kind\n1,,a\n2,n/a,b\n", 'features = ["h"]')
    assert found.X.tolist() == [[1], [2]]


ONE_OF = 'expected one of "height", "width", "kind"'
BAD_KEYS = [
    ("", "my.toml: data.target is missing; expected the name of the column to be learnt"),
    ('target = "knd"', f'my.toml: data.target: data.csv has no column "knd"; {ONE_OF} (did you mean "kind"?)'),
    ('target = "zzz"', f'my.toml: data.target: data.csv has no column "zzz"; {ONE_OF}'),
    ("target = 3", f"my.toml: data.target: data.csv has no column 3; {ONE_OF}"),
    ("target = true", "my.toml: data.target: found true (a boolean), expected the name of a column, or a list of names"),
    ("target = []", "my.toml: data.target is empty; expected the names of columns"),
    ('target = ["kind", "kind"]', 'my.toml: data.target: "kind" is there twice; expected it once'),
    ('target = "kind"\nfeatures = ["hieght"]', f'my.toml: data.features: data.csv has no column "hieght"; {ONE_OF} (did you mean "height"?)'),
    ('target = "kind"\nfeatures = ["kind"]', 'my.toml: data.features: "kind" is the target; expected other columns'),
    ('target = ["height", "width", "kind"]', "my.toml: data.target: data.csv has no other column to learn from"),
    ('target = "kind"\nX = [[1]]', "my.toml: data.csv: data.X is given too; expected one of them"),
    ('target = "kind"\nclasses = ["a"]', 'my.toml: data.classes has 1 name; expected two or more'),
    ('target = "kind"\nclasses = ["a", "c"]', 'data.csv line 2: "b" in column "kind" is none of the classes "a", "c"'),
    ('target = ["height", "width"]\nclasses = ["a", "c"]', "my.toml: data.classes: expected one target with classes, not several"),
    ('target = "kind"\nscale = "log"', 'my.toml: data.scale: found "log", expected "none", "minmax" or "zscore"'),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), BAD_KEYS, ids=[text[9:60] for _, text in BAD_KEYS])
def test_refused_keys(data, expected):
    assert message(lesson, PLAIN, data, target=None) == expected


def test_a_file_without_names_is_asked_by_number():
    assert message(lesson, "1,2\n3,4\n", "target = 3", target=None) == (
        "my.toml: data.target: data.csv has no column 3; expected a number from 1 to 2, for it names no columns"
    )


def test_a_table_is_looked_for_beside_its_lesson():
    folder = Path("lessons")
    folder.mkdir()
    (folder / "my.csv").write_text(PLAIN, encoding="utf-8")
    (folder / "my.toml").write_text('[data]\ncsv = "my.csv"\ntarget = "kind"', encoding="utf-8")
    assert load("lessons/my.toml").features == ("height", "width")
    absolute = (folder / "my.csv").resolve()
    (folder / "my.toml").write_text(f"[data]\ncsv = '{absolute}'\ntarget = 'kind'", encoding="utf-8")
    assert load("lessons/my.toml").features == ("height", "width")
    (folder / "my.toml").write_text("[data]\ncsv = 'no.csv'\ntarget = 'kind'", encoding="utf-8")
    assert message(load, "lessons/my.toml") == "no.csv does not exist; expected a CSV file or a workbook"
    (folder / "my.toml").write_text("[data]\ncsv = ' '\ntarget = 'kind'", encoding="utf-8")
    assert message(load, "lessons/my.toml") == (
        'lessons/my.toml: data.csv: found " ", expected the name of a CSV file'
    )


def test_a_text_by_itself_reads_no_file():
    """A workbook from somebody else holds a lesson; it must not choose files to be read."""
    Path("data.csv").write_text(PLAIN, encoding="utf-8")
    assert message(parse, '[data]\ncsv = "data.csv"\ntarget = "kind"', "out.xlsx", "x") == (
        "out.xlsx: data.csv: only a lesson in a file can name another file; expected X and y"
    )


def test_iris():
    iris = load("iris")
    assert iris.X_raw.shape == (150, 4)
    assert iris.y.sum(axis=0).tolist() == [50, 50, 50]
    # The means that R prints for summary(iris).
    np.testing.assert_allclose(iris.X_raw.mean(axis=0), [5.843333, 3.057333, 3.758, 1.199333], atol=5e-7)
    # Two flowers that some copies have wrong, as in Fisher's paper.
    assert iris.X_raw[[34, 37]].tolist() == [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]]


def test_garbage_makes_a_lesson_or_one_line():
    pieces = [
        b",",
        b";",
        b"\t",
        b'"',
        b"\r",
        b"\n",
        b"\x00",
        b"\xff",
        "异".encode("gbk"),
        "é".encode(),
        b"1e999",
        b"nan",
        b"-",
        b" ",
    ]
    rng = random.Random(3)
    made = 0
    for _ in range(300):
        content = bytearray(PLAIN.encode())
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(content) + 1)
            content[at : at + rng.randint(0, 2)] = rng.choice(pieces)
        try:
            found = lesson(bytes(content), rest=rng.choice(["", SOFTMAX, LINEAR]))
        except LessonError as error:
            said = str(error)
        else:
            same(again(found), found)
            said = ""
            made += 1
        assert len(said.splitlines()) == bool(said)
        assert len(said) < 400
    assert 20 < made < 280
