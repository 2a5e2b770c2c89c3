"""Paired runs: A B A B …, compared pair by pair, because machines are noisy.

Only the standard library is imported here and in what measures whole processes: on Linux a child's
peak memory counts from that of the process which started it, so the one that measures must stay small.
"""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


@dataclass(frozen=True)
class Run:
    """What one process took: seconds on the clock, seconds of processor (user + system), peak MB."""

    wall: float
    cpu: float
    peak: float


class Spread(NamedTuple):
    """The median of several measurements, and the least and the greatest."""

    middle: float
    least: float
    greatest: float

    def __format__(self, spec: str) -> str:
        return f"{self.middle:{spec}} ({self.least:{spec}}–{self.greatest:{spec}})"


def spread(values: Sequence[float]) -> Spread:
    """Summarise several measurements."""
    return Spread(median(values), min(values), max(values))


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Summarise above / below, each measurement against the one taken next to it."""
    return spread([a / b for a, b in zip(above, below, strict=True)])


def run(command: Sequence[str]) -> Run:
    """Run a program to its end and measure it; what it prints is dropped."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed with exit status {process.returncode}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def alternate(commands: Sequence[Sequence[str]], rounds: int) -> list[list[Run]]:
    """Run each command once per round, in turn; the result has one list of runs per command.

    One round before the first is thrown away: it fills the disk cache and compiles the modules.
    """
    for command in commands:
        run(command)
    taken = [[run(command) for command in commands] for _ in range(rounds)]
    return [list(runs) for runs in zip(*taken, strict=True)]


def verdict(what: str, good: bool) -> str:
    """Give one line that says whether a target is met."""
    return f"{'met   ' if good else 'MISSED'}  {what}"
