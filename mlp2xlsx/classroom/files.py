"""The workbooks of a class as files: what all of them have in common is made once in each process."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import fields
from threading import local

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.handout_book import handout_canvases
from mlp2xlsx.workbook.handout_stencil import HandoutStencil

# A handout, its key and what is handed back, and some of these with wider columns.
_MOST_KEPT, _LEAST_KEPT = 6, 2  # these, of a lesson with many samples: a handout and its key
_MOST_OPEN = 300_000  # cells of all that are kept, of some 350 bytes each
_OWN = {"ident", "student", "marked", "scores", "total"}  # of what is said of a handout


class _Kept(local):
    """The stencils of a thread, by what makes their workbooks differ; the least recently used one first."""

    def __init__(self) -> None:
        self.stencils: OrderedDict[tuple[object, ...], HandoutStencil] = OrderedDict()


_KEPT = _Kept()


def _in_common(handout: Handout) -> list[object]:
    """What a handout has in common with those of others."""
    return [getattr(handout, field.name) for field in fields(handout) if field.name not in _OWN]


def _is_too_much(stencils: Collection[HandoutStencil]) -> bool:
    return len(stencils) > _MOST_KEPT or sum(one.n_open for one in stencils) > _MOST_OPEN


def file_of(exercise: Exercise, handout: Handout, values: Mapping[str, FloatMatrix]) -> bytes:
    """Make the file of `exercise.marked(handout, values)`, byte for byte, in a tenth of the time."""
    largest, stencils = exercise.largest, _KEPT.stencils
    canvas, near = handout_canvases(exercise.lesson, handout, largest)
    places = {id(each): repr(each) for each in (canvas, *near)}  # mostly one and the same
    kind = (bool(handout.student), bool(handout.marked), *_in_common(handout))
    key = (exercise.assignment.digest, *kind, *places.values())
    if key not in stencils:
        stencils[key] = HandoutStencil(exercise.lesson, handout, values, largest)
        while len(stencils) > _LEAST_KEPT and _is_too_much(stencils.values()):
            stencils.popitem(last=False)
    stencils.move_to_end(key)
    return stencils[key].fill(exercise.lesson, handout, values)
