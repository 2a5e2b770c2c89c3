"""Running one function over many items, here or by workers elsewhere; one that fails stops no other."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread, current_thread, main_thread
from typing import ParamSpec, TypeVar

from mlp2xlsx.errors import EngineError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Arguments = ParamSpec("Arguments")

_AT_ONCE = 32  # items with the workers; what they give back is in memory until it is taken
_BYTES_AT_ONCE = 16 * 1024**2  # of them; each is there several times, here, on the way and there
_CAN_BLOCK = hasattr(signal, "pthread_sigmask")
_FEW = 8  # items that are done before a worker has started


def each(
    function: Callable[[Item], Outcome],
    items: Iterable[Item],
    executor: Executor | None = None,
    weight: Callable[[Item], int] = lambda _: 0,
) -> Iterator[tuple[Item, Outcome | Exception]]:
    """Call a function with every item.

    Parameters
    ----------
    function, items
        Both must be picklable where the executor's workers are other processes.
    executor
        Who does the work: any `concurrent.futures.Executor`; without one it is done here. Its attribute
        `at_once` says how many items it can have, if there is one.
    weight
        How many bytes an item has, so that no more of them are under way than the memory has room for.

    Yields
    ------
    (item, outcome)
        As they are done, in no particular order; the exception where the function raised one.

    Raises
    ------
    EngineError
        When a worker died.
    """
    if executor is None:
        for item in items:
            yield item, _outcome(function, item)
        return
    waiting, at_once = iter(items), getattr(executor, "at_once", _AT_ONCE)
    running: dict[Future[Outcome | Exception], Item] = {}
    try:
        while True:
            while len(running) < at_once and sum(map(weight, running.values())) < _BYTES_AT_ONCE:
                taken = list(islice(waiting, 1))
                if not taken:
                    break
                running[executor.submit(_outcome, function, taken[0])] = taken[0]
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    except BrokenProcessPool:
        raise EngineError(
            "a worker process was stopped from outside, or ran out of memory; the same command goes on "
            "where it was (with fewer --jobs, if it was the memory)"
        ) from None
    finally:
        for future in running:
            future.cancel()


def _outcome(function: Callable[[Item], Outcome], item: Item) -> Outcome | Exception:
    try:
        return function(item)
    except Exception as error:  # whatever is wrong with one item is told with that item
        return error


@contextmanager
def workers(jobs: int, n_items: int) -> Iterator[Executor | None]:
    """Start processes for a number of items; none where they would not be worth their start."""
    jobs = min(jobs, -(-n_items // _FEW))
    if jobs <= 1:
        yield None
        return
    # A forked process could inherit a lock that a thread of this one holds.
    pool = _Processes(jobs, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    finally:
        # Whoever is impatient and presses Ctrl-C again waits as long: half a shutdown never ends.
        with _uninterrupted():
            pool.shutdown(cancel_futures=True)


class _Processes(ProcessPoolExecutor):
    """Processes that Ctrl-C does not reach while they load: the first `submit` starts them."""

    def submit(
        self, fn: Callable[Arguments, Outcome], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Outcome]:
        with _uninterrupted():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put Ctrl-C off for a moment; a process that is started in it does not hear of it at all."""
    if current_thread() is not main_thread():  # only that one is interrupted
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    # What is blocked here is blocked in a process that is started here, too. Windows knows no such thing.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if _CAN_BLOCK else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


def _begin() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # nobody is left who could be told anything
