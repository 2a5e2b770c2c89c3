"""What matrices are called: each can be a defined name in a workbook."""

import re

import pytest

from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.network import Network

# Excel's rules for defined names: no cell address of either style, and not two by one spelling.
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
R1C1 = re.compile(r"(?i)(R\d*)?(C\d*)?")
LAST_COLUMN, LAST_ROW = "XFD", 1_048_576


def is_address(name):
    found = re.fullmatch(r"(?i)([A-Z]{1,3})(\d+)", name)
    if found is None:
        return False
    letters, row = found[1].upper(), int(found[2])
    return (len(letters), letters) <= (len(LAST_COLUMN), LAST_COLUMN) and 1 <= row <= LAST_ROW


def is_legal(name):
    return bool(WORD.fullmatch(name)) and not R1C1.fullmatch(name) and not is_address(name)


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        *((name, False) for name in ("bh1", "W1", "XFD1048576", "r", "C", "R1C1", "rc", "c3", "1x", "a b")),
        *((name, True) for name in ("bh_1", "XFE1", "XFD1048577", "E", "X", "lr", "Rx")),
    ],
)
def test_the_check_of_names(name, legal):
    assert is_legal(name) is legal


@pytest.mark.parametrize("batch", [None, 2], ids=["full", "batch"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("hidden", [(), (3,), (3, 2), (2,) * 12], ids=lambda sizes: f"{len(sizes)}-hidden")
def test_names_can_be_names_in_a_workbook(hidden, output, batch):
    network = Network(4, hidden, 2, output=output)
    made = [result.name for step in iteration_of(network, 3, batch).steps for result in step.results]
    all_names = ["lr", *made, *(f"initial_{name}" for name in network.parameters())]
    assert [name for name in all_names if not is_legal(name)] == []
    assert len({name.casefold() for name in all_names}) == len(all_names)
