"""A .zip file that is not what it says."""

import random
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mlp2xlsx.classroom.submissions import contents, find_submissions
from mlp2xlsx.classroom.submissions.contents import InZip
from mlp2xlsx.errors import SubmissionError
from tests.classroom.submissions.looking import DAMAGED, places, refused, write
from tests.classroom.submissions.zips import edited, named, zipped


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
