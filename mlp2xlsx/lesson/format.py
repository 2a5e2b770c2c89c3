"""What a lesson file may hold: its keys, defaults and choices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from numpy.typing import ArrayLike

from mlp2xlsx import choices, resources
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.checks import Given
from mlp2xlsx.words import did_you_mean, either, one_line, shortened

LANGUAGES = tuple(resources.languages())

CHOICES: Mapping[str, tuple[str, ...]] = {
    "data.scale": choices.SCALES,
    "data.header": ("yes", "no"),
    "data.decimal": (".", ","),
    "network.activation": ("sigmoid", "tanh", "relu"),
    "network.output": ("sigmoid", "softmax", "linear"),
    "network.loss": ("half_squared_error", "cross_entropy"),
    "network.bias": ("trained", "frozen", "none"),
    "display.language": LANGUAGES,
}

DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "network": {
        "hidden": [3],
        "activation": "sigmoid",
        "output": "sigmoid",
        "loss": "half_squared_error",
        "bias": "trained",
    },
    "training": {"iterations": 1000, "lr": 0.1, "batch": "full", "shuffle": False, "seed": 1},
    "display": {"decimals": 3, "language": "en", "show": []},
}

TEXTS = ("title", "text", "purpose")
# In characters; a cell holds 32767 UTF-16 units.
LONGEST = {"title": 200, "text": 10_000, "purpose": 1_000}
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "data": (
        *("X", "y", "csv", "features", "target", "classes", "scale"),
        *("encoding", "sheet", "header", "decimal"),
    ),
    **{section: tuple(values) for section, values in DEFAULTS.items()},
    "training": (*DEFAULTS["training"], "epochs"),
    **dict.fromkeys(LANGUAGES, TEXTS),
}
TOP_LEVEL = (*TEXTS, "data", "network", "initial", "training", "display", *LANGUAGES)

PLACES: Mapping[str, str] = {
    **{key: f"{section}.{key}" for section, keys in SECTIONS.items() for key in keys},
    **{key: key for key in TOP_LEVEL},
}
"""Where each key stands: `lr` as `training.lr`."""


class Settings(TypedDict, total=False):
    """What a model of another library leaves open, in the form that a lesson file gives it."""

    title: str
    text: str
    purpose: str
    features: Sequence[str]
    target: str | Sequence[str]
    classes: Sequence[str]
    loss: str
    bias: str
    iterations: int
    epochs: int
    lr: float
    batch: int | Literal["full"]
    shuffle: bool
    seed: int
    decimals: int
    language: str
    show: Sequence[int]


class Changes(Settings, total=False):
    """What `Lesson.replace` can replace, in the form that a lesson file gives it."""

    X: ArrayLike
    X_raw: ArrayLike
    y: ArrayLike
    scale: str
    hidden: Sequence[int]
    activation: str
    output: str
    initial: Mapping[str, ArrayLike]


@dataclass(frozen=True)
class Document:
    """The values of a lesson by their full keys, such as `training.lr`, with the defaults filled in.

    Attributes
    ----------
    source
        The file, as the user typed it.
    values
        What the file gives, not checked yet.
    options
        Full keys that were given on the command line instead, and the option that gave them.
    """

    source: str
    values: Mapping[str, object]
    options: Mapping[str, str]

    def __getitem__(self, key: str) -> Given:
        return Given(self.options.get(key, f"{self.source}: {key}"), self.values[key])

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def get(self, key: str) -> Given | None:
        """Return a value that need not be there."""
        if key not in self.values:
            return None
        return self[key]


def document(tables: Mapping[str, object], source: str, options: Mapping[str, str]) -> Document:
    """Flatten the tables of a lesson file.

    Raises
    ------
    LessonError
        For a key that the format does not have, and for a value where a table should be.
    """
    check_keys(tables, TOP_LEVEL, source)
    values: dict[str, object] = {key: tables.get(key, "") for key in TEXTS}
    for section, keys in SECTIONS.items():
        given = table(tables, section, source)
        check_keys(given, keys, source, section)
        values |= {f"{section}.{key}": value for key, value in {**DEFAULTS.get(section, {}), **given}.items()}
    return Document(source, values, options)


def table(tables: Mapping[str, object], section: str, source: str) -> Mapping[str, object]:
    """Return one table of a lesson file; empty when it is not there.

    Raises
    ------
    LessonError
        When there is something else in its place.
    """
    found = tables.get(section, {})
    if not isinstance(found, Mapping):
        raise Given(f"{source}: {section}", found).wrong_kind(f"a table, [{section}]")
    return found


def check_keys(given: Iterable[str], keys: Sequence[str], source: str, section: str = "") -> None:
    """Refuse keys that a table does not have.

    Raises
    ------
    LessonError
        For the first of them, naming those that there are.
    """
    dot = f"{section}." if section else ""
    for key in given:
        if key not in keys:
            # A key that stands in the wrong table is as frequent as a misspelt one.
            known = [*([] if section == "initial" else PLACES.values()), *keys]
            raise LessonError(
                f"{source}: unknown key {dot}{one_line(shortened(key))}; expected one of {', '.join(keys)}"
                f"{did_you_mean(key, known)}"
            )


def choice(given: Given, key: str) -> str:
    """Check one of the words that a key allows.

    Raises
    ------
    LessonError
        For anything else.
    """
    expected = either(f'"{word}"' for word in CHOICES[key])
    word = given.value
    if not isinstance(word, str):
        raise given.wrong_kind(expected)
    if word not in CHOICES[key]:
        raise given.wrong(expected)
    return word


def flag(given: Given) -> bool:
    """Check `true` or `false`.

    Raises
    ------
    LessonError
        For anything else.
    """
    if not isinstance(given.value, bool):
        raise given.wrong_kind("true or false")
    return given.value


def batch(given: Given, n_samples: int) -> int | None:
    """Check the samples per update; None for all of them, however that is said.

    Raises
    ------
    LessonError
        For less than one sample, and more than there are.
    """
    found = given.value
    expected = f'"full" or a number of samples from 1 to {n_samples}'
    if not isinstance(found, str | int | float) or isinstance(found, bool):
        raise given.wrong_kind(expected)
    if found == "full":
        return None
    if not isinstance(found, int) or not 1 <= found <= n_samples:
        raise given.wrong(expected)
    return None if found == n_samples else found
