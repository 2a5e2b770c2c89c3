"""What rows and columns of a large step sheet stand for, and how a sheet shows what is a little too wide."""

import numpy as np
import pytest

from mlp2xlsx import load, train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.workbook.sheets.step.samples import column_lists
from tests.cases import FEW_OF_IRIS, few_values, shipped


@pytest.fixture(scope="module")
def iris():
    return make(train(shipped(FEW_OF_IRIS).replace(iterations=2)))


def texts(book, title):
    return [text for _, text in book.sheets[title].plain_values() if isinstance(text, str)]


@pytest.mark.parametrize("title", ["Step 01", "Step 03", "Step 06", "Step 10", "Step 11"])
def test_samples_are_numbered_beside_what_the_step_needs(iris, title):
    page, sheet = iris.context.step_titles.index(title), iris.sheets[title].ws
    canvas = iris.context.step_canvases[page]
    numbers = [sheet.cell(canvas.samples_row + k, 1)._value for k in range(len(iris.context.lesson.X))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert sheet.cell(canvas.samples_row - 1, 1)._value == "sample"
    beside = {box.row for box in canvas.boxes.values() if box.n_rows == len(numbers) and box.last_col < 20}
    assert beside == {canvas.samples_row}


def test_where_no_sample_is_none_is_numbered(iris):
    assert iris.context.step_canvases[1].samples_row is None
    assert "sample" not in texts(iris, "Step 02")


@pytest.mark.parametrize("name", ["momentum", "adam"])
def test_where_only_weights_are_none_is_numbered(name):
    book = make(train(load(name).replace(iterations=2)))
    titles = dict(zip(book.context.step_titles, book.context.steps, strict=True))
    numbered = {title for title in titles if "sample" in texts(book, title)}
    # From the matrices of all samples to the slopes of the weights; in two rows, what is wider with Adam.
    assert ("Step 11" in numbered) is (name == "momentum")
    assert {title for title in titles if title > "Step 11"} & numbered == set()


def test_words_stand_beside_the_rows_of_a_small_network():
    book = make(train(load("article").replace(iterations=2)))
    assert {canvas.samples_row for canvas in book.context.step_canvases} == {None}
    assert "forward →" in texts(book, "Step 03")


def test_rows_of_a_batch_are_no_numbers_of_samples():
    lesson = shipped(FEW_OF_IRIS).replace(iterations=2, batch=4)
    assert {canvas.samples_row for canvas in make(train(lesson)).context.step_canvases} == {None}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Step 01", ["Columns of X", "1 sepal length", "Columns of y", "3 virginica"]),
        ("Step 03", ["Columns of X", "4 petal width"]),
        ("Step 06", ["Columns of y, output, E", "1 setosa", "2 versicolor", "3 virginica"]),
    ],
)
def test_columns_with_names_are_listed(iris, title, said):
    assert set(said) <= set(texts(iris, title))


LISTS = {
    "few-of-iris": {"name": FEW_OF_IRIS},
    "batch-of-iris": {"name": FEW_OF_IRIS, "batch": 4},
    "titanic": {"name": "titanic"},
}


def cut_short(book):
    """Texts of the lists that say what columns are called that do not stand alone, above the legend."""
    legend = book.context.texts["sheet"]["legend_known"]
    for number, title in enumerate(book.context.step_titles, start=1):
        sheet = book.sheets[title].ws
        [legend_row] = {cell.row for row in sheet.iter_rows() for cell in row if cell._value == legend}
        taken = {place for box in StepPage(book.context, number).boxes.values() for place in box.cells()}
        for place, text in column_lists(StepPage(book.context, number)).items():
            if sheet.cell(*place)._value != text or place[0] >= legend_row or place in taken:
                yield f"{title}: {text}"


@pytest.mark.parametrize("changes", few_values("few-of-iris", "batch-of-iris", of=LISTS))
def test_what_columns_are_called_stands_above_the_legend(changes):
    changes = dict(changes)
    book = make(train(shipped(changes.pop("name")).replace(iterations=2, **changes)))
    assert any(text.startswith("Columns of") for text in texts(book, "Step 01"))
    assert list(cut_short(book)) == []


def test_a_list_that_the_legend_is_written_over_is_found(iris):
    """The twin: another text in its last line."""
    page = StepPage(iris.context, 6)
    row, col = max(column_lists(page))
    cell = iris.sheets["Step 06"].ws.cell(row, col)
    kept, cell._value = cell._value, "computed here"
    try:
        assert list(cut_short(iris)) == [f"Step 06: {kept}"]
    finally:
        cell._value = kept


def test_columns_that_the_step_does_not_need_are_not_listed(iris):
    assert not [text for text in texts(iris, "Step 04") if text.startswith("Columns of")]
    assert "Columns of X" not in texts(iris, "Step 06")


def test_what_is_a_little_wider_than_a_small_screen_is_shown_smaller(iris):
    shown = {title: iris.sheets[title].ws.sheet_view.zoomScale for title in iris.context.step_titles}
    assert 85 < shown["Step 05"] < 100
    assert shown["Step 03"] is None  # it fits
    assert shown["Step 11"] == 85  # what is far too wide is shown as far as letters can be read


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rows_are_high_enough_for_an_underscore_among_chinese_letters(language):
    book = make(train(load("article").replace(iterations=2, language=language)))
    sheet = next(sheet for sheet in book.sheets.values() if sheet.name in ("Math", "数学"))
    rows = [row for (row, _), text in sheet.plain_values() if "hiddenlayer_activations" in str(text)]
    mixed = [row for row in rows if any(ord(letter) > 0x4E00 for letter in str(sheet.ws.cell(row, 2)._value))]
    heights = {sheet.ws.row_dimensions[row].height for row in mixed}
    assert heights == ({18} if language == "zh" else set())
    assert rows


def test_data_that_are_brought_in_say_why_nothing_is_orange():
    book = make(train(load("article").replace(iterations=2)))
    why = "brought here from other sheets, so nothing is orange"
    found = {title for title in book.context.step_titles if why in texts(book, title)}
    assert found == {"Step 01", "Step 02"}
    assert not any("computed from these" in texts(book, title) for title in found)


def test_the_way_to_the_first_step_is_on_top_of_setup():
    links = {
        cell.coordinate: cell.hyperlink.location
        for row in make(train(load("article").replace(iterations=2))).sheets["Setup"].ws.iter_rows(max_row=5)
        for cell in row
        if cell.hyperlink
    }
    assert links == {"D5": "'Step 01'!A1"}


def test_yes_or_no_is_said_in_words():
    for language, words in {"en": ("no", "yes"), "zh": ("否", "是")}.items():
        book = make(train(load("article").replace(iterations=2, language=language)))
        check = list(book.sheets.values())[-1].ws
        formats = {check.cell(row, 11).number_format for row in range(22, 30)}
        assert formats == {'[=0]"{}";"{}"'.format(*words)}


def test_counted_are_cells_and_named_are_matrices():
    book = make(train(load("article").replace(iterations=2)))
    check = book.sheets["Check"].ws
    [row] = [cell.row for cell in check["A"] if str(cell._value).startswith("recorded: ")]
    shapes = book.context.one_iteration.shapes
    per_iteration = sum(np.prod(shape) for shape in shapes.values()) + 1  # lr
    assert check.cell(row, 1)._value == f"recorded: {2 * (len(shapes) + 1) + 1 + 3} matrices"
    assert check.cell(row, 2)._value == 2 * per_iteration + 2 + 3 * 2  # the losses, and three outputs
