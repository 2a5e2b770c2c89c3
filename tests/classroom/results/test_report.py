"""The report for the teacher: one page that any browser shows, and no text of a student is code in it."""

from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from mlp2xlsx import resources
from mlp2xlsx.classroom.marking.terms import usual_terms
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.report import report
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.statistics import statistics_of
from mlp2xlsx.workbook.layout.titles import step_sheets
from tests.classroom.lessons import LI, exercise
from tests.classroom.results.standings import mark_of

EMPTY = {"meta"}  # elements without an end
HOSTILE = "<script>alert('1')</script>&\"><img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """A page taken apart; it must be well-formed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.links, self.texts, self.titles = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in EMPTY:
            self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


ASSIGNMENT = exercise(blank=[3, 4]).assignment


def row(name, id_, file, mark):
    return Standing(name, id_, file, mark, usual_terms(ASSIGNMENT))


def page_of(rows=(), notices=(), language="en"):
    lesson = exercise().assignment.lesson.replace(language=language)
    records = Records(exercise(lesson, blank=[3, 4]).assignment, ("id",), (LI,))
    return "".join(report(records, rows, notices, statistics_of(rows)))


def test_the_parser_sees_what_is_not_well_formed():
    with pytest.raises(AssertionError):
        Page("<p><b>no end</p>")
    with pytest.raises(AssertionError):
        Page("<p onclick='x'>code</p>")


@pytest.mark.parametrize("language", resources.languages())
def test_texts_from_outside_are_escaped_everywhere(language):
    mark = mark_of(HOSTILE, s3=(1, 9), s4=(2, 9))
    rows = [row(HOSTILE, HOSTILE, HOSTILE, mark), row(HOSTILE, HOSTILE, HOSTILE, None)]
    keys = resources.texts("en")["notices"]
    text = page_of(rows, [Notice(HOSTILE, key, HOSTILE, HOSTILE) for key in keys], language)
    page = Page(text)
    assert not {"script", "img"} & set(page.tags)
    assert "<img" not in text
    assert page.text.count(HOSTILE) > 20
    assert page.links == [f"feedback/{link}" for link in [page.links[0].removeprefix("feedback/")]]
    assert unquote(page.links[0]) == f"feedback/{HOSTILE}.xlsx"


def test_an_escape_that_is_forgotten_is_seen(monkeypatch):
    monkeypatch.setattr("mlp2xlsx.classroom.results.report.page.escape", lambda text: text)
    with pytest.raises(AssertionError):
        assert not {"script", "img"} & set(Page(page_of([row(HOSTILE, "s001", "a", None)])).tags)


@pytest.mark.parametrize("language", resources.languages())
def test_an_empty_class(language):
    page = Page(page_of(language=language))
    words = resources.texts(language)["report"]
    assert words["nobody_missing"] in page.text
    assert words["nothing"] in page.text
    assert "0.00" in page.text


def test_it_needs_nothing_else():
    text = page_of([row("Li Lei", "s001", "s001-Li-Lei", mark_of("s001", s3=(1, 1), s4=(1, 1)))])
    assert "http" not in text
    assert "src=" not in text
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">')


def test_it_says_how_each_step_went(graded):
    text = graded.home.report.read_text(encoding="utf-8")
    page = Page(text)
    language = graded.exercises["s001"].lesson.language
    words = resources.texts(language)["report"]
    assert f'<html lang="{language}">' in text
    for title in step_sheets(language, range(3, 9)):
        assert title in page.text
    for key in ("steps", "students", "missing", "notices"):
        assert words[key] in page.text
    assert (
        words["graded"].format(graded=2, count=3, mean=f"{graded.grades.mean:.2f}", possible=6) in page.text
    )
    assert words["times"].format(count=1) + " " + resources.texts(language)["mistakes"]["sign_reversed"] in page.text  # fmt: skip


def test_its_links_lead_to_the_marked_workbooks(graded):
    page = Page(graded.home.report.read_text(encoding="utf-8"))
    folder = graded.home.report.parent
    assert len(page.links) == 2
    for link in page.links:
        assert (folder / unquote(link)).is_file()
    assert {(folder / unquote(link)).name for link in page.links} == {
        path.name for path in graded.home.feedback.iterdir()
    }


def test_who_is_missing_is_named_and_what_could_not_be_read(graded):
    page = Page(graded.home.report.read_text(encoding="utf-8"))
    assert graded.grades.missing == ("s003",)
    assert "@SUM(1) Meimei (s003)" in page.text
    assert '<script>alert(1)</script> =1+1 & "Co" Ltd (s002)' in page.text
    assert "script" not in page.tags
    assert "<b>broken.xlsx" in page.text
    assert "b" in page.tags  # of the totals, not of that name
    assert "WEBSERVICE" in page.text


def test_a_file_name_is_quoted_in_a_link():
    name = "s001-李雷-100%-#1?"
    page = Page(page_of([row("", "s001", name, mark_of("s001", s3=(1, 1), s4=(1, 1)))]))
    assert unquote(page.links[0]) == f"feedback/{name}.xlsx"
    assert page.links[0].endswith("-100%25-%231%3F.xlsx")
