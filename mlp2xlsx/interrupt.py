"""Ctrl-C while the program is still being loaded: one line and its exit status, not a traceback."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130


def end_on_interrupt() -> None:
    """Let Ctrl-C end this process with one line, until `cli.run` takes over, if the process is the program.

    The package is imported before a line of `__main__` runs. A process that imports it as a library keeps
    its own way.
    """
    if _is_the_program():
        signal.signal(signal.SIGINT, _end)


@contextmanager
def loading() -> Iterator[None]:
    """Let Ctrl-C end the program with one line while a command loads what it needs: NumPy, the engines."""
    if not _is_the_program():
        yield
        return
    before = signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _is_the_program() -> bool:
    # Python puts "-m" there while it looks for the module (what follows it is this package), then its path.
    started, main = (
        os.path.basename(sys.argv[0]).partition(".")[0],
        os.path.dirname(os.path.abspath(__file__)),
    )
    return started in ("-m", "mlp2xlsx") or os.path.abspath(sys.argv[0]) == os.path.join(main, "__main__.py")


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    # An exception could be caught by a module that is being imported; nothing has to be tidied up yet.
    with suppress(OSError):
        os.write(2, b"mlp2xlsx: interrupted\n")
    os._exit(INTERRUPTED)
