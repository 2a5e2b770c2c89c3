"""What is said of a step in words: its formulas in every language, and what the colours mean."""

from collections.abc import Callable, Collection, Iterator

from mlp2xlsx.choices import HINTS
from mlp2xlsx.explain.article import is_the_articles
from mlp2xlsx.explain.chain_rule import chain_rule
from mlp2xlsx.mathematics.iteration import initial_name, next_name
from mlp2xlsx.mathematics.penalties import has_penalty
from mlp2xlsx.mathematics.steps import Step
from mlp2xlsx.render.caption import Caption, caption
from mlp2xlsx.render.excel import Excel
from mlp2xlsx.render.math import Math
from mlp2xlsx.render.python import Python
from mlp2xlsx.render.r import R
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import LEFT_COL, LEFT_WIDTH
from mlp2xlsx.workbook.layout.head import FORMULA_ROW, LINE_COL
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH
from mlp2xlsx.workbook.sheets.math.places import glossary_place
from mlp2xlsx.workbook.sheets.setup.facts import batch_sentences
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import USUAL_WIDTH, Sheet

_LANGUAGES = ("excel", "cell", "python", "r")
_MOST_LISTED = 3
_SAMPLE_WIDTH = 5.0  # of a colour


def step_title(context: Context, step: Step) -> str:
    """Title of a step; hidden layers are numbered where there are several."""
    number = "" if step.layer is None else f" {step.layer}"
    return step_texts(context, step)["title"].format(number=number)


def step_texts(context: Context, step: Step) -> dict[str, str]:
    """Texts of a step: those of its kind, and in their place those of its variant where there are some.

    Of these, too, those for how initial values were drawn, for the article's network, for penalties, for a
    workbook of some iterations or without training, for a handout.
    """
    found = context.texts["steps"][step.kind]
    found = found | found.get(step.variant, {})
    drawn = context.recorded.lesson.network.parameters().keys() - context.recorded.lesson.initial.keys()
    kinds = {
        context.recorded.lesson.drawings.general.method: bool(drawn) and step.kind == "initialise",
        "article": is_the_articles(context.one_iteration),
        "penalties": any(has_penalty(result.expr) for result in step.results),
        "some": bool(context.lesson.show),
        "forward": not context.lesson.trains,
        "handout": context.handout is not None,
    }
    for kind in (kind for kind, so in kinds.items() if so):
        found = found | found.get(kind, {})
    return {key: text for key, text in found.items() if isinstance(text, str)}


def write_formulas(sheet: Sheet, page: StepPage) -> None:
    """Write the mathematics of the step, in its head."""
    told, computed = "formula" in _hints(page), page.step.computed
    lines = [*(_lines(page, "math") if told else (f"{one.name} = ?" for one in computed))]
    if page.step.draws:
        lines.append(step_texts(page.context, page.step)["drawn"].format(name=page.step.results[-1].name))
    for row, line in enumerate(lines, start=FORMULA_ROW):
        sheet.put(row, LINE_COL, line, "code" if page.step.brings_in else "formula")


def write_captions(sheet: Sheet, page: StepPage, row: int) -> int:
    """Write the whole step in every other language, its piece of the chain rule and a note, from a row on.

    Returns
    -------
    int
        The last row that is taken.
    """
    words = page.context.texts["sheet"]
    row = _legend(sheet, page, row) + 1
    said = {key: list(_lines(page, key)) for key in _LANGUAGES}
    chain = chain_rule(page.context.lesson.network, page.step) if page.step.iteration == 1 else None
    said["chain"] = [] if chain is None else [chain]
    hints = _hints(page)
    for key, lines in said.items():
        if key in HINTS and key not in hints:
            continue
        for k, line in enumerate(lines):
            if k == 0:
                sheet.put(row, 1, words[key], "language")
            sheet.put(row, LEFT_COL, line, "code")
            row += 1
    note = step_texts(page.context, page.step).get("note")
    if note and "note" in hints:
        sheet.put(row, 1, words["note"], "language")
        note = note.format(batches=batch_sentences(page.context))
        row = sheet.paragraph(row, {LEFT_COL: SCREEN_WIDTH - LEFT_WIDTH}, note, "note")
    return row - 1


