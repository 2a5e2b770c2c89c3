import os
import pickle
import random
import socket
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from mlp2xlsx.classroom.submissions import Unreadable, budgets, contents, find_submissions
from mlp2xlsx.classroom.submissions.contents import LARGEST_FILE, InZip
from mlp2xlsx.errors import SubmissionError
from tests.classroom.zips import crowded, edited, named, zipped

DAMAGED = "damaged, or only a part; ask for it again"
TOO_DEEP = "a .zip file in another; unpack it first"
GIVE = "give the folder or the .zip file that holds the submitted workbooks"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which something can always be found."""
    place = tmp_path / "submissions"
    place.mkdir()
    (place / "0.xlsx").write_bytes(b"first")
    return place


def write(folder: Path, name: str, content: bytes = b"content") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def places(path: Path) -> list[str]:
    return [one.place for one in find_submissions(path)[0]]


def refused(path: Path) -> dict[str, str]:
    return {one.place: one.reason for one in find_submissions(path)[1]}


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    """See that a block never holds more bytes than this at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


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


# Hostile zips


def test_a_file_of_a_zip_that_is_too_large_is_refused_by_what_it_states(tmp_path: Path) -> None:
    large = edited(zipped("large.xlsx"), size=LARGEST_FILE + 1)
    write(tmp_path, "a.zip", large)
    write(tmp_path, "b.zip", edited(zipped("packed.xlsx"), packed=LARGEST_FILE + 1))
    write(tmp_path, "c.zip", edited(zipped("fits.xlsx"), size=LARGEST_FILE))
    assert refused(tmp_path) == {
        "a.zip/large.xlsx": "more than 20 MB",
        "b.zip/packed.xlsx": "more than 20 MB",
    }
    assert places(tmp_path) == ["c.zip/fits.xlsx"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_no_more_is_unpacked_than_is_stated(tmp_path: Path, method: int) -> None:
    bomb = zipped(("bomb.xlsx", bytes(50_000_000)), method=method)
    given = write(tmp_path, "all.zip", edited(bomb, size=1_000, **({} if method else {"packed": 1_000})))
    [one] = find_submissions(given)[0]
    with memory_below(1_000_000), pytest.raises(SubmissionError, match=r"all\.zip/bomb\.xlsx: damaged"):
        one.read.content()


def test_an_empty_file_that_unpacks_to_much_is_damaged(tmp_path: Path) -> None:
    # zlib takes a limit of 0 as none.
    given = write(tmp_path, "all.zip", edited(zipped(("a.xlsx", bytes(50_000_000))), size=0, crc=0))
    [one] = find_submissions(given)[0]
    with memory_below(1_000_000), pytest.raises(SubmissionError, match="damaged"):
        one.read.content()


# Nobody pays for another

BYTES = "more than 200 MB from one sender, unpacked; ask for the workbook alone"
FILES = "more than 1,000 files and folders from one sender; ask for the workbook alone"
SENDER, SENT = "Li Lei_12", "Li Lei_12_assignsubmission_file_"
HONEST = ("b.zip", zipped(("b.xlsx", os.urandom(5_000))))


def bombs(count: int, folder: str = "") -> bytes:
    """A zip of workbooks that say they have 20 MB each, of a few hundred bytes."""
    names = (f"{folder}{number:03}.xlsx" for number in range(count))
    return edited(zipped(*names), size=LARGEST_FILE)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", bombs(104), BYTES),
        ("a.zip", bombs(104, f"Han Mei{SENT[6:]}/"), BYTES),
        ("a.zip", crowded(f"{number}.xlsx" for number in range(20_001)), FILES),
        ("a.zip", crowded(f"{number}/" for number in range(20_001)), FILES),
        (f"{SENT}/a.zip", bombs(104), BYTES),
        (f"{SENT}/a.zip", crowded(f".{number}.xlsx" for number in range(20_001)), FILES),
        ("leili_12_34_a.zip", bombs(104), BYTES),
    ],
    ids=["2-GB", "2-GB-as-moodle", "20001-files", "20001-folders", "moodle", "moodle-hidden", "canvas"],
)
def test_a_zip_in_the_zip_of_the_class_costs_nobody_else(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    given = write(tmp_path, "all.zip", zipped((name, content), HONEST))
    sender = {"a": "a.zip", "L": SENDER, "l": "leili_12"}[name[0]]
    assert refused(given) == {sender: reason}
    assert places(given) == ["b.zip/b.xlsx"]
    write(tmp_path, "unpacked/0.xlsx")
    write(tmp_path, f"unpacked/{name}", content)
    write(tmp_path, "unpacked/b.zip", HONEST[1])
    assert places(tmp_path / "unpacked") == ["0.xlsx", "b.zip/b.xlsx"]
    assert len(refused(tmp_path / "unpacked")) == 1


def test_with_one_budget_for_all_it_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = budgets.Budget.of_sender("all")
    monkeypatch.setattr(budgets.Budget, "of_sender", lambda place: shared)
    given = write(tmp_path, "all.zip", zipped(("a.zip", bombs(104)), HONEST))
    assert places(given) == []


def test_the_files_of_a_sender_count_together(tmp_path: Path) -> None:
    part = bombs(6)
    files = [(f"{SENT}/{number}.zip", part) for number in range(2)]
    given = write(tmp_path, "all.zip", zipped(*files, (f"Han Mei{SENT[6:]}/a.xlsx", b"mei")))
    assert refused(given) == {SENDER: BYTES}
    assert places(given) == [f"Han Mei{SENT[6:]}/a.xlsx"]
    for number in range(1_001):
        write(tmp_path, f"folder/{SENT}/{number}.xlsx")
    write(tmp_path, "folder/a.xlsx")
    assert refused(tmp_path / "folder") == {SENDER: FILES}
    assert places(tmp_path / "folder") == ["a.xlsx"]


def test_as_much_as_a_sender_may_hand_in_is_found(tmp_path: Path) -> None:
    full = crowded(f"{number}.xlsx" for number in range(999))
    given = write(tmp_path, "all.zip", zipped((f"{SENT}/a.zip", full), (f"{SENT[:5]}.zip", bombs(9))))
    assert refused(given) == {}
    assert len(places(given)) == 999 + 9


def test_a_zip_of_a_class_in_a_folder_may_hold_more(tmp_path: Path) -> None:
    names = [f"{number:03}.xlsx" for number in range(104)]
    for name, count in (("a.zip", 104), ("b.zip", 102)):
        write(tmp_path, name, edited(zipped(*names[:count]), size=LARGEST_FILE))
    assert refused(tmp_path) == {
        "a.zip": "more than the 2 GB that one .zip file may unpack to; unpack it first"
    }
    assert places(tmp_path) == [f"b.zip/{name}" for name in names[:102]]


def test_in_a_zip_of_a_class_each_sender_has_a_budget(tmp_path: Path) -> None:
    other = f"Han Mei{SENT[6:]}/a.xlsx"
    many = (f"{SENT}/{number}.xlsx" for number in range(1_001))
    write(tmp_path, "course.zip", crowded([other, *many]))
    assert refused(tmp_path) == {f"course.zip/{SENDER}": FILES}
    assert places(tmp_path) == [f"course.zip/{other}"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"flags": 0x1}, "locked with a password; ask for it without one"),
        ({"flags": 0x41}, "locked with a password; ask for it without one"),
        ({"flags": 0x2000}, "locked with a password; ask for it without one"),
        ({"method": 9}, "packed by method 9; ask for an ordinary .zip file"),
        ({"method": 14}, "packed by method 14; ask for an ordinary .zip file"),
        ({"system": 3, "attributes": 0o120777 << 16}, "a symbolic link, which is not followed"),
    ],
    ids=["encrypted", "strongly encrypted", "hidden directory", "deflate64", "lzma", "symbolic link"],
)
def test_entries_that_cannot_be_unpacked_are_listed(
    tmp_path: Path, fields: dict[str, int], reason: str
) -> None:
    write(tmp_path, "inner.zip", edited(zipped("a.xlsx", "b.zip"), **fields))
    assert refused(tmp_path) == {"inner.zip/a.xlsx": reason, "inner.zip/b.zip": reason}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("../../a.xlsx", "../../a.xlsx"),
        ("/etc/a.xlsx", "etc/a.xlsx"),
        ("C:\\Users\\a.xlsx", "C:/Users/a.xlsx"),
        (".//./a.xlsx", "a.xlsx"),
        ("Li Lei\\homework.xlsx", "Li Lei/homework.xlsx"),
        ("a\nb\x1b[2J.xlsx", "a\\nb\\x1b[2J.xlsx"),
        ("a.exe\0.xlsx", "a.exe\\x00.xlsx"),
        ("a\u2028b.xlsx", "a\\u2028b.xlsx"),
    ],
)
def test_paths_in_a_zip_are_only_names(folder: Path, name: str, place: str) -> None:
    before = sorted(folder.parent.rglob("*"))
    stand_in = name.replace("\0", "@")  # zipfile writes no NUL
    data = zipped(stand_in).replace(b"@.xlsx", b"\0.xlsx")
    inner = write(folder, "inner.zip", data)
    found, _ = find_submissions(folder)
    assert [one.place for one in found] == ["0.xlsx", f"inner.zip/{place}"]
    assert found[1].read.content() == b"content"
    assert sorted(folder.parent.rglob("*")) == sorted([*before, inner])


