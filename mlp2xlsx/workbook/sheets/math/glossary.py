"""The words and signs that every sheet uses, explained once, on `Math`."""

from mlp2xlsx.mathematics.optimizers import DOWNHILL, OPTIMIZERS
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.writing.sheet import Sheet

_TERM, _MEANING = 1, 2
# Words for what only some lessons have: functions of layers, losses; and so is what an optimiser keeps.
_OF_SOME = frozenset(
    {"sigmoid", "tanh", "relu", "softmax", "temperature", "half_squared_error", "cross_entropy", "dropout"}
)


def words_here(context: Context) -> list[str]:
    """Keys of the words and signs that the workbook uses, in their order."""
    network = context.one_iteration.network
    has = {network.loss, *network.scalars, *(layer.activation for layer in network.layers)}
    kept = OPTIMIZERS[context.one_iteration.optimizer].state if context.lesson.trains else {}
    has |= {DOWNHILL, *kept} if kept else set()
    if network.dropping:
        has.add("dropout")
    of_some = _OF_SOME | {DOWNHILL, *(state for row in OPTIMIZERS.values() for state in row.state)}
    return [key for key in context.texts["glossary"]["meanings"] if key in has or key not in of_some]


def write_glossary(sheet: Sheet, context: Context, row: int) -> None:
    """Write a line for each word or sign, from the heading on."""
    words = context.texts["glossary"]
    sheet.put(row, _TERM, words["heading"], "heading")
    for line, key in enumerate(words_here(context), start=row + 1):
        sheet.put(line, _TERM, words["terms"][key], "label")
        sheet.put(line, _MEANING, words["meanings"][key], "text")
