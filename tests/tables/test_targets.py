"""Targets: missing values, classes, and what outputs can come near, in tables and in lessons."""

import pytest

from mlp2xlsx.cli import main
from mlp2xlsx.lesson import load
from mlp2xlsx.lesson.tables.missing import is_missing
from tests.helpers import message
from tests.tables.reading import LINEAR, SOFTMAX, lesson, said

MISSING = ["", "NA", "nan", "NaN", "N/A", "?", "null", "NULL", "None", "-", "--", "#N/A", "<NA>", ".", "缺失"]


@pytest.mark.parametrize("token", MISSING)
def test_a_missing_value_is_counted_in_a_target_and_in_a_feature(token):
    written = f': "{token}"' if token else ""
    other = f'; if "{token}" is a class, give it another name' if token else ""
    assert said(f"a,kind\n1,x\n2,{token}\n3,y\n") == (
        f'data.csv has 1 missing value: line 3 ("kind"{written}); fill them in, or leave these lines out{other}'
    )
    assert said(f"a,kind\n1,x\n{token},y\n3,y\n") == (
        f'data.csv has 1 missing value: line 3 ("a"{written}); fill them in, or leave these lines out'
    )
    assert len(lesson("a,kind\n1,x\n3,y\n").X) == 2


def test_columns_that_lack_values_can_be_left_out():
    content = "a,age,cabin,kind\n1,22,,x\n2,,C85,y\n"
    assert said(content) == (
        'data.csv has 2 missing values: line 2 ("cabin"), line 3 ("age"); '
        'fill them in, leave these lines out, or say data.features = ["a"]'
    )
    assert lesson(content, 'features = ["a"]').X.tolist() == [[1], [2]]


@pytest.mark.parametrize("token", ["0", "no", "x", "nanny", "+", "无"])
def test_what_is_no_missing_value(token):
    assert not is_missing(token)


def test_signs_are_classes_where_both_are_there_and_names_where_they_are_given():
    assert lesson("a,kind\n1,+\n2,-\n").classes == ("+", "-")
    assert lesson("a,kind\n1,None\n2,Mild\n", 'classes = ["None", "Mild"]').y.tolist() == [[0], [1]]


@pytest.mark.parametrize(
    ("kinds", "classes", "numbers"),
    [
        (["0", "1", "1.0", "2", "0.0"], ("0", "1", "2"), [0, 1, 1, 2, 0]),
        (["10", "9", "9.00", "1e1"], ("9", "10"), [1, 0, 0, 1]),
        (["-1", "−1", "1", "+1"], ("-1", "1"), [0, 0, 1, 1]),
        (["１", "1", "2"], ("1", "2"), [0, 0, 1]),
    ],
    ids=["whole-and-decimal", "by-size", "signs", "full-width"],
)
def test_numbers_that_are_worth_the_same_are_one_class(kinds, classes, numbers):
    found = lesson("a,kind\n" + "".join(f"{n},{kind}\n" for n, kind in enumerate(kinds, 5)), rest=SOFTMAX)
    assert found.classes == classes
    assert found.y.argmax(axis=1).tolist() == numbers


@pytest.mark.parametrize("other", ["Setosa", "SETOSA", "ｓetosa"])
def test_classes_that_differ_in_case_alone_are_pointed_at(other):
    content = f"a,kind\n1,setosa\n2,virginica\n3,{other}\n"
    assert said(content) == (
        f'data.csv line 4: the class "{other}" is "setosa" in line 2; write both alike, or give one another name'
    )
    assert lesson(content.replace(other, "setosa")).classes == ("setosa", "virginica")
    assert len(lesson(content, f'classes = ["setosa", "{other}", "virginica"]').classes) == 3


def test_a_target_out_of_reach_and_each_of_its_mends():
    content = "a,kind\n1,1\n2,2\n3,1\n"
    assert said(content) == (
        'data.csv line 3: the target "kind" is 2, but sigmoid outputs stay between 0 and 1; '
        'say output = "softmax" and loss = "cross_entropy" for classes, or output = "linear" for numbers'
    )
    assert lesson(content, rest=SOFTMAX).classes == ("1", "2")
    assert lesson(content, rest=LINEAR).y.ravel().tolist() == [1, 2, 1]


@pytest.mark.parametrize("mend", ["iris", "regression"])
def test_the_command_line_names_lessons(capsys, tmp_path, mend):
    table = tmp_path / "my.csv"
    table.write_text("a,kind\n1,1\n2,2\n3,1\n", encoding="utf-8")
    words = ["build", "out.xlsx", "--data", str(table), "--target", "kind", "--dry-run"]
    assert main(words) == 1
    assert f"--lesson {mend}" in capsys.readouterr().err
    assert main([*words, "--lesson", mend]) == 0


LESSONS = {
    "two-numbers": (
        "y = [[1], [2]]", "",
        'data.y[2][1] is 2, but sigmoid outputs stay between 0 and 1; for classes write 0 and 1 for 1 and 2; '
        'output = "linear" with loss = "half_squared_error" for numbers',
        "y = [[0], [1]]",
    ),
    "one-column-of-classes": (
        "y = [[0], [1]]\n[network]\noutput = 'softmax'", "",
        'network.output: softmax of one output is always 1; expected two or more columns, or output = "sigmoid"',
        "y = [[0], [1]]\n[network]\noutput = 'sigmoid'",
    ),
    "fractions": (
        "y = [[0.5], [2.5]]", "",
        'data.y[2][1] is 2.5, but sigmoid outputs stay between 0 and 1; expected targets from 0 to 1, or '
        'output = "linear" with loss = "half_squared_error" for numbers',
        "y = [[0.5], [2.5]]\n[network]\noutput = 'linear'\nloss = 'half_squared_error'",
    ),
    "cross-entropy": (
        "y = [[1], [2]]\n[network]\nloss = 'cross_entropy'", "",
        "data.y[2][1] is 2; cross_entropy needs targets from 0 to 1; write 0 and 1 for 1 and 2",
        "y = [[0], [1]]\n[network]\nloss = 'cross_entropy'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "data", "expected", "mended"), LESSONS.values(), ids=LESSONS)
def test_a_lesson_is_judged_as_a_table_is(tmp_path, text, data, expected, mended):
    path = tmp_path / "my.toml"
    path.write_text(f"[data]\nX = [[1], [2]]\n{data}{text}\n", encoding="utf-8")
    assert message(load, path) == f"{path}: {expected}"
    path.write_text(f"[data]\nX = [[1], [2]]\n{mended}\n", encoding="utf-8")
    assert load(path).X.shape == (2, 1)


def test_one_hot_rows_are_shown(tmp_path):
    path = tmp_path / "my.toml"
    start = "[data]\nX = [[1], [2], [3]]\ny = "
    path.write_text(f"{start}[[0], [1], [2]]\n[network]\noutput = 'softmax'\n", encoding="utf-8")
    rows = "[1, 0, 0] for 0, [0, 1, 0] for 1, [0, 0, 1] for 2"
    assert message(load, path) == (
        f"{path}: network.output: softmax of one output is always 1; "
        f'write a column for each class and output = "softmax": {rows}'
    )
    path.write_text(
        f"{start}[[1, 0, 0], [0, 1, 0], [0, 0, 1]]\n[network]\noutput = 'softmax'\n", encoding="utf-8"
    )
    assert load(path).network.n_outputs == 3


def test_a_table_of_a_lesson_alone_is_about_none(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text("[data]\nX = [[1]]\ny = [[1]]\nheader = 'no'\n", encoding="utf-8")
    assert message(load, path) == f"{path}: data.header is about a table; expected data.csv with it"
