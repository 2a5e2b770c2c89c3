"""What programs that are not at hand want of a file: nothing is left to their guess."""

import io
import re
import zipfile

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from mlp2xlsx import load, train
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.reading.package import MAIN
from mlp2xlsx.xlsx.writing import styles, writer
from tests.cases import few
from tests.classroom.lessons import LESSONS
from tests.conftest import unreadable

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WITH_CHARTS = {"article": "Network", "xor": "Surface", "regression": "Curve"}


def saved(name="article"):
    stream = io.BytesIO()
    make(train(load(name).replace(iterations=2))).save(stream)
    return stream


def parts(stream):
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def article():
    return parts(saved())


def test_texts_stand_in_one_table_each_of_them_once(article):
    table = etree.fromstring(article["xl/sharedStrings.xml"])
    texts = ["".join(item.itertext()) for item in table]
    cells = [
        cell
        for name, data in article.items()
        if name.startswith("xl/worksheets/sheet")
        for cell in etree.fromstring(data).iter(f"{{{MAIN}}}c")
    ]
    uses = [int(cell[-1].text) for cell in cells if cell.get("t") == "s"]
    assert sorted(set(uses)) == list(range(len(texts)))
    assert len(set(texts)) == len(texts) == int(table.get("uniqueCount"))
    assert len(uses) == int(table.get("count")) > len(texts)


def test_no_text_stands_in_its_cell(article):
    assert unreadable(article) == []


def test_a_text_in_its_cell_is_found(article):
    name = "xl/worksheets/sheet1.xml"
    spoilt = article[name].replace(b't="s"><v>0</v>', b't="inlineStr"><is><t>a</t></is>', 1)
    assert unreadable(article | {name: spoilt}) == [name]


def transparent(data):
    """Colours of cells that do not begin with the FF of opaque ones; there are some at all."""
    found = re.findall(rb'rgb="([0-9A-Fa-f]+)"', data)
    assert len(found) > 20
    return [colour for colour in found if not re.fullmatch(rb"FF[0-9A-F]{6}", colour)]


def test_every_colour_is_opaque(article):
    assert transparent(article["xl/styles.xml"]) == []
    assert b"<dxf>" in article["xl/styles.xml"]


def test_a_colour_that_openpyxl_completes_is_found(monkeypatch):
    monkeypatch.setattr(styles, "_opaque", styles.Color)
    for made in ("_registered", "_highlighted"):  # what was made before is kept
        monkeypatch.setattr(styles, made, getattr(styles, made).__wrapped__)
    assert b"00FFE14D" in transparent(parts(saved())["xl/styles.xml"])


def titles(files):
    """For each chart, whether it has a title, and whether it says that it has none."""
    charts = [etree.fromstring(data) for name, data in files.items() if name.startswith("xl/charts/chart")]
    return [
        (
            chart.find(f"{CHART}chart/{CHART}title") is not None,
            chart.find(f"{CHART}chart/{CHART}autoTitleDeleted[@val='1']") is not None,
        )
        for chart in charts
    ]


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_a_chart_without_a_title_says_so(name):
    found = titles(parts(saved(name)))
    assert all(titled != untitled for titled, untitled in found)
    assert (False, True) in found


def test_a_chart_that_does_not_say_so_is_found(monkeypatch):
    monkeypatch.setattr(writer, "_chart", lambda chart, language: chart._write())
    assert (False, False) in titles(parts(saved()))


def test_the_version_of_the_program_has_the_form_that_excel_wants(article):
    about = article["docProps/app.xml"].decode()
    assert re.search(r"<AppVersion>\d\d\.\d{4}</AppVersion>", about)


def findings(path):
    return [str(error) for error in OpenXmlValidator().validate(path).errors]


@pytest.mark.parametrize("name", few("article", "xor", of=[*WITH_CHARTS, "sgd"]))
def test_the_validator_of_the_format_finds_nothing_in_a_small_workbook(name, tmp_path):
    (tmp_path / "small.xlsx").write_bytes(saved(name).getvalue())
    assert findings(tmp_path / "small.xlsx") == []


@pytest.mark.parametrize("language", few("zh", of=["en", "zh"]))
def test_the_validator_of_the_format_finds_nothing_in_a_class(language, tmp_path):
    """In the handout, its key, and the marked workbook."""
    home = tmp_path / "class"
    handout(home, LESSONS["and-or"].replace(language=language))
    grade(home, home / "handouts", tmp_path / "grades.csv")
    made = sorted(home.rglob("*.xlsx"))
    assert {path.parent.name for path in made} == {"feedback", "handouts", "key"}
    assert {path: findings(path) for path in made} == {path: [] for path in made}


def test_the_validator_of_the_format_finds_what_openpyxl_does(monkeypatch, tmp_path):
    """The properties of a font, in another order than Excel's."""
    monkeypatch.setattr(writer, "_stylesheet", writer.write_stylesheet)
    (tmp_path / "small.xlsx").write_bytes(saved().getvalue())
    assert "Unexpected element 'color' found" in " ".join(findings(tmp_path / "small.xlsx"))
