"""A class on paper: its handouts as PDF files, and all answers on a page that prints a sheet for each."""

from collections.abc import Iterable, Iterator
from html import escape

from mlp2xlsx import resources
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.engines.libreoffice import write_pdfs
from mlp2xlsx.output import make_folders, replacing, write_file
from mlp2xlsx.render.values import FloatMatrix

_HEAD = """\
<!DOCTYPE html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 14px/1.4 system-ui, "Microsoft YaHei", "PingFang SC", sans-serif; margin: 1.5rem; }}
section {{ break-after: page; }} h1 {{ font-size: 1.2rem; }} h2 {{ font-size: 1rem; margin: .8rem 0 .2rem; }}
table {{ border-collapse: collapse; display: inline-table; margin-right: 1.5rem; vertical-align: top; }}
caption {{ text-align: left; }}
td {{ border: 1px solid #888; padding: .1rem .5rem; text-align: right; font-variant-numeric: tabular-nums; }}
</style>
"""
_DECIMALS = 4
ANSWERS_FILE = "answers.html"


def print_class(home: ClassFolder, records: Records) -> None:
    """Print every handout to a PDF file, and write all answers to one page.

    Raises
    ------
    EngineError
        When LibreOffice is absent, fails or takes too long.
    OutputError
        When a file cannot be written.
    """
    exercises = list(records.exercises())
    with replacing(home.key / ANSWERS_FILE, force=True) as stream:
        for piece in answers_page(records, exercises):
            stream.write(piece.encode())
    make_folders(home.printed)
    handouts = [home.handouts / f"{one.student.file}.xlsx" for one in exercises]
    for workbook, pages in write_pdfs(handouts):
        write_file(home.printed / f"{workbook.stem}.pdf", pages)


def answers_page(records: Records, exercises: Iterable[Exercise]) -> Iterator[str]:
    """Yield the pieces of a page with what everybody has to find, a sheet of paper for each."""
    lesson = records.assignment.lesson
    words: dict[str, str] = resources.texts(lesson.language)["handout"]
    yield _HEAD.format(language=lesson.language, title=escape(lesson.words["title"]))
    for one in exercises:
        own = one.anew()
        yield f"<section>\n<h1>{escape(own.label)} {words['ident']} {own.ident}</h1>\n"
        for number, title in records.sheets.items():
            yield f"<h2>{escape(title)}</h2>\n"
            for result in own.run[number - 1].results:
                yield _table(result.name, own.true[result.name])
        yield "</section>\n"
    yield "</html>\n"


def _table(name: str, matrix: FloatMatrix) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{value + 0.0:.{_DECIMALS}f}</td>' for value in row)}</tr>" for row in matrix
    )
    return f"<table><caption>{escape(name)}</caption>{rows}</table>\n"
