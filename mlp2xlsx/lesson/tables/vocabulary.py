"""Words among the inputs: which words a column has, and the words of the samples as numbers and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from mlp2xlsx.errors import DataError, LessonError, refuse
from mlp2xlsx.lesson.format import Document
from mlp2xlsx.lesson.tables.classes import alike
from mlp2xlsx.lesson.tables.columns import MOST_WORDS, Chosen, are_words, other_features
from mlp2xlsx.lesson.tables.missing import is_missing
from mlp2xlsx.lesson.tables.numbers import is_number_like, truth
from mlp2xlsx.options.checks import Given, text
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, listed, shown

Vocabulary = tuple[tuple[str, ...], ...]
"""The words of each column of the inputs as they are given; empty where no column has any."""

_KEY = "data.vocabulary"
_MATRICES = ("data.X", "data.X_validation")
_LONGEST = 60


class _Placed(NamedTuple):
    """A word, and where it stands."""

    place: str
    word: str


def spelled(values: FloatMatrix, vocabulary: Vocabulary) -> list[list[float | str]]:
    """Write inputs as a person gives them: words as words.

    Parameters
    ----------
    values
        Inputs, shape (n_rows, n_columns): a word is its number among those of its column, from 0.
    vocabulary
        The words of each column.
    """
    words = each_column(vocabulary, values.shape[1])
    return [
        [known[int(value)] if known else value for value, known in zip(row, words, strict=True)]
        for row in values.tolist()
    ]


def each_column(vocabulary: Vocabulary, n_columns: int) -> Vocabulary:
    """The words of each of so many columns, none for numbers, whether or not any column has words."""
    return vocabulary or ((),) * n_columns


def number_of(word: object, words: Sequence[str]) -> float | None:
    """Return the number of a word among others, from 0, whatever its case; None where it is none of them."""
    plain = [one.casefold() for one in words]
    said = word.casefold() if isinstance(word, str) else None
    return float(plain.index(said)) if said in plain else None


def vocabulary_of(given: Document, chosen: Chosen) -> Vocabulary:
    """Find the words among the features of a table: those that the lesson gives, or all that occur.

    Raises
    ------
    DataError
        For a column of one word only, or of more than `MOST_WORDS`.
    LessonError
        When the lesson gives words that are none, or to no feature.
    """
    names, table = chosen.names(chosen.features), chosen.table
    known = _given_words(given, names)
    found: list[tuple[str, ...]] = []
    for name, number in zip(names, chosen.features, strict=True):
        cells = [_Placed(f"{table.source} line {line}", cell) for line, cell in table.column(number)]
        has_words = name in known or are_words([one.word for one in cells])
        instead = other_features(chosen) or f"leave it out with {table.hints.option('features')}"
        words = _words(name, cells, known.get(name, ()), instead, table.source) if has_words else ()
        found.append(words)
    return tuple(found) if any(found) else ()


def encode_words(chosen: Chosen, number: int, words: Sequence[str]) -> list[float]:
    """Encode a column of words: each as its number among them.

    Raises
    ------
    DataError
        For a word that is none of them.
    """
    table = chosen.table
    cells = [_Placed(f"{table.source} line {line}", cell) for line, cell in table.column(number)]
    return list(_encoded(table.names[number], cells, words))


def encode_lesson(given: Document, names: Sequence[str]) -> tuple[Vocabulary, Document]:
    """Encode the words in the inputs that a lesson itself holds.

    Parameters
    ----------
    given
        The lesson.
    names
        What the columns of `X` are called; empty when it is not known.

    Returns
    -------
    Vocabulary, Document
        The words of each column, and the lesson with numbers in the place of all that could be encoded: what
        is no number then is none.

    Raises
    ------
    LessonError
        For words without names of the columns, and for those that cannot be used.
    """
    known = _given_words(given, names)
    rows = _rows(given["data.X"])
    texts = [j for j in range(max(map(len, rows), default=0)) if _has_words(rows, j)]
    if not texts and not known:
        return (), given
    where = given["data.X"].where
    faults = {f"{where} holds words; expected data.features, a name for each column": not names}
    refuse(LessonError, faults)
    found: list[tuple[str, ...]] = [()] * len(names)
    values = dict(given.values)
    for key in _MATRICES:
        if key in given:
            values[key] = [list(row) if isinstance(row, list) else row for row in _list(given[key])]
    for j, name in enumerate(names):
        if j in texts or name in known:
            cells = list(_column(given["data.X"], j))
            found[j] = _words(name, cells, known.get(name, ()), "leave the column out", where)
            for key in values.keys() & {*_MATRICES}:
                encoded = _encoded(name, _column(given[key], j), found[j])
                for row, number in zip(_rows(Given("", values[key])), encoded, strict=True):
                    row[j] = number
    return tuple(found), replace(given, values=values)


def _list(given: Given) -> list[object]:
    return given.value if isinstance(given.value, list) else []


def _rows(given: Given) -> list[list[object]]:
    return [row for row in _list(given) if isinstance(row, list)]


def _has_words(rows: Sequence[Sequence[object]], j: int) -> bool:
    cells = [row[j] for row in rows if j < len(row)]
    return all(isinstance(cell, str) for cell in cells) and are_words([str(cell) for cell in cells])


def _column(given: Given, j: int) -> Iterator[_Placed]:
    """Yield the words of a column of a matrix in a lesson."""
    for number, row in enumerate(_list(given), start=1):
        place = f"{given.where} row {number}"
        if not isinstance(row, list) or j >= len(row):
            raise LessonError(f"{place} has no word in column {j + 1}; all rows need the same length")
        yield _Placed(
            place, Given(f"{place}: column {j + 1}", row[j]).held("a word", isinstance(row[j], str))
        )


def _given_words(given: Document, names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Check the words that a lesson gives, by the names of their columns."""
    if _KEY not in given:
        return {}
    value = given[_KEY].held(
        'a table such as { sex = ["female", "male"] }', isinstance(given[_KEY].value, dict)
    )
    for name, words in value.items():
        where = f"{given[_KEY].where}: {shown(name)}"
        if name not in names:
            raise LessonError(
                f"{where} is no feature; expected one of {listed([*map(shown, names)], MOST_WORDS)}"
            )
        is_list = isinstance(words, list) and all(isinstance(word, str) for word in words)
        Given(where, words).held('a list of words, such as ["female", "male"]', is_list)
        if not 2 <= len(words) <= MOST_WORDS:
            raise LessonError(f"{where} has {counted(len(words), 'word')}; expected 2 to {MOST_WORDS}")
        _check([_Placed(where, word) for word in words], LessonError)
    return {name: tuple(words) for name, words in value.items()}


