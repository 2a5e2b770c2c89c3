"""What the drawing of a network shows, weights or gradients: the cell that says so, and what follows it."""

from collections.abc import Iterator
from typing import TypeVar

from openpyxl.worksheet.datavalidation import DataValidation

from mlp2xlsx import resources
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.live_text import constant_part
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.writing.sheet import Sheet

_Seen = TypeVar("_Seen", float, str)

NETWORK_SHOWS = "network_shows"
"""Defined name of the cell with the choice; there is none for a network that is not trained."""

CHOICE = Box(3, 10, 1, 1)  # in the rows that stay in view


def choices(language: str) -> tuple[str, str]:
    """The words for weights and for gradients, in this order, that the cell may hold."""
    words = resources.texts(language)["network"]
    return words["weights"], words["gradients"]


def network_names(context: Context) -> Iterator[tuple[str, Place]]:
    """Yield the defined name of the choice, where there is one."""
    if context.lesson.trains:
        yield NETWORK_SHOWS, (context.titles["network"], CHOICE)


def write_choice(sheet: Sheet, context: Context) -> None:
    """Let the reader choose, from a list, what numbers and lines show."""
    words, listed = context.texts["network"], choices(context.lesson.language)
    sheet.put(CHOICE.row, CHOICE.col - 1, words["choose"], "at_the_end")
    sheet.put(CHOICE.row, CHOICE.col, listed[context.draws_gradients], "input")
    rule = DataValidation(
        type="list",
        formula1=constant_part(",".join(listed)).formula,
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=words["choose_error_title"],
        error=words["choose_error"],
    )
    rule.add(CHOICE.ref)
    sheet.ws.add_data_validation(rule)


def by_choice(
    context: Context, weights: tuple[str, _Seen], gradients: tuple[str, _Seen]
) -> tuple[str, _Seen]:
    """A formula for what is there with weights or with gradients, and its value; untrained, the former."""
    if not context.lesson.trains:
        return weights
    word = choices(context.lesson.language)[True]
    formula = f'IF({NETWORK_SHOWS}="{word}",{gradients[0]},{weights[0]})'
    return formula, (gradients if context.draws_gradients else weights)[1]


def say(sheet: Sheet, context: Context, row: int, weights: str, gradients: str, role: str = "text") -> None:
    """Write a sentence that is another one with gradients than with weights."""
    if not context.lesson.trains:
        sheet.put(row, 1, weights or None, role)
        return
    formula, text = by_choice(context, constant_part(weights), constant_part(gradients))
    sheet.formula(row, 1, Formula(formula, 0), text, role, NETWORK_SHOWS)
