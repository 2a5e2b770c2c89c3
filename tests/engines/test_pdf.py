"""`build --pdf`: the workbook on paper."""

import re
import shutil
import subprocess

import pytest

from mlp2xlsx import load, train
from mlp2xlsx.cli import main
from mlp2xlsx.engines.libreoffice import LibreOffice, write_pdf
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.titles import sheet_titles, step_key
from tests.cases import few_values

_ZOOM = 3  # sizes are given in whole numbers
_FONT = re.compile(r'<fontspec id="(\d+)" size="(\d+)"')
_TEXT = re.compile(r'<text top="(\d+)"[^>]* font="(\d+)">')
_READABLE = 8.0  # points

soffice = pytest.mark.needs("soffice", "pdftohtml", "pdftotext", "pdftoppm")


def pages(path):
    """The text of every page."""
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True)
    return done.stdout.split("\f")[:-1]


def smallest_letters(path):
    """Size of the smallest letters of every page, in points, the line at its foot apart."""
    command = ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", str(_ZOOM), path]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    sizes, found = {}, []
    for page in done.stdout.split("<page ")[1:]:
        sizes |= {font: int(size) / _ZOOM for font, size in _FONT.findall(page)}
        texts = [(int(top), sizes[font]) for top, font in _TEXT.findall(page)]
        foot = max((top for top, _ in texts), default=0)
        found.append(min((size for top, size in texts if top < foot), default=0.0))
    return found


def shows_something_below(path, page, height):
    """Whether a page is printed on below a height: 0 is its upper edge, 1 the lower one.

    Text that a page has no room for is in the file, and on no paper.
    """
    command = ["pdftoppm", "-r", "60", "-gray", "-f", str(page), "-l", str(page), path]
    picture = subprocess.run(command, capture_output=True, check=True).stdout
    _, size, _, grey = picture.split(b"\n", 3)
    width, rows = map(int, size.split())
    return min(grey[int(height * rows) * width :]) < 240  # small letters are grey


@soffice
@pytest.mark.parametrize(
    "options",
    few_values("article", of={"article": {}, "iris": {"lesson": "iris"}, "zh": {"language": "zh"}}),
)
def test_each_step_sheet_is_one_page(tmp_path, capsys, options):
    path = tmp_path / "out.xlsx"
    flags = [word for flag, value in options.items() for word in (f"--{flag}", value)]
    assert main(["build", str(path), "--iterations", "2", "--pdf", "--no-verify", *flags]) == 0
    assert capsys.readouterr().err == ""
    texts, letters = pages(tmp_path / "out.pdf"), smallest_letters(tmp_path / "out.pdf")
    footers = [text.rstrip().splitlines()[-1] for text in texts]
    titles = sheet_titles(options.get("language", "en"), 12)
    for number in range(1, 13):
        name = titles[step_key(number)]
        [page] = [k for k, footer in enumerate(footers) if name in footer]
        assert footers[page].split()[-3:] == [str(page + 1), "/", str(len(texts))]
        assert re.search(rf"\b{number}\b", texts[page].strip().splitlines()[0])  # the title
        assert "2" in texts[page]
        assert shows_something_below(tmp_path / "out.pdf", page + 1, 0.92)
        assert letters[page] >= _READABLE, name
    assert all("###" not in text for text in texts)


@soffice
def test_letters_that_are_too_small_are_found(tmp_path):
    """The twin: a sheet of which much more is printed on its page."""
    book = make(train(load("and-or").replace(iterations=0)))
    book.sheets["Step 03"].ws.print_area = "A1:AZ30"
    with (tmp_path / "wide.xlsx").open("wb") as stream:
        book.save(stream)
    with (tmp_path / "wide.pdf").open("wb") as stream:
        write_pdf(tmp_path / "wide.xlsx", stream)
    texts = pages(tmp_path / "wide.pdf")
    sizes = dict(
        zip(
            (text.strip().splitlines()[0] for text in texts),
            smallest_letters(tmp_path / "wide.pdf"),
            strict=True,
        )
    )
    second, third = (
        next(size for line, size in sizes.items() if line.startswith(f"Step {n} of 3")) for n in (2, 3)
    )
    assert third < _READABLE <= second


def test_an_existing_pdf_is_not_replaced(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(LibreOffice, "missing", classmethod(lambda _: None))
    (tmp_path / "out.pdf").write_text("old")
    assert main(["build", str(tmp_path / "out.xlsx"), "--iterations", "2", "--pdf"]) == 1
    assert capsys.readouterr().err == f"mlp2xlsx: {tmp_path / 'out.pdf'} exists; pass --force to replace it\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.pdf"]
    assert (tmp_path / "out.pdf").read_text() == "old"


def test_without_libreoffice_nothing_is_built(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert main(["build", str(tmp_path / "out.xlsx"), "--iterations", "2", "--pdf"]) == 1
    assert capsys.readouterr().err.startswith(
        "mlp2xlsx: libreoffice is not installed (soffice is not in PATH)"
    )
    assert list(tmp_path.iterdir()) == []
