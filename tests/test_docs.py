"""What the documents say: their commands exist, and their numbers are those of the workbook."""

import re
import shlex
from functools import cache
from pathlib import Path
from time import process_time
from unittest import mock

import numpy as np
import openpyxl
import pytest

from mlp2xlsx import Built, cli, load, train
from mlp2xlsx.classroom.marking.judging import half_unit
from mlp2xlsx.classroom.settings.table import SETTINGS
from mlp2xlsx.cli import entry
from mlp2xlsx.errors import UsageError
from mlp2xlsx.evaluation import ACCURACY, MEAN_LOSS, Evaluator, curve_keys, sample_sets
from mlp2xlsx.resources import course, lesson_names
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.titles import STEP, sheet_titles
from mlp2xlsx.workbook.sheets.registry import kinds_of
from mlp2xlsx.workbook.sheets.step.ask import worked_line
from mlp2xlsx.workbook.sheets.step.page import StepPage
from tests.cases import FEW_OF_IRIS, shipped

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
}
every_page = pytest.mark.parametrize("page", sorted(PAGES))
TRANSLATED = ["docs/teachers.md", "docs/students.md", "docs/where-it-opens.md"]

COMMAND = re.compile(r"python -m mlp2xlsx (?:build|verify|lessons|code|handout|grade)\b[^`\n]*")
NUMBERS = r"-?\d+(?:\.\d+)?(?:, -?\d+(?:\.\d+)?)*"
CHANGE = re.compile(rf"(lr|momentum|l2_penalty|iteration|X|y|initial_\w+)(?:\[(\d+), (\d+)\])? = ({NUMBERS})")
# On `Evaluate` the numbers of training and of validation stand side by side.
EVALUATED = {
    "loss per sample": "loss per sample",
    "right": "right",
    "平均损失": "loss per sample",
    "答对": "right",
}
RESULT = re.compile(rf"(output|loss|{'|'.join(EVALUATED)}) = ({NUMBERS})")
WORKED = re.compile(r"(\w+\[\d+, \d+\]) = (.* = \S+)")
WORKBOOK = re.compile(rf"({'|'.join(lesson_names())})\.xlsx")


def text_of(page):
    return PAGES[page].read_text(encoding="utf-8")


def commands(text):
    """Commands as a person would type them; [options] in brackets only say what there is."""
    return [found.strip() for found in COMMAND.findall(text) if "[" not in found]


def words_of(command):
    return shlex.split(command.partition(" > ")[0])[3:]


def built(command):
    """The lesson that a build would train."""
    nothing = Built(Path("out.xlsx"), 0, 0, 0, 0.0, 0.0)
    with mock.patch("mlp2xlsx.building.build", return_value=nothing) as build:
        assert cli.main([*words_of(command), "--no-verify"]) == 0
    return build.call_args.args[0]


def pieces(text):
    """The changes and results of a text, each in backticks, in the order in which they stand."""
    return re.findall(r"`([^`\n]+)`", text)


def changed(lesson, changes):
    """The lesson with numbers typed over on `Setup`; a number without an index goes into every cell."""
    inputs = {"X": lesson.X.copy(), "y": lesson.y.copy()}
    inputs |= {f"initial_{name}": values.copy() for name, values in lesson.initial_parameters().items()}
    single = {}
    for name, row, col, number in changes:
        if name in inputs:
            inputs[name][(int(row) - 1, int(col) - 1) if row else ...] = float(number)
        else:
            single[name] = float(number)
    X, y = inputs.pop("X"), inputs.pop("y")
    initial = {name.removeprefix("initial_"): values for name, values in inputs.items()}
    return lesson.replace(**single, X_raw=X, y=y, initial=initial)