def _hints(page: StepPage) -> Collection[str]:
    """What the sheet may tell: everything, unless something on it is to be filled in."""
    handout = page.context.handout
    is_asked = handout is not None and any(one.name in handout.blank for one in page.step.results)
    return handout.hints if handout is not None and is_asked else HINTS


def _lines(page: StepPage, language: str) -> Iterator[str]:
    if language == "cell":
        yield from _cell_lines(page)
        return
    if page.step.brings_in:
        yield from _given_lines(page.context, page.step, language)
        return
    excel = Caption(page.context.texts["caption"])
    say = {"math": Math(), "excel": excel, "python": Python(), "r": R()}[language].render
    equals = " <- " if language == "r" else " = "
    for result in page.step.results:
        if not result.given:
            yield f"{result.name}{equals}{say(result.expr)}"


def _cell_lines(page: StepPage) -> Iterator[str]:
    """What stands in the first cell of a result, where it does not look like the formula of the matrix.

    Where a person is to fill the matrix in, that would be the answer.
    """
    handout = page.context.handout
    asked = handout.blank if handout is not None else frozenset()
    excel, in_names = Excel(page.reference), Excel(lambda name: lambda _rows, _cols: name)
    for result in page.step.results:
        if result.given or result.name in asked:
            continue
        if in_names.cell(result.expr, 0, 0).text != caption(result.expr).replace(" ", ""):
            box = page.boxes[result.name]
            yield f"{a1(box.row, box.col)}: ={excel.cell(result.expr, 0, 0).text}"


def _given_lines(context: Context, step: Step, language: str) -> Iterator[str]:
    """Where matrices that are not computed come from."""
    started = [result.name for result in step.results if initial_name(result.name) in context.inputs]
    words = {
        "first": step.results[0].name,
        "initial": _listed(context, initial_name, started),
        "next": _listed(
            context, next_name, [name for name in started if name in context.one_iteration.updates]
        ),
        "data_sheet": context.inputs["X"][0],
    }
    yield step_texts(context, step)[language].format(**words)


def _listed(context: Context, named: Callable[[str], str], given: list[str]) -> str:
    """Names made of others; of many only the first and the last."""
    shown = given if len(given) <= _MOST_LISTED else [given[0], "…", given[-1]]
    between: str = context.texts["document"]["list"]
    return between.join(name if name == "…" else named(name) for name in shown)


def _legend(sheet: Sheet, page: StepPage, row: int) -> int:
    """Write what the colours mean, side by side; with what an optimiser keeps, in two rows where need be."""
    words, handout, name = page.context.texts["sheet"], page.context.handout, page.step.results[0].name
    role = "yellow"
    if handout is not None and name in handout.blank:
        words = words | {"legend_computed": page.context.texts["handout"]["legend_answer"]}
        role = "answer_sample"
    shown = {
        "legend_computed": role,
        "legend_read": "orange",
        "legend_known": "given",
        "legend_later": "empty",
    }
    if page.step.brings_in:
        shown = {"legend_brought": role, "legend_known": "given", "legend_later": "empty"}
    if handout is not None and name in handout.marked:
        words = words | page.context.texts["handout"]
        shown = {f"legend_{key}": key for key in ("right", "follows", "wrong")} | {"legend_read": "orange"}
    if handout is None and page.context.lesson.trains:  # else there is no such sheet
        title, place = glossary_place(page.context)
        sheet.link(row, 1, words["words"], title, place.ref)
    col = LEFT_COL
    for key, role in shown.items():
        ends = page.left_of(col + 1) + display_width(words[key])
        if page.context.one_iteration.kept and ends > SCREEN_WIDTH:
            row, col = row + 1, LEFT_COL
        sheet.put(row, col, None, role)
        sheet.put(row, col + 1, words[key], "beside")
        col = page.column_from(page.left_of(col + 1) + display_width(words[key]) + 2)
        while page.widths.get(col, USUAL_WIDTH) < _SAMPLE_WIDTH:
            col += 1
    return row
