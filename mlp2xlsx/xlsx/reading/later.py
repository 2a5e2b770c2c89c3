"""Sheets that are read when it is known how they are built: most of their rows need only be compared."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from mlp2xlsx.xlsx.bands import Bands, without_results
from mlp2xlsx.xlsx.reading.package import MAIN, read_part
from mlp2xlsx.xlsx.reading.seen.sheet import SeenSheet
from mlp2xlsx.xlsx.reading.sheet_reader import Room, read_stream
from mlp2xlsx.xlsx.reading.sheets import AsBuilt, SheetContents

# A sheet as we write it. Without comments, texts that are taken as they are and document types, what looks
# like a row is one; without other namespaces its name means what it should.
_START = f'<worksheet xmlns="{MAIN}">'.encode()
_NOT_PLAIN = (b"<!", b"<?", b"xmlns=")
_LARGEST = 96 * 1024 * 1024  # in memory twice
_END = b"</f>"
_RESULT = re.compile(rb"(?<=</f>)(?:<v>([^<]*)</v>)?")
_AT_ONCE = 64


class Later:
    """The sheets of a workbook that have not been read yet.

    Parameters
    ----------
    shared
        The texts that cells refer to by number.
    room
        How much there may be in all sheets.
    seen
        Takes what each sheet shows besides, by title.

    Attributes
    ----------
    sheets
        The name of its part and its bytes for each of them, by title.
    """

    def __init__(self, shared: list[str], room: Room, seen: Mapping[str, SeenSheet]) -> None:
        self._shared = shared
        self._seen = seen
        self._room = room
        self.sheets: dict[str, tuple[str, bytes]] = {}

    def take(self, archive: zipfile.ZipFile, title: str, part: str) -> bool:
        """Take a sheet, if it is written as we write them: others can as well be read at once."""
        if archive.getinfo(part).file_size > _LARGEST:
            return False
        data = read_part(archive, part)
        if data.startswith(_START):
            self.sheets[title] = part, data
        return title in self.sheets

    def n_cells(self, title: str) -> int:
        """How many cells of a sheet are not empty."""
        return self.sheets[title][1].count(b"</c>")

    def read(self, title: str, bands: Sequence[Bands]) -> SheetContents:
        """Read a sheet.

        Parameters
        ----------
        title
            Which one.
        bands
            The rows that repeat, as they are built.

        Raises
        ------
        ValueError
            When it is damaged, or too large.
        """
        part, data = self.sheets.pop(title)
        seen = self._seen.get(title)
        # What stands between the results, and the results.
        pieces: list[bytes] = _RESULT.split(data)
        plain, results = b"".join(pieces[::2]), pieces[1::2]
        found, others = _compared(plain, results, bands)
        if not found or any(others.find(mark, len(_START)) >= 0 for mark in _NOT_PLAIN):
            return read_stream(io.BytesIO(data), part, self._shared, self._room, seen)
        for rows, n_bytes in found:
            self._room.take_cells(rows.n_cells)
            self._room.met += rows.n_cells
            self._room.note(n_bytes)
        contents = read_stream(io.BytesIO(others), part, self._shared, self._room, seen)
        # An array formula could reach into rows that have not been looked at.
        if any(formula.ref is not None for formula in contents.formulas.values()):
            if seen is not None:
                seen.forget()
            return read_stream(io.BytesIO(data), part, self._shared, self._room, seen)
        contents.as_built = tuple(rows for rows, _ in found)
        for row in {row for row, _ in (*contents.formulas, *contents.constants)}:
            if contents.is_as_built(row):
                raise ValueError(f"{part} has the row {row} twice, or out of order")
        contents.cells += sum(rows.n_cells for rows in contents.as_built)
        return contents


def _compared(
    data: bytes, results: list[bytes], bands: Sequence[Bands]
) -> tuple[list[tuple[AsBuilt, int]], bytes]:
    """Find the rows that are as built, with their size, and what is left of the sheet without them.

    The sheet is given without what its formulas have left, and that by itself, in the same order.
    """
    found = []
    others: list[bytes] = []
    copied = passed = 0
    for one in bands:
        same: list[range] = []
        left: list[bytes] = []
        n_bytes = 0
        for repetitions, start, end in _same(data, one, copied):
            same.append(repetitions)
            n_bytes += end - start
            before = data[copied:start]
            copied, first = end, passed + before.count(_END)
            others.append(_with(before, results[passed:first]))
            passed = first + len(repetitions) * sum(block.n_formulas for block in one.blocks)
            left += results[first:passed]
        if same:
            found.append((AsBuilt(one, _joined(same), left), n_bytes))
    return found, b"".join([*others, _with(data[copied:], results[passed:])])


def _with(data: bytes, results: list[bytes]) -> bytes:
    """Put what formulas have left back behind each of them."""
    first, *others = data.split(_END)
    back = (
        b"%b<v>%b</v>%b" % (_END, result, text) if result else _END + text
        for result, text in zip(results, others, strict=True)
    )
    return b"".join([first, *back])


def _joined(same: list[range]) -> range | frozenset[int]:
    whole = range(same[0].start, same[-1].stop)
    return whole if sum(map(len, same)) == len(whole) else frozenset(k for one in same for k in one)


def _same(data: bytes, bands: Bands, position: int) -> Iterator[tuple[range, int, int]]:
    """Yield runs of repetitions that are as built, with their first byte and the one after their last."""
    for first in range(0, bands.count, _AT_ONCE):
        run = range(first, min(first + _AT_ONCE, bands.count))
        texts = [text.encode() for text in bands.texts(run, without_results)]
        whole = b"".join(texts)
        if data.startswith(whole, position):
            yield run, position, position + len(whole)
            position += len(whole)
            continue
        for k, text in zip(run, texts, strict=True):
            position = data.find(f'<row r="{bands.row + k * bands.height}"'.encode(), position)
            if position < 0:  # to go on would be to search all of the sheet for each of them
                return
            if data.startswith(text, position):
                yield range(k, k + 1), position, position + len(text)
                position += len(text)
