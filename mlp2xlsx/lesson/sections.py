"""The parts of a lesson that are checked together: network, number of updates, texts."""

from collections.abc import Mapping

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.checks import Given, text, whole, wholes
from mlp2xlsx.lesson.combinations import check_network
from mlp2xlsx.lesson.format import LANGUAGES, LONGEST, TEXTS, Document, choice
from mlp2xlsx.lesson.tables.data import Data
from mlp2xlsx.mathematics.network import Network

MOST_ITERATIONS = 10**9
MOST_NEURONS = 16_384  # the columns of a worksheet


def network_of(given: Document, data: Data) -> Network:
    """Check the network, which has an input per column of `X` and an output per column of `y`.

    Raises
    ------
    LessonError
        For what is no network, and for one that could not learn these targets.
    """
    network = Network(
        n_inputs=data.X.shape[1],
        hidden=wholes(given["network.hidden"], 1, MOST_NEURONS),
        n_outputs=data.y.shape[1],
        activation=choice(given["network.activation"], "network.activation"),
        output=choice(given["network.output"], "network.output"),
        loss=choice(given["network.loss"], "network.loss"),
        bias=choice(given["network.bias"], "network.bias"),
    )
    check_network(network, data.y, given.source)
    return network


def iterations_of(given: Document, given_too: bool, n_samples: int, samples: int | None) -> int:
    """Check how many updates there are: said as such, or as passes over the data.

    Raises
    ------
    LessonError
        For what is no such number, and when both are given.
    """
    if "training.epochs" not in given:
        return whole(given["training.iterations"], 1, MOST_ITERATIONS)
    if given_too:
        other = given.options.get("training.iterations", "iterations")
        raise LessonError(f"{given['training.epochs'].where}: {other} is given too; expected one of them")
    epochs = whole(given["training.epochs"], 1, MOST_ITERATIONS)
    return -(-epochs * n_samples // (samples or n_samples))


def shown_iterations(given: Given, iterations: int) -> tuple[int, ...]:
    """Check the iterations to show, in whatever order; the first is always among them.

    Raises
    ------
    LessonError
        For an iteration that there is not.
    """
    found = wholes(given, 1, iterations)
    return tuple(sorted({1, *found})) if found else ()


def text_of(given: Document, key: str) -> str:
    """Check a title, text or purpose, in whatever language.

    Raises
    ------
    LessonError
        For what a worksheet cannot hold, and for an empty title.
    """
    kind = key.rpartition(".")[2]
    value = text(given[key], LONGEST[kind], line_breaks=kind == "text")
    if kind == "title" and not value.strip():
        raise LessonError(f"{given[key].where} is empty; expected a few words")
    return value


def translations_of(given: Document, tables: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Check the texts in other languages; a language that a lesson names may have none."""
    return {
        language: {key: text_of(given, f"{language}.{key}") for key in TEXTS if f"{language}.{key}" in given}
        for language in LANGUAGES
        if language in tables
    }
