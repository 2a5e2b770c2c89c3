"""What is too large is refused, and nobody pays for another."""

import os
import time
import zipfile
from pathlib import Path

import pytest

from mlp2xlsx.classroom.submissions import budgets, find_submissions
from mlp2xlsx.classroom.submissions.contents import LARGEST_FILE
from mlp2xlsx.errors import SubmissionError
from tests.cases import few_values
from tests.classroom.submissions.looking import GIVE, looked, memory_below, places, refused, write
from tests.classroom.submissions.zips import crowded, edited, zipped

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
    few_values(
        *("2-GB", "2-GB-as-moodle", "20001-files", "moodle", "canvas"),
        of={
            "2-GB": ("a.zip", bombs(104), BYTES),
            "2-GB-as-moodle": ("a.zip", bombs(104, f"Han Mei{SENT[6:]}/"), BYTES),
            "20001-files": ("a.zip", crowded(f"{number}.xlsx" for number in range(20_001)), FILES),
            "20001-folders": ("a.zip", crowded(f"{number}/" for number in range(20_001)), FILES),
            "moodle": (f"{SENT}/a.zip", bombs(104), BYTES),
            "moodle-hidden": (
                f"{SENT}/a.zip",
                crowded(f".{number}.xlsx" for number in range(20_001)),
                FILES,
            ),
            "canvas": ("leili_12_34_a.zip", bombs(104), BYTES),
        },
    ),
)
def test_a_zip_in_the_zip_of_the_class_costs_nobody_else(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    given = write(tmp_path, "all.zip", zipped((name, content), HONEST))
    sender = {"a": "a.zip", "L": SENDER, "l": "leili_12"}[name[0]]
    assert looked(given) == (["b.zip/b.xlsx"], {sender: reason})
    write(tmp_path, "unpacked/0.xlsx")
    write(tmp_path, f"unpacked/{name}", content)
    write(tmp_path, "unpacked/b.zip", HONEST[1])
    found, others = looked(tmp_path / "unpacked")
    assert found == ["0.xlsx", "b.zip/b.xlsx"]
    assert len(others) == 1


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


@pytest.mark.parametrize("hidden", few_values("workbooks", of={"workbooks": "", "hidden files": "."}))
def test_a_zip_of_100_000_entries_is_refused(folder: Path, hidden: str) -> None:
    write(folder, "A crammed.zip", crowded(f"{hidden}{number:06}.xlsx" for number in range(100_000)))
    write(folder, "Wang Wei.zip", zipped("a.xlsx", ("b.xlsx", os.urandom(5_000))))
    start = time.process_time()
    found, others = looked(folder)
    assert time.process_time() - start < 10
    assert found == ["0.xlsx", "Wang Wei.zip/a.xlsx", "Wang Wei.zip/b.xlsx"]
    reason = "more than 20,000 files and folders in one .zip file; unpack it first"
    assert others == {"A crammed.zip": reason}


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


def test_a_file_that_is_too_large_is_refused(folder: Path) -> None:
    for name, size in (("large.xlsx", LARGEST_FILE + 1), ("fits.xlsx", LARGEST_FILE)):
        os.truncate(write(folder, name), size)
    assert refused(folder) == {"large.xlsx": "more than 20 MB"}
    assert places(folder) == ["0.xlsx", "fits.xlsx"]


def test_a_zip_on_the_disk_may_be_larger_than_a_file(folder: Path) -> None:
    noise = bytes(LARGEST_FILE - 1)
    write(folder, "all.zip", zipped(("a.xlsx", noise), ("b.xlsx", noise), method=zipfile.ZIP_STORED))
    assert places(folder) == ["0.xlsx", "all.zip/a.xlsx", "all.zip/b.xlsx"]


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
