"""The kinds of sheets: what stands as `SHEET` in the modules of this folder, in the order of their titles.

Every room that goes through the sheets of a workbook asks this table; `register` adds a kind from outside.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from mlp2xlsx import resources
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook import sheets
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.kinds import SheetKind, Write
from mlp2xlsx.xlsx.references import Place

__all__ = [
    "KINDS",
    "SheetKind",
    "Write",
    "found_kinds",
    "kinds_of",
    "links_of",
    "n_bands",
    "names_on",
    "register",
    "sheets_of",
]

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


def found_kinds() -> list[SheetKind]:
    """The kinds that stand in this folder; their order is that of their titles in the English texts.

    Raises
    ------
    ValueError
        When a title has no kind; the message names its key.
    """
    modules = (import_module(one.name) for one in walk_packages(sheets.__path__, f"{sheets.__name__}."))
    found: list[SheetKind] = [module.SHEET for module in modules if hasattr(module, "SHEET")]
    order = {key: position for position, key in enumerate(resources.texts(resources.SOURCE)["sheets"])}
    for key in order.keys() - {kind.key for kind in found}:
        raise ValueError(f"sheet {key}: it has a title, and no module of {sheets.__name__} has it as SHEET")
    return sorted(found, key=lambda kind: order.get(kind.key, len(order)))


for _kind in found_kinds():
    register(_kind)
