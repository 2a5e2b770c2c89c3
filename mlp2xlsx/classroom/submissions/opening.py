"""Opening what was handed in: what tells whose it is, read by whoever may do the work."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

import numpy as np

from mlp2xlsx.building import ProgressBar
from mlp2xlsx.classroom.each import each
from mlp2xlsx.classroom.submissions.contents import (
    Payload,
    Submission,
    Unreadable,
    content_of,
    contents_of,
    handout_id,
    holds_anything,
    numbers_at,
)
from mlp2xlsx.errors import EngineError, MlpError, SubmissionError
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import one_line
from mlp2xlsx.workbook.layout.titles import NAMES, renamed_places, renamed_sheets
from mlp2xlsx.workbook.layout.version import layout_of
from mlp2xlsx.workbook.sheets.setup.handout import HANDOUT_NAME
from mlp2xlsx.xlsx.reading.contents import Contents
from mlp2xlsx.xlsx.references import Place

_DIGITS = 9
START = initial_name("")
"""What the names of the weights that a handout starts from begin with."""
LONGEST = 60.0
"""Seconds of the processor that the files of one sender may take to be opened."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A submission that could be opened.

    Attributes
    ----------
    ident
        The handout id inside; empty where there is none.
    numbers
        A mark of the weights it starts from, the same for the same numbers.
    digest
        A mark of the file, the same for the same bytes.
    filled
        Whether anything stands in the cells that were to be filled in.
    """

    ident: str
    numbers: str
    digest: str
    filled: bool


def open_submission(
    known: Mapping[int, Mapping[str, Place]], most_cells: int, sent: tuple[Submission, Payload]
) -> Opened:
    """Read what tells whose a submission is.

    Parameters
    ----------
    known
        By layout, where the handouts of the class have their id, the weights that they start from, and their
        answers.
    most_cells
        How many cells there may be in it.
    sent
        The submission and its bytes.

    Raises
    ------
    SubmissionError, WorkbookError
        When it cannot be read, is no workbook, or damaged.
    """
    _, content = sent
    if isinstance(content, SubmissionError):
        raise content
    contents = contents_of(content, most_cells)
    known = {version: _as_in(contents, places) for version, places in known.items()}
    own = layout_of(contents.names)
    # Where names have been lost, the layout is one of the class's.
    layouts = [known[version] for version in sorted(known, key=lambda version: version != own)]
    if own not in known and HANDOUT_NAME in contents.names:
        named = ((name, contents.names.get(name)) for name in layouts[0])
        layouts.insert(0, {name: place for name, place in named if place is not None})
    return Opened(
        ident=_ident(contents, layouts),
        numbers=_numbers(contents, layouts),
        digest=sha256(content).hexdigest(),
        filled=_is_filled(contents, layouts),
    )


def _as_in(contents: Contents, places: Mapping[str, Place]) -> dict[str, Place]:
    """Places of handouts, on sheets that are called as in a file; without the names of the sheets."""
    titles = renamed_sheets(places, contents.names, contents.sheets)
    renamed = renamed_places(places, titles).items()
    return {name: place for name, place in renamed if place is not None and not name.startswith(NAMES)}


def _ident(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> str:
    """Handout id: where the name of its cell points to, or else where handouts have it."""
    places = [contents.names.get(HANDOUT_NAME), *(places.get(HANDOUT_NAME) for places in layouts)]
    return next((ident for place in places if (ident := handout_id(contents, place))), "")


def _numbers(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> str:
    """Make the mark of the weights, where they stand in the first layout that has numbers there."""
    found = [
        [numbers_at(contents, place) for name, place in places.items() if name.startswith(START)]
        for places in layouts
    ]
    whole = (one for one in found if not any(np.isnan(values).any() for values in one))
    return fingerprint(*next(whole, found[0]))


def _is_filled(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> bool:
    """Whether anything stands in an answer cell, where the file itself or some layout has it."""
    answers = {
        name for places in layouts for name in places if name != HANDOUT_NAME and not name.startswith(START)
    }
    places = {contents.names.get(name) for name in answers}
    places |= {known.get(name) for known in layouts for name in answers}
    return any(holds_anything(contents, place) for place in places if place is not None)


def fingerprint(*matrices: FloatMatrix) -> str:
    """Make a mark of some numbers, the same for numbers that differ in their last digits only."""
    texts = (f"{round(value, _DIGITS) + 0.0!r}" for matrix in matrices for value in matrix.ravel().tolist())
    return sha256(" ".join(texts).encode()).hexdigest()


def open_all(
    most_cells: int,
    known: Mapping[int, Mapping[str, Place]],
    submissions: Sequence[Submission],
    executor: Executor | None,
    progress: ProgressBar | None = None,
) -> tuple[list[tuple[Submission, Opened]], list[Unreadable]]:
    """Open all submissions: those that can be, and why others cannot; see `open_submission`.

    Nothing is graded of a sender whose files take too long.
    """
    opened: list[tuple[Submission, Opened]] = []
    unreadable: list[Unreadable] = []
    spent: defaultdict[str, float] = defaultdict(float)
    open_one = partial(_timed, known, most_cells)
    waiting = (submission for submission in submissions if spent[submission.sender] <= LONGEST)
    sent = ((submission, content_of(submission)) for submission in waiting)
    with progress(len(submissions), "reading") if progress is not None else nullcontext() as done:
        for (submission, _), outcome in each(open_one, sent, executor, weight):
            if isinstance(outcome, Exception):
                raise outcome
            seconds, found = outcome
            spent[submission.sender] += seconds
            if isinstance(found, Opened):
                opened.append((submission, found))
            elif isinstance(found, EngineError):
                raise found  # no file is to blame
            else:
                unreadable.append(Unreadable(submission.place, reason(found)))
            if done is not None:
                done(1)
    slow = {sender for sender, seconds in spent.items() if seconds > LONGEST}
    opened = [one for one in opened if one[0].sender not in slow]
    unreadable += [
        Unreadable(sender, f"takes more than {LONGEST:.0f} s to open; ask for the workbook alone")
        for sender in sorted(slow)
    ]
    return sorted(opened, key=lambda one: one[0].place), unreadable


def _timed(
    known: Mapping[int, Mapping[str, Place]], most_cells: int, sent: tuple[Submission, Payload]
) -> tuple[float, Opened | Exception]:
    """Open a submission, and tell how many seconds of the processor it took, whatever came of it."""
    start = time.process_time()
    try:
        found: Opened | Exception = open_submission(known, most_cells, sent)
    except Exception as error:
        found = error
    return time.process_time() - start, found


def weight(sent: Sequence[object]) -> int:
    """Bytes that are sent to a worker with a submission."""
    return sum(len(part) for part in sent if isinstance(part, bytes))


def reason(error: Exception) -> str:
    """Say in a few words why a file could not be graded."""
    text = str(error) if isinstance(error, MlpError | OSError) else f"{type(error).__name__}: {error}"
    return one_line(text.split("submission.xlsx ")[-1])
