"""A lesson with the values of command line options in place of its own."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.changing import put
from mlp2xlsx.lesson.combinations import check_targets
from mlp2xlsx.lesson.model import Lesson, checked, said_before
from mlp2xlsx.options.table import LANGUAGES, TEXTS, flags
from mlp2xlsx.words import one_line

_ABOUT_TABLE = ("target", "features", "classes", "encoding", "sheet", "header", "decimal")
_ABOUT_RUN = ("text", "purpose", "task")  # as in "three hidden neurons" and "one sample at a time"


def override(lesson: Lesson, **options: Any) -> Lesson:
    """Put the values of command line options in place of the lesson's own.

    A seed or a method draws all parameters anew; other hidden layers and other data keep the initial values
    that still fit. Other data keep the lesson's target and scaling, unless these are given as well, but not
    its title and texts, which speak of its own; other hidden layers and another batch keep the title only.
    Fewer iterations and other initial values leave out the task: what it promises does not come.

    Parameters
    ----------
    lesson
        What is changed.
    **options
        New values by the names of the options of `build`, in the form that a lesson file gives them; None
        for none. `data` is the path of a CSV file or a workbook, of which `target` and `features` name
        columns; `encoding`, `sheet`, `header` and `decimal` say what it does not tell. Another batch keeps
        the number of iterations.

    Raises
    ------
    DataError
        When the file with the data cannot be used.
    LessonError
        When a value is not usable, naming its option.
    """
    known = flags()
    for flag in options:
        if flag not in known:
            raise TypeError(f"override() got an unexpected keyword argument {flag!r}")
    used = {flag: option for flag, option in known.items() if options.get(flag) is not None}
    changes = {option.name: options[flag] for flag, option in used.items()}
    names = {option.key: f"--{flag}" for flag, option in used.items()}
    tables = lesson.tables()
    if "generate" in changes:
        _drop(tables, TEXTS)
        tables |= {"title": changes["generate"], "data": {"scale": lesson.scale}}
    if "csv" in changes:
        path = changes["csv"] = str(changes["csv"])
        if "target" not in changes:
            names["data.target"] = f"--target (by default that of the lesson {lesson.name})"
        if not changes.setdefault("target", lesson.target):
            raise LessonError(
                f"--target is missing; expected the column of {one_line(path)} that is to be learnt"
            )
        _drop(tables, TEXTS)
        tables |= {"title": one_line(Path(path).stem)[:60], "data": {"scale": lesson.scale}}
    elif about := next((flag for flag in _ABOUT_TABLE if flag in changes), None):
        raise LessonError(f"--{about} is about a table; expected --data FILE with it")
    put(tables, {"initial": lesson.drawings.general.table(), **changes})
    new = checked(tables, lesson.name, lesson.name, names, Path(), said_before(lesson, changes))
    others, drawn_anew = changes.keys() & {"csv", "generate"}, changes.keys() & {"seed", "initial"}
    if others:
        check_targets(new.network, new.y, changes.get("csv", names.get("data.generate", "")))
    shapes = new.network.parameters()
    fitting = {name: given for name, given in lesson.initial.items() if shapes.get(name) == given.shape}
    own = {name: drawing for name, drawing in lesson.drawings.own.items() if name in shapes}
    return dataclasses.replace(
        new,
        initial={} if drawn_anew else fitting,
        drawings=new.drawings if "initial" in changes else dataclasses.replace(lesson.drawings, own=own),
        understood=new.understood if "csv" in changes else lesson.understood,
        **({} if others else _still_true(lesson, new, drawn_anew=bool(drawn_anew))),
    )


def _still_true(lesson: Lesson, new: Lesson, *, drawn_anew: bool) -> dict[str, Any]:
    """What a lesson says of itself, without what does not hold of the new one any more."""
    out: Sequence[str] = ("task",) if drawn_anew or new.iterations < lesson.iterations else ()
    if (new.network.hidden, new.batch) != (lesson.network.hidden, lesson.batch):
        out = _ABOUT_RUN
    kept = {
        language: {key: text for key, text in said.items() if key not in out}
        for language, said in lesson.translations.items()
    }
    return {
        **dict.fromkeys(out, ""),
        "translations": {language: said for language, said in kept.items() if said},
    }


def _drop(tables: dict[str, Any], texts: Sequence[str]) -> None:
    """Leave out what a lesson says of itself in all languages."""
    for key in texts:
        tables.pop(key, None)
    for language in LANGUAGES:
        kept = {key: said for key, said in tables.pop(language, {}).items() if key not in texts}
        if kept:
            tables[language] = kept
