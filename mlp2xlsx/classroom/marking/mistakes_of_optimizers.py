"""Typical mistakes with optimisers that keep something, and with penalties.

As in `mistakes`, each is a change of the step's expression.
"""

from collections.abc import Iterator

from mlp2xlsx.mathematics.expr import Add, Apply, Divide, Expr, Matrix, Mul, Number, Single, Sub
from mlp2xlsx.mathematics.iteration import name_before, next_name
from mlp2xlsx.mathematics.leaves import leaves, names, rewritten, substitute
from mlp2xlsx.mathematics.optimizers import DOWNHILL, MOMENTUM, OPTIMIZERS, state_name
from mlp2xlsx.mathematics.penalties import has_penalty
from mlp2xlsx.mathematics.scalars import LR
from mlp2xlsx.mathematics.steps import Result, Step

_ROOT, _SQUARE = "sqrt", "square"


def of_kept(step: Step, result: Result) -> Iterator[tuple[str, Expr]]:
    """Yield what may go wrong with a state, or with its correction."""
    expr, optimizer = result.expr, OPTIMIZERS[step.variant]
    if step.kind in optimizer.state and isinstance(expr, Add):
        kept = name_before(result.name)
        old = [part for part in (expr.left, expr.right) if kept in names(part)]
        new = [part for part in (expr.left, expr.right) if kept not in names(part)]
        if old and new:  # the old value stands in one part alone
            yield "velocity_forgotten" if step.kind == "velocity" else "state_forgotten", new[0]
            yield "slope_forgotten", old[0]
        yield "share_forgotten", rewritten(expr, _unshared)
        yield "square_forgotten", rewritten(expr, lambda node: _without(node, _SQUARE))
    if step.kind in optimizer.correction and isinstance(expr, Divide):
        yield "uncorrected", expr.left
        yield "old_power", rewritten(expr, _unpowered)
    if step.kind == DOWNHILL:
        yield from _unpenalized(expr)


def of_update(step: Step, result: Result) -> Iterator[tuple[str, Expr]]:
    """Yield what may go wrong where a parameter is updated."""
    expr, optimizer = result.expr, OPTIMIZERS[step.variant]
    parameter = name_before(result.name)
    if not optimizer.state:
        yield from _unpenalized(expr)
        return
    shape = expr.shape

    def named(name: str) -> Matrix:
        return Matrix(state_name(name, parameter), shape)

    if "velocity" in optimizer.state:
        new = next_name(state_name("velocity", parameter))
        rate = expr.right.right if isinstance(expr, Add) and isinstance(expr.right, Mul) else LR
        yield "velocity_forgotten", Add(Matrix(parameter, shape), named(DOWNHILL) * rate)
        if MOMENTUM in leaves(expr):
            # Who looks ahead from the old velocity comes to the new one.
            yield "no_look_ahead", Add(Matrix(parameter, shape), Matrix(new, shape) * rate)
        else:
            yield "old_velocity", substitute(expr, {new: named("velocity")})
    corrected = {
        state_name(f"{state}_hat", parameter): Matrix(next_name(state_name(state, parameter)), shape)
        for state in optimizer.state
        if f"{state}_hat" in optimizer.correction
    }
    yield "uncorrected", substitute(expr, corrected)
    yield "root_forgotten", rewritten(expr, lambda node: _without(node, _ROOT))
    if isinstance(expr, Add) and isinstance(expr.left, Mul):
        yield "decay_forgotten", Add(expr.left.left, expr.right)


def _unpenalized(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """Yield a gradient without its penalties, and with the sign of the last turned round."""
    yield "penalty_forgotten", rewritten(expr, _gradient)
    yield "penalty_added", rewritten(expr, _penalty_added)


def _gradient(node: Expr) -> Expr | None:
    """What is left of a gradient without its penalties."""
    found = node
    while isinstance(found, Sub) and has_penalty(found.right):
        found = found.left
    return found if found is not node else None


def _penalty_added(node: Expr) -> Expr | None:
    """A gradient to which the slope of its last penalty is added."""
    return Add(node.left, node.right) if isinstance(node, Sub) and has_penalty(node.right) else None


def _unshared(node: Expr) -> Expr | None:
    """A new part without the share that it has in a mean."""
    if isinstance(node, Mul) and isinstance(node.right, Sub) and node.right.left == Number(1):
        return node.left
    return None


def _without(node: Expr, function: str) -> Expr | None:
    """The operand of a function."""
    return node.operand if isinstance(node, Apply) and node.function == function else None


def _unpowered(node: Expr) -> Expr | None:
    """A power as it was an iteration before."""
    return Single(name_before(node.name)) if isinstance(node, Single) else None
