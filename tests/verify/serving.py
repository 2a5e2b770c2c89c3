"""Runs one command after the other: a process of its own is measured, and need not be started for each.

    python -m tests.verify.serving

Reads lists of arguments for the command line from stdin, one JSON list per line, and answers each with
one line: status, what was written to stdout and stderr, processor time and peak memory.
"""

import contextlib
import io
import json
import re
import sys
import time
import traceback
from pathlib import Path

from mlp2xlsx.cli import main
from tests.verify.helpers import trained_once

_PROCESS = Path("/proc/self")


def forget_peak() -> None:
    """Let the peak start from what is in use now: https://man7.org/linux/man-pages/man5/proc.5.html."""
    with contextlib.suppress(OSError):
        (_PROCESS / "clear_refs").write_text("5")


def peak() -> float:
    """The largest resident size in MB; 0 where the system does not tell."""
    try:
        status = (_PROCESS / "status").read_text()
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if (found := re.search(r"VmHWM:\s+(\d+) kB", status)) else 0.0


def serve(words: list[str]) -> dict[str, object]:
    out, err = io.StringIO(), io.StringIO()
    forget_peak()
    start = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words)
        except BaseException:  # what Python would write before it ends with status 1
            traceback.print_exc()
            status = 1
    return {
        "status": status,
        "out": out.getvalue(),
        "err": err.getvalue(),
        "seconds": time.process_time() - start,
        "megabytes": peak(),
    }


if __name__ == "__main__":
    with trained_once():  # what is expected of the honest workbook that every other is made of
        for line in sys.stdin:
            print(json.dumps(serve(json.loads(line))), flush=True)