@pytest.mark.parametrize(
    ("name", "flags", "place"),
    [
        ("李雷/作业.xlsx".encode("gbk"), 0, "李雷/作业.xlsx"),
        # The second byte of 俓 is that of a backslash.
        ("俓.xlsx".encode("gbk"), 0, "俓.xlsx"),
        ("李雷/作业.xlsx".encode(), 0, "李雷/作业.xlsx"),
        ("李雷/作业.xlsx".encode(), 0x800, "李雷/作业.xlsx"),
        (b"Ren\x82.xlsx", 0, "René.xlsx"),
    ],
    ids=["GBK", "GBK with a backslash", "UTF-8 without its flag", "UTF-8", "code page 437"],
)
def test_names_in_a_zip_are_decoded(tmp_path: Path, name: bytes, flags: int, place: str) -> None:
    found, _ = find_submissions(write(tmp_path, "all.zip", named(name, flags)))
    assert [(one.place, one.read.content()) for one in found] == [(place, b"content")]


def test_a_name_that_is_not_the_utf_8_it_says_it_is_damages_the_zip(folder: Path) -> None:
    write(folder, "inner.zip", named(b"\xff.xlsx", 0x800))
    assert refused(folder) == {"inner.zip": DAMAGED}


def test_very_long_names_are_shortened(folder: Path) -> None:
    write(folder, "inner.zip", zipped(f"{'a' * 60_000}.xlsx"))
    assert refused(folder) == {f"inner.zip/{'a' * 999}…": "a name of more than 1,000 characters"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_of_the_same_name_are_all_found_in_their_order(tmp_path: Path) -> None:
    given = write(tmp_path, "all.zip", zipped(("a.xlsx", b"2"), ("b.xlsx", b"3"), ("a.xlsx", b"1")))
    assert [(one.place, one.read.content()) for one in find_submissions(given)[0]] == [
        ("a.xlsx", b"2"),
        ("a.xlsx", b"1"),
        ("b.xlsx", b"3"),
    ]


@pytest.mark.parametrize("hidden", ["", "."], ids=["workbooks", "hidden files"])
def test_a_zip_of_100_000_entries_is_refused(folder: Path, hidden: str) -> None:
    write(folder, "A crammed.zip", crowded(f"{hidden}{number:06}.xlsx" for number in range(100_000)))
    write(folder, "Wang Wei.zip", zipped("a.xlsx", ("b.xlsx", os.urandom(5_000))))
    start = time.process_time()
    assert places(folder) == ["0.xlsx", "Wang Wei.zip/a.xlsx", "Wang Wei.zip/b.xlsx"]
    assert time.process_time() - start < 10
    reason = "more than 20,000 files and folders in one .zip file; unpack it first"
    assert refused(folder) == {"A crammed.zip": reason}


def test_the_zip_that_was_given_is_cut_off_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "MOST_GIVEN", 3)
    sent = [f"{SENT}/{number}.xlsx" for number in range(5)]
    given = write(tmp_path, "all.zip", zipped(*(f"{number}.xlsx" for number in range(5)), *sent))
    reason = "the limit of 3 files and folders is reached here; what follows is left out"
    assert refused(given) == {"3.xlsx": reason}
    assert places(given) == ["0.xlsx", "1.xlsx", "2.xlsx", *sent]  # which take no room of it


