"""References are read in one place: addresses, ranges, whole lines, sheets, and what is none of these."""

import re
from pathlib import Path

import pytest

import mlp2xlsx
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.references import (
    area,
    column_number,
    is_address,
    is_range,
    named_place,
    position,
    ranges_in,
    sheet_and_reference,
    taken_apart,
    typed_area,
)


@pytest.mark.parametrize(
    ("reference", "place"), [("A1", (1, 1)), ("AB12", (12, 28)), ("XFD1048576", (1_048_576, 16_384))]
)
def test_position(reference, place):
    assert position(reference) == place
    assert is_address(reference)


@pytest.mark.parametrize("reference", ["", "A", "12", "A1B", "AAAA1", "$A$1", "a b1", "Ä1"])
def test_what_is_no_address(reference):
    with pytest.raises(ValueError, match=re.escape(f'"{reference}" is not the address of a cell')):
        position(reference)


@pytest.mark.parametrize("name", ["XFE1", "A1048577", "A0", "RC9999999", "wh", "W_1", "\u212a1"])
def test_names_that_are_no_addresses(name):
    assert not is_address(name)


@pytest.mark.parametrize("name", ["bh1", "W1", "xfd1048576", "A0000000001", "r", "C", "R1C1", "rc", "R5C"])
def test_names_that_read_as_addresses(name):
    assert is_address(name)


def test_columns_are_numbered_as_openpyxl_letters_them():
    from openpyxl.utils import get_column_letter

    assert [column_number(get_column_letter(col)) for col in (1, 26, 27, 702, 703, 16_384)] == [
        1, 26, 27, 702, 703, 16_384
    ]  # fmt: skip


BOX = Box(5, 2, 4, 3)


@pytest.mark.parametrize("reference", ["B5:D8", "$B$5:$D$8", "B$5:$D8"])
def test_an_area_however_it_is_fixed(reference):
    assert area(reference) == typed_area(reference) == BOX


def test_a_single_cell_is_an_area():
    assert area("C7") == typed_area("C7") == Box(7, 3, 1, 1)


@pytest.mark.parametrize("reference", ["D8:B5", "B8:D5", "A0", "A1:A1048577", "A1:XFE1", "A1:B2:C3"])
def test_an_area_of_a_file_begins_with_its_first_cell(reference):
    with pytest.raises(ValueError, match="is not"):
        area(reference)


@pytest.mark.parametrize("reference", ["D8:B5", "B8:D5", "d5:$b$8"])
def test_a_person_may_begin_at_any_corner(reference):
    assert typed_area(reference) == BOX


@pytest.mark.parametrize(
    ("reference", "box"),
    [
        ("B:D", Box(1, 2, 1_048_576, 3)),
        ("$d:b", Box(1, 2, 1_048_576, 3)),
        ("5:8", Box(5, 1, 4, 16_384)),
        ("$8:$5", Box(5, 1, 4, 16_384)),
    ],
)
def test_whole_columns_and_rows(reference, box):
    assert typed_area(reference) == box
    assert not is_range(reference)


@pytest.mark.parametrize("reference", ["", "wh", "B:5", "5:B", "A1:B", "A1:B2:C3", "A1.B2"])
def test_what_is_no_reference(reference):
    assert typed_area(reference) is None


@pytest.mark.parametrize("reference", ["A0", "A1:A1048577", "XFE1", "0:5"])
def test_a_reference_beyond_the_last_cell(reference):
    with pytest.raises(ValueError, match="is no range of the workbook"):
        typed_area(reference)


@pytest.mark.parametrize(
    ("operand", "title", "reference"),
    [
        ("A1", None, "A1"),
        ("Setup!$A$1", "Setup", "$A$1"),
        ("'Step 01'!A1:B2", "Step 01", "A1:B2"),
        ("'it''s'!A1", "it's", "A1"),
        ("'a!b'!A1", "a!b", "A1"),
    ],
)
def test_the_sheet_of_an_operand(operand, title, reference):
    assert sheet_and_reference(operand) == (title, reference)


@pytest.mark.parametrize("title", ["Setup", "Step 01", "it's", "a!b", "数据"])
def test_a_name_stands_for_the_place_that_it_was_given(title):
    assert named_place(BOX.on(title)) == (title, BOX)


@pytest.mark.parametrize(
    "text", ["A1", "0.1", "#REF!", "Setup!#REF!", "Setup!A:B", "Setup!A1,Setup!B2", "a'b!A1"]
)
def test_a_name_that_stands_for_no_place(text):
    assert named_place(text) is None


def test_ranges_in_a_formula():
    assert ranges_in("SUM(Setup!$B$5:$D$8,A1:B2)+C3+wh") == ["$B$5:$D$8", "A1:B2"]
    assert is_range("$B$5:$D$8")
    assert not is_range("C3")


@pytest.mark.parametrize(
    ("operand", "pieces"),
    [
        ("B5", ["", "", ("column", 2), ("row", 5)]),
        ("Setup!$B5:D$8", ["Setup!", "", "$B", ("row", 5), ":", ("column", 4), "$8"]),
        ("B:D", ["", "", ("column", 2), ":", ("column", 4)]),
        ("wh", ["wh"]),
        ("B", ["B"]),
    ],
)
def test_what_moves_when_a_formula_is_copied(operand, pieces):
    assert taken_apart(operand) == pieces


READS_REFERENCES = re.compile(r"column_index_from_string|A-Z\]\{1,3\}|rpartition\(\"!\"\)")


def other_readers(package):
    """Modules that read references by themselves."""
    return [
        path.name
        for path in sorted(package.rglob("*.py"))
        if path.name != "references.py" and READS_REFERENCES.search(path.read_text(encoding="utf-8"))
    ]


def test_nobody_else_reads_references():
    assert other_readers(Path(mlp2xlsx.__file__).parent) == []


@pytest.mark.parametrize("source", ['re.compile("[A-Z]{1,3}[0-9]+")', 'operand.rpartition("!")'])
def test_another_reader_would_be_seen(tmp_path, source):
    (tmp_path / "cells.py").write_text(source)
    (tmp_path / "references.py").write_text(source)
    assert other_readers(tmp_path) == ["cells.py"]
