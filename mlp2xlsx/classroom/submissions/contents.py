"""Files that were handed in; their bytes are read when they are asked for."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from mlp2xlsx.classroom.submissions.archive import ArchiveFile, unpack
from mlp2xlsx.errors import SubmissionError, said_by_system
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import one_line
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.reading.contents import Contents, SheetContents, read_contents

LARGEST_FILE = 20 * 1024 * 1024  # bytes; a handout has less than a tenth of that
_LONGEST_ID = 40
_HANDED_IN = Path("submission.xlsx")  # what messages call it
TOO_LARGE = f"more than {LARGEST_FILE // 2**20} MB"


class Readable(Protocol):
    """Something that gives the bytes of a file when asked; small, and fit to be pickled."""

    def content(self) -> bytes:
        """Bytes of the file; raises SubmissionError when they cannot be read."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A workbook that was handed in.

    Attributes
    ----------
    place
        Where it is, as a teacher reads it: relative to the folder or .zip, with `/`, control characters
        escaped. A name for people, not a path to open: it may hold `..`, and in a .zip two may be the same.
    time
        When it was changed last, in seconds since the epoch; 0.0 where a .zip has no valid date.
    read
        Hands over its bytes.
    sender
        Mark of the sender, as far as it is known; else the place.
    """

    place: str
    time: float
    read: Readable
    sender: str


Payload = bytes | SubmissionError
"""The bytes of a submission, or why there are none."""


def content_of(submission: "Submission") -> Payload:
    """Bytes of a submission, to be sent to whoever opens it, be it on another machine."""
    try:
        return submission.read.content()
    except SubmissionError as error:
        return error


@dataclass(frozen=True)
class Unreadable:
    """A file that is listed instead of graded, and one short phrase that says why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class InFolder:
    """A file on the disk; of a large class there are many, and a path has ten times the size of its text."""

    path: str

    def content(self) -> bytes:
        """Bytes of the file.

        Raises
        ------
        SubmissionError
            When it cannot be read, or has grown too large since it was found.
        """
        try:
            with open(self.path, "rb") as stream:
                content = stream.read(LARGEST_FILE + 1)
        except OSError as error:
            raise unreadable(Path(self.path), error) from None
        if len(content) > LARGEST_FILE:
            raise SubmissionError(f"{one_line(self.path)}: {TOO_LARGE}")
        return content


@dataclass(frozen=True)
class InZip:
    """A file in a .zip on the disk, or in the .zip `outer` that is in that one."""

    path: Path
    entry: ArchiveFile
    outer: ArchiveFile | None = None

    def content(self) -> bytes:
        """Bytes of the file.

        Raises
        ------
        SubmissionError
            When the .zip cannot be read, or is not what its directory says.
        """
        try:
            if self.outer is not None:
                return unpack(io.BytesIO(_unpacked(self.path, self.outer)), self.entry)
            with self.path.open("rb") as stream:
                return unpack(stream, self.entry)
        except OSError as error:
            raise unreadable(self.path, error) from None
        except ValueError as error:
            inner = "" if self.outer is None else f"{self.outer.name}/"
            place = f"{one_line(str(self.path))}/{inner}{self.entry.name}"
            raise SubmissionError(f"{place}: {error}") from None


@lru_cache(maxsize=1)
def _unpacked(path: Path, outer: ArchiveFile) -> bytes:
    """Unpack a .zip inside another; kept, for its files are asked for one after the other."""
    with path.open("rb") as stream:
        return unpack(stream, outer)


def unreadable(path: Path, error: OSError) -> SubmissionError:
    """Make the error for a path that the system refuses to read."""
    reason = said_by_system(error)
    return SubmissionError(f"{one_line(str(path))} cannot be read: {reason}; give one that can")


def contents_of(content: bytes, most_cells: int, *, looks: bool = False) -> Contents:
    """Read the bytes of a workbook.

    Parameters
    ----------
    content
        The bytes.
    most_cells
        How many cells there may be in it.
    looks
        Whether to read what it shows besides, too.

    Raises
    ------
    WorkbookError
        When they are none, damaged, or too many.
    """
    return read_contents(_HANDED_IN, most_cells, content=content, looks=looks)


def _sheet(contents: Contents, title: str) -> SheetContents:
    """What stands in a sheet; nothing where there is none."""
    return contents.sheets.get(title, SheetContents())


def handout_id(contents: Contents, place: tuple[str, Box] | None) -> str:
    """Handout id that stands in a cell; empty where there is none."""
    found = _sheet(contents, place[0]).constants.get((place[1].row, place[1].col)) if place else None
    # It is kept for every file.
    return found[:_LONGEST_ID].strip().upper() if isinstance(found, str) else ""


def _plain_number(_column: int, found: CellValue) -> float | None:
    return found if isinstance(found, float) else None


def numbers_at(
    contents: Contents,
    place: tuple[str, Box],
    number: Callable[[int, CellValue], float | None] = _plain_number,
) -> FloatMatrix:
    """Plain numbers of a range; NaN where there is none.

    Parameters
    ----------
    contents, place
        The workbook, and the range.
    number
        Tells the number of what stands in a column, from 0; None where it has none.
    """
    title, box = place
    values = np.full((box.n_rows, box.n_cols), np.nan)
    constants = _sheet(contents, title).constants
    for i, j in np.ndindex(values.shape) if constants else ():
        value = number(j, constants.get((box.row + i, box.col + j)))
        if value is not None:
            values[i, j] = value
    return values


def holds_anything(contents: Contents, place: tuple[str, Box]) -> bool:
    """Whether a formula, a number or a text stands in any cell of a range."""
    title, box = place
    sheet = _sheet(contents, title)
    held = (cell for cell, value in sheet.constants.items() if not isinstance(value, str) or value.strip())
    return any(
        box.row <= row <= box.last_row and box.col <= col <= box.last_col
        for row, col in (*sheet.formulas, *held)
    )