def _words(
    name: str, cells: Sequence[_Placed], given: tuple[str, ...], instead: str, source: str
) -> tuple[str, ...]:
    """The words of a column: those given, or all that occur, in alphabetical order."""
    if given:
        return given
    found = list(dict.fromkeys(one.word for one in cells))
    what = f"{source}: the feature {shown(name)}"
    faults = {
        f"{what} is {shown(found[0])} for every sample; {instead}": len(found) == 1,
        f"{what} has {len(found)} different words; expected at most {MOST_WORDS}; {instead}": (
            len(found) > MOST_WORDS
        ),
        f"{what} is another word for every sample; {instead}": len(found) == len(cells),
    }
    refuse(DataError, faults)
    first = {one.word: one for one in reversed(cells)}
    _check([first[word] for word in found], DataError)
    return tuple(sorted(found))


def _check(words: Sequence[_Placed], error: type[LessonError]) -> None:
    """Refuse words that cannot be told apart, or would be something else when they are typed into a cell."""
    for place, word in words:
        text(Given(f"{place}: {shown(word)}", word), _LONGEST)
        is_other = is_number_like(word) or truth(word) is not None or is_missing(word)
        if is_other or word != word.strip():
            raise error(f"{place}: found {shown(word)}, expected a word, no number and no missing value")
    twice = alike([one.word for one in words])
    if twice is not None:
        places = {one.word: one.place for one in words}
        raise error(
            f"{places[twice[1]]}: the word {shown(twice[1])} is {shown(twice[0])} elsewhere; "
            "write both alike, or give one another name"
        )


def _encoded(
    name: str, cells: Iterator[_Placed] | Sequence[_Placed], words: Sequence[str]
) -> Iterator[float]:
    for place, word in cells:
        number = number_of(word, words)
        if number is None:
            raise DataError(
                f"{place}: {shown(word)} in column {shown(name)} is none of the words "
                f"{listed([*map(shown, words)], MOST_WORDS)}"
            )
        yield number
