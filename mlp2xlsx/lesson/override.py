"""A lesson with the values of command line options in place of its own."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.changing import put_changes
from mlp2xlsx.lesson.combinations import check_shares
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
        A CSV file to take the place of the lesson's data.
    target, features
        Columns of that file.
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
    if data is not None:
        names |= _put_data(tables, lesson, str(data), _listed(target), _listed(features))
    elif target is not None or features is not None:
        option = "--target" if target is not None else "--features"
        raise LessonError(f"{option} names columns of a CSV file; expected --data FILE with it")
    put_changes(tables, {**changes, "initial": {}})
    if tables["network"]["hidden"] != list(lesson.network.hidden):
        _drop(tables, _ABOUT_NETWORK)
    new = checked(tables, lesson.name, lesson.name, names, Path())
    if data is not None:
        check_shares(new.network, new.y, str(data))
    shapes = new.network.parameters()
    fitting = {name: given for name, given in lesson.initial.items() if shapes.get(name) == given.shape}
    return dataclasses.replace(new, initial={} if seed is not None else fitting)


def _listed(names: str | Sequence[str] | None) -> list[str] | None:
    """Return one name or several as a list, as a lesson file holds it."""
    return [names] if isinstance(names, str) else names if names is None else list(names)


def _put_data(
    tables: dict[str, Any], lesson: Lesson, path: str, target: list[str] | None, features: list[str] | None
) -> dict[str, str]:
    """Put a CSV file in place of the data; return the options that messages name instead of its keys."""
    wanted = target if target is not None else list(lesson.target)
    if not wanted:
        raise LessonError(
            f"--target is missing; expected the column of {one_line(path)} that is to be learnt"
        )
    _drop(tables, TEXTS)
    tables["title"] = one_line(Path(path).stem)[:60]
    tables["data"] = {"csv": path, "target": wanted, "scale": lesson.scale}
    if features is not None:
        tables["data"]["features"] = features
    by_default = f" (by default that of the lesson {lesson.name})" if target is None else ""
    return {"data.csv": "--data", "data.target": f"--target{by_default}", "data.features": "--features"}


def _drop(tables: dict[str, Any], texts: Sequence[str]) -> None:
    """Leave out what a lesson says of itself in all languages."""
    for key in texts:
        tables.pop(key, None)
    for language in LANGUAGES:
        kept = {key: said for key, said in tables.pop(language, {}).items() if key not in texts}
        if kept:
            tables[language] = kept
