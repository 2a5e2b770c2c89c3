"""Who has sent a file: read from the outermost part of its path that a course platform or a .zip has made.

What stands further in has been named by the sender, who may have called it after somebody else.

Moodle packs the files of an assignment into folders `Full name_123456_assignsubmission_file_`, or puts that
in front of their names (its `mod/assign/locallib.php`). Canvas puts `lastfirst_[LATE_]userid_fileid_` in
front (its `lib/content_zipper.rb`).
"""

import re
from typing import NamedTuple

from mlp2xlsx.classroom.submissions.kinds import ending

# The shortest name that fits: what comes after the first number is the sender's to choose.
_FORMS = (
    re.compile(r"(.+?)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?", re.IGNORECASE | re.DOTALL),
    re.compile(r"(.+?)_(?:LATE_)?(\d+)_\d+_.+", re.DOTALL),
)


class Sender(NamedTuple):
    """Somebody on a course platform.

    Attributes
    ----------
    name
        As the platform writes it: a full name, `lastfirst`, or `Participant` where names are hidden.
    number
        The platform's number of the person.
    """

    name: str
    number: str


def sender_in(part: str) -> Sender | None:
    """Sender that a platform has written into one part of a path."""
    for form in _FORMS:
        found = form.fullmatch(part)
        if found is not None:
            return Sender(found[1], found[2])
    return None


def is_archive(part: str) -> bool:
    """Whether one part of a path is a .zip."""
    return ending(part) == ".zip"


def platform_sender(place: str) -> str | None:
    """Mark of the sender that a platform names in a path, the same for all the files of one sender."""
    parts = place.split("/")
    for number, part in enumerate(parts):
        found = sender_in(part)
        if found is not None:
            return "/".join([*parts[:number], "_".join(found)])
    return None
