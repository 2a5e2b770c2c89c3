"""`lessons`: list, show, copy."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mlp2xlsx import load
from mlp2xlsx.cli import main
from mlp2xlsx.errors import OutputError
from mlp2xlsx.lesson.file import copy
from mlp2xlsx.resources import TEMPLATES, course, lesson_names

LESSONS = TEMPLATES / "lessons"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files():
    return sorted(os.listdir())


def test_the_list_has_a_line_for_each_under_what_it_teaches(capsys):
    assert main(["lessons"]) == 0
    parts = [part.splitlines() for part in capsys.readouterr().out.split("\n\n")]
    listed = [[f"{name:14}  {load(name).purpose}" for name in names] for _, names in course()]
    assert [lines for _, *lines in parts] == listed
    assert [heading for heading, *_ in parts] == [teaches for teaches, _ in course()]


def test_every_lesson_is_in_one_part_of_the_course():
    assert sorted(name for _, names in course() for name in names) == sorted(lesson_names())


@pytest.mark.parametrize("name", lesson_names())
def test_show_prints_the_file(capsys, name):
    assert main(["lessons", "show", name]) == 0
    assert capsys.readouterr() == ((LESSONS / f"{name}.toml").read_text(encoding="utf-8"), "")


@pytest.mark.parametrize("name", lesson_names())
def test_a_copy_is_the_same_lesson(capsys, name):
    assert main(["lessons", "copy", name, "my.toml"]) == 0
    written = {name: f"my.toml and {name}.csv" for name in ("iris", "titanic")}.get(name, "my.toml")
    built = "python -m mlp2xlsx build out.xlsx --lesson my.toml"
    assert capsys.readouterr() == (f"{written}: a copy of {name}, built by {built}\n", "")
    assert Path("my.toml").read_bytes() == (LESSONS / f"{name}.toml").read_bytes()
    mine, shipped = load("my.toml"), load(name)
    assert np.array_equal(mine.X, shipped.X)
    assert mine.title == shipped.title


def test_the_data_come_along():
    Path("sub").mkdir()
    assert main(["lessons", "copy", "iris", "sub/my.toml"]) == 0
    assert sorted(os.listdir("sub")) == ["iris.csv", "my.toml"]
    assert Path("sub/iris.csv").read_bytes() == (LESSONS / "iris.csv").read_bytes()


def test_equal_data_may_be_there_already(capsys):
    for path in ("my.toml", "other.toml"):
        assert main(["lessons", "copy", "iris", path]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("other.toml: a copy of iris")
    assert files() == ["iris.csv", "my.toml", "other.toml"]


def test_other_data_are_not_replaced_and_nothing_is_written(capsys):
    Path("iris.csv").write_bytes(b"mine")
    assert main(["lessons", "copy", "iris", "my.toml"]) == 1
    assert capsys.readouterr() == ("", "mlp2xlsx: iris.csv exists; pass --force to replace it\n")
    assert files() == ["iris.csv"]
    assert Path("iris.csv").read_bytes() == b"mine"
    assert main(["lessons", "copy", "iris", "my.toml", "--force"]) == 0
    assert load("my.toml").X.shape == (150, 4)


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["shwo", "xor"], 2, None),
        (["show"], 2, "the following arguments are required: NAME; see python -m mlp2xlsx lessons show --help"),
        (["copy", "xor"], 2, "the following arguments are required: FILE.toml; see python -m mlp2xlsx lessons copy --help"),
        (["show", "xr"], 2, f'unknown lesson "xr"; expected one of {", ".join(lesson_names())} (did you mean xor?)'),
        (["copy", "../xor", "my.toml"], 2, f'unknown lesson "../xor"; expected one of {", ".join(lesson_names())} (did you mean xor?)'),
        (["copy", "xor", "my.txt"], 2, "my.txt: expected a name that ends in .toml, as in my.toml"),
        (["copy", "xor", "old.toml"], 1, "old.toml exists; pass --force to replace it"),
        (["copy", "xor", "no/my.toml"], 1, "no/my.toml: no does not exist; make it first or choose another place"),
        (["copy", "xor", "dir.toml"], 1, None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(capsys, words, status, message):
    Path("old.toml").write_bytes(b"old")
    Path("dir.toml").mkdir()
    try:
        found = main(["lessons", *words])
    except SystemExit as stop:  # argparse's own way
        found = stop.code
    out, err = capsys.readouterr()
    assert (found, out) == (status, "")
    assert re.fullmatch(r"mlp2xlsx: .+\n", err)
    if message is not None:
        assert err == f"mlp2xlsx: {message}\n"
    assert files() == ["dir.toml", "old.toml"]
    assert Path("old.toml").read_bytes() == b"old"


def test_a_copy_that_cannot_be_finished_leaves_nothing_behind(monkeypatch):
    """The second of two files, once the first is ready to take its place."""

    def refuse(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match="the disk is full"):
        copy("iris", "my.toml")
    assert files() == []


@pytest.mark.parametrize("action", ["show", "copy"])
def test_help_fits_one_screen_and_shows_two_examples(action):
    words = [sys.executable, "-m", "mlp2xlsx", "lessons", action, "--help"]
    env = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(words, capture_output=True, text=True, env=env, timeout=60)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert len(re.findall(rf"^  python -m mlp2xlsx lessons {action} ", done.stdout, re.MULTILINE)) == 2
