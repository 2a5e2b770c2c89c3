"""The workbooks that are handed back: marks, comments and scores, and nothing of a student's that runs."""

import io
import re
import zipfile

import numpy as np
import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from mlp2xlsx import resources
from mlp2xlsx.classroom.marking import mark
from mlp2xlsx.workbook.sheets.setup.sheet import LINK_COL
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few
from tests.classroom.conftest import REFUSED
from tests.classroom.filling import answer_places, canvas_of, right_answers, submitted
from tests.classroom.lessons import LESSONS, exercise

SIGNS = {"right": "✓", "follows": "↪", "wrong": "✗"}


class Feedback:
    """A marked workbook, beside what was asked."""

    def __init__(self, graded, student):
        self.asked = graded.exercises[student]
        self.path = graded.home.feedback / f"{self.asked.student.file}.xlsx"
        self.book = openpyxl.load_workbook(self.path)
        self.words = resources.texts(self.asked.lesson.language)
        self.places = answer_places(self.asked)

    def cells(self, name):
        title, box = self.places[name]
        return [
            self.book[title].cell(row, col)
            for row in range(box.row, box.last_row + 1)
            for col in range(box.col, box.last_col + 1)
        ]

    def label(self, name):
        title, _ = self.places[name]
        return self.book[title].cell(*canvas_of(self.asked, title).name_place(name)).value

    def score(self, name, counting):
        """What is said of a matrix some of whose cells count."""
        words = self.words["feedback"]
        score = words["score"].format(counting=counting, count=self.asked.true[name].size)
        return words["scored"].format(name=name, score=score)

    def texts(self, title=None):
        """Those on a sheet; by default on the first, where the scores are."""
        sheet = self.book.worksheets[0] if title is None else self.book[title]
        cells = (cell for row in sheet.rows for cell in row)
        return [cell.value for cell in cells if isinstance(cell.value, str)]

    def sign(self, cell):
        found = [mark for mark, sign in SIGNS.items() if sign in cell.number_format]
        return found[0] if found else None


@pytest.fixture(scope="module")
def good(graded):
    return Feedback(graded, "s001")


@pytest.fixture(scope="module")
def bad(graded):
    return Feedback(graded, "s002")


def test_all_right(good):
    for name in good.places:
        assert {good.sign(cell) for cell in good.cells(name)} == {"right"}
        title, _ = good.places[name]
        assert good.texts(title).count(good.score(name, good.asked.true[name].size)) == 1
    assert good.words["handout"]["all_right"] in good.texts()
    assert good.words["handout"]["total"].format(total="6.00 / 6") in good.texts()
    assert good.texts().count("100%") == 6


def test_marks_are_told_by_sign_and_by_colour(bad):
    signs = {name: [bad.sign(cell) for cell in bad.cells(name)] for name in bad.places}
    assert signs["output_layer_input"] == ["wrong", *["right"] * 7]
    assert set(signs["E"]) == {"wrong"}
    assert signs["slope_output_layer"][:3] == ["wrong", "right", None]
    assert signs["d_output"][0] == "wrong"
    assert set(signs["next_bout"]) == {"right"}
    fills = {bad.sign(cell): cell.fill.fgColor.rgb for name in bad.places for cell in bad.cells(name)}
    assert fills["right"] != fills["wrong"]
    assert all(cell.border.left.style for name in bad.places for cell in bad.cells(name))


def test_numbers_stand_as_they_were_handed_in(bad):
    true = bad.asked.true
    first = bad.cells("output_layer_input")[0]
    assert first.value == pytest.approx(true["output_layer_input"][0, 0] + 0.5)
    assert [cell.value for cell in bad.cells("E")] == pytest.approx((-true["E"]).ravel().tolist())


