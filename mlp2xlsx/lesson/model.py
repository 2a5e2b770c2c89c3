"""Lessons: what a workbook is made of, checked when it comes in, and the ways in."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from mlp2xlsx import interop
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.changing import put_changes, put_settings
from mlp2xlsx.lesson.combinations import check_network, check_read, check_targets, check_training
from mlp2xlsx.lesson.content import Content
from mlp2xlsx.lesson.file import find, parse_toml, read
from mlp2xlsx.lesson.format import CheckedValues, document, translations_of
from mlp2xlsx.lesson.initial import initial_of
from mlp2xlsx.lesson.tables.data import data
from mlp2xlsx.lesson.tables.preparing import prepared
from mlp2xlsx.lesson.tables.scaling import NONE
from mlp2xlsx.mathematics.network import TEMPERATURE, Network
from mlp2xlsx.mathematics.penalties import BEGINS
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.options.table import LONGEST
from mlp2xlsx.words import one_line


class Lesson(Content):
    """What a workbook is made of; `load`, `parse`, `override` and `replace` give checked ones.

    Its attributes are those of `Content`.
    """

    @classmethod
    def from_sklearn(
        cls, model: Any, X: Any, y: Any, optimizer: str | None = None, **settings: object
    ) -> "Lesson":
        """Take over a fitted model of scikit-learn: layers, weights, solver and its numbers, penalty, data.

        The lesson goes on from there with a solver that has kept nothing yet, all samples at once unless
        `batch` says otherwise. A lesson adds up the gradients of the samples, scikit-learn takes their
        average: lr, or for Adam epsilon, is such that the updates are the same. (Adam's epsilon is added
        here after the correction, there before, which shows only where a gradient is hardly larger.) With
        `iterations=0` it is the model alone, and trains nothing.

        Parameters
        ----------
        model
            A fitted `MLPClassifier` or `MLPRegressor`; or a search for the best one, or a pipeline in which a
            `StandardScaler` or `MinMaxScaler` that was fitted to this `X` stands before it.
        X, y
            Data as its `fit` takes them.
        optimizer
            A lesson's word in the place of the model's solver, without its numbers and penalty: `"gd"` is
            plain gradient descent, with 0.1 divided by the number of samples for lr; so is `"lbfgs"`.
        **settings
            The rest by its keys in a lesson file; by default 100 iterations.

        Raises
        ------
        LessonError
            For a model that a workbook cannot follow, data that do not fit it, and unusable settings.
        """
        found = interop.from_sklearn(model, X, y, optimizer)
        if settings.get("validation") and found.scale != NONE:
            raise LessonError(
                "from_sklearn: validation: the pipeline has scaled by all of X, a lesson by the samples "
                "it trains on; expected X_validation and y_validation, or an X that is scaled already"
            )
        return _taken_over(found, model, "from_sklearn", settings, optimizer)

    @classmethod
    def from_torch(
        cls,
        module: Any,
        X: Any,
        y: Any,
        optimizer: Any = None,
        reduction: str = "mean",
        **settings: object,
    ) -> "Lesson":
        """Take over the layers and the weights of a module of PyTorch, trained or not, and data for it.

        Parameters
        ----------
        module
            A `Sequential` of `Linear` layers, each but the last followed by `Sigmoid`, `Tanh`, `ReLU`,
            `LeakyReLU`, `ELU`, `Softplus`, `GELU(approximate="tanh")`, `Softsign` or nothing; after the last
            `Sigmoid`, `Softmax`, `LogSoftmax` or nothing. Without any bias there is none. What changes
            nothing is left out: `Identity`, `Dropout` after `eval()`, `Flatten`.
        X
            Inputs, shape (n_samples, n_inputs); more dimensions where the module begins with `Flatten`.
        y
            Targets, shape (n_samples, n_outputs); flat for one output. Or, for several outputs that end in a
            softmax or in nothing, the number of each sample's class, from 0: they have a softmax then.
        optimizer
            `SGD`, `Adagrad`, `RMSprop`, `Adam` or `AdamW` of `torch.optim` for the module's parameters: what
            it is and its numbers are taken over, but not what it has kept so far. Biases that it does not
            train are frozen. Or a lesson's word. By default plain gradient descent, with 0.1 divided by the
            number of samples for lr.
        reduction
            What the loss beside that optimiser makes of its terms. A lesson adds up over the samples; with
            `"mean"`, as PyTorch's losses have it, lr and penalty or, where the updates do not follow the size
            of the gradient, epsilon and penalty are such that it makes the updates of MSELoss,
            CrossEntropyLoss, NLLLoss, BCELoss or BCEWithLogitsLoss; with `"sum"` those of these with
            `reduction="sum"`.
        **settings
            As for `from_sklearn`. The loss is cross-entropy for a softmax, else half the squared error. With
            `loss="cross_entropy"` outputs that end in nothing have a sigmoid or, where the targets of each
            sample add up to 1, a softmax: what BCEWithLogitsLoss and CrossEntropyLoss are given.

        Raises
        ------
        LessonError
            For a module or an optimiser that a workbook cannot follow, data that do not fit it, and unusable
            settings.
        """
        word = optimizer if isinstance(optimizer, str) else None
        found = interop.from_torch(
            module,
            X,
            y,
            settings.get("loss"),
            None if word else optimizer,
            reduction,
            is_scheduled="schedule" in settings,
        )
        return _taken_over(found, module, "from_torch", settings, word)

    def replace(self, source: str | None = None, **changes: object) -> "Lesson":
        """Replace some of the values, checked as a lesson file is.

        Parameters
        ----------
        source
            What messages call the place that the values come from; the lesson's name by default.
        **changes
            The new values by their keys in a lesson file; `initial` replaces all that are given, so that
            `initial={}` draws every parameter. Where the inputs are scaled or have words in them, `X_raw`
            takes the place of `X`, and `X` is computed from it; in place of its words it has words again.

        Raises
        ------
        LessonError
            When a value is not usable, or does not fit the others.
        """
        return changed(self, changes, source or self.name, {})


def _taken_over(
    model: interop.Model, said: Any, source: str, settings: Mapping[str, object], optimizer: str | None
) -> Lesson:
    """Make a lesson of another library's model, of which the caller has the last word."""
    tables, name = model.tables(), type(said).__name__
    put_settings(tables, dict(settings) | ({} if optimizer is None else {"optimizer": optimizer}))
    first = checked(tables, source, name, {}, unread=SCALARS)
    own = model.training(first.batch or len(first.X)) if first.trains else {}
    tables["training"] = own | tables["training"]
    return checked(tables, source, name, {}, unread=own.keys() - settings.keys())


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
    is_computed = lesson.vocabulary or changes.get("scale", lesson.scale) != NONE
    if "X" in changes and is_computed and lesson.X_raw is not None:
        how = "from words" if lesson.vocabulary else f"scale = {lesson.scale}"
        raise LessonError(f"{source}: X is computed from X_raw ({how}); expected X_raw")
    put_changes(tables, changes)
    return checked(tables, source, lesson.name, options, unread=said_before(lesson, changes))


