"""The sheets `Step 01`, `Step 02`, …: one step each, for the chosen iteration, one formula per cell."""

from collections.abc import Callable, Iterator
from math import isnan

from mlp2xlsx.explain.chain_rule import chain_rule
from mlp2xlsx.mathematics.iteration import initial_name, next_name
from mlp2xlsx.mathematics.steps import SAMPLE, Result, Step
from mlp2xlsx.render.caption import caption
from mlp2xlsx.render.excel import Excel, Formula
from mlp2xlsx.render.math import Math
from mlp2xlsx.render.python import Python
from mlp2xlsx.render.r import R
from mlp2xlsx.workbook.context import Context, step_sheet
from mlp2xlsx.workbook.layout.canvas import LEFT_COL, label
from mlp2xlsx.workbook.sheets.chosen_band import chosen_cell
from mlp2xlsx.workbook.sheets.step.answer_cells import write_answers
from mlp2xlsx.workbook.sheets.step.ask import asked_name, choosers, n_ask_rows, write_ask
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.writing.sheet import MOST_ROWS_ON_A_PAGE, PRINTED_ROWS, Sheet, Value

_CAPTION_ROW = 5
_LANGUAGES = ("math", "excel", "cell", "python", "r")
_MOST_LISTED = 4
_CAPTION_WIDTH = 98  # characters that the longest caption takes, in column widths


def ask_row(steps: tuple[Step, ...]) -> int:
    """Row where asking begins: below as many caption lines as the fullest step has, chain rule and note."""
    lines = max(len(step.results) for step in steps if not step.brings_in)
    return _CAPTION_ROW + len(_LANGUAGES) * lines + 3


def canvas_row(steps: tuple[Step, ...]) -> int:
    """First row of the canvas, the same on every sheet."""
    return ask_row(steps) + n_ask_rows(steps) + 1


def write_step(sheet: Sheet, context: Context) -> None:
    """Fill the sheet of the step that its title names."""
    number = context.step_titles.index(sheet.name) + 1
    step = context.steps[number - 1]
    _heading(sheet, context, number, step)
    _captions(sheet, context, step)
    _legend(sheet, context, step_sheet(number), step.results[0].name)
    write_ask(sheet, context, step)
    _matrices(sheet, context, number)
    sheet.widths({1: 10, **context.canvas.widths})
    sheet.ws.freeze_panes = a1(_CAPTION_ROW, 1)
    sheet.print_on_one_page()
    if context.canvas.last_row > MOST_ROWS_ON_A_PAGE:
        _print_computed(sheet, context, step)


def step_names(context: Context) -> Iterator[tuple[str, Place]]:
    """Yield the defined names of the step sheets: matrices, and where a cell of them is asked for."""
    for number, step in enumerate(context.steps, start=1):
        for matrix, box in choosers(step, context.ask_row).items():
            yield asked_name(matrix), (step_sheet(number), box)
        for result in step.results:
            if result.name not in context.inputs:
                yield result.name, (step_sheet(number), context.canvas.boxes[result.name])


def _print_computed(sheet: Sheet, context: Context, step: Step) -> None:
    """Of a sheet too long for a page, print the head and the first rows of what is computed."""
    canvas = context.canvas
    first = min(canvas.boxes[result.name].row for result in step.results) - 1
    last = a1(min(first + PRINTED_ROWS, canvas.last_row), canvas.last_col)
    sheet.ws.print_title_rows = f"1:{canvas.first_row - 1}"
    sheet.ws.print_area = f"A{first}:{last}"


def step_title(context: Context, step: Step) -> str:
    """Title of a step; hidden layers are numbered where there are several."""
    number = "" if step.layer is None else f" {step.layer}"
    return step_texts(context, step)["title"].format(number=number)


def step_texts(context: Context, step: Step) -> dict[str, str]:
    """Texts of a step: those of its kind, and in their place those of its variant where there are some."""
    found = context.texts["steps"][step.kind]
    found = found | found.get(step.variant, {})
    if context.handout is not None:
        found = found | found.get("handout", {})
    return {key: text for key, text in found.items() if isinstance(text, str)}


