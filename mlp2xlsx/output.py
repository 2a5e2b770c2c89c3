"""Writing a file so that it is there completely or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from mlp2xlsx.errors import OutputError, refuse, said_by_system


@contextmanager
def replacing(path: str | Path, *, force: bool = False) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its place when the block ends well.

    Parameters
    ----------
    path
        Where the finished file goes.
    force
        Whether a file that is there already may be replaced.

    Yields
    ------
    IO[bytes]
        An empty binary file. When the block raises, it is removed and the old file stays as it was.

    Raises
    ------
    OutputError
        When the place cannot be written to; found before the block runs wherever that is possible.
    """
    path = Path(path)
    target = Path(os.path.realpath(path))  # a link is followed, not replaced
    try:
        _check(path, target, force)
        # A name of its own: one made of the target's could be longer than a name may be.
        descriptor, name = tempfile.mkstemp(prefix=".mlp2xlsx-", suffix=".part", dir=target.parent)
    except OSError as error:
        raise _explained(path, error) from None
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except OSError as error:
        raise _explained(path, error) from None
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def write_file(path: str | Path, content: bytes, *, force: bool = True) -> None:
    """Write a whole file; for the rest see `replacing`."""
    with replacing(path, force=force) as stream:
        stream.write(content)


def check_output(path: Path, *, force: bool = False) -> None:
    """Find out early whether a file could be written.

    Raises
    ------
    OutputError
        When the place is none, or holds a file that may not be replaced.
    """
    try:
        _check(path, Path(os.path.realpath(path)), force)
    except OSError as error:
        raise _explained(path, error) from None


def make_folders(*folders: Path) -> None:
    """Make folders, and those they are in, where they are not there already.

    Raises
    ------
    OutputError
        When one cannot be made.
    """
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = said_by_system(error)
            raise OutputError(f"{folder} cannot be made: {reason}; choose another folder") from None


def _check(path: Path, target: Path, force: bool) -> None:
    if target.is_dir():
        raise OutputError(f"{path} is a directory; give the name of a file in it, such as {path}/out.xlsx")
    if not target.parent.is_dir():
        parent = path.parent if not path.is_symlink() else target.parent
        what = "is no directory;" if parent.exists() else "does not exist; make it first or"
        raise OutputError(f"{path}: {parent} {what} choose another place")
    faults = {
        f"{path} is not a regular file; give another name": not target.is_file(),
        f"{path} exists; pass --force to replace it": not force,
    }
    refuse(OutputError, faults if target.exists() else {})


def _mode(target: Path) -> int:
    """Permissions of the file that is replaced, or what the system gives a new one."""
    with suppress(FileNotFoundError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another place",
    errno.EDQUOT: "your disk quota is used up; free some space or choose another place",
    errno.EACCES: "no permission to write there; choose another place",
    errno.EPERM: "no permission to write there; choose another place",
    errno.EROFS: "the place is read-only; choose another",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def _explained(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: {_REASONS.get(error.errno or 0, said_by_system(error))}")
