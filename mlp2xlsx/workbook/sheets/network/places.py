"""Where the neurons of a network stand in its picture, and which of them are connected."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from mlp2xlsx.mathematics.network import Network

# What can be told apart in one picture.
MOST_NEURONS = 12
MOST_CONNECTIONS = 150
# Its weight, its gradient, which of both is seen, its line, and where it ends in each of six styles.
FORMULAS_PER_CONNECTION = 16
WIDTH, HEIGHT = 22.5, 10.1  # of the drawing, in cm
_SIDE = 0.7  # room for names on the left and on the right, of the distance between layers
_LARGEST_RADIUS = 0.42  # cm
_AIR = 1.2  # from a neuron's centre to where its lines begin, in radii
_LETTER_HEIGHT = 0.42  # cm, with what keeps two lines of text apart

Point = tuple[float, float]


@dataclass(frozen=True)
class Neuron:
    """A circle in the picture.

    Attributes
    ----------
    layer
        0 for the inputs, 1 for the first layer that computes, and so on.
    number
        Which one of its layer, from 0; None for the 1 that biases are multiplied with.
    y
        How high it stands.
    """

    layer: int
    number: int | None
    y: float

    @property
    def x(self) -> float:
        """How far to the right it stands."""
        return float(self.layer)


@dataclass(frozen=True)
class Connection:
    """A line in the picture: one number of a parameter matrix.

    Attributes
    ----------
    start, end
        The neurons it joins.
    matrix, row, col
        The number, counted from 0.
    """

    start: Neuron
    end: Neuron
    matrix: str
    row: int
    col: int


@dataclass(frozen=True)
class Layout:
    """The picture.

    Attributes
    ----------
    columns
        The neurons of each layer, from top to bottom, the 1 for the biases last.
    connections
        The lines, from the inputs on.
    most
        How many neurons of a layer are drawn at most.
    """

    columns: tuple[tuple[Neuron, ...], ...]
    connections: tuple[Connection, ...]
    most: int

    @property
    def height(self) -> int:
        """How many neurons the tallest column has."""
        return max(map(len, self.columns))

    @property
    def caption_y(self) -> float:
        """How high the names of the layers stand."""
        return self.height / 2 + 0.25

    @property
    def x_range(self) -> Point:
        """The left and the right edge of the drawing."""
        return -_SIDE, len(self.columns) - 1 + _SIDE

    @property
    def y_range(self) -> Point:
        """The lower and the upper edge of the drawing."""
        return -self.height / 2, self.caption_y + 0.25

    @property
    def units(self) -> Point:
        """How many cm a step to the right and a step up are."""
        (left, right), (bottom, top) = self.x_range, self.y_range
        return WIDTH / (right - left), HEIGHT / (top - bottom)

    @property
    def radius(self) -> float:
        """Size of a neuron, in cm."""
        return min(_LARGEST_RADIUS, 0.4 * min(self.units))

    def ends(self, connection: Connection) -> tuple[Point, Point]:
        """Points where a line begins and ends, at the edges of its neurons: programs draw it over them."""
        start, end = connection.start, connection.end
        across, up = end.x - start.x, end.y - start.y
        part = _AIR * self.radius / hypot(across * self.units[0], up * self.units[1])
        return (start.x + part * across, start.y + part * up), (end.x - part * across, end.y - part * up)

    def numbered(self) -> Iterator[tuple[Connection, Point]]:
        """Yield connections with the point of the line where its number can be read.

        Between two layers all these points stand one below the other, at equal distances: neurons of a layer
        are one step apart, and the lines of one neuron are spread over so much of a step that those of the
        next follow on. Where that is too close for letters, there are no numbers.
        """
        for connection in self.connections:
            start, end = connection.start, connection.end
            n_ends = sum(neuron.number is not None for neuron in self.columns[end.layer])
            part = 1 / (n_ends + 1)
            if part * self.units[1] >= _LETTER_HEIGHT:
                yield connection, (start.x + part, start.y + part * (end.y - start.y))

    @property
    def neurons(self) -> tuple[Neuron, ...]:
        """All neurons, layer by layer."""
        return tuple(neuron for column in self.columns for neuron in column)


def lay_out(network: Network) -> Layout:
    """Lay out a network; of a large one only the first neurons of each layer."""
    for most in range(MOST_NEURONS, 1, -1):
        layout = _layout(network, most)
        if len(layout.connections) <= MOST_CONNECTIONS:
            return layout
    return _layout(network, 1)


def _layout(network: Network, most: int) -> Layout:
    sizes = (network.n_inputs, *network.hidden, network.n_outputs)
    columns = tuple(
        _column(layer, min(size, most), bias=network.has_bias and layer < len(sizes) - 1)
        for layer, size in enumerate(sizes)
    )
    return Layout(columns, tuple(_connections(network, columns)), most)


def _column(layer: int, count: int, *, bias: bool) -> tuple[Neuron, ...]:
    numbers: list[int | None] = [*range(count), *([None] if bias else [])]
    top = (len(numbers) - 1) / 2
    return tuple(Neuron(layer, number, top - place) for place, number in enumerate(numbers))


def _connections(network: Network, columns: tuple[tuple[Neuron, ...], ...]) -> Iterator[Connection]:
    for layer, (before, after) in zip(network.layers, pairwise(columns), strict=True):
        for start in before:
            for end in after:
                if end.number is None:
                    continue
                if start.number is None:
                    yield Connection(start, end, layer.bias, 0, end.number)
                else:
                    yield Connection(start, end, layer.weights, start.number, end.number)
