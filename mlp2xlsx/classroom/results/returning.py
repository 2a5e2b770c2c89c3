"""The marked workbooks as course platforms take them back: a .zip with the names that they gave.

Moodle (*Upload multiple feedback files in a zip*) reads whose a file is from the parts of its path between
underscores, `fullname_number_assignsubmission_file_`, and passes over what begins with a dot or a tilde
(`mod/assign/feedback/file/importziplib.php`). Canvas (*Re-upload submissions*) wants the names it gave.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

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
        target = folder / f"feedback-{platform}.zip"
        if not some:
            target.unlink(missing_ok=True)
            continue
        with replacing(target, force=True) as stream, zipfile.ZipFile(stream, "w") as archive:
            for name, path in sorted(some):
                archive.writestr(zipfile.ZipInfo(name, _SAME_TIME), path.read_bytes())


def _name(sender: Sender, file: str, path: Path) -> str:
    """Name of a marked workbook: in the folder of Moodle, or for Canvas that of the file that came in."""
    if sender.platform == "moodle":
        return f"{sender.prefix}/{path.name}"
    return file if file.startswith(sender.prefix) else f"{sender.prefix}{path.name}"
