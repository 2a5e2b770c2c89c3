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
_FORMS = {
    "moodle": re.compile(
        r"(?P<prefix>(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_|$)).*",
        re.IGNORECASE | re.DOTALL,
    ),
    "canvas": re.compile(r"(?P<prefix>(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+)_\d+_).+", re.DOTALL),
}


class Sender(NamedTuple):
    """Somebody on a course platform.

    Attributes
    ----------
    platform
        `"moodle"` or `"canvas"`.
    prefix
        All that the platform has written.
    name
        As the platform writes it: a full name, `lastfirst`, or `Participant` where names are hidden.
    number
        The platform's number of the person.
    is_late
        Whether the platform says that it came late; Moodle says nothing of it.
    """

    platform: str
    prefix: str
    name: str
    number: str
    is_late: bool


def sender_in(part: str) -> Sender | None:
    """Sender that a platform has written into one part of a path."""
    for platform, form in _FORMS.items():
        found = form.fullmatch(part)
        if found is not None:
            said = found.groupdict()
            return Sender(platform, said["prefix"], said["name"], said["number"], bool(said.get("late")))
    return None


def sender_of(place: str) -> Sender | None:
    """Sender that a platform has written into the outermost part of a path that names one."""
    return next(filter(None, map(sender_in, place.split("/"))), None)


def is_archive(part: str) -> bool:
    """Whether one part of a path is a .zip."""
    return ending(part) == ".zip"


def platform_sender(place: str) -> str | None:
    """Mark of the sender that a platform names in a path, the same for all the files of one sender."""
    parts = place.split("/")
    for number, part in enumerate(parts):
        found = sender_in(part)
        if found is not None:
            return "/".join([*parts[:number], f"{found.name}_{found.number}"])
    return None
