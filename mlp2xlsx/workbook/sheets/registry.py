"""The kinds of sheets, one row each: what fills it, when it is there, and what else depends on it.

A kind is added with `register`; every room that goes through the sheets of a workbook asks this table.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mlp2xlsx import resources
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.tables.scaling import NONE
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.check.sheet import write_check
from mlp2xlsx.workbook.sheets.code import write_code
from mlp2xlsx.workbook.sheets.data import write_data
from mlp2xlsx.workbook.sheets.loss import loss_box, write_loss
from mlp2xlsx.workbook.sheets.math.sheet import write_math
from mlp2xlsx.workbook.sheets.network.sheet import write_network
from mlp2xlsx.workbook.sheets.pictures.curve import has_curve, write_curve
from mlp2xlsx.workbook.sheets.pictures.surface import has_surface, n_points, write_surface
from mlp2xlsx.workbook.sheets.python import LESSON_NAME, lesson_box, write_python
from mlp2xlsx.workbook.sheets.setup.sheet import write_setup
from mlp2xlsx.workbook.sheets.step.sheet import step_names, write_step
from mlp2xlsx.workbook.sheets.training import write_training
from mlp2xlsx.workbook.sheets.weights import n_listed, write_weights
from mlp2xlsx.xlsx.limits import LONGEST_TITLE
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.writing.sheet import Sheet

Write = Callable[[Sheet, Context], None]
"""What fills an empty sheet, from the workbook's numbers, texts and places."""


@dataclass(frozen=True, kw_only=True)
class SheetKind:
    """A kind of sheet.

    Attributes
    ----------
    title
        What the sheet is called; of several sheets of a kind, what their titles begin with.
    write
        Fills the empty sheet.
    says
        Key of the sentence behind the link to it, in `[setup]` of the texts; none where `Setup` has no
        link to it.
    is_there
        Whether the workbook of a lesson has it.
    titles
        The titles, where there are several sheets of the kind.
    names
        The defined names of places on it.
    n_bands
        How many rows and bands of it repeat: the units in which progress is counted.
    is_computed_with
        Whether formulas read the plain numbers on it; on other sheets these only number things.
    repeats
        Whether it is nothing but rows that repeat, so that it is read when it is known how it is built.
    """

    title: str
    write: Write
    says: str | None = None
    is_there: Callable[[Lesson], bool] = lambda _: True
    titles: Callable[[Context], Sequence[str]] | None = None
    names: Callable[[Context], Iterable[tuple[str, Place]]] = lambda _: ()
    n_bands: Callable[[Lesson], int] = lambda _: 0
    is_computed_with: bool = False
    repeats: bool = False


KINDS: dict[str, SheetKind] = {}
"""All kinds by their titles, in the order of the tabs."""


def register(kind: SheetKind) -> None:
    """Add a kind of sheet behind the others.

    Raises
    ------
    ValueError
        When its title is taken or too long, or a part that it needs is missing; the message names the part.
    """
    if not kind.title or len(kind.title) > LONGEST_TITLE:
        raise ValueError(f"a sheet's title has 1 to {LONGEST_TITLE} characters: {kind.title!r}")
    if kind.title.lower() in {title.lower() for title in KINDS}:  # programs compare titles without case
        raise ValueError(f"there is a sheet {kind.title} already")
    if not callable(kind.write):
        raise ValueError(f"sheet {kind.title}: write is missing")
    if kind.says is not None:
        resources.need_texts(f"sheet {kind.title}", ("setup", kind.says))
    KINDS[kind.title] = kind


def kinds_of(lesson: Lesson) -> list[SheetKind]:
    """The kinds of sheets that the workbook of a lesson has, in the order of the tabs."""
    return [kind for kind in KINDS.values() if kind.is_there(lesson)]


def links_of(lesson: Lesson) -> dict[str, str]:
    """Titles that `Setup` links to, besides those of the steps, with the key of what it says of each."""
    return {kind.title: kind.says for kind in kinds_of(lesson) if kind.says is not None}


def sheets_of(context: Context) -> Iterator[tuple[str, Write]]:
    """Yield the title of each sheet, in the order of the tabs, and what fills it."""
    for kind in kinds_of(context.lesson):
        for title in [kind.title] if kind.titles is None else kind.titles(context):
            yield title, kind.write


def names_on(context: Context) -> Iterator[tuple[str, Place]]:
    """Yield the defined names of places on the sheets."""
    for kind in kinds_of(context.lesson):
        yield from kind.names(context)


def n_bands(lesson: Lesson) -> int:
    """How many rows and bands the workbook repeats: the units in which progress is counted."""
    return sum(kind.n_bands(lesson) for kind in kinds_of(lesson))


def _iterations(lesson: Lesson) -> int:
    return lesson.iterations


for _kind in (
    SheetKind(title="Setup", write=write_setup, names=lambda context: context.inputs.items()),
    SheetKind(title="Data", write=write_data, says="data", is_there=lambda lesson: lesson.scale != NONE),
    SheetKind(title="Step", write=write_step, titles=lambda context: context.step_titles, names=step_names),
    SheetKind(
        title="Training",
        write=write_training,
        says="training",
        n_bands=lambda lesson: len(lesson.shown) + (not lesson.show),
        is_computed_with=True,
        repeats=True,
    ),
    SheetKind(
        title="Loss",
        write=write_loss,
        says="loss",
        names=lambda context: [("loss_history", ("Loss", loss_box(context.lesson.iterations)))],
        n_bands=_iterations,
        is_computed_with=True,
        repeats=True,
    ),
    SheetKind(
        title="Weights",
        write=write_weights,
        says="weights",
        n_bands=lambda lesson: n_listed(len(lesson.shown)),
        repeats=True,
    ),
    SheetKind(title="Network", write=write_network, says="network_drawn"),
    SheetKind(
        title="Surface",
        write=write_surface,
        says="surface",
        is_there=lambda lesson: has_surface(lesson.network),
        n_bands=lambda lesson: n_points(lesson.network),
    ),
    SheetKind(
        title="Curve",
        write=write_curve,
        says="curve",
        is_there=lambda lesson: has_curve(lesson.network),
        n_bands=lambda _: 1,
    ),
    SheetKind(title="Math", write=write_math, says="math"),
    SheetKind(title="Code", write=write_code, says="code"),
    SheetKind(
        title="Python",
        write=write_python,
        says="python",
        names=lambda context: [(LESSON_NAME, ("Python", lesson_box(context)))],
        n_bands=_iterations,
        is_computed_with=True,
    ),
    SheetKind(title="Check", write=write_check, says="check", n_bands=_iterations, is_computed_with=True),
):
    register(_kind)