def test_comments_say_what_to_look_at_again(bad):
    feedback, mistakes = bad.words["feedback"], bad.words["mistakes"]
    lines = (cell.value for [cell] in bad.book.worksheets[0].iter_rows(min_col=LINK_COL, max_col=LINK_COL))
    said = without_blanks("".join(line for line in lines if isinstance(line, str)))
    slip = feedback["wrong"].partition("{shown}")[0].format(row=1, column=1)
    expected = [
        feedback["commented"].format(name="output_layer_input", comment=slip),
        f"{bad.asked.true['output_layer_input'][0, 0]:.3f}",
        mistakes["sign_reversed"],
        feedback["text"].format(row=1, column=1, what="about 0.2"),
        feedback["empty"].format(count=1),
        feedback["refused"].partition("{what}")[0].format(row=1, column=1),
        "WEBSERVICE",
    ]
    assert [text for text in expected if without_blanks(text) not in said] == []
    title, _ = bad.places["E"]
    assert any(mistakes["sign_reversed"] in text for text in bad.texts(title))


def test_the_score_of_a_matrix_is_said_once_in_the_head_of_its_step(good, bad):
    title, _ = bad.places["E"]
    [line] = [text for text in bad.texts(title) if bad.score("E", 0) in text]
    assert line.startswith(bad.score("E", 0))
    assert bad.label("E") == "E"
    assert good.score("E", good.asked.true["E"].size) in good.texts(title)


def without_blanks(text):
    """A text whose lines may be broken anywhere."""
    return "".join(text.split())


def test_scores_are_on_setup(bad, graded):
    mark = graded.grades.marks["s002"]
    texts = bad.texts()
    for step in range(3, 9):
        assert f"{mark.score(step):.0%}" in texts
    assert bad.words["handout"]["total"].format(total=f"{mark.total:.2f} / 6") in texts
    assert bad.words["handout"]["what_marked"] in texts


def test_a_formula_that_is_not_arithmetic_is_a_text(bad):
    cell = bad.cells("d_output")[0]
    assert (cell.value, cell.data_type) == (REFUSED, "s")
    contents = read_contents(bad.path)
    assert not any(
        "WEBSERVICE" in one.text for sheet in contents.sheets.values() for one in sheet.formulas.values()
    )
    assert contents.sheets[bad.places["d_output"][0]].constants[cell.row, cell.column] == REFUSED


def test_a_formula_that_counts_is_still_one(bad):
    cell = bad.cells("next_bout")[0]
    assert cell.data_type == "f"
    assert "+0*" in cell.value
    values = openpyxl.load_workbook(bad.path, data_only=True)
    title, box = bad.places["next_bout"]
    assert values[title].cell(box.row, box.col).value == pytest.approx(bad.asked.true["next_bout"][0, 0])


@pytest.mark.parametrize("student", ["s001", "s002"])
def test_nothing_can_be_typed_into_it(graded, student):
    found = Feedback(graded, student)
    for ws in found.book.worksheets:
        assert ws.protection.sheet
    for name in found.places:
        assert all(cell.protection.locked for cell in found.cells(name))


def test_who_it_is_for_stands_in_it(bad, graded):
    texts = bad.texts()
    assert bad.asked.ident in texts
    assert bad.asked.label in texts
    with zipfile.ZipFile(bad.path) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<script>" not in parts
    assert not re.search(rb"vbaProject|externalLink", parts)


def marked(asked, filled):
    """What is said of a submission, and the workbook that is handed back."""
    found, content = mark(asked, submitted(asked, filled))
    return found, openpyxl.load_workbook(io.BytesIO(content))


def filled_with(asked, **answers):
    return {name: matrix.tolist() for name, matrix in right_answers(asked).items()} | answers


def test_all_steps_of_one_picture_are_shown_in_one_size():
    """The columns are wider than those of the handout, and the last ones are in view on every sheet."""
    asked = exercise(LESSONS["article"])
    _, book = marked(asked, filled_with(asked))
    shown = {sheet.sheet_view.zoomScale for sheet in book if sheet.title.startswith("Step")}
    assert len(shown) == 1
    assert 85 <= shown.pop() < 100