def told(text):
    """What a text says, line by line: what is done, and a result that it should have.

    What is done begins with a command, or with the lesson whose workbook was named last under a heading; an
    iteration or changes follow.
    """
    lesson, lines = "article", []
    for line in text.splitlines():
        lesson = "article" if line.startswith("#") else lesson
        doing, pairs = (lesson,), []
        for piece in pieces(line):
            if workbook := WORKBOOK.fullmatch(piece):
                lesson = workbook[1]
                doing = (lesson,)
            elif change := CHANGE.fullmatch(piece):
                if pairs and pairs[-1][0] == doing:  # a result has been given: something else begins
                    doing = (lesson,)
                doing = (*doing, change.groups())
            elif COMMAND.fullmatch(piece):
                doing = (piece,)
            elif result := RESULT.fullmatch(piece) or WORKED.fullmatch(piece):
                pairs.append((doing, EVALUATED.get(result[1], result[1]), result[2]))
        lines.append((line, pairs))
    return lines


@cache
def run(doing):
    """The training after what is done, and the iteration that is chosen."""
    first, *changes = doing
    lesson = load(first) if first in lesson_names() else built(first)
    iteration = next((int(change[3]) for change in changes if change[0] == "iteration"), None)
    made = [change for change in changes if change[0] != "iteration"]
    return train(changed(lesson, made) if made else lesson), iteration


def measured(doing, name, text):
    """A result, its numbers shown like those of the text."""
    if "[" in name:
        return worked(doing, name)
    trace, iteration = run(doing)
    position = (iteration or trace.lesson.iterations) - 1
    if name in EVALUATED:
        values = evaluated(trace, position, name)
    else:
        values = trace["output"][position].ravel() if name == "output" else [trace.loss[position]]
    decimals = [len(number.partition(".")[2]) for number in text.split(", ")]
    return ", ".join(f"{value:.{n}f}" for value, n in zip(values, decimals, strict=True))


def evaluated(trace, position, name):
    """A number of `Evaluate`, of training and of validation."""
    numbers = Evaluator(trace.lesson).at({one: matrices[position] for one, matrices in trace.items()})
    found = dict(zip(curve_keys(trace.lesson), numbers, strict=True))
    sets = sample_sets(trace.lesson)
    if name == "right":
        return [found[one, ACCURACY] * len(targets) for one, (_, targets) in sets.items()]
    return [found[one, MEAN_LOSS] for one in sets]


@cache
def context(lesson, iteration):
    """The workbook of a lesson that goes on one iteration longer than the one that is chosen."""
    return make(train(load(lesson).replace(iterations=iteration + 1)), iteration=iteration).context


def worked(doing, cell):
    """The line that works a cell out, without its name; of the first iteration where none is chosen."""
    lesson, *changes = doing
    where = context(lesson, int(changes[0][3]) if changes else 1)
    name, row, col = re.fullmatch(r"(\w+)\[(\d+), (\d+)\]", cell).groups()
    [(number, result)] = [
        (n, r) for n, step in enumerate(where.steps, start=1) for r in step.results if r.name == name
    ]
    return worked_line(StepPage(where, number), result, (int(row), int(col))).text.removeprefix(f"{cell} = ")


def untrue(text):
    """The results in a text that are not those of the workbook."""
    return [
        (line, f"{name} = {measured(doing, name, result)}")
        for line, pairs in told(text)
        for doing, name, result in pairs
        if measured(doing, name, result) != result
    ]


@every_page
def test_commands_exist(page):
    for command in commands(text_of(page)):
        entry._parsed(words_of(command))


@pytest.mark.slow
def test_three_commands_lead_to_a_spiral_and_compare_it(tmp_path, monkeypatch):
    """As a newcomer types them, each in less than 20 seconds of a processor."""
    monkeypatch.chdir(tmp_path)
    [_, after] = text_of("README.md").split("From nothing to two spirals learnt")
    typed = commands(after.split("```")[1])
    assert len(typed) == 3
    for command in typed:
        before = process_time()
        assert cli.main(words_of(command)) == 0
        assert process_time() - before < 20
    book = openpyxl.load_workbook("compared.xlsx", read_only=True)
    said = {str(cell) for row in book["Compare"].iter_rows(values_only=True) for cell in row}
    assert {f"optimizer = {name}" for name in ("gd", "momentum", "adam")} <= said


def test_a_command_that_does_not_exist():
    [command] = commands("    python -m mlp2xlsx build out.xlsx --engine all")
    with pytest.raises(UsageError, match="--engine"):
        entry._parsed(words_of(command))


