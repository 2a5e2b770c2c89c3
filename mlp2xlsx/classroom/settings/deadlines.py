"""Whether a submission came in time: by the name that the platform gave it, or by its date."""

from collections.abc import Iterable
from math import ceil

from mlp2xlsx.classroom.settings.settings import BY_DATE, NOTHING, Settings
from mlp2xlsx.classroom.submissions.contents import Submission
from mlp2xlsx.classroom.submissions.senders import sender_of

_DAY = 86_400.0  # seconds


def days_late(settings: Settings, submission: Submission) -> int:
    """How many days a submission is late, each day begun counting whole; 0 in time.

    A file without a date, as some programs pack it, is late only if its platform says so.
    """
    deadline = settings.deadline
    after = submission.time - deadline.timestamp() if deadline is not None and submission.time else 0.0
    by_date = max(0, ceil(after / _DAY))
    if settings.late_is == BY_DATE:
        return by_date
    sender = sender_of(submission.place)
    return max(1, by_date) if sender is not None and sender.is_late else 0


def deadline_hint(settings: Settings, submissions: Iterable[Submission]) -> str:
    """Say that a deadline has no effect, where no platform that knows who is late has named a file."""
    if settings.deadline is None or settings.late_is == BY_DATE:
        return ""
    senders = (sender_of(one.place) for one in submissions)
    if any(sender is not None and sender.platform == "canvas" for sender in senders):
        return ""
    return 'nobody is late: only Canvas says so in the names of files; late_is = "date" goes by their dates'


def is_closed(settings: Settings, submission: Submission) -> bool:
    """Whether a submission came after the last day on which another try counts."""
    return settings.closes is not None and submission.time > settings.closes.timestamp()


def share_left(settings: Settings, days: int) -> float:
    """Share of the total, from 0 to 1, that is left of a submission that is some days late."""
    if days and settings.late == NOTHING:
        return 0.0
    return max(0.0, 1 - days * settings.late_per_day / 100)
