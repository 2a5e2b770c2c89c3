"""The data of a lesson: inputs and targets, a row per sample, from the lesson itself or from a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mlp2xlsx.errors import DataError, LessonError, refuse
from mlp2xlsx.lesson.checks import matrix, read_only
from mlp2xlsx.lesson.format import Document
from mlp2xlsx.lesson.tables.classes import class_names, encode_classes, has_classes
from mlp2xlsx.lesson.tables.columns import Chosen, check_complete, choose_columns, understanding
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.generated import CLASSES, generated
from mlp2xlsx.lesson.tables.scaling import NONE
from mlp2xlsx.lesson.tables.table import LONGEST_NAME, read_table
from mlp2xlsx.lesson.tables.targets import bounds, instead_of, unreachable
from mlp2xlsx.lesson.tables.validation import KeptSamples
from mlp2xlsx.lesson.tables.values import decimal_sign, numbers
from mlp2xlsx.lesson.tables.vocabulary import Vocabulary, each_column, encode_lesson, vocabulary_of
from mlp2xlsx.options.checks import Given, is_number, text
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, one_line, shown

LONGEST_PATH = 4_096
_LONGEST_HINT = 200
_MATRICES = ("data.X", "data.y")
_KEPT = ("data.X_validation", "data.y_validation")
_ABOUT_TABLES = ("data.encoding", "data.sheet", "data.header", "data.decimal")


class Data(NamedTuple):
    """Inputs and targets, and what their columns are called; names are empty when they are not known.

    Attributes
    ----------
    X
        What training uses, shape (n_samples, n_inputs).
    X_raw
        The same as it was given; None where `X` was given, neither scaled nor with words in it.
    y
        Targets, shape (n_samples, n_outputs).
    features
        One name for each column of the inputs as they were given.
    target
        One name for each column of `y`, or one for all of them when they are classes.
    classes
        One name for each column of `y`; or two for a single column, the second of which is its 1.
    scale
        How `X` comes from `X_raw`: `"none"`, `"minmax"` or `"zscore"`.
    understood
        How the table was understood that they come from; empty where they stand in the lesson.
    validation
        Samples that are kept from training; None when there are none.
    vocabulary
        The words of each column of the inputs as they were given; empty where there are none.
    """

    X: FloatMatrix
    X_raw: FloatMatrix | None
    y: FloatMatrix
    features: tuple[str, ...]
    target: tuple[str, ...]
    classes: tuple[str, ...]
    scale: str
    understood: str
    validation: KeptSamples | None = None
    vocabulary: Vocabulary = ()

    def targets(self) -> Iterator[tuple[str, FloatMatrix]]:
        """Yield the targets of all samples, with the key of a lesson file that they stand at."""
        yield _MATRICES[1], self.y
        if self.validation is not None:
            yield _KEPT[1], self.validation.y


def data(given: Document, output: str, folder: Path | None) -> Data:
    """Check inputs and targets as they are given, and that they have the same samples.

    Parameters
    ----------
    given
        The lesson.
    output
        The activation of the output layer: the classes of a softmax have a column each.
    folder
        Where the lesson's CSV file is looked for; None when no file may be read.

    Raises
    ------
    LessonError
        When something is missing, is no matrix of finite numbers, or does not fit the rest.
    """
    if "data.generate" in given:
        return _generated(given, output)
    return _from_file(given, output, folder) if "data.csv" in given else _from_lesson(given)


def _generated(given: Document, output: str) -> Data:
    """Generate data; two classes have one column, and for a softmax one each."""
    where = given["data.generate"].where
    others = (*_MATRICES, *_KEPT, "data.csv", "data.features", "data.target", "data.classes", *_ABOUT_TABLES)
    twice = (f"{where}: {key} is given too; expected one of them" for key in others if key in given)
    refuse(LessonError, dict.fromkeys(twice, True))
    _path_of_validation(given)
    points = generated(given["data.generate"])
    features = ("x1", "x2")[: points.X.shape[1]]
    if not points.has_classes:
        if output != "linear":
            raise LessonError(f'{where}: a curve has numbers as targets; expected output = "linear"')
        return Data(points.X, None, points.y, features, ("y",), (), NONE, "")
    y = np.eye(len(CLASSES))[points.y[:, 0].astype(int)] if output == "softmax" else points.y
    return Data(points.X, None, read_only(y), features, ("class",), CLASSES, NONE, "")


def _from_lesson(given: Document) -> Data:
    faults = {
        f"{key} is missing; expected [data] with X and y, with csv, or with generate": key not in given
        for key in _MATRICES
    } | {f"{key} is about a table; expected data.csv with it": key in given for key in _ABOUT_TABLES}
    refuse(lambda fault: LessonError(f"{given.source}: {fault}"), faults)
    features, target = _names(given, "data.features"), _names(given, "data.target")
    vocabulary, given = encode_lesson(given, features)
    X, y = _samples(given, *_MATRICES)
    _path_of_validation(given)
    classes = _given_classes(given)
    n_inputs, n_outputs = X.shape[1], y.shape[1]
    if features:
        _check_count(given["data.features"], len(features), "X", n_inputs, "one per column")
    if classes and (len(classes), n_outputs) != (2, 1):
        _check_count(given["data.classes"], len(classes), "y", n_outputs, "one per column")
    if target and (len(target) != 1 or not classes):
        _check_count(given["data.target"], len(target), "y", n_outputs, "one per column")
    kept = _kept(given, n_inputs, n_outputs)
    return Data(X, None, y, features, target, classes, NONE, "", kept, vocabulary)


def _samples(given: Document, inputs: str, targets: str) -> tuple[FloatMatrix, FloatMatrix]:
    """Check two matrices that have a row for each sample."""
    X, y = matrix(given[inputs], "sample"), matrix(given[targets], "sample")
    if len(X) != len(y):
        raise LessonError(
            f"{given[targets].where} has {counted(len(y), 'row')}, {inputs} has {len(X)}; "
            "expected one row per sample in both"
        )
    return X, y


def _kept(given: Document, n_inputs: int, n_outputs: int) -> KeptSamples | None:
    """Check the samples for validation that stand in the lesson, if there are any."""
    if not any(key in given for key in _KEPT):
        return None
    missing = (f"{given.source}: {key} is missing; expected both of {' and '.join(_KEPT)}" for key in _KEPT)
    refuse(LessonError, {fault: key not in given for fault, key in zip(missing, _KEPT, strict=True)})
    X, y = _samples(given, *_KEPT)
    for key, found, expected in ((_KEPT[0], X, n_inputs), (_KEPT[1], y, n_outputs)):
        if found.shape[1] != expected:
            other = key.removesuffix("_validation")
            raise LessonError(
                f"{given[key].where} has {counted(found.shape[1], 'column')}, {other} has {expected}; "
                "expected as many in both"
            )
    return KeptSamples(X, y)


def _check_count(given: Given, found: int, name: str, expected: int, what: str) -> None:
    if found != expected:
        raise LessonError(
            f"{given.where} has {counted(found, 'name')}, data.{name} has {counted(expected, 'column')}; "
            f"expected {what}"
        )


def _names(given: Document, key: str) -> tuple[str, ...]:
    """Check a list of names, or one name; none when the lesson does not give them."""
    if key not in given:
        return ()
    value = given[key].value
    if not isinstance(value, str | list):
        raise given[key].wrong_kind("a list of names")
    names: dict[str, None] = {}
    for entry in [value] if isinstance(value, str) else value:
        name = text(Given(given[key].where, entry), LONGEST_NAME)
        if not name.strip():
            raise LessonError(f"{given[key].where} holds an empty name; expected a word")
        if name in names:
            raise LessonError(f"{given[key].where}: {shown(name)} is there twice; expected different names")
        names[name] = None
    return tuple(names)


def _given_classes(given: Document) -> tuple[str, ...]:
    """Check the names of classes, if there are any."""
    classes = _names(given, "data.classes")
    if len(classes) == 1:
        raise LessonError(f"{given['data.classes'].where} has 1 name; expected two or more")
    return classes


def _from_file(given: Document, output: str, folder: Path | None) -> Data:
    where = given["data.csv"].where
    inline = (*_MATRICES, *_KEPT)
    twice = (f"{where}: {key} is given too; expected one of them" for key in inline if key in given)
    refuse(LessonError, dict.fromkeys(twice, True))
    path = text(given["data.csv"], LONGEST_PATH)
    if not path.strip():
        raise given["data.csv"].wrong("the name of a CSV file")
    if folder is None:
        raise LessonError(f"{where}: only a lesson in a file can name another file; expected X and y")
    if "data.target" not in given:
        raise LessonError(
            f"{given.source}: data.target is missing; expected the name of the column to be learnt"
        )
    known = _given_classes(given)
    table = read_table(folder / path, one_line(path), _hints(given))
    chosen = choose_columns(table, given.get("data.features"), given["data.target"])
    check_complete(chosen, known)
    classes = _classes(chosen, known, output, given)
    vocabulary = vocabulary_of(given, chosen)
    decimal, X, y = _numbers(chosen, classes, output, vocabulary)
    said = understanding(chosen, classes, decimal, each_column(vocabulary, len(chosen.features)))
    features, target = chosen.names(chosen.features), chosen.names(chosen.target)
    found = Data(X, None, y, features, target, classes, NONE, said, None, vocabulary)
    other = _path_of_validation(given)
    if other is None:
        return found
    where = given["data.validation"].where
    columns = (Given(where, [*names]) for names in (features, target))
    chosen = choose_columns(read_table(folder / other, one_line(other), _hints(given)), *columns)
    check_complete(chosen, classes)
    _, X, y = _numbers(chosen, classes, output, vocabulary)
    return found._replace(validation=KeptSamples(X, y))


def _path_of_validation(given: Document) -> str | None:
    """Check the path of a table with samples for validation; None where the lesson names none."""
    if "data.validation" not in given or is_number(given["data.validation"].value):
        return None
    value = given["data.validation"]
    path = str(value.held("a share from 0 to 1, or the name of a CSV file", isinstance(value.value, str)))
    if "data.csv" not in given:
        raise LessonError(
            f"{value.where}: found {shown(path)}, but the samples stand in the lesson; expected a share, "
            f"such as 0.25, or {' and '.join(_KEPT)}"
        )
    return text(value, LONGEST_PATH)


def _numbers(
    chosen: Chosen, classes: tuple[str, ...], output: str, vocabulary: Vocabulary
) -> tuple[str, FloatMatrix, FloatMatrix]:
    """Read the decimal sign, inputs and targets of the chosen columns."""
    decimal = decimal_sign(chosen, chosen.features if classes else (*chosen.features, *chosen.target))
    if classes:
        y = encode_classes(chosen, classes, single=len(classes) == 2 and output != "softmax")
    else:
        y = numbers(chosen, chosen.target, decimal)
        _check_reach(chosen, y, output)
    return decimal, numbers(chosen, chosen.features, decimal, vocabulary), y


def _hints(given: Document) -> Hints:
    """Check what the user says of a table that it does not tell."""
    encoding, sheet = (
        text(given[key], _LONGEST_HINT) if key in given else "" for key in ("data.encoding", "data.sheet")
    )
    header = given.checked("data.header") == "yes" if "data.header" in given else None
    decimal = given.checked("data.decimal") if "data.decimal" in given else ""
    return Hints(encoding, sheet, header, decimal, in_lesson="data.csv" not in given.options)


def _classes(chosen: Chosen, known: tuple[str, ...], output: str, given: Document) -> tuple[str, ...]:
    """Classes of the target, if it has any: it does when it is text, and for a softmax."""
    several = len(chosen.target) > 1
    if several and known:
        raise LessonError(f"{given['data.classes'].where}: expected one target with classes, not several")
    has_them = not several and (known or output == "softmax" or has_classes(chosen))
    return class_names(chosen, known) if has_them else ()


def _check_reach(chosen: Chosen, y: FloatMatrix, output: str) -> None:
    """Refuse targets that the outputs of the network can never come near."""
    place = unreachable(y, output)
    if place is None:
        return
    table, column = chosen.table, chosen.target[place[1]]
    line, cells = table.lines[place[0]]
    better = instead_of(y)
    classes, others = (
        ('output = "softmax" and loss = "cross_entropy"', 'output = "linear" for numbers')
        if table.hints.in_lesson
        else ("--lesson iris", "--lesson regression for numbers")
    )
    raise DataError(
        f"{table.source} line {line}: the target {shown(table.names[column])} is {cells[column]}, but "
        f"{bounds(output)}; say {f'{classes} for classes, or ' if better else ''}{others}"
    )
