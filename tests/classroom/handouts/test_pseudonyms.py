"""Students without names: nothing outside the folder of the key says who anybody is, down to the last byte."""

import csv
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.errors import ClassError
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import LESSONS

ROSTER = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Last modified (grade)
Participant 11,Zyxwina Quorl,zq-4711,quorl@school.example,,,10.00,-
Participant 12,Vibbert Oggberta,zq-4712,ogg@school.example,,,10.00,-
Participant 13,Mumble Thwaite,zq-4713,thwaite@school.example,,,10.00,-
"""
NAMES = ["Zyxwina", "Quorl", "zq-471", "Vibbert", "Oggberta", "ogg@", "Mumble", "Thwaite"]
PLATFORM = "{}_{}_assignsubmission_file_"


def texts_of(path, content):
    """A file, whatever it is: its path and bytes, and all that is in it where it is a .zip or a workbook."""
    yield path, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from texts_of(f"{path}/{name}", archive.read(name))


def told(folder, kept=()):
    """What names somebody in the files of a folder, but for some folders of it."""
    found = []
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and not set(kept) & set(inner.parts):
            for place, content in texts_of(inner.as_posix(), path.read_bytes()):
                texts = [content.decode(encoding, "ignore") for encoding in ("utf-8", "utf-16-le")]
                found += [(place, name) for name in NAMES if any(name in text for text in [place, *texts])]
    return found


def made(folder, **options):
    (folder / "roster.csv").write_text(ROSTER)
    handout(folder / "class", LESSONS["and-or"], roster=folder / "roster.csv", seed=3, **options)
    (folder / "roster.csv").unlink()
    home = ClassFolder(folder / "class")
    return home, list(load_records(home).exercises())


def handed_in(folder, exercises):
    """One all right, one with a neighbour's handout and a file of another kind, one in a damaged file."""
    zyx, ogg, thwaite = (PLATFORM.format(one.student.name, 11 + n) for n, one in enumerate(exercises))
    right = submitted(exercises[0], right_answers(exercises[0]))
    files = {
        f"{zyx}/Zyxwina.xlsx": right,
        f"{zyx}/Zyxwina again.xlsx": right,
        f"{ogg}/Oggberta.xlsx": right,
        f"{ogg}/Oggberta.pdf": b"%PDF",
        f"{thwaite}/Thwaite.xlsx": b"PK damaged",
    }
    for place, content in files.items():
        path = folder.parent / "in" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder.parent / "in"


@pytest.fixture(scope="module")
def hidden(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hidden") / "here"
    folder.mkdir()
    home, exercises = made(folder, pseudonyms=True)
    (home.overrides).write_text(f"student,step,mark,comment\n{exercises[1].ident},4,1,oral\n")
    grades = grade(home.path, handed_in(folder, exercises), folder / "grades.csv", gradescope=True)
    return folder, home, exercises, grades


def test_no_byte_outside_the_key_says_who_anybody_is(hidden):
    folder, *_, grades = hidden
    assert len([path for path in folder.rglob("*") if path.is_file()]) > 15
    assert told(folder, kept=["key"]) == []
    assert [one.total for one in grades.standings] == [6, 1, 0]


def test_nor_does_what_the_command_says(hidden):
    *_, grades = hidden
    said = [str(grades), *(f"{one.about} {one.text('en')} {one.text('zh')}" for one in grades.notices)]
    assert len(grades.notices) >= 4
    assert [(text, name) for text in said for name in NAMES if name in text] == []


def test_the_key_says_who_is_who_and_holds_what_platforms_read(hidden):
    _, home, exercises, _ = hidden
    rows = list(csv.reader(io.StringIO((home.key / "names.csv").read_text(encoding="utf-8-sig"))))
    assert [row[:3] for row in rows[1:]] == [
        [one.ident, f"Participant {number}", one.student.name]
        for number, one in enumerate(exercises, start=11)
    ]
    worksheet = (home.key / "grading-worksheet.csv").read_text()
    assert "Participant 11,Zyxwina Quorl,zq-4711,quorl@school.example,,10," in worksheet
    for name in ("handouts-moodle.zip", "feedback-moodle.zip"):
        with zipfile.ZipFile(home.key / name) as archive:
            assert f"{PLATFORM.format('Zyxwina Quorl', 11).rstrip('_')}" in archive.namelist()[-1]
    assert sorted(path.name for path in home.handouts.iterdir()) == sorted(
        f"{one.ident}.xlsx" for one in exercises
    )


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """The same class with names: its folder, beside that of what was handed in."""
    folder = tmp_path_factory.mktemp("named") / "here"
    folder.mkdir()
    home, exercises = made(folder)
    grade(home.path, handed_in(folder, exercises), folder / "grades.csv", gradescope=True)
    return folder


def test_with_names_they_would_be_found_in_every_kind_of_file(named):
    places = {
        Path(place).parts[0] if place != "grades.csv" else place for place, _ in told(named, kept=["key"])
    }
    assert places == {"class", "grades.csv"}
    inner = {Path(place).parts[1] for place, _ in told(named, kept=["key"]) if place.startswith("class/")}
    assert inner == {"feedback", "feedback-moodle.zip", "gradescope", "grading-worksheet.csv", "handouts",
                     "handouts-moodle.zip", "report.html", "results.json"}  # fmt: skip


def test_they_can_be_asked_for_when_the_handouts_are_out(named, tmp_path):
    shutil.copytree(named.parent, tmp_path, dirs_exist_ok=True)
    folder, came_in = tmp_path / "here", tmp_path / "in"
    home = ClassFolder(folder / "class")
    home.settings.write_text("pseudonyms = true")
    grade(home.path, came_in, folder / "grades.csv", gradescope=True, force=True)
    assert told(folder, kept=["key", "handouts"]) == []


def test_a_second_time_the_class_has_them_without_being_asked(hidden, tmp_path):
    _, home, exercises, _ = hidden
    (tmp_path / "roster.csv").write_text(ROSTER)
    made_again = handout(home.path, LESSONS["and-or"], roster=tmp_path / "roster.csv")
    assert (made_again.made, made_again.kept) == (0, 3)
    assert [one.ident for one in load_records(home).exercises()] == [one.ident for one in exercises]


def test_an_open_class_has_none(tmp_path):
    handout(tmp_path / "class", LESSONS["and-or"], seed=3)
    (tmp_path / "class/class.toml").write_text("pseudonyms = true")
    with pytest.raises(ClassError, match="pseudonyms: found true, but without a roster"):
        grade(tmp_path / "class", tmp_path, tmp_path / "grades.csv")
