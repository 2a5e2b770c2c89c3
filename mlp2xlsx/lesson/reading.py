"""Lessons from files: those that ship, and one's own."""

from pathlib import Path

from mlp2xlsx.lesson.combinations import check_targets
from mlp2xlsx.lesson.file import find, parse_toml, read
from mlp2xlsx.lesson.model import Lesson, checked
from mlp2xlsx.words import one_line


def load(name_or_path: str | Path) -> Lesson:
    """Load a shipped lesson, or a file.

    Parameters
    ----------
    name_or_path
        A name such as `article`, or the path of a lesson file.

    Raises
    ------
    LessonError
        When there is no such lesson, or its file is not usable.
    """
    path, source = find(name_or_path)
    lesson = parse(read(path, source), source, one_line(path.stem), path.parent)
    check_targets(lesson.network, lesson.y, source)
    return lesson


def parse(text: str, source: str, name: str, folder: Path | None = None) -> Lesson:
    """Read a lesson from a text in the format of lesson files.

    Parameters
    ----------
    text
        TOML.
    source
        What messages call the text.
    name
        The lesson's name, and its title where the text gives none.
    folder
        Where a CSV file that the lesson names is looked for; without it, no file is read.

    Raises
    ------
    LessonError
        When the text is not TOML, or says something that is not usable.
    """
    return checked(parse_toml(text, source), source, name, {}, folder)
