"""The search through folders and .zip files for what was handed in, in bounded time and memory."""

import os
import stat
from heapq import nsmallest
from io import BytesIO
from math import inf
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
    unreadable,
)
from mlp2xlsx.classroom.submissions.kinds import ending, is_ignored, why_unfit
from mlp2xlsx.classroom.submissions.senders import platform_sender
from mlp2xlsx.errors import SubmissionError, first_fault, said_by_system
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
        self._given = Budget("", budgets.MOST_GIVEN, inf, False, full, "")
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
                _refuse(budget, place, f"a folder that cannot be read: {said_by_system(error)}")
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
                    _refuse(own, here, f"cannot be read: {said_by_system(error)}")
                    continue
                if stat.S_ISDIR(status.st_mode):
                    folders.append((item.path, here))
                elif _is_wanted(item, status, here, own):
                    path = Path(item.path)
                    if ending(item.name) == ".zip":
                        self._archive_on_disk(path, here, own)
                    elif own.take_bytes(status.st_size):
                        _find(own, here, status.st_mtime, InFolder(str(path)))
            waiting += reversed(folders)

    def _archive_on_disk(self, path: Path, place: str, budget: Budget) -> None:
        try:
            with path.open("rb") as stream:
                listed = entries(stream)
        except OSError as error:
            _refuse(budget, place, f"cannot be read: {said_by_system(error)}")
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
                _refuse(budget, here, said_by_system(error) if isinstance(error, OSError) else str(error))
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
            steps = entry.name.split("/")
            has_room = all(self._has_room(one, here) for one in counting)
            if not has_room or not steps[-1] or any(map(is_ignored, steps)):
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
        sender = None if outer.is_sender else platform_sender(place)
        return outer if sender is None else outer.within.setdefault(sender, Budget.of_sender(sender))

    def _has_room(self, budget: Budget, place: str) -> bool:
        """Whether there is room for one more; the first time that what was given has none, this is noted."""
        has_room = budget.take_file()
        if not has_room and budget is self._given and self._beyond is None:
            self._beyond = Unreadable(place, budget.beyond_files)
        return has_room


def _is_wanted(item: os.DirEntry[str], status: os.stat_result, place: str, budget: Budget) -> bool:
    """Whether what is on the disk is a workbook or a .zip to read; anything else is refused."""
    kind = ending(item.name)
    # Of a .zip only the directory is read.
    is_too_large = kind == ".xlsx" and status.st_size > LARGEST_FILE
    faults = {
        "a symbolic link, which is not followed": stat.S_ISLNK(status.st_mode),
        "a pipe, a socket or a device, not a file": not stat.S_ISREG(status.st_mode),
        why_unfit(item.name): kind not in _WANTED,
        "cannot be read: permission denied": not os.access(item.path, os.R_OK),
        TOO_LARGE: is_too_large,
    }
    fault = first_fault(faults)
    if fault is not None:
        _refuse(budget, place, fault)
    return fault is None


def _why_not(entry: ArchiveFile) -> str | None:
    """Short reason why a file in a .zip is not read, if it is not."""
    is_too_large = max(entry.size, entry.packed) > LARGEST_FILE
    faults = {why_unfit(entry.name): ending(entry.name) not in _WANTED, TOO_LARGE: is_too_large}
    return entry.trouble or first_fault(faults)


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


_GIVE = "give the folder or the .zip file that holds the submitted workbooks"


def find_submissions(path: Path) -> tuple[list[Submission], list[Unreadable]]:
    """Find what was handed in; no workbook is opened.

    Parameters
    ----------
    path
        A folder, which is searched with the folders and the .zip files in it; or a .zip file, which is
        searched with the .zip files in it. What is hidden, a lock or left behind by a system is passed over.

    Returns
    -------
    tuple[list[Submission], list[Unreadable]]
        The workbooks, and what cannot be graded; both in the order of their places.

    Raises
    ------
    SubmissionError
        When the path is neither a folder nor a .zip file, cannot be read, or holds nothing.
    """
    search = Search()
    try:
        if _is_folder(path):
            search.folder(path)
        else:
            _search_archive(path, search)
    except OSError as error:
        raise unreadable(path, error) from None
    found, refused = search.outcome()
    if not found and not refused:
        raise SubmissionError(f"{_named(path)} holds no files; {_GIVE}")
    # Places that are the same stay in the order in which they were found.
    return (
        sorted(found, key=lambda one: (one.place, one.time)),
        sorted(refused, key=lambda one: (one.place, one.reason)),
    )


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder; if not, it is a file that begins as .zip files do."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a NUL in it
        raise SubmissionError(f"{_named(path)} does not exist; {_GIVE}") from None
    if stat.S_ISDIR(mode):
        return True
    if stat.S_ISREG(mode):  # opening a pipe would wait for ever
        with path.open("rb") as stream:
            start = stream.read(2)
        if start == b"PK":
            return False
        if not start:
            raise SubmissionError(f"{_named(path)} is empty; {_GIVE}")
    raise SubmissionError(f"{_named(path)} is neither a folder nor a .zip file; {_GIVE}")


def _search_archive(path: Path, search: Search) -> None:
    try:
        with path.open("rb") as stream:
            listed = entries(stream)
    except ValueError as error:
        raise SubmissionError(f"{_named(path)} cannot be read as a .zip file: {error}; {_GIVE}") from None
    if is_workbook(listed):
        raise SubmissionError(f"{_named(path)} is a single workbook; {_GIVE}")
    search.archive(path, listed)


def _named(path: Path) -> str:
    return one_line(str(path))
