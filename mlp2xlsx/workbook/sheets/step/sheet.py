"""The sheets `Step 01`, `Step 02`, …: one step each, for the chosen iteration, one formula per cell."""

from collections.abc import Iterator
from math import isnan

import numpy as np

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.mathematics.schedules import COUNT
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.excel import Excel, Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.layout.canvas import place
from mlp2xlsx.workbook.layout.head import FORMULA_ROW
from mlp2xlsx.workbook.layout.near import SCREEN_ROWS, SCREEN_WIDTH, last_on_screen, place_steps
from mlp2xlsx.workbook.layout.titles import STEP, step_key
from mlp2xlsx.workbook.sheets.chosen_band import chosen_cell
from mlp2xlsx.workbook.sheets.kinds import SheetKind, n_cells
from mlp2xlsx.workbook.sheets.matrix_name import put_name
from mlp2xlsx.workbook.sheets.step.answer_cells import write_answers
from mlp2xlsx.workbook.sheets.step.ask import asked_name, write_ask
from mlp2xlsx.workbook.sheets.step.captions import step_texts, step_title, write_captions, write_formulas
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.workbook.sheets.step.samples import column_lists, write_samples
from mlp2xlsx.xlsx.address import a1, quoted
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import PRINTED_ROWS, Sheet, Value

_TITLE_LETTER = 1.25  # of a bold letter of 16 points to one of 11
_SENTENCE_LETTER = 0.9  # of one that stands alone
_LINKS_APART = 1.0  # digits
_WHOLE, _SMALLEST_ZOOM = 100, 85  # percent


def write_step(sheet: Sheet, context: Context) -> None:
    """Fill the sheet of the step that its title names."""
    page = StepPage(context, context.step_titles.index(sheet.name) + 1)
    lists = column_lists(page)
    below = max(page.canvas.near_row, *(row for row, _ in lists), 0) + 2
    _heading(sheet, page, below)
    write_formulas(sheet, page)
    for cell, text in lists.items():
        sheet.put(*cell, text, "quiet")
    write_ask(sheet, page)
    _matrices(sheet, page)
    last_row = write_captions(sheet, page, below)
    sheet.widths(page.widths)
    _open_at_results(sheet, page)
    _zoom(sheet, page)
    _print(sheet, page, last_row)


def step_names(context: Context) -> Iterator[tuple[str, Place]]:
    """Yield the defined names of the step sheets: matrices, and where a cell of them is asked for."""
    choosers = {name: chooser for head in context.heads for name, chooser in head.choosers().items()}
    for matrix, (title, box) in context.made_on.items():
        if matrix in choosers:
            yield asked_name(matrix), (title, choosers[matrix].box)
        if matrix not in context.inputs:
            yield matrix, (title, box)


def _open_at_results(sheet: Sheet, page: StepPage) -> None:
    """Freeze the head, and choose the first cell to be filled in."""
    first = page.head.height + 1
    sheet.ws.freeze_panes = a1(first, 1)
    handout = page.context.handout
    blank = [
        result.name for result in page.step.results if handout is not None and result.name in handout.blank
    ]
    at = page.boxes[blank[0]] if blank else None
    for selection in sheet.ws.sheet_view.selection:
        if selection.pane == "bottomLeft":
            selection.activeCell = selection.sqref = a1(at.row, at.col) if at is not None else a1(first, 1)


def _zoom(sheet: Sheet, page: StepPage) -> None:
    """Show smaller what is wider than a small screen: what the step needs, or what all steps share."""
    boxes = [page.boxes[name] for name in (page.boxes if page.canvas.rows else page.needed)]
    end = page.left_of(1 + max(box.last_col for box in boxes))
    if end > SCREEN_WIDTH:
        sheet.ws.sheet_view.zoomScale = max(_SMALLEST_ZOOM, int(_WHOLE * SCREEN_WIDTH / end))


