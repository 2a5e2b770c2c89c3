"""What a teacher should know about a submission, to be said in any language."""

from typing import NamedTuple

from mlp2xlsx import resources

_FIRST = ("misplaced", "strangers")
_NOT_GRADED = (
    "unreadable",
    "unknown",
    "unknown_known",
    "no_id",
    "no_id_known",
    "earlier",
    "save_spreadsheet",
    "save_table",
    "save_numbers",
    "save_pdf",
)


class Notice(NamedTuple):
    """One thing to know.

    Attributes
    ----------
    about
        The file, or the student.
    key
        Which text says it.
    one, other
        What is filled into the text: students, places, reasons.
    """

    about: str
    key: str
    one: str = ""
    other: str = ""

    @property
    def comes_first(self) -> bool:
        """Whether somebody's grade may be somebody else's: a teacher has to look at it before all others."""
        return self.key in _FIRST

    @property
    def means_not_graded(self) -> bool:
        """Whether it says why a file was not graded."""
        return self.key in _NOT_GRADED

    def text(self, language: str) -> str:
        """Say it."""
        words: dict[str, str] = resources.texts(language)["notices"]
        return words[self.key].format(one=self.one, other=self.other)
