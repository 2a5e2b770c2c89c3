import tomllib

import pytest

from mlp2xlsx import resources
from mlp2xlsx.errors import UnknownLessonError


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
    file = templates / "texts" / "zh.toml"
    file.write_text('title = "课程"', encoding="utf-8")
    assert resources.languages() == ["zh"]
    assert resources.texts("zh") == {"title": "课程"}
    file.unlink()
    assert resources.texts("zh") == {"title": "课程"}


@pytest.mark.parametrize("inside", [True, False], ids=["wheel", "checkout"])
def test_templates_are_inside_a_wheel_and_beside_a_checkout(tmp_path, monkeypatch, inside):
    package = tmp_path / "mlp2xlsx"
    for folder in [tmp_path / "templates", *([package / "templates"] if inside else [])]:
        folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources._templates() == (package if inside else tmp_path) / "templates"