@every_page
def test_results_are_those_of_the_workbook(page):
    assert untrue(text_of(page)) == []


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("| `lr = 0.5` | `output = 0.978, 0.966, 0.048` |", "output = 0.978, 0.966, 0.047"),
        ("`iteration = 2`: `loss = 0.354106`", "loss = 0.352959"),
        ("`y[3, 1] = 1`: `loss = 0.062196`", "loss = 0.000848"),
        ("`initial_wh = 0.5`, `lr = 0.1`: `loss = 0.062196`", "loss = 0.051492"),
        ("`lr = 0.5`: `loss = 0.001954`; `lr = 1`: `loss = 0.001954`", "loss = 0.000715"),
        ("`python -m mlp2xlsx build a.xlsx --lesson xor`: `loss = 0.062196`", "loss = 0.004812"),
        ("`E[3, 1] = 0 − 0.789 = 0.789`", "E[3, 1] = 0 − 0.789 = −0.789"),
        ("`momentum.xlsx`, `momentum = 0.001`: `loss = 0.007`", "loss = 0.477"),
        ("`momentum.xlsx`: nothing yet\n`loss = 0.062`", "loss = 0.007"),
        ("`momentum.xlsx`: nothing yet\n## Next\n`loss = 0.007`", "loss = 0.062"),
        (
            "`momentum.xlsx`, `iteration = 2`: `next_velocity_wout[1, 1] = 0.00000×0.9 + (−0.14535) = −0.14535`",
            "next_velocity_wout[1, 1] = −0.14535×0.9 + (−0.13127) = −0.26208",
        ),
        ("`overfitting.xlsx`: `loss per sample = 0.009, 0.815`", "loss per sample = 0.009, 0.816"),
        ("`overfitting.xlsx`, `iteration = 8`: `答对 = 20, 17`", "right = 16, 16"),
    ],
)
def test_a_result_that_is_not_that_of_the_workbook(line, instead):
    assert untrue(line) == [(line.splitlines()[-1], instead)]


@pytest.mark.parametrize("page", TRANSLATED)
def test_translations_say_the_same(page):
    other = page.replace(".md", ".zh.md")
    assert set(PAGES) >= {page, other}
    texts = [text_of(page), text_of(other)]
    first, second = [[pairs for _, pairs in told(text) if pairs] for text in texts]
    assert first
    assert first == second


@pytest.mark.parametrize("page", ["docs/teachers.md", "docs/teachers.zh.md"])
def test_the_course_is_that_of_the_list_of_lessons(page):
    rows = re.findall(r"^\| \d \| (.*?) \|", text_of(page), re.MULTILINE)
    assert [pieces(lessons) for lessons in rows] == [names for _, names in course()]


@pytest.mark.parametrize(("page", "count"), [("handouts", 4), ("course-page", 6), ("personal-data", 1)])
def test_the_pages_about_classes_give_the_same_commands(page, count):
    texts = [text_of(f"docs/{page}{language}.md") for language in ("", ".zh")]
    english, chinese = ([command.replace(" --language zh", "") for command in commands(t)] for t in texts)
    assert english == chinese
    assert len(english) >= count


@pytest.mark.parametrize("page", ["docs/handouts.md", "docs/handouts.zh.md"])
def test_the_pages_about_handouts_name_every_setting(page):
    text = text_of(page)
    assert [setting.key for setting in SETTINGS if f"`{setting.key}`" not in text] == []


@pytest.mark.parametrize("page", ["docs/handouts.md", "docs/handouts.zh.md"])
def test_the_pages_about_handouts_say_what_counts(page):
    """The exact number, two that count for it, and two that do not, in this order."""
    [line] = [line for line in text_of(page).splitlines() if "`0.7894`" in line]
    exact, *typed = [float(piece) for piece in pieces(line) if piece.startswith("0.")]
    assert [abs(number - exact) <= half_unit(number) for number in typed] == [True, True, False, False]


