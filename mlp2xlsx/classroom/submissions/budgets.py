"""How much one sender may hand in: whoever breaks the limit is refused as a whole, and costs nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mlp2xlsx.classroom.submissions.contents import Submission, Unreadable

MOST_GIVEN = 500_000  # files and folders in what was given: courses have 100,000 students
MOST_FILES = 20_000  # files and folders in a .zip that lies in it
LARGEST_TOTAL = 2 * 1024**3  # bytes of such a .zip, unpacked
SENDER_FILES = 1_000  # files and folders of one sender
SENDER_BYTES = 200 * 1024**2  # bytes of them, unpacked


@dataclass
class Budget:
    """What one sender, one .zip, or the teacher's own folder has handed in, and how much more it may.

    Attributes
    ----------
    place
        Where it is.
    files, size
        How many more files and bytes there may be; None where there is no limit.
    is_sender
        Whether all of it is of one sender, so that nothing in it can be of another.
    beyond_files, beyond_size
        What is said of the whole when there are more.
    found, refused
        What is in it.
    within
        The senders in it.
    broken
        Why nothing of it is graded; None as long as the limits hold.
    """

    place: str
    files: int
    size: float
    is_sender: bool
    beyond_files: str
    beyond_size: str
    found: list[Submission] = field(default_factory=list)
    refused: list[Unreadable] = field(default_factory=list)
    within: dict[str, "Budget"] = field(default_factory=dict)
    broken: str | None = None

    @classmethod
    def of_sender(cls, place: str) -> "Budget":
        """Make the budget of one sender."""
        return cls(
            place,
            SENDER_FILES,
            SENDER_BYTES,
            True,
            f"more than {SENDER_FILES:,} files and folders from one sender; ask for the workbook alone",
            f"more than {SENDER_BYTES // 2**20} MB from one sender, unpacked; ask for the workbook alone",
        )

    @classmethod
    def of_archive(cls, place: str) -> "Budget":
        """Make the budget of a .zip that may hold the files of a whole class."""
        return cls(
            place,
            MOST_FILES,
            LARGEST_TOTAL,
            False,
            f"more than {MOST_FILES:,} files and folders in one .zip file; unpack it first",
            f"more than the {LARGEST_TOTAL // 2**30} GB that one .zip file may unpack to; unpack it first",
        )

    def take_file(self) -> bool:
        """Count a file or folder, and tell whether there was room for it."""
        self.files -= 1
        if self.files < 0:
            self.broken = self.broken or self.beyond_files
        return self.broken is None

    def take_bytes(self, count: int) -> bool:
        """Count the bytes of a file, and tell whether there was room for them."""
        self.size -= count
        if self.size < 0:
            self.broken = self.broken or self.beyond_size
        return self.broken is None

    def outcome(self) -> Iterator[Submission | Unreadable]:
        """Yield what was found and refused; one notice in place of all of it where a limit is broken."""
        if self.broken is not None:
            yield Unreadable(self.place, self.broken)
            return
        yield from self.found
        yield from self.refused
        for one in self.within.values():
            yield from one.outcome()