def test_a_list_of_files_that_is_too_long_is_not_read(folder: Path) -> None:
    data = crowded(f"{number}{'a' * 60_000}.xlsx" for number in range(300))
    write(folder, "inner.zip", data)
    assert refused(folder) == {"inner.zip": "its list of files has more than 16 MB"}
    given = write(folder.parent, "all.zip", data)
    with pytest.raises(SubmissionError) as caught:
        find_submissions(given)
    assert (
        str(caught.value)
        == f"{given} cannot be read as a .zip file: its list of files has more than 16 MB; {GIVE}"
    )


@pytest.mark.parametrize("kept", [0, 1, 10, 60, -1, -30], ids="{} bytes".format)
def test_truncated_zips_are_listed(folder: Path, kept: int) -> None:
    write(folder, "inner.zip", zipped("a.xlsx", "b.xlsx")[:kept])
    assert refused(folder) == {"inner.zip": DAMAGED}
    given = write(folder.parent, "all.zip", zipped("c.xlsx", ("inner.zip", zipped("a.xlsx")[:kept])))
    assert refused(given) == {"inner.zip": DAMAGED}
    assert places(given) == ["c.xlsx"]


@pytest.mark.parametrize(
    "broken",
    [
        edited(zipped("a.xlsx"), crc=1),
        edited(zipped("a.xlsx"), size=6),
        edited(zipped("a.xlsx"), size=8),
        edited(zipped("a.xlsx"), packed=3),
        edited(zipped("a.xlsx"), offset=1),
        edited(zipped("a.xlsx"), offset=0xFFFFFFF0),
        edited(zipped("a.xlsx", method=zipfile.ZIP_STORED), method=zipfile.ZIP_DEFLATED),
        b"PK" + zipped("a.xlsx")[7:],  # zipfile then takes it that the file begins before its start
    ],
    ids=["checksum", "too short", "too long", "half", "other place", "beyond the end", "not deflated", "cut"],
)
def test_a_file_that_is_not_what_the_zip_says_is_named_when_it_is_read(tmp_path: Path, broken: bytes) -> None:
    given = write(tmp_path, "all.zip", zipped(("inner.zip", broken)))
    outer = write(tmp_path, "outer.zip", broken)
    for path, place in ((given, f"{given}/inner.zip/a.xlsx"), (outer, f"{outer}/a.xlsx")):
        [one] = find_submissions(path)[0]
        with pytest.raises(SubmissionError) as caught:
            one.read.content()
        assert str(caught.value) == f"{place}: {DAMAGED}"


