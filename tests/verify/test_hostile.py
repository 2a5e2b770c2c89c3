"""Files made to do harm, or damaged beyond use: one clear line, in bounded time and memory."""

import random
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cases import few_values
from tests.verify.helpers import small
from tests.verify.measured import check, one_line
from tests.xlsx.editing import TEXTS, Package

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as on Unix")

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
NOT_READABLE = " is not a readable .xlsx file: "
NOT_SEEN_SO = "matches NumPy, but its appearance was changed"


FEW_SECONDS = 10  # of processor time; several times what is measured


def shared_rows(formula: str, count: int) -> bytes:
    """Rows whose cells share one formula."""
    first = (
        f'<row r="2000"><c r="A2000"><f t="shared" ref="A2000:A{1999 + count}" si="0">{formula}</f></c></row>'
    )
    others = (f'<row r="{i}"><c r="A{i}"><f t="shared" si="0"/></c></row>' for i in range(2001, 2000 + count))
    return (first + "".join(others)).encode()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("hostile") / "article.xlsx")


# No workbook at all.

CONTENTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "text": (lambda data: b"hello", NOT_READABLE + "it is no zip archive"),
    "empty": (lambda data: b"", NOT_READABLE + "it is no zip archive"),
    "only-the-start": (lambda data: b"PK\x03\x04", NOT_READABLE + "File is not a zip file"),
    "half": (lambda data: data[: len(data) // 2], NOT_READABLE + "File is not a zip file"),
    "without-end": (lambda data: data[:-30], NOT_READABLE + "File is not a zip file"),
    "without-start": (lambda data: b"PK" + data[5000:], NOT_READABLE + ".*"),
    "encrypted": (
        lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data,
        NOT_READABLE + r"it is encrypted, or in an old format such as \.xls; save it as .* \(\.xlsx\), without a password",
    ),
    "encrypted-parts": (lambda data: data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"), NOT_READABLE + ".* is encrypted, password required for extraction"),
    "unknown-compression": (lambda data: data.replace(b"\x00\x00\x08\x00", b"\x00\x00\x63\x00"), NOT_READABLE + r".* is packed by method 99, expected deflate; save it as an ordinary Excel workbook \(\.xlsx\)"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "reason"), CONTENTS.values(), ids=CONTENTS.keys())
def test_bytes(path: Path, tmp_path: Path, spoil: Callable[[bytes], bytes], reason: str) -> None:
    spoilt = tmp_path / "spoilt.xlsx"
    spoilt.write_bytes(spoil(path.read_bytes()))
    one_line(spoilt, reason)


def test_a_directory_and_a_missing_file(tmp_path: Path) -> None:
    one_line(tmp_path, " is a directory; expected a workbook that mlp2xlsx built")
    one_line(tmp_path / "no.xlsx", " does not exist; expected a workbook that mlp2xlsx built")


def test_workbooks_of_others(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "empty.xlsx")
    book.active["A1"] = "=SUM(B1:B3)"
    book.save(tmp_path / "other.xlsx")
    reason = " has no range named lesson: not a workbook that mlp2xlsx built"
    for name in ("empty.xlsx", "other.xlsx"):
        one_line(tmp_path / name, reason)


# Archives packed in other ways, by which a damaged part ends in errors of all kinds.


@pytest.mark.parametrize(
    ("method", "name"), [(zipfile.ZIP_LZMA, "LZMA"), (zipfile.ZIP_BZIP2, "bzip2")], ids=["lzma", "bzip2"]
)
@pytest.mark.parametrize("damaged", [False, True], ids=["whole", "damaged"])
def test_other_methods(path: Path, tmp_path: Path, method: int, name: str, damaged: bool) -> None:
    package, other = Package.read(path), tmp_path / "other.xlsx"
    part = package.sheets["Training"]
    with zipfile.ZipFile(other, "w") as archive:
        for one, data in package.parts.items():
            archive.writestr(one, data, method if one == part else zipfile.ZIP_DEFLATED)
        place = archive.getinfo(part).header_offset + 100
    if damaged:
        data = bytearray(other.read_bytes())
        data[place : place + 40] = bytes(40)
        other.write_bytes(data)
    one_line(other, f"{NOT_READABLE}{part} is packed by {name}, expected deflate; save it as .*")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_ordinary_methods(path: Path, tmp_path: Path, method: int) -> None:
    other = tmp_path / "other.xlsx"
    with zipfile.ZipFile(other, "w", method) as archive:
        for name, data in Package.read(path).parts.items():
            archive.writestr(name, data)
    assert check(other).status == 0


# Files of little that make much work.

ROWS = 2_000_000


def padded(path: Path, xml: bytes) -> Path:
    """Write a workbook with more rows, and with a part that is too random to look like a bomb's."""
    package = Package.read(path)
    part = package.sheets["Setup"]
    package.parts[part] = package.parts[part].replace(b"</sheetData>", xml + b"</sheetData>", 1)
    package.parts["xl/media/image9.png"] = random.Random(1).randbytes(700_000)
    padded = path.with_name("padded.xlsx")
    with zipfile.ZipFile(padded, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in package.parts.items():
            archive.writestr(name, data)
    return padded


SHARED = "+".join(["SUM(A1:B2)"] * 460)
LITTLE: dict[str, tuple[bytes, str]] = {
    "empty-rows": (b"<row/>" * ROWS, r"it has more than 1,048,576 empty rows"),
    "rows-of-an-empty-cell": (b"<row><c/></row>" * ROWS, r"it has more than 1,048,576 empty rows"),
    "empty-cells": (b"".join(b'<row r="%d">%b</row>' % (i, b"<c/>" * 16_000) for i in range(2_000, 2_800)), "its sheets have more than 32 MB with next to nothing in them"),
    "conditional-formats": (b"</sheetData>" + b"<conditionalFormatting/>" * 1_300_000 + b"<sheetData>", ".+"),
    "one-long-formula": (shared_rows(SHARED, 5_000), "formulas that cells share are too long for so many cells"),
}  # fmt: skip


@pytest.mark.parametrize(("xml", "reason"), few_values("empty-rows", "one-long-formula", of=LITTLE))
def test_little_that_makes_much_work(path: Path, xml: bytes, reason: str) -> None:
    spoilt = padded(path, xml)
    assert spoilt.stat().st_size < 1_500_000
    assert one_line(spoilt, NOT_READABLE + reason).seconds < FEW_SECONDS


HONEST: dict[str, bytes] = {
    "empty-rows": b"".join(b'<row r="%d" ht="20"/>' % i for i in range(2_000, 102_000)),
    "empty-cells": b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (i, i) for i in range(2_000, 22_000)),
    "shared-formula": shared_rows("SUM(A1:B2)+A1*lr", 5_000),
}


@pytest.mark.parametrize("xml", HONEST.values(), ids=HONEST.keys())
def test_as_much_as_honest_workbooks_have(path: Path, xml: bytes) -> None:
    done = check(padded(path, xml))
    assert (done.status, done.err) == (0, "")
    assert done.seconds < FEW_SECONDS


# Archives that unpack to more than they should.


def packed(path: Path, part: str, size: int, package: Package) -> Path:
    """Write a package whose part has so many zeros more."""
    package.parts[part] += b" " * size
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in package.parts.items():
            archive.writestr(name, data)
    return path


def test_a_bomb_that_says_so(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    bomb = packed(tmp_path / "bomb.xlsx", package.sheets["Loss"], 300_000_000, package)
    one_line(bomb, NOT_READABLE + r"unpacked it would be \d+ times as large")


def test_a_bomb_that_lies(path: Path, tmp_path: Path) -> None:
    """Sizes in the archive's directory say that the part is small."""
    for part in (Package.read(path).sheets["Loss"], "xl/styles.xml", BOOK):
        package = Package.read(path)
        small = len(package.parts[part])
        bomb = packed(tmp_path / "bomb.xlsx", part, 200_000_000, package)
        data = bomb.read_bytes()
        bomb.write_bytes(data.replace(struct.pack("<L", small + 200_000_000), struct.pack("<L", small)))
        done = check(bomb)
        if part == "xl/styles.xml":  # without it the numbers are still what they are
            assert (done.status, done.out.splitlines()[-1]) == (1, f"{bomb}: {NOT_SEEN_SO}")
        else:
            assert (done.status, done.out) == (1, "")
            assert done.err.endswith(f"Bad CRC-32 for file '{part}'\n")


# Parts that are not what they should be.


@pytest.mark.parametrize("part", [BOOK, LINKS, TEXTS, "xl/worksheets/sheet4.xml"])
def test_document_types(path: Path, tmp_path: Path, part: str) -> None:
    package = Package.read(path)
    start = package.parts.get(part, f'<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'.encode())
    if part not in package.parts:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        link = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
        package.parts[LINKS] = package.parts[LINKS].replace(b"</Relationships>", link.encode())
    package.parts[part] = LAUGHS + start
    spoilt = package.save(tmp_path / "spoilt.xlsx")
    one_line(spoilt, NOT_READABLE + f"{part} declares a document type")


@pytest.mark.parametrize("part", [BOOK, LINKS, "_rels/.rels", "xl/worksheets/sheet4.xml"])
@pytest.mark.parametrize("what", ["missing", "empty", "other", "no-xml"])
def test_parts(path: Path, tmp_path: Path, part: str, what: str) -> None:
    package = Package.read(path)
    if what == "missing":
        del package.parts[part]
    else:
        package.parts[part] = {"empty": b"", "other": b"<a/>", "no-xml": b"\xff\xfe\x00rubbish"}[what]
    spoilt = package.save(tmp_path / "spoilt.xlsx")
    if part.endswith("sheet4.xml") and what == "other":
        assert "Step 03!" in check(spoilt).out
    else:
        one_line(spoilt, NOT_READABLE + ".+")


def test_other_parts_do_not_matter_to_the_numbers(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    for part in package.parts.keys() - {BOOK, LINKS, TEXTS, "_rels/.rels", *package.sheets.values()}:
        package.parts[part] = b"<a><b>"
    spoilt = package.save(tmp_path / "spoilt.xlsx")
    done = check(spoilt)
    assert (done.status, done.out.splitlines()[-1]) == (1, f"{spoilt}: {NOT_SEEN_SO}")


def rows(xml: bytes) -> Callable[[Package], None]:
    """Put rows at the start of a sheet."""

    def edit(package: Package) -> None:
        part = package.sheets["Setup"]
        package.parts[part] = package.parts[part].replace(b"<sheetData>", b"<sheetData>" + xml, 1)

    return edit


def in_book(old: bytes, new: bytes) -> Callable[[Package], None]:
    return lambda package: package.parts.update({BOOK: package.parts[BOOK].replace(old, new, 1)})


MILLION = 1_000_000
SHEETS = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (i, i) for i in range(20, 300_000))
NAMES = b"".join(b'<definedName name="n%d">Setup!$A$1</definedName>' % i for i in range(100_000))
XML: dict[str, tuple[Callable[[Package], None], str]] = {
    "sheets": (in_book(b"</sheets>", SHEETS + b"</sheets>"), NOT_READABLE + ".+"),
    "names": (in_book(b"<definedNames>", b"<definedNames>" + NAMES), NOT_READABLE + ".* has 100,0.. names, expected at most 10,000"),
    "name-twice": (in_book(b"<definedNames>", b'<definedNames><definedName name="lr">Setup!$A$1</definedName>'), NOT_READABLE + "it has the name lr twice"),
    "sheet-twice": (in_book(b'name="Step 02"', b'name="Step 01"'), NOT_READABLE + 'it has two sheets named "Step 01"'),
    "no-sheets": (in_book(b"<sheets>", b"<sheets/><b>"), NOT_READABLE + ".+"),
    "cells-in-a-row": (rows(b'<row r="1">' + b"".join(b'<c r="A%d"><v>1</v></c>' % i for i in range(1, MILLION)) + b"</row>"), NOT_READABLE + ".* holds an element of more than 8 MB"),
    "cells": (rows(b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (i, i) for i in range(1, MILLION // 10))), NOT_READABLE + ".+"),
    "column": (rows(b'<row r="1"><c r="XFE1"><v>1</v></c></row>'), NOT_READABLE + "XFE1 is beyond the last cell of a spreadsheet"),
    "row": (rows(b'<row r="1"><c r="A1048577"><v>1</v></c></row>'), NOT_READABLE + "A1048577 is beyond the last cell of a spreadsheet"),
    "row-0": (rows(b'<row r="0"><c r="A0"><v>1</v></c></row>'), NOT_READABLE + "A0 is beyond the last cell of a spreadsheet"),
    "long-row": (rows(b'<row r="1"><c r="A' + b"9" * 5000 + b'"><v>1</v></c></row>'), NOT_READABLE + '"A9+…" is not the address of a cell'),
    "no-address": (rows(b"<row><c><v>1</v></c></row>"), NOT_READABLE + "an element c has no r"),
    "bad-address": (rows(b'<row r="1"><c r="1A"><v>1</v></c></row>'), NOT_READABLE + '"1A" is not the address of a cell'),
    "cell-twice": (rows(b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), NOT_READABLE + ".* has the cell A1 twice, or out of order"),
    "value-first": (rows(b'<row r="1"><c r="A1"><v>1</v><f>2</f></c></row>'), NOT_READABLE + ".* has a value before the formula in A1"),
    "no-number": (rows(b'<row r="1"><c r="A1"><v>one</v></c></row>'), NOT_READABLE + "could not convert string to float: 'one'"),
    "no-text": (rows(b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'), NOT_READABLE + r"a cell shows text 99999, of which there are \d+"),
    "array-backwards": (rows(b'<row r="1"><c r="A1"><f t="array" ref="B2:A1">1</f></c></row>'), NOT_READABLE + "B2:A1 is not a range of cells of a spreadsheet"),
    "array-elsewhere": (rows(b'<row r="1"><c r="A1"><f t="array" ref="B1:B2">1</f></c></row>'), NOT_READABLE + "the array formula in A1 says it fills B1:B2"),
    "array-of-all": (rows(b'<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>'), NOT_READABLE + "array formulas of .* fill more than 20,000,000 cells"),
    "shared-with-none": (rows(b'<row r="1"><c r="A1"><f t="shared" si="5"/></c></row>'), NOT_READABLE + "A1 shares a formula that stands nowhere"),
    "nested": (rows(b"<a>" * 100_000), NOT_READABLE + ".+"),
    "never-closed": (rows(b'<row r="1">' + b"<a/>" * 5_000_000), NOT_READABLE + ".+"),
    "long-attribute": (rows(b'<row r="' + b"1" * 30_000_000 + b'"/>'), NOT_READABLE + ".+"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "reason"), XML.values(), ids=XML.keys())
def test_xml(path: Path, tmp_path: Path, spoil: Callable[[Package], None], reason: str) -> None:
    package = Package.read(path)
    spoil(package)
    one_line(package.save(tmp_path / "spoilt.xlsx"), reason)
