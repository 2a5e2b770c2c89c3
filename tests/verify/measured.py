"""`verify` in a process of its own, with its time and its memory."""

import atexit
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

SECONDS, MEGABYTES = 30, 700  # of processor time, so that a busy machine makes no difference
PATIENCE = 300.0  # after which a hang is ended


class Done(NamedTuple):
    status: int
    out: str
    err: str
    seconds: float
    megabytes: float


class Process:
    """One process for many commands; what kills it, or takes too long, fails the test that asked for it."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[str] | None = None

    def run(self, words: list[str]) -> Done:
        running = self._start()
        assert running.stdin is not None
        assert running.stdout is not None
        timer = threading.Timer(PATIENCE, running.kill)
        timer.start()
        try:
            running.stdin.write(json.dumps(words) + "\n")
            running.stdin.flush()
            answer = running.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            timer.cancel()
        if not answer:
            raise AssertionError(f"{words} ended the process with status {self.stop()}")
        return Done(**json.loads(answer))

    def stop(self) -> int | None:
        running, self._running = self._running, None
        if running is None:
            return None
        running.kill()
        running.communicate()
        return running.returncode

    def _start(self) -> "subprocess.Popen[str]":
        if self._running is None:
            command = [sys.executable, "-m", "tests.verify.serving"]
            self._running = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        return self._running


PROCESS = Process()
atexit.register(PROCESS.stop)


def check(path: Path, *options: str) -> Done:
    """Verify a file, however bad it is, in little time and memory."""
    done = PROCESS.run(["verify", str(path), *options])
    assert "Traceback" not in done.err, done.err
    assert done.seconds < SECONDS, done
    assert done.megabytes < MEGABYTES, done
    return done


def one_line(path: Path, reason: str) -> Done:
    """Check that a file gets one line, which names it and gives the reason, and status 1."""
    done = check(path)
    assert (done.status, done.out) == (1, ""), done
    assert re.fullmatch(rf"mlp2xlsx: {re.escape(str(path))}{reason}\n", done.err), done.err
    return done
