"""What all renderers share: finding the method for a node, and parentheses by precedence."""

from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from mlp2xlsx.expr import (
    Add,
    AddRow,
    Divide,
    DivideColumn,
    Expr,
    MatMul,
    Matrix,
    Mul,
    Number,
    Scalar,
    Scale,
    Sigmoid,
    Sub,
    SubColumn,
    Tanh,
)

T = TypeVar("T")


class UnsupportedNodeError(TypeError):
    """A renderer was given a node that it has no word for."""


class Visitor(Generic[T]):
    """Calls the method named after the class of a node: `on_MatMul(node)` for a `MatMul`."""

    def visit(self, node: Expr, *context: Any) -> T:
        """Render one node; raises `UnsupportedNodeError` where the language has no word for it."""
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            raise UnsupportedNodeError(f"{type(self).__name__} cannot say {type(node).__name__}")
        result: T = method(node, *context)
        return result


class Operator(NamedTuple):
    """A binary operator: its symbol with the spaces around it, and how tightly it binds."""

    symbol: str
    precedence: int


class Text(NamedTuple):
    """A piece of source text and the precedence of its outermost operation."""

    text: str
    precedence: int

    def within(self, precedence: int) -> str:
        """Give the text, in parentheses when its operation binds less tightly than asked for."""
        return self.text if self.precedence >= precedence else f"({self.text})"


ATOM = 100


class TextRenderer(Visitor[Text]):
    """A language whose binary operators are left-associative and listed in `operators`.

    A subclass fills the table and says the rest, one method per node.
    """

    operators: ClassVar[dict[type[Expr], Operator]]

    def render(self, node: Expr) -> str:
        """Source text of a whole expression."""
        return self.visit(node).text

    def binary(self, node: Expr) -> Text:
        """Join both operands; an equal operator on the right needs parentheses, on the left it does not."""
        symbol, precedence = self.operators[type(node)]
        left, right = (self.visit(operand) for operand in node.operands)
        return Text(f"{left.within(precedence)}{symbol}{right.within(precedence + 1)}", precedence)

    def call(self, function: str, node: Expr) -> Text:
        """Write a function of one argument, which needs no further parentheses."""
        return Text(f"{function}({self.render(node)})", ATOM)

    def on_Matrix(self, node: Matrix) -> Text:
        return Text(node.name, ATOM)

    def on_Scalar(self, node: Scalar) -> Text:
        return Text(node.name, ATOM)

    def on_Number(self, node: Number) -> Text:
        return Text(str(node.value), ATOM if node.value >= 0 else 0)

    def on_MatMul(self, node: MatMul) -> Text:
        return self.binary(node)

    def on_Add(self, node: Add) -> Text:
        return self.binary(node)

    def on_Sub(self, node: Sub) -> Text:
        return self.binary(node)

    def on_Mul(self, node: Mul) -> Text:
        return self.binary(node)

    def on_AddRow(self, node: AddRow) -> Text:
        return self.binary(node)

    def on_Scale(self, node: Scale) -> Text:
        return self.binary(node)

    def on_Divide(self, node: Divide) -> Text:
        return self.binary(node)

    def on_SubColumn(self, node: SubColumn) -> Text:
        return self.binary(node)

    def on_DivideColumn(self, node: DivideColumn) -> Text:
        return self.binary(node)

    def on_Sigmoid(self, node: Sigmoid) -> Text:
        return self.call("sigmoid", node.operand)

    def on_Tanh(self, node: Tanh) -> Text:
        return self.call("tanh", node.operand)
