"""The search through folders and .zip files for what was handed in, in bounded time and memory."""

import os
import stat
from heapq import nsmallest
from io import BytesIO
from pathlib import Path

from mlp2xlsx.classroom.submissions import budgets
from mlp2xlsx.classroom.submissions.archive import ArchiveFile, decoded_name, entries, is_workbook, unpack
from mlp2xlsx.classroom.submissions.budgets import Budget
from mlp2xlsx.classroom.submissions.contents import (
    LARGEST_FILE,
    TOO_LARGE,
    InFolder,
    InZip,
    Readable,
    Submission,
    Unreadable,
)
from mlp2xlsx.classroom.submissions.kinds import ending, is_ignored, why_unfit
from mlp2xlsx.classroom.submissions.senders import platform_sender
from mlp2xlsx.words import one_line

_WANTED = (".xlsx", ".zip")
_TOO_DEEP = "a .zip file in another; unpack it first"


class Search:
    """What is found and what is refused, each sender by a budget of its own.

    What was given is the teacher's, and so is a .zip that lies in a folder of it: there only the files that
    a platform has named have senders. A .zip in a .zip is one sender's.
    """

    def __init__(self) -> None:
        full = (
            f"the limit of {budgets.MOST_GIVEN:,} files and folders is reached here; what follows is left out"
        )
        self._given = Budget("", budgets.MOST_GIVEN, None, False, full, "")
        self._beyond: Unreadable | None = None

    def outcome(self) -> tuple[list[Submission], list[Unreadable]]:
        """Return what was found and what was refused."""
        self._given.broken = None  # of what was given, only that is left out for which there was no room
        all_ = [*self._given.outcome(), *filter(None, [self._beyond])]
        found = [one for one in all_ if isinstance(one, Submission)]
        return found, [one for one in all_ if isinstance(one, Unreadable)]

    def folder(self, root: Path) -> None:
        """Search a folder, the folders in it, and the .zip files in all of them.

        Raises
        ------
        OSError
            When the folder cannot be read; for those in it, this is noted.
        """
        waiting = [(str(root), "")]
        while waiting:
            folder, place = waiting.pop()
            budget = self._budget(place, self._given)
            if budget.broken is not None:
                continue
            try:
                # No more are held than there is room for, in an order that does not depend on the disk.
                with os.scandir(folder) as items:
                    listed = nsmallest(budget.files + 1, items, key=lambda item: item.name)
            except OSError as error:
                if not place:
                    raise
                _refuse(budget, place, f"a folder that cannot be read: {_reason(error)}")
                continue
            folders = []
            for item in listed:
                here = _joined(place, _shown(item.name))
                if not self._has_room(budget, here):
                    break
                own = self._budget(here, budget)
                if is_ignored(item.name):
                    continue
                try:
                    status = item.stat(follow_symlinks=False)
                except OSError as error:
                    _refuse(own, here, f"cannot be read: {_reason(error)}")
                    continue
                if stat.S_ISDIR(status.st_mode):
                    folders.append((item.path, here))
                elif _is_wanted(item, status, here, own):
                    path = Path(item.path)
                    if ending(item.name) == ".zip":
                        self._archive_on_disk(path, here, own)
                    elif own.take_bytes(status.st_size):
                        _find(own, here, status.st_mtime, InFolder(path))
            waiting += reversed(folders)

    def _archive_on_disk(self, path: Path, place: str, budget: Budget) -> None:
        try:
            with path.open("rb") as stream:
                listed = entries(stream)
        except OSError as error:
            _refuse(budget, place, f"cannot be read: {_reason(error)}")
        except ValueError as error:
            _refuse(budget, place, str(error))
        else:
            if not budget.is_sender:
                budget = budget.within.setdefault(place, Budget.of_archive(place))
            for here, _ in self._entries(path, listed, place, None, budget):
                _refuse(self._budget(here, budget), here, _TOO_DEEP)

    def archive(self, path: Path, listed: list[ArchiveFile]) -> None:
        """Search the .zip that was given, and those in it."""
        inner = self._entries(path, listed, "", None, self._given)
        for here, outer in sorted(inner, key=lambda one: one[0]):
            budget = self._budget(here, self._given)
            if not budget.is_sender:
                budget = self._given.within.setdefault(here, Budget.of_sender(here))
                budget.take_bytes(outer.size)
            if budget.broken is not None:
                continue
            try:
                with path.open("rb") as stream:
                    within = entries(BytesIO(unpack(stream, outer)))
            except (OSError, ValueError) as error:
                _refuse(budget, here, _reason(error) if isinstance(error, OSError) else str(error))
                continue
            for deeper, _ in self._entries(path, within, here, outer, budget):
                _refuse(budget, deeper, _TOO_DEEP)

    def _entries(
        self, path: Path, listed: list[ArchiveFile], place: str, outer: ArchiveFile | None, budget: Budget
    ) -> list[tuple[str, ArchiveFile]]:
        """Sort out the files of a .zip; return the .zip files among them with their places."""
        if place and is_workbook(listed):
            _refuse(budget, place, "a workbook by the name of a .zip file; let it end in .xlsx")
            return []
        inner = []
        before = len(budget.found), len(budget.refused), len(budget.within)
        for entry in listed:
            here = _joined(place, entry.name)
            own = self._budget(here, budget)
            # In what was given, the files of a sender take the room of that sender alone.
            counting = [own] if own is budget or budget is self._given else [own, budget]
            if not all(self._has_room(one, here) for one in counting):
                continue
            steps = entry.name.split("/")
            if not steps[-1] or any(map(is_ignored, steps)):
                continue
            reason, kind = _why_not(entry), ending(steps[-1])
            if reason is not None:
                _refuse(own, here, reason)
            elif all(one.take_bytes(entry.size) for one in counting):
                if kind == ".zip":
                    inner.append((here, entry))
                else:
                    _find(own, here, entry.time, InZip(path, entry, outer))
        if place and not inner and before == (len(budget.found), len(budget.refused), len(budget.within)):
            _refuse(budget, place, "a .zip file without a workbook in it")
        return inner

    def _budget(self, place: str, outer: Budget) -> Budget:
        """Budget of a file or folder: that of what it is in, or of the sender whom a platform names."""
        if outer.is_sender:
            return outer
        sender = platform_sender(place)
        if sender is None:
            return outer
        return outer.within.setdefault(sender, Budget.of_sender(sender))

    def _has_room(self, budget: Budget, place: str) -> bool:
        """Whether there is room for one more; the first time that what was given has none, this is noted."""
        if budget.take_file():
            return True
        if budget is self._given and self._beyond is None:
            self._beyond = Unreadable(place, budget.beyond_files)
        return False


