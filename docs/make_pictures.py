"""Make the pictures in docs/: build workbooks, print one sheet of each with LibreOffice, cut off the margins.

Usage: python docs/make_pictures.py [NAME ...]    (needs soffice, pdftoppm and Pillow)
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps

import mlp2xlsx
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.marking.marking import marked_book
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.context import Choice

DOCS = Path(__file__).resolve().parent
RESOLUTION = 100  # dots per inch
MARGIN = 12  # what is left white around a picture, in dots
COLOURS = 255  # as many as a palette holds: shades stay smooth, and the file small


@dataclass(frozen=True)
class Picture:
    """A sheet as it is shown: of which lesson, in which language, at which iteration, what is asked."""

    sheet: str
    lesson: str = "article"
    language: str = "en"
    iteration: int = 1
    asked: Mapping[str, Choice] = field(default_factory=dict)


ASKED = {"hidden_layer_input": (2, 3)}
MARKED = "marked"  # a handout with a mistake in it, as it is handed back
PICTURES = {
    "setup": Picture("Setup"),
    "step-03": Picture("Step 03", asked=ASKED),
    "step-09": Picture("Step 09", asked={"Error_at_hidden_layer": (3, 1)}),
    "surface": Picture("Surface", "xor", iteration=1000),
    "setup.zh": Picture("设置", language="zh"),
    "step-03.zh": Picture("第03步", language="zh", asked=ASKED),
    MARKED: Picture("Step 03"),
}


def main(names: list[str]) -> None:
    """Write the PNG files of the pictures with these names, or of all."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names or PICTURES:
            book = marked() if name == MARKED else trained(PICTURES[name])
            page = photograph(book, PICTURES[name].sheet, Path(folder))
            few = page.quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
            few.save(DOCS / f"{name}.png", optimize=True)


def trained(picture: Picture) -> Book:
    """Make the workbook of a lesson."""
    lesson = mlp2xlsx.load(picture.lesson).replace(language=picture.language)
    return make(mlp2xlsx.train(lesson), iteration=picture.iteration, asked=picture.asked)


def marked() -> Book:
    """Make a workbook that is handed back: the bias was forgotten in step 3."""
    lesson = mlp2xlsx.load("article")
    assignment = Assignment(lesson.replace(iterations=1), 7, steps_to_fill(lesson))
    exercise = Exercise(assignment, Student("s001", "Ada Byron", "", (), "s001"))
    book = exercise.book()
    title, box = book.names["hidden_layer_input"]
    book.sheets[title].numbers(box, exercise.true["hidden_layer_input"] - exercise.true["bh"], "answer_value")
    stream = io.BytesIO()
    book.save(stream)
    return marked_book(exercise, stream.getvalue())[1]


def photograph(book: Book, shown_sheet: str, folder: Path) -> Image.Image:
    """Print the sheet and cut its picture out of the page."""
    for title, sheet in book.sheets.items():
        if title != shown_sheet:  # hidden sheets are not printed, unless they say which part of them
            sheet.ws.sheet_state, sheet.ws.print_area = "hidden", None
    shown = book.sheets[shown_sheet].ws
    book.workbook.active = book.workbook.index(shown)
    for text in (shown.oddFooter.left, shown.oddFooter.center, shown.oddFooter.right):
        text.text = None
    workbook = folder / "picture.xlsx"
    with workbook.open("wb") as stream:
        book.save(stream)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    pages = ["-l", "1", "-singlefile", "-r", str(RESOLUTION)]
    pdf, ppm = workbook.with_suffix(".pdf"), workbook.with_suffix(".ppm")
    subprocess.run(["pdftoppm", *pages, str(pdf), str(ppm.with_suffix(""))], check=True, timeout=300)
    with Image.open(ppm) as page:
        drawn = page.crop(ImageOps.invert(page).getbbox())
    return ImageOps.expand(drawn, MARGIN, "white")


if __name__ == "__main__":
    main(sys.argv[1:])
