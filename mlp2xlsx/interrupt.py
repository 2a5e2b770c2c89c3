"""Ctrl-C while the program is still being loaded: one line and its exit status, not a traceback."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130


def end_on_interrupt() -> None:
    """Let Ctrl-C end this process with one line, until `cli.run` takes over, if the process is the program.

    The package is imported, and NumPy and the engines with it, before a line of `__main__` runs. A process
    that imports it as a library keeps its own way.
    """
    # Python puts "-m" there while it looks for the module: what follows it is this package.
    started = os.path.basename(sys.argv[0]).partition(".")[0]
    if started in ("-m", "mlp2xlsx"):
        signal.signal(signal.SIGINT, _end)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    # An exception could be caught by a module that is being imported; nothing has to be tidied up yet.
    with suppress(OSError):
        os.write(2, b"mlp2xlsx: interrupted\n")
    os._exit(INTERRUPTED)
