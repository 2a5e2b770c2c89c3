"""The workers of a Dask cluster, which need no folder of ours: they are sent all they need."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from importlib import import_module
from pkgutil import resolve_name
from typing import Any

from mlp2xlsx.errors import EngineError
from mlp2xlsx.interrupt import loading

_SECONDS = 10  # until a scheduler has answered
_AT_ONCE_EACH = 3  # items of each thread of a worker: what is done must not wait for what is sent
_VERSION = "mlp2xlsx:__version__"
_HERE: str = resolve_name(_VERSION)


class _Cluster(Executor):
    """The executor of a client of Dask, and how many items are worth being under way."""

    def __init__(self, client: Any, n_threads: int) -> None:
        self._executor = client.get_executor(pure=False)
        self.at_once = _AT_ONCE_EACH * n_threads

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait and not cancel_futures)


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Connect to a Dask cluster.

    Parameters
    ----------
    address
        Of its scheduler, such as `tcp://10.0.0.5:8786`.

    Yields
    ------
    Executor
        Whose items its workers do.

    Raises
    ------
    EngineError
        When there is no Dask here, no scheduler there, no worker, or one with another version of mlp2xlsx; or
        when workers or the scheduler are lost.
    """
    try:
        with loading():
            distributed: Any = import_module("distributed")
    except ImportError as error:
        raise EngineError(f'--dask: {error.name} is not installed: pip install "mlp2xlsx[dask]"') from None
    try:
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:  # no answer; no address
        raise EngineError(
            f"--dask {address}: no scheduler of Dask answers there ({' '.join(str(error).split())}); "
            "expected an address such as tcp://10.0.0.5:8786"
        ) from None
    with client:
        executor = _Cluster(client, _checked_workers(client, address))
        try:
            yield executor
        except (distributed.KilledWorker, distributed.comm.CommClosedError):
            raise EngineError(
                f"--dask {address}: the workers or the scheduler were lost; "
                "the same command goes on where it was"
            ) from None
        finally:
            executor.shutdown(cancel_futures=True)


def _checked_workers(client: Any, address: str) -> int:
    """Count the threads of the workers, all of which must have the mlp2xlsx that is here."""
    threads: dict[str, int] = client.nthreads()
    if not threads:
        raise EngineError(f"--dask {address}: the scheduler has no workers; start some with dask worker")
    found: dict[str, object] = client.run(resolve_name, _VERSION, on_error="return")
    for worker, there in found.items():
        if there != _HERE:
            what = there if isinstance(there, str) else "none that can be loaded"
            raise EngineError(
                f"--dask {address}: the worker {worker} has another mlp2xlsx ({what}); "
                f"expected version {_HERE}, as here"
            )
    return sum(threads.values())
