"""Formulas as trees: what stands over ranges in them, and what NumPy makes of it."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

Size = Callable[[str], tuple[int, int]]
"""Rows and columns of the range that a reference or a name stands for."""

# Functions that give one number for a range as it stands; in some the range may also be computed.
OF_PLAIN_RANGES = {
    *("AVERAGE", "COUNT", "COUNTIF", "INDEX", "MATCH", "MAX", "MIN"),
    *("COLUMN", "MMULT", "ROW", "SUM", "SUMPRODUCT", "SUMSQ", "SUMXMY2"),
}
OF_COMPUTED_RANGES = {"MMULT", "SUMPRODUCT"}
_TIGHTNESS = {"^": 4, "*": 3, "/": 3, "+": 2, "-": 2, "&": 1} | dict.fromkeys(
    ("=", "<>", "<", ">", "<=", ">="), 0
)
_SIGN = 5  # -2^2 is 4 in a spreadsheet
_CRITERION = re.compile(r"([<>=]*)(.*)")


@dataclass(frozen=True)
class Node:
    """A part of a formula: its kind (`range`, `constant`, `call`, `operation`), its word and its parts."""

    kind: str
    word: str
    parts: tuple["Node", ...]
    tokens: tuple[Token, ...]

    def text(self, renamed: Mapping[str, str]) -> str:
        """Write the part, with other names for its ranges."""
        return "".join(
            renamed[token.value] if _is_range(token) else str(token.value) for token in self.tokens
        )

    def ranges(self) -> list[str]:
        """References and names in it, each once."""
        return list(dict.fromkeys(token.value for token in self.tokens if _is_range(token)))


def tree(formula: str) -> Node:
    """Take a formula without its `=` apart."""
    tokens = [token for token in Tokenizer(f"={formula}").items if token.type != Token.WSPACE]
    reader = _Reader(tokens)
    found = reader.operation(0)
    assert reader.at == len(tokens), formula
    return found


class _Reader:
    """Reads tokens from left to right, operations by how tightly they bind."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0

    def operation(self, least: int) -> Node:
        start, left = self.at, self.operand()
        while (token := self.peek()) and token.type == Token.OP_IN and _TIGHTNESS[token.value] >= least:
            self.at += 1
            right = self.operation(_TIGHTNESS[token.value] + 1)
            left = Node("operation", token.value, (left, right), self.since(start))
        return left

    def operand(self) -> Node:
        start, token = self.at, self.tokens[self.at]
        self.at += 1
        if token.type == Token.OPERAND:
            return Node("range" if _is_range(token) else "constant", token.value, (), self.since(start))
        if token.type == Token.OP_PRE:
            return Node("operation", token.value, (self.operation(_SIGN),), self.since(start))
        assert token.subtype == Token.OPEN, token.value
        parts = []
        while self.peek().subtype != Token.CLOSE:
            parts.append(self.operation(0))
            if self.peek().type == Token.SEP:
                self.at += 1
        self.at += 1
        kind = "call" if token.type == Token.FUNC else "operation"
        return Node(
            kind, token.value.rstrip("(") if kind == "call" else "()", tuple(parts), self.since(start)
        )

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def since(self, start: int) -> tuple[Token, ...]:
        return tuple(self.tokens[start : self.at])


def _is_range(token: Token) -> bool:
    return bool(token.type == Token.OPERAND and token.subtype == Token.RANGE)


def is_many(node: Node, size: Size) -> bool:
    """Whether a part has several values."""
    if node.kind == "range":
        return size(node.word) != (1, 1)
    if node.kind == "call":
        return node.word == "MMULT" or (node.word in ("ROW", "COLUMN") and is_many(node.parts[0], size))
    return any(is_many(part, size) for part in node.parts)


def faults(node: Node, size: Size) -> Iterator[str]:
    """Say where several values stand that a formula which is no array formula must not have there."""
    if is_many(node, size):
        yield "several values in one cell"
    yield from _faults(node, size)


def _faults(node: Node, size: Size) -> Iterator[str]:
    for part in node.parts:
        if node.kind == "call" and is_many(part, size):
            sum_of_products = (node.word, part.kind, part.word) == ("SUM", "call", "MMULT")
            if node.word not in OF_PLAIN_RANGES:
                yield f"{node.word} over a range"
            elif part.kind != "range" and node.word not in OF_COMPUTED_RANGES and not sum_of_products:
                yield f"{node.word} over a computed range"
        yield from _faults(part, size)


def over_ranges(node: Node, size: Size) -> Iterator[Node]:
    """The parts of a formula that make one value of several."""
    if node.kind == "call" and any(is_many(part, size) for part in node.parts):
        yield node
    else:
        for part in node.parts:
            yield from over_ranges(part, size)


