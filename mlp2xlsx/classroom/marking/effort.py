"""How much work a student's formulas make, known before any of them is calculated.

The engine runs inside this process and cannot be stopped: a formula that outgrows the memory ends the
program, and with it the grading of a whole class.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.formulas import places
from mlp2xlsx.xlsx.references import Place

LONGEST_TEXT = 255  # characters; as long as Excel lets a text in a formula be
# Of 24 bytes each, or some 300 where they are texts; the engine computes ten times as many in a second.
_MOST_BY_ONE, _MOST_IN_ALL = 1_000_000, 10_000_000
_MOST_POWERS = 100  # they nest in the engine: with 490, a stack of 1 MB (Windows) overflows
_CHARACTERS, _FOR_EACH = 300_000, 100  # of all formulas, and for each cell that is filled in
_WHOLE = {"AND", "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "OR", "PRODUCT", "SUM", "SUMPRODUCT", "SUMSQ"}

Shape = tuple[int, int]


class Allowance:
    """How much the formulas of one submission may be together.

    Parameters
    ----------
    n_cells
        How many cells are to be filled in.
    """

    def __init__(self, n_cells: int) -> None:
        self._characters = _CHARACTERS + _FOR_EACH * n_cells
        self._numbers = _MOST_IN_ALL

    def read(self, formula: str) -> None:
        """Let a formula be read.

        Raises
        ------
        ValueError
            When it is too long, with those before.
        """
        if len(formula) > self._characters:
            raise ValueError("the formulas are too long together")
        self._characters -= len(formula)

    def calculate(self, formula: str, names: Mapping[str, Place | None], title: str) -> None:
        """Let a formula be calculated; for the parameters see `effort`.

        Raises
        ------
        ValueError
            When it is too much, by itself or with those before.
        """
        count = effort(formula, names, title)
        if count > _MOST_BY_ONE:
            raise ValueError(f"it computes more than {_MOST_BY_ONE:,} numbers")
        if count > self._numbers:
            raise ValueError(f"the formulas compute more than {_MOST_IN_ALL:,} numbers together")
        self._numbers -= count


def effort(formula: str, names: Mapping[str, Place | None], title: str) -> int:
    """Count the numbers that a formula computes on its way, at most; a product in `MMULT` is one.

    Parameters
    ----------
    formula
        What `parsed` has found no fault with.
    names, title
        What the workbook's names stand for, and the sheet where the formula stands.

    Raises
    ------
    ValueError
        When it joins texts, holds a long one, nests too deep, or reads what cannot be told.
    """
    tokens = _tokens(formula)
    if sum(token.value == "^" for token in tokens) > _MOST_POWERS:
        raise ValueError(f"it has more than {_MOST_POWERS} powers")
    return _Effort(names, title).count(tokens)


@lru_cache(maxsize=1024)
def _tokens(formula: str) -> tuple[Token, ...]:
    return tuple(token for token in Tokenizer(f"={formula}").items if token.type != Token.WSPACE)


class _Effort:
    """Follows the shapes of what is computed: an operator makes its operands as large as the largest."""

    def __init__(self, names: Mapping[str, Place | None], title: str) -> None:
        self._names = names
        self._title = title
        self._done = 0

    def count(self, tokens: Sequence[Token]) -> int:
        # For each function or parenthesis that is open, its name and the shapes of its arguments so far.
        outer: list[tuple[str, list[Shape]]] = [("", [(1, 1)])]
        for token in tokens:
            name, arguments = outer[-1]
            if token.subtype == Token.OPEN:
                outer.append((str(token.value).rstrip("(").upper(), [(1, 1)]))
            elif token.subtype == Token.CLOSE and len(outer) > 1:
                outer.pop()
                self._widen(outer[-1][1], self._result(name, arguments))
            elif token.type == Token.SEP:
                arguments.append((1, 1))
            elif token.type == Token.OPERAND:
                self._widen(arguments, self._operand(token))
            elif token.value == "&":
                raise ValueError("it joins texts with &")
            else:
                self._done += arguments[-1][0] * arguments[-1][1]
        return self._done

    def _widen(self, arguments: list[Shape], shape: Shape) -> None:
        rows, cols = arguments[-1]
        arguments[-1] = max(rows, shape[0]), max(cols, shape[1])
        self._done += arguments[-1][0] * arguments[-1][1]

    def _operand(self, token: Token) -> Shape:
        text = str(token.value)
        if token.subtype == Token.TEXT and len(text) > LONGEST_TEXT:
            raise ValueError(f"it holds a text of more than {LONGEST_TEXT} characters")
        if token.subtype != Token.RANGE:
            return 1, 1
        try:
            [(_, box)] = places([text], self._title, self._names)
        except ValueError:
            # A name that nothing has is an error when it is calculated; these may be ranges to the engine.
            if any(sign in text for sign in ":#"):
                raise ValueError(f"it reads {shortened(text)}, which is no range of the workbook") from None
            return 1, 1
        return box.n_rows, box.n_cols

    def _result(self, name: str, arguments: Sequence[Shape]) -> Shape:
        rows, cols = max(one[0] for one in arguments), max(one[1] for one in arguments)
        if name == "{":  # between commas and semicolons stand single numbers
            return len(arguments), len(arguments)
        if name == "MMULT" and len(arguments) > 1:
            (n, inner), (other, m) = arguments[:2]
            self._done += n * max(inner, other) * m
            return n, m
        if name == "TRANSPOSE":
            return cols, rows
        if name == "COUNTIF":
            self._done += arguments[0][0] * arguments[0][1] * arguments[-1][0] * arguments[-1][1]
            return arguments[-1]
        return (1, 1) if name in _WHOLE else (rows, cols)
