"""Files of other kinds: each is refused as what it is, by `verify` and by `grade`."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mlp2xlsx import verify
from mlp2xlsx.classroom.submissions.contents import contents_of
from mlp2xlsx.classroom.submissions.opening import reason
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.verify.helpers import small
from tests.xlsx.editing import Package

OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = "save it as an ordinary Excel workbook (.xlsx)"
# What Excel writes for a workbook of its kind "Strict Open XML Workbook".
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}

Make = Callable[[Package, Path], bytes]


def old(*streams: str) -> Make:
    """A file in the container of the old format, with the names of its streams in the directory."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return lambda *_: OLD_CONTAINER + bytes(2_000_000) + names


def parts(change: Callable[[Package], None]) -> Make:
    def make(package: Package, path: Path) -> bytes:
        change(package)
        return package.save(path).read_bytes()

    return make


def strict(package: Package) -> None:
    for name, data in package.parts.items():
        for ordinary, other in STRICT.items():
            data = data.replace(ordinary, other)
        package.parts[name] = data


def binary(package: Package) -> None:
    package.parts = {name.replace(".xml", ".bin"): data for name, data in package.parts.items()}


def open_document(package: Package) -> None:
    package.parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}


KINDS: dict[str, tuple[Make, str]] = {
    "strict": (parts(strict), f"it is a Strict Open XML workbook; {SAVE_AS}"),
    "xlsb": (parts(binary), f"it is a binary workbook (.xlsb); {SAVE_AS}"),
    "ods": (parts(open_document), f"it is an OpenDocument file (.ods); {SAVE_AS}"),
    "numbers": (
        parts(lambda package: package.parts.update({"Index/Document.iwa": b""})),
        f"it is a file of Numbers; {SAVE_AS}",
    ),
    "docx": (
        parts(lambda package: package.parts.update({"word/document.xml": b""})),
        f"it is a text document (.docx); {SAVE_AS}",
    ),
    "xls": (old("Root Entry", "Workbook"), f"it is in the old .xls format; {SAVE_AS}"),
    "password": (
        old("Root Entry", "EncryptionInfo", "EncryptedPackage"),
        "it is locked with a password; save it without one",
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("kinds") / "article.xlsx")


@pytest.mark.parametrize(("make", "why"), KINDS.values(), ids=KINDS.keys())
def test_each_kind_is_refused_as_what_it_is(built: Path, tmp_path: Path, make: Make, why: str) -> None:
    path = tmp_path / "submission.xlsx"
    content = make(Package.read(built), path)
    path.write_bytes(content)
    why = f"is not a readable .xlsx file: {why}"
    with pytest.raises(WorkbookError) as verified:
        verify(path)
    assert str(verified.value) == f"{path} {why}"
    with pytest.raises(WorkbookError) as graded:
        contents_of(content, 100_000)
    assert reason(graded.value) == why


def test_an_ordinary_workbook_is_read(built: Path) -> None:
    assert contents_of(built.read_bytes(), 100_000).names == read_contents(built).names


def test_the_name_of_a_file_does_not_matter(built: Path, tmp_path: Path) -> None:
    other = tmp_path / "article.xlsb"
    other.write_bytes(built.read_bytes())
    assert verify(other, quick=True).ok


def test_a_password_is_found_wherever_it_stands(tmp_path: Path) -> None:
    """The directory may lie across what is read at once."""
    path = tmp_path / "locked.xlsx"
    for at in range((1 << 20) - 40, (1 << 20) + 40, 7):
        path.write_bytes(OLD_CONTAINER + bytes(at) + "EncryptedPackage".encode("utf-16-le"))
        with pytest.raises(WorkbookError, match="locked with a password"):
            read_contents(path)


def test_a_zip_of_nothing_known(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "xl/workbook.bin")
    with pytest.raises(WorkbookError, match="There is no item named"):
        read_contents(path)
