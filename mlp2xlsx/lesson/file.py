"""Lesson files: finding them, reading them, copying those that ship, and their TOML both ways."""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mlp2xlsx import resources
from mlp2xlsx.errors import LessonError, UnknownLessonError
from mlp2xlsx.lesson.tables.files.marks import bad_byte, marked
from mlp2xlsx.output import replacing
from mlp2xlsx.words import one_line, shortened

LARGEST_FILE = 20_000_000

_LONGEST_REASON = 200
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods")


def find(name_or_path: str | Path) -> tuple[Path, str]:
    """Find the file of a lesson, and how messages call it: as the user typed it.

    Parameters
    ----------
    name_or_path
        The name of a shipped lesson, or a path; a bare name means the shipped lesson before a file.

    Raises
    ------
    UnknownLessonError
        When it is neither.
    """
    typed = str(name_or_path)
    if typed.lower().endswith(_TABLES):
        raise UnknownLessonError(f"{one_line(typed)} is no lesson; expected a .toml file, or --data FILE")
    if typed in resources.lesson_names() and isinstance(name_or_path, str):
        return resources.lesson_path(typed), typed
    is_path = isinstance(name_or_path, Path) or any(
        separator in typed for separator in (os.sep, os.altsep) if separator
    )
    if is_path or typed.endswith(".toml") or os.path.exists(typed):
        return Path(name_or_path), one_line(typed)
    return resources.lesson_path(typed, otherwise=", or the path of a .toml file"), typed


def read(path: Path, source: str) -> str:
    """Read the text of a lesson file.

    Raises
    ------
    LessonError
        When it is missing, not a file, not readable, too large or not UTF-8.
    """
    # os.path answers where Path raises: for names that are too long, or no names at all.
    if not os.path.exists(path):
        raise LessonError(
            f"{source} does not exist; expected a .toml file or one of {', '.join(resources.lesson_names())}"
        )
    content = read_bytes(path, source, "a .toml file", "a lesson file")
    try:
        found = marked(content)
        return content.decode() if found is None else found[0]
    except UnicodeDecodeError as error:
        raise LessonError(
            f"{source} {bad_byte(content, error.start)} is not UTF-8; save the file as UTF-8"
        ) from None


def read_bytes(path: Path, source: str, expected: str, smaller: str, largest: int = LARGEST_FILE) -> bytes:
    """Read a whole file, unless it is unreasonably large.

    Parameters
    ----------
    path
        Something that exists.
    source
        What messages call it.
    expected, smaller
        What should be there instead of a directory, and of a huge file.
    largest
        How many bytes it may have.

    Raises
    ------
    LessonError
        When it is not a file, not readable or too large.
    """
    if os.path.isdir(path):
        raise LessonError(f"{source} is a directory; expected {expected}")
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise LessonError(f"{source} cannot be read: {error.strerror}") from None
    if len(content) > largest:
        raise LessonError(f"{source} is larger than {largest // 10**6} MB; expected {smaller}")
    return content


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """Read the tables of a TOML text.

    Raises
    ------
    LessonError
        With the line and the reason, when it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LessonError(_syntax_message(str(error), text, source)) from None
    except RecursionError:
        raise LessonError(f"{source} is nested too deeply; expected lists of rows") from None
    except ValueError:  # Python refuses to read a whole number of more than 4300 digits
        raise LessonError(
            f"{source}: found a number of thousands of digits, expected at most 2**53"
        ) from None


def _syntax_message(message: str, text: str, source: str) -> str:
    """Move the line from the end of the parser's message to where messages have it."""
    at_line = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", message, re.DOTALL)
    reason, line = at_line.groups() if at_line else (message, len(text.splitlines()) or 1)
    return f"{source} line {line}: {one_line(shortened(reason, _LONGEST_REASON))}"


def to_toml(tables: Mapping[str, object]) -> str:
    """Write a lesson file; floats in their shortest form that reads back as the same number."""
    lines = [f"{key} = {_literal(value)}" for key, value in tables.items() if not isinstance(value, Mapping)]
    for section, values in tables.items():
        if isinstance(values, Mapping):
            lines += ["", f"[{section}]", *(f"{key} = {_literal(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    """Write a value; a matrix takes a line per row."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)  # JSON's escapes are among those of TOML
        case [list(), *_]:
            return "[\n" + "".join(f"  {_literal(row)},\n" for row in value) + "]"
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case dict():
            return f"{{ {', '.join(f'{_key(key)} = {_literal(entry)}' for key, entry in value.items())} }}"
        case _:
            return repr(value)


def _key(name: str) -> str:
    """Write a key, in quotes where it is more than a word."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def shipped_text(name: str) -> str:
    """Text of the file of a shipped lesson.

    Parameters
    ----------
    name
        One of `resources.lesson_names()`.

    Raises
    ------
    LessonError
        When no lesson of that name ships.
    """
    return read(resources.lesson_path(name), name)


def copy(name: str, path: str | Path, *, force: bool = False) -> list[Path]:
    """Write a shipped lesson to a file, and beside it the file with its data, if it has one.

    Parameters
    ----------
    name
        One of `resources.lesson_names()`.
    path
        The copy.
    force
        Whether files that are there already may be replaced; equal data are left alone in any case.

    Returns
    -------
    list of Path
        What was written, the lesson first.

    Raises
    ------
    LessonError
        When no lesson of that name ships.
    OutputError
        When a file cannot be written; then none is.
    """
    text, path = shipped_text(name), Path(path)
    contents = {path: text.encode()}
    data = parse_toml(text, name)["data"].get("csv")
    if data is not None:
        table = (resources.lesson_path(name).parent / data).read_bytes()
        if not _holds(path.parent / data, table):
            contents[path.parent / data] = table
    with ExitStack() as stack:  # leaves in reverse order: a lesson appears after its data
        for target, content in contents.items():
            stack.enter_context(replacing(target, force=force)).write(content)
    return list(contents)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file is there and equal."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False
