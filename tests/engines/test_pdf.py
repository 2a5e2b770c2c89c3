"""`build --pdf`: the workbook on paper."""

import re
import shutil
import subprocess

import pytest

from mlp2xlsx.cli import main
from mlp2xlsx.engines.libreoffice import LibreOffice
from tests.cases import few_values

soffice = pytest.mark.needs("soffice", "pdftotext", "pdftoppm")


def pages(path):
    """The text of every page."""
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True)
    return done.stdout.split("\f")[:-1]


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
    few_values("article", of={"article": [], "iris": ["--lesson", "iris"], "zh": ["--language", "zh"]}),
)
def test_each_step_sheet_is_one_page(tmp_path, capsys, options):
    path = tmp_path / "out.xlsx"
    assert main(["build", str(path), "--iterations", "2", "--pdf", "--no-verify", *options]) == 0
    assert capsys.readouterr().err == ""
    texts = pages(tmp_path / "out.pdf")
    footers = [text.rstrip().splitlines()[-1].split() for text in texts]
    for number in range(1, 13):
        name = f"{number:02}"
        [page] = [k for k, words in enumerate(footers) if words[-5:-3] == ["Step", name]]
        assert footers[page][-3:] == [str(page + 1), "/", str(len(texts))]
        assert re.search(rf"\b{number}\b", texts[page].strip().splitlines()[0])  # the title
        assert "2" in texts[page]
        assert shows_something_below(tmp_path / "out.pdf", page + 1, 0.92)
    assert all("###" not in text for text in texts)


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
