"""The page, part by part."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import chain
from string import Template
from urllib.parse import quote

from mlp2xlsx import resources
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.report import figures as parts
from mlp2xlsx.classroom.results.report.html import NONE, header, row
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.statistics import Statistics

_HEAD = Template("""\
<!DOCTYPE html>
<html lang="$language">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { font: 15px/1.45 system-ui, "Microsoft YaHei", "PingFang SC", sans-serif; color: #1f1f1f;
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; }
th, td { padding: .25rem .7rem; border: 1px solid #bfbfbf; text-align: left; vertical-align: top; }
th { background: #f3f3f3; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: inline-block; height: .7em; background: #1f4e9e; }
.low { background: #f6c7c3; }
.wide { overflow-x: auto; } small { color: #595959; }
@media print { a { color: inherit; } }
</style>
<h1>$title</h1>
<p>$graded</p>
""")
_END = "</html>\n"


def report(
    records: Records, standings: Sequence[Standing], notices: Sequence[Notice], figures: Statistics
) -> Iterator[str]:
    """Yield the lines of the report, in the language of the handouts.

    Parameters
    ----------
    records
        The class.
    standings
        What became of everybody, in the order of the roster.
    notices
        What a teacher should know.
    figures
        How the class did.
    """
    lesson = records.assignment.lesson
    texts = resources.texts(lesson.language)
    words: Mapping[str, str] = texts["report"]
    possible = standings[0].terms.counting.points if standings else 0.0
    title = words["title"].format(title=lesson.words["title"])
    graded = words["graded"].format(
        graded=sum(one.counts for one in standings),
        count=len(standings),
        mean=f"{figures.mean:.2f}",
        possible=f"{possible:g}",
    )
    first = [notice for notice in notices if notice.comes_first]
    others = [notice for notice in notices if not notice.comes_first]
    sections = chain(
        _notices(words["first"], first, words, lesson.language) if first else (),
        parts.distribution(figures, possible, words),
        parts.steps(figures, records.sheets, words, texts["mistakes"]),
        _notices(words["notices"], others, words, lesson.language),
        _missing(standings, words, lesson.language),
        _given(records, standings, words),
        _students(records, standings, possible, words),
        parts.cells(figures, words),
    )
    yield _HEAD.substitute(language=lesson.language, title=escape(title), graded=escape(graded))
    yield from (f"{line}\n" for line in sections)
    yield _END


def _notices(title: str, notices: Sequence[Notice], words: Mapping[str, str], language: str) -> Iterator[str]:
    yield f"<h2>{escape(title)}</h2>"
    if not notices:
        yield f"<p>{escape(words['nothing'])}</p>"
        return
    yield f"<table>{header(words['file'], words['what'])}"
    for notice in notices:
        yield row(escape(notice.about), escape(notice.text(language)))
    yield "</table>"


def _missing(standings: Sequence[Standing], words: Mapping[str, str], language: str) -> Iterator[str]:
    """Yield who has no grade, and of whom something came in that could not be graded."""
    missing = [one for one in standings if one.mark is None]
    yield f"<h2>{escape(words['missing'])}</h2>"
    said = "<br>".join(escape(_why(one, words, language)) for one in missing)
    yield f"<p>{said or escape(words['nobody_missing'])}</p>"


def _why(one: Standing, words: Mapping[str, str], language: str) -> str:
    said = words["and"].join(notice.text(language) for notice in one.why)
    return words["why"].format(student=one.who, why=said) if said else one.who


def _given(records: Records, standings: Sequence[Standing], words: Mapping[str, str]) -> Iterator[str]:
    """Yield the marks that the teacher has given by hand, and what stood in their place."""
    lines = [(one, step, override) for one in standings for step, override in one.terms.given.items()]
    if not lines:
        return
    yield f"<h2>{escape(words['given'])}</h2>"
    yield f"<table>{header(words['student'], words['step'], words['found'], words['mark'], words['comment'])}"
    for one, step, override in lines:
        found = one.mark.scores if one.mark is not None else {}
        was = f"{found[step]:.2f}" if step in found else NONE
        name = words["whole"] if step is None else records.sheets[step]
        yield row(*map(escape, (one.who, name, was, f"{override.mark:g}", override.comment)))
    yield "</table>"


def _students(
    records: Records, standings: Sequence[Standing], possible: float, words: Mapping[str, str]
) -> Iterator[str]:
    steps = records.assignment.steps
    yield f"<h2>{escape(words['students'])}</h2>"
    total = words["total"].format(possible=f"{possible:g}")
    head = header(words["student"], *records.sheets.values(), total, words["remarks"], words["feedback"])
    yield f'<div class="wide"><table>{head}'
    for one in standings:
        cells = [f"<td>{escape(one.who)}</td>"]
        cells += [_score(one.score(step)) for step in steps]
        cells.append(f'<td class="n">{f"<b>{one.total:.2f}</b>" if one.counts else NONE}</td>')
        cells.append(f"<td>{escape(_remarks(one, words, records.assignment.lesson.language)) or NONE}</td>")
        name = f"{one.file}.xlsx"
        link = f'<a href="feedback/{quote(name)}">{escape(name)}</a>' if one.mark is not None else NONE
        yield f"<tr>{''.join(cells)}<td>{link}</td></tr>"
    yield "</table></div>"


def _remarks(one: Standing, words: Mapping[str, str], language: str) -> str:
    said = [
        *(notice.text(language) for notice in one.why),
        *([words["late"].format(days=one.terms.days_late)] if one.terms.days_late else []),
        *([words["copied"].format(other=one.copied)] if one.copied else []),
        *([words["overridden"]] if one.terms.given else []),
    ]
    return words["and"].join(said)


def _score(score: float | None) -> str:
    if score is None:
        return f'<td class="n">{NONE}</td>'
    low = " low" if score < 1 else ""
    return f'<td class="n{low}">{score:.2f}</td>'