def test_a_place_beyond_any_disk_is_damage_too(tmp_path: Path) -> None:
    given = write(tmp_path, "all.zip", zipped("a.xlsx"))
    read = find_submissions(given)[0][0].read
    assert isinstance(read, InZip)
    for offset in (2**62, 2**70, -1):
        with pytest.raises(SubmissionError, match=r"a\.xlsx: damaged"):
            replace(read, entry=replace(read.entry, offset=offset)).content()


def test_a_zip_in_a_zip_is_unpacked_once_for_all_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = write(tmp_path, "all.zip", zipped(("inner.zip", zipped("a.xlsx", "b.xlsx", "c.xlsx"))))
    found, _ = find_submissions(given)
    names: list[str] = []
    unpack = contents.unpack
    monkeypatch.setattr(
        contents, "unpack", lambda stream, entry: (names.append(entry.name), unpack(stream, entry))[1]
    )
    assert [one.read.content() for one in found] == [b"content"] * 3
    assert names == ["inner.zip", "a.xlsx", "b.xlsx", "c.xlsx"]


@pytest.mark.parametrize("seed", range(4))
def test_zips_with_random_damage_never_fail_in_another_way(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = zipped("李雷/a.xlsx", "b.pdf", ("c.zip", zipped("d.xlsx")))
    for _ in range(100):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(data))] = chance.choice([0, 0xFF, chance.randrange(256)])
        write(folder, "inner.zip", bytes(damaged))
        given = write(folder.parent, "all.zip", bytes(damaged))
        for path in (folder, given):
            with suppress(SubmissionError):
                for one in find_submissions(path)[0]:
                    assert one.place.encode()
                    with suppress(SubmissionError):
                        one.read.content()


