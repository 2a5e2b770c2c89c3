"""The lessons that ship as files: their text, and copies to start one's own from."""

from contextlib import ExitStack
from pathlib import Path

from mlp2xlsx import resources
from mlp2xlsx.lesson.file import parse_toml, read
from mlp2xlsx.output import replacing


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
