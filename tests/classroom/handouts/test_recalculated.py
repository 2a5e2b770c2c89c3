"""Handouts in the programs that calculate them: numbers as expected, and the check beside each answer."""

import numpy as np
import pytest

from mlp2xlsx.verify.structure import check_structure
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.contents import FormulaCell, read_contents
from tests.cases import GNUMERIC, LIBREOFFICE, few, few_values
from tests.classroom.filling import (
    answer_places,
    cells_of,
    differing,
    expected_book,
    gone_on_with,
    name_place,
    recalculated,
    right_answers,
    saved,
    submitted,
    with_slip,
)
from tests.classroom.lessons import LESSONS, SHIPPED, exercise

# Every rule that a formula can be made of is in one of these.
KINDS = [*SHIPPED, "relu", "softmax-of-squares", "no-biases", "batches", "one-by-one"]
ELSEWHERE = [
    LIBREOFFICE,
    GNUMERIC,
    pytest.param("formulon", marks=pytest.mark.needs("formulon")),
]


def disagreeing(asked, path, engine, spoil=None):
    """Compare a handout, empty and filled in, with what it is expected to come to."""
    answers = with_slip(asked)
    books = asked.book(), expected_book(asked, answers)
    contents = saved(books[0], path)
    if spoil is not None:
        spoil(contents)
    found = recalculated(contents, [{}, cells_of(asked, answers)], engine)
    return [differing(book, contents, one) for book, one in zip(books, found, strict=True)]


@pytest.mark.parametrize(
    "name", few("article", "and-or", "softmax-of-squares", "no-biases", "batches", of=KINDS)
)
def test_every_formula_comes_to_what_is_expected(name, tmp_path):
    assert disagreeing(exercise(LESSONS[name]), tmp_path / "a.xlsx", "ironcalc") == [[], []]


@pytest.mark.parametrize("engine", few("gnumeric", of=ELSEWHERE))
@pytest.mark.parametrize("name", ["softmax"])
def test_so_it_does_elsewhere(name, engine, tmp_path):
    assert disagreeing(exercise(LESSONS[name]), tmp_path / "a.xlsx", engine) == [[], []]


@pytest.mark.parametrize("blank", few_values("6-9", of={"3": [3], "6-9": [6, 9], "12": [12]}))
def test_what_is_not_left_out_is_computed(blank, tmp_path):
    assert disagreeing(exercise(blank=blank), tmp_path / "a.xlsx", "ironcalc") == [[], []]


def test_a_handout_in_chinese_with_its_own_data(tmp_path):
    asked = exercise(LESSONS["iris"].replace(language="zh"), vary_data=True)
    assert disagreeing(asked, tmp_path / "a.xlsx", "ironcalc") == [[], []]


def test_a_formula_that_does_not_wait_is_seen(tmp_path):
    """Without its IF, the activation of a neuron whose input is empty is that of 0."""

    asked = exercise(blank=[3])
    (title, box) = "Step 04", asked.book().names["hiddenlayer_activations"][1]

    def spoil(contents):
        contents.sheets[title].formulas[box.row, box.col] = FormulaCell("0.5")

    empty, filled = disagreeing(asked, tmp_path / "a.xlsx", "ironcalc", spoil)
    assert empty[0].endswith("0.5, expected ''")
    assert len(filled) > len(empty) > 1


def test_a_formula_that_reads_another_cell_is_seen(tmp_path):
    box = exercise().book().names["output"][1]

    def spoil(contents):
        cells = contents.sheets["Step 06"].formulas
        cells[box.row, box.col] = FormulaCell(cells[box.row, box.col].text.replace("Step 05", "Step 04"))

    empty, filled = disagreeing(exercise(), tmp_path / "a.xlsx", "ironcalc", spoil)
    assert empty == []
    assert len(filled) == 1


@pytest.mark.parametrize("name", few("article", of=SHIPPED))
@pytest.mark.parametrize("kind", ["plain", "practice", "key"])
def test_a_handout_has_no_structural_faults(name, kind, tmp_path):
    asked = exercise(LESSONS[name], practice=kind == "practice")
    book = asked.key() if kind == "key" else asked.book()
    assert [str(problem) for problem in check_structure(saved(book, tmp_path / "a.xlsx"), book)] == []


def test_a_structural_fault_is_seen(tmp_path):
    book = exercise().book()
    contents = saved(book, tmp_path / "a.xlsx")
    contents.sheets["Step 04"].formulas.clear()
    del contents.names["handout"]
    assert len(check_structure(contents, book)) > 5


