"""The network's answer in words: a class, or numbers with their names."""

from collections.abc import Iterator

from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import short_name
from mlp2xlsx.workbook.sheets.pictures.axis import output_name
from mlp2xlsx.workbook.sheets.step.worked_line import Shown
from mlp2xlsx.workbook.sheets.try_it.places import LARGEST, TryPlaces
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part, constant_part, live_text

NEARLY = 1e-9
"""How much smaller than the largest an output may be that counts as large: programs differ by rounding."""

_HALF = 0.5
_MOST_NUMBERS = 6


def answer(context: Context, places: TryPlaces, output: FloatMatrix) -> Part:
    """Say what the network answers.

    Parameters
    ----------
    context
        The workbook's numbers and texts.
    places
        Where outputs and their names stand.
    output
        The outputs, shape (1, n_outputs).
    """
    shown, box = Shown(context.lesson.decimals), places.output
    if places.has_largest:
        return _largest(context, places, output, shown, box)
    if context.lesson.classes:
        return _one_of_two(context, output, shown, box)
    numbers = list(_numbers(context, output, shown, box))
    between = context.texts["document"]["list"]
    more = f"{between}…" if box.n_cols > len(numbers) else ""
    template = between.join(f"{{n{j}}}" for j in range(len(numbers))) + more
    return live_text(template, {f"n{j}": part for j, part in enumerate(numbers)})


def largest(output: FloatMatrix) -> list[int]:
    """Tell of each output whether it is the largest, or as large but for rounding: 1 if so, else 0."""
    top = float(output.max())
    return [int(value >= top - NEARLY * abs(top)) for value in output[0].tolist()]


def _largest(context: Context, places: TryPlaces, output: FloatMatrix, shown: Shown, box: Box) -> Part:
    flags, names = places.boxes[LARGEST], box.moved(-1)
    at = f"MATCH(1,{flags.ref},0)"
    winner = largest(output).index(1)
    parts = {
        "name": Part(f"INDEX({names.ref},1,{at})", short_name(context.lesson.classes[winner])),
        "value": Part(shown.formula(f"INDEX({box.ref},1,{at})"), shown.text(float(output[0, winner]))),
    }
    return live_text(context.texts["try_it"]["answer_largest"], parts)


def _one_of_two(context: Context, output: FloatMatrix, shown: Shown, box: Box) -> Part:
    zero, one = (constant_part(short_name(name)) for name in context.lesson.classes)
    cell, value = a1(box.row, box.col), float(output[0, 0])
    limit = _HALF - NEARLY
    parts = {
        "name": Part(
            f"IF({cell}>={limit!r},{one.formula},{zero.formula})", (one if value >= limit else zero).text
        ),
        "value": Part(shown.formula(cell), shown.text(value)),
        "one": one,
        "zero": zero,
    }
    return live_text(context.texts["try_it"]["answer_half"], parts)


def _numbers(context: Context, output: FloatMatrix, shown: Shown, box: Box) -> Iterator[Part]:
    """Yield each output with its name, of many the first ones."""
    for j, value in enumerate(output[0, :_MOST_NUMBERS].tolist()):
        number = Part(shown.formula(a1(box.row, box.col + j)), shown.text(value))
        named = {"name": constant_part(output_name(context, j)), "value": number}
        yield live_text(context.texts["try_it"]["answer_number"], named)
