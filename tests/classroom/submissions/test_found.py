"""What is handed in is found, and what is not is listed."""

import os
import pickle
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from mlp2xlsx.classroom.submissions import Unreadable, find_submissions
from tests.classroom.submissions.looking import places, refused, write
from tests.classroom.submissions.zips import edited, zipped

TOO_DEEP = "a .zip file in another; unpack it first"


def test_workbooks_are_found_in_folders_and_zips_sorted_by_place(folder: Path) -> None:
    write(folder, "b/Han Mei/homework.XLSX", b"mei")
    write(folder, "a.xlsx", zipped("a.xlsx"))  # a zip as every workbook is one: it is not unpacked
    write(folder, "inner.ZIP", zipped(("Li Lei/homework.xlsx", b"lei")))
    found, others = find_submissions(folder)
    assert [one.place for one in found] == [
        "0.xlsx",
        "a.xlsx",
        "b/Han Mei/homework.XLSX",
        "inner.ZIP/Li Lei/homework.xlsx",
    ]
    assert [one.read.content() for one in found] == [b"first", zipped("a.xlsx"), b"mei", b"lei"]
    assert others == []


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_workbooks_are_found_in_a_zip_and_in_the_zips_in_it(tmp_path: Path, method: int) -> None:
    inner = zipped(("Li Lei/homework.xlsx", b"lei"), "Li Lei/", method=method)
    given = write(
        tmp_path, "all.zip", zipped(("z.xlsx", b"z"), ("b.zip", inner), ("empty.xlsx", b""), method=method)
    )
    found, others = find_submissions(given)
    assert [(one.place, one.read.content()) for one in found] == [
        ("b.zip/Li Lei/homework.xlsx", b"lei"),
        ("empty.xlsx", b""),
        ("z.xlsx", b"z"),
    ]
    assert others == []


def test_a_zip_is_unpacked_one_level_further(folder: Path) -> None:
    deep = zipped("homework.xlsx", ("deeper.zip", zipped("hidden.xlsx")))
    write(folder, "inner.zip", deep)
    assert places(folder) == ["0.xlsx", "inner.zip/homework.xlsx"]
    assert refused(folder) == {"inner.zip/deeper.zip": TOO_DEEP}
    given = write(folder.parent, "all.zip", zipped(("inner.zip", deep)))
    assert places(given) == ["inner.zip/homework.xlsx"]
    assert refused(given) == {"inner.zip/deeper.zip": TOO_DEEP}


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.xlsx",
        ".git/homework.xlsx",
        "~$lock.xlsx",
        ".~lock.homework.xlsx#",
        "__MACOSX/homework.xlsx",
        "__MACOSX/Li Lei/._homework.xlsx",
        "Thumbs.db",
        "Li Lei/desktop.ini",
        "THUMBS.DB",
    ],
)
def test_what_nobody_handed_in_is_passed_over(folder: Path, name: str) -> None:
    write(folder, name)
    write(folder, "inner.zip", zipped(name, "homework.xlsx"))
    assert places(folder) == ["0.xlsx", "inner.zip/homework.xlsx"]
    assert refused(folder) == {}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.xls", "an .xls file; ask for it saved as .xlsx"),
        ("a.xlsm", "an .xlsm file; ask for it saved as .xlsx"),
        ("a.ods", "an .ods file; ask for it saved as .xlsx"),
        ("a.CSV", "a .csv file; ask for it saved as .xlsx"),
        ("a.numbers", "a .numbers file; ask for it saved as .xlsx"),
        ("a.et", "an .et file; ask for it saved as .xlsx"),
        ("a.pdf", "a .pdf file; ask for the workbook itself"),
        ("a.docx", "a .docx file; ask for the workbook itself"),
        ("a.py", "a .py file; ask for the workbook itself"),
        ("a.JPG", "a picture; ask for the workbook itself"),
        ("a.heic", "a picture; ask for the workbook itself"),
        ("a.rar", "a .rar file; unpack it, or ask for a .zip file"),
        ("xlsx", "not an .xlsx file; ask for the workbook"),
        ("a.xlsx.", "not an .xlsx file; ask for the workbook"),
        ("v1. Really my homework", "not an .xlsx file; ask for the workbook"),
        ("a.作业", "not an .xlsx file; ask for the workbook"),
        ("a.abcdefghijk", "not an .xlsx file; ask for the workbook"),
    ],
)
def test_other_files_are_listed_with_what_to_ask_for(folder: Path, name: str, reason: str) -> None:
    write(folder, name)
    write(folder, "z.zip", zipped(name))
    assert find_submissions(folder)[1] == [Unreadable(name, reason), Unreadable(f"z.zip/{name}", reason)]


def test_what_is_refused_is_sorted_by_place_too(folder: Path) -> None:
    write(folder, "b.pdf")
    write(folder, "a.zip", zipped("z.pdf", "y.pdf"))
    assert [one.place for one in find_submissions(folder)[1]] == ["a.zip/y.pdf", "a.zip/z.pdf", "b.pdf"]


def test_times_are_those_of_the_file_and_of_the_entry(folder: Path) -> None:
    os.utime(folder / "0.xlsx", (1, 1234.5))
    write(folder, "inner.zip", zipped("homework.xlsx"))
    local = datetime(2024, 5, 6, 7, 8, 10).timestamp()
    assert [one.time for one in find_submissions(folder)[0]] == [1234.5, local]


@pytest.mark.parametrize(
    "date", [0, 0x20, 0xFFFF, 44 << 9 | 2 << 5 | 30], ids=["zero", "day 0", "month 15", "30 Feb"]
)
def test_an_entry_with_an_impossible_date_has_time_0(tmp_path: Path, date: int) -> None:
    given = write(tmp_path, "all.zip", edited(zipped("a.xlsx"), date=date))
    assert [one.time for one in find_submissions(given)[0]] == [0.0]


def test_submissions_hold_no_content(tmp_path: Path) -> None:
    noise = os.urandom(100_000)
    write(tmp_path, "all/a.xlsx", noise)
    write(tmp_path, "all/b.zip", zipped(("b.xlsx", noise)))
    write(tmp_path, "all.zip", zipped(("c.zip", zipped(("c.xlsx", noise)))))
    found = find_submissions(tmp_path / "all")[0] + find_submissions(tmp_path / "all.zip")[0]
    assert len(found) == 3
    for one in found:
        sent = pickle.dumps(one)
        assert len(sent) < 1_000
        assert pickle.loads(sent) == one
        assert pickle.loads(sent).read.content() == noise
