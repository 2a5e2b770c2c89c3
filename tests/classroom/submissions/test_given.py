"""What is given to look in must be a folder or a .zip file."""

import os
from pathlib import Path

import pytest

from mlp2xlsx.classroom.submissions import find_submissions
from mlp2xlsx.errors import SubmissionError
from tests.classroom.submissions.looking import DAMAGED, GIVE, places, write
from tests.classroom.submissions.zips import zipped


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
