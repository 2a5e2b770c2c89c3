"""Work on many items: here, in threads, in processes, and on Dask; one that fails stops no other."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from mlp2xlsx.classroom.each import each, workers
from mlp2xlsx.errors import EngineError, MlpError, WorkbookError


def square(number):
    return number * number


def picky(number):
    if number == 3:
        raise WorkbookError("three is damaged")
    if number == 4:
        raise ZeroDivisionError
    return number


def dying(number):
    if number == 2:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return number


def leaving(number):
    sys.exit(number)


@pytest.fixture(scope="module")
def threads():
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def processes():
    with workers(2, 100) as pool:
        yield pool


@pytest.fixture(params=[None, "threads", "processes"], ids=["here", "threads", "processes"])
def executor(request):
    return None if request.param is None else request.getfixturevalue(request.param)


def test_every_item_has_its_outcome(executor):
    assert dict(each(square, range(50), executor)) == {number: number * number for number in range(50)}


def test_nothing_to_do(executor):
    assert list(each(square, [], executor)) == []


def test_one_that_raises_is_told_with_its_item(executor):
    found = dict(each(picky, range(6), executor))
    assert {item: outcome for item, outcome in found.items() if item == outcome} == {0: 0, 1: 1, 2: 2, 5: 5}
    assert type(found[3]) is WorkbookError
    assert str(found[3]) == "three is damaged"
    assert type(found[4]) is ZeroDivisionError


def test_who_wants_to_leave_may():
    with pytest.raises(SystemExit):
        list(each(leaving, [1]))


class Slow(Executor):
    """Finishes the oldest item only when it is waited for, and counts what is under way."""

    def __init__(self):
        self.under_way, self.most = 0, 0
        self.pool = ThreadPoolExecutor(4)

    def submit(self, function, /, *arguments):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        future = self.pool.submit(lambda: (time.sleep(0.001), function(*arguments))[1])
        future.add_done_callback(lambda _: self._done())
        return future

    def _done(self):
        self.under_way -= 1


def test_items_are_taken_a_few_at_a_time():
    taken = []

    def items():
        for number in range(200):
            taken.append(number)
            yield number

    executor, ahead = Slow(), []
    with executor.pool:
        for count, _ in enumerate(each(square, items(), executor), start=1):
            ahead.append(len(taken) - count)
    assert len(ahead) == 200
    assert executor.most <= 32
    assert max(ahead) < 32


@pytest.mark.parametrize(("size", "most"), [(20 * 2**20, 1), (3 * 2**20, 6), (2**10, 32)], ids=str)
def test_no_more_bytes_are_under_way_than_there_is_room_for(size, most):
    executor = Slow()
    with executor.pool:
        assert len(list(each(square, range(50), executor, lambda _: size))) == 50
    assert executor.most == most


def test_here_they_are_taken_one_by_one():
    taken = []
    outcomes = each(square, (taken.append(number) or number for number in range(5)))
    assert next(outcomes) == (0, 0)
    assert taken == [0]


class Never(Executor):
    """Starts nothing."""

    def __init__(self):
        self.futures = []

    def submit(self, function, /, *arguments):
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.futures[0].set_result(function(*arguments))
        return self.futures[-1]


def test_what_has_not_begun_is_cancelled_when_the_rest_is_not_wanted():
    executor = Never()
    outcomes = each(square, range(10), executor)
    assert next(outcomes) == (0, 0)
    outcomes.close()
    assert all(future.cancelled() for future in executor.futures[1:])
    assert len(executor.futures) == 10


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_worker_that_dies_is_one_clear_error():
    with workers(2, 100) as pool, pytest.raises(EngineError) as caught:
        list(each(dying, range(20), pool))
    assert isinstance(caught.value, MlpError)
    assert str(caught.value) == (
        "a worker process was stopped from outside, or ran out of memory; the same command goes on "
        "where it was (with fewer --jobs, if it was the memory)"
    )


@pytest.mark.parametrize(
    ("jobs", "n_items", "n_workers"),
    [(1, 1000, None), (8, 0, None), (8, 1, None), (8, 8, None), (8, 9, 2), (8, 24, 3), (2, 1000, 2), (8, 1000, 8)],
)  # fmt: skip
def test_processes_are_started_where_they_are_worth_it(jobs, n_items, n_workers):
    with workers(jobs, n_items) as executor:
        assert (executor and executor._max_workers) == n_workers


def test_workers_leave_ctrl_c_to_whoever_started_them(processes):
    found = dict(each(_on_interrupt, [1, 2], processes))
    assert set(found.values()) == {signal.SIG_IGN}


def _on_interrupt(_):
    return signal.getsignal(signal.SIGINT)


def test_processes_end_with_the_block():
    before = threading.active_count()
    with workers(2, 100) as pool:
        list(each(square, range(3), pool))
        processes = list(pool._processes.values())
    assert not any(process.is_alive() for process in processes)
    assert threading.active_count() == before


PARENT = """
import os, sys
from mlp2xlsx.classroom.each import each, workers
from tests.classroom.test_each import own_number
if __name__ == "__main__":
    with workers(2, 100) as pool:
        print(*set(dict(each(own_number, range(20), pool)).values()), flush=True)
        os.kill(os.getpid(), {signal})
"""


def own_number(_):
    time.sleep(0.02)
    return os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_workers_end_when_whoever_started_them_is_killed(tmp_path, name):
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(signal=int(getattr(signal, name))))
    done = subprocess.run(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    numbers = [int(number) for number in done.stdout.split()]
    assert numbers
    end = time.monotonic() + 20
    while any(map(is_running, numbers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(is_running, numbers))


def is_running(number):
    """Whether a process is there and has not ended; what nobody has asked for its status is still listed."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{number}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