def test_a_damaged_zip_in_a_zip_is_listed(tmp_path: Path) -> None:
    given = write(tmp_path, "all.zip", edited(zipped(("inner.zip", zipped("a.xlsx"))), crc=1))
    assert refused(given) == {"inner.zip": DAMAGED}


def test_a_workbook_named_as_a_zip_is_told_apart(folder: Path) -> None:
    workbook = zipped("[Content_Types].xml", "xl/workbook.xml")
    write(folder, "a.zip", workbook)
    reason = "a workbook by the name of a .zip file; let it end in .xlsx"
    assert refused(folder) == {"a.zip": reason}
    assert refused(write(folder.parent, "all.zip", zipped(("a.zip", workbook)))) == {"a.zip": reason}


@pytest.mark.parametrize("files", [(), ("Li Lei/", "__MACOSX/a.xlsx")], ids=["empty", "nothing handed in"])
def test_a_zip_without_anything_is_listed(folder: Path, files: tuple[str, ...]) -> None:
    write(folder, "a.zip", zipped(*files))
    assert refused(folder) == {"a.zip": "a .zip file without a workbook in it"}


# Hostile folders


def test_a_file_that_is_too_large_is_refused(folder: Path) -> None:
    for name, size in (("large.xlsx", LARGEST_FILE + 1), ("fits.xlsx", LARGEST_FILE)):
        os.truncate(write(folder, name), size)
    assert refused(folder) == {"large.xlsx": "more than 20 MB"}
    assert places(folder) == ["0.xlsx", "fits.xlsx"]


def test_a_zip_on_the_disk_may_be_larger_than_a_file(folder: Path) -> None:
    noise = bytes(LARGEST_FILE - 1)
    write(folder, "all.zip", zipped(("a.xlsx", noise), ("b.xlsx", noise), method=zipfile.ZIP_STORED))
    assert places(folder) == ["0.xlsx", "all.zip/a.xlsx", "all.zip/b.xlsx"]


