"""The kinds of sheets, one row each: what fills it, when it is there, and what else depends on it.

A kind is added with `register`; every room that goes through the sheets of a workbook asks this table.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mlp2xlsx import resources
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.titles import STEP
from mlp2xlsx.workbook.sheets.check.sheet import write_check
from mlp2xlsx.workbook.sheets.code import write_code
from mlp2xlsx.workbook.sheets.compare import write_compare
from mlp2xlsx.workbook.sheets.data import write_data
from mlp2xlsx.workbook.sheets.evaluate.places import has_evaluation, n_evaluated_bands
from mlp2xlsx.workbook.sheets.evaluate.sheet import write_evaluate
from mlp2xlsx.workbook.sheets.loss import loss_box, write_loss
from mlp2xlsx.workbook.sheets.math.sheet import write_math
from mlp2xlsx.workbook.sheets.network.choice import network_names
from mlp2xlsx.workbook.sheets.network.sheet import write_network
from mlp2xlsx.workbook.sheets.pictures.curve import has_curve, write_curve
from mlp2xlsx.workbook.sheets.pictures.surface import has_surface, n_points, write_surface
from mlp2xlsx.workbook.sheets.python import LESSON_NAME, lesson_box, write_python
from mlp2xlsx.workbook.sheets.setup.sheet import write_setup
from mlp2xlsx.workbook.sheets.step.sheet import step_names, write_step
from mlp2xlsx.workbook.sheets.training import write_training
from mlp2xlsx.workbook.sheets.try_it.sheet import try_names, write_try_it
from mlp2xlsx.workbook.sheets.weights import n_listed, write_weights
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.writing.sheet import Sheet

Write = Callable[[Sheet, Context], None]
"""What fills an empty sheet, from the workbook's numbers, texts and places."""


@dataclass(frozen=True, kw_only=True)
class SheetKind:
    """A kind of sheet.

    Attributes
    ----------
    key
        What the sheet is known by; its title is the text `[sheets]` of that key. Of several sheets of a kind,
        what their keys begin with.
    write
        Fills the empty sheet.
    says
        Key of the sentence behind the link to it, in `[setup]` of the texts; none where `Setup` has no
        link to it.
    is_there
        Whether the workbook of a lesson has it.
    keys
        The keys, where there are several sheets of the kind.
    names
        The defined names of places on it.
    n_bands
        How many rows and bands of it repeat: the units in which progress is counted.
    is_computed_with
        Whether formulas read the plain numbers on it; on other sheets these only number things.
    repeats
        Whether it is nothing but rows that repeat, so that it is read when it is known how it is built.
    """

    key: str
    write: Write
    says: str | None = None
    is_there: Callable[[Lesson], bool] = lambda _: True
    keys: Callable[[Context], Sequence[str]] | None = None
    names: Callable[[Context], Iterable[tuple[str, Place]]] = lambda _: ()
    n_bands: Callable[[Lesson], int] = lambda _: 0
    is_computed_with: bool = False
    repeats: bool = False


KINDS: dict[str, SheetKind] = {}
"""All kinds by their keys, in the order of the tabs."""


def register(kind: SheetKind) -> None:
    """Add a kind of sheet behind the others.

    Raises
    ------
    ValueError
        When its key is taken, or a part that it needs is missing; the message names the part.
    """
    if kind.key in KINDS:
        raise ValueError(f"there is a sheet {kind.key} already")
    if not callable(kind.write):
        raise ValueError(f"sheet {kind.key}: write is missing")
    resources.need_texts(f"sheet {kind.key}", ("sheets", kind.key))
    if kind.says is not None:
        resources.need_texts(f"sheet {kind.key}", ("setup", kind.says))
    KINDS[kind.key] = kind


def kinds_of(lesson: Lesson) -> list[SheetKind]:
    """The kinds of sheets that the workbook of a lesson has, in the order of the tabs."""
    return [kind for kind in KINDS.values() if kind.is_there(lesson)]


def links_of(lesson: Lesson) -> dict[str, str]:
    """Keys of the sheets that `Setup` links to, besides the steps, with that of what it says of each."""
    return {kind.key: kind.says for kind in kinds_of(lesson) if kind.says is not None}


def sheets_of(context: Context) -> Iterator[tuple[str, Write]]:
    """Yield the key of each sheet, in the order of the tabs, and what fills it."""
    for kind in kinds_of(context.lesson):
        for key in [kind.key] if kind.keys is None else kind.keys(context):
            yield key, kind.write


def names_on(context: Context) -> Iterator[tuple[str, Place]]:
    """Yield the defined names of places on the sheets."""
    for kind in kinds_of(context.lesson):
        yield from kind.names(context)


def n_bands(lesson: Lesson) -> int:
    """How many rows and bands the workbook repeats: the units in which progress is counted."""
    return sum(kind.n_bands(lesson) for kind in kinds_of(lesson))


def _loss_names(context: Context) -> list[tuple[str, Place]]:
    return [("loss_history", (context.titles["loss"], loss_box(context.lesson.iterations)))]


def _iterations(lesson: Lesson) -> int:
    return lesson.iterations


def _trains(lesson: Lesson) -> bool:
    return lesson.trains


for _kind in (
    SheetKind(key="setup", write=write_setup, names=lambda context: context.inputs.items()),
    SheetKind(key="data", write=write_data, says="data", is_there=lambda lesson: lesson.X_raw is not None),
    SheetKind(key=STEP, write=write_step, keys=lambda context: context.step_keys, names=step_names),
    SheetKind(
        key="training",
        write=write_training,
        is_there=_trains,
        says="training",
        n_bands=lambda lesson: len(lesson.shown) + (not lesson.show),
        is_computed_with=True,
        repeats=True,
    ),
    SheetKind(
        key="loss",
        write=write_loss,
        is_there=_trains,
        says="loss",
        names=_loss_names,
        n_bands=_iterations,
        is_computed_with=True,
        repeats=True,
    ),
    SheetKind(
        key="compare", write=write_compare, says="compared", is_there=lambda lesson: bool(lesson.compare)
    ),
    SheetKind(
        key="evaluate",
        write=write_evaluate,
        says="evaluate",
        is_there=has_evaluation,
        n_bands=n_evaluated_bands,
        is_computed_with=True,
    ),
    SheetKind(
        key="weights",
        write=write_weights,
        is_there=_trains,
        says="weights",
        n_bands=lambda lesson: n_listed(len(lesson.shown)),
        repeats=True,
    ),
    SheetKind(key="network", write=write_network, says="network_drawn", names=network_names),
    SheetKind(
        key="surface",
        write=write_surface,
        says="surface",
        is_there=lambda lesson: has_surface(lesson.network),
        n_bands=lambda lesson: n_points(lesson.network),
    ),
    SheetKind(
        key="curve",
        write=write_curve,
        says="curve",
        is_there=lambda lesson: has_curve(lesson.network),
        n_bands=lambda _: 1,
    ),
    SheetKind(key="try_it", write=write_try_it, says="try_it", names=try_names),
    SheetKind(key="math", write=write_math, says="math", is_there=_trains),
    SheetKind(key="code", write=write_code, says="code"),
    SheetKind(
        key="python",
        write=write_python,
        says="python",
        names=lambda context: [(LESSON_NAME, (context.titles["python"], lesson_box(context)))],
        n_bands=_iterations,
        is_computed_with=True,
    ),
    SheetKind(
        key="check",
        write=write_check,
        says="check",
        is_there=_trains,
        n_bands=_iterations,
        is_computed_with=True,
    ),
):
    register(_kind)
