"""What every reader needs of a workbook, whether they see it, hear it, or see no colours: in its parts."""

import io
import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from lxml import etree

from mlp2xlsx import load, train
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.workbook.book import make
from tests.classroom.lessons import LESSONS

LESSON_KINDS = {
    "article": load("article").replace(iterations=20),
    "show": load("article").replace(iterations=20, show=[1, 5, 20]),
    "sgd": load("sgd").replace(iterations=6),
    "iris": load("iris").replace(iterations=2),
    "two-hidden": load("two-hidden").replace(iterations=3),
    "xor": load("xor").replace(iterations=3),
    "regression": load("regression").replace(iterations=3),
}
CLASS_KINDS = ("handouts", "key", "feedback")  # to be filled in, with all numbers, and marked
TAGS = {"en": "en-US", "zh": "zh-CN"}
each_kind = pytest.mark.parametrize("kind", [*LESSON_KINDS, *CLASS_KINDS])
each_language = pytest.mark.parametrize("language", TAGS)

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ART = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LEAST_CONTRAST = 4.5  # WCAG 2.1, success criterion 1.4.3
BLACK, WHITE = "FF000000", "FFFFFFFF"


@cache
def parts(kind, language):
    """The parts of a workbook, by name."""
    if kind in LESSON_KINDS:
        stream = io.BytesIO()
        make(train(LESSON_KINDS[kind].replace(language=language))).save(stream)
    else:
        stream = io.BytesIO(of_a_class(language)[kind])
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def of_a_class(language):
    """A handout, its key and the marked workbook."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "class"
        handout(home, LESSONS["and-or"].replace(language=language))
        grade(home, home / "handouts", Path(folder) / "grades.csv")
        return {kind: next((home / kind).rglob("*.xlsx")).read_bytes() for kind in CLASS_KINDS}


def trees(files, folder):
    """The parts of one kind: `xl/charts/chart`, for instance."""
    return {
        name: etree.fromstring(data)
        for name, data in files.items()
        if name.startswith(folder) and name.endswith(".xml")
    }


# What is looked for. Each function returns what is wrong.


def silent(files):
    """Charts and other drawings that say nothing, or less than a sentence, to those who do not see them."""
    said = [about for tree in trees(files, "xl/drawings/").values() for about in tree.iter(f"{DRAWING}cNvPr")]
    missing = len(trees(files, "xl/charts/chart")) - len(said)
    return ["a chart that stands nowhere"] * missing + [
        about.get("name")
        for about in said
        if not about.get("title") or not re.search(r"\w.{20,}[.。]$", about.get("descr", ""))
    ]


def untitled_axes(files):
    """Charts with an axis that is seen and does not say what it is."""
    return [
        name
        for name, tree in trees(files, "xl/charts/chart").items()
        for axis in tree.iter(f"{CHART}valAx")
        if axis.find(f"{CHART}delete").get("val") == "0"
        and not "".join(
            axis.find(f"{CHART}title").itertext() if axis.find(f"{CHART}title") is not None else ""
        )
    ]


def alike_in_grey(files):
    """Lines or points of one chart that are told apart by their colour alone."""
    found = []
    for name, tree in trees(files, "xl/charts/chart").items():
        named = {entry.find(f"{CHART}idx").get("val") for entry in tree.iter(f"{CHART}legendEntry")}
        looks = Counter(
            colourless(series)
            for series in tree.iter(f"{CHART}ser")
            if series.find(f"{CHART}idx").get("val") not in named
        )
        found += [name for look, count in looks.items() if count > 1]
    return found


def colourless(series):
    """How a series is drawn, but for its colours."""
    line = series.find(f"{CHART}spPr/{ART}ln")
    dash = line.find(f"{ART}prstDash")
    marker = series.find(f"{CHART}marker/{CHART}symbol").get("val")
    drawn = line.find(f"{ART}noFill") is None
    return marker, drawn and (line.get("w"), None if dash is None else dash.get("val"))


def merged(files):
    """Cells that are merged."""
    return [
        (name, cell.get("ref"))
        for name, tree in trees(files, "xl/worksheets/").items()
        for cell in tree.iter(f"{MAIN}mergeCell")
    ]


def languages(files):
    """Every language that the workbook says it is in: of its properties, and of each chart."""
    core = etree.fromstring(files["docProps/core.xml"])
    told = [element.text for element in core if etree.QName(element).localname == "language"]
    charts = trees(files, "xl/charts/chart").values()
    return [*(told or [None]), *(chart.find(f"{CHART}lang").get("val") for chart in charts)]


def unreachable(files):
    """What a protected sheet keeps from those who have a keyboard only, and what is no cell or chart."""
    found = []
    for name, tree in trees(files, "xl/worksheets/").items():
        [protection] = tree.iter(f"{MAIN}sheetProtection")
        kept = ("selectLockedCells", "selectUnlockedCells", "objects")
        found += [(name, what) for what in kept if protection.get(what, "0") != "0"]
        cells = {cell.get("r") for cell in tree.iter(f"{MAIN}c") if len(cell)}
        links = [link.get("ref") for link in tree.iter(f"{MAIN}hyperlink")]
        found += [(name, ref) for ref in links if ref not in cells]
    others = r"xl/(media|ctrlProps|activeX|embeddings)/|.*vmlDrawing.*"
    return found + [name for name in files if re.match(others, name)]


class Looks:
    """The styles of a workbook: letters and grounds of cells, and what conditional formats change in them."""

    def __init__(self, files):
        tree = etree.fromstring(files["xl/styles.xml"])
        fonts, fills, borders = (list(tree.find(f"{MAIN}{kind}")) for kind in ("fonts", "fills", "borders"))
        self.cells = [
            (
                colour(fonts[int(look.get("fontId"))].find(f"{MAIN}color")) or BLACK,
                colour(fills[int(look.get("fillId"))].find(f"{MAIN}patternFill/{MAIN}fgColor")),
                len(borders[int(look.get("borderId"))].findall("*[@style]")) > 0,
                look.get("numFmtId"),
            )
            for look in tree.find(f"{MAIN}cellXfs")
        ]
        invisible = {
            one.get("numFmtId") for one in tree.iter(f"{MAIN}numFmt") if one.get("formatCode") == ";;;"
        }
        self.shown = [number for number, look in enumerate(self.cells) if look[3] not in invisible]
        dxfs = tree.find(f"{MAIN}dxfs")
        self.changes = [] if dxfs is None else list(dxfs)


def colour(element):
    """A colour as the file gives it; of a theme only black is used."""
    return None if element is None else element.get("rgb")


def luminance(rgb):
    """Relative luminance of a colour (WCAG 2.1)."""
    channels = (int(rgb[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(letters, ground):
    """How much two colours differ, from 1 to 21 (WCAG 2.1)."""
    lower, higher = sorted(map(luminance, (letters, ground)))
    return (higher + 0.05) / (lower + 0.05)


def rules(tree):
    """Yield each area with conditional formats: its rules, and the styles of the cells in it."""
    styles = {cell.get("r"): int(cell.get("s", 0)) for cell in tree.iter(f"{MAIN}c")}
    for area in tree.iter(f"{MAIN}conditionalFormatting"):
        inside = {styles[ref] for ref in refs(area.get("sqref")) if ref in styles}
        yield list(area.iter(f"{MAIN}cfRule")), inside


def refs(area):
    """The addresses of the cells of an area."""
    for part in area.split():
        first, _, last = part.partition(":")
        (left, top), (right, bottom) = (
            re.match(r"([A-Z]+)(\d+)", ref).groups() for ref in (first, last or first)
        )
        for col in range(column(left), column(right) + 1):
            for row in range(int(top), int(bottom) + 1):
                yield f"{letters(col)}{row}"


def column(text):
    return sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(text)))


def letters(col):
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


def faint(files):
    """Letters that do not stand out from their ground: in cells, in coloured cells, in charts."""
    looks = Looks(files)
    pairs = {(looks.cells[number][0], looks.cells[number][1] or WHITE) for number in looks.shown}
    for tree in trees(files, "xl/worksheets/").values():
        for found, inside in rules(tree):
            inks = {looks.cells[number][0] for number in inside if number in looks.shown}
            for rule in found:
                grounds = [stop.get("rgb") for stop in rule.iter(f"{MAIN}color")]
                if rule.get("dxfId"):
                    change = looks.changes[int(rule.get("dxfId"))]
                    ground = colour(change.find(f"{MAIN}fill/{MAIN}patternFill/{MAIN}bgColor"))
                    grounds = [ground] if ground else []
                    inks = {colour(change.find(f"{MAIN}font/{MAIN}color")) or ink for ink in inks}
                pairs |= {(ink, ground) for ink in inks for ground in grounds}
    for tree in trees(files, "xl/charts/chart").values():
        texts = [*tree.iter(f"{ART}rPr"), *tree.iter(f"{ART}defRPr")]
        pairs |= {(one.get("val"), WHITE) for text in texts for one in text.iter(f"{ART}srgbClr")}
    return sorted(pair for pair in pairs if contrast(*pair) < LEAST_CONTRAST)


def by_colour_alone(files):
    """Cells whose ground says something that neither border nor letters say, and rules that differ in colour only."""
    looks = Looks(files)
    found = [look for look in looks.cells if look[1] and not look[2]]
    for tree in trees(files, "xl/worksheets/").values():
        for rules_here, _ in rules(tree):
            changes = [looks.changes[int(rule.get("dxfId"))] for rule in rules_here if rule.get("dxfId")]
            signs = {
                tuple(etree.tostring(change.find(f"{MAIN}{kind}")) if change.find(f"{MAIN}{kind}") is not None else b""
                      for kind in ("font", "border", "fill"))
                for change in changes
            }  # fmt: skip
            if len({sign[:2] for sign in signs}) < len(signs):
                found.append(signs)
    return found


CHECKS = [silent, untitled_axes, alike_in_grey, merged, unreachable, faint, by_colour_alone]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@each_language
@each_kind
def test_every_workbook_is_for_every_reader(kind, language, check):
    assert check(parts(kind, language)) == []


@each_language
@each_kind
def test_a_workbook_says_its_language(kind, language):
    files = parts(kind, language)
    assert set(languages(files)) == {TAGS[language]}
    assert len(languages(files)) == 1 + len(trees(files, "xl/charts/chart"))


@each_kind
def test_what_is_said_of_a_drawing_is_said_in_its_language(kind):
    for language in TAGS:
        for tree in trees(parts(kind, language), "xl/drawings/").values():
            texts = [about.get("descr") for about in tree.iter(f"{DRAWING}cNvPr")]
            assert {bool(re.search("[\u4e00-\u9fff]", text)) for text in texts} == {language == "zh"}


def test_there_are_charts_and_they_say_different_things():
    said = [
        about.get("descr")
        for tree in trees(parts("article", "en"), "xl/drawings/").values()
        for about in tree.iter(f"{DRAWING}cNvPr")
    ]
    assert len(said) == len(set(said)) == 7


SPOILT = {
    "no-description": (silent, "xl/drawings/drawing1.xml", rb' descr="[^"]*"', b""),
    "one-word": (silent, "xl/drawings/drawing1.xml", rb' descr="[^"]*"', b' descr="Chart 1"'),
    "no-title": (silent, "xl/drawings/drawing1.xml", rb' title="[^"]*"', b""),
    "no-axis-title": (untitled_axes, "xl/charts/chart1.xml", rb">iteration<", b"><"),
    "one-dash": (alike_in_grey, "xl/charts/chart4.xml", rb'prstDash val="\w+"', b'prstDash val="solid"'),
    "merged": (merged, "xl/worksheets/sheet1.xml", rb"</sheetData>",
               b'</sheetData><mergeCells><mergeCell ref="B1:C1"/></mergeCells>'),
    "not-to-be-selected": (unreachable, "xl/worksheets/sheet3.xml", rb'selectLockedCells="0"',
                           b'selectLockedCells="1"'),
    "grey": (faint, "xl/styles.xml", rb"FF6B6B6B", b"FF808080"),
    "dark-yellow": (faint, "xl/styles.xml", rb"FFFFE14D", b"FF8A7A20"),
    "no-bold-red": (by_colour_alone, "xl/styles.xml", rb'<dxf><font><b val="1" ?/></font>', b"<dxf>"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_in_the_way_of_a_reader_is_found(name):
    check, part, pattern, other = SPOILT[name]
    files = parts("article", "en")
    spoilt, count = re.subn(pattern, other, files[part])
    assert count > 0
    assert check(files | {part: spoilt}) != []


@pytest.mark.parametrize(
    ("letters_on_ground", "expected"),
    [((BLACK, WHITE), 21.0), (("FF777777", WHITE), 4.48), ((WHITE, WHITE), 1.0)],
    ids=["black", "grey", "white"],
)
def test_contrast(letters_on_ground, expected):
    """The grey is the classic one that just fails."""
    assert contrast(*letters_on_ground) == pytest.approx(expected, abs=0.005)
