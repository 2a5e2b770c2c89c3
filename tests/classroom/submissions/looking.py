"""A folder of submissions is written, and what is found in it told."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlp2xlsx.classroom.submissions import find_submissions

DAMAGED = "damaged, or only a part; ask for it again"
GIVE = "give the folder or the .zip file that holds the submitted workbooks"


def write(folder: Path, name: str, content: bytes = b"content") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def looked(path: Path) -> tuple[list[str], dict[str, str]]:
    """What is found in a folder, and what is refused and why."""
    found, others = find_submissions(path)
    return [one.place for one in found], {one.place: one.reason for one in others}


def places(path: Path) -> list[str]:
    return looked(path)[0]


def refused(path: Path) -> dict[str, str]:
    return looked(path)[1]


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    """See that a block never holds more bytes than this at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()
