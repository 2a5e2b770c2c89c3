"""The named matrices and scalars that an expression is made of, and others in their places."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace

from mlp2xlsx.mathematics.expr import Expr, Matrix, Scalar


def nodes(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and all that it is made of, from left to right."""
    yield expr
    for operand in expr.operands:
        yield from nodes(operand)


def leaves(expr: Expr) -> Iterator[Matrix | Scalar]:
    """Each named matrix and scalar in an expression, from left to right, with repeats."""
    return (node for node in nodes(expr) if isinstance(node, Matrix | Scalar))


def names(expr: Expr) -> tuple[str, ...]:
    """The names an expression is computed from, in the order of their first appearance."""
    return tuple(dict.fromkeys(leaf.name for leaf in leaves(expr)))


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """Put expressions in the places of named matrices; what is put in is left as it is."""
    return rewritten(
        expr, lambda node: replacements.get(node.name, node) if isinstance(node, Matrix) else None
    )


def rewritten(expr: Expr, rewrite: Callable[[Expr], Expr | None]) -> Expr:
    """Put what a rule makes of them in the places of nodes, from the outside in; None for those that stay."""
    changed = rewrite(expr)
    if changed is not None:
        return changed
    operands = {f.name: v for f in fields(expr) if isinstance(v := getattr(expr, f.name), Expr)}
    return replace(expr, **{name: rewritten(operand, rewrite) for name, operand in operands.items()})