@pytest.mark.parametrize("name", few("article", "sgd", of=["article", "and-or", "iris", "sgd"]))
def test_the_key_comes_to_the_true_numbers(name, tmp_path):
    asked = exercise(LESSONS[name])
    book = asked.key()
    contents = saved(book, tmp_path / "key.xlsx")
    [found] = recalculated(contents, [{}])
    assert differing(book, contents, found) == []
    for matrix, (title, box) in answer_places(asked).items():
        numbers = found.block(title, box.row, box.col, box.n_rows, box.n_cols)
        np.testing.assert_allclose(numbers, asked.true[matrix], rtol=1e-12, atol=1e-12)


# The check beside each answer of a sheet for practice.
EMPTY, NOT_YET, RIGHT = "– empty", "… not yet", "✓ right"


def verdicts(asked, contents, scenarios, engine):
    """What stands behind the name of each matrix, for each scenario."""
    places = answer_places(asked)
    return [
        {
            name: str(found.value(title, *name_place(asked, name))).partition("  ")[2]
            for name, (title, _) in places.items()
        }
        for found in recalculated(contents, scenarios, engine)
    ]


def each_with(slip, asked, decimals):
    """Answers that are each right but for a slip in the last cell, for the answers before them."""

    def answer(right, is_first):
        rounded = np.round(right, decimals)
        rounded[-1, -1] += slip
        return rounded

    return gone_on_with(asked, answer)


def without_one(answers):
    """Leave the last number of each matrix out."""
    found = {}
    for name, matrix in answers.items():
        found[name] = np.array(matrix)
        found[name][-1, -1] = np.nan
    return found


def scenarios_of(asked):
    """What is filled in, and what then stands behind every matrix of more than one cell."""
    right = right_answers(asked)
    return {
        "nothing": ({}, EMPTY),
        "exact": (right, RIGHT),
        "2-decimals": (each_with(0.0, asked, 2), RIGHT),
        "3-decimals": (each_with(0.0, asked, 3), RIGHT),
        "wrong-by-0.03": (each_with(0.03, asked, 2), NOT_YET),
        "wrong-by-0.0031": (each_with(0.0031, asked, 3), NOT_YET),
        "1-decimal": (each_with(0.2, asked, 1), NOT_YET),
        "one-missing": (without_one(right), NOT_YET),
    }


def unlike(asked, path, engine, spoil=None, only=None):
    contents = saved(asked.book(), path)
    if spoil is not None:
        spoil(contents)
    scenarios = {name: one for name, one in scenarios_of(asked).items() if only is None or name in only}
    cells = [cells_of(asked, answers) for answers, _ in scenarios.values()]
    found = verdicts(asked, contents, cells, engine)
    return {
        (scenario, name): said
        for (scenario, (_, expected)), those in zip(scenarios.items(), found, strict=True)
        for name, said in those.items()
        if said != (EMPTY if scenario == "one-missing" and asked.true[name].size == 1 else expected)
    }


@pytest.mark.parametrize("name", few("article", "softmax-of-squares", of=KINDS))
def test_the_check_beside_each_answer(name, tmp_path):
    assert unlike(exercise(LESSONS[name], practice=True), tmp_path / "a.xlsx", "ironcalc") == {}


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("name", ["softmax-of-squares"])
@pytest.mark.slow
def test_the_check_beside_each_answer_in_libreoffice(name, tmp_path):
    asked, some = exercise(LESSONS[name], practice=True), {"nothing", "2-decimals", "wrong-by-0.0031"}
    assert unlike(asked, tmp_path / "a.xlsx", "libreoffice", only=some) == {}


def test_a_check_that_reads_another_number_is_seen(tmp_path):
    asked = exercise(practice=True)
    title, box = answer_places(asked)["E"]

    def spoil(contents):
        cells, answer = contents.sheets[title].formulas, f"ISNUMBER({a1(box.row, box.col)})"
        [place] = [place for place, cell in cells.items() if answer in cell.text]
        cells[place] = FormulaCell(cells[place].text.replace("-(", "+(", 1))

    found = unlike(asked, tmp_path / "a.xlsx", "ironcalc", spoil)
    assert {name for _, name in found} == {"E"}
    assert found["exact", "E"] == NOT_YET


@pytest.mark.parametrize("name", few("article", of=["article", "softmax"]))
def test_one_wrong_number_turns_the_check(name, tmp_path):
    """In whichever matrix it is, and of no matrix before it."""
    asked = exercise(LESSONS[name], practice=True)
    contents = saved(asked.book(), tmp_path / "a.xlsx")
    scenarios = []
    for number, matrix in enumerate(asked.blank):
        answers = right_answers(asked)
        answers[matrix][0, 0] += [0.02, -0.02][number % 2]
        scenarios.append(cells_of(asked, answers))
    for matrix, found in zip(asked.blank, verdicts(asked, contents, scenarios, "ironcalc"), strict=True):
        before = list(asked.blank)[: list(asked.blank).index(matrix)]
        assert [found[other] for other in before] == [RIGHT] * len(before)
        assert found[matrix] == NOT_YET


