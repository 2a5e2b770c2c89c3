import io
import re

import numpy as np
import openpyxl
import pytest

from mlp2xlsx import load, override, parse, train
from mlp2xlsx.mathematics.readings import readings
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.version import LAYOUT
from mlp2xlsx.xlsx.address import Box, a1, quoted
from tests.cells_read import reads

STEPS = [f"Step {number:02}" for number in range(1, 13)]
AFTER = ["Training", "Loss", "Evaluate", "Weights", "Network", "Try it", "Math", "Code", "Python", "Check"]


@pytest.fixture(scope="module")
def book():
    return make(train(override(load("article"), iterations=12)))


@pytest.fixture(scope="module")
def steps(book):
    return book.context.steps


@pytest.fixture(scope="module")
def boxes(book):
    """Where the matrices stand, by the title of the sheet."""
    context = book.context
    return dict(zip(context.step_titles, (each.boxes for each in context.step_canvases), strict=True))


@pytest.fixture(scope="module")
def xlsx(book):
    stream = io.BytesIO()
    book.save(stream)
    return openpyxl.load_workbook(stream)


def counted_from(first_row, formula):
    """A formula whose row numbers count from a row of its sheet, which is 0; those of other sheets stay."""
    return re.sub(
        r"(Training![^,]*)|(\$?\b[A-Z]{1,2}\$?)(\d+)\b",
        lambda match: match[0] if match[1] else f"{match[2]}{int(match[3]) - first_row}",
        formula,
    )


def text(cell):
    value = cell.value
    return getattr(value, "text", value)


def named(xlsx, name):
    sheet, ref = xlsx.defined_names[name].attr_text.replace("$", "").rsplit("!", 1)
    cells = xlsx[sheet.strip("'")][ref]
    return cells if isinstance(cells, tuple) else ((cells,),)


def test_the_tabs(xlsx):
    assert xlsx.sheetnames == ["Setup", *STEPS, *AFTER]


def test_the_defined_names_stand_where_things_are_computed(xlsx):
    expected = {
        "iteration": "Setup", "lr": "Setup", "X": "Setup", "y": "Setup",
        "initial_wh": "Setup", "initial_bh": "Setup", "initial_wout": "Setup", "initial_bout": "Setup",
        "wh": "Step 02", "bh": "Step 02", "wout": "Step 02", "bout": "Step 02",
        "hidden_layer_input": "Step 03", "hiddenlayer_activations": "Step 04",
        "output_layer_input": "Step 05", "output": "Step 05", "E": "Step 06",
        "slope_output_layer": "Step 07", "slope_hidden_layer": "Step 07", "d_output": "Step 08",
        "Error_at_hidden_layer": "Step 09", "d_hiddenlayer": "Step 10",
        "next_wout": "Step 11", "next_wh": "Step 11", "next_bout": "Step 12", "next_bh": "Step 12",
        "loss_history": "Loss", "X_new": "Try it", "network_shows": "Network", "lesson": "Python", f"layout_{LAYOUT}": "Setup",
    }  # fmt: skip
    steps = {name: sheet for name, sheet in expected.items() if sheet.startswith("Step")}
    expected |= {f"asked_{name}": sheet for name, sheet in ({"X": "Step 01", "y": "Step 01"} | steps).items()}
    expected |= {f"sheet_{title.lower().replace(' ', '_')}": title for title in xlsx.sheetnames}
    found = {name: found.attr_text.split("!")[0].strip("'") for name, found in xlsx.defined_names.items()}
    assert found == expected
    assert len(named(xlsx, "loss_history")) == 12