@every_page
def test_no_number_goes_unchecked(page):
    """Numbers of the workbook stand in backticks, where the tests above find them."""
    prose = re.sub(r"```.*?```|`[^`\n]+`", "", text_of(page), flags=re.DOTALL)
    assert re.findall(r"\d\.\d{3,}", prose) == []


def lessons_of_all_sheets(language):
    """Of data that are scaled, of two inputs, of one, and of most steps."""
    compared = {"compare": "lr=0.1,0.2"}
    for name, more in {FEW_OF_IRIS: {}, "xor": compared, "regression": {}, "adam": {}}.items():
        yield shipped(name).replace(iterations=1, language=language, **more)


@cache
def sheets(language="en"):
    """Titles of all kinds of sheets."""
    titles = set()
    for lesson in lessons_of_all_sheets(language):
        there = {kind.key for kind in kinds_of(lesson)}
        known = sheet_titles(language, len(lesson.one_iteration.steps))
        titles |= {title for key, title in known.items() if key in there or key.startswith(STEP)}
    return titles


@pytest.mark.parametrize("language", ["en", "zh"])
def test_these_sheets_are_in_a_workbook(language):
    lesson = load("and-or").replace(iterations=1, language=language)
    assert set(make(train(lesson)).sheets) <= sheets(language)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_other_sheets_are_in_workbooks(language):
    books = [make(train(lesson)) for lesson in lessons_of_all_sheets(language)]
    assert set().union(*(book.sheets for book in books)) == sheets(language)


def unknown_sheets(page, text):
    """What is written like the title of a sheet, and is none; Chinese pages speak of Chinese workbooks."""
    language = "zh" if page.endswith(".zh.md") else "en"
    return set(re.findall(r"`(Step \d+|第\d+步|[\u4e00-\u9fff]{2}|[A-Z][a-z]{3,})`", text)) - sheets(language)


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"README.md"}))  # which names classes of others too
def test_sheets_exist(page):
    assert unknown_sheets(page, text_of(page)) == set()


@pytest.mark.parametrize(
    ("page", "unknown"),
    [
        ("docs/a.md", {"Step 18", "Losses", "训练", "训炼", "第03步"}),
        ("docs/a.zh.md", {"Step 03", "Step 18", "Loss", "Losses", "训炼"}),
    ],
)
def test_sheets_that_do_not_exist(page, unknown):
    assert unknown_sheets(page, "`Step 03`, `Step 18`, `Loss`, `Losses`, `训练`, `训炼`, `第03步`") == unknown


def test_the_readme_lists_every_sheet_and_lesson():
    table = re.findall(r"^\| (`.*?`) \|", text_of("README.md"), re.MULTILINE)
    named = {name for cells in table for name in pieces(cells)}
    assert {title for title in sheets() if not title.startswith("Step")} <= named
    assert set(lesson_names()) <= named


@every_page
def test_links_and_pictures_exist(page):
    folder = PAGES[page].parent
    for target, anchor in re.findall(r"\]\((?!http)([^)#]*)(?:#([^)]+))?\)", text_of(page)):
        path = folder / target if target else PAGES[page]
        assert path.exists()
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8"))


def anchors(text):
    """What GitHub calls the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_a_link_to_a_heading_that_is_not_there():
    assert anchors("# For teachers\n\n## Ten things to try!\n") == {"for-teachers", "ten-things-to-try"}


def test_what_the_words_claim():
    """Number 8 and number 10 of the things to try, and the long wait of the lesson."""
    half = [(f"initial_{name}", None, None, "0.5") for name in ("wh", "bh", "wout")]
    alike = train(changed(load("article"), half))
    assert np.ptp(alike["wh"], axis=2).max() == 0
    assert np.ptp(train(load("article"))["wh"], axis=2).max() > 0.1
    nothing = train(changed(load("article"), [("initial_wout", None, None, "0")]))
    assert np.abs(nothing["Error_at_hidden_layer"][0]).max() == 0
    assert np.abs(nothing["Error_at_hidden_layer"][1]).max() > 0
    outputs = train(load("article"))["output"][:, :, 0]
    assert np.abs(outputs[199] - 2 / 3).max() < 0.02
    assert np.abs(outputs[0] - 2 / 3).max() > 0.1
