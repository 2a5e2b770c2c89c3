"""Students without their names: handouts that are called by their ids, and what is said of what came in."""

from collections.abc import Sequence
from dataclasses import replace

from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.classroom.results.tables import table_bytes
from mlp2xlsx.classroom.submissions import Submission, Unreadable
from mlp2xlsx.classroom.submissions.sorting import Class

FOR_PLATFORMS = (
    "handouts-moodle.zip",
    "feedback-moodle.zip",
    "feedback-canvas.zip",
    "grading-worksheet.csv",
    "canvas.csv",
)
"""What platforms read, and what says who is who."""


def with_pseudonyms(records: Records) -> Records:
    """Return the same class with every file called by its handout id."""
    students = [replace(one.student, file=one.ident) for one in records.exercises()]
    return replace(records, students=tuple(students))


def forget_names(home: ClassFolder, records: Records) -> None:
    """Take away what was written of the students by their names, before they had pseudonyms.

    The handouts stay: they are given out, and nothing can be graded without them.
    """
    for name in FOR_PLATFORMS:
        (home.path / name).unlink(missing_ok=True)
    for one in records.exercises():
        if one.file != one.student.file:
            (home.feedback / f"{one.student.file}.xlsx").unlink(missing_ok=True)
            (home.path / "gradescope" / f"{one.student.file}.json").unlink(missing_ok=True)


def names_table(records: Records) -> bytes:
    """Write down who is who: the roster with the handout ids in front."""
    lines = [[one.ident, *one.student.row] for one in records.exercises()]
    return table_bytes([["Handout", *records.columns], *lines], records.form)


class Aliases:
    """What files are called in place of where they are.

    Parameters
    ----------
    group
        The class.
    files
        All that came in.
    """

    def __init__(self, group: Class, files: Sequence[Submission | Unreadable]) -> None:
        self._aliases: dict[str, str] = {}
        for number, one in enumerate(files, start=1):
            senders, _ = group.sent_by(one.place)
            who = senders[0].ident if len(senders) == 1 else ""
            self._aliases[one.place] = " ".join(filter(None, (f"file {number}", who and f"({who})")))
        # A place may be a part of another: the longer one is found first.
        self._longest_first = sorted(self._aliases, key=len, reverse=True)

    def hidden(self, notice: Notice) -> Notice:
        """Return a notice in which every file goes by its alias."""
        return Notice(self._text(notice.about), notice.key, self._text(notice.one), self._text(notice.other))

    def _text(self, text: str) -> str:
        if text in self._aliases:
            return self._aliases[text]
        for place in self._longest_first:
            if place in text:
                text = text.replace(place, self._aliases[place])
        return text