def test_the_first_iteration_of_the_article(book):
    def shown(name):
        sheet, box = book.names[name]
        live = book.sheets[sheet].live
        return [
            [round(live[box.row + i, box.col + j].value, 3) for j in range(box.n_cols)]
            for i in range(box.n_rows)
        ]

    assert shown("hidden_layer_input") == [[1.48, 1.78, 1.10], [2.40, 1.89, 1.62], [1.48, 1.56, 1.28]]
    assert shown("output") == [[0.789], [0.798], [0.789]]
    assert shown("E") == [[0.211], [0.202], [-0.789]]


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("wh", "=INDEX(Training!$B$6:$B$64,(iteration-1)*5+1)"),
        ("hidden_layer_input", "=SUM(MMULT($B7:$E7,G$1:G$4),G$5)"),
        ("hiddenlayer_activations", "=1/(1+EXP(-MAX(-700,G7)))"),
        ("output_layer_input", "=SUM(MMULT($K7:$M7,O$2:O$4),O$5)"),
        ("output", "=1/(1+EXP(-MAX(-700,O7)))"),
        ("E", "=S7-Q7"),
        ("slope_output_layer", "=Q7*(1-Q7)"),
        ("d_output", "=U7*Q11"),
        ("Error_at_hidden_layer", "=$O15*$O$2"),
        ("d_hiddenlayer", "=K15*K11"),
        ("next_wh", "=G1+SUMPRODUCT($B$7:$B$9,G$15:G$17)*$B$15"),
        ("next_bh", "=G5+SUM(G$15:G$17)*$B$15"),
    ],
)
def test_the_first_formula_of_a_matrix(book, xlsx, name, formula):
    """Row numbers count from the row of the topmost names, 0."""
    title, _ = book.names[name]
    head = book.context.heads[STEPS.index(title)]
    assert counted_from(head.height + 1, text(named(xlsx, name)[0][0])) == formula


def test_given_matrices_come_from_setup_and_training(boxes, xlsx):
    def first(sheet, name):
        box = boxes[sheet][name]
        return a1(box.row, box.col)

    where = {sheet: first(sheet, "X") for sheet in ("Step 01", "Step 03")}
    assert text(xlsx["Step 01"][where["Step 01"]]) == f"=Setup!{named(xlsx, 'X')[0][0].coordinate}"
    assert text(xlsx["Step 03"][where["Step 03"]]) == f"='Step 01'!{where['Step 01']}"
    wh = first("Step 02", "wh")
    assert text(xlsx["Step 05"][first("Step 05", "wh")]) == f"='Step 02'!{wh}"


def test_step_sheets_have_one_formula_per_cell(steps, xlsx):
    results = [result for step in steps for result in step.results if not result.given]
    assert len(results) == 14
    for result in results:
        for row in named(xlsx, result.name):
            for cell in row:
                assert cell.data_type == "f"
                assert getattr(cell.value, "ref", cell.coordinate) == cell.coordinate


def test_formulas_refer_to_the_cells_that_reads_says(steps, boxes, xlsx):
    """On its own sheet a result's formula names exactly the cells its expression reads."""
    checked = 0
    for number, step in enumerate(steps, start=1):
        ws = xlsx[f"Step {number:02}"]
        for result in (result for result in step.results if not result.given):
            for i, row in enumerate(named(xlsx, result.name)):
                for j, cell in enumerate(row):
                    expected = {
                        (boxes[ws.title][name].row + r, boxes[ws.title][name].col + c)
                        for name, r, c in reads(result.expr, i, j)
                    }
                    assert _referred(ws, text(cell)) == expected, f"{ws.title}!{cell.coordinate}"
                    checked += 1
    assert checked == 79


def _referred(ws, formula):
    cells = set()
    for ref in re.findall(r"\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?", formula):
        area = ws[ref.replace("$", "")]
        rows = area if isinstance(area, tuple) else ((area,),)
        cells |= {(cell.row, cell.column) for row in rows for cell in row}
    return cells


