"""`verify` in a process of its own, with its time and its memory."""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

SECONDS, MEGABYTES = 60, 700  # a hang, not slowness, is what these tests are after


class Done(NamedTuple):
    status: int
    out: str
    err: str
    seconds: float
    megabytes: float


def measured(command: list[str], folder: Path, patience: float = 120) -> Done:
    """Run a command; what takes longer than some seconds is killed."""
    out, err = folder / "stdout", folder / "stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        start, peak = time.monotonic(), 0
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr)
        while process.poll() is None:
            peak = max(peak, kilobytes(process.pid))
            if time.monotonic() - start > patience:
                process.kill()
            time.sleep(0.01)
    seconds = time.monotonic() - start
    return Done(process.returncode, out.read_text(), err.read_text(), seconds, peak / 1024)


def kilobytes(pid: int) -> int:
    """How much memory a process has had at most: its rusage would count what its parent has, too."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(found[1]) if (found := re.search(r"VmHWM:\s+(\d+) kB", status)) else 0


def check(path: Path, folder: Path, *options: str) -> Done:
    done = measured([sys.executable, "-m", "mlp2xlsx", "verify", str(path), *options], folder)
    assert done.seconds < SECONDS, done
    assert done.megabytes < MEGABYTES, done
    return done


def one_line(path: Path, folder: Path, reason: str) -> None:
    """Check that a file gets one line, which names it and gives the reason, and status 1."""
    done = check(path, folder)
    assert (done.status, done.out) == (1, ""), done
    assert re.fullmatch(rf"mlp2xlsx: {re.escape(str(path))}{reason}\n", done.err), done.err
