"""Data that are generated: points in a plane with two classes, and a curve, as they are often taught with."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.options.checks import Given, is_number, whole, word
from mlp2xlsx.render.values import FloatMatrix

CLASSES = ("A", "B")
_FEWEST, _MOST, _MOST_NOISE = 4, 2_000, 10
_DECIMALS = 3  # so that a number can be read in its cell
_RADIUS = 5.0
_TURNS = 1.75  # of a spiral
_GAP = 0.3  # to either side of the axes


class Points(NamedTuple):
    """What was generated.

    Attributes
    ----------
    X
        Inputs, shape (n_samples, 2), or (n_samples, 1) for a curve.
    y
        Shape (n_samples, 1): the number of each one's class, 0 or 1, or the height of the curve.
    has_classes
        Whether it is a class.
    """

    X: FloatMatrix
    y: FloatMatrix
    has_classes: bool


_Random = np.random.RandomState
_Columns = tuple[FloatMatrix, FloatMatrix, FloatMatrix]  # both coordinates, and the class


def _circle(random: _Random, n: int, noise: float) -> _Columns:
    """A disc of half the radius, and a ring around it from 0.7 of the radius on."""
    inner = n - n // 2
    radius = np.append(random.uniform(0, 0.5, inner), random.uniform(0.7, 1, n // 2)) * _RADIUS
    angle = random.uniform(0, 2 * np.pi, n)
    x, y = (part + _even(random, n, noise) for part in (radius * np.cos(angle), radius * np.sin(angle)))
    return x, y, np.repeat([1.0, 0.0], [inner, n // 2])


def _spiral(random: _Random, n: int, noise: float) -> _Columns:
    """Two arms that wind around each other, one turned by half a turn against the other."""
    parts = []
    for arm, count in enumerate((n - n // 2, n // 2)):
        along = np.arange(count) / count
        angle = 2 * np.pi * _TURNS * along + np.pi * arm
        x, y = along * _RADIUS * np.sin(angle), along * _RADIUS * np.cos(angle)
        kind = np.full(count, float(arm))
        parts.append((x + _even(random, count, noise), y + _even(random, count, noise), kind))
    x, y, kind = map(np.concatenate, zip(*parts, strict=True))
    return x, y, kind


def _moons(random: _Random, n: int, noise: float) -> _Columns:
    """Two half circles, the second upside down and moved into the first."""
    upper, lower = (np.linspace(0, np.pi, count) for count in (n - n // 2, n // 2))
    x = np.append(np.cos(upper), 1 - np.cos(lower)) + random.normal(0, noise, n)
    y = np.append(np.sin(upper), 0.5 - np.sin(lower)) + random.normal(0, noise, n)
    return x, y, np.repeat([0.0, 1.0], [len(upper), len(lower)])


def _xor(random: _Random, n: int, noise: float) -> _Columns:
    """Four squares; those that touch at a corner have the same class."""
    x, y = (_away_from_0(random.uniform(-_RADIUS, _RADIUS, n)) for _ in range(2))
    kind = np.where(x * y > 0, 0.0, 1.0)
    return x + _even(random, n, noise), y + _even(random, n, noise), kind


def _gauss(random: _Random, n: int, noise: float) -> _Columns:
    """Two clouds around (2, 2) and (−2, −2), which noise makes wider."""
    kind = np.repeat([0.0, 1.0], [n - n // 2, n // 2])
    centre, width = np.where(kind == 0, 2.0, -2.0), 0.5 + 2 * noise
    return random.normal(centre, width), random.normal(centre, width), kind


def _above_curve(random: _Random, n: int, noise: float) -> _Columns:
    """Points in a square, and whether they lie above the curve y = 2 sin x."""
    x, y = (random.uniform(-_RADIUS, _RADIUS, n) for _ in range(2))
    kind = np.where(y > 2 * np.sin(x), 1.0, 0.0)
    return x, y + _even(random, n, noise), kind


def _even(random: _Random, n: int, noise: float) -> FloatMatrix:
    return np.asarray(random.uniform(-1, 1, n) * noise)


def _away_from_0(x: FloatMatrix) -> FloatMatrix:
    return np.asarray(x + np.where(x > 0, _GAP, -_GAP))


_PLANES: dict[str, Callable[[_Random, int, float], _Columns]] = {
    "circle": _circle,
    "spiral": _spiral,
    "moons": _moons,
    "xor": _xor,
    "gauss": _gauss,
    "above-curve": _above_curve,
}
_SINE = "sine"
KINDS = (*_PLANES, _SINE)
"""What can be generated."""

_DEFAULTS: Mapping[str, float] = {"samples": 40, "noise": 0.1, "seed": 1}


def generated(given: Given) -> Points:
    """Generate data.

    Parameters
    ----------
    given
        A word of `KINDS`; or a table of it as `kind`, and `samples`, `noise` and `seed`.

    Raises
    ------
    LessonError
        For a kind that there is not, and for numbers that cannot be used.
    """
    said = {"kind": given.value} if isinstance(given.value, str) else given.value
    given.held('a kind of data, such as "spiral"', isinstance(said, Mapping))
    keys = ("kind", *_DEFAULTS)
    for key in said:
        if key not in keys:
            raise LessonError(f"{given.where}: unknown key {key}; expected one of {', '.join(keys)}")
    kind = word(Given(_where(given, "kind"), said.get("kind")), KINDS)
    samples, noise, seed = (
        Given(_where(given, key), said.get(key, default)) for key, default in _DEFAULTS.items()
    )
    n = whole(samples, _FEWEST, _MOST)
    in_range = is_number(noise.value) and 0 <= noise.value <= _MOST_NOISE
    spread = float(noise.held(f"a number from 0 to {_MOST_NOISE}", is_number(noise.value), in_range))
    random = _Random(whole(seed, 0, 2**32 - 1))
    if kind == _SINE:
        x = np.linspace(-np.pi, np.pi, n)
        columns, y = [x], np.sin(x) + random.normal(0, spread, n)
    else:
        *columns, y = _PLANES[kind](random, n, spread)
    X, y = np.column_stack(columns).round(_DECIMALS), y.round(_DECIMALS)[:, None]
    return Points(read_only(X), read_only(y), has_classes=kind != _SINE)


def _where(given: Given, key: str) -> str:
    return given.where if isinstance(given.value, str) else f"{given.where}.{key}"
