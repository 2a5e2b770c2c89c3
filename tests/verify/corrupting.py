"""Corrupts a workbook again and again and verifies it; a program, since what it looks for ends processes.

    python -m tests.verify.corrupting WORKBOOK FIRST_SEED COUNT

Prints one JSON object: how often each outcome was met, and every exception that is none of ours.
"""

import io
import json
import random
import re
import sys
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from mlp2xlsx import verify
from mlp2xlsx.errors import MlpError
from tests.verify.helpers import trained_once
from tests.verify.serving import peak

Corrupt = Callable[[random.Random, bytes], bytes]
Parts = dict[str, bytes]

ODD = [
    "",
    "0",
    "-1",
    "1e308",
    "NaN",
    "99999999999999999999",
    "A1",
    "XFD1048576",
    "#REF!",
    "é",
    "true",
    "&amp;",
]


def unpacked(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return stream.getvalue()


def flipped(draw: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 5, 50])):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def directory_flipped(draw: random.Random, data: bytes) -> bytes:
    """Bytes of the archive's directory, which says where parts are and how large."""
    start = data.index(b"PK\x01\x02")
    return data[:start] + flipped(draw, data[start:])


def cut(draw: random.Random, data: bytes) -> bytes:
    return data[: draw.randrange(len(data))]


def middle_cut(draw: random.Random, data: bytes) -> bytes:
    start = draw.randrange(len(data))
    return data[:start] + data[start + draw.randrange(1, 2000) :]


def dropped(draw: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    for _ in range(draw.choice([1, 1, 2])):
        del parts[draw.choice(list(parts))]
    return packed(list(parts.items()))


def swapped(draw: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    one, other = draw.sample(list(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return packed(list(parts.items()))


def duplicated(draw: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    one, other = draw.sample(list(parts), 2)
    name = draw.choice([one, f"copy/{one}", one.upper()])
    return packed([*parts.items(), (name, parts[draw.choice([one, other])])])


def some_part(draw: random.Random, parts: Parts) -> str:
    """Pick a part, mostly one that is read."""
    read = [name for name in parts if "worksheets/" in name or "workbook" in name or name == "_rels/.rels"]
    return draw.choice(read if draw.random() < 0.9 else list(parts))


def xml_flipped(draw: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    name = some_part(draw, parts)
    parts[name] = flipped(draw, parts[name])
    return packed(list(parts.items()))


def xml_overwritten(draw: random.Random, data: bytes) -> bytes:
    parts = unpacked(data)
    name = some_part(draw, parts)
    start = draw.randrange(len(parts[name]))
    rubbish = draw.randbytes(draw.choice([1, 3, 30]))
    parts[name] = parts[name][:start] + rubbish + parts[name][start + len(rubbish) :]
    return packed(list(parts.items()))


def value_changed(draw: random.Random, data: bytes) -> bytes:
    """An attribute or a text gets another, mostly one that stands elsewhere in the part."""
    parts = unpacked(data)
    name = some_part(draw, parts)
    text = parts[name].decode()
    values = list(re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<>]+(?=<)', text))
    if not values:
        return data
    for match in sorted(draw.sample(values, min(len(values), draw.choice([1, 1, 3]))), key=re.Match.start)[
        ::-1
    ]:
        new = draw.choice(ODD) if draw.random() < 0.5 else draw.choice(values)[0].replace('"', "&quot;")
        text = text[: match.start()] + new + text[match.end() :]
    parts[name] = text.encode()
    return packed(list(parts.items()))


def element_moved(draw: random.Random, data: bytes) -> bytes:
    """An element is taken out, doubled or put elsewhere, tag and all."""
    parts = unpacked(data)
    name = some_part(draw, parts)
    text = parts[name].decode()
    elements = list(
        re.finditer(r"<(\w+)[^<>]*?(/>|>[^<>]*</\1>)|<c [^<>]*>.*?</c>|<row [^<>]*>.*?</row>", text)
    )
    if not elements:
        return data
    one, other = draw.choice(elements), draw.choice(elements)
    inserted = text[: other.start()] + one[0] + text[other.start() :]
    taken = text[: one.start()] + text[one.end() :]
    parts[name] = draw.choice([inserted, taken]).encode()
    return packed(list(parts.items()))


KINDS: tuple[Corrupt, ...] = (
    flipped,
    directory_flipped,
    cut,
    middle_cut,
    dropped,
    swapped,
    duplicated,
    xml_flipped,
    xml_overwritten,
    value_changed,
    value_changed,
    element_moved,
)


def outcome(path: Path) -> str:
    try:
        return "passed" if verify(path, quick=True).ok else "faults"
    except MlpError as error:
        return "refused" if "\n" not in str(error) else f"several lines: {error}"


def main(source: Path, first: int, count: int) -> None:
    warnings.simplefilter("ignore")  # zipfile's, of two parts with the same name
    data = source.read_bytes()
    outcomes: Counter[str] = Counter()
    raised, slowest = [], 0.0
    with TemporaryDirectory() as folder, trained_once():
        path = Path(folder) / "corrupted.xlsx"
        for seed in range(first, first + count):
            draw = random.Random(seed)
            kind = draw.choice(KINDS)
            path.write_bytes(kind(draw, data))
            print(seed, kind.__name__, file=sys.stderr, flush=True)
            start = time.process_time()
            try:
                outcomes[outcome(path)] += 1
            except Exception:
                raised.append(f"{seed} {kind.__name__}: {traceback.format_exc()}")
            slowest = max(slowest, time.process_time() - start)
    print(json.dumps({"outcomes": outcomes, "raised": raised, "slowest": slowest, "megabytes": peak()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