def test_the_check_speaks_chinese(tmp_path):
    asked = exercise(LESSONS["xor"].replace(language="zh"), practice=True)
    contents = saved(asked.book(), tmp_path / "a.xlsx")
    empty, right = verdicts(asked, contents, [{}, cells_of(asked, right_answers(asked))], "ironcalc")
    assert set(empty.values()) == {"– 未填"}
    assert set(right.values()) == {"✓ 正确"}


def test_the_check_is_hidden_and_the_answers_are_not_locked():
    asked = exercise(practice=True)
    book = asked.book()
    for name, (title, box) in answer_places(asked).items():
        ws = book.sheets[title].ws
        assert ws.protection.sheet
        assert ws[a1(*name_place(asked, name))].protection.hidden
        answers = [cell for row in ws[box.ref] for cell in row] if ":" in box.ref else [ws[box.ref]]
        assert all(not cell.protection.locked and cell.value is None for cell in answers)


# Answers that are no numbers


NO_NUMBERS = {"nothing": None, "a text": "0.5 or so", "a truth value": True, "an error": "=1/0"}
EVERYWHERE = pytest.mark.parametrize("engine", few("ironcalc", of=["ironcalc", *ELSEWHERE]))
# formulon takes longest, and knows truth values and texts as the others do.
IN_TURN = pytest.mark.parametrize(
    ("engine", "kind"),
    few(
        *("ironcalc-a truth value", "ironcalc-an error"),
        of=[
            *(pytest.param("ironcalc", kind) for kind in NO_NUMBERS),
            *(
                pytest.param(*engine.values, kind, marks=engine.marks)
                for engine in ELSEWHERE
                for kind in NO_NUMBERS
                if "formulon" not in engine.values or kind in ("nothing", "an error")
            ),
        ],
    ),
)


def with_one(asked, name, value):
    """The right answers but for one cell, as they are typed, and as numbers where there is one."""
    typed = {matrix: values.tolist() for matrix, values in right_answers(asked).items()}
    typed[name][0][0] = value
    numbers = right_answers(asked)
    numbers[name][0, 0] = np.nan
    return typed, numbers


def handed_in(asked, typed, path):
    path.write_bytes(submitted(asked, typed))
    return read_contents(path)


@pytest.mark.parametrize("kind", few("nothing", "a text", of=NO_NUMBERS))
def test_what_is_computed_from_the_first_answer_waits(kind, tmp_path):
    assert_waiting("hidden_layer_input", kind, "ironcalc", tmp_path)


@IN_TURN
def test_what_is_computed_from_an_answer_that_is_no_number_waits(kind, engine, tmp_path):
    assert_waiting("E", kind, engine, tmp_path)


def assert_waiting(name, kind, engine, tmp_path):
    asked = exercise(blank=[3, 6])
    typed, numbers = with_one(asked, name, NO_NUMBERS[kind])
    if engine == "libreoffice" and kind == "a truth value":
        # In a cell with a number format LibreOffice knows it as the number 1, and shows that.
        numbers[name][0, 0] = 1
    book, contents = expected_book(asked, numbers), handed_in(asked, typed, tmp_path / "a.xlsx")
    [found] = recalculated(contents, [{}], engine)
    # The line that asks for the answer may say more of a text.
    assert [one for one in differing(book, contents, found) if "Fill in" not in one] == []
    waiting = [live for sheet in book.sheets.values() for live in sheet.live.values() if live.value == ""]
    assert bool(waiting) == (not np.isfinite(numbers[name]).all())


@IN_TURN
def test_an_answer_that_is_no_number_is_not_right_yet(kind, engine, tmp_path):
    asked = exercise(practice=True, blank=[3, 6])
    typed, _ = with_one(asked, "hidden_layer_input", NO_NUMBERS[kind])
    [found] = verdicts(asked, handed_in(asked, typed, tmp_path / "a.xlsx"), [{}], engine)
    # What the first row of E would be computed from waits.
    assert found == {"hidden_layer_input": NOT_YET, "E": NOT_YET}


@EVERYWHERE
def test_answers_that_are_numbers_are_right(engine, tmp_path):
    asked = exercise(practice=True, blank=[3, 6])
    right = {name: values.tolist() for name, values in right_answers(asked).items()}
    [found] = verdicts(asked, handed_in(asked, right, tmp_path / "b.xlsx"), [{}], engine)
    assert set(found.values()) == {RIGHT}


@EVERYWHERE
def test_only_answers_that_are_no_numbers_are_as_none(engine, tmp_path):
    asked = exercise(practice=True, blank=[6])
    kinds = [value for kind, value in NO_NUMBERS.items() if kind != "a truth value"]
    typed = {"E": [[value] for value, _ in zip(kinds, asked.true["E"], strict=True)]}
    [found] = verdicts(asked, handed_in(asked, typed, tmp_path / "a.xlsx"), [{}], engine)
    assert found == {"E": EMPTY}