def test_a_file_that_changed_since_is_named_when_it_is_read(folder: Path) -> None:
    grown, gone = write(folder, "1.xlsx"), write(folder, "2.xlsx")
    packed = write(folder, "3.zip", zipped("3.xlsx"))
    found, _ = find_submissions(folder)
    os.truncate(grown, 5 * LARGEST_FILE)
    gone.unlink()
    packed.unlink()
    messages = []
    for one in found[1:]:
        with memory_below(2 * LARGEST_FILE), pytest.raises(SubmissionError) as caught:
            one.read.content()
        messages.append(str(caught.value))
    assert messages == [
        f"{grown}: more than 20 MB",
        f"{gone} cannot be read: no such file or directory; give one that can",
        f"{packed} cannot be read: no such file or directory; give one that can",
    ]


def test_symbolic_links_are_listed_and_not_followed(folder: Path) -> None:
    target = write(folder.parent, "elsewhere/b.xlsx")
    (folder / "a.xlsx").symlink_to(target)
    (folder / "b").symlink_to(target.parent)
    (folder / "c").symlink_to(folder)
    (folder / "d.zip").symlink_to("nowhere")
    assert refused(folder) == dict.fromkeys(
        ["a.xlsx", "b", "c", "d.zip"], "a symbolic link, which is not followed"
    )
    assert places(folder) == ["0.xlsx"]


def test_pipes_and_sockets_are_listed_and_not_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "a.xlsx")
    os.mkfifo(folder / "b.zip")
    monkeypatch.chdir(folder)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("c.xlsx")
        reason = "a pipe, a socket or a device, not a file"
        assert refused(folder) == dict.fromkeys(["a.xlsx", "b.zip", "c.xlsx"], reason)


def test_files_without_permission_are_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.xlsx", "b.zip", "c.pdf"):
        write(folder, name).chmod(0)
    if os.geteuid() == 0:  # who may read everything
        monkeypatch.setattr(os, "access", lambda path, mode: os.stat(path).st_mode & 0o400 != 0)
    assert refused(folder) == {
        "a.xlsx": "cannot be read: permission denied",
        "b.zip": "cannot be read: permission denied",
        "c.pdf": "a .pdf file; ask for the workbook itself",
    }


def test_a_zip_that_fails_to_open_is_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "a.zip", zipped("a.xlsx"))

    def failing(self: Path, mode: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", failing)
    assert refused(folder) == {"a.zip": "cannot be read: input/output error"}


def test_a_file_that_vanishes_during_the_search_is_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Vanishing:
        name, path = "a.xlsx", str(folder / "a.xlsx")

        def stat(self, *, follow_symlinks: bool) -> os.stat_result:
            return os.stat(self.path, follow_symlinks=follow_symlinks)

    class Listing(list[Vanishing]):
        def __enter__(self) -> "Listing":
            return self

        def __exit__(self, *error: object) -> None: ...

    monkeypatch.setattr(os, "scandir", lambda path: Listing([Vanishing()]))
    assert refused(folder) == {"a.xlsx": "cannot be read: no such file or directory"}


def test_folders_that_are_too_deep_are_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for _ in range(20):
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
    [(place, reason)] = refused(folder).items()
    assert reason == "cannot be read: file name too long"
    assert place.startswith("d" * 250)
    assert places(folder) == ["0.xlsx"]


def test_folders_that_cannot_be_read_are_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked, listing = write(folder, "a/locked/a.xlsx").parent, os.scandir

    def guarded(path: str) -> object:
        if path == str(locked):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert refused(folder) == {"a/locked": "a folder that cannot be read: permission denied"}
    assert places(folder) == ["0.xlsx"]


def test_a_folder_with_too_many_files_is_cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b/1.xlsx", "b/2.xlsx", "a/1.xlsx", "c/1.xlsx"):
        write(folder, name)
    monkeypatch.setattr(budgets, "MOST_GIVEN", 6)
    scanned, listing = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (scanned.append(Path(path).name), listing(path))[1])
    found, others = find_submissions(folder)
    assert [one.place for one in found] == ["0.xlsx", "a/1.xlsx", "b/1.xlsx"]
    assert [one.place for one in others] == ["b/2.xlsx"]
    assert scanned == ["submissions", "a", "b"]


