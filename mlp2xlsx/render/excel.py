"""Spreadsheet formulas, one plain formula for each cell of a result; none is an array formula.

LibreOffice 7 leaves cells stale that read an array formula, and programs differ in what most functions make
of a range that is not flagged as an array. So ranges stand only where every program agrees: alone, under
operators and comparisons, in MMULT, and in sums.
"""

from collections.abc import Callable
from typing import NamedTuple

from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Constant,
    Divide,
    Elementwise,
    Expr,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    Pairing,
    Scalar,
    Single,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, PRODUCT, SUM
from mlp2xlsx.render.visitor import Operator, Text, UnsupportedNodeError, Visitor

Formula = Text
"""A formula without its `=`, and how tightly its outermost operation binds."""

_OPERATORS: dict[type[Expr], Operator] = {
    Add: Operator("+", SUM),
    Sub: Operator("-", SUM),
    Mul: Operator("*", PRODUCT),
    Divide: Operator("/", PRODUCT),
}


class Span(NamedTuple):
    """Some rows, or some columns, of a matrix, counted from 0.

    `fixed` says that they stay the same from one cell of the result to the next, and so get a `$`.
    """

    start: int
    stop: int
    fixed: bool = False

    @property
    def single(self) -> bool:
        """Whether it is one row or column."""
        return self.stop - self.start == 1


Reference = Callable[[Span, Span], str]
"""Where a matrix stands: turns some of its rows and columns into the text of a cell reference."""


def whole_span(size: int) -> Span:
    """All of `size` rows or columns, the same for every cell of the result."""
    return Span(0, size, fixed=True)


