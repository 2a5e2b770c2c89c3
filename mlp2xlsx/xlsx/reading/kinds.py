"""Files of other kinds than an ordinary .xlsx, each known by what is in it, whatever it is called."""

import zipfile
from typing import IO

from mlp2xlsx.errors import refuse

_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in the old container, as its directory has them: [MS-OFFCRYPTO] 2.3.4.4 and [MS-XLS] 2.1.2.
_ENCRYPTED, _OLD_BOOKS = "EncryptedPackage".encode("utf-16-le"), ("Workbook", "Book")
_AT_ONCE = 1 << 20
_SAVE_AS = "save it as an ordinary Excel workbook (.xlsx)"

# What no ordinary workbook has among its parts.
_PARTS = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "Index/Document.iwa": "a file of Numbers",
    "word/document.xml": "a text document (.docx)",
    "ppt/presentation.xml": "a presentation (.pptx)",
}
_MIMETYPE, _OPEN_DOCUMENT = "mimetype", b"application/vnd.oasis.opendocument."
_LINKS, _STRICT = "_rels/.rels", b"http://purl.oclc.org/ooxml/"
_LARGEST = 1 << 20  # of the parts that tell kinds apart
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}


def check_container(stream: IO[bytes]) -> None:
    """Make sure that a file, of which nothing has been read, is a zip archive.

    Raises
    ------
    ValueError
        When it is none; the text says what it is and what to do. Without a password a workbook is an
        archive, with one it is a stream in the container of the old .xls format.
    """
    start = stream.read(len(_OLD_CONTAINER))
    if start == _OLD_CONTAINER:
        raise ValueError(_of_container(stream))
    if not start.startswith(b"PK"):
        raise ValueError("it is no zip archive")


def _of_container(stream: IO[bytes]) -> str:
    """What is in a container of the old format, by the names of its streams."""
    old, before = False, b""
    while data := stream.read(_AT_ONCE):
        if _ENCRYPTED in before + data:
            return "it is locked with a password; save it without one"
        old = old or any(f"{name}\0".encode("utf-16-le") in before + data for name in _OLD_BOOKS)
        before = data[-2 * len(_ENCRYPTED) :]
    if old:
        return f"it is in the old .xls format; {_SAVE_AS}"
    return f"it is encrypted, or in an old format such as .xls; {_SAVE_AS}, without a password"


def check_parts(archive: zipfile.ZipFile) -> None:
    """Make sure that an archive could be an ordinary .xlsx workbook.

    Raises
    ------
    ValueError
        When it is a file of another kind, or packed as no program packs workbooks.
    """
    for part in archive.infolist():
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            method = _METHODS.get(part.compress_type, f"method {part.compress_type}")
            raise ValueError(f"{part.filename} is packed by {method}, expected deflate; {_SAVE_AS}")
    names = set(archive.namelist())
    kinds = {kind: name in names for name, kind in _PARTS.items()} | {
        "an OpenDocument file (.ods)": _MIMETYPE in names
        and _beginning(archive, _MIMETYPE).startswith(_OPEN_DOCUMENT),
        "a Strict Open XML workbook": _LINKS in names and _STRICT in _beginning(archive, _LINKS),
    }
    refuse(lambda kind: ValueError(f"it is {kind}; {_SAVE_AS}"), kinds)


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(_LARGEST)
