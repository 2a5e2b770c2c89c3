"""What a model becomes: the tables of a lesson file."""

from collections.abc import Callable
from typing import Any, NamedTuple

from mlp2xlsx.interop.descents import plain_descent
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.options.table import OPTIONS, keys_of
from mlp2xlsx.render.values import FloatMatrix

ITERATIONS = 100
UNSCALED = "none"


class Model(NamedTuple):
    """A model of another library, in the words of this one.

    Attributes
    ----------
    title
        What the lesson is called unless the caller says something else.
    network
        Its layers.
    parameters
        Its weights, shape (n_inputs, n_neurons), and biases, shape (1, n_neurons), by their names.
    X, y
        The data.
    features, target, classes
        What their columns are called; empty where it is not known.
    scale
        How the inputs are scaled before the first layer, in the lesson's word.
    training
        How it is trained, by the keys of a lesson, for a number of samples that an update sees.
    """

    title: str
    network: Network
    parameters: dict[str, FloatMatrix]
    X: FloatMatrix
    y: FloatMatrix
    features: list[str]
    target: list[str]
    classes: list[str]
    scale: str = UNSCALED
    training: Callable[[int], dict[str, Any]] = plain_descent

    def tables(self) -> dict[str, Any]:
        """Tables of a lesson file, without how it is trained."""
        names = {"features": self.features, "target": self.target, "classes": self.classes}
        data = {"X": self.X.tolist(), "y": self.y.tolist(), "scale": self.scale}
        network = {name: OPTIONS[name].written(self) for name in keys_of("network") if name not in SCALARS}
        return {
            "title": self.title,
            "data": data | {key: found for key, found in names.items() if found},
            "network": {
                name: list(found) if isinstance(found, tuple) else found
                for name, found in network.items()
                if found is not None
            },
            "initial": {name: value.tolist() for name, value in self.parameters.items()},
            "training": {"iterations": ITERATIONS},
        }
