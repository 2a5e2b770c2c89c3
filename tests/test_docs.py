"""What the documents say: their commands exist, and their numbers are those of the workbook."""

import re
import shlex
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from mlp2xlsx import Built, cli, load, train
from mlp2xlsx.classroom.marking.judging import half_unit
from mlp2xlsx.classroom.settings.table import SETTINGS
from mlp2xlsx.cli import entry
from mlp2xlsx.errors import UsageError
from mlp2xlsx.resources import lesson_names
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.step.ask import worked_line
from mlp2xlsx.workbook.sheets.step.page import StepPage

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
}
every_page = pytest.mark.parametrize("page", sorted(PAGES))
TRANSLATED = ["docs/teachers.md", "docs/students.md", "docs/where-it-opens.md"]

COMMAND = re.compile(r"python -m mlp2xlsx (?:build|verify|lessons|code|handout|grade)\b[^`\n]*")
NUMBERS = r"-?\d+(?:\.\d+)?(?:, -?\d+(?:\.\d+)?)*"
CHANGE = re.compile(rf"(lr|iteration|X|y|initial_\w+)(?:\[(\d+), (\d+)\])? = ({NUMBERS})")
RESULT = re.compile(rf"(output|loss) = ({NUMBERS})")
WORKED = re.compile(r"(\w+)\[(\d+), (\d+)\] = .* = \S+")


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
    inputs = {"lr": np.array([[lesson.lr]]), "X": lesson.X.copy(), "y": lesson.y.copy()}
    inputs |= {f"initial_{name}": values.copy() for name, values in lesson.initial_parameters().items()}
    for name, row, col, number in changes:
        where = (int(row) - 1, int(col) - 1) if row else ...
        inputs[name][where] = float(number)
    lr, X, y = inputs.pop("lr")[0, 0], inputs.pop("X"), inputs.pop("y")
    initial = {name.removeprefix("initial_"): values for name, values in inputs.items()}
    return lesson.replace(lr=float(lr), X_raw=X, y=y, initial=initial)


def told(line):
    """What a line says: pairs of what is done, an iteration or changes, and a result that it should have."""
    doing, pairs = [], []
    for piece in pieces(line):
        if change := CHANGE.fullmatch(piece):
            if pairs and pairs[-1][0] == doing:  # a result has been given: something else begins
                doing = []
            doing = [*doing, change.groups()]
        elif COMMAND.fullmatch(piece):
            doing = [piece]
        elif result := RESULT.fullmatch(piece):
            pairs.append((doing, *result.groups()))
    return pairs


def measured(doing, name, text):
    """The numbers of a result, shown like those of the text."""
    if doing and isinstance(doing[0], str):
        lesson, iteration = built(doing[0]), None
    else:
        lesson = changed(load("article"), [change for change in doing if change[0] != "iteration"])
        iteration = next((int(change[3]) for change in doing if change[0] == "iteration"), None)
    trace = train(lesson)
    position = (iteration or lesson.iterations) - 1
    values = trace["output"][position].ravel() if name == "output" else [trace.loss[position]]
    decimals = [len(number.partition(".")[2]) for number in text.split(", ")]
    return ", ".join(f"{value:.{n}f}" for value, n in zip(values, decimals, strict=True))


def untrue(text):
    """The results in a text that are not those of the workbook."""
    return [
        (line, f"{name} = {measured(doing, name, numbers)}")
        for line in text.splitlines()
        for doing, name, numbers in told(line)
        if measured(doing, name, numbers) != numbers
    ]


@pytest.fixture(scope="module")
def article():
    return make(train(load("article"))).context


def worked(context, name, row, col):
    [(number, result)] = [
        (n, r) for n, step in enumerate(context.steps, start=1) for r in step.results if r.name == name
    ]
    return worked_line(StepPage(context, number), result, (int(row), int(col))).text


def wrongly_worked(text, context):
    found = [WORKED.fullmatch(piece) for piece in pieces(text)]
    return [line[0] for line in found if line and line[0] != worked(context, *line.groups())]


@every_page
def test_commands_exist(page):
    for command in commands(text_of(page)):
        entry._parsed(words_of(command))


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
    ],
)
def test_a_result_that_is_not_that_of_the_workbook(line, instead):
    assert untrue(line) == [(line, instead)]


@every_page
def test_cells_are_worked_out_as_in_the_workbook(page, article):
    assert wrongly_worked(text_of(page), article) == []


def test_a_cell_that_is_not_worked_out_so(article):
    line = "E[3, 1] = 0 − 0.789 = 0.789"
    assert wrongly_worked(f"Ask it: `{line}`.", article) == [line]


@pytest.mark.parametrize("page", TRANSLATED)
def test_translations_say_the_same(page):
    other = page.replace(".md", ".zh.md")
    assert set(PAGES) >= {page, other}
    texts = [text_of(page), text_of(other)]
    first, second = [[told(line) for line in text.splitlines() if told(line)] for text in texts]
    assert first
    assert first == second
    first, second = [[piece for piece in pieces(text) if WORKED.fullmatch(piece)] for text in texts]
    assert first
    assert first == second


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


@cache
def sheets(language="en"):
    """Titles of all kinds of sheets: of data that are scaled, of two inputs, of one."""
    titles = set()
    for name in ("iris", "xor", "regression"):
        titles |= set(make(train(load(name).replace(iterations=1, language=language))).sheets)
    return titles


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
        ("docs/a.md", {"Step 13", "Losses", "训练", "训炼", "第03步"}),
        ("docs/a.zh.md", {"Step 03", "Step 13", "Loss", "Losses", "训炼"}),
    ],
)
def test_sheets_that_do_not_exist(page, unknown):
    assert unknown_sheets(page, "`Step 03`, `Step 13`, `Loss`, `Losses`, `训练`, `训炼`, `第03步`") == unknown


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
