"""What was found in submissions, kept so that grading goes on where it was."""

import json
from hashlib import sha256

from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.records import ClassFolder
from mlp2xlsx.output import write_file
from mlp2xlsx.workbook.layout.version import LAYOUT


class KeptMarks:
    """The marks that a class keeps, each beside its marked workbook.

    A mark is good for the very same file, class and version of the layout.

    Parameters
    ----------
    home
        Where they are.
    """

    def __init__(self, home: ClassFolder) -> None:
        self._home = home
        self._class = sha256(home.records.read_bytes()).hexdigest()

    def find(self, file: str, digest: str | None = None) -> Mark | None:
        """What was found before in a submission, if its marked workbook is still there.

        Parameters
        ----------
        file
            What mark and workbook are called.
        digest
            A mark of the submission's bytes and of the terms; by default it is all the same in what it was
            found.
        """
        try:
            kept = json.loads((self._home.marks / f"{file}.json").read_text(encoding="utf-8"))
            is_good = self._about(kept["digest"] if digest is None else digest, kept["mark"]) == {
                key: kept[key] for key in kept if key != "mark"
            }
            is_there = (self._home.feedback / f"{file}.xlsx").is_file()
            return Mark.from_json(kept["mark"]) if is_good and is_there else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def keep(self, file: str, digest: str, found: Mark, feedback: bytes) -> None:
        """Keep what was found in a submission, and its marked workbook."""
        made = found.as_json()
        kept = self._about(digest, made) | {"mark": made}
        # What was found comes last: where it is, the workbook is, too.
        write_file(self._home.feedback / f"{file}.xlsx", feedback)
        write_file(self._home.marks / f"{file}.json", json.dumps(kept, ensure_ascii=False).encode())

    def _about(self, digest: str, mark: object) -> dict[str, object]:
        """Tell what a mark is good for, and seal it: it could have been edited, or damaged."""
        seal = sha256(json.dumps(mark).encode()).hexdigest()
        return {"layout": LAYOUT, "digest": digest, "class": self._class, "seal": seal}
