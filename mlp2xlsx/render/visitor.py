"""What all renderers share: finding the method for a node, and parentheses by precedence."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Divide,
    Expr,
    MatMul,
    Matrix,
    Mul,
    Number,
    OfOne,
    Scalar,
    Sub,
    TakeRows,
)
from mlp2xlsx.mathematics.functions import ATOM, FUNCTIONS, Function, Words

T = TypeVar("T")


class UnsupportedNodeError(TypeError):
    """A renderer was given a node that it has no word for."""


class Visitor(Generic[T]):
    """Calls the method named after the class of a node: `on_MatMul(node)` for a `MatMul`; or after its base.

    So an operation on corresponding cells without a method of its own goes to `on_Elementwise`.
    """

    def visit(self, node: Expr, *context: Any) -> T:
        """Render one node; raises `UnsupportedNodeError` where the language has no word for it."""
        for kind in type(node).__mro__:
            method: Callable[..., T] | None = getattr(self, f"on_{kind.__name__}", None)
            if method is not None:
                return method(node, *context)
        raise UnsupportedNodeError(f"{type(self).__name__} cannot say {type(node).__name__}")

    def function(self, node: Apply) -> Function:
        """Row of the table for a function; raises `UnsupportedNodeError` where there is none."""
        if node.function not in FUNCTIONS:
            raise UnsupportedNodeError(f"{type(self).__name__} cannot say {node.function}")
        return FUNCTIONS[node.function]


class Operator(NamedTuple):
    """A binary operator: its symbol with the spaces around it, and how tightly it binds."""

    symbol: str
    precedence: int


class Text(NamedTuple):
    """A piece of source text and the precedence of its outermost operation."""

    text: str
    precedence: int

    def within(self, precedence: int) -> str:
        """The text, in parentheses when its operation binds less tightly than asked for."""
        return self.text if self.precedence >= precedence else f"({self.text})"

    def put_into(self, words: Words) -> "Text":
        """The text as the operand of a function."""
        return Text(words.text.format(self.within(words.inner)), words.outer)


class TextRenderer(Visitor[Text]):
    """A language whose binary operators are left-associative and listed in `operators`.

    A subclass fills the tables, names its column of the functions, and says the rest, one method per node.

    Attributes
    ----------
    operators
        Of two operands each.
    forms
        The words of the operations on one matrix.
    taking
        The words for some rows of a matrix: what stands around its name and the row numbers.
    """

    operators: ClassVar[dict[type[Expr], Operator]]
    forms: ClassVar[Mapping[type[Expr], Words]]
    taking: ClassVar[Words]
    language: ClassVar[str]

    def render(self, node: Expr) -> str:
        """Source text of a whole expression."""
        return self.visit(node).text

    def joined(self, operator: Operator, node: Expr) -> Text:
        """Join both operands; an equal operator on the right needs parentheses, on the left it does not."""
        symbol, precedence = operator
        left, right = (self.visit(operand) for operand in node.operands)
        return Text(f"{left.within(precedence)}{symbol}{right.within(precedence + 1)}", precedence)

    def on_Matrix(self, node: Matrix | Scalar) -> Text:
        return Text(node.name, ATOM)

    on_Scalar = on_Matrix

    def on_Number(self, node: Number) -> Text:
        return Text(str(node.value), ATOM if node.value >= 0 else 0)

    def on_MatMul(self, node: MatMul) -> Text:
        return self.joined(self.operators[MatMul], node)

    def on_Elementwise(self, node: Add | Sub | Mul | Divide) -> Text:
        return self.joined(self.operators[type(node)], node)

    def on_Apply(self, node: Apply) -> Text:
        return self.visit(node.operand).put_into(getattr(self.function(node), self.language))

    def on_OfOne(self, node: OfOne) -> Text:
        if type(node) not in self.forms:
            raise UnsupportedNodeError(f"{type(self).__name__} cannot say {type(node).__name__}")
        return self.visit(node.operand).put_into(self.forms[type(node)])

    def on_TakeRows(self, node: TakeRows) -> Text:
        rows = self.visit(node.rows).within(self.taking.inner)
        return Text(self.taking.text.format(node.matrix.name, rows), self.taking.outer)
