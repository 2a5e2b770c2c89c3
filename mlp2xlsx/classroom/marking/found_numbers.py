"""What is known of each cell of one submission, packed: of a large class it is most of what is in memory."""

import math
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from mlp2xlsx.classroom.marking.judging import FOLLOWS, RIGHT, UNANSWERED, WRONG

_WORDS = RIGHT, FOLLOWS, WRONG, UNANSWERED
_NUMBERS = {word: number for number, word in enumerate(_WORDS)}
_Held = TypeVar("_Held")
_Shapes = tuple[tuple[str, tuple[int, ...]], ...]


class _Packed(Mapping[str, list[list[_Held]]]):
    """Rows of cells, by matrix.

    Parameters
    ----------
    rows
        The same, not packed.
    """

    __slots__ = ("_shapes", "_values")

    def __init__(self, rows: Mapping[str, Sequence[Sequence[_Held]]]) -> None:
        self._shapes = _the_same(tuple((name, tuple(map(len, one))) for name, one in rows.items()))
        self._values: Any = self._pack(cell for one in rows.values() for row in one for cell in row)

    @staticmethod
    @abstractmethod
    def _pack(cells: Iterable[_Held]) -> object:
        """Hold some cells in little room."""

    @abstractmethod
    def _row(self, start: int, end: int) -> list[_Held]:
        """Some of the cells, as they were."""

    def __reduce__(self) -> tuple[type, tuple[dict[str, list[list[_Held]]]]]:
        return type(self), (dict(self),)

    def __getitem__(self, name: str) -> list[list[_Held]]:
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


class FoundNumbers(_Packed[float | None]):
    """What a student found, by matrix: rows of numbers, None for a cell without one."""

    __slots__ = ()

    @staticmethod
    def _pack(cells: Iterable[float | None]) -> "array[float]":
        return array("d", (math.nan if cell is None else cell for cell in cells))

    def _row(self, start: int, end: int) -> list[float | None]:
        return [None if math.isnan(value) else value for value in self._values[start:end]]


class JudgedCells(_Packed[str]):
    """What became of each cell, by matrix: rows of words, of which there are few."""

    __slots__ = ()

    @staticmethod
    def _pack(cells: Iterable[str]) -> bytes | tuple[str, ...]:
        words = tuple(cells)
        is_known = _NUMBERS.keys() >= set(words)
        return bytes(_NUMBERS[word] for word in words) if is_known else words

    def _row(self, start: int, end: int) -> list[str]:
        return [_WORDS[one] if isinstance(one, int) else one for one in self._values[start:end]]


@lru_cache(maxsize=64)
def _the_same(shapes: _Shapes) -> _Shapes:
    """Hold the shapes of a class once."""
    return shapes
