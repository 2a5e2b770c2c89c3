"""What is read by a pattern is what is read in full, whoever has written it; all that is odd is left to that."""

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from mlp2xlsx.xlsx.reading.cells import CellError, shared_strings
from mlp2xlsx.xlsx.reading.package import MAIN
from mlp2xlsx.xlsx.reading.plain_sheet import read_plain
from mlp2xlsx.xlsx.reading.seen.amount import Amount
from mlp2xlsx.xlsx.reading.seen.sheet import SeenSheet
from mlp2xlsx.xlsx.reading.sheet_reader import Room, read_stream
from tests.cases import few_values
from tests.classroom.lessons import exercise

FIXTURES = Path(__file__).parent.parent / "fixtures"
TEXTS = ["a text", "Text & <more>"]
CELL = '<c r="B2" s="1"><v>1</v></c>'


def sheet(cells, around="{}"):
    data = f'<sheetData><row r="2">{cells}</row><row r="9"/></sheetData>'
    return f'<worksheet xmlns="{MAIN}">{around.format(data)}</worksheet>'.encode()


def left(room):
    return vars(room)


def in_full(data, *rest):
    return read_stream(io.BytesIO(data), "sheet", *rest)


def read_by(read, data, texts, most, seen=None):
    """What is read, with what is left of the room, and what is seen besides."""
    room = Room(most)
    try:
        contents = read(data, texts, room, seen)
    except Exception as error:
        contents = error
    return (contents, left(room)), seen and {**vars(seen), "amount": vars(seen.amount)}


def both(data, texts=TEXTS, most=10_000):
    """What is read by the pattern and what is read in full, each with what is left of the room."""
    plain, full = (read_by(read, data, texts, most, SeenSheet(Amount())) for read in (read_plain, in_full))
    # Also with what is seen besides; only then what a formula has left must be a value.
    assert plain == full or plain == read_by(lambda *_: None, data, texts, most, SeenSheet(Amount()))
    return [read_by(read, data, texts, most)[0] for read in (read_plain, in_full)]


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = shared_strings(archive)
        return [(archive.read(name), texts) for name in archive.namelist() if "worksheets/sheet" in name]


def handout():
    stream = io.BytesIO()
    exercise(practice=True).book().save(stream)
    return stream.getvalue()


def by_openpyxl():
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(handout())).save(stream)
    return stream.getvalue()


def by_libreoffice():
    return (FIXTURES / "layout-3" / "workbooks" / "article-libreoffice.xlsx").read_bytes()


# Of openpyxl, which writes texts into their cells, the sheets are for the other reader.
@pytest.mark.parametrize(
    ("written", "fewest"),
    [(handout, 13), (by_openpyxl, 0), (by_libreoffice, 10)],
    ids=["ours", "openpyxl", "libreoffice"],
)
def test_what_programs_write_is_read_alike(written, fewest):
    quick = 0
    for data, texts in parts(written()):
        plain, full = both(data, texts, 1_000_000)
        if plain[0] is not None:
            quick += 1
            assert plain == full
    assert quick >= fewest  # of the sheets


