"""The numbers of one submission, packed: of a large class they are most of what is held in memory."""

import math
from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache

NumberRows = list[list[float | None]]
_Shapes = tuple[tuple[str, tuple[int, ...]], ...]


class FoundNumbers(Mapping[str, NumberRows]):
    """What a student found, by matrix: rows of numbers, None for a cell without one.

    Parameters
    ----------
    numbers
        The same, not packed.
    """

    __slots__ = ("_shapes", "_values")

    def __init__(self, numbers: Mapping[str, NumberRows]) -> None:
        self._shapes = _the_same(tuple((name, tuple(map(len, rows))) for name, rows in numbers.items()))
        cells = (cell for rows in numbers.values() for row in rows for cell in row)
        self._values = array("d", (math.nan if cell is None else cell for cell in cells))

    def __reduce__(self) -> "tuple[type[FoundNumbers], tuple[dict[str, NumberRows]]]":
        return FoundNumbers, (dict(self),)

    def __getitem__(self, name: str) -> NumberRows:
        start = 0
        for known, lengths in self._shapes:
            if known == name:
                ends = [start + sum(lengths[: k + 1]) for k in range(len(lengths))]
                return [self._row(end - n, end) for end, n in zip(ends, lengths, strict=True)]
            start += sum(lengths)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def _row(self, start: int, end: int) -> list[float | None]:
        return [None if math.isnan(value) else value for value in self._values[start:end]]


@lru_cache(maxsize=64)
def _the_same(shapes: _Shapes) -> _Shapes:
    """Hold the shapes of a class once."""
    return shapes