def _print(sheet: Sheet, page: StepPage, last_row: int) -> None:
    """Print on a page what is on a large screen: of many samples and neurons the first ones."""
    canvas, screen = page.canvas, last_on_screen(page.widths)
    if page.context.handout is not None and page.context.handout.marked:
        screen += 2  # what is said of an answer is longer than the line that asks for it
    shown = PRINTED_ROWS if canvas.near_row > PRINTED_ROWS else last_row
    sheet.print_on_one_page()
    sheet.print_first((shown, screen), (last_row, canvas.last_col), page.context.texts["document"]["printed"])


def _link_cols(page: StepPage) -> list[int]:
    """Columns of the links behind the title, the same on all step sheets."""
    context, words = page.context, page.context.texts["sheet"]
    titles = (_title(context, number) for number in range(1, len(context.steps) + 1))
    cols = [page.column_from(max(map(display_width, titles)) * _TITLE_LETTER)]
    first = context.titles["setup"]
    for text in (words["previous"].format(sheet=page.title), first, words["next"].format(sheet=page.title)):
        cols.append(page.column_from(page.left_of(cols[-1]) + display_width(text) + _LINKS_APART))
    return cols


def _title(context: Context, number: int) -> str:
    step, span = context.steps[number - 1], context.lesson.span
    title = step_title(context, step)
    if len(span) > 1 and not step.brings_in:
        iteration = step.iteration if step.names else span[0]
        title = context.texts["handout"]["in_iteration"].format(title=title, number=iteration)
    return str(context.texts["sheet"]["step_title"]).format(
        number=number, count=len(context.steps), title=title
    )


def _heading(sheet: Sheet, page: StepPage, below: int) -> None:
    context, number, handout = page.context, page.number, page.context.handout
    words, titles = context.texts["sheet"], context.step_titles
    sheet.put(1, 1, _title(context, number), "step_title")
    what = step_texts(context, page.step)["what"].format(data_sheet=context.inputs["X"][0])
    sheet.put(2, 1, what, "text")
    sheet.ws.row_dimensions[1].height = 21
    before, setup, following_col, rest = _link_cols(page)
    if number > 1:
        sheet.link(1, before, words["previous"].format(sheet=titles[number - 2]), titles[number - 2])
    first = context.titles["setup"]
    chosen = context.setup.boxes.get("iteration")
    sheet.link(1, setup, first, first, chosen.ref if chosen is not None else "A1")
    after_all = context.titles["loss" if context.lesson.trains else "try_it"]
    following = titles[number] if number < len(titles) else after_all
    if handout is None or number < len(titles):
        sheet.link(1, following_col, words["next"].format(sheet=following), following)
    goes_on = below - page.canvas.first_row > SCREEN_ROWS + 2
    if goes_on:
        sheet.link(1, rest, words["below"], page.title, a1(below, 1))
    last = last_on_screen(page.widths)  # and from there to the left
    if handout is not None:
        # Behind the links a long name has no room.
        sheet.put(FORMULA_ROW, last, whose(handout), "at_the_end")
        return
    if chosen is None:
        return
    before, after = words["iteration_before"], words["iteration_of"].format(count=context.lesson.iterations)
    formula = Formula(f'"{before}"&iteration&"{after}"', 0)
    value = f"{before}{context.iteration}{after}"
    col, link = (rest, words["below"]) if goes_on else (following_col, words["next"].format(sheet=following))
    links_end = page.left_of(col) + display_width(link)
    widest = _SENTENCE_LETTER * display_width(f"{before}{context.lesson.iterations}{after}")
    row = 1 if links_end + widest <= page.left_of(last + 1) else FORMULA_ROW
    sheet.formula(row, last, formula, value, "at_the_end", "iteration")


def whose(handout: Handout) -> str:
    """For whom a handout is, and its id, as the step sheets say it."""
    return f"{handout.student}  {handout.ident}".strip()