def said_before(lesson: Lesson, changes: Mapping[str, object]) -> frozenset[str]:
    """What training reads of a lesson and changes leave: another optimiser, or schedule, may not read it."""
    return frozenset({*lesson.scalars, "lr_table"} - changes.keys())


def checked(
    tables: Mapping[str, object],
    source: str,
    name: str,
    options: Mapping[str, str],
    folder: Path | None = None,
    unread: Collection[str] = (),
    *,
    is_new: bool = False,
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
    unread
        Settable numbers that may be said although training does not read them.
    is_new
        Whether targets are refused as well that can never be learnt; see `check_targets`.

    Raises
    ------
    LessonError
        When a value is not usable, or does not fit the others.
    """
    given = document({"title": one_line(name)[: LONGEST["title"]], **tables}, source, options)
    output = given.checked("network.output")
    whole = data(given, output, folder)
    found = prepared(given, whole, output)
    values = CheckedValues(given, len(found.X))
    check_training(given, values["iterations"])
    sizes = {"n_inputs": found.X.shape[1], "n_outputs": found.y.shape[1]}
    tempered = output == "softmax" and f"network.{TEMPERATURE}" in given
    network = Network(**sizes, **values.fields(of_network=True), tempered=tempered)
    for key, y in whole.targets():
        check_network(network, y, source, key)
        if is_new:
            check_targets(network, y, source, key)
    lesson = Lesson(
        name=name,
        translations=translations_of(given, tables),
        **found._asdict(),
        network=network,
        **initial_of(given["initial"], network)._asdict(),
        **values.fields(of_network=False),
        penalties_later=f"training.{BEGINS}" in given,
    )
    check_read(lesson, given, unread)
    return lesson


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
    tables = parse_toml(read(path, source), source)
    return checked(tables, source, one_line(path.stem), {}, path.parent, is_new=True)


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
