"""The search through folders and .zip files for what was handed in, in bounded time and memory."""

import os
import stat
from heapq import nsmallest
from io import BytesIO
from pathlib import Path

from mlp2xlsx.classroom.submissions.archive import ArchiveFile, decoded_name, entries, is_workbook, unpack
from mlp2xlsx.classroom.submissions.contents import (
    LARGEST_FILE,
    TOO_LARGE,
    InFolder,
    InZip,
    Submission,
    Unreadable,
)
from mlp2xlsx.classroom.submissions.kinds import ending, is_ignored, why_unfit
from mlp2xlsx.words import one_line

MOST_FILES = 20_000  # files and folders that are looked at, in all
LARGEST_TOTAL = 2 * 1024**3  # bytes of everything in one .zip, unpacked

_WANTED = (".xlsx", ".zip")
_FULL = f"the limit of {MOST_FILES:,} files and folders is reached here; what follows is left out"
_TOO_MUCH = f"beyond the {LARGEST_TOTAL // 2**30} GB that one .zip file may unpack to; unpack it first"
_TOO_DEEP = "a .zip file in another; unpack it first"


class Search:
    """What is found, what is refused, and how much more may be looked at."""

    def __init__(self) -> None:
        self.found: list[Submission] = []
        self.refused: list[Unreadable] = []
        self._room = MOST_FILES
        self._full = False
        self._unpacked = 0

    def folder(self, root: Path) -> None:
        """Search a folder, the folders in it, and the .zip files in all of them.

        Raises
        ------
        OSError
            When the folder cannot be read; for those in it, this is noted.
        """
        archives: list[tuple[int, str, Path]] = []
        waiting = [(str(root), "")]
        while waiting and not self._full:
            folder, place = waiting.pop()
            try:
                # No more are held than there is room for, in an order that does not depend on the disk.
                with os.scandir(folder) as items:
                    listed = nsmallest(self._room + 1, items, key=lambda item: item.name)
            except OSError as error:
                if not place:
                    raise
                self._refuse(place, f"a folder that cannot be read: {_reason(error)}")
                continue
            folders = []
            for item in listed:
                here = _joined(place, _shown(item.name))
                if not self._take(here):
                    break
                if is_ignored(item.name):
                    continue
                try:
                    status = item.stat(follow_symlinks=False)
                except OSError as error:
                    self._refuse(here, f"cannot be read: {_reason(error)}")
                    continue
                if stat.S_ISDIR(status.st_mode):
                    folders.append((item.path, here))
                elif self._is_wanted(item, status, here):
                    if ending(item.name) == ".zip":
                        archives.append((status.st_size, here, Path(item.path)))
                    else:
                        self.found.append(Submission(here, status.st_mtime, InFolder(Path(item.path))))
            waiting += reversed(folders)
        # The smallest first: one that is crammed does not take the room of the others.
        for _, place, path in sorted(archives):
            self._archive_on_disk(path, place)

    def _is_wanted(self, item: os.DirEntry[str], status: os.stat_result, place: str) -> bool:
        """Whether what is on the disk is a workbook or a .zip to read; anything else is refused."""
        kind = ending(item.name)
        if stat.S_ISLNK(status.st_mode):
            self._refuse(place, "a symbolic link, which is not followed")
        elif not stat.S_ISREG(status.st_mode):
            self._refuse(place, "a pipe, a socket or a device, not a file")
        elif kind not in _WANTED:
            self._refuse(place, why_unfit(item.name))
        elif not os.access(item.path, os.R_OK):
            self._refuse(place, "cannot be read: permission denied")
        elif kind == ".xlsx" and status.st_size > LARGEST_FILE:  # of a .zip only the directory is read
            self._refuse(place, TOO_LARGE)
        else:
            return True
        return False

    def _archive_on_disk(self, path: Path, place: str) -> None:
        if self._full:
            return
        try:
            with path.open("rb") as stream:
                listed = entries(stream)
        except OSError as error:
            self._refuse(place, f"cannot be read: {_reason(error)}")
        except ValueError as error:
            self._refuse(place, str(error))
        else:
            self.archive(path, listed, place)

    def archive(self, path: Path, listed: list[ArchiveFile], place: str = "") -> None:
        """Search a .zip on the disk; those in it are searched if it has no place, as what was asked for."""
        self._unpacked = 0
        inner = self._entries(path, listed, place, None)
        if place:
            for _, here, _ in inner:
                self._refuse(here, _TOO_DEEP)
            return
        for _, here, outer in sorted(inner, key=lambda one: one[:2]):
            if self._full:
                return
            try:
                with path.open("rb") as stream:
                    within = entries(BytesIO(unpack(stream, outer)))
            except (OSError, ValueError) as error:
                self._refuse(here, _reason(error) if isinstance(error, OSError) else str(error))
                continue
            for _, deeper, _ in self._entries(path, within, here, outer):
                self._refuse(deeper, _TOO_DEEP)

    def _entries(
        self, path: Path, listed: list[ArchiveFile], place: str, outer: ArchiveFile | None
    ) -> list[tuple[int, str, ArchiveFile]]:
        """Sort out the files of a .zip; return the .zip files among them with their sizes and places."""
        if place and is_workbook(listed):
            self._refuse(place, "a workbook by the name of a .zip file; let it end in .xlsx")
            return []
        inner = []
        before = len(self.found), len(self.refused)
        for entry in listed:
            here = _joined(place, entry.name)
            if not self._take(here):
                break
            steps = entry.name.split("/")
            if not steps[-1] or any(map(is_ignored, steps)):
                continue
            reason, kind = self._why_not(entry), ending(steps[-1])
            if reason is not None:
                self._refuse(here, reason)
            elif kind == ".zip":
                inner.append((entry.size, here, entry))
            else:
                self.found.append(Submission(here, entry.time, InZip(path, entry, outer)))
        if place and not inner and before == (len(self.found), len(self.refused)):
            self._refuse(place, "a .zip file without a workbook in it")
        return inner

    def _why_not(self, entry: ArchiveFile) -> str | None:
        """Short reason why a file in a .zip is not read, if it is not."""
        if entry.trouble is not None:
            return entry.trouble
        if ending(entry.name) not in _WANTED:
            return why_unfit(entry.name)
        if max(entry.size, entry.packed) > LARGEST_FILE:
            return TOO_LARGE
        if self._unpacked + entry.size > LARGEST_TOTAL:
            return _TOO_MUCH
        self._unpacked += entry.size
        return None

    def _take(self, place: str) -> bool:
        """Whether there is room for one more file or folder; the first time there is not, this is noted."""
        if self._room == 0:
            if not self._full:
                self._refuse(place, _FULL)
            self._full = True
            return False
        self._room -= 1
        return True

    def _refuse(self, place: str, reason: str) -> None:
        self.refused.append(Unreadable(place, reason))


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
