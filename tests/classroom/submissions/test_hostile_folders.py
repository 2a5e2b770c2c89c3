"""A folder in which not all can be read."""

import os
import socket
from pathlib import Path

import pytest

from mlp2xlsx.classroom.submissions import find_submissions
from mlp2xlsx.classroom.submissions.contents import LARGEST_FILE
from mlp2xlsx.errors import SubmissionError
from tests.classroom.submissions.looking import memory_below, places, refused, write
from tests.classroom.submissions.zips import zipped


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
