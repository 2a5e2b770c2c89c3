"""What a teacher has decided about a class, put together from its files and from the command line."""

from dataclasses import dataclass, replace

from mlp2xlsx.classroom.marking.terms import Terms
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.classroom.results.canvas import chosen_column, points_possible
from mlp2xlsx.classroom.roster.file_names import folded
from mlp2xlsx.classroom.settings import Settings, read_settings
from mlp2xlsx.classroom.settings.overrides import Overrides, read_overrides
from mlp2xlsx.classroom.settings.settings import FLAGGED, NOTHING
from mlp2xlsx.classroom.settings.table import check_points
from mlp2xlsx.errors import ClassError, LessonError, UsageError
from mlp2xlsx.options.checks import Given


@dataclass(frozen=True)
class Decided:
    """All that is to be known before anything is marked.

    Attributes
    ----------
    records
        The class; with pseudonyms, if they are asked for.
    settings
        What the teacher has decided about all. The column is empty where the roster is no gradebook of
        Canvas, or it is not known which.
    terms
        On which every submission is marked.
    overrides
        The marks that are given by hand.
    """

    records: Records
    settings: Settings
    terms: Terms
    overrides: Overrides


def decide(
    home: ClassFolder,
    records: Records,
    *,
    copies_count: bool | None,
    points: float | None,
    column: str | None,
) -> Decided:
    """Read the settings of a class, put what the command line says in their place, and read the overrides.

    Raises
    ------
    ClassError
        When something in them cannot be.
    UsageError
        When the whole cannot be worth so many points.
    """
    steps = records.assignment.steps
    settings = read_settings(home.settings, steps)
    if copies_count is not None:
        settings = replace(settings, copied=FLAGGED if copies_count else NOTHING)
    chosen = chosen_column(records, settings.column if column is None else column)
    try:
        wanted = settings.points if points is None else check_points(Given("points", points))
    except LessonError as error:
        raise UsageError(str(error)) from None
    settings = replace(
        settings, column=chosen, points=points_possible(records, chosen) if wanted is None else wanted
    )
    if settings.pseudonyms and records.is_open:
        raise ClassError(
            f"{home.settings}: pseudonyms: found true, but without a roster files are all that is known of "
            "students; expected false, or handouts made with --roster"
        )
    if settings.pseudonyms:
        records = replace(records, assignment=replace(records.assignment, pseudonyms=True))
    terms = Terms.of(settings, records.assignment)
    known = _known(records) if home.overrides.exists() else {}
    return Decided(records, settings, terms, read_overrides(home.overrides, terms.counting, known))


def _known(records: Records) -> dict[str, str]:
    """What students may be called, folded, with their ids; nothing that two are called."""
    known: dict[str, str] = {}
    twice = set()
    exercises = [] if records.is_open else list(records.exercises())
    for one in exercises:
        for text in {folded(text) for text in (one.student.email, one.student.name, one.ident) if text}:
            if known.setdefault(text, one.student.id) != one.student.id:
                twice.add(text)
    ids = {folded(one.student.id): one.student.id for one in exercises}
    return {text: student for text, student in known.items() if text not in twice} | ids