def test_training_has_one_formula_per_cell_of_cells_on_its_own_sheet(book, xlsx):
    ws, copies = xlsx["Training"], book.context.training.copies
    X, lr = copies["X"], copies["lr"].text(fixed=True)
    wh = named(xlsx, "initial_wh")
    assert text(ws["B6"]) == f"=Setup!${wh[0][0].column_letter}${wh[0][0].row}"
    assert text(ws["D9"]) == f"=Setup!${wh[3][2].column_letter}${wh[3][2].row}"
    first, last = (Box(X.row, X.col + j, 3, 1).text(fixed=True) for j in (0, 3))
    assert text(ws["B11"]) == f"=B6+SUMPRODUCT({first},AN6:AN8)*{lr}"
    assert text(ws["D14"]) == f"=D9+SUMPRODUCT({last},AP6:AP8)*{lr}"
    assert text(ws["G11"]) == f"=G6+SUM(AO6:AO8)*{lr}"
    assert text(ws["L11"]) == f"=L6+SUM(AH6:AH8)*{lr}"
    assert (
        text(ws.cell(X.row, X.col))
        == f"=Setup!${named(xlsx, 'X')[0][0].column_letter}${named(xlsx, 'X')[0][0].row}"
    )
    assert ws["A66"].value == 12
    assert ws["A66"].number_format == '"after "0'


def test_setup_links_to_every_sheet(xlsx):
    targets = {cell.hyperlink.location for row in xlsx["Setup"].iter_rows() for cell in row if cell.hyperlink}
    assert targets == {f"{quoted(sheet)}!A1" for sheet in (*STEPS, *AFTER)}


def glossary(xlsx):
    """Where the words and signs begin."""
    [row] = [cell.row for cell in xlsx["Math"]["A"] if cell.value == "Words and signs"]
    return f"Math!A{row}"


@pytest.mark.parametrize("sheet", STEPS)
def test_steps_link_to_their_neighbours(xlsx, sheet):
    position = STEPS.index(sheet)
    neighbours = STEPS[max(position - 1, 0) : position] + (STEPS[position + 1 : position + 2] or ["Loss"])
    targets = {cell.hyperlink.location for row in xlsx[sheet].iter_rows() for cell in row if cell.hyperlink}
    assert targets == {f"{quoted(other)}!A1" for other in neighbours} | {"Setup!G6", glossary(xlsx)}
    assert named(xlsx, "iteration")[0][0].coordinate == "G6"


def test_iteration_is_validated(xlsx):
    rules = xlsx["Setup"].data_validations.dataValidation
    [rule] = [one for one in rules if one.type == "list"]
    assert rule.formula1 == "Loss!$A$7:$A$18"
    assert str(rule.sqref) == named(xlsx, "iteration")[0][0].coordinate
    assert rule.error == "Type a whole number from 1 to 12. A formula that gives one may stay."
    assert rule.errorStyle == "warning"


@pytest.mark.parametrize("sheet", STEPS)
def test_sheets_fit_one_landscape_page(xlsx, sheet):
    ws = xlsx[sheet]
    assert ws.page_setup.orientation == "landscape"
    assert ws.sheet_properties.pageSetUpPr.fitToPage
    assert (ws.page_setup.fitToWidth, ws.page_setup.fitToHeight) == (1, 1)


@pytest.mark.parametrize("sheet", ["Setup", "Math", "Check"])
def test_longer_sheets_fit_the_width_of_a_page(xlsx, sheet):
    """On one page their letters would be too small to read."""
    setup = xlsx[sheet].page_setup
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize("sheet", ["Setup", *STEPS, *AFTER])
def test_sheets_have_frozen_panes(xlsx, sheet):
    assert xlsx[sheet].freeze_panes is not None


@pytest.mark.parametrize("sheet", STEPS)
def test_captions_name_four_languages(xlsx, sheet):
    """Below the picture; the mathematics stand above it."""
    column = [cell.value for cell in xlsx[sheet]["A"]]
    assert [word for word in column if word in ("Excel", "Python", "R")] == ["Excel", "Python", "R"]
    assert " = " in xlsx[sheet]["C3"].value or ": " in xlsx[sheet]["C3"].value


def test_decimals_are_a_number_format_only(xlsx):
    assert named(xlsx, "hidden_layer_input")[0][0].number_format == "0.000"
    assert named(xlsx, "X")[0][0].number_format == "General"


