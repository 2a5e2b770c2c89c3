"""A lesson with the values of command line options in place of its own."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.changing import put_changes
from mlp2xlsx.lesson.combinations import check_targets
from mlp2xlsx.lesson.format import LANGUAGES, PLACES, TEXTS
from mlp2xlsx.lesson.model import Lesson, checked
from mlp2xlsx.words import one_line

_ABOUT_NETWORK = ("text", "purpose")  # as in "three hidden neurons" and "4-3-1"


def override(
    lesson: Lesson,
    *,
    data: str | Path | None = None,
    target: str | Sequence[str] | None = None,
    features: Sequence[str] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    header: str | None = None,
    decimal: str | None = None,
    scale: str | None = None,
    iterations: int | None = None,
    epochs: int | None = None,
    batch: int | str | None = None,
    lr: float | None = None,
    hidden: Sequence[int] | None = None,
    seed: int | None = None,
    decimals: int | None = None,
    language: str | None = None,
    show: Sequence[int] | None = None,
) -> Lesson:
    """Put the values of command line options in place of the lesson's own.

    A seed draws all parameters anew; other hidden layers and other data keep the initial values that
    still fit. Other data keep the lesson's target and scaling, unless these are given as well, but not
    its title and texts, which speak of its own; other hidden layers keep the title only.

    Parameters
    ----------
    lesson
        What is changed.
    data
        A CSV file or a workbook to take the place of the lesson's data.
    target, features
        Columns of that file.
    encoding, sheet, header, decimal
        What that file does not tell: its encoding, which sheet holds the table, whether its first line holds
        names (`"yes"` or `"no"`), the decimal sign.
    scale
        How the inputs are scaled.
    iterations, epochs, batch, lr, hidden, seed, decimals, language, show
        As in a lesson file. Another batch keeps the number of iterations.

    Raises
    ------
    DataError
        When the file with the data cannot be used.
    LessonError
        When a value is not usable, naming its option.
    """
    options = {
        "iterations": iterations,
        "epochs": epochs,
        "batch": batch,
        "lr": lr,
        "hidden": hidden,
        "seed": seed,
        "decimals": decimals,
        "language": language,
        "show": show,
        "scale": scale,
    }
    changes = {key: value for key, value in options.items() if value is not None}
    names = {PLACES[key]: f"--{key}" for key in changes}
    tables = lesson.tables()
    about = {"target": _listed(target), "features": _listed(features), "encoding": encoding, "sheet": sheet,
             "header": header, "decimal": decimal}  # fmt: skip
    of_table = {key: value for key, value in about.items() if value is not None}
    if data is not None:
        names |= _put_data(tables, lesson, str(data), of_table)
    elif of_table:
        raise LessonError(f"--{next(iter(of_table))} is about a table; expected --data FILE with it")
    put_changes(tables, {**changes, "initial": {}})
    if tables["network"]["hidden"] != list(lesson.network.hidden):
        _drop(tables, _ABOUT_NETWORK)
    new = checked(tables, lesson.name, lesson.name, names, Path())
    if data is not None:
        check_targets(new.network, new.y, str(data))
    shapes = new.network.parameters()
    fitting = {name: given for name, given in lesson.initial.items() if shapes.get(name) == given.shape}
    return dataclasses.replace(
        new,
        initial={} if seed is not None else fitting,
        understood=new.understood if data is not None else lesson.understood,
    )


def _listed(names: str | Sequence[str] | None) -> list[str] | None:
    """Return one name or several as a list, as a lesson file holds it."""
    return [names] if isinstance(names, str) else names if names is None else list(names)


def _put_data(
    tables: dict[str, Any], lesson: Lesson, path: str, of_table: Mapping[str, object]
) -> dict[str, str]:
    """Put a table in place of the data; return the options that messages name instead of its keys."""
    if not of_table.get("target", lesson.target):
        raise LessonError(
            f"--target is missing; expected the column of {one_line(path)} that is to be learnt"
        )
    _drop(tables, TEXTS)
    tables["title"] = one_line(Path(path).stem)[:60]
    tables["data"] = {"csv": path, "target": list(lesson.target), "scale": lesson.scale, **of_table}
    by_default = "" if "target" in of_table else f" (by default that of the lesson {lesson.name})"
    options = {f"data.{key}": f"--{key}" for key in of_table}
    return {**options, "data.csv": "--data", "data.target": f"--target{by_default}"}


def _drop(tables: dict[str, Any], texts: Sequence[str]) -> None:
    """Leave out what a lesson says of itself in all languages."""
    for key in texts:
        tables.pop(key, None)
    for language in LANGUAGES:
        kept = {key: said for key, said in tables.pop(language, {}).items() if key not in texts}
        if kept:
            tables[language] = kept
