"""Running an outside program so that nothing of it outlives the call."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from mlp2xlsx.errors import EngineError

# How long the members of a killed group may take to vanish.
_GRACE = 2.0


@contextlib.contextmanager
def working_folder(doing: str) -> Iterator[Path]:
    """Make a folder for an engine to work in, which is gone afterwards.

    Parameters
    ----------
    doing
        What could not be done, for the message.

    Raises
    ------
    EngineError
        When a file there, or one that is read meanwhile, cannot be read or written.
    """
    try:
        with TemporaryDirectory(prefix="mlp2xlsx-") as name:
            yield Path(name).resolve()
    except OSError as error:
        where = error.filename or "temporary files"
        raise EngineError(f"{doing}: {where}: {error.strerror}") from error


def run_program(command: list[str], folder: Path, time_limit: float) -> str | None:
    """Run a program to its end.

    Parameters
    ----------
    command
        The program and its arguments.
    folder
        The working directory; what the program says is kept there in the file `log`.
    time_limit
        Seconds after which it is killed.

    Returns
    -------
    str or None
        The last line that the program wrote, None when it exceeded its time. Whether it did what was
        asked is for the caller to see: LibreOffice ends with status 0 when a conversion has failed.

    Raises
    ------
    OSError
        When the program cannot be started.
    """
    log = folder / "log"
    # Not a pipe: a grandchild that keeps it open would keep us waiting.
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            # The language of the session must not show in the values.
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(time_limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(process)
    lines = log.read_text("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def make_files(
    files: Iterable[Path], command: list[str], folder: Path, time_limit: float, who: str, doing: str
) -> None:
    """Run a program that is to make some files.

    Parameters
    ----------
    files
        What is to be there in the end.
    command, folder, time_limit
        See `run_program`.
    who, doing
        The program and its task, for messages.

    Raises
    ------
    EngineError
        When it takes too long, or any of the files is not there.
    OSError
        When the program cannot be started.
    """
    said = run_program(command, folder, time_limit)
    if said is None:
        raise EngineError(f"{who} took more than {time_limit:g} s to {doing} and was stopped")
    if not all(file.is_file() for file in files):
        raise EngineError(f"{who} could not {doing}: {said or 'no result'}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a program with all that it started (soffice is a script around soffice.bin)."""
    if sys.platform == "win32":
        process.kill()
        process.wait()
        return
    deadline = time.monotonic() + _GRACE
    # An empty group is a ProcessLookupError; macOS denies access to one that holds only zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, signal.SIGKILL)
            process.poll()
            if _is_dead(process.pid):
                break
            time.sleep(0.01)
    process.wait()


def _is_dead(group: int) -> bool:
    """Whether what is left of a group only waits to be collected, in containers for seconds."""
    left = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it vanished meanwhile
            fields = entry.read_text("utf-8", "replace").rpartition(")")[2].split()
            if fields[2] == str(group):
                left.append((fields[0], fields[17]))
    # The first thread of a process is a zombie as soon as it ends, whatever the others do.
    return bool(left) and set(left) == {("Z", "1")}