def test_an_update_is_seen(xlsx, book, steps):
    """Every new weight and bias differs from the old one in the decimals that both are shown with."""
    context, update_biases = book.context, steps[-1]
    formats = {"value": "0.000", "updated": "0.00000"}
    assert (context.role("bh"), context.role("bh", update_biases)) == ("value", "updated")
    assert context.role("wout", update_biases) == context.role("hidden_layer_input", update_biases) == "value"
    for name, new in context.one_iteration.updates.items():
        assert named(xlsx, new)[0][0].number_format == formats[context.role(new)]
        decimals = len(formats[context.role(new)]) - 2
        old, updated = (np.round(context.trace[one][0], decimals) for one in (name, new))
        assert (old != updated).all(), name
    assert np.array_equal(*(np.round(context.trace[one][0], 3) for one in ("bh", "next_bh")))  # the twin


def test_on_training_an_update_is_seen_from_band_to_band(xlsx, book):
    places, sheet = book.context.training, xlsx["Training"]
    for name in (*book.context.one_iteration.updates, "hidden_layer_input"):
        boxes = [places.at(name, position) for position in (1, 2, 12)]
        wanted = "0.000" if name == "hidden_layer_input" else "0.00000"
        assert {sheet.cell(box.row, box.col).number_format for box in boxes} == {wanted}, name


def test_products_on_the_way_back_can_be_checked_by_hand(book):
    """What a step shows it is computed from has the decimals of what it computes, which no product rounds to 0."""
    context, (_, _, _, _, _, _, slopes, output_delta, hidden_error, hidden_delta, *_) = (
        book.context,
        book.context.steps,
    )
    for step in (slopes, output_delta, hidden_error, hidden_delta):
        for result in step.results:
            read = {one.name for one in readings(result.expr)}
            assert {context.role(name, step) for name in (result.name, *read)} == {"updated"}, result.name
            assert (context.trace[result.name][0].round(5) != 0).all()
    assert (context.trace["d_hiddenlayer"][0].round(2) == 0).any()  # the twin


@pytest.mark.parametrize("lr", [10, 0.01, 1e-4, 1e-6])
def test_an_update_is_seen_with_a_small_learning_rate_too(lr):
    book = make(train(load("article").replace(iterations=1, lr=lr)))
    for name, new in book.context.one_iteration.updates.items():
        title, box = book.names[new]
        decimals = len(book.sheets[title].ws.cell(box.row, box.col).number_format) - 2
        first = book.context.trace[name][0].round(decimals), book.context.trace[new][0].round(decimals)
        assert (first[0] != first[1]).any(), name
        assert 5 <= decimals <= 10


def test_what_differs_by_rounding_alone_does_not_look_like_an_error(xlsx):
    ws = xlsx["Check"]
    shown = [cell for column in "CF" for cell in ws[column] if str(text(cell)).startswith("=IF(COUNT(")]
    assert {cell.number_format for cell in shown} == {'[<0.000000000001]"≈ 0";0.0E+00'}


def test_every_other_input_wants_a_number(xlsx):
    rules = xlsx["Setup"].data_validations.dataValidation
    wanted = {str(rule.sqref) for rule in rules if rule.type == "decimal"}
    names = ("lr", "X", "y", "initial_wh", "initial_bh", "initial_wout", "initial_bout")
    assert wanted == {xlsx.defined_names[name].attr_text.split("!")[1].replace("$", "") for name in names}


@pytest.mark.parametrize("sheet", AFTER)
def test_the_other_sheets_lead_back(xlsx, sheet):
    links = [cell.hyperlink for row in xlsx[sheet].iter_rows(max_row=5) for cell in row if cell.hyperlink]
    others = [link.location for link in links if not link.location.startswith(f"{sheet}!")]
    assert others == ["Setup!A1"]


def test_charts(xlsx):
    loss, outputs = xlsx["Loss"]._charts
    now, chosen, as_built = (series.yVal.numRef.f for series in loss.series)
    assert (now, chosen) == ("'Loss'!$B$7:$B$18", "'Loss'!$B$6")
    recorded = as_built.partition("!")
    assert recorded[0] == "'Python'"
    cells = xlsx["Python"][recorded[2].replace("$", "")]
    np.testing.assert_array_equal(
        [cell.value for (cell,) in cells], train(override(load("article"), iterations=12)).loss
    )
    drawn = [series.yVal.numRef.f for series in outputs.series]
    assert len(drawn) == 9  # an output, its target and the output as built, for each sample
    recorded = [cell.value for (cell,) in xlsx["Python"][drawn[6].partition("!")[2].replace("$", "")]]
    assert recorded == train(override(load("article"), iterations=12))["output"][:, 0, 0].tolist()


