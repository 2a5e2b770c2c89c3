"""The files in a .zip that came from outside, found and unpacked with nothing believed that it says.

`zipfile` reads the directory. The files are unpacked here, because `zipfile` would read the whole
directory again for every one of them, and refuses those whose name is encoded in two ways.
"""

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast

from mlp2xlsx.errors import first_fault
from mlp2xlsx.lesson.tables.files.marks import text_of
from mlp2xlsx.words import one_line, shortened

# 100,000 files with names of 100 bytes; `zipfile` takes 20 times as much memory for them.
_LARGEST_DIRECTORY = 16 * 1024 * 1024
_LONGEST_NAME = 1_000  # of a path; systems stop at 260 or 4,096
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # by password, by certificate, with a hidden directory
_UTF_8 = 0x800
_UNIX = 3
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADER = struct.Struct("<26x2H")  # before each file, and ends with the lengths of name and extra field
DAMAGED = "damaged, or only a part; ask for it again"


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file in a .zip, as the directory has it.

    Attributes
    ----------
    name
        Its path with `/` between the folders, control characters escaped. It may hold `..`: it is for
        people, and nothing is opened or written by it.
    time
        When it was changed, in seconds since the epoch; 0.0 where no such moment exists.
    size, packed
        Bytes that it says it has, unpacked and packed.
    trouble
        Why it cannot be unpacked, if it cannot.
    """

    name: str
    time: float
    size: int
    packed: int
    offset: int
    crc: int
    method: int
    trouble: str | None = None


def entries(stream: IO[bytes]) -> list[ArchiveFile]:
    """List the files of a .zip in the order of its directory; folders have a name that ends in `/`.

    Raises
    ------
    ValueError
        When the directory is damaged or too long; the text is a short reason.
    """
    try:
        with zipfile.ZipFile(cast(IO[bytes], _Bounded(stream))) as archive:
            return [_entry(info) for info in archive.infolist()]
    except _TooLongError:
        raise ValueError(f"its list of files has more than {_LARGEST_DIRECTORY // 2**20} MB") from None
    except (
        zipfile.BadZipFile,
        OSError,
        NotImplementedError,  # a version that zipfile does not know
        ValueError,  # a name that is not the UTF-8 it says it is
        OverflowError,
        struct.error,
    ):
        raise ValueError(DAMAGED) from None


def is_workbook(listed: list[ArchiveFile]) -> bool:
    """Whether the files of a .zip are the parts of an .xlsx: one that was sent under the name of a .zip."""
    return any(entry.name == "[Content_Types].xml" for entry in listed)


class _TooLongError(Exception):
    """The directory is too long to be read."""


class _Bounded:
    """A stream that does not give the whole directory in one go if it is too long."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        if size > _LARGEST_DIRECTORY:
            raise _TooLongError
        return self._stream.read(size)


def _entry(info: zipfile.ZipInfo) -> ArchiveFile:
    name, trouble = _name(info), _trouble(info)
    if len(name) > _LONGEST_NAME:
        name, trouble = shortened(name, _LONGEST_NAME), f"a name of more than {_LONGEST_NAME:,} characters"
    size, packed = info.file_size, info.compress_size
    return ArchiveFile(
        name, _time(info), size, packed, info.header_offset, info.CRC, info.compress_type, trouble
    )


def _name(info: zipfile.ZipInfo) -> str:
    """Path of an entry; old Windows programs write it with backslashes, in the code page of the land."""
    name = info.orig_filename  # `filename` ends at the first NUL
    if not info.flag_bits & _UTF_8:
        name = decoded_name(name.encode("cp437"), name)
    steps = name.replace("\\", "/").split("/")
    path = "/".join(step for step in steps if step not in ("", "."))
    return one_line(path if steps[-1] else f"{path}/") or "."


def decoded_name(name: bytes, otherwise: str) -> str:
    """Decode a name whose encoding nobody noted: UTF-8, or the GBK of Chinese Windows."""
    found = (text_of(name, encoding) for encoding in ("utf-8", "gbk"))
    return next((text for text in found if text is not None), otherwise)


def _time(info: zipfile.ZipInfo) -> float:
    try:
        return datetime(*info.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _trouble(info: zipfile.ZipInfo) -> str | None:
    is_link = info.create_system == _UNIX and stat.S_ISLNK(info.external_attr >> 16)
    faults = {
        "locked with a password; ask for it without one": info.flag_bits & _ENCRYPTED,
        "a symbolic link, which is not followed": is_link,
        f"packed by method {info.compress_type}; ask for an ordinary .zip file": (
            info.compress_type not in _METHODS
        ),
    }
    return first_fault(faults)


def unpack(stream: IO[bytes], entry: ArchiveFile) -> bytes:
    """Unpack one file: never more bytes than its entry states.

    Raises
    ------
    ValueError
        When what is there is not what the entry states; the text is a short reason.
    """
    try:
        # Some streams have an OSError for places that cannot be, as if the disk had failed.
        if not 0 <= entry.offset < stream.seek(0, io.SEEK_END):
            raise ValueError(DAMAGED)
        stream.seek(entry.offset)
        stream.seek(sum(_HEADER.unpack(stream.read(_HEADER.size))), io.SEEK_CUR)
        content = stream.read(entry.packed)
        if entry.method == zipfile.ZIP_DEFLATED:
            # One byte more tells a file that is too long, and 0 would mean without limit.
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, entry.size + 1)
    except (ValueError, OverflowError, struct.error, zlib.error):
        raise ValueError(DAMAGED) from None
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise ValueError(DAMAGED)
    return content
