import tomllib

import pytest

from mlp2xlsx import resources
from mlp2xlsx.errors import LanguageError, UnknownLessonError


@pytest.fixture
def templates(tmp_path, monkeypatch):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "texts").mkdir()
    monkeypatch.setattr(resources, "TEMPLATES", tmp_path)
    resources.texts.cache_clear()
    yield tmp_path
    resources.texts.cache_clear()


def test_the_article_comes_first_and_the_others_follow_the_alphabet(templates):
    for name in ("xor", "and", "article", "iris"):
        (templates / "lessons" / f"{name}.toml").touch()
    (templates / "lessons" / "notes.txt").touch()
    assert resources.lesson_names() == ["article", "and", "iris", "xor"]


def test_the_article_ships():
    assert "article" in resources.lesson_names()
    assert tomllib.loads(resources.lesson_path("article").read_text(encoding="utf-8"))["data"]


def test_unknown_lesson(templates):
    for name in ("article", "xor"):
        (templates / "lessons" / f"{name}.toml").touch()
    with pytest.raises(UnknownLessonError) as caught:
        resources.lesson_path("artcle", otherwise=", or a file")
    assert str(caught.value) == (
        'unknown lesson "artcle"; expected one of article, xor, or a file (did you mean article?)'
    )


def test_a_lesson_name_is_no_way_out_of_the_folder(templates):
    (templates / "secret.toml").touch()
    with pytest.raises(UnknownLessonError):
        resources.lesson_path("../secret")


def test_texts_are_read_once(templates):
    (templates / "texts" / "en.toml").write_text('title = "Lesson"', encoding="utf-8")
    file = templates / "texts" / "zh.toml"
    file.write_text('title = "课程"', encoding="utf-8")
    assert resources.languages() == ["en", "zh"]
    assert resources.texts("zh") == {"title": "课程"}
    file.unlink()
    assert resources.texts("zh") == {"title": "课程"}


SOURCE = """
title = "Lesson"
[loss]
of = "Loss of {name} in iteration {number}"
after = "after"
best = "best"
step = "Step {number:02}"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "Übung"', "de.toml: 4 texts of en.toml missing: loss.of, loss.after, loss.best …"),
        ("", "de.toml: 5 texts of en.toml missing: title, loss.of, loss.after …"),
        (SOURCE.replace("best =", "worst ="), "de.toml: 1 text of en.toml missing: loss.best"),
        (
            SOURCE.replace("{number}", "{count}"),
            "de.toml, loss.of: found {count} {name} to be filled in, expected {name} {number}",
        ),
        (
            SOURCE.replace('best"', 'best {one}"'),
            "de.toml, loss.best: found {one} to be filled in, expected nothing",
        ),
        (
            SOURCE.replace("{number:02}", "{nummer:02}"),
            "de.toml, loss.step: found {nummer} to be filled in, expected {number}",
        ),
        ("x = [", "de.toml is no TOML file: Invalid value (at end of document)"),
        (
            b"\xdc",
            "de.toml is no TOML file: 'utf-8' codec can't decode byte 0xdc in position 0: unexpected end of data",
        ),
    ],
    ids=[
        "begun",
        "empty",
        "another key",
        "another place",
        "too many",
        "of two digits",
        "no TOML",
        "no UTF-8",
    ],
)
def test_a_language_that_is_not_complete_is_refused_and_no_other(templates, text, said):
    (templates / "texts" / "en.toml").write_text(SOURCE, encoding="utf-8")
    (templates / "texts" / "de.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    (templates / "texts" / "zh.toml").write_text(SOURCE.replace("Lesson", "课程"), encoding="utf-8")
    with pytest.raises(LanguageError) as caught:
        resources.texts("de")
    assert str(caught.value) == said
    assert resources.texts("en")["title"] == "Lesson"
    assert resources.texts("zh")["title"] == "课程"
    resources.need_texts("a row", ("loss", "best"))
    with pytest.raises(ValueError, match=r"a row: loss\.least is missing in the texts of en"):
        resources.need_texts("a row", ("loss", "least"))


@pytest.mark.parametrize("inside", [True, False], ids=["wheel", "checkout"])
def test_templates_are_inside_a_wheel_and_beside_a_checkout(tmp_path, monkeypatch, inside):
    package = tmp_path / "mlp2xlsx"
    for folder in [tmp_path / "templates", *([package / "templates"] if inside else [])]:
        folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources._templates() == (package if inside else tmp_path) / "templates"