@pytest.mark.parametrize(
    ("lesson", "number"),
    few(
        *("and-or-1e+300", "and-or--1e+308", "and-or-1e-300", "relu-1e+300"),
        of=[
            pytest.param(*one)
            for one in (
                *(("and-or", number) for number in (1e300, -1e308, 1e-300)),
                *(("relu", 1e300), ("softmax-of-squares", 1e308)),
            )
        ],
    ),
)
def test_a_number_beyond_all_range_is_marked_like_any_other(lesson, number):
    asked = exercise(LESSONS[lesson])
    name = next(iter(asked.blank))
    filled = filled_with(asked)
    filled[name][0][0] = number
    found, book = marked(asked, filled)
    counting, count = found.cells[3]
    assert counting == count - 1
    title, box = answer_places(asked)[name]
    shown = book[title].cell(box.row, box.col).value
    assert shown == (number if abs(number) < 1 else f"{number:.15g}")  # no cell takes so large a number


@pytest.mark.parametrize(
    "formula",
    few(
        *("=1E308*1E308", "=nosuch", '="text"', "=A1:A3", "=("),
        of=["=1/0", "=1E308*1E308", "=nosuch", "=NA()", '="text"', "=#REF!", "=A1:A3", "=TRUE", "=(", "="],
    ),
)
def test_a_formula_that_gives_no_number_is_wrong_and_said(formula):
    asked = exercise(LESSONS["and-or"])
    filled = filled_with(asked)
    filled["E"][0][0] = formula
    found, book = marked(asked, filled)
    assert found.cells[4] == (7, 8)
    title, box = answer_places(asked)["E"]
    assert book[title].cell(box.row, box.col).data_type == "s"
    assert any(
        "[1, 1]" in text for row in book.worksheets[0].rows for text in [str(cell.value) for cell in row]
    )


def test_where_only_formulas_count_typed_numbers_do_not():
    asked = exercise(LESSONS["and-or"], formulas=True)
    filled = filled_with(asked)
    names = asked.book().names
    (title, box), (_, y) = names["E"], names["y"]
    output = canvas_of(asked, title).boxes["output"]
    filled["E"][0][0] = f"=Setup!{y.ref.split(':')[0]}-{output.ref.split(':')[0]}"
    found, book = marked(asked, filled)
    assert found.cells[4] == (1, 8)
    assert book[title].cell(box.row, box.col).data_type == "f"
    said = {cell.value for row in book.worksheets[0].rows for cell in row}
    typed = resources.texts("en")["feedback"]["typed"]
    assert any(typed in str(text) for text in said)


def test_what_one_formula_gives_to_several_cells_is_handed_back_as_numbers():
    """LibreOffice does not follow an edit through an array formula; a formula of one cell stays what it is."""
    asked = exercise(LESSONS["and-or"])
    filled = {name: matrix.tolist() for name, matrix in right_answers(asked).items()}
    title, box = answer_places(asked)["E"]
    at_error, at_delta = (canvas_of(asked, sheet).boxes for sheet in ("Step 06", "Step 08"))
    filled["E"][0][0] = ArrayFormula(box.ref, f"={at_error['y'].ref}-{at_error['output'].ref}")
    filled["d_output"][0][0] = f"={filled['d_output'][0][0]!r}+0*{at_delta['lr'].ref}"
    done, content = mark(asked, submitted(asked, filled))
    assert done.total == len(done.cells)
    book = openpyxl.load_workbook(io.BytesIO(content))
    numbers = [[cell.value for cell in row] for row in book[title][box.ref]]
    assert np.array(numbers) == pytest.approx(asked.true["E"])
    place, own = answer_places(asked)["d_output"]
    assert str(book[place].cell(own.row, own.col).value).startswith("=")
    assert not any(isinstance(cell.value, ArrayFormula) for sheet in book for row in sheet for cell in row)
