"""The search for the answers of a handout in its file: in every part, as text, whatever the part is for."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.workbook.book import Book

_NUMBER = re.compile(r"\d+[.,]\d+(?:[eE][+-]?\d+)?")
_DECIMALS = (2, 3, 4)


def content_of(book: Book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def leaks(exercise: Exercise, content: bytes, others: Iterable[bytes]) -> list[str]:
    """List the parts that hold a number of the key, with the number.

    A number counts with all its digits and rounded to 2, 3 and 4 decimals, its sign aside. It does not
    where it is known to the student, or where the handouts of all others have it, too: then it is a
    width, a margin, or a number of the lesson.

    Parameters
    ----------
    exercise
        Whose handout it is.
    content
        The file.
    others
        Handouts of other students, made in the same way.
    """
    secret = set(_texts(exercise, exercise.unsure))
    secret -= set(_texts(exercise, exercise.true.keys() - exercise.unsure))
    secret -= set.intersection(*({text for _, text in _numbers(other)} for other in others))
    return sorted({f"{part}: {text}" for part, text in _numbers(content) if text in secret})


def _texts(exercise: Exercise, names: Iterable[str]) -> Iterator[str]:
    """Yield the numbers of some matrices as they may be written."""
    for name in names:
        for value in np.abs(exercise.true[name]).ravel().tolist():
            if value % 1:  # 0 and 1 could be anything
                yield from (f"{value:.{decimals}f}" for decimals in _DECIMALS)
                yield f"{value:.12g}"


@cache
def _numbers(content: bytes) -> tuple[tuple[str, str], ...]:
    """The numbers in a file, and in which part; the same handouts are others of many."""
    return tuple(_read(content))


def _read(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the numbers with decimals in all parts, and in the names of the parts; long ones shortened."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [("names of parts", " ".join(archive.namelist()) + repr(archive.comment))]
        texts += [(name, archive.read(name).decode()) for name in archive.namelist()]
    for part, text in texts:
        for found in _NUMBER.findall(text):
            plain = found.replace(",", ".")
            yield part, plain
            yield part, f"{float(plain):.12g}"
