"""What stands where inside an .xlsx archive."""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat

from lxml import etree

from mlp2xlsx.errors import WorkbookError, refuse, said_by_system
from mlp2xlsx.words import one_line, shortened
from mlp2xlsx.xlsx.reading.kinds import check_container, check_parts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

LARGEST_TREE = 8 * 1024 * 1024
"""Bytes of a part that is held as a tree; in memory, elements take up to 35 times as much."""
# Far above any workbook a spreadsheet opens comfortably; what is larger is refused before it is read.
_LARGEST_PART = 256 * 1024 * 1024
_LARGEST_ELEMENT = 8 * 1024 * 1024  # of a row, which can have 16,384 cells
_MOST_PARTS, _MOST_SHEETS = 1_000, 200
# Digits pack to a quarter or less; what unpacks to very much more than it is, is a bomb.
_LARGEST_RATIO, _HARMLESS = 100, 16 * 1024 * 1024
_LONGEST_REASON = 200
_LARGEST_KEPT = 16 * 1024  # bytes of a list of links

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that zipfile does not know
    RuntimeError,  # an encrypted archive
    LookupError,
    ValueError,
    struct.error,
    expat.ExpatError,
    etree.XMLSyntaxError,
)
"""What is raised where an archive or a part of it is not whole."""


class Relation(NamedTuple):
    """A link from one part of the archive to another; `kind` is the last word of its type."""

    kind: str
    target: str


@contextmanager
def open_archive(path: Path, content: bytes | None = None) -> Iterator[zipfile.ZipFile]:
    """Open a workbook; what goes wrong inside is a WorkbookError that names the file.

    Parameters
    ----------
    path
        The file.
    content
        Its bytes, where they have been read already.

    Raises
    ------
    WorkbookError
        When the archive or a part of it cannot be read.
    """
    with readable(path), path.open("rb") if content is None else io.BytesIO(content) as stream:
        check_container(stream)
        with zipfile.ZipFile(stream) as archive:
            check_size(archive)
            check_parts(archive)
            yield archive


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file, or with what was read of it, into a WorkbookError that names it."""
    try:
        yield
    except FileNotFoundError:
        raise WorkbookError(f"{path} does not exist; expected a workbook that mlp2xlsx built") from None
    except IsADirectoryError:
        raise WorkbookError(f"{path} is a directory; expected a workbook that mlp2xlsx built") from None
    except OSError as error:
        if error.filename is not None:
            raise WorkbookError(f"{path} cannot be read: {said_by_system(error)}") from error
        # Places in the archive that are before its start, and what other unpackers raise.
        raise _unreadable(path, error.strerror or str(error)) from error
    except DAMAGED as error:
        raise _unreadable(path, str(error.args[0] if error.args else error)) from error


def _unreadable(path: Path, reason: str) -> WorkbookError:
    reason = one_line(shortened(" ".join(reason.split()), _LONGEST_REASON))
    return WorkbookError(f"{path} is not a readable .xlsx file: {reason}")


def check_size(archive: zipfile.ZipFile) -> None:
    """Refuse a zip bomb by what its directory says; zipfile reads no more than that of any part."""
    parts = archive.infolist()
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    too_many = f"it has {len(parts):,} parts, expected at most {_MOST_PARTS:,}"
    faults = {
        too_many: len(parts) > _MOST_PARTS,
        "two of its parts have the same name": len({part.filename for part in parts}) < len(parts),
        f"unpacked it would have {size / 2**20:,.0f} MB": size > 2 * _LARGEST_PART,
        f"unpacked it would be {size // max(packed, 1):,} times as large": size > _HARMLESS
        and size > _LARGEST_RATIO * packed,
    }
    refuse(ValueError, faults)


def read_part(archive: zipfile.ZipFile, part: str, limit: int = _LARGEST_PART) -> bytes:
    """Read one part; zipfile stops at the size that the archive states for it."""
    return archive.read(_info(archive, part, limit))


def _info(archive: zipfile.ZipFile, part: str, limit: int = _LARGEST_PART) -> zipfile.ZipInfo:
    """Find a part, unless it is too large."""
    info = archive.getinfo(part)
    if info.file_size > limit:
        raise ValueError(f"{part} has {info.file_size:,} bytes, expected at most {limit:,}")
    return info


def parse_part(archive: zipfile.ZipFile, part: str) -> etree._Element:
    """Parse a small part, with no entities and no document type."""
    return parsed_part(read_part(archive, part, LARGEST_TREE), part)


def parsed_part(data: bytes, part: str) -> etree._Element:
    """Parse the bytes of a part; see `parse_part`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError(f"{part} declares a document type")
    return root


