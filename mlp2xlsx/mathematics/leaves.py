"""The named matrices and scalars that an expression is made of, and others in their places."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from mlp2xlsx.mathematics.expr import Expr, Matrix, Scalar


def leaves(expr: Expr) -> Iterator[Matrix | Scalar]:
    """Each named matrix and scalar in an expression, from left to right, with repeats."""
    if isinstance(expr, Matrix | Scalar):
        yield expr
    for operand in expr.operands:
        yield from leaves(operand)


def names(expr: Expr) -> tuple[str, ...]:
    """The names an expression is computed from, in the order of their first appearance."""
    return tuple(dict.fromkeys(leaf.name for leaf in leaves(expr)))


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """Put expressions in the places of named matrices; what is put in is left as it is."""
    if isinstance(expr, Matrix):
        return replacements.get(expr.name, expr)
    operands = {f.name: v for f in fields(expr) if isinstance(v := getattr(expr, f.name), Expr)}
    if not operands:
        return expr
    return replace(expr, **{name: substitute(operand, replacements) for name, operand in operands.items()})
