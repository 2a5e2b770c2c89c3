"""Make the pictures in docs/: build the article's workbook, print it with LibreOffice, cut out pages.

Usage: python docs/make_pictures.py    (needs soffice and pdftoppm)
"""

import subprocess
import tempfile
from pathlib import Path

import mlp2xlsx

DOCS = Path(__file__).resolve().parent
RESOLUTION = 110  # dots per inch
WIDTH, HEIGHT = 1200, 700  # what is cut out, in dots; the rest of the page is empty
PAGES = {"setup": 1, "step-03": 4, "step-11": 12}


def main() -> None:
    """Write one PNG file for each entry of `PAGES`."""
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder, "article.xlsx")
        mlp2xlsx.build(mlp2xlsx.load("article"), workbook)
        # Setup and the steps come first; printing all of Training would take minutes.
        export = f'pdf:calc_pdf_Export:{{"PageRange":{{"type":"string","value":"1-{max(PAGES.values())}"}}}}'
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        words = ["soffice", profile, "--headless", "--convert-to", export, "--outdir", folder, str(workbook)]
        subprocess.run(words, check=True, capture_output=True, timeout=300)
        for name, page in PAGES.items():
            cut = ["-x", "40", "-y", "30", "-W", str(WIDTH), "-H", str(HEIGHT)]
            pages = ["-f", str(page), "-l", str(page), "-singlefile", "-png", "-r", str(RESOLUTION)]
            pdf = str(workbook.with_suffix(".pdf"))
            subprocess.run(["pdftoppm", *pages, *cut, pdf, str(DOCS / name)], check=True, timeout=300)


if __name__ == "__main__":
    main()
