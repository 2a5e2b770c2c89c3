"""What surrounds the answers of a submission: what was changed is named, and what may be changed is not."""

from collections.abc import Callable, Iterator

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from mlp2xlsx import parse
from mlp2xlsx.classroom.marking import mark
from mlp2xlsx.classroom.originals import KeptFile, original, remade
from mlp2xlsx.classroom.submissions.contents import contents_of
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import exercise
from tests.verify.appearance.sabotages import always
from tests.verify.appearance.spoiling import MAIN, Spoilt

Change = Callable[[Spoilt], str]


def label(book: Spoilt) -> str:
    address = book.text("Step 03")
    book.value("Step 03", address, "another question")
    return f"{book.called('Step 03')}!{address} (text)"


def number_format(book: Spoilt) -> str:
    address = book.formula("Step 03")
    book.restyle("Step 03", address, number_format='"0.5"')
    return f"{book.called('Step 03')}!{address} (number format)"


def rule(book: Spoilt) -> str:
    with book.sheet("Step 03") as root:
        cells = root.find(f"{MAIN}conditionalFormatting")
        always(book, cells, cells[0])
        return f"{book.called('Step 03')}!{cells.get('sqref')} (colouring rule)"


def claim(book: Spoilt) -> str:
    book.value("Step 03", "Z3", "Verified by NumPy")
    return f"{book.called('Step 03')}!Z3 (claim)"


CHANGES: dict[str, Change] = {"label": label, "number format": number_format, "rule": rule, "claim": claim}


def widths(book: Spoilt) -> None:
    with book.sheet("Step 03") as root:
        for one in root.iter(f"{MAIN}col"):
            one.set("width", "30")


def unprotected(book: Spoilt) -> None:
    with book.sheet("Step 03") as root:
        for one in root.findall(f"{MAIN}sheetProtection"):
            root.remove(one)


def coloured(book: Spoilt) -> None:
    book.restyle("Step 03", book.text("Step 03"), fill="FFFF00")


def own_words(book: Spoilt) -> None:
    book.value("Step 03", "Z3", "I am not sure of this one")


INNOCENT: dict[str, Callable[[Spoilt], None]] = {
    "nothing": lambda book: None,
    "widths": widths,
    "unprotected": unprotected,
    "coloured": coloured,
    "own words": own_words,
}


@pytest.fixture(scope="module")
def handed_in(graded) -> tuple[object, bytes, object]:
    """Whose handout it is, what came back of it, and what it is compared with."""
    exercise = graded.exercises["s001"]
    return exercise, submitted(exercise, right_answers(exercise)), remade(exercise)


def noticed(exercise, content: bytes, given) -> Iterator[str]:
    found, _ = mark(exercise, content, given)
    return (what for key, what in found.notices if key == "surroundings")


def spoilt(exercise, content: bytes, change: Callable[[Spoilt], object]) -> tuple[bytes, object]:
    book = Spoilt(content, contents_of(content, exercise.most_cells, looks=True), "around")
    what = change(book)
    return book.package.content(), what


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_named(change: Change, handed_in) -> None:
    exercise, content, given = handed_in
    changed, what = spoilt(exercise, content, change)
    assert list(noticed(exercise, changed, given)) == [what]


@pytest.mark.parametrize("change", INNOCENT.values(), ids=INNOCENT)
def test_the_answers_and_what_a_student_may_change_are_not(
    change: Callable[[Spoilt], None], handed_in
) -> None:
    exercise, content, given = handed_in
    changed, _ = spoilt(exercise, content, change)
    assert list(noticed(exercise, changed, given)) == []


PEOPLE = exercise(
    parse(
        """
        [data]
        X = [["f", 20], ["m", 30], ["f", 40]]
        y = [[1, 0], [0, 1], [0, 1]]
        features = ["sex", "age"]
        target = "risk"
        classes = ["low", "high"]
        [network]
        hidden = [2]
        output = "softmax"
        loss = "cross_entropy"
        """,
        "people.toml",
        "people",
    ),
    blank=[3],
)
# Locked words of the handout: what stands there, what a student makes of it, and as what it is named.
WORDS = {
    "of the data": ("Data!B10", "m", "f", ("tampered", "Data!B10")),
    "of a feature": ("Data!E7", "sex = m", "sex = f", ("surroundings", "Data!E7 (text)")),
    "of a class": ("Data!I7", "high", "low", ("surroundings", "Data!I7 (text)")),
    "on a step": ("Step 03!H6", "1 sex = m", "1 sex = f", ("surroundings", "Step 03!H6 (text)")),
}


@pytest.fixture(scope="module")
def people() -> tuple[object, float]:
    """What the handout of people is compared with, and what the right answers are worth in it."""
    given = remade(PEOPLE)
    return given, mark(PEOPLE, submitted(PEOPLE, right_answers(PEOPLE)), given)[0].total


@pytest.mark.parametrize(("place", "word", "other", "notice"), WORDS.values(), ids=WORDS)
def test_a_locked_word_that_was_changed_is_named_and_changes_no_mark(
    place: str, word: str, other: str, notice: tuple[str, str], people
) -> None:
    title, _, address = place.partition("!")
    given, total = people
    row, col = coordinate_to_tuple(address)
    assert given.cells[title].constants[row, col] == word
    content = submitted(PEOPLE, right_answers(PEOPLE), {(title, row, col): other})
    found, _ = mark(PEOPLE, content, given)
    assert found.notices == (notice,)
    assert found.total == total == 1


def test_the_kept_file_is_compared_with_itself(graded) -> None:
    exercise = graded.exercises["s001"]
    path = graded.home.handouts / f"{exercise.student.file}.xlsx"
    given = original(exercise, KeptFile(str(path), path.read_bytes(), again=True))
    assert given.shown is not None
    assert list(noticed(exercise, path.read_bytes(), given)) == []