def _is_wanted(item: os.DirEntry[str], status: os.stat_result, place: str, budget: Budget) -> bool:
    """Whether what is on the disk is a workbook or a .zip to read; anything else is refused."""
    kind = ending(item.name)
    if stat.S_ISLNK(status.st_mode):
        _refuse(budget, place, "a symbolic link, which is not followed")
    elif not stat.S_ISREG(status.st_mode):
        _refuse(budget, place, "a pipe, a socket or a device, not a file")
    elif kind not in _WANTED:
        _refuse(budget, place, why_unfit(item.name))
    elif not os.access(item.path, os.R_OK):
        _refuse(budget, place, "cannot be read: permission denied")
    elif kind == ".xlsx" and status.st_size > LARGEST_FILE:  # of a .zip only the directory is read
        _refuse(budget, place, TOO_LARGE)
    else:
        return True
    return False


def _why_not(entry: ArchiveFile) -> str | None:
    """Short reason why a file in a .zip is not read, if it is not."""
    if entry.trouble is not None:
        return entry.trouble
    if ending(entry.name) not in _WANTED:
        return why_unfit(entry.name)
    return TOO_LARGE if max(entry.size, entry.packed) > LARGEST_FILE else None


def _find(budget: Budget, place: str, time: float, read: Readable) -> None:
    budget.found.append(Submission(place, time, read, budget.place if budget.is_sender else place))


def _refuse(budget: Budget, place: str, reason: str) -> None:
    budget.refused.append(Unreadable(place, reason))


def _joined(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def _shown(name: str) -> str:
    """Name of a file on the disk; bytes that are no UTF-8 come from a .zip unpacked without its encoding."""
    try:
        name.encode()
    except UnicodeEncodeError:
        name = decoded_name(os.fsencode(name), name)
    return one_line(name)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
