"""A class on paper: a PDF file for each handout, and the answers of all on one page."""

import re

import pytest

from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.printing import answers_page
from mlp2xlsx.classroom.records import ClassFolder, Records, load_records
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.errors import EngineError
from tests.classroom.lessons import HAN, LESSONS, LI, exercise
from tests.classroom.test_report import Page

ASKED = [exercise(blank=[3, 6], student=student) for student in (LI, HAN)]
RECORDS = Records(ASKED[0].assignment, ("id", "name", "email"), (LI, HAN))


def test_the_page_has_every_answer_a_sheet_of_paper_for_each():
    text = "".join(answers_page(RECORDS, ASKED))
    page = Page(text)
    assert page.tags.count("section") == 2
    for one, part in zip(ASKED, text.split("<section>")[1:], strict=True):
        assert f"{one.label} Handout {one.ident}" in part
        numbers = [float(number) for number in re.findall(r"<td>(-?\d+\.\d{4})</td>", part)]
        expected = [value for name in one.blank for value in one.true[name].ravel()]
        assert numbers == pytest.approx(expected, abs=0.5e-4)


def test_no_name_is_code():
    asked = exercise(blank=[3], student=LI.__class__("1", "<script>x</script>", "", ("1",), "1"))
    assert "<script>" not in "".join(answers_page(RECORDS, [asked]))


@pytest.mark.needs("soffice")
def test_every_handout_is_printed(tmp_path):
    (tmp_path / "roster.csv").write_text("Student ID,Name\ns001,Li Lei\ns002,Han Meimei\n")
    handout(
        tmp_path / "class", LESSONS["and-or"], roster=tmp_path / "roster.csv", seed=3, blank=[3], pdf=True
    )
    home = ClassFolder(tmp_path / "class")
    printed = {path.name: path.read_bytes()[:5] for path in home.printed.iterdir()}
    assert printed == {"s001-Li-Lei.pdf": b"%PDF-", "s002-Han-Meimei.pdf": b"%PDF-"}
    text = (home.key / "answers.html").read_text(encoding="utf-8")
    assert [one.ident in text for one in load_records(home).exercises()] == [True, True]


def test_without_libreoffice_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(LibreOffice, "program", classmethod(lambda _: None))
    with pytest.raises(EngineError):
        handout(tmp_path / "class", LESSONS["and-or"], seed=3, pdf=True)
    assert not (tmp_path / "class").exists()
