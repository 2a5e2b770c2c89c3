"""What a person may change without blame, workbooks that nobody changed, and what is said of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from mlp2xlsx import load, override, verify
from mlp2xlsx.cli.entry import main
from mlp2xlsx.lesson import Lesson
from tests.cases import few
from tests.verify.appearance.looking import FORMS, appearance, article, read
from tests.verify.appearance.spoiling import MAIN, Spoilt
from tests.verify.helpers import at_once, built, small
from tests.verify.test_resaved import LESSONS

pytestmark = pytest.mark.usefixtures("expected_once")

Change = Callable[[Spoilt], None]


def on_sheet(title: str, change: Callable[[etree._Element], None]) -> Change:
    def do(book: Spoilt) -> None:
        with book.sheet(title) as root:
            change(root)

    return do


def typed(name: str, value: float | None) -> Change:
    def do(book: Spoilt) -> None:
        sheet, address = book.package.where(name)
        book.value(sheet, address, value)

    return do


def put(title: str, address: str, value: float | str) -> Change:
    return lambda book: book.value(title, address, value)


def widths(root: etree._Element) -> None:
    for one in root.iter(f"{MAIN}col"):
        one.set("width", "17")


def view(**attributes: str) -> Callable[[etree._Element], None]:
    return lambda root: root.find(f"{MAIN}sheetViews/{MAIN}sheetView").attrib.update(attributes)


def unfrozen(root: etree._Element) -> None:
    shown = root.find(f"{MAIN}sheetViews/{MAIN}sheetView")
    for child in list(shown):
        shown.remove(child)


def unprotected(root: etree._Element) -> None:
    root.remove(root.find(f"{MAIN}sheetProtection"))


def other_cell(root: etree._Element) -> None:
    for one in root.iter(f"{MAIN}selection"):
        one.attrib.update({"activeCell": "C9", "sqref": "C9"})


def high_rows(root: etree._Element) -> None:
    for one in root.iter(f"{MAIN}row"):
        one.attrib.update({"ht": "40", "customHeight": "1"})


def other_sheet(book: Spoilt) -> None:
    with book.book() as root:
        root.find(f"{MAIN}bookViews/{MAIN}workbookView").set("activeTab", "3")


def own_sheet(book: Spoilt) -> None:
    main = MAIN[1:-1]
    data = f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    number = book.link("xl/workbook.xml", "worksheet", "xl/worksheets/own.xml", data.encode(), kind)
    with book.book() as root:
        space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        sheets = root.find(f"{MAIN}sheets")
        etree.SubElement(sheets, f"{MAIN}sheet", {"name": "Mine", "sheetId": "99", f"{{{space}}}id": number})


def renamed(book: Spoilt) -> None:
    """As programs do it: what refers to the sheet follows."""

    def other(name: str, data: bytes) -> bytes:
        data = data.replace(b"'Loss'!", b"'My losses'!").replace(b"Loss!", b"'My losses'!")
        return data.replace(b'name="Loss"', b'name="My losses"') if name == "xl/workbook.xml" else data

    book.package.edit(other)


def own_name(book: Spoilt) -> None:
    with book.book() as root:
        etree.SubElement(
            root.find(f"{MAIN}definedNames"), f"{MAIN}definedName", name="my_cell"
        ).text = "Setup!$Z$60"


def own_comment(book: Spoilt) -> None:
    data = f"""<comments xmlns="{MAIN[1:-1]}"><authors><author>a</author></authors><commentList><comment ref="C3"
        authorId="0"><text><t>ask about this</t></text></comment></commentList></comments>"""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    book.link(book.package.sheets["Step 04"], "comments", "xl/comments98.xml", data.encode(), kind)


def percent(book: Spoilt) -> None:
    sheet, address = book.package.where("lr")
    book.value(sheet, address, 0.2)
    book.restyle(sheet, address, number_format="0.00%")


INNOCENT: dict[str, Change] = {
    "learning rate typed": typed("lr", 0.7),
    "data typed": typed("X", -1.25),
    "weight typed": typed("initial_wh", 3.5),
    "target typed": typed("y", 0.25),
    "iteration chosen": typed("iteration", 5.0),
    "percentage typed": percent,
    "cell chosen on a step": put("Step 03", "A4", 2.0),
    "column widths": on_sheet("Step 03", widths),
    "row heights": on_sheet("Check", high_rows),
    "zoom": on_sheet("Setup", view(zoomScale="150")),
    "grid lines": on_sheet("Math", view(showGridLines="1")),
    "frozen panes": on_sheet("Loss", unfrozen),
    "sheet unprotected": on_sheet("Step 03", unprotected),
    "another cell selected": on_sheet("Weights", other_cell),
    "another sheet in front": other_sheet,
    "own text": put("Step 03", "Z60", "homework until Friday"),
    "own number": put("Training", "BZ3", 12.0),
    "own text within": put("Step 03", "D40", "look at this one first"),
    "own comment": own_comment,
    "own sheet": own_sheet,
    "own name": own_name,
    "sheet renamed": renamed,
}
ADDED = {
    "own text": "Step 03!Z60",
    "own number": "Training!BZ3",
    "own text within": "Step 03!D40",
    "own comment": "Step 04!C3 (a comment)",
    "own sheet": "the sheet Mine",
}
# Beside those of test_resaved, whose looks are looked at there, as built and as each program saves them.
UNTOUCHED = {
    f"{name}-zh": lambda lesson=lesson: override(lesson(), language="zh")
    for name, lesson in LESSONS.items()
    if name in ("article", "xor", "regression", "sgd", "few-of-iris")
} | {
    "xor": LESSONS["xor"],
    "shown": lambda: load("article").replace(iterations=40, show=(1, 2, 40)),
    "scaled": lambda: load("article").replace(iterations=3, scale="zscore"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The article's workbook in each form, made when it is asked for."""
    folder = tmp_path_factory.mktemp("untouched")
    path = built(article("en"), folder / "article.xlsx")
    return {"as built": path}