def test_only_as_many_names_are_held_as_there_is_room_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Item:
        def __init__(self, number: int) -> None:
            self.name = f".{number:0500}"

    class Listing:
        def __enter__(self) -> "map[Item]":
            return map(Item, range(20_000))

        def __exit__(self, *error: object) -> None: ...

    monkeypatch.setattr(os, "scandir", lambda path: Listing())
    monkeypatch.setattr(budgets, "MOST_GIVEN", 100)
    with memory_below(1_000_000):
        assert len(refused(folder)) == 1


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (b"a\nb.xlsx", "a\\nb.xlsx"),
        (b"a\x1b[2J.xlsx", "a\\x1b[2J.xlsx"),
        ("作业.xlsx".encode("gbk"), "作业.xlsx"),
        (b"a\xff.xlsx", "a\\udcff.xlsx"),
    ],
    ids=["line break", "escape sequence", "GBK", "not decodable"],
)
def test_strange_names_on_the_disk_can_be_shown(folder: Path, name: bytes, place: str) -> None:
    write(folder, os.fsdecode(b"b/" + name))
    found, _ = find_submissions(folder)
    assert [one.place for one in found] == ["0.xlsx", f"b/{place}"]
    assert found[1].read.content() == b"content"
    assert found[1].place.encode().decode() == found[1].place


# What is given


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nothing", None, f"{{}} does not exist; {GIVE}"),
        ("no\0thing", None, f"{{}} does not exist; {GIVE}"),
        ("a.zip", b"", f"{{}} is empty; {GIVE}"),
        ("a.csv", b"1,2,3", f"{{}} is neither a folder nor a .zip file; {GIVE}"),
        ("a.zip", b"Rar!", f"{{}} is neither a folder nor a .zip file; {GIVE}"),
        ("a.zip", zipped("a.xlsx")[:-9], f"{{}} cannot be read as a .zip file: {DAMAGED}; {GIVE}"),
        ("a.xlsx", zipped("[Content_Types].xml"), f"{{}} is a single workbook; {GIVE}"),
        ("a.zip", zipped(), f"{{}} holds no files; {GIVE}"),
        ("a.zip", zipped("__MACOSX/a.xlsx"), f"{{}} holds no files; {GIVE}"),
    ],
    ids=[
        "missing",
        "NUL",
        "empty file",
        "no zip",
        "another archive",
        "truncated",
        "workbook",
        "empty zip",
        "nothing handed in",
    ],
)
def test_what_is_given_must_be_a_folder_or_a_zip(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / name if content is None else write(tmp_path, name, content)
    with pytest.raises(SubmissionError) as caught:
        find_submissions(path)
    assert str(caught.value) == message.format(str(path).replace("\0", "\\x00"))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "empty folder"])
def test_a_pipe_or_an_empty_folder_is_refused(tmp_path: Path, make: object) -> None:
    path = tmp_path / "line\nbreak"
    make(path)  # type: ignore[operator]
    what = "holds no files" if path.is_dir() else "is neither a folder nor a .zip file"
    with pytest.raises(SubmissionError) as caught:
        find_submissions(path)
    assert str(caught.value) == f"{tmp_path}/line\\nbreak {what}; {GIVE}"


def test_what_is_given_may_be_a_link_and_below_a_hidden_folder(tmp_path: Path) -> None:
    write(tmp_path, ".class/submissions/a.xlsx")
    (tmp_path / "link").symlink_to(tmp_path / ".class/submissions")
    assert places(tmp_path / "link") == ["a.xlsx"]
    assert places(tmp_path / ".class/submissions") == ["a.xlsx"]


def test_a_folder_that_the_system_refuses_to_read_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(path: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", failing)
    with pytest.raises(SubmissionError) as caught:
        find_submissions(folder)
    assert str(caught.value) == f"{folder} cannot be read: permission denied; give one that can"
