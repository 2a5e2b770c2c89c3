"""Texts that read like an escaped character, in the file and through programs that read and write it."""

import subprocess
import zipfile

import ironcalc
import openpyxl
import pytest

from mlp2xlsx import load, train, verify
from mlp2xlsx.engines.readback import Saved
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.reading.contents import read_contents
from mlp2xlsx.xlsx.xstring import decoded, encoded, unambiguous
from tests.cases import GNUMERIC, LIBREOFFICE, few
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

TITLE = "A _x0041_ & __x00e9_ end"
SAID = "says _x0041_"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("_x0041_", "_x005F_x0041_"),
        ("a_x00e9_x00E9_", "a_x005F_x00e9_x005F_x00E9_"),
        ("_x005F_x0041_", "_x005F_x005F_x005F_x0041_"),
        ("bell \a, return \r", "bell _x0007_, return _x000D_"),
        ("wh_1 × x_004_, _X0041_, _x41_", "wh_1 × x_004_, _X0041_, _x41_"),
    ],
)
def test_what_reads_like_a_character_is_escaped(text, stored):
    assert encoded(text) == stored
    assert decoded(stored) == text.replace("\a", "_x0007_")


def test_what_programs_leave_as_it_is_stays_as_it_is():
    assert decoded("_x0041_ _x000D_ _xD83D_") == "_x0041_ \r _xD83D_"


def test_a_text_in_a_formula_is_put_together_from_two():
    assert unambiguous('IF(a_x0041_="_x0041_""","b","_x004_")') == 'IF(a_x0041_="_"&"x0041_""","b","_x004_")'


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A workbook with such a text as its title, and as what a formula gives."""
    lesson = load("article").replace(title=TITLE, text=f"one\n{TITLE}", iterations=2)
    book, found = make(train(lesson)), tmp_path_factory.mktemp("titled") / "titled.xlsx"
    book.sheets["Code"].formula(1, 26, Formula(f'"{SAID}"&"."', 0), f"{SAID}.", "text", "said")
    with found.open("wb") as stream:
        book.save(stream)
    return found


def read(path):
    """The title, and what the formula gave, as they stand in a file."""
    saved = Saved(path)
    assert TITLE in read_contents(path).sheets["Setup"].constants.values()
    return saved.value("Setup", 1, 2), saved.value("Code", 1, 26)


def test_the_texts_read_back(path):
    assert read(path) == (TITLE, f"{SAID}.")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name[:3] == "xl/"}
    assert "<t>A _x005F_x0041_ &amp; __x005F_x00e9_ end</t>" in parts["xl/sharedStrings.xml"]
    assert "&amp;LA _x005F_x0041_ &amp;&amp; __x005F_x00e9_ end&amp;C" in parts["xl/worksheets/sheet1.xml"]
    [code] = [text for text in parts.values() if '<f>"says _"&amp;"x0041_"&amp;"."</f>' in text]
    assert "<v>says _x005F_x0041_.</v>" in code
    # Nowhere is there anything that a program could take for an A.
    assert "_x0041_" not in "".join(parts.values()).replace("_x005F_x0041_", "")


def test_a_text_that_is_not_escaped_is_another(path, tmp_path):
    package = Package.read(path).edit(lambda _, data: data.replace(b"_x005F_x0041_", b"_x0041_"))
    spoilt = package.save(tmp_path / "spoilt.xlsx")
    assert ironcalc.load_from_xlsx(str(spoilt), "en", "UTC").get_cell_value(0, 1, 2) == "A A & __x00e9_ end"


def test_openpyxl_reads_them(path):
    assert openpyxl.load_workbook(path)["Setup"]["B1"].value == TITLE


def test_ironcalc_reads_and_writes_them(path, tmp_path):
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    model.save_to_xlsx(str(tmp_path / "again.xlsx"))
    assert read(tmp_path / "again.xlsx") == (TITLE, f"{SAID}.")


@pytest.mark.needs("soffice")
@pytest.mark.slow
def test_libreoffice_reads_and_writes_them(path, tmp_path):
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(path)]
    subprocess.run(words, check=True, timeout=120, capture_output=True)
    assert read(tmp_path / path.name) == (TITLE, f"{SAID}.")


@pytest.mark.needs("ssconvert")
def test_gnumeric_reads_and_writes_them(path, tmp_path):
    words = ["ssconvert", "--recalc", str(path), str(tmp_path / "again.xlsx")]
    subprocess.run(words, check=True, timeout=120, capture_output=True)
    assert read(tmp_path / "again.xlsx") == (TITLE, f"{SAID}.")


@pytest.mark.parametrize(
    "engine",
    few(
        *("ironcalc", "gnumeric"),
        of=[
            "ironcalc",
            LIBREOFFICE,
            GNUMERIC,
        ],
    ),
)
def test_engines_find_such_a_workbook_right(path, engine):
    report = verify(path, engine=engine, quick=True, arithmetic_only=engine != "ironcalc")
    assert report.ok, "\n".join(report.lines())
