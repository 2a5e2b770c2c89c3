"""Spreadsheet formulas: for one cell of a result, or for a whole block as one array formula.

Both are the same thing: a rectangular part of the result, of which one cell is the smallest and the
whole matrix the largest.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from mlp2xlsx.expr import (
    LARGEST_EXPONENT,
    SMALLEST_ARGUMENT,
    Add,
    AddRow,
    Divide,
    DivideColumn,
    Exp,
    Expr,
    Log,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Negate,
    Number,
    Positive,
    Relu,
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
    Total,
    Transpose,
    WithColumn,
    is_scalar,
    names,
)
from mlp2xlsx.render.visitor import ATOM, Operator, UnsupportedNodeError, Visitor

ONES = "ones"

# Excel binds unary minus tighter than ^ (-2^2 is 4), so a power under a minus is always in parentheses.
_SUM, _PRODUCT, _POWER, _MINUS = 20, 30, 40, 50


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


class Reference(Protocol):
    """Where a matrix stands: turns a part of it into the text of a cell reference."""

    def __call__(self, rows: Span, cols: Span) -> str:
        """Give the reference to these rows and columns."""


class Formula(NamedTuple):
    """A formula without its `=`; `array` tells that Excel must be told to evaluate it as an array."""

    text: str
    precedence: int
    array: bool = False

    def within(self, precedence: int) -> str:
        """Give the text, in parentheses when its operation binds less tightly than asked for."""
        return self.text if self.precedence >= precedence else f"({self.text})"


def whole(size: int) -> Span:
    """All of `size` rows or columns, the same for every cell of the result."""
    return Span(0, size, fixed=True)


class Excel(Visitor[Formula]):
    """Renders parts of an expression as a formula.

    Parameters
    ----------
    reference
        The place of each named matrix and scalar. `ONES` names a row of ones as long as there are
        samples; only a sum over samples for several columns at once asks for it.
    spaced
        Whether to put spaces around operators, for a formula that is read and not calculated.
    """

    def __init__(self, reference: Callable[[str], Reference], *, spaced: bool = False) -> None:
        self.reference = reference
        self.gap = gap = " " if spaced else ""
        self.comma = f",{gap}"
        self.operators = {
            Add: Operator(f"{gap}+{gap}", _SUM),
            AddRow: Operator(f"{gap}+{gap}", _SUM),
            Sub: Operator(f"{gap}-{gap}", _SUM),
            Mul: Operator(f"{gap}*{gap}", _PRODUCT),
            Scale: Operator(f"{gap}*{gap}", _PRODUCT),
            Divide: Operator(f"{gap}/{gap}", _PRODUCT),
            SubColumn: Operator(f"{gap}-{gap}", _SUM),
            DivideColumn: Operator(f"{gap}/{gap}", _PRODUCT),
        }

    def cell(self, expr: Expr, row: int, col: int) -> Formula:
        """Render the formula of one cell of the result."""
        return self.visit(expr, Span(row, row + 1), Span(col, col + 1))

    def block(self, expr: Expr) -> Formula:
        """Render one formula for the whole result."""
        rows, cols = expr.shape
        return self.visit(expr, Span(0, rows), Span(0, cols))

    def on_Matrix(self, node: Matrix, rows: Span, cols: Span) -> Formula:
        text = self.reference(node.name)(rows, cols)
        return Formula(text, ATOM, array=not (rows.single and cols.single))

    def on_Scalar(self, node: Scalar, _rows: Span, _cols: Span) -> Formula:
        return Formula(self.reference(node.name)(whole(1), whole(1)), ATOM, array=False)

    def on_Number(self, node: Number, _rows: Span, _cols: Span) -> Formula:
        return Formula(str(node.value), ATOM, array=False)

    def on_MatrixUnit(self, node: MatrixUnit, rows: Span, cols: Span) -> Formula:
        if rows.single and cols.single:
            return Formula(str(int((node.row, node.col) == (rows.start, cols.start))), ATOM, array=False)
        place = self.reference(node.name)
        part = place(rows, cols)
        cell = place(Span(node.row, node.row + 1, fixed=True), Span(node.col, node.col + 1, fixed=True))
        text = f"(ROW({part})=ROW({cell}))*(COLUMN({part})=COLUMN({cell}))"
        return Formula(text, _PRODUCT, array=True)

    def on_MatMul(self, node: MatMul, rows: Span, cols: Span) -> Formula:
        inner = whole(node.left.shape[1])
        left, right = self.visit(node.left, rows, inner), self.visit(node.right, inner, cols)
        return Formula(f"MMULT({left.text}{self.comma}{right.text})", ATOM, array=True)

    def on_Add(self, node: Add, rows: Span, cols: Span) -> Formula:
        return self.elementwise(node, rows, cols)

    def on_Sub(self, node: Sub, rows: Span, cols: Span) -> Formula:
        return self.elementwise(node, rows, cols)

    def on_Mul(self, node: Mul, rows: Span, cols: Span) -> Formula:
        return self.elementwise(node, rows, cols)

    def on_Scale(self, node: Scale, rows: Span, cols: Span) -> Formula:
        return self.elementwise(node, rows, cols)

    def on_Divide(self, node: Divide, rows: Span, cols: Span) -> Formula:
        return self.elementwise(node, rows, cols)

    def elementwise(self, node: Expr, rows: Span, cols: Span) -> Formula:
        """Join the same part of both operands; a scalar stays whole."""
        left, right = (
            self.visit(operand, *((whole(1), whole(1)) if is_scalar(operand) else (rows, cols)))
            for operand in node.operands
        )
        return self.binary(node, left, right)

    def on_AddRow(self, node: AddRow, rows: Span, cols: Span) -> Formula:
        return self.binary(node, self.visit(node.matrix, rows, cols), self.visit(node.row, whole(1), cols))

    def binary(self, node: Expr, left: Formula, right: Formula) -> Formula:
        """Join two formulas; an equal operator on the right needs parentheses, on the left it does not."""
        symbol, precedence = self.operators[type(node)]
        text = f"{left.within(precedence)}{symbol}{right.within(precedence + 1)}"
        return Formula(text, precedence, left.array or right.array)

    def on_SubColumn(self, node: SubColumn, rows: Span, cols: Span) -> Formula:
        return self.with_column(node, rows, cols)

    def on_DivideColumn(self, node: DivideColumn, rows: Span, cols: Span) -> Formula:
        return self.with_column(node, rows, cols)

    def with_column(self, node: WithColumn, rows: Span, cols: Span) -> Formula:
        return self.binary(node, self.visit(node.matrix, rows, cols), self.visit(node.column, rows, whole(1)))

    def on_Sigmoid(self, node: Sigmoid, rows: Span, cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, cols)
        plus, over = self.operators[Add].symbol, self.operators[Divide].symbol
        exponent = self.at_least(operand, -LARGEST_EXPONENT).within(ATOM)
        return Formula(f"1{over}(1{plus}EXP(-{exponent}))", _PRODUCT, operand.array)

    def at_least(self, operand: Formula, least: float) -> Formula:
        """Keep numbers from falling below a limit. MAX of a range would be one number for all of it."""
        limit = f"{least:G}"
        if operand.array:
            below = f"{operand.within(_SUM)}{self.gap}<{self.gap}{limit}"
            return Formula(f"IF({below}{self.comma}{limit}{self.comma}{operand.text})", ATOM, array=True)
        return Formula(f"MAX({operand.text}{self.comma}{limit})", ATOM, array=False)

    def at_most(self, operand: Formula, most: float) -> Formula:
        """Keep numbers from rising above a limit."""
        limit = f"{most:G}"
        if operand.array:
            above = f"{operand.within(_SUM)}{self.gap}>{self.gap}{limit}"
            return Formula(f"IF({above}{self.comma}{limit}{self.comma}{operand.text})", ATOM, array=True)
        return Formula(f"MIN({operand.text}{self.comma}{limit})", ATOM, array=False)

    def on_Tanh(self, node: Tanh, rows: Span, cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, cols)
        return Formula(f"TANH({operand.text})", ATOM, operand.array)

    def on_Relu(self, node: Relu, rows: Span, cols: Span) -> Formula:
        return self.at_least(self.visit(node.operand, rows, cols), 0)

    def on_Positive(self, node: Positive, rows: Span, cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, cols)
        text = f"IF({operand.within(_SUM)}{self.gap}>{self.gap}0{self.comma}1{self.comma}0)"
        return Formula(text, ATOM, operand.array)

    def on_Exp(self, node: Exp, rows: Span, cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, cols)
        bounded = self.at_least(self.at_most(operand, LARGEST_EXPONENT), -LARGEST_EXPONENT)
        return Formula(f"EXP({bounded.text})", ATOM, operand.array)

    def on_Log(self, node: Log, rows: Span, cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, cols)
        return Formula(f"LN({self.above_zero(operand)})", ATOM, operand.array)

    def above_zero(self, operand: Formula) -> str:
        """Add what keeps a logarithm from being taken of 0."""
        return f"{operand.within(_SUM)}{self.operators[Add].symbol}{SMALLEST_ARGUMENT:G}"

    def on_Negate(self, node: Negate, rows: Span, cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, cols)
        return Formula(f"-{operand.within(ATOM)}", _MINUS, operand.array)

    def on_TakeRows(self, node: TakeRows, rows: Span, cols: Span) -> Formula:
        if not (rows.single and cols.single):
            raise UnsupportedNodeError("Excel can say TakeRows only for one cell")
        matrix = self.reference(node.matrix.name)(*map(whole, node.matrix.shape))
        number = self.visit(node.rows, rows, whole(1))
        return Formula(f"INDEX({matrix}{self.comma}{number.text}{self.comma}{cols.stop})", ATOM, array=False)

    def on_Square(self, node: Square, rows: Span, cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, cols)
        if not isinstance(node.operand, Matrix):
            return self.power(operand)
        # In LibreOffice a power too small for a double is #NUM!, and a product 0.
        return Formula(f"{operand.text}{self.operators[Mul].symbol}{operand.text}", _PRODUCT, operand.array)

    def power(self, operand: Formula) -> Formula:
        """Write a square with its exponent."""
        return Formula(f"{operand.within(ATOM)}^2", _POWER, operand.array)

    def on_Transpose(self, node: Transpose, rows: Span, cols: Span) -> Formula:
        # Copying a formula to the next cell cannot walk across a transposed range: it stays where it is.
        operand = self.visit(node.operand, cols._replace(fixed=True), rows._replace(fixed=True))
        if rows.single and cols.single:
            return operand
        return Formula(f"TRANSPOSE({operand.text})", ATOM, array=True)

    def on_SumSamples(self, node: SumSamples, rows: Span, cols: Span) -> Formula:
        samples = whole(node.operand.shape[0])
        operand = self.visit(node.operand, samples, cols)
        if cols.single:
            return self.sum_of(node.operand, operand)
        ones = self.reference(ONES)(whole(1), samples)
        return Formula(f"MMULT({ones}{self.comma}{operand.text})", ATOM, array=True)

    def on_SumNeurons(self, node: SumNeurons, rows: Span, cols: Span) -> Formula:
        neurons = whole(node.operand.shape[1])
        operand = self.visit(node.operand, rows, neurons)
        if rows.single:
            return self.sum_of(node.operand, operand)
        ones = self.reference(ONES)(whole(1), neurons)
        return Formula(f"MMULT({operand.text}{self.comma}TRANSPOSE({ones}))", ATOM, array=True)

    def on_Total(self, node: Total, _rows: Span, _cols: Span) -> Formula:
        rows, cols = node.operand.shape
        if isinstance(node.operand, Square) and not isinstance(node.operand.operand, Matrix):
            # A power too small for a double is #NUM! in LibreOffice, one of SUMSQ's squares is 0.
            squared = self.visit(node.operand.operand, whole(rows), whole(cols))
            return Formula(f"SUMSQ({squared.text})", ATOM, squared.array)
        return self.sum_of(node.operand, self.visit(node.operand, whole(rows), whole(cols)))

    def sum_of(self, node: Expr, operand: Formula) -> Formula:
        """Add up a range; SUM of a plain range is the one function that needs no array flag."""
        array = operand.array and not isinstance(node, Matrix)
        return Formula(f"SUM({operand.text})", ATOM, array)


class _Caption(Excel):
    """The textbook formula: what keeps the cells' formulas within the range of numbers is left out."""

    def at_least(self, operand: Formula, least: float) -> Formula:
        return operand if least else super().at_least(operand, least)

    def at_most(self, operand: Formula, _most: float) -> Formula:
        return operand

    def above_zero(self, operand: Formula) -> str:
        return operand.text

    def on_Square(self, node: Square, rows: Span, cols: Span) -> Formula:
        return self.power(self.visit(node.operand, rows, cols))

    def on_SumNeurons(self, node: SumNeurons, rows: Span, _cols: Span) -> Formula:
        operand = self.visit(node.operand, rows, whole(node.operand.shape[1]))
        return Formula(f"SUM(each row of {operand.text})", ATOM, array=False)

    def on_MatrixUnit(self, node: MatrixUnit, rows: Span, cols: Span) -> Formula:
        raise UnsupportedNodeError("a caption cannot say MatrixUnit: it names matrices, and not their cells")

    def on_TakeRows(self, node: TakeRows, _rows: Span, _cols: Span) -> Formula:
        return Formula(f"INDEX({node.matrix.name}{self.comma}{names(node.rows)[0]})", ATOM, array=False)


def caption(expr: Expr) -> str:
    """Write the formula of a whole matrix in the workbook's names, as one would type it."""

    def by_name(name: str) -> Reference:
        return lambda rows, cols: name

    return _Caption(by_name, spaced=True).block(expr).text
