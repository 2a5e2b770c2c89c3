"""The report for the teacher: one page of HTML that needs nothing else."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from statistics import fmean
from string import Template
from urllib.parse import quote

from mlp2xlsx import resources
from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.records import Records
from mlp2xlsx.workbook.layout.titles import step_sheets

_MOST_MISTAKES = 3
_NONE = "–"

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="$language">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { font: 15px/1.45 system-ui, "Microsoft YaHei", "PingFang SC", sans-serif; color: #1f1f1f;
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; }
th, td { padding: .25rem .7rem; border: 1px solid #bfbfbf; text-align: left; vertical-align: top; }
th { background: #f3f3f3; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: inline-block; height: .7em; background: #1f4e9e; }
.low { background: #f6c7c3; }
.wide { overflow-x: auto; }
@media print { a { color: inherit; } }
</style>
<h1>$title</h1>
<p>$graded</p>
$sections
</html>
""")


@dataclass(frozen=True)
class Row:
    """One student, or one file where there is no roster.

    Attributes
    ----------
    name, id
        Who it is.
    file
        What the marked workbook is called, without its extension.
    mark
        What was found; None where nothing was graded.
    copy_of
        Whose handout was handed in instead; empty where none was.
    """

    name: str
    id: str
    file: str
    mark: Mark | None
    copy_of: str = ""


def report(records: Records, rows: Sequence[Row], notices: Sequence[Notice]) -> str:
    """Write the report, in the language of the handouts.

    Parameters
    ----------
    records
        The class.
    rows
        Everybody, in the order of the roster.
    notices
        What a teacher should know.
    """
    lesson = records.assignment.lesson
    words: dict[str, str] = resources.texts(lesson.language)["report"]
    marks = [row.mark for row in rows if row.mark is not None]
    mean = fmean(mark.total for mark in marks) if marks else 0.0
    title = words["title"].format(title=lesson.words["title"])
    graded = words["graded"].format(
        graded=len(marks), count=len(rows), mean=f"{mean:.2f}", possible=len(records.assignment.steps)
    )
    first = [notice for notice in notices if notice.comes_first]
    others = [notice for notice in notices if not notice.comes_first]
    sections = [
        *(_notices(words["first"], first, words, lesson.language) if first else ()),
        *_steps(records, marks, words),
        *_notices(words["notices"], others, words, lesson.language),
        *_missing(rows, words),
        *_students(records, rows, words),
    ]
    return _PAGE.substitute(
        language=lesson.language, title=escape(title), graded=escape(graded), sections="\n".join(sections)
    )


def _steps(records: Records, marks: Sequence[Mark], words: dict[str, str]) -> Iterator[str]:
    """How each step went, and what went wrong most often."""
    language, steps = records.assignment.lesson.language, records.assignment.steps
    sentences: dict[str, str] = resources.texts(language)["mistakes"]
    counts: dict[int, Counter[str]] = {}
    for mark in marks:
        for step, key in {(step, key) for step, _, key in mark.mistakes}:
            counts.setdefault(step, Counter())[key] += 1
    yield f"<h2>{escape(words['steps'])}</h2>"
    yield f"<table>{_header(words['step'], words['mean'], words['mistakes'])}"
    for step, sheet in zip(steps, step_sheets(language, steps, records.layout), strict=True):
        mean = fmean(mark.score(step) for mark in marks) if marks else 0.0
        common = [
            f"{escape(words['times'].format(count=count))} {escape(sentences[key])}"
            for key, count in counts.get(step, Counter()).most_common(_MOST_MISTAKES)
        ]
        bar = f'{mean:.2f} <span class="bar" style="width:{mean * 6:.2f}rem"></span>'
        said = "<br>".join(common) or _NONE
        yield f"<tr><td>{escape(sheet)}</td><td>{bar}</td><td>{said}</td></tr>"
    yield "</table>"


def _notices(title: str, notices: Sequence[Notice], words: dict[str, str], language: str) -> Iterator[str]:
    yield f"<h2>{escape(title)}</h2>"
    if not notices:
        yield f"<p>{escape(words['nothing'])}</p>"
        return
    yield f"<table>{_header(words['file'], words['what'])}"
    for notice in notices:
        yield f"<tr><td>{escape(notice.about)}</td><td>{escape(notice.text(language))}</td></tr>"
    yield "</table>"


def _missing(rows: Sequence[Row], words: dict[str, str]) -> Iterator[str]:
    missing = [row for row in rows if row.mark is None]
    yield f"<h2>{escape(words['missing'])}</h2>"
    said = "<br>".join(escape(_why(row, words)) for row in missing) or escape(words["nobody_missing"])
    yield f"<p>{said}</p>"


def _why(row: Row, words: dict[str, str]) -> str:
    return words["copy_only"].format(student=_who(row), other=row.copy_of) if row.copy_of else _who(row)


def _students(records: Records, rows: Sequence[Row], words: dict[str, str]) -> Iterator[str]:
    steps = records.assignment.steps
    yield f"<h2>{escape(words['students'])}</h2>"
    total = words["total"].format(possible=len(steps))
    head = _header(
        words["student"],
        *step_sheets(records.assignment.lesson.language, steps, records.layout),
        total,
        words["feedback"],
    )
    yield f'<div class="wide"><table>{head}'
    for row in rows:
        cells = [f"<td>{escape(_who(row))}</td>"]
        if row.mark is None:
            cells += [f'<td class="n">{_NONE}</td>'] * (len(steps) + 1) + [f"<td>{_NONE}</td>"]
        else:
            cells += [_score(row.mark.score(step)) for step in steps]
            cells.append(f'<td class="n"><b>{row.mark.total:.2f}</b></td>')
            name = f"{row.file}.xlsx"
            cells.append(f'<td><a href="feedback/{quote(name)}">{escape(name)}</a></td>')
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</table></div>"


def _score(score: float) -> str:
    low = " low" if score < 1 else ""
    return f'<td class="n{low}">{score:.2f}</td>'


def _who(row: Row) -> str:
    return f"{row.name} ({row.id})" if row.name and row.id else row.name or row.id


def _header(*titles: str) -> str:
    return f"<tr>{''.join(f'<th>{escape(title)}</th>' for title in titles)}</tr>"
