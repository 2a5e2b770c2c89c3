"""The marked workbooks go back to Moodle and Canvas under the names that their importers want."""

import re
import zipfile

import pytest

from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.returning import write_feedback_zips, write_handouts_zip
from mlp2xlsx.classroom.roster import read_roster
from tests.classroom.lessons import exercise
from tests.classroom.submissions.test_whose import OWN, Class

MOODLE = "Li Lei_12_assignsubmission_file"


def moodle_reads(name):
    """Participant and file name, as the importer of Moodle reads a path (`is_valid_filename_for_import`).

    A part of the path is cut at its underscores into five; the second is the number of the participant,
    the third and the fourth are the kind of plugin and its name, and the rest belongs to the file.
    """
    parts = name.split("/")
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        part = parts.pop(0).split("_", 4)
        if len(part) < 4 or not part[1].isdigit() or part[2:4] != ["assignsubmission", "file"]:
            continue
        return int(part[1]), "/".join([*part[4:], *parts]).lstrip("/")
    return None


def canvas_reads(name):
    """Numbers of the person and of the file that came in, which Canvas finds in a name."""
    found = re.fullmatch(r"[^_]+_(?:LATE_)?(\d+)_(\d+)_.+", name)
    return found and tuple(map(int, found.groups()))


@pytest.fixture
def made(tmp_path):
    def make(*places):
        marked = []
        for number, place in enumerate(places):
            path = tmp_path / f"s{number:03}-Li-Lei.xlsx"
            path.write_bytes(place.encode())
            marked.append((place, path))
        write_feedback_zips(tmp_path, marked)
        found = {}
        for platform in ("moodle", "canvas"):
            path = tmp_path / f"feedback-{platform}.zip"
            if path.exists():
                with zipfile.ZipFile(path) as archive:
                    found[platform] = {name: archive.read(name).decode() for name in archive.namelist()}
        return found

    return make


@pytest.mark.parametrize(
    "place",
    [
        f"{MOODLE}_/homework.xlsx",
        f"{MOODLE}/homework.xlsx",  # from Moodle 4.1 on
        f"{MOODLE}_homework.xlsx",
        f"course.zip/{MOODLE}_/a.zip/b/Han Mei_13_assignsubmission_file_/c.xlsx",
    ],
)
def test_moodle_finds_the_participant(made, place):
    [(name, content)] = made(place)["moodle"].items()
    assert moodle_reads(name) == (12, "s000-Li-Lei.xlsx")
    assert content == place


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("leili_12_34_homework.xlsx", "leili_12_34_homework.xlsx"),
        ("late/leili_LATE_12_34_home_work-1.xlsx", "leili_LATE_12_34_home_work-1.xlsx"),
        ("leili_12_34_all.zip/homework.xlsx", "leili_12_34_s000-Li-Lei.xlsx"),
    ],
)
def test_canvas_gets_the_names_that_came_in(made, place, name):
    assert made(place)["canvas"] == {name: place}
    assert canvas_reads(name) == (12, 34)


def test_what_no_platform_has_named_is_in_no_zip_and_an_old_one_goes(made):
    assert made("leili_12_34_a.xlsx", f"{MOODLE}_/a.xlsx").keys() == {"moodle", "canvas"}
    assert made("Li Lei/homework.xlsx", "a.zip/b.xlsx") == {}


def test_the_same_workbooks_make_the_same_zip(made, tmp_path):
    made(f"{MOODLE}_/a.xlsx")
    before = (tmp_path / "feedback-moodle.zip").read_bytes()
    made(f"{MOODLE}_/a.xlsx")
    assert (tmp_path / "feedback-moodle.zip").read_bytes() == before


@pytest.mark.parametrize("name", [".hidden.xlsx", "Li Lei/a.xlsx", "Li_Lei_12_assignsubmission_file_/a.xlsx"])
def test_other_names_moodle_would_pass_over(name):
    assert moodle_reads(name) is None


def test_a_class_that_is_graded_has_them(tmp_path):
    Class(tmp_path).graded(tmp_path / "in", OWN)
    with zipfile.ZipFile(tmp_path / "class/feedback-moodle.zip") as archive:
        assert [moodle_reads(name) for name in archive.namelist()] == [(11, "s001-Li-Lei.xlsx")]
    assert not (tmp_path / "class/feedback-canvas.zip").exists()


WORKSHEET = (
    "Identifier,Full name,ID number,Grade,Last modified (grade)\n"
    "Participant 12,Li Lei,s001,,-\nParticipant 13,Han_Mei_mei,s002,,-\n"
)


def handed_out(folder, roster):
    """Write the .zip with the handouts of a roster, and read it as Moodle does; None where there is none."""
    (folder / "roster.csv").write_text(roster)
    found = read_roster(folder / "roster.csv")
    for one in found.students:
        (folder / f"{one.file}.xlsx").write_text(one.id)
    write_handouts_zip(folder, Records(exercise().assignment, found.columns, found.students), folder)
    if not (folder / "handouts-moodle.zip").exists():
        return None
    with zipfile.ZipFile(folder / "handouts-moodle.zip") as archive:
        return {moodle_reads(name): archive.read(name).decode() for name in archive.namelist()}


def test_moodle_hands_each_their_own_handout(tmp_path):
    assert handed_out(tmp_path, WORKSHEET) == {
        (12, "s001-Li-Lei.xlsx"): "s001",
        (13, "s002-Han-Mei-mei.xlsx"): "s002",
    }


def test_no_other_roster_tells_moodles_numbers_and_an_old_zip_goes(tmp_path):
    assert handed_out(tmp_path, WORKSHEET) is not None
    assert handed_out(tmp_path, WORKSHEET.replace("Identifier", "Number")) is None
