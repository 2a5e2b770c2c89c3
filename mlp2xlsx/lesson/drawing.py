"""How the parameters are drawn that a lesson does not give: a row of `METHODS` for each way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.mathematics.network import Network, Shape
from mlp2xlsx.render.values import FloatMatrix

NumbersByName = Mapping[str, float]


@dataclass(frozen=True)
class Method:
    """One way to draw a matrix.

    Attributes
    ----------
    draw
        Draws a matrix of a shape (fan_in, fan_out) with the numbers of the method.
    numbers
        The numbers that a lesson may set, and what they are where it does not.
    spread
        How far the drawn numbers reach to either side of 0, or their standard deviation, where that follows
        from a shape and the numbers. Such a method is for weights: with it biases begin at 0.
    """

    draw: Callable[[np.random.RandomState, Shape, NumbersByName], FloatMatrix]
    numbers: NumbersByName = field(default_factory=dict)
    spread: Callable[[Shape, NumbersByName], float] | None = None


def _xavier_limit(shape: Shape, numbers: NumbersByName) -> float:
    return numbers["gain"] * sqrt(6 / sum(shape))


def _he_deviation(shape: Shape, numbers: NumbersByName) -> float:
    return numbers["gain"] / sqrt(shape[0])


METHODS: dict[str, Method] = {
    # The article's script: np.random.uniform(size=…).
    "uniform": Method(
        lambda random, shape, numbers: random.uniform(numbers["low"], numbers["high"], shape),
        {"low": 0.0, "high": 1.0},
    ),
    # The article's listing in R: rnorm(…).
    "normal": Method(
        lambda random, shape, numbers: random.normal(numbers["mean"], numbers["std"], shape),
        {"mean": 0.0, "std": 1.0},
    ),
    "zeros": Method(lambda _, shape, __: np.zeros(shape)),
    "constant": Method(lambda _, shape, numbers: np.full(shape, numbers["value"]), {"value": 0.5}),
    # Glorot and Bengio 2010, equation 16; torch.nn.init.xavier_uniform_.
    "xavier": Method(
        lambda random, shape, numbers: random.uniform(
            -_xavier_limit(shape, numbers), _xavier_limit(shape, numbers), shape
        ),
        {"gain": 1.0},
        _xavier_limit,
    ),
    # He and others 2015, equation 10; torch.nn.init.kaiming_normal_ with mode="fan_in".
    "he": Method(
        lambda random, shape, numbers: random.normal(0.0, _he_deviation(shape, numbers), shape),
        {"gain": sqrt(2)},
        _he_deviation,
    ),
}
"""The ways to draw a matrix, by their words in a lesson file."""


@dataclass(frozen=True)
class Drawing:
    """A way to draw a matrix, with its numbers.

    Attributes
    ----------
    method
        A key of `METHODS`; the default is the article's.
    set_numbers
        Those of its numbers that a lesson sets; the others are the method's.
    """

    method: str = "uniform"
    set_numbers: NumbersByName = field(default_factory=dict)

    @property
    def numbers(self) -> NumbersByName:
        """All numbers of the method."""
        return {**METHODS[self.method].numbers, **self.set_numbers}

    @property
    def is_for_weights(self) -> bool:
        """Whether the shape of the weights matters to it."""
        return METHODS[self.method].spread is not None

    def draw(self, random: np.random.RandomState, shape: Shape) -> FloatMatrix:
        """Draw a matrix."""
        return METHODS[self.method].draw(random, shape, self.numbers)

    def spread(self, shape: Shape) -> float:
        """How far a matrix of a shape reaches from 0, or its standard deviation; 0 for other methods."""
        spread = METHODS[self.method].spread
        return 0.0 if spread is None else spread(shape, self.numbers)

    def table(self) -> dict[str, object]:
        """What a lesson file says of it."""
        return {"method": self.method, **self.set_numbers}


_ZEROS = Drawing("zeros")


@dataclass(frozen=True)
class Drawings:
    """How the parameters of a network are drawn.

    Attributes
    ----------
    general
        How all of them are, but for those in `own`.
    own
        How single ones are, by their names.
    """

    general: Drawing = field(default_factory=Drawing)
    own: Mapping[str, Drawing] = field(default_factory=dict)

    def of(self, name: str, network: Network) -> Drawing:
        """How a parameter is drawn."""
        is_bias = any(name == layer.bias for layer in network.layers)
        general = _ZEROS if is_bias and self.general.is_for_weights else self.general
        return self.own.get(name, general)

    def table(self) -> dict[str, object]:
        """What a lesson file says of them; nothing where all is as in the article."""
        general = {} if self.general == Drawing() else self.general.table()
        return {**general, **{name: drawing.table() for name, drawing in self.own.items()}}

    def draw(self, network: Network, seed: int) -> dict[str, FloatMatrix]:
        """Draw every parameter from `np.random.RandomState(seed)`.

        All are drawn in the order of `network.parameters()`, as the article's script does; those with a
        way of their own once more after that, so that they leave the others as they are.

        Returns
        -------
        dict of str to FloatMatrix
            Read-only arrays in the order of `network.parameters()`.
        """
        random, shapes = np.random.RandomState(seed), network.parameters()
        general = Drawings(self.general)
        drawn = {name: general.of(name, network).draw(random, shape) for name, shape in shapes.items()}
        drawn |= {name: drawing.draw(random, shapes[name]) for name, drawing in self.own.items()}
        return {name: read_only(value) for name, value in drawn.items()}
