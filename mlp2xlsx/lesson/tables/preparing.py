"""From data as they are given to those that training takes: samples kept, words encoded, numbers scaled."""

import numpy as np

from mlp2xlsx.errors import DataError, LessonError, refuse
from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.lesson.format import Document
from mlp2xlsx.lesson.tables.data import Data
from mlp2xlsx.lesson.tables.scaling import NONE, SCALINGS, inputs_from
from mlp2xlsx.lesson.tables.validation import KeptSamples, draw_validation
from mlp2xlsx.lesson.tables.vocabulary import each_column
from mlp2xlsx.options.checks import is_number
from mlp2xlsx.words import counted, one_line, shown


def prepared(given: Document, found: Data, output: str) -> Data:
    """Keep samples for validation, where the lesson says so, and scale the inputs by those of training.

    Parameters
    ----------
    given
        The lesson.
    found
        All samples, as they were given.
    output
        The activation of the output layer: the targets of a softmax are classes.

    Raises
    ------
    LessonError
        When no sample would be kept, or a column cannot be scaled.
    """
    found = _split(given, found, output)
    if found.validation is not None and found.understood:
        said = f"; {counted(len(found.validation.y), 'sample')} for validation"
        found = found._replace(understood=found.understood + said)
    scale = given.checked("data.scale") if "data.scale" in given else NONE
    if scale == NONE and not found.vocabulary:
        return found
    X, kept = inputs_from(found.X, found.X, scale, found.vocabulary), found.validation
    if scale != NONE:
        _check_scaled(given, found, scale)
    if kept is not None:
        others = inputs_from(kept.X, found.X, scale, found.vocabulary)
        kept = KeptSamples(read_only(others), kept.y, kept.X)
    return found._replace(X=read_only(X), X_raw=found.X, scale=scale, validation=kept)


def _split(given: Document, found: Data, output: str) -> Data:
    """Draw samples for validation, of all that there are: those that were kept before are drawn anew."""
    if not ("data.validation" in given and is_number(given["data.validation"].value)):
        return found
    value = given["data.validation"]
    share = float(value.held("a share from 0 to below 1, such as 0.25", True, 0 <= value.value < 1))
    if found.validation is not None:
        X = np.vstack([found.X, found.validation.X])
        found = found._replace(X=X, y=np.vstack([found.y, found.validation.y]), validation=None)
    if share == 0:
        return found._replace(X=read_only(found.X), y=read_only(found.y))
    by_class = bool(found.classes) or output == "softmax"
    seed = given.checked("training.seed")
    kept = draw_validation(found.y, share, seed, by_class=by_class)
    if not kept.any():
        none = f"{shown(share)} of {counted(len(kept), 'sample')} is none"
        raise LessonError(f"{value.where}: {none}; expected a larger share")
    X, y, others, targets = map(read_only, (found.X[~kept], found.y[~kept], found.X[kept], found.y[kept]))
    return found._replace(X=X, y=y, validation=KeptSamples(others, targets))


def _check_scaled(given: Document, found: Data, scale: str) -> None:
    """Refuse columns of numbers that cannot be scaled.

    Raises
    ------
    DataError
        For a column that has one number only, or numbers so far apart that they cannot be scaled.
    """
    scaling = SCALINGS[scale]
    X, statistics = scaling.apply(found.X), np.vstack([*scaling.describe(found.X).values()])
    words = each_column(found.vocabulary, found.X.shape[1])
    samples = "sample" if found.validation is None else "sample to be trained on"
    for number, (raw, column) in enumerate(zip(found.X.T, X.T, strict=True)):
        name = shown(found.features[number]) if found.features else f"{number + 1} of X"
        if "data.csv" in given:
            name += f" of {one_line(str(given['data.csv'].value))}"
        is_finite = np.isfinite(column).all() and np.isfinite(statistics[:, number]).all()
        faults = {
            f"column {name} is {raw[0]:g} in every {samples}, which cannot be scaled; "
            "leave the column out of the features": raw.min() == raw.max() and not words[number],
            f"the numbers in column {name} are too far apart, or too close together, to be scaled": (
                not is_finite and not words[number]
            ),
        }
        refuse(lambda fault: DataError(f"{given['data.scale'].where}: {fault}"), faults)