OUTPUTS = {
    "between 0 and 1": (load("article"), 1),
    "targets beyond": (load("article").replace(y=[[2], [1], [0]]), None),
    "linear": (load("regression"), None),
}


@pytest.mark.parametrize(("lesson", "end"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_the_axis_of_outputs_ends_where_they_end(lesson, end):
    """And nothing that is drawn lies beyond it."""
    _, outputs = make(train(lesson.replace(iterations=2))).sheets["Loss"].ws._charts[:2]
    assert outputs.y_axis.scaling.max == end


def test_the_lesson_is_in_the_workbook(xlsx):
    lines = [row[0].value or "" for row in named(xlsx, "lesson")]
    again = parse("\n".join(lines), "lesson", "lesson")
    assert again.iterations == 12
    np.testing.assert_array_equal(again.initial["wh"], load("article").initial["wh"])


def test_a_chosen_iteration_is_what_the_steps_show():
    trace = train(override(load("article"), iterations=12))
    book = make(trace, iteration=5)
    sheet, box = book.names["output"]
    assert book.sheets[sheet].live[box.row, box.col].value == trace["output"][4, 0, 0]


TYPED_INTO = (
    *("iteration", "lr", "X", "y", "initial_wh", "initial_bh", "initial_wout", "initial_bout", "X_new"),
    "network_shows",
)


def test_only_inputs_can_be_typed_into(book, xlsx):
    """Protected without a password; what is meant to be changed is unlocked, on every sheet, and nothing else."""
    expected = {
        (one.parent.title, one.coordinate) for name in TYPED_INTO for row in named(xlsx, name) for one in row
    }
    for title, head in zip(STEPS, book.context.heads, strict=True):
        places = [cell for chooser in head.choosers().values() for cell in chooser.cells.values()]
        expected |= {(title, place.ref) for place in places}
    unlocked = {
        (ws.title, cell.coordinate)
        for ws in xlsx.worksheets
        for row in ws.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    legend = {("Setup", cell.coordinate) for cell in xlsx["Setup"]["B"] if not cell.protection.locked}
    assert unlocked - legend == expected
    assert len(legend) == 1
    assert all(ws.protection.sheet and ws.protection.password is None for ws in xlsx.worksheets)


def test_unprotected():
    book = make(train(override(load("article"), iterations=1)), protected=False)
    assert not any(sheet.ws.protection.sheet for sheet in book.sheets.values())


CHAIN = {
    "Step 06": "E = −∂loss/∂output",
    "Step 07": "slope_output_layer = ∂output/∂output_layer_input",
    "Step 08": "d_output = −∂loss/∂output_layer_input = (−∂loss/∂output) ∘ ∂output/∂output_layer_input",
}


@pytest.mark.parametrize("sheet", STEPS)
def test_backward_steps_name_their_piece_of_the_chain_rule(xlsx, sheet):
    lines = [row[1].value for row in xlsx[sheet].iter_rows(max_col=2) if row[0].value == "Chain rule"]
    if sheet < "Step 06":
        assert lines == []
    else:
        assert lines == [CHAIN.get(sheet, lines[0])]


def test_the_chosen_iteration_is_marked_in_the_loss_chart(xlsx):
    ws = xlsx["Loss"]
    assert [ws["A6"].value, ws["B6"].value] == ["=iteration", "=INDEX(loss_history,iteration)"]
    marked = xlsx["Loss"]._charts[0].series[1]
    assert (marked.xVal.numRef.f, marked.yVal.numRef.f) == ("'Loss'!$A$6", "'Loss'!$B$6")
    assert marked.marker.symbol == "circle"


def test_the_mark_follows_the_chosen_iteration():
    trace = train(override(load("article"), iterations=12))
    live = make(trace, iteration=5).sheets["Loss"].live
    assert [live[6, 1].value, live[6, 2].value] == [5, trace.loss[4]]
