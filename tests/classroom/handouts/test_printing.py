"""A class on paper: a PDF file for each handout, and one with the answers of all."""

import io
import shutil
import subprocess

import openpyxl
import pytest

from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.printing import answers_workbook
from mlp2xlsx.classroom.records import ClassFolder, Records, load_records
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.errors import EngineError
from tests.classroom.lessons import HAN, LESSONS, LI, exercise

ASKED = [exercise(blank=[3, 6], student=student) for student in (LI, HAN)]
RECORDS = Records(ASKED[0].assignment, ("id", "name", "email"), (LI, HAN))


def test_every_answer_is_there_and_each_student_begins_a_page():
    sheet = openpyxl.load_workbook(io.BytesIO(answers_workbook(RECORDS, ASKED))).active
    [end] = [one.id for one in sheet.row_breaks.brk]
    parts = sheet.iter_rows(max_row=end, values_only=True), sheet.iter_rows(min_row=end + 1, values_only=True)
    for one, rows in zip(ASKED, map(list, parts), strict=True):
        assert rows[0][0] == f"{one.label} Handout {one.ident}"
        numbers = [cell for row in rows for cell in row if isinstance(cell, float | int)]
        expected = [value for name in one.blank for value in one.true[name].ravel()]
        assert sorted(numbers) == pytest.approx(sorted(expected))
        assert [row[0] for row in rows if str(row[0]).startswith("Step ")] == ["Step 03", "Step 06"]


@pytest.mark.needs("soffice")
def test_every_handout_is_printed(tmp_path):
    (tmp_path / "roster.csv").write_text("Student ID,Name\ns001,Li Lei\ns002,Han Meimei\n")
    handout(
        tmp_path / "class", LESSONS["and-or"], roster=tmp_path / "roster.csv", seed=3, blank=[3], pdf=True
    )
    home = ClassFolder(tmp_path / "class")
    printed = {path.name: path.read_bytes()[:5] for path in home.printed.iterdir()}
    assert printed == {"s001-Li-Lei.pdf": b"%PDF-", "s002-Han-Meimei.pdf": b"%PDF-"}
    answers = home.key / "answers.pdf"
    assert answers.read_bytes()[:5] == b"%PDF-"
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", str(answers), "-"], capture_output=True, text=True, check=True)
        pages = text.stdout.rstrip("\f").split("\f")
        idents = [one.ident for one in load_records(home).exercises()]
        assert [ident in page for ident, page in zip(idents, pages, strict=True)] == [True, True]


def test_without_libreoffice_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(LibreOffice, "program", classmethod(lambda _: None))
    with pytest.raises(EngineError):
        handout(tmp_path / "class", LESSONS["and-or"], seed=3, pdf=True)
    assert not (tmp_path / "class").exists()
