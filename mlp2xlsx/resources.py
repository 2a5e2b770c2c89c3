"""Where the shipped templates are: lessons, a course of them, and the texts shown on the sheets."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from mlp2xlsx.errors import LanguageError, UnknownLessonError
from mlp2xlsx.words import counted, did_you_mean, one_line, shown

SOURCE = "en"
"""The language that has every text; the others are held against it."""

_FILLED_IN = re.compile(r"\{(\w*)(?:[:!][^{}]*)?\}")
_MOST_NAMED = 3

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
    """Languages that have a file of texts, by their short names such as `en`."""
    return sorted(path.stem for path in (TEMPLATES / "texts").glob("*.toml"))


@cache
def texts(language: str) -> dict[str, Any]:
    """Texts shown on the sheets, as their file holds them; shared between callers.

    They are changed by `add_texts` alone.

    Parameters
    ----------
    language
        One of `languages()`.

    Raises
    ------
    LanguageError
        When texts are missing, or hold other places to be filled in than the English ones.
    """
    if language != SOURCE and (fault := _fault_of(_file_of(language), _file_of(SOURCE))):
        raise LanguageError(fault)
    return deepcopy(_read(_file_of(language)))


def _file_of(language: str) -> Path:
    return TEMPLATES / "texts" / f"{language}.toml"


@cache
def _read(path: Path) -> dict[str, Any]:
    """The texts of a file, as they are."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _fault_of(path: Path, source: Path) -> str | None:
    """What a file of texts lacks to be used, in one line; None where it has all that the source has."""
    try:
        found = dict(_flat(_read(path)))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return f"{path.name} is no TOML file: {one_line(str(error))}"
    expected = dict(_flat(_read(source)))
    missing = [key for key in expected if key not in found]
    if missing:
        named = ", ".join(missing[:_MOST_NAMED]) + (" …" if len(missing) > _MOST_NAMED else "")
        return f"{path.name}: {counted(len(missing), 'text')} of {source.name} missing: {named}"
    for key, text in expected.items():
        own, others = (sorted({*_FILLED_IN.findall(one)}) for one in (found[key], text))
        if own != others:
            places = [" ".join(f"{{{name}}}" for name in each) or "nothing" for each in (own, others)]
            return f"{path.name}, {key}: found {places[0]} to be filled in, expected {places[1]}"
    return None


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its dotted key."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


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
    """Refuse what lacks a text in one of the languages whose files are complete.

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
    complete = [one for one in languages() if not _fault_of(_file_of(one), _file_of(SOURCE))]
    for path, language in product(paths, complete):
        found: Any = texts(language)
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if found is None:
            raise ValueError(f"{what}: {'.'.join(path)} is missing in the texts of {language}")