def parsed_if_whole(archive: zipfile.ZipFile, part: str) -> etree._Element | None:
    """Parse a small part; None where it is not there, damaged or too large."""
    try:
        return parse_part(archive, part)
    except (OSError, *DAMAGED):
        return None


def attribute(element: etree._Element, name: str) -> str:
    """Text of an attribute that must be there."""
    try:
        return str(element.attrib[name])
    except KeyError:
        tag, attribute = etree.QName(element).localname, etree.QName(name).localname
        raise ValueError(f"an element {tag} has no {attribute}") from None


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, Relation]:
    """Links of one part by their ids, with targets as archive names; `part` is "" for the package."""
    folder, name = posixpath.split(part)
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    data = read_part(archive, links, LARGEST_TREE)
    return dict((_known_links if len(data) <= _LARGEST_KEPT else _links)(data, links, folder))


def _links(data: bytes, part: str, folder: str) -> dict[str, Relation]:
    """Read a list of links, of a part in some folder."""
    root = parsed_part(data, part)
    found = {}
    for link in root.iter(f"{{{PACKAGE}}}Relationship"):
        if link.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attribute(link, "Target")))
            kind = attribute(link, "Type").rpartition("/")[2]
            found[attribute(link, "Id")] = Relation(kind, target.lstrip("/"))
    return found


# They are asked for several times, and are the same in all files of a class.
_known_links = lru_cache(maxsize=64)(_links)


def workbook_part(archive: zipfile.ZipFile) -> str:
    """Part that lists the sheets and the names."""
    books = [link.target for link in relations(archive, "").values() if link.kind == "officeDocument"]
    if len(books) != 1:
        raise ValueError("it holds no workbook")
    return books[0]


def worksheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Parts that hold the worksheets, by sheet title, in the order of the tabs."""
    book = workbook_part(archive)
    links = relations(archive, book)
    found: dict[str, str] = {}
    for sheet in parse_part(archive, book).iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet"):
        title, link = attribute(sheet, "name"), links[attribute(sheet, f"{{{DOCUMENT}}}id")]
        if title in found:
            raise ValueError(f'it has two sheets named "{shortened(title)}"')
        if link.kind == "worksheet":
            found[title] = archive.getinfo(link.target).filename
    too_many = f"it has {len(found):,} sheets, expected at most {_MOST_SHEETS}"
    refuse(ValueError, {"it holds no worksheet": not found, too_many: len(found) > _MOST_SHEETS})
    return found


def elements(archive: zipfile.ZipFile, part: str, *tags: str) -> Iterator[etree._Element]:
    """Yield the elements of some tags one by one, in memory that does not grow with the part.

    Parameters
    ----------
    archive, part
        Where they are.
    tags
        What they are called.

    Raises
    ------
    ValueError
        When the part declares a document type, or a single element is too large.
    """
    with archive.open(_info(archive, part)) as raw:
        yield from elements_of(raw, part, *tags)


def elements_of(
    raw: IO[bytes], part: str, *tags: str, note: Callable[[int], object] | None = None
) -> Iterator[etree._Element]:
    """Yield the elements of some tags of a part that has been opened; see `elements`.

    Parameters
    ----------
    raw, part
        Where they are, and what that is called in messages.
    tags
        What they are called.
    note
        Told how many bytes more have been read; what it raises ends the reading.
    """
    stream = _Metered(raw, part, note)
    parser = etree.iterparse(
        stream,
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    for _, element in parser:
        if first and element.getroottree().docinfo.internalDTD is not None:
            raise ValueError(f"{part} declares a document type")
        first = False
        stream.since = 0
        yield element
        element.clear()
        # Neither may what stands before it stay, nor what stands before what it is in. Once for each piece of
        # the part that has been read: for each element it would take half of the time.
        if stream.fresh:
            stream.fresh = False
            for one in (element, *element.iterancestors()):
                while one.getprevious() is not None:
                    del one.getparent()[0]


class _Metered:
    """A stream that stops when too much is read without an element having ended."""

    def __init__(self, stream: IO[bytes], part: str, note: Callable[[int], object] | None) -> None:
        self._stream = stream
        self._note = note
        self._part = part
        self.since = 0
        self.fresh = False  # whether more has been read than is known to be tidied up

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.since += len(data)
        self.fresh = True
        if self._note is not None:
            self._note(len(data))
        if self.since > _LARGEST_ELEMENT:
            raise ValueError(f"{self._part} holds an element of more than {_LARGEST_ELEMENT // 2**20} MB")
        return data
