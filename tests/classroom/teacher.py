"""The teacher of a simulated class: collects what is handed in, and notes what must come of it."""

import io
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.classroom.persons import Person
from tests.classroom.students import AmbiguousError, Worth
from tests.classroom.ways import Desk, Filled, Way

NOON = 1_700_000_000


class Said(NamedTuple):
    """A notice that must be there; `about`, `key` and `other` exactly, and `one` with this in it."""

    about: str
    key: str
    one: str = ""
    other: str = ""


@dataclass
class Planted:
    """What must come of the submissions.

    Attributes
    ----------
    kinds
        Who did what, for the messages of the tests.
    worths
        By the id of the student; students who are missing are not in it.
    said
        The notices.
    places
        Where the file lies that counts.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    worths: dict[str, Worth] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)


class Teacher:
    """Collects the submissions: takes one student after the other from the class, and notes what is planted."""

    def __init__(self, folder: Path, submissions: Path, persons: list[Person]) -> None:
        self.submissions = submissions
        self.planted = Planted()
        self.desks = {person.id: Desk.of(folder, person) for person in persons}
        self._left = list(self.desks.values())
        self._zips: dict[str, list[tuple[str, bytes]]] = {}

    # Students

    def take(self, kind: str) -> Desk:
        desk = self._left.pop(0)
        self.planted.kinds[desk.person.id] = kind
        return desk

    def fitting(self, kind: str, way: Way) -> tuple[Desk, Filled]:
        """Take the first student with whose numbers it can be told what has to come of it."""
        for desk in self._left:
            try:
                filled = way(desk)
            except AmbiguousError:
                continue
            self._left.remove(desk)
            self.planted.kinds[desk.person.id] = kind
            return desk, filled
        raise AssertionError(f"{kind}: there is no student with whose numbers it can be planted")

    def plain(self, kind: str, count: int, way: Way) -> None:
        """Let some students fill in the handout and give it back under the name it has."""
        for _ in range(count):
            desk, (paper, value) = self.fitting(kind, way)
            self.counts(desk, value, self.put(desk.file, paper.content()))

    # Files

    def put(self, place: str, content: bytes, time: int = NOON) -> str:
        path = self.submissions / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (time, time))
        return place

    def zip(self, archive: str, name: str, content: bytes) -> str:
        self._zips.setdefault(archive, []).append((name, content))
        return f"{archive}/{name}"

    def close(self) -> None:
        """Write the .zip files; whoever is left over has handed in nothing."""
        for place, files in self._zips.items():
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name, content in files:
                    archive.writestr(name, content)
            self.put(place, stream.getvalue())
        for desk in self._left:
            self.planted.kinds[desk.person.id] = "missing"

    def counts(self, desk: Desk, value: Worth, place: str) -> None:
        self.planted.worths[desk.person.id] = value
        self.planted.places[desk.person.id] = place

    def say(self, about: str, key: str, one: str = "", other: str = "") -> None:
        self.planted.said.append(Said(about, key, one, other))
