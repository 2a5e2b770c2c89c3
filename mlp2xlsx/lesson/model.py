"""Lessons: data, network and training that a workbook is made of, checked when they come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from mlp2xlsx import interop
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.checks import above_zero, whole
from mlp2xlsx.lesson.data import data
from mlp2xlsx.lesson.file import find, parse_toml, read, to_toml
from mlp2xlsx.lesson.format import LONGEST, PLACES, Changes, Settings, batch, choice, document, flag, table
from mlp2xlsx.lesson.initial import draw, given_values
from mlp2xlsx.lesson.sections import iterations_of, network_of, shown_iterations, text_of, translations_of
from mlp2xlsx.network import Network
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.scaling import NONE
from mlp2xlsx.words import one_line

LARGEST_SEED = 2**32 - 1  # what RandomState takes
MOST_DECIMALS = 10


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a workbook is made of; `load`, `parse`, `override` and `replace` give checked ones.

    Attributes
    ----------
    name
        The shipped name, or the stem of the file.
    title, text, purpose
        What the sheets and the list of lessons say about it.
    translations
        The same three in other languages: `{"zh": {"title": …}}`.
    X, y
        Inputs and targets, shapes (n_samples, n_inputs) and (n_samples, n_outputs); read-only.
    X_raw
        The inputs before scaling; None when nothing is scaled.
    scale
        How `X` comes from `X_raw`: `"none"`, `"minmax"` or `"zscore"`.
    features, target, classes
        What the columns of `X` and `y` are called; empty when it is not known. `target` is one name for
        each column of `y`, unless there are classes: then one name for all, and `classes` has one for
        each column, or two for a single one, the second of which is its 1.
    network
        What is trained.
    initial
        The parameters whose initial values the lesson gives, by name; read-only.
    iterations
        Parameter updates.
    lr
        The learning rate.
    batch
        Samples per update; None for all of them.
    shuffle
        Whether each epoch has its own order of samples.
    seed
        What the other initial values are drawn with.
    decimals
        How many decimals the sheets show.
    language
        The language of the sheets.
    show
        The iterations that the workbook holds live, from 1 and ascending; empty for all of them.
    """

    name: str
    title: str
    text: str
    purpose: str
    translations: Mapping[str, Mapping[str, str]]
    X: FloatMatrix
    y: FloatMatrix
    X_raw: FloatMatrix | None
    scale: str
    features: tuple[str, ...]
    target: tuple[str, ...]
    classes: tuple[str, ...]
    network: Network
    initial: Mapping[str, FloatMatrix]
    iterations: int
    lr: float
    batch: int | None
    shuffle: bool
    seed: int
    decimals: int
    language: str
    show: tuple[int, ...]

    @property
    def X_given(self) -> FloatMatrix:
        """The inputs as they were given, before any scaling."""
        return self.X if self.X_raw is None else self.X_raw

    @property
    def shown(self) -> Sequence[int]:
        """Numbers of the iterations that the workbook holds live, from 1: all, or those of `show`."""
        return self.show or range(1, self.iterations + 1)

    def initial_parameters(self) -> dict[str, FloatMatrix]:
        """Give the initial value of every parameter, in the order of `network.parameters()`; read-only.

        All are drawn, as the article's script draws them after `np.random.seed(seed)`, before those that
        the lesson gives replace theirs: giving one does not change the others.
        """
        return draw(self.network, self.seed) | dict(self.initial)

    def sample_order(self) -> FloatMatrix:
        """Which samples each iteration sees, counted from 1; shape (iterations, batch), full batches too.

        The samples come in their order, or, when shuffled, each epoch in an order of its own, drawn with
        the seed; where a batch does not divide the samples, an iteration runs on into the next epoch.
        """
        n_samples, batch = len(self.X), self.batch or len(self.X)
        n_epochs = -(-self.iterations * batch // n_samples)
        random = np.random.RandomState(self.seed)
        epochs = [
            random.permutation(n_samples) if self.shuffle else np.arange(n_samples) for _ in range(n_epochs)
        ]
        order = np.concatenate(epochs)[: self.iterations * batch]
        return np.asarray(order.reshape(self.iterations, batch) + 1, np.float64)

    @classmethod
    def from_sklearn(cls, model: Any, X: Any, y: Any, **settings: Unpack[Settings]) -> "Lesson":
        """Take over the layers and the weights of a fitted model of scikit-learn, and its data.

        The lesson goes on from there by plain gradient descent, without momentum or regularisation. It
        adds up the gradients of the samples, where scikit-learn takes their average.

        Parameters
        ----------
        model
            A fitted `MLPClassifier` or `MLPRegressor`, with sigmoid ("logistic"), tanh or relu.
        X, y
            Data as its `fit` takes them.
        **settings
            The rest by its keys in a lesson file; by default 100 iterations, and 0.1 divided by the
            number of samples for lr.

        Raises
        ------
        LessonError
            For a model that a workbook cannot follow, data that do not fit it, and unusable settings.
        """
        tables = interop.from_sklearn(model, X, y)
        return checked(_with_settings(tables, settings), "from_sklearn", type(model).__name__, {})

    @classmethod
    def from_torch(cls, module: Any, X: Any, y: Any, **settings: Unpack[Settings]) -> "Lesson":
        """Take over the layers and the weights of a module of PyTorch, trained or not, and data for it.

        Parameters
        ----------
        module
            A `Sequential` of `Linear` layers, each but the last followed by the same of `Sigmoid`, `Tanh`
            and `ReLU`; after the last `Sigmoid`, `Softmax` or nothing. Without any bias there is none.
        X
            Inputs, shape (n_samples, n_inputs).
        y
            Targets, shape (n_samples, n_outputs); flat for one output; for a softmax also the number of
            each sample's class, from 0.
        **settings
            As for `from_sklearn`. The loss is cross-entropy for a softmax, else half the squared error.

        Raises
        ------
        LessonError
            For a module that a workbook cannot follow, data that do not fit it, and unusable settings.
        """
        tables = interop.from_torch(module, X, y)
        return checked(_with_settings(tables, settings), "from_torch", type(module).__name__, {})

    def to_toml(self) -> str:
        """Write the lesson file that says everything about this lesson; `parse` makes the same of it."""
        return to_toml(self.tables())

    def replace(self, source: str | None = None, **changes: Unpack[Changes]) -> "Lesson":
        """Replace some of the values, checked as a lesson file is.

        Parameters
        ----------
        source
            What messages call the place that the values come from; the lesson's name by default.
        **changes
            The new values by their keys in a lesson file; `initial` replaces all that are given, so that
            `initial={}` draws every parameter. Where the inputs are scaled, `X_raw` takes the place of
            `X`, and `X` is computed from it.

        Raises
        ------
        LessonError
            When a value is not usable, or does not fit the others.
        """
        return changed(self, changes, source or self.name, {})

    def tables(self) -> dict[str, Any]:
        """Give the lesson as the tables of its file, the data among them."""
        return {
            "title": self.title,
            "text": self.text,
            "purpose": self.purpose,
            "data": self._data(),
            "network": {
                "hidden": list(self.network.hidden),
                "activation": self.network.activation,
                "output": self.network.output,
                "loss": self.network.loss,
                "bias": self.network.bias,
            },
            "initial": {name: value.tolist() for name, value in self.initial.items()},
            "training": {
                "iterations": self.iterations,
                "lr": self.lr,
                "batch": self.batch or "full",
                "shuffle": self.shuffle,
                "seed": self.seed,
            },
            "display": {
                "decimals": self.decimals,
                "language": self.language,
                "show": list(self.show),
            },
            **self.translations,
        }

    def _data(self) -> dict[str, Any]:
        """Give the data as their table; names and scaling only where there are any."""
        given = {"X": self.X_given.tolist(), "y": self.y.tolist()}
        names = {"features": self.features, "target": self.target, "classes": self.classes}
        scale = {"scale": self.scale} if self.scale != NONE else {}
        return given | {key: list(known) for key, known in names.items() if known} | scale


def load(name_or_path: str | Path) -> Lesson:
    """Load a shipped lesson, or a file.

    Parameters
    ----------
    name_or_path
        A name such as `article`, or the path of a lesson file.

    Raises
    ------
    LessonError
        When there is no such lesson, or its file is not usable.
    """
    path, source = find(name_or_path)
    return parse(read(path, source), source, one_line(path.stem), path.parent)


def parse(text: str, source: str, name: str, folder: Path | None = None) -> Lesson:
    """Read a lesson from a text in the format of lesson files.

    Parameters
    ----------
    text
        TOML.
    source
        What messages call the text.
    name
        The lesson's name, and its title where the text gives none.
    folder
        Where a CSV file that the lesson names is looked for; without it, no file is read.

    Raises
    ------
    LessonError
        When the text is not TOML, or says something that is not usable.
    """
    return checked(parse_toml(text, source), source, name, {}, folder)


def changed(lesson: Lesson, changes: Mapping[str, object], source: str, options: Mapping[str, str]) -> Lesson:
    """Put values into the tables of a lesson and check the whole anew.

    Parameters
    ----------
    lesson
        What is changed.
    changes
        The new values by their keys in a lesson file.
    source
        What messages call the place that the values come from.
    options
        Full keys that were given on the command line, and the option that gave them.

    Raises
    ------
    LessonError
        When a value is not usable, or does not fit the others.
    """
    tables = lesson.tables()
    if "X" in changes and changes.get("scale", lesson.scale) != NONE and lesson.X_raw is not None:
        raise LessonError(f"{source}: X is computed from X_raw (scale = {lesson.scale}); expected X_raw")
    for key in changes:
        if key not in Changes.__annotations__:
            raise TypeError(f"a lesson has no {key!r} to replace")
    _put(tables, changes)
    return checked(tables, source, lesson.name, options)


def _with_settings(tables: dict[str, Any], settings: Mapping[str, object]) -> dict[str, Any]:
    """Put what the caller says into the tables of another library's model."""
    for key in settings:
        if key not in Settings.__annotations__:
            raise TypeError(f"unexpected {key!r}; expected one of {', '.join(Settings.__annotations__)}")
    _put(tables, settings)
    return tables


def _put(tables: dict[str, Any], values: Mapping[str, object]) -> None:
    """Put values into tables, each where a lesson file has it."""
    for key, value in values.items():
        key = "X" if key == "X_raw" else key
        section = PLACES[key].rpartition(".")[0]
        (tables.setdefault(section, {}) if section else tables)[key] = _plain(value)


def _plain(value: object) -> object:
    """Give arrays and sequences as the lists that a file would hold."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in value]
    return value


def checked(
    tables: Mapping[str, object],
    source: str,
    name: str,
    options: Mapping[str, str],
    folder: Path | None = None,
) -> Lesson:
    """Make a lesson of the tables of its file.

    Parameters
    ----------
    tables
        What the file says.
    source, name
        What messages call the file, and what the lesson is called.
    options
        Full keys that were given on the command line instead, and the option that gave them.
    folder
        Where a CSV file is looked for; without it, no file is read.

    Raises
    ------
    LessonError
        When a value is not usable, or does not fit the others.
    """
    given = document({"title": one_line(name)[: LONGEST["title"]], **tables}, source, options)
    found = data(given, choice(given["network.output"], "network.output"), folder)
    network = network_of(given, found)
    samples = batch(given["training.batch"], len(found.X))
    iterations = iterations_of(
        given, "iterations" in table(tables, "training", source), len(found.X), samples
    )
    return Lesson(
        name=name,
        title=text_of(given, "title"),
        text=text_of(given, "text"),
        purpose=text_of(given, "purpose"),
        translations=translations_of(given, tables),
        **found._asdict(),
        network=network,
        initial=given_values(table(tables, "initial", source), network, source),
        iterations=iterations,
        lr=above_zero(given["training.lr"]),
        batch=samples,
        shuffle=flag(given["training.shuffle"]),
        seed=whole(given["training.seed"], 0, LARGEST_SEED),
        decimals=whole(given["display.decimals"], 0, MOST_DECIMALS),
        language=choice(given["display.language"], "display.language"),
        show=shown_iterations(given["display.show"], iterations),
    )
