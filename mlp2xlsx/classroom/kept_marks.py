"""What was found in submissions, kept so that grading goes on where it was."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

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

    def find(self, file: str, digest: str | None = None, copied: Sequence[str] = ()) -> Mark | None:
        """What was found before in a submission, if its marked workbook is still there.

        Parameters
        ----------
        file
            What mark and workbook are called.
        digest
            A mark of the submission's bytes and of the terms; by default it is all the same in what it was
            found.
        copied
            What was worth nothing in it.
        """
        kept = self._kept(file)
        if digest is None:
            digest, copied = kept.get("digest", ""), kept.get("copied", ())
        try:
            is_good = self._about(digest, copied, kept["mark"]) == {
                key: kept[key] for key in kept if key != "mark"
            }
            return Mark.from_json(kept["mark"]) if is_good else None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def copied(self, file: str, digest: str) -> tuple[str, ...]:
        """What was worth nothing in a submission when it was marked last; nothing in another file."""
        kept = self._kept(file)
        names = kept.get("copied", []) if kept.get("digest") == digest else []
        return tuple(map(str, names)) if isinstance(names, list) else ()

    def keep(self, file: str, digest: str, copied: Sequence[str], found: Mark, feedback: bytes) -> None:
        """Keep what was found in a submission, and its marked workbook."""
        made = found.as_json()
        kept = self._about(digest, copied, made) | {"mark": made}
        # What was found comes last: where it is, the workbook is, too.
        write_file(self._home.feedback / f"{file}.xlsx", feedback)
        write_file(self._home.marks / f"{file}.json", json.dumps(kept, ensure_ascii=False).encode())

    def _kept(self, file: str) -> dict[str, Any]:
        """All that is kept of a submission; nothing where its marked workbook is gone, or it is damaged."""
        try:
            kept = json.loads((self._home.marks / f"{file}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        is_there = (self._home.feedback / f"{file}.xlsx").is_file()
        return kept if is_there and isinstance(kept, dict) else {}

    def _about(self, digest: str, copied: Sequence[str], mark: object) -> dict[str, object]:
        """Tell what a mark is good for, and seal it: it could have been edited, or damaged."""
        seal = sha256(json.dumps(mark).encode()).hexdigest()
        about = {"layout": LAYOUT, "digest": digest, "class": self._class, "seal": seal}
        return about | ({"copied": list(copied)} if copied else {})
