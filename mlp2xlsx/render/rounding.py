"""NumPy values that are off by what rounding may come to: how far apart programs may be that are right.

Programs add up in different orders, and some take a sum that nearly cancels for 0. Such a sum is known no
better than the largest of its terms, however small it is itself: what is left of it is rounding, and an
optimiser that divides it by its own size makes a step of it.
"""

from collections.abc import Callable

import numpy as np

from mlp2xlsx.mathematics.expr import Add, Elementwise, MatMul, OfOne, Sub, Transpose
from mlp2xlsx.render.values import OF_ONE, OPERATORS, Compiled, Compiler, FloatMatrix, Values

# Some ten units in the last place: with fewer, what moves two terms often leaves their sum where it was.
_MOST = 5e-15
_LEFT = 1e-14  # of the terms of a sum, so that nothing but rounding can be left of it
_DRAWN = 4096
# Numbers with so few binary digits after the point, and no more before it, are added up exactly, and so are
# their products: counts, 0, 1 and 1/2.
_EXACT = 2.0**12


class RoundedCompiler(Compiler):
    """Moves each sum up or down, cell by cell, in proportion to the terms that were added up.

    Products and functions are off by as little as their operands; the sums they go into are moved as far.

    Parameters
    ----------
    cancels
        Whether a sum of which nothing but rounding is left is 0, as it is in some spreadsheets.
    """

    def __init__(self, *, cancels: bool) -> None:
        self._moves = np.random.default_rng(int(cancels)).uniform(-_MOST, _MOST, 2 * _DRAWN)
        self._next, self._cancels = 0, cancels

    def moved(self, values: FloatMatrix, terms: FloatMatrix) -> FloatMatrix:
        """Move numbers that are sums of terms of some size, or themselves of that size."""
        size = values.size
        if size > _DRAWN:
            moves: FloatMatrix = np.resize(self._moves, values.shape)
        else:
            self._next = (self._next + size) % _DRAWN
            moves = self._moves[self._next : self._next + size].reshape(values.shape)
        found = values + moves * terms
        return np.where(np.abs(values) < _LEFT * terms, 0.0, found) if self._cancels else np.asarray(found)

    def on_MatMul(self, node: MatMul) -> Compiled:
        return self._added_up(np.dot, np.dot, self.visit(node.left), self.visit(node.right))

    def on_Elementwise(self, node: Elementwise) -> Compiled:
        if not isinstance(node, Add | Sub):
            return super().on_Elementwise(node)
        join = OPERATORS[type(node)]
        return self._added_up(join, np.add, self.visit(node.left), self.visit(node.right))

    def on_OfOne(self, node: OfOne) -> Compiled:
        if isinstance(node, Transpose):
            return super().on_OfOne(node)
        add_up = OF_ONE[type(node)]
        return self._added_up(add_up, add_up, self.visit(node.operand))

    def _added_up(
        self, join: Callable[..., FloatMatrix], terms: Callable[..., FloatMatrix], *operands: Compiled
    ) -> Compiled:
        """Add up operands, and their sizes to know how large the terms are."""

        def compute(values: Values) -> FloatMatrix:
            given = [operand(values) for operand in operands]
            found = join(*given)
            if all(map(_is_exact, (found, *given))):
                return found
            return self.moved(found, terms(*map(np.abs, given)))

        return compute


def _is_exact(values: FloatMatrix) -> bool:
    return not np.any(values * _EXACT % 1) and bool(np.all(np.abs(values) < _EXACT))
