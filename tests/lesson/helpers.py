"""Lessons from the text of their files, and all that they hold."""

import dataclasses

import numpy as np

from mlp2xlsx.lesson import parse
from mlp2xlsx.options.training import hidden_activations
from mlp2xlsx.words import either

ACTIVATIONS = either(f'"{name}"' for name in hidden_activations())
DATA = """[data]
X = [[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]]
y = [[1], [1], [0]]
"""


def of(text, name="my"):
    return parse(text, "my.toml", name)


def fields(lesson):
    """All that a lesson holds, in a form that `==` compares bit for bit."""

    def plain(value):
        if isinstance(value, np.ndarray):
            return value.dtype.str, value.shape, value.tobytes(), value.flags.writeable
        if isinstance(value, dict):
            return {key: plain(entry) for key, entry in value.items()}
        return type(value), value

    return {field.name: plain(getattr(lesson, field.name)) for field in dataclasses.fields(lesson)}


def changed_fields(before, after):
    a, b = fields(before), fields(after)
    return {name for name in a if a[name] != b[name]}
