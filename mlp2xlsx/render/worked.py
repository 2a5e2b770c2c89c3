"""The arithmetic of one cell in numbers, as in `1×0.420 + 0×0.100 + 0.460`.

What is said is the same for every cell of a result but for its row and its column; so it is rendered once,
as words with places of cells between them. Whoever shows it looks the places up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Divide,
    Elementwise,
    Expr,
    MatMul,
    Matrix,
    Mul,
    Number,
    Pairing,
    Scalar,
    Single,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Transpose,
    is_scalar,
)
from mlp2xlsx.mathematics.functions import ATOM, PRODUCT, SUM
from mlp2xlsx.mathematics.readings import Extent
from mlp2xlsx.render.visitor import Operator, UnsupportedNodeError, Visitor

_TIMES = Operator("×", PRODUCT)
_OPERATORS: dict[type[Expr], Operator] = {
    Add: Operator(" + ", SUM),
    Sub: Operator(" − ", SUM),
    Mul: _TIMES,
    Divide: Operator(" / ", PRODUCT),
}
_OPERAND = re.compile(r"\{0?\}")
_MINUS = "−"
_MOST_TERMS = 5
_FIRST_TERMS = 2  # of a longer sum, before the ellipsis

Index = Extent | int
"""A row or column: that of the cell that is asked for, or a number counted from 0."""


class CellNumber(NamedTuple):
    """The number in one cell of a named matrix, or what it is with the other sign."""

    name: str
    row: Index
    col: Index
    negated: bool = False


class Ordinal(NamedTuple):
    """A row or column as a number counted from 1."""

    at: Index


WorkedPiece = str | CellNumber | Ordinal


class Pieces(NamedTuple):
    """Words and numbers in a row, and how tightly the outermost operation binds."""

    pieces: tuple[WorkedPiece, ...]
    precedence: int

    def within(self, precedence: int) -> tuple[WorkedPiece, ...]:
        """Return the pieces, in parentheses when their operation binds less tightly than asked for."""
        return self.pieces if self.precedence >= precedence else ("(", *self.pieces, ")")


class Worked(Visitor[Pieces]):
    """Says how one cell is computed; of long sums the first terms and the last."""

    def cell(self, expr: Expr) -> tuple[WorkedPiece, ...]:
        """Words and numbers for the cell that is asked for."""
        if isinstance(expr, Matrix):  # taken over as it is: the number itself follows after the sign =
            return address(expr.name)
        return self.visit(expr, Extent.ROW, Extent.COL).pieces

    def number(self, matrix: Matrix) -> tuple[WorkedPiece, ...]:
        """The number in the cell that is asked for."""
        return self.visit(matrix, Extent.ROW, Extent.COL).pieces

    def on_Matrix(self, node: Matrix, row: Index, col: Index) -> Pieces:
        return Pieces((CellNumber(node.name, row, col),), ATOM)

    def on_Scalar(self, node: Scalar | Single, _row: Index, _col: Index) -> Pieces:
        return Pieces((CellNumber(node.name, 0, 0),), ATOM)

    on_Single = on_Scalar

    def on_Number(self, node: Number, _row: Index, _col: Index) -> Pieces:
        return Pieces((str(node.value),), ATOM)

    def on_MatMul(self, node: MatMul, row: Index, col: Index) -> Pieces:
        terms = {
            k: _joined(_TIMES, self.visit(node.left, row, k), self.visit(node.right, k, col))
            for k in _terms(node.left.shape[1])
        }
        return self.sum(terms)

    def on_Elementwise(self, node: Elementwise, row: Index, col: Index) -> Pieces:
        left = self.visit(node.left, *((0, 0) if is_scalar(node.left) else (row, col)))
        right_row = 0 if node.pairing is Pairing.ROW else row
        right_col = 0 if node.pairing is Pairing.COLUMN else col
        right = self.visit(node.right, *((0, 0) if is_scalar(node.right) else (right_row, right_col)))
        return _joined(_OPERATORS[type(node)], left, right)

    def on_Apply(self, node: Apply, row: Index, col: Index) -> Pieces:
        words = self.function(node).worked
        if words is None:
            raise UnsupportedNodeError(f"Worked cannot say {node.function}")
        before, *others = _OPERAND.split(words.text)  # which may stand there more than once
        operand = self.visit(node.operand, row, col).within(words.inner)
        if before.endswith(_MINUS) and len(operand) == 1 and isinstance(operand[0], CellNumber):
            before, operand = before.removesuffix(_MINUS), (operand[0]._replace(negated=True),)
        pieces = [before, *(piece for after in others for piece in (*operand, after))]
        return Pieces(tuple(piece for piece in pieces if piece != ""), words.outer)

    def on_SumSamples(self, node: SumSamples, _row: Index, col: Index) -> Pieces:
        return self.sum({k: self.visit(node.operand, k, col) for k in _terms(node.operand.shape[0])})

    def on_SumNeurons(self, node: SumNeurons, row: Index, _col: Index) -> Pieces:
        return self.sum({k: self.visit(node.operand, row, k) for k in _terms(node.operand.shape[1])})

    def sum(self, terms: Mapping[int, Pieces]) -> Pieces:
        """Add up terms by their numbers, with an ellipsis where numbers are left out."""
        pieces: list[WorkedPiece] = []
        for k, term in terms.items():
            if k > 0:
                pieces.append(" + " if k - 1 in terms else " + … + ")
            pieces += term.within(SUM)
        return Pieces(tuple(pieces), SUM if len(terms) > 1 else next(iter(terms.values())).precedence)

    def on_Transpose(self, node: Transpose, row: Index, col: Index) -> Pieces:
        return self.visit(node.operand, col, row)

    def on_TakeRows(self, node: TakeRows, row: Index, col: Index) -> Pieces:
        # Which row it is may be seen; the number itself follows after the sign =.
        rows = self.visit(node.rows, row, 0)
        return Pieces((f"{node.matrix.name}[", *rows.pieces, ", ", Ordinal(col), "]"), ATOM)


def address(name: str) -> tuple[WorkedPiece, ...]:
    """The cell that is asked for, by its matrix, row and column."""
    return (f"{name}[", Ordinal(Extent.ROW), ", ", Ordinal(Extent.COL), "]")


def bracketed(pieces: Sequence[WorkedPiece]) -> Iterator[tuple[WorkedPiece, bool]]:
    """Yield each piece, and whether a number below 0 needs parentheses: behind a sign, before a power."""
    for k, piece in enumerate(pieces):
        before, after = pieces[k - 1] if k else "", pieces[k + 1] if k + 1 < len(pieces) else ""
        opened = not before or (isinstance(before, str) and before.endswith(("(", "[", ", ")))
        power = isinstance(after, str) and after.startswith("²")
        yield piece, isinstance(piece, CellNumber) and (power or not opened)


def _joined(operator: Operator, left: Pieces, right: Pieces) -> Pieces:
    """Join two operands; an equal operator on the right needs parentheses, on the left it does not."""
    symbol, precedence = operator
    return Pieces((*left.within(precedence), symbol, *right.within(precedence + 1)), precedence)


def _terms(count: int) -> Iterable[int]:
    """Numbers of the terms that are said."""
    return range(count) if count <= _MOST_TERMS else (*range(_FIRST_TERMS), count - 1)
