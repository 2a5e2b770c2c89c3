"""The files of lessons: which are found, and which cannot be read."""

import os
from pathlib import Path

import pytest

from mlp2xlsx import resources
from mlp2xlsx.lesson import file as lesson_file
from mlp2xlsx.lesson import load
from tests.helpers import message
from tests.lesson.helpers import DATA, changed_fields, of


def test_a_file_is_called_as_it_was_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my lesson.toml").write_text(f"{DATA}[training]\nlr = 0", encoding="utf-8")
    expected = "my lesson.toml: training.lr: found 0, expected a number above 0"
    assert message(load, "my lesson.toml") == expected
    assert message(load, "./my lesson.toml") == f"./{expected}"
    assert message(load, Path("my lesson.toml")) == expected


def test_name_and_title_come_from_the_file(tmp_path):
    path = tmp_path / "异或.toml"
    path.write_text(DATA, encoding="utf-8")
    for lesson in (load(path), load(str(path))):
        assert (lesson.name, lesson.title) == ("异或", "异或")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_a_file_name_that_is_no_text(tmp_path):
    path = tmp_path / "a\nb\udcff.toml"
    path.write_text(DATA, encoding="utf-8")
    assert load(path).title == "a\\nb\\udcff"
    path.write_text("", encoding="utf-8")
    assert message(load, path).startswith(f"{tmp_path}/a\\nb\\udcff.toml: data.X is missing")


def test_a_shipped_name_comes_before_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("article").mkdir()
    assert load("article").title == "The article's network"
    assert message(load, "./article") == "./article is a directory; expected a .toml file"
    assert message(load, Path("article")) == "article is a directory; expected a .toml file"


def test_a_file_may_have_any_ending(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("xor2").write_text(DATA, encoding="utf-8")
    assert load("xor2").name == "xor2"


def test_neither_a_name_nor_a_file(monkeypatch):
    monkeypatch.setattr(resources, "lesson_names", lambda: ["article", "xor"])
    assert message(load, "xro") == (
        'unknown lesson "xro"; expected one of article, xor, or the path of a .toml file (did you mean xor?)'
    )
    assert message(load, "no/xor.toml") == (
        "no/xor.toml does not exist; expected a .toml file or one of article, xor"
    )


@pytest.mark.parametrize("path", ["\0.toml", f"{'x' * 5000}.toml", "\udcff.toml", "a\nb.toml"], ids=ascii)
def test_a_path_that_cannot_be(path):
    assert " does not exist; expected a .toml file or one of " in message(load, path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"title = 'a'\n# caf\xe9\n", " line 2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        (b"\xef\xbb\xbf#\n\xe9\n", " line 2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        (DATA.encode("utf-16") + b"\xd8", " line 4: byte 0xd8 is not UTF-8; save the file as UTF-8"),
    ],
    ids=["latin-1", "after-a-mark", "half-a-character"],
)
def test_not_utf8(tmp_path, content, expected):
    path = tmp_path / "my.toml"
    path.write_bytes(content)
    assert message(load, path) == f"{path}{expected}"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.decode().encode("utf-16"),
    ],
    ids=["mark", "crlf", "utf-16"],
)
def test_files_of_windows_editors(tmp_path, encode):
    path = tmp_path / "my.toml"
    path.write_bytes(encode(DATA.encode()))
    assert not changed_fields(load(path), of(DATA))


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "my.toml"
    with path.open("wb") as file:
        file.truncate(lesson_file.LARGEST_FILE + 1)
    assert message(load, path) == f"{path} is larger than 20 MB; expected a lesson file"


def test_a_file_that_cannot_be_read(tmp_path, monkeypatch):
    path = tmp_path / "my.toml"
    path.write_text(DATA, encoding="utf-8")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert message(load, path) == f"{path} cannot be read: Permission denied"
