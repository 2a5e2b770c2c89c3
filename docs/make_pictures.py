"""Make the pictures in docs/: build workbooks, print one sheet of each with LibreOffice, cut off the margins.

Usage: python docs/make_pictures.py [NAME ...]    (needs soffice, pdftoppm and Pillow)
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps

import mlp2xlsx
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.context import Choice

DOCS = Path(__file__).resolve().parent
RESOLUTION = 100  # dots per inch
MARGIN = 12  # what is left white around a picture, in dots
COLOURS = 64  # few enough for a small file, enough for smooth letters


@dataclass(frozen=True)
class Picture:
    """A sheet as it is shown: of which lesson, in which language, at which iteration, what is asked."""

    sheet: str
    lesson: str = "article"
    language: str = "en"
    iteration: int = 1
    asked: Mapping[str, Choice] = field(default_factory=dict)


ASKED = {"hidden_layer_input": (2, 3)}
PICTURES = {
    "step-03": Picture("Step 03", asked=ASKED),
    "step-09": Picture("Step 09", asked={"Error_at_hidden_layer": (3, 1)}),
    "surface": Picture("Surface", "xor", iteration=1000),
    "step-03.zh": Picture("Step 03", language="zh", asked=ASKED),
}


def main(names: list[str]) -> None:
    """Write the PNG files of the pictures with these names, or of all."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names or PICTURES:
            page = photograph(PICTURES[name], Path(folder))
            few = page.quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
            few.save(DOCS / f"{name}.png", optimize=True)


def photograph(picture: Picture, folder: Path) -> Image.Image:
    """Print the sheet and cut its picture out of the page."""
    lesson = mlp2xlsx.load(picture.lesson).replace(language=picture.language)
    book = make(mlp2xlsx.train(lesson), iteration=picture.iteration, asked=picture.asked)
    for title, sheet in book.sheets.items():
        if title != picture.sheet:  # hidden sheets are not printed, unless they say which part of them
            sheet.ws.sheet_state, sheet.ws.print_area = "hidden", None
    shown = book.sheets[picture.sheet].ws
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
