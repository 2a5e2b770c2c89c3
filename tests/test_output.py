import errno
import os
import stat
import sys

import pytest

from mlp2xlsx.errors import OutputError
from mlp2xlsx.output import replacing


def test_the_file_appears_complete(tmp_path):
    path = tmp_path / "out.xlsx"
    with replacing(path) as stream:
        stream.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out.xlsx"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_the_old_file_whole_and_nothing_beside_it(tmp_path, failure):
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(failure), replacing(path, force=True) as stream:  # noqa: PT012
        stream.write(b"half")
        raise failure
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.xlsx"]


def test_an_existing_file_needs_force(tmp_path):
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(OutputError) as error, replacing(path):
        pytest.fail("the block must not run")
    assert str(error.value) == f"{path} exists; pass --force to replace it"
    with replacing(path, force=True) as stream:
        stream.write(b"new")
    assert path.read_bytes() == b"new"


def test_a_missing_directory(tmp_path):
    path = tmp_path / "no" / "out.xlsx"
    with pytest.raises(OutputError) as error, replacing(path):
        pytest.fail("the block must not run")
    expected = f"{path}: {path.parent} does not exist; make it first or choose another place"
    assert str(error.value) == expected


def test_a_directory_in_its_place(tmp_path):
    with pytest.raises(OutputError) as error, replacing(tmp_path, force=True):
        pytest.fail("the block must not run")
    expected = f"{tmp_path} is a directory; give the name of a file in it, such as {tmp_path}/out.xlsx"
    assert str(error.value) == expected


def test_a_file_in_the_place_of_a_directory(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"")
    with pytest.raises(OutputError) as error, replacing(tmp_path / "a.xlsx" / "b.xlsx"):
        pytest.fail("the block must not run")
    file = tmp_path / "a.xlsx"
    assert str(error.value) == f"{file}/b.xlsx: {file} is no directory; choose another place"


def test_the_longest_name_there_is(tmp_path):
    path = tmp_path / ("x" * 250 + ".xlsx")
    with replacing(path) as stream:
        stream.write(b"new")
    assert path.read_bytes() == b"new"


def test_a_name_that_is_too_long(tmp_path):
    path = tmp_path / ("x" * 300 + ".xlsx")
    with pytest.raises(OutputError) as error, replacing(path):
        pytest.fail("the block must not run")
    assert str(error.value) == f"{path}: the name is too long; choose a shorter one"


@pytest.mark.skipif(sys.platform == "win32", reason="no device files")
def test_a_device_is_not_replaced():
    with pytest.raises(OutputError) as error, replacing("/dev/null", force=True):
        pytest.fail("the block must not run")
    assert str(error.value) == "/dev/null is not a regular file; give another name"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full; free some space or choose another place"),
        (errno.EROFS, "the place is read-only; choose another"),
        (errno.EACCES, "no permission to write there; choose another place"),
        (errno.EIO, "input/output error"),
    ],
    ids=["disk full", "read-only", "no permission", "anything else"],
)
def test_what_the_system_says_becomes_one_line(tmp_path, number, reason):
    path = tmp_path / "out.xlsx"
    with pytest.raises(OutputError) as error, replacing(path):
        raise OSError(number, os.strerror(number))
    assert str(error.value) == f"{path}: {reason}"
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_permissions_are_those_of_any_new_file_or_of_the_old_one(tmp_path):
    path = tmp_path / "out.xlsx"
    mask = os.umask(0o027)
    try:
        with replacing(path):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        with replacing(path, force=True):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(mask)


@pytest.mark.skipif(sys.platform == "win32", reason="links need privileges on Windows")
def test_a_link_is_followed(tmp_path):
    path, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    path.write_bytes(b"old")
    link.symlink_to(path)
    with replacing(link, force=True) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