class Excel(Visitor[Formula]):
    """Renders the formula of one cell of an expression's value.

    Parameters
    ----------
    reference
        The place of each named matrix and scalar.
    """

    def __init__(self, reference: Callable[[str], Reference]) -> None:
        self.reference = reference

    def cell(self, expr: Expr, row: int, col: int) -> Formula:
        """Render the formula of the cell in a row and column, counted from 0.

        Raises
        ------
        UnsupportedNodeError
            When a formula of one cell cannot say the expression: a part of it needs cells of its own.
        """
        return self.visit(expr, Span(row, row + 1), Span(col, col + 1))

    def on_Matrix(self, node: Matrix, rows: Span, cols: Span) -> Formula:
        return Formula(self.reference(node.name)(rows, cols), ATOM)

    def on_Scalar(self, node: Scalar | Single, _rows: Span, _cols: Span) -> Formula:
        return Formula(self.reference(node.name)(whole_span(1), whole_span(1)), ATOM)

    on_Single = on_Scalar

    def on_Number(self, node: Number | Constant, _rows: Span, _cols: Span) -> Formula:
        return Formula(str(node.value).upper(), ATOM)

    on_Constant = on_Number

    def on_MatrixUnit(self, node: MatrixUnit, rows: Span, cols: Span) -> Formula:
        _need_one_cell(node, rows, cols)
        return Formula(str(int((node.row, node.col) == (rows.start, cols.start))), ATOM)

    def on_MatMul(self, node: MatMul, rows: Span, cols: Span) -> Formula:
        if rows.single and cols.single:
            product = self.product(node, rows, cols)
            return Formula(f"SUM({product.text})", ATOM) if _is_matrix(product) else product
        inner = whole_span(node.left.shape[1])
        left, right = self.visit(node.left, rows, inner), self.visit(node.right, inner, cols)
        return Formula(f"MMULT({left.text},{right.text})", ATOM)

    def product(self, node: MatMul, rows: Span, cols: Span) -> Formula:
        """Write the product of a row and a column, which is a matrix of one cell unless it is a sum already.

        A transposed operand is read along the other side, so that nothing has to be transposed.
        """
        inner = whole_span(node.left.shape[1])
        left, left_turned = self.vector(node.left, rows, inner)
        right, right_turned = self.vector(node.right, inner, cols)
        if inner.single:
            return Formula(f"{left.within(PRODUCT)}*{right.within(PRODUCT + 1)}", PRODUCT)
        if left_turned != right_turned:  # both lie, or both stand
            return Formula(f"SUMPRODUCT({left.text},{right.text})", ATOM)
        first, second = (right, left) if left_turned else (left, right)
        return Formula(f"MMULT({first.text},{second.text})", ATOM)

    def vector(self, node: Expr, rows: Span, cols: Span) -> tuple[Formula, bool]:
        """Render a row or a column; tell whether it stands the other way on its sheet."""
        if isinstance(node, Transpose) and not (rows.single and cols.single):
            return self.visit(node.operand, cols._replace(fixed=True), rows._replace(fixed=True)), True
        return self.visit(node, rows, cols), False

    def on_Add(self, node: Add, rows: Span, cols: Span) -> Formula:
        is_bias = isinstance(node.right, Matrix) and node.right.shape == (1, node.left.shape[1])
        if is_bias and isinstance(node.left, MatMul) and rows.single and cols.single:
            product = self.product(node.left, rows, cols)
            if _is_matrix(product):  # one SUM for the products and the bias
                bias = self.visit(node.right, whole_span(1), cols)
                return Formula(f"SUM({product.text},{bias.text})", ATOM)
        return self.on_Elementwise(node, rows, cols)

    def on_Elementwise(self, node: Elementwise, rows: Span, cols: Span) -> Formula:
        """Join the same part of both operands; an equal operator on the right needs parentheses."""
        symbol, precedence = _OPERATORS[type(node)]
        left = self.visit(node.left, rows, cols)
        right = self.visit(
            node.right,
            whole_span(1) if node.pairing is Pairing.ROW else rows,
            whole_span(1) if node.pairing is Pairing.COLUMN else cols,
        )
        return Formula(f"{left.within(precedence)}{symbol}{right.within(precedence + 1)}", precedence)

    def on_Apply(self, node: Apply, rows: Span, cols: Span) -> Formula:
        function, operand = self.function(node), self.visit(node.operand, rows, cols)
        if node.function == "square" and isinstance(node.operand, Matrix):
            # In LibreOffice a power too small for a double is #NUM!, and a product 0.
            return Formula(f"{operand.text}*{operand.text}", PRODUCT)
        words = function.excel if rows.single and cols.single else function.over_range
        if words is None:
            raise UnsupportedNodeError(f"Excel can say {node.function} only of one cell")
        return operand.put_into(words)

    def on_TakeRows(self, node: TakeRows, rows: Span, cols: Span) -> Formula:
        _need_one_cell(node, rows, cols)
        matrix = self.reference(node.matrix.name)(*map(whole_span, node.matrix.shape))
        number = self.visit(node.rows, rows, whole_span(1))
        return Formula(f"INDEX({matrix},{number.text},{cols.stop})", ATOM)

    def on_Transpose(self, node: Transpose, rows: Span, cols: Span) -> Formula:
        _need_one_cell(node, rows, cols)
        # Copying a formula to the next cell cannot walk across a transposed range: it stays where it is.
        return self.visit(node.operand, cols._replace(fixed=True), rows._replace(fixed=True))

    def on_SumSamples(self, node: SumSamples, _rows: Span, cols: Span) -> Formula:
        _need_one_cell(node, cols)
        return self.sum(node.operand, whole_span(node.operand.shape[0]), cols)

    def on_SumNeurons(self, node: SumNeurons, rows: Span, _cols: Span) -> Formula:
        _need_one_cell(node, rows)
        return self.sum(node.operand, rows, whole_span(node.operand.shape[1]))

    def on_Total(self, node: Total, _rows: Span, _cols: Span) -> Formula:
        return self.sum(node.operand, *map(whole_span, node.operand.shape))

    def sum(self, node: Expr, rows: Span, cols: Span) -> Formula:
        """Add up some cells of an expression's value."""
        if rows.single and cols.single:
            return self.visit(node, rows, cols)
        if isinstance(node, Transpose):  # the same cells, in another order
            return self.sum(node.operand, cols._replace(fixed=True), rows._replace(fixed=True))
        if isinstance(node, Apply) and node.function == "square" and isinstance(node.operand, Matrix):
            return Formula(f"SUMSQ({self.visit(node.operand, rows, cols).text})", ATOM)
        if isinstance(node, Mul) and node.pairing is Pairing.SAME:
            factors = (self.visit(operand, rows, cols).text for operand in node.operands)
            return Formula(f"SUMPRODUCT({','.join(factors)})", ATOM)
        added = self.visit(node, rows, cols).text
        return Formula(f"SUM({added})" if isinstance(node, Matrix | MatMul) else f"SUMPRODUCT({added})", ATOM)


def _is_matrix(product: Formula) -> bool:
    """Whether the product of a row and a column is a matrix of one cell, and no number yet."""
    return product.text.startswith("MMULT(")


def _need_one_cell(node: Expr, *spans: Span) -> None:
    """Refuse to say for several rows or columns what has no form that all programs agree on."""
    if not all(span.single for span in spans):
        raise UnsupportedNodeError(f"Excel can say {type(node).__name__} only of one cell")
