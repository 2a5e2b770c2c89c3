"""Zip files of every kind, also of those that no program writes."""

import struct
import zipfile
from collections.abc import Iterable
from io import BytesIO

# Places of the fields in an entry of a zip's directory, and how they are written.
_FIELDS = {
    "system": (5, "<B"),
    "flags": (8, "<H"),
    "method": (10, "<H"),
    "date": (14, "<H"),
    "crc": (16, "<I"),
    "packed": (20, "<I"),
    "size": (24, "<I"),
    "attributes": (38, "<I"),
    "offset": (42, "<I"),
}


def zipped(*files: str | tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files, each given by its name or by its name and content."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for file in files:
            name, content = (file, b"content") if isinstance(file, str) else file
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), content, method)
    return stream.getvalue()


def edited(data: bytes, **fields: int) -> bytes:
    """A zip with fields changed in every entry of its directory, and nowhere else."""
    changed = bytearray(data)
    at = data.find(b"PK\1\2")
    while at >= 0:
        for field, value in fields.items():
            offset, form = _FIELDS[field]
            struct.pack_into(form, changed, at + offset, value)
        at = data.find(b"PK\1\2", at + 1)
    return bytes(changed)


def named(name: bytes, flags: int = 0) -> bytes:
    """A zip with one file whose name is these bytes."""
    stand_in = "x" * len(name)
    return edited(zipped(stand_in).replace(stand_in.encode(), name), flags=flags)


def crowded(names: Iterable[str]) -> bytes:
    """A zip of many empty files; much faster than zipfile."""
    local, directory, count = bytearray(), bytearray(), 0
    for name in names:
        text = name.encode()
        rest = struct.pack("<HHHHHIIIHH", 20, 0x800, 0, 0, 0x21, 0, 0, 0, len(text), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + rest
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(local)) + text
        local += b"PK\3\4" + rest + text
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(local), 0)
    return bytes(local + directory + b"PK\5\6" + end)
