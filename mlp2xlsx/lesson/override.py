"""A lesson with the values of command line options in place of its own."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.format import LANGUAGES, PLACES, TEXTS
from mlp2xlsx.lesson.model import Lesson, changed, checked
from mlp2xlsx.words import one_line

# What is said about a lesson's own data, or is made for them.
_OWN = (*TEXTS, *LANGUAGES, "data", "initial")


def override(
    lesson: Lesson,
    *,
    data: str | Path | None = None,
    target: str | Sequence[str] | None = None,
    features: Sequence[str] | None = None,
    scale: str | None = None,
    iterations: int | None = None,
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
    its title and texts, which speak of its own.

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
    iterations, lr, hidden, seed, decimals, language, show
        As in a lesson file.

    Raises
    ------
    DataError
        When the file with the data cannot be used.
    LessonError
        When a value is not usable, naming its option.
    """
    options = {
        "iterations": iterations,
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
    start = lesson
    if data is not None:
        start = _with_data(lesson, str(data), _listed(target), _listed(features), changes.pop("scale", None))
    elif target is not None or features is not None:
        option = "--target" if target is not None else "--features"
        raise LessonError(f"{option} names columns of a CSV file; expected --data FILE with it")
    new = changed(start, {**changes, "initial": {}}, lesson.name, names)
    shapes = new.network.parameters()
    fitting = {name: given for name, given in lesson.initial.items() if shapes.get(name) == given.shape}
    return dataclasses.replace(new, initial={} if seed is not None else fitting)


def _listed(names: str | Sequence[str] | None) -> list[str] | None:
    """Give one name or several as a list, as a lesson file holds it."""
    return [names] if isinstance(names, str) else names if names is None else list(names)


def _with_data(lesson: Lesson, path: str, target: object, features: object, scale: object) -> Lesson:
    """Take the data from a CSV file."""
    wanted = target if target is not None else list(lesson.target)
    if not wanted:
        raise LessonError(
            f"--target is missing; expected the column of {one_line(path)} that is to be learnt"
        )
    given = {"csv": path, "target": target, "features": features, "scale": scale}
    table = {key: value for key, value in given.items() if value is not None}
    names = {f"data.{key}": f"--{'data' if key == 'csv' else key}" for key in table}
    if target is None:
        names["data.target"] = f"--target (by default that of the lesson {lesson.name})"
    table = {"target": wanted, "scale": lesson.scale, **table}
    tables = {key: value for key, value in lesson.tables().items() if key not in _OWN}
    title = one_line(Path(path).stem)[:60]
    return checked({**tables, "title": title, "data": table}, lesson.name, lesson.name, names, Path())