def spoilt(path: Path, change: Change, target: Path) -> Path:
    book = Spoilt(*read(path), "innocent")
    change(book)
    return book.package.save(target)


@pytest.mark.parametrize("name", few("data typed", "own text", "sheet unprotected", of=INNOCENT))
def test_no_blame(name: str, sources: dict[str, Path], tmp_path: Path) -> None:
    assert_no_blame(name, sources["as built"], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("form", [form for form in FORMS if form != "as built"])
def test_no_blame_after_saving_again(form: str, sources: dict[str, Path], tmp_path: Path) -> None:
    saved = FORMS[form]([sources["as built"]])[0]
    for name in INNOCENT:
        assert_no_blame(name, saved, tmp_path)


def assert_no_blame(name: str, path: Path, tmp_path: Path) -> None:
    found = appearance(spoilt(path, INNOCENT[name], tmp_path / "changed.xlsx"), article("en"))
    assert found.changes == [], name
    assert found.added == ([ADDED[name]] if name in ADDED else []), name


@pytest.mark.parametrize("name", few("regression-zh", of=["xor", "regression-zh"]))
def test_nothing_is_found_where_nothing_was_changed(name: str, tmp_path: Path) -> None:
    report = verify(built(UNTOUCHED[name](), tmp_path / "untouched.xlsx"), quick=True)
    assert report.appearance is not None
    assert report.appearance.changes == []
    assert report.appearance.added == []
    assert report.ok


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Lesson, Path]]:
    folder = tmp_path_factory.mktemp("saved-again")
    lessons = {name: lesson() for name, lesson in UNTOUCHED.items()}
    return [(lesson, built(lesson, folder / f"{name}.xlsx")) for name, lesson in lessons.items()]


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_found_in_any_form(form: str, untouched: list[tuple[Lesson, Path]]) -> None:
    saved = FORMS[form]([path for _, path in untouched])
    for (lesson, _), path in zip(untouched, saved, strict=True):
        assert (path.name, appearance(path, lesson).changes) == (path.name, [])


def test_there_are_thirty_untouched_and_twenty_innocent() -> None:
    assert len({*UNTOUCHED, *LESSONS}) >= 30
    assert len(INNOCENT) >= 20


def test_a_change_is_told_apart_from_the_arithmetic(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    at_once(monkeypatch)

    def change(book: Spoilt) -> None:
        book.value("Step 03", book.text("Step 03"), "wh − bh")

    path = spoilt(small(tmp_path / "small.xlsx"), change, tmp_path / "spoilt.xlsx")
    assert main(["verify", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{path}: matches NumPy, but its appearance was changed"
    assert sum(line.startswith("appearance was changed: Step 03!") for line in lines) == 1
    assert main(["verify", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["arithmetic_ok"], found["appearance"]["ok"]) == (False, True, False)
    assert [one["found"] for one in found["appearance"]["changes"]] == ['"wh − bh"']
    assert main(["verify", str(path), "--arithmetic-only"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{path}: matches NumPy"


def test_wrong_arithmetic_is_told_apart_from_the_appearance(tmp_path: Path) -> None:
    def change(book: Spoilt) -> None:
        sheet, address = book.package.where("output_layer_input")
        with book.sheet(sheet) as root:
            cell = next(one for one in root.iter(f"{MAIN}c") if one.get("r") == address)
            cell.find(f"{MAIN}f").text = "1+1"

    report = verify(spoilt(small(tmp_path / "small.xlsx"), change, tmp_path / "spoilt.xlsx"), quick=True)
    assert (report.arithmetic_ok, report.ok) == (False, False)
    assert report.verdict == "does NOT match NumPy"
