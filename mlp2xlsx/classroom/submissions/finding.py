"""What was handed in: the workbooks in a folder or a .zip, and the files that cannot be graded."""

import stat
from pathlib import Path

from mlp2xlsx.classroom.submissions.archive import entries, is_workbook
from mlp2xlsx.classroom.submissions.contents import Submission, Unreadable, unreadable
from mlp2xlsx.classroom.submissions.search import Search
from mlp2xlsx.errors import SubmissionError
from mlp2xlsx.words import one_line

_GIVE = "give the folder or the .zip file that holds the submitted workbooks"


def find_submissions(path: Path) -> tuple[list[Submission], list[Unreadable]]:
    """Find what was handed in; no workbook is opened.

    Parameters
    ----------
    path
        A folder, which is searched with the folders and the .zip files in it; or a .zip file, which is
        searched with the .zip files in it. What is hidden, a lock or left behind by a system is passed over.

    Returns
    -------
    tuple[list[Submission], list[Unreadable]]
        The workbooks, and what cannot be graded; both in the order of their places.

    Raises
    ------
    SubmissionError
        When the path is neither a folder nor a .zip file, cannot be read, or holds nothing.
    """
    search = Search()
    try:
        if _is_folder(path):
            search.folder(path)
        else:
            _search_archive(path, search)
    except OSError as error:
        raise unreadable(path, error) from None
    found, refused = search.outcome()
    if not found and not refused:
        raise SubmissionError(f"{_shown(path)} holds no files; {_GIVE}")
    # Places that are the same stay in the order in which they were found.
    return (
        sorted(found, key=lambda one: (one.place, one.time)),
        sorted(refused, key=lambda one: (one.place, one.reason)),
    )


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder; if not, it is a file that begins as .zip files do."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a NUL in it
        raise SubmissionError(f"{_shown(path)} does not exist; {_GIVE}") from None
    if stat.S_ISDIR(mode):
        return True
    if stat.S_ISREG(mode):  # opening a pipe would wait for ever
        with path.open("rb") as stream:
            start = stream.read(2)
        if start == b"PK":
            return False
        if not start:
            raise SubmissionError(f"{_shown(path)} is empty; {_GIVE}")
    raise SubmissionError(f"{_shown(path)} is neither a folder nor a .zip file; {_GIVE}")


def _search_archive(path: Path, search: Search) -> None:
    try:
        with path.open("rb") as stream:
            listed = entries(stream)
    except ValueError as error:
        raise SubmissionError(f"{_shown(path)} cannot be read as a .zip file: {error}; {_GIVE}") from None
    if is_workbook(listed):
        raise SubmissionError(f"{_shown(path)} is a single workbook; {_GIVE}")
    search.archive(path, listed)


def _shown(path: Path) -> str:
    return one_line(str(path))