def pattern(node: Node, size: Size) -> str:
    """What is the same in formulas that differ in places, numbers and texts: `SUM(MMULT(row,column),cell)`."""
    words = []
    for token in node.tokens:
        if _is_range(token):
            rows, cols = size(token.value)
            shape = (
                "cell" if rows == cols == 1 else "row" if rows == 1 else "column" if cols == 1 else "block"
            )
            words.append(shape if _is_reference(token.value) else f"named_{shape}")
        elif token.type == Token.OPERAND:
            words.append({Token.NUMBER: "0", Token.TEXT: '""'}.get(token.subtype, token.value))
        else:
            words.append(token.value)
    return "".join(words)


def _is_reference(word: str) -> bool:
    return re.fullmatch(r"(.*!)?\$?[A-Z]{1,3}\$?[0-9]+(:\$?[A-Z]{1,3}\$?[0-9]+)?", word) is not None


Values = Mapping[str, np.ndarray]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "^": operator.pow,
    "*": operator.mul,
    "/": operator.truediv,
    "+": operator.add,
    "-": operator.sub,
    "&": lambda one, other: f"{one:.17G}{other}" if isinstance(one, float) else f"{one}{_number(other)}",
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _number(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.17G}"


def _cells(*parts: Any) -> np.ndarray:
    """All numbers of some ranges; what is none is left out."""
    found = [cell for part in parts for cell in np.ravel(part).tolist() if isinstance(cell, int | float)]
    return np.array(found)


def _floats(part: Any) -> np.ndarray:
    """Numbers of a range, an empty cell among them as 0."""
    cells = np.asarray(part, object)
    return np.where(np.equal(cells, None), 0.0, cells).astype(float)


def _index(cells: np.ndarray, row: Any, col: Any = None) -> Any:
    if col is None:
        row, col = (1, row) if len(cells) == 1 else (row, 1)
    found = cells[int(row) - 1, int(col) - 1]
    return 0.0 if found is None else found


def _match(wanted: Any, cells: np.ndarray, how: Any = 1.0) -> float:
    found = np.ravel(cells)
    return float(
        np.flatnonzero(found == wanted if how == 0 else _floats(found) <= wanted)[0 if how == 0 else -1] + 1
    )


def _count_if(cells: np.ndarray, criterion: Any) -> float:
    if not isinstance(criterion, str):
        return float(np.sum(_cells(cells) == criterion))
    sign, wanted = _CRITERION.fullmatch(criterion).groups()
    try:
        return float(np.sum(_OPERATORS[sign or "="](_cells(cells), float(wanted))))
    except ValueError:  # a text
        return float(np.sum(_OPERATORS[sign or "="](cells, wanted)))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AVERAGE": lambda *parts: _cells(*parts).mean(),
    "COUNT": lambda *parts: float(len(_cells(*parts))),
    "COUNTIF": _count_if,
    "INDEX": _index,
    "MATCH": _match,
    "MAX": lambda *parts: max(_cells(*parts), default=0.0),
    "MIN": lambda *parts: min(_cells(*parts), default=0.0),
    "MMULT": lambda left, right: np.atleast_2d(_floats(left)) @ np.atleast_2d(_floats(right)),
    "SUM": lambda *parts: _cells(*parts).sum(),
    "SUMPRODUCT": lambda *parts: np.sum(np.prod([_floats(part) for part in parts], axis=0)),
    "SUMSQ": lambda *parts: np.sum(_cells(*parts) ** 2),
    "SUMXMY2": lambda one, other: np.sum((_floats(one) - _floats(other)) ** 2),
    "ABS": np.abs,
    "INT": np.floor,
    "MOD": np.mod,
    "ROUND": lambda value, digits: np.round(value, int(digits)),
    "IF": np.where,
    "EXP": lambda cells: np.exp(_floats(cells)),
    "LN": lambda cells: np.log(_floats(cells)),
    "TANH": lambda cells: np.tanh(_floats(cells)),
}


def computed(node: Node, values: Values, corners: Mapping[str, tuple[int, int]]) -> Any:
    """What NumPy makes of a part; `corners` says in which row and column each range begins.

    Raises
    ------
    IndexError
        When it asks for a cell that is not in a range; programs say #REF!.
    """
    if node.kind == "range":
        found = values[node.word]
        return found[0, 0] if found.shape == (1, 1) else found
    if node.kind == "constant":
        return node.word.strip('"') if node.word.startswith('"') else float(node.word)
    if node.word in ("ROW", "COLUMN"):
        word = node.parts[0].word
        numbers = np.indices(values[word].shape)
        axis = int(node.word == "COLUMN")
        return (numbers[axis] + corners[word][axis]).astype(float)
    parts = [computed(part, values, corners) for part in node.parts]
    if node.kind == "call":
        return _FUNCTIONS[node.word](*parts)
    if node.word == "()":
        return parts[0]
    parts = [_floats(part) if isinstance(part, np.ndarray) else part for part in parts]
    return _OPERATORS[node.word](*parts) if len(parts) == 2 else -parts[0]
