"""The arithmetic of one cell in numbers, as in `1×0.420 + 0×0.100 + 0.460`.

What is said is the same for every cell of a result but for its row and its column; so it is rendered once,
as words with places of cells between them. Whoever shows it looks the places up.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mlp2xlsx.expr import (
    Add,
    AddRow,
    DivideColumn,
    Exp,
    Expr,
    MatMul,
    Matrix,
    Mul,
    Number,
    Positive,
    Relu,
    Run,
    Scalar,
    Scale,
    Sigmoid,
    Square,
    Sub,
    SubColumn,
    SumNeurons,
    SumSamples,
    TakeRows,
    Tanh,
    Transpose,
    WithColumn,
    is_scalar,
)
from mlp2xlsx.render.visitor import ATOM, Visitor

_SUM, _PRODUCT, _POWER = 20, 30, 40
_MOST_TERMS = 6
_FIRST_TERMS = 2  # of a longer sum, before the ellipsis

Index = Run | int
"""A row or column: that of the cell that is asked for, or a number counted from 0."""


class Place(NamedTuple):
    """The number in one cell of a named matrix."""

    name: str
    row: Index
    col: Index


class Ordinal(NamedTuple):
    """A row or column as a number counted from 1."""

    at: Index


Piece = str | Place | Ordinal


class Pieces(NamedTuple):
    """Words and numbers in a row, and how tightly the outermost operation binds."""

    pieces: tuple[Piece, ...]
    precedence: int

    def within(self, precedence: int) -> tuple[Piece, ...]:
        """Give the pieces, in parentheses when their operation binds less tightly than asked for."""
        return self.pieces if self.precedence >= precedence else ("(", *self.pieces, ")")


class Worked(Visitor[Pieces]):
    """Says how one cell is computed; of long sums the first terms and the last."""

    def cell(self, expr: Expr) -> tuple[Piece, ...]:
        """Give words and places for the cell that is asked for."""
        return self.visit(expr, Run.ROW, Run.COL).pieces

    def on_Matrix(self, node: Matrix, row: Index, col: Index) -> Pieces:
        return Pieces((Place(node.name, row, col),), ATOM)

    def on_Scalar(self, node: Scalar, _row: Index, _col: Index) -> Pieces:
        return Pieces((Place(node.name, 0, 0),), ATOM)

    def on_Number(self, node: Number, _row: Index, _col: Index) -> Pieces:
        return Pieces((str(node.value),), ATOM)

    def on_MatMul(self, node: MatMul, row: Index, col: Index) -> Pieces:
        terms = {
            k: self.joined("×", _PRODUCT, self.visit(node.left, row, k), self.visit(node.right, k, col))
            for k in _terms(node.left.shape[1])
        }
        return self.sum(terms)

    def on_Add(self, node: Add, row: Index, col: Index) -> Pieces:
        return self.elementwise(" + ", _SUM, node, row, col)

    def on_Sub(self, node: Sub, row: Index, col: Index) -> Pieces:
        return self.elementwise(" − ", _SUM, node, row, col)

    def on_Mul(self, node: Mul, row: Index, col: Index) -> Pieces:
        return self.elementwise("×", _PRODUCT, node, row, col)

    def on_Scale(self, node: Scale, row: Index, col: Index) -> Pieces:
        return self.elementwise("×", _PRODUCT, node, row, col)

    def elementwise(self, symbol: str, precedence: int, node: Expr, row: Index, col: Index) -> Pieces:
        """Join the same cell of both operands; a scalar has but one."""
        left, right = (
            self.visit(operand, *((0, 0) if is_scalar(operand) else (row, col))) for operand in node.operands
        )
        return self.joined(symbol, precedence, left, right)

    def on_AddRow(self, node: AddRow, row: Index, col: Index) -> Pieces:
        return self.joined(" + ", _SUM, self.visit(node.matrix, row, col), self.visit(node.row, 0, col))

    def on_SubColumn(self, node: SubColumn, row: Index, col: Index) -> Pieces:
        return self.with_column(" − ", _SUM, node, row, col)

    def on_DivideColumn(self, node: DivideColumn, row: Index, col: Index) -> Pieces:
        return self.with_column(" / ", _PRODUCT, node, row, col)

    def with_column(self, symbol: str, precedence: int, node: WithColumn, row: Index, col: Index) -> Pieces:
        matrix, column = self.visit(node.matrix, row, col), self.visit(node.column, row, 0)
        return self.joined(symbol, precedence, matrix, column)

    def joined(self, symbol: str, precedence: int, left: Pieces, right: Pieces) -> Pieces:
        """Join two operands; an equal operator on the right needs parentheses, on the left it does not."""
        pieces = (*left.within(precedence), symbol, *right.within(precedence + 1))
        return Pieces(pieces, precedence)

    def on_SumSamples(self, node: SumSamples, _row: Index, col: Index) -> Pieces:
        return self.sum({k: self.visit(node.operand, k, col) for k in _terms(node.operand.shape[0])})

    def on_SumNeurons(self, node: SumNeurons, row: Index, _col: Index) -> Pieces:
        return self.sum({k: self.visit(node.operand, row, k) for k in _terms(node.operand.shape[1])})

    def sum(self, terms: Mapping[int, Pieces]) -> Pieces:
        """Add up terms by their numbers, with an ellipsis where numbers are left out."""
        pieces: list[Piece] = []
        for k, term in terms.items():
            if k > 0:
                pieces.append(" + " if k - 1 in terms else " + … + ")
            pieces += term.within(_SUM)
        return Pieces(tuple(pieces), _SUM if len(terms) > 1 else next(iter(terms.values())).precedence)

    def on_Sigmoid(self, node: Sigmoid, row: Index, col: Index) -> Pieces:
        exponent = self.visit(node.operand, row, col).within(ATOM)
        return Pieces(("1 / (1 + e^(−", *exponent, "))"), _PRODUCT)

    def on_Tanh(self, node: Tanh, row: Index, col: Index) -> Pieces:
        return self.call("tanh(", node.operand, row, col)

    def on_Relu(self, node: Relu, row: Index, col: Index) -> Pieces:
        return self.call("max(0, ", node.operand, row, col)

    def on_Exp(self, node: Exp, row: Index, col: Index) -> Pieces:
        return self.call("e^(", node.operand, row, col)

    def call(self, opening: str, operand: Expr, row: Index, col: Index) -> Pieces:
        """Write what closes with a parenthesis."""
        return Pieces((opening, *self.visit(operand, row, col).pieces, ")"), ATOM)

    def on_Positive(self, node: Positive, row: Index, col: Index) -> Pieces:
        return Pieces(("[", *self.visit(node.operand, row, col).pieces, " > 0]"), ATOM)

    def on_Square(self, node: Square, row: Index, col: Index) -> Pieces:
        return Pieces((*self.visit(node.operand, row, col).within(ATOM), "²"), _POWER)

    def on_Transpose(self, node: Transpose, row: Index, col: Index) -> Pieces:
        return self.visit(node.operand, col, row)

    def on_TakeRows(self, node: TakeRows, row: Index, col: Index) -> Pieces:
        # Which row it is may be seen; the number itself follows after the sign =.
        rows = self.visit(node.rows, row, 0)
        return Pieces((f"{node.matrix.name}[", *rows.pieces, ", ", Ordinal(col), "]"), ATOM)


def _terms(count: int) -> Iterable[int]:
    """Give the numbers of the terms that are said."""
    return range(count) if count <= _MOST_TERMS else (*range(_FIRST_TERMS), count - 1)
