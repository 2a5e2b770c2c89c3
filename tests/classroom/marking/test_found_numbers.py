"""Numbers that are held packed are those that were found."""

import pickle
import sys

import pytest

from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.marking.found_numbers import FoundNumbers, JudgedCells
from mlp2xlsx.classroom.marking.judging import FOLLOWS, RIGHT, UNANSWERED, WRONG

NUMBERS = {"wh": [[0.1, None], [1e-300, -0.0]], "bh": [[None]], "empty": [], "E": [[3.0], [None], [-2.5]]}


def test_they_are_the_same():
    packed = FoundNumbers(NUMBERS)
    assert dict(packed) == NUMBERS
    assert (packed, len(packed)) == (NUMBERS, 4)
    assert pickle.loads(pickle.dumps(packed)) == packed
    assert packed != FoundNumbers(NUMBERS | {"bh": [[0.0]]})
    assert "wout" not in packed


def test_a_mark_reads_back_as_it_was():
    mark = Mark("s1", {3: (1, 2)}, (), (), FoundNumbers(NUMBERS))
    assert Mark.from_json(mark.as_json()) == mark


def test_they_take_a_fraction_of_the_memory():
    numbers = {f"matrix_{k}": [[k + i + 0.5 for i in range(3)] for _ in range(3)] for k in range(14)}
    packed = FoundNumbers(numbers)
    lists = sum(
        sys.getsizeof(row) + sum(map(sys.getsizeof, row)) for rows in numbers.values() for row in rows
    )
    assert packed._shapes is FoundNumbers(numbers)._shapes
    assert 3 * (sys.getsizeof(packed) + sys.getsizeof(packed._values)) < lists


@pytest.mark.parametrize("word", [RIGHT, "of a later version"])
def test_so_are_words(word):
    judged = {"wh": [[word, WRONG], [FOLLOWS, UNANSWERED]], "bh": [[WRONG]], "empty": []}
    packed = JudgedCells(judged)
    assert (dict(packed), pickle.loads(pickle.dumps(packed))) == (judged, packed)
