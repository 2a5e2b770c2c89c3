"""Ctrl-C in the middle of a class: one line, no process left, and the next run goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases import few_values

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes")

N_STUDENTS = 9  # enough for two workers


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mlp2xlsx", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as a terminal does: Ctrl-C reaches all processes of the group
    )


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    # Who has ended may be waiting to be asked how.
    states = subprocess.run(["ps", "-o", "stat=", "-g", str(group)], capture_output=True, text=True)
    return any(not state.startswith("Z") for state in states.stdout.split())


@pytest.mark.parametrize(
    ("later", "times"),
    few_values(
        "while-workers-start",
        of={"while-workers-start": (0.0, 1), "while-workers-load-and-again": (0.3, 3)},
    ),
)
def test_a_class_of_handouts_is_interrupted(later: float, times: int, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("Student ID\n" + "".join(f"s{number:03}\n" for number in range(N_STUDENTS)))
    command = ["handout", str(tmp_path / "class"), "--lesson", "and-or", "--roster", str(roster), "--jobs"]
    process = started(*command, "2")
    records = tmp_path / "class" / "key" / "class.json"  # written before the workers are started
    wait_until(records.exists)
    time.sleep(later)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.1)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "mlp2xlsx: interrupted\n")
    wait_until(lambda: not is_alive(process.pid))
    assert not list(tmp_path.rglob("*.part"))
    if times == 1:
        again = subprocess.run(
            [sys.executable, "-m", "mlp2xlsx", *command, "1"], capture_output=True, text=True
        )
        assert again.returncode == 0, again.stderr
        assert len(list((tmp_path / "class" / "handouts").iterdir())) == N_STUDENTS
