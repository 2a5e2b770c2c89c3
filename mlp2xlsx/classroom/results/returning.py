"""Workbooks as course platforms hand them out: a .zip with the names that they gave.

Moodle (*Upload multiple feedback files in a zip*) reads whose a file is from the parts of its path between
underscores, `fullname_number_assignsubmission_file_`, and passes over what begins with a dot or a tilde
(`mod/assign/feedback/file/importziplib.php`). Canvas (*Re-upload submissions*) wants the names it gave.
"""

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.gradebook import is_moodle_worksheet, participants
from mlp2xlsx.classroom.submissions.senders import Sender, sender_of
from mlp2xlsx.output import replacing

_SAME_TIME = (1980, 1, 1, 0, 0, 0)  # so that the same workbooks make the same .zip


def write_feedback_zips(folder: Path, marked: Iterable[tuple[str, Path]]) -> None:
    """Write a .zip for each platform that has named a submission; one of an earlier time is taken away.

    Parameters
    ----------
    folder
        Where they go: `feedback-moodle.zip` and `feedback-canvas.zip`.
    marked
        The place of each submission, and its marked workbook.
    """
    files: dict[str, list[tuple[str, Path]]] = {"moodle": [], "canvas": []}
    for place, path in marked:
        sender = sender_of(place)
        if sender is not None:
            files[sender.platform].append((_name(sender, place.rpartition("/")[2], path), path))
    for platform, some in files.items():
        _write_zip(folder / f"feedback-{platform}.zip", some)


def write_handouts_zip(folder: Path, records: Records, handouts: Path) -> None:
    """Write a .zip by which Moodle gives each student their own handout, before anything is handed in.

    Only its grading worksheet tells the numbers by which it knows the participants; from any other roster no
    platform knows whom a file is for, and there is no .zip.

    Parameters
    ----------
    folder
        Where it goes: `handouts-moodle.zip`.
    records
        The class.
    handouts
        Where the handouts are.
    """
    files = []
    if is_moodle_worksheet(records.columns):
        for number, student in zip(participants(records), records.students, strict=True):
            if number.isdecimal():
                # Moodle reads the number; the name in front of it must be one part between underscores.
                prefix = f"{(student.name or student.id).replace('_', ' ')}_{number}_assignsubmission_file"
                files.append((f"{prefix}/{student.file}.xlsx", handouts / f"{student.file}.xlsx"))
    _write_zip(folder / "handouts-moodle.zip", files)


def _write_zip(target: Path, files: Sequence[tuple[str, Path]]) -> None:
    """Write a .zip of some files by their names in it; without any, an earlier one is taken away."""
    if not files:
        target.unlink(missing_ok=True)
        return
    with replacing(target, force=True) as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, path in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _SAME_TIME), path.read_bytes())


def _name(sender: Sender, file: str, path: Path) -> str:
    """Name of a marked workbook: in the folder of Moodle, or for Canvas that of the file that came in."""
    if sender.platform == "moodle":
        return f"{sender.prefix}/{path.name}"
    return file if file.startswith(sender.prefix) else f"{sender.prefix}{path.name}"
