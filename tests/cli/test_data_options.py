"""A table of one's own, given on the command line."""

from pathlib import Path

import numpy as np
import pytest

from mlp2xlsx.cli import main
from mlp2xlsx.errors import DataError, LessonError
from mlp2xlsx.lesson import load, override
from tests.helpers import message
from tests.tables.reading import again, same


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_other_data_for_a_lesson():
    Path("my data.csv").write_text("a,b,kind\n1,2,x\n3,5,y\n2,2,z\n", encoding="utf-8")
    iris = load("iris")
    found = override(iris, data="my data.csv", target="kind", hidden=[2], lr=0.5)
    assert (found.title, found.text, found.translations) == ("my data", "", {})
    assert (found.features, found.classes, found.scale) == (("a", "b"), ("x", "y", "z"), "zscore")
    assert (found.network.n_inputs, found.network.hidden, found.network.n_outputs) == (2, (2,), 3)
    assert (found.network.output, found.iterations, found.lr) == ("softmax", iris.iterations, 0.5)
    assert override(iris, data=Path("my data.csv"), target=("kind",), features=("b",)).features == ("b",)
    assert override(iris, data="my data.csv", target="kind", scale="none").X_raw is None
    same(again(found), found)


def test_other_data_keep_the_initial_values_that_fit():
    Path("my.csv").write_text("a,b,kind\n1,2,0\n3,5,1\n", encoding="utf-8")
    found = override(load("article"), data="my.csv", target="kind")
    assert list(found.initial) == ["bh", "wout", "bout"]


def test_other_data_may_have_fewer_samples_than_the_batches_of_the_lesson():
    Path("my.csv").write_text("a,b,kind\n1,2,0\n3,5,1\n", encoding="utf-8")
    lesson = load("sgd").replace(X=np.eye(5), y=np.ones((5, 1)), batch=4, initial={})
    assert message(override, lesson, data="my.csv", target="kind") == (
        'sgd: training.batch: found 4, expected "full" or a number of samples from 1 to 2'
    )
    assert override(lesson, data="my.csv", target="kind", batch=1, epochs=3).iterations == 6


def test_the_targets_of_a_softmax_are_shares():
    Path("my.csv").write_text("a,b,c\n1,0,1\n3,1,1\n", encoding="utf-8")
    iris = load("iris")
    assert message(override, iris, data="my.csv", target=["b", "c"]) == (
        "my.csv: data.y row 2 adds up to 2; softmax with cross_entropy needs rows that add up to 1, "
        'such as [0, 1, 0]; for several answers use output = "sigmoid"'
    )
    assert override(iris.replace(loss="half_squared_error"), data="my.csv", target=["b", "c"]).y.shape == (
        2,
        2,
    )


def test_the_lesson_may_say_what_the_target_is():
    Path("my.csv").write_text("a,b,species\n1,2,x\n3,5,y\n", encoding="utf-8")
    assert override(load("iris"), data="my.csv").target == ("species",)
    Path("my.csv").write_text("a,b,kind\n1,2,x\n3,5,y\n", encoding="utf-8")
    assert message(override, load("iris"), data="my.csv") == (
        '--target (by default that of the lesson iris): my.csv has no column "species"; '
        'expected one of "a", "b", "kind"'
    )


@pytest.mark.parametrize(
    ("options", "expected", "kind"),
    [
        ({"data": "my.csv"}, "--target is missing; expected the column of my.csv that is to be learnt", LessonError),
        ({"data": "my.csv", "target": "x"}, '--target: my.csv has no column "x"; expected one of "a", "b", "c"', LessonError),
        ({"data": "my.csv", "target": "b", "features": ["d"]}, '--features: my.csv has no column "d"; expected one of "a", "b", "c"', LessonError),
        ({"data": "my.csv", "target": "b", "scale": "log"}, '--scale: found "log", expected "none", "minmax" or "zscore"', LessonError),
        ({"data": "my.csv", "target": "b", "scale": "minmax"}, '--scale: column "c" of my.csv is 2 in every sample, which cannot be scaled; leave the column out of the features', DataError),
        ({"data": "", "target": "b"}, '--data: found "", expected the name of a CSV file', LessonError),
        ({"data": "no.csv", "target": "b"}, "no.csv does not exist; expected a CSV file or a workbook", DataError),
        ({"target": "b"}, "--target is about a table; expected --data FILE with it", LessonError),
        ({"features": ["b"]}, "--features is about a table; expected --data FILE with it", LessonError),
    ],
    ids=str,
)  # fmt: skip
def test_refused_options(options, expected, kind):
    Path("my.csv").write_text("a,b,c\n1,1,2\n3,0,2\n", encoding="utf-8")
    assert message(override, load("article"), **options) == expected
    with pytest.raises(LessonError) as caught:
        override(load("article"), **options)
    assert type(caught.value) is kind


READ = 'target "c" of numbers, UTF-8, with commas between, decimal point, names in line 1'


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--target", "c", "--features", "a"], 0, f'my.csv: 2 samples, 1 feature ("a"), {READ}'),
        (["--target", "c", "--features", ' a ,"b, too"', "--scale", "minmax"], 0, f'my.csv: 2 samples, 2 features ("a", "b, too"), {READ}'),
        (["--target", "a,c"], 1, 'my.csv line 3: the target "a" is 3, but sigmoid outputs stay between 0 and 1; say --lesson regression for numbers'),
        (["--target", "c", "--features", "a,d"], 2, '--features: my.csv has no column "d"; expected one of "a", "b, too", "c"'),
        ([], 2, "--target is missing; expected the column of my.csv that is to be learnt"),
        (["--target", ""], 2, "--target is missing; expected the column of my.csv that is to be learnt"),
        (["--target", "c", "--scale", "log"], 2, '--scale: found "log", expected "none", "minmax" or "zscore"'),
    ],
    ids=["features", "quoted", "out-of-reach", "unknown", "no-target", "empty", "scale"],
)  # fmt: skip
def test_the_command_line(capsys, words, status, said):
    Path("my.csv").write_text('a,"b, too",c\n1,1,1\n3,0,0\n', encoding="utf-8")
    options = ["--iterations", "2", "--no-verify", "--force", "--data", "my.csv"]
    assert main(["build", "out.xlsx", *options, *words]) == status
    err = capsys.readouterr().err
    assert err == f"mlp2xlsx: {said}\n"
    assert Path("out.xlsx").exists() == (status == 0)


def test_a_dry_run_only_says_what_is_read(capsys):
    Path("my.csv").write_text('a,"b, too",c\n1,1,1\n3,0,0\n', encoding="utf-8")
    assert main(["build", "out.xlsx", "--data", "my.csv", "--target", "c", "--dry-run"]) == 0
    assert capsys.readouterr().out == f'my.csv: 2 samples, 2 features ("a", "b, too"), {READ}\n'
    assert main(["build", "out.xlsx", "--lesson", "xor", "--dry-run"]) == 0
    assert capsys.readouterr().out == "xor: no table is read\n"
    assert not Path("out.xlsx").exists()