def _matrices(sheet: Sheet, page: StepPage) -> None:
    """Every matrix of the canvas: computed here, pulled from an earlier sheet, or still to come."""
    context, canvas = page.context, page.canvas
    done: set[str] = set()
    for earlier, step in enumerate(context.steps[: page.number], start=1):
        for result in step.results:
            if result.name not in canvas.boxes:  # of an earlier iteration
                continue
            done.add(result.name)
            here = earlier == page.number
            if here and context.handout is not None and result.name in context.handout.blank:
                write_answers(sheet, page, context.handout, result)
                continue
            put_name(sheet, canvas, result.name, result.name, "label_here" if here else "name")
            if not here:
                _pull(sheet, page, result.name)
            elif result.given:
                _fetch(sheet, page, result)
            else:
                _compute(sheet, page, result)
    for key, row in canvas.rows.items():
        sheet.put(row, 1, context.texts["sheet"][key], "language")
    write_samples(sheet, page)
    for name, value in context.lesson.scalars.items():
        done.add(name)
        put_name(sheet, canvas, name, name, "name")
        sheet.formula(page.boxes[name].row, page.boxes[name].col, Formula(name, 0), value, "given", name)
    for name, box in canvas.boxes.items():
        if name not in done:
            put_name(sheet, canvas, name, name, "label_later")
            sheet.outline(box)


def _pull(sheet: Sheet, page: StepPage, name: str) -> None:
    """Repeat a matrix from the sheet that computed it."""
    context, box, role = page.context, page.boxes[name], page.role(name)
    source, place = context.made_on[name]
    values = context.chosen(name).tolist()
    waits = context.handout is not None and name in context.handout.unsure
    for i, j in np.ndindex(box.n_rows, box.n_cols):
        cell = f"{quoted(source)}!{a1(place.row + i, place.col + j)}"
        # An empty cell would be pulled as 0.
        formula = Formula(f'IF(ISNUMBER({cell}),{cell},"")' if waits else cell, 0)
        sheet.formula(box.row + i, box.col + j, formula, known(values[i][j]), role, name)


def known(value: float) -> Value:
    """Return a number, or the empty text that stands in the place of one that is not known yet."""
    return "" if isnan(value) else value


def _fetch(sheet: Sheet, page: StepPage, result: Result) -> None:
    """Bring in a matrix that is given: data from Setup, parameters from the chosen band of Training."""
    context, box, role = page.context, page.boxes[result.name], page.role(result.name)
    values = context.chosen(result.name).tolist()
    one = context.one_iteration
    if context.handout is not None and result.name in {COUNT, *one.drawn, *one.kept}:
        sheet.numbers(box, context.trace[result.name][0], role)  # there is no list of all iterations
        return
    for i, j in np.ndindex(box.n_rows, box.n_cols):
        formula = Formula(_source(context, result.name, i, j), 0)
        sheet.formula(box.row + i, box.col + j, formula, values[i][j], role, result.name)


def _source(context: Context, name: str, i: int, j: int) -> str:
    if "iteration" not in context.inputs and name not in context.inputs:  # only the first, or none
        name = initial_name(name)
    if name in context.inputs:
        sheet, place = context.inputs[name]
        return f"{quoted(sheet)}!{a1(place.row + i, place.col + j)}"
    return chosen_cell(context, name, i, j)


def _compute(sheet: Sheet, page: StepPage, result: Result) -> None:
    """Write one formula for each cell, of cells on this sheet."""
    context, box, role = page.context, page.boxes[result.name], page.role(result.name)
    values, excel = context.chosen(result.name).tolist(), Excel(page.reference)
    for i, j in np.ndindex(box.n_rows, box.n_cols):
        formula = excel.cell(result.expr, i, j)
        if context.handout is not None:
            formula = context.handout.guarded(formula, result.expr, page.boxes, (i, j))
        sheet.formula(box.row + i, box.col + j, formula, known(values[i][j]), role, result.name)


def _last_cols(lesson: Lesson) -> dict[str, int]:
    one = lesson.one_iteration
    canvases = enumerate(place_steps(one, place(one)), start=1)
    return {step_key(number): canvas.last_col for number, canvas in canvases}


SHEET = SheetKind(
    key=STEP,
    write=write_step,
    keys=lambda context: context.step_keys,
    names=step_names,
    n_formulas=lambda lesson: n_cells(lesson) * len(lesson.one_iteration.steps) // 2,
    last_cols=_last_cols,
)
