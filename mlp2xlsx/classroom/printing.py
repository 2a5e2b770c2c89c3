"""A class on paper: its handouts as PDF files, and all answers as one, a sheet of paper for each student."""

import io
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break

from mlp2xlsx import resources
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.engines.libreoffice import write_pdfs
from mlp2xlsx.output import make_folders, write_file
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import Styles
from mlp2xlsx.xlsx.writing.writer import write

_DECIMALS, _APART = 4, 2
ANSWERS_FILE = "answers.pdf"


def print_class(home: ClassFolder, records: Records) -> None:
    """Print every handout to a PDF file, and all answers to one.

    Raises
    ------
    EngineError
        When LibreOffice is absent, fails or takes too long.
    OutputError
        When a file cannot be written.
    """
    exercises = list(records.exercises())
    with TemporaryDirectory(prefix="mlp2xlsx-") as name:
        answers = Path(name) / "answers.xlsx"
        answers.write_bytes(answers_workbook(records, exercises))
        for _, pages in write_pdfs([answers]):
            write_file(home.key / ANSWERS_FILE, pages)
    make_folders(home.printed)
    handouts = [home.handouts / f"{one.student.file}.xlsx" for one in exercises]
    for workbook, pages in write_pdfs(handouts):
        write_file(home.printed / f"{workbook.stem}.pdf", pages)


def answers_workbook(records: Records, exercises: Iterable[Exercise]) -> bytes:
    """Make the workbook that is printed: what everybody has to find, each from the head of a page on."""
    lesson = records.assignment.lesson
    texts = resources.texts(lesson.language)
    workbook, stream = Workbook(), io.BytesIO()
    workbook.properties.title = lesson.words["title"]
    workbook.active.title = texts["handout"]["answers"]
    words = {"after": texts["training"]["after"], "yes": texts["check"]["yes"], "no": texts["check"]["no"]}
    styles = Styles(workbook, dict.fromkeys(("value", "updated", "kept"), _DECIMALS), words, texts["font"])
    sheet, row = Sheet(workbook.active, styles), 1
    for one in exercises:
        if row > 1:
            sheet.ws.row_breaks.append(Break(row - 1))
        row = _write(sheet, row, one.anew(), f"{one.label} {texts['handout']['ident']} {one.ident}", records)
    sheet.print_on_one_page(tall=True)
    sheet.ws.page_setup.orientation = "portrait"  # the answers of the article's lesson are on one page
    write(workbook, {sheet.name: sheet}, stream)
    return stream.getvalue()


def _write(sheet: Sheet, row: int, own: Exercise, whose: str, records: Records) -> int:
    """Write the answers of one student, and return the row below them."""
    sheet.put(row, 1, whose.strip(), "heading")
    row += 2
    for number, title in records.sheets.items():
        found = {result.name: own.true[result.name] for result in own.run[number - 1].results}
        sheet.put(row, 1, title, "label")
        row = _beside_each_other(sheet, row, found) + 1
    return row


def _beside_each_other(sheet: Sheet, row: int, matrices: dict[str, FloatMatrix]) -> int:
    """Write some matrices with their names above, and return the row below the longest."""
    col = 2
    for name, matrix in matrices.items():
        sheet.put(row, col, name, "name")
        sheet.numbers(Box(row + 1, col, *matrix.shape), matrix + 0.0, "value")
        col += max(matrix.shape[1], _APART) + 1
    return row + 1 + max(len(matrix) for matrix in matrices.values())