def _heading(sheet: Sheet, context: Context, number: int, step: Step) -> None:
    words, count = context.texts["sheet"], len(context.steps)
    title = words["step_title"].format(number=number, count=count, title=step_title(context, step))
    what = step_texts(context, step)["what"].format(data_sheet=context.inputs["X"][0])
    sheet.title(title, what)
    if number > 1:
        sheet.link(3, 1, words["previous"].format(sheet=step_sheet(number - 1)), step_sheet(number - 1))
    handout = context.handout
    start = context.setup.boxes["iteration"].ref if handout is None else "A1"
    sheet.link(3, LEFT_COL, "Setup", "Setup", start)
    following = step_sheet(number + 1) if number < count else "Loss"
    if handout is None or number < count:
        sheet.link(3, LEFT_COL + 1, words["next"].format(sheet=following), following)
    if handout is not None:
        sheet.put(3, LEFT_COL + 4, f"{handout.student}  {handout.ident}".strip(), "text")
        return
    before = words["iteration_before"]
    after = words["iteration_after"].format(count=context.lesson.iterations)
    formula = Formula(f'"{before}"&iteration&"{after}"', 0)
    sheet.formula(3, LEFT_COL + 4, formula, f"{before}{context.iteration}{after}", "text", "iteration")


def _captions(sheet: Sheet, context: Context, step: Step) -> None:
    """The whole step in every language, one line for each result, and its piece of the chain rule."""
    row = _CAPTION_ROW
    for language in _LANGUAGES:
        lines = list(_caption_lines(context, step, language))
        if lines:
            sheet.put(row, 1, context.texts["sheet"][language], "language")
        for line in lines:
            sheet.put(row, LEFT_COL, line, "code")
            row += 1
    chain = chain_rule(context.lesson.network, step)
    if chain is not None:
        sheet.put(row, 1, context.texts["sheet"]["chain"], "language")
        sheet.put(row, LEFT_COL, chain, "code")
        row += 1
    note = step_texts(context, step).get("note")
    if note:
        sheet.put(row, LEFT_COL, note, "note")


def _caption_lines(context: Context, step: Step, language: str) -> Iterator[str]:
    if language == "cell":
        yield from _cell_lines(context, step)
        return
    if step.brings_in:
        yield from _given_lines(context, step, language)
        return
    say = {"math": Math().render, "excel": caption, "python": Python().render, "r": R().render}[language]
    equals = " <- " if language == "r" else " = "
    for result in step.results:
        yield f"{result.name}{equals}{say(result.expr)}"


def _cell_lines(context: Context, step: Step) -> Iterator[str]:
    """What stands in the first cell of a result, where it does not look like the formula of the matrix.

    Where a person is to fill the matrix in, that would be the answer.
    """
    asked = context.handout.blank if context.handout is not None else frozenset()
    excel, in_names = Excel(context.reference), Excel(lambda name: lambda _rows, _cols: name)
    for result in step.results:
        if result.given or result.name in asked:
            continue
        if in_names.cell(result.expr, 0, 0).text != caption(result.expr).replace(" ", ""):
            box = context.canvas.boxes[result.name]
            yield f"{a1(box.row, box.col)}: ={excel.cell(result.expr, 0, 0).text}"


def _given_lines(context: Context, step: Step, language: str) -> Iterator[str]:
    """Where matrices that are not computed come from."""
    started = [result.name for result in step.results if initial_name(result.name) in context.inputs]
    words = {
        "first": step.results[0].name,
        "initial": _listed(initial_name, started),
        "next": _listed(next_name, started),
        "data_sheet": context.inputs["X"][0],
    }
    yield from step_texts(context, step)[language].format(**words).splitlines()


def _listed(named: Callable[[str], str], given: list[str]) -> str:
    """Names made of others; of many only the first and the last."""
    shown = given if len(given) <= _MOST_LISTED else [given[0], "…", given[-1]]
    return ", ".join(name if name == "…" else named(name) for name in shown)


def _legend(sheet: Sheet, context: Context, title: str, name: str) -> None:
    """What the colours mean, to the right of the longest caption; a click leads to what is computed."""
    words, computed = context.texts["sheet"], context.canvas.boxes[name]
    role = "yellow"
    if context.handout is not None and name in context.handout.blank:
        words = words | {"legend_computed": context.texts["handout"]["legend_answer"]}
        role = "answer_sample"
    width, col = 0.0, 1
    while width < _CAPTION_WIDTH:
        width += {1: 10.0, **context.canvas.widths}.get(col, 8.43)
        col += 1
    roles = (role, "orange", "given", "empty")
    keys = ("legend_computed", "legend_read", "legend_known", "legend_later")
    if context.handout is not None and name in context.handout.marked:
        words = words | context.texts["handout"]
        roles = ("right", "follows", "wrong", "orange")
        keys = ("legend_right", "legend_follows", "legend_wrong", "legend_read")
    for row, (role, key) in enumerate(zip(roles, keys, strict=True), start=_CAPTION_ROW):
        sheet.put(row, col, 1 if role not in ("empty", "answer_sample") else None, role)
        sheet.put(row, col + 1, words[key], "beside")
    sheet.link(_CAPTION_ROW, col + 1, words[keys[0]], title, a1(computed.row, computed.col), "link_beside")