ORDINARY = {
    "number": CELL,
    "whole": '<c r="B2"><v>-1.5E-3</v></c>',
    "text": '<c r="B2" t="s"><v>1</v></c>',
    "truth": '<c r="B2" t="b"><v>1</v></c>',
    "error": '<c r="B2" t="e"><v>#N/A</v></c>',
    "too-large": '<c r="B2"><v>1e999</v></c>',
    "formula": '<c r="B2" s="3"><f>A1&amp;"x&lt;y"</f><v>2</v></c>',
    "formula-of-a-text": '<c r="B2" t="str"><f>A1</f><v>é &quot;&apos;&gt;</v></c>',
    "formula-without-a-value": '<c r="B2"><f>A1</f></c>',
    "written-text": '<c r="B2" t="str"><v>_x0041_</v></c>',
    "no-value": '<c r="B2" t="str"><v/></c><c r="C2"><v></v></c>',
    "empty": '<c r="B2" s="1"/><c r="C2"></c>',
    "several": '<c r="B2"><v>1</v></c><c r="AA2"><v>2</v></c>',
}
ODD = {
    "inline-text": '<c r="B2" t="inlineStr"><is><t>x</t></is></c>',
    "shared-formula": '<c r="B2"><f t="shared" ref="B2:B3" si="0">A1</f><v>1</v></c>',
    "array-formula": '<c r="B2"><f t="array" ref="B2">A1</f><v>1</v></c>',
    "value-before-the-formula": '<c r="B2"><v>1</v><f>A1</f></c>',
    "other-attributes": '<c r="B2" cm="1"><v>1</v></c>',
    "out-of-order": f'<c r="C2"><v>1</v></c>{CELL}',
    "twice": CELL * 2,
    "beyond-the-last": '<c r="XFE2"><v>1</v></c>',
    "no-address": "<c><v>1</v></c>",
    "no-number": '<c r="B2"><v>one</v></c>',
    "no-such-text": '<c r="B2" t="s"><v>2</v></c>',
    "character-by-its-number": '<c r="B2" t="str"><v>&#10;</v></c>',
    "unknown-entity": '<c r="B2" t="str"><v>&evil;</v></c>',
    "control-character": '<c r="B2" t="str"><v>\x01</v></c>',
    "damaged": f"{CELL}<c r=",
    "unclosed": f"{CELL}</row>",
    "in-a-comment": f"<!-- {CELL} -->",
    "in-a-text": f"<![CDATA[{CELL}]]>",
    "instruction": f"<?x {CELL}?>",
    "another-namespace": f'<x xmlns="urn:other">{CELL}</x>',
    "within-another": f"<x>{CELL}</x>",
    "beside-another": f"{CELL}<x/>",
    "row-in-a-row": f'<row r="3">{CELL}</row>',
    "undeclared-prefix": f'{CELL}<y:z xmlns=""/>',
}
AROUND = {
    "before": '<sheetFormatPr defaultRowHeight="15"/>{}',
    "formats": "{}<conditionalFormatting sqref='B2'><cfRule><formula>B2&gt;1</formula></cfRule></conditionalFormatting>",
    "row-elsewhere": "{}<x><row r='3'/></x>",
}


@pytest.mark.parametrize("cells", ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_cell(cells):
    plain, full = both(sheet(cells))
    assert plain[0] is not None
    assert plain == full


@pytest.mark.parametrize("cells", ODD.values(), ids=ODD)
def test_whatever_is_odd_is_left_to_the_other_reader(cells):
    assert both(sheet(cells))[0] == (None, left(Room(10_000)))


@pytest.mark.parametrize("around", AROUND)
def test_what_stands_around_the_cells(around):
    plain, full = both(sheet(CELL, AROUND[around]))
    if around != "row-elsewhere":
        assert plain == full
    else:
        assert plain[0] is None


@pytest.mark.parametrize(
    ("cells", "most"), [(CELL, 0), ('<c r="B2"/>' + '<c r="B2"><v>1</v></c>' * 2, 10)], ids=["cells", "order"]
)
def test_what_has_no_room_is_left_to_the_other_reader(cells, most):
    plain, full = both(sheet(cells), most=most)
    assert plain == (None, left(Room(most)))
    assert isinstance(full[0], ValueError)


@pytest.mark.parametrize("count", few_values("some", of={"some": 100, "a-thousand": 1_000}))
def test_nothing_but_errors_is_made_of_damaged_bytes(count):
    """Of damaged sheets, what the pattern reads, the other reader reads, and reads the same."""
    [data, texts], *_ = parts(handout())[2:]
    chance, read = random.Random(7), 0
    for _ in range(count):
        spoilt = bytearray(data)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(spoilt))
            spoilt[at : at + chance.choice([0, 1, 1, 4])] = chance.choice(
                [b"", b"<", b"&", b"x", b'"', b"9", b"/>"]
            )
        plain, full = both(bytes(spoilt), texts)
        if plain[0] is not None:
            read += 1
            assert plain == full
    assert read > count / 10


def test_an_error_is_no_text():
    plain, _ = both(sheet(ORDINARY["error"]))
    assert plain[0].constants == {(2, 2): CellError("#N/A")}
