"""Where the shipped templates are: lessons, a course of them, and the texts shown on the sheets."""

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from mlp2xlsx.errors import UnknownLessonError
from mlp2xlsx.words import did_you_mean, shown

_PACKAGE = Path(__file__).resolve().parent


def _templates() -> Path:
    """Find the templates: inside the package in a wheel, beside it in a checkout."""
    inside = _PACKAGE / "templates"
    # A folder of that name beside an installed package would belong to somebody else.
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


TEMPLATES = _templates()


def lesson_names() -> list[str]:
    """Names of the shipped lessons, in alphabetical order after `article`."""
    names = (path.stem for path in (TEMPLATES / "lessons").glob("*.toml"))
    return sorted(names, key=lambda name: (name != "article", name))


def course() -> list[tuple[str, list[str]]]:
    """Parts of a course made of the shipped lessons: what each teaches, and the names of its lessons."""
    parts = tomllib.loads((TEMPLATES / "course.toml").read_text(encoding="utf-8"))["part"]
    return [(part["teaches"], part["lessons"]) for part in parts]


def lesson_path(name: str, *, otherwise: str = "") -> Path:
    """File of a shipped lesson.

    Parameters
    ----------
    name
        One of `lesson_names()`.
    otherwise
        What else could have stood there, for the message.

    Raises
    ------
    UnknownLessonError
        When no lesson of that name ships.
    """
    names = lesson_names()
    if name not in names:
        raise UnknownLessonError(
            f"unknown lesson {shown(name)}; expected one of {', '.join(names)}{otherwise}"
            f"{did_you_mean(name, names)}"
        )
    return TEMPLATES / "lessons" / f"{name}.toml"


def languages() -> list[str]:
    """Languages that the sheets can be written in, by their short names such as `en`."""
    return sorted(path.stem for path in (TEMPLATES / "texts").glob("*.toml"))


@cache
def texts(language: str) -> dict[str, Any]:
    """Texts shown on the sheets, as their file holds them; shared between callers.

    They are changed by `add_texts` alone.

    Parameters
    ----------
    language
        One of `languages()`.
    """
    return tomllib.loads((TEMPLATES / "texts" / f"{language}.toml").read_text(encoding="utf-8"))


def add_texts(language: str, tables: Mapping[str, Any]) -> None:
    """Put texts beside those that ship, for what is added to the program from outside.

    Parameters
    ----------
    language
        One of `languages()`.
    tables
        Texts in the form of their file, such as `{"steps": {"velocity": {"title": …}}}`.
    """
    _merge(texts(language), tables)


def _merge(into: dict[str, Any], tables: Mapping[str, Any]) -> None:
    for key, value in tables.items():
        if isinstance(value, Mapping):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value


def need_texts(what: str, *paths: tuple[str, ...]) -> None:
    """Refuse what lacks a text in some language.

    Parameters
    ----------
    what
        What needs it, for the message.
    paths
        Where each text stands: the keys of its tables, then its own.

    Raises
    ------
    ValueError
        Naming the text and the language.
    """
    for path, language in product(paths, languages()):
        found: Any = texts(language)
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if found is None:
            raise ValueError(f"{what}: {'.'.join(path)} is missing in the texts of {language}")