def _matrices(sheet: Sheet, context: Context, number: int) -> None:
    """Every matrix of the canvas: computed here, pulled from an earlier sheet, or still to come."""
    boxes = context.canvas.boxes
    done: set[str] = set()
    for earlier, step in enumerate(context.steps[:number], start=1):
        for result in step.results:
            done.add(result.name)
            if earlier == number and context.handout is not None and result.name in context.handout.blank:
                write_answers(sheet, context, context.handout, result)
                continue
            role = context.role(result.name)
            _label(sheet, result.name, boxes[result.name], "label")
            if earlier < number:
                _pull(sheet, context, result.name, boxes[result.name], step_sheet(earlier), role)
            elif result.given:
                _fetch(sheet, context, result, role)
            else:
                _compute(sheet, context, result, role)
    for key, row in context.canvas.rows.items():
        sheet.put(row, 1, context.texts["sheet"][key], "quiet")
    for name, value in context.lesson.scalars.items():
        done.add(name)
        _label(sheet, name, boxes[name], "label")
        sheet.formula(boxes[name].row, boxes[name].col, Formula(name, 0), value, "given", name)
    for name, box in boxes.items():
        if name not in done:
            _label(sheet, name, box, "label_later")
            sheet.outline(box)


def _label(sheet: Sheet, name: str, box: Box, role: str) -> None:
    sheet.put(box.row - 1, box.col, label(name, box), role)


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(box.n_rows) for j in range(box.n_cols))


def _pull(sheet: Sheet, context: Context, name: str, box: Box, source: str, role: str) -> None:
    """Repeat a matrix from the sheet that computed it; it stands in the same place there."""
    values = context.chosen(name).tolist()
    waits = context.handout is not None and name in context.handout.unsure
    for i, j in _cells(box):
        row, col = box.row + i, box.col + j
        cell = f"{quoted(source)}!{a1(row, col)}"
        # An empty cell would be pulled as 0.
        formula = Formula(f'IF(ISNUMBER({cell}),{cell},"")' if waits else cell, 0)
        sheet.formula(row, col, formula, _known(values[i][j]), role, name)


def _known(value: float) -> Value:
    """Return a number, or the empty text that stands in the place of one that is not known yet."""
    return "" if isnan(value) else value


def _fetch(sheet: Sheet, context: Context, result: Result, role: str) -> None:
    """Bring in a matrix that is given: data from Setup, parameters from the chosen band of Training."""
    box = context.canvas.boxes[result.name]
    values = context.chosen(result.name).tolist()
    if context.handout is not None and result.name == SAMPLE:
        sheet.numbers(box, context.trace[SAMPLE][0], role)  # there is no list of all iterations
        return
    for i, j in _cells(box):
        formula = Formula(_source(context, result.name, i, j), 0)
        sheet.formula(box.row + i, box.col + j, formula, values[i][j], role, result.name)


def _source(context: Context, name: str, i: int, j: int) -> str:
    if context.handout is not None and name not in context.inputs:
        name = initial_name(name)
    if name in context.inputs:
        sheet, place = context.inputs[name]
        return f"{sheet}!{a1(place.row + i, place.col + j)}"
    return chosen_cell(context, name, i, j)


def _compute(sheet: Sheet, context: Context, result: Result, role: str) -> None:
    """Write one formula for each cell, of cells on this sheet."""
    boxes = context.canvas.boxes
    box, values = boxes[result.name], context.chosen(result.name).tolist()

    excel = Excel(context.reference)
    for i, j in _cells(box):
        formula = excel.cell(result.expr, i, j)
        if context.handout is not None:
            formula = context.handout.guarded(formula, result.expr, boxes, (i, j))
        sheet.formula(box.row + i, box.col + j, formula, _known(values[i][j]), role, result.name)
