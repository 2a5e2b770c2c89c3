"""The commands `handout` and `grade`: what they print, how they end, and what they refuse."""

import json
import os
import re
import shutil

import pytest

from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.cli import main
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import LESSONS
from tests.cli.test_cli import NO_SUCH_LESSON

HELP = "; see python -m mlp2xlsx {} --help"
SECONDS = r"\d+\.\d s\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A class of two, one of whom has handed in, and an open class."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "roster.csv").write_text("Student ID,Name\ns001,Li Lei\ns002,Han Meimei\n")
    handout(folder / "class", LESSONS["and-or"], roster=folder / "roster.csv", seed=7)
    handout(folder / "open", LESSONS["and-or"], seed=7)
    for name in ("class", "open"):
        [first, *_] = load_records(ClassFolder(folder / name)).exercises()
        (folder / f"{name}-in").mkdir()
        (folder / f"{name}-in" / "a.xlsx").write_bytes(submitted(first, right_answers(first)))
        (folder / f"{name}-in" / "notes.txt").write_text("")
    (folder / "empty").mkdir()
    (folder / "grades.csv").write_text("mine")
    return folder


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    """A copy of it to work in."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *words):
    """Exit status, standard output and standard error."""
    try:
        status = main(list(words))
    except SystemExit as stop:  # argparse's own way
        status = stop.code
    return (status, *capsys.readouterr())


ROSTER_READ = (
    'roster.csv: 2 students, the first "s001" (Li Lei), ids from "Student ID", UTF-8, with commas between'
)


def test_handout_ends_with_one_line(here, capsys):
    words = ["handout", "new", "--lesson", "and-or", "--roster", "roster.csv", "--seed", "5", "--jobs", "1"]
    status, out, err = run(capsys, *words)
    assert (status, err) == (0, f"mlp2xlsx: {ROSTER_READ}\n")
    line = r"new/handouts: 2 handouts made, the answers are in new/key, seed 5, "
    assert re.fullmatch(line + SECONDS, out.replace(os.sep, "/"))
    status, out, err = run(capsys, *words)
    assert (status, err) == (0, f"mlp2xlsx: {ROSTER_READ}\n")
    line = r"new/handouts: 0 handouts made, 2 were there already, the answers are in new/key, seed 5, "
    assert re.fullmatch(line + SECONDS, out.replace(os.sep, "/"))


def test_handout_for_anybody(here, capsys):
    status, out, err = run(capsys, "handout", "new", "--lesson", "and-or", "--blank", "3-4,6")
    assert (status, err) == (0, "")
    assert re.fullmatch(
        r"new.handouts: 1 handout made, the answers are in new.key, seed \d+, " + SECONDS, out
    )
    assert load_records(ClassFolder(here / "new")).assignment.steps == (3, 4, 6)


def test_handout_takes_its_options(here, capsys):
    words = [
        "--lesson",
        "and-or",
        "--practice",
        "--formulas",
        "--vary-data",
        "--language",
        "zh",
        "--seed",
        "3",
    ]
    assert run(capsys, "handout", "new", *words)[0] == 0
    found = load_records(ClassFolder(here / "new")).assignment
    assert (found.practice, found.formulas, found.vary_data) == (True, True, True)
    assert (found.seed, found.lesson.language) == (3, "zh")


def test_a_roster_in_another_encoding(here, capsys):
    (here / "korean.csv").write_bytes("id,name\ns1,김민수\n".encode("euc_kr"))
    words = ["handout", "new", "--lesson", "and-or", "--jobs", "1", "--roster", "korean.csv"]
    status, _, err = run(capsys, *words)
    assert status == 1
    assert 'euc_kr "김민수"' in err
    assert not (here / "new").exists()
    status, _, err = run(capsys, *words, "--encoding", "euc_kr")
    assert status == 0
    assert (
        err
        == 'mlp2xlsx: korean.csv: 1 student, the first "s1" (김민수), ids from "id", EUC_KR, with commas between\n'
    )
    assert [path.name for path in (here / "new" / "handouts").iterdir()] == ["s1-김민수.xlsx"]


def test_handout_in_processes(here, capsys):
    """More than one process is worth its start from nine students on."""
    ids = "".join(f"t{number}\n" for number in range(9))
    (here / "nine.csv").write_text(f"Student ID\n{ids}")
    status, out, err = run(
        capsys, "handout", "new", "--lesson", "and-or", "--roster", "nine.csv", "--jobs", "2"
    )
    assert status == 0
    assert (
        err
        == 'mlp2xlsx: nine.csv: 9 students, the first "t0", ids from "Student ID", UTF-8, with commas between\n'
    )
    assert "9 handouts made" in out
    assert len(os.listdir(here / "new" / "handouts")) == 9


def test_grade_ends_with_one_line_and_says_what_it_noticed(here, capsys):
    status, out, err = run(capsys, "grade", "class", "class-in", "--out", "new.csv")
    assert status == 0
    assert err == "mlp2xlsx: notes.txt: not graded: a .txt file; ask for the workbook itself\n"
    line = (
        r"new\.csv: 1 of 2 students graded, 6\.00 of 6 on average, 1 notice in class/report\.html, "
        r"marked workbooks in class/feedback, "
    )
    assert re.fullmatch(line + SECONDS, out.replace(os.sep, "/"))
    text = (here / "new.csv").read_bytes().decode("utf-8-sig")
    assert text.splitlines() == [
        "Student ID,Name,Step 03,Step 04,Step 05,Step 06,Step 07,Step 08,Total",
        "s001,Li Lei,1,1,1,1,1,1,6",
        "s002,Han Meimei,,,,,,,",
    ]
    assert os.listdir(here / "class" / "feedback") == ["s001-Li-Lei.xlsx"]


def test_grade_without_a_roster(here, capsys):
    status, out, _ = run(capsys, "grade", "open", "open-in", "--out", "new.csv")
    assert status == 0
    assert "new.csv: 1 of 1 student graded, 6.00 of 6 on average" in out
    text = (here / "new.csv").read_bytes().decode("utf-8-sig")
    assert text.splitlines() == [
        "File,Step 03,Step 04,Step 05,Step 06,Step 07,Step 08,Total",
        "a.xlsx,1,1,1,1,1,1,6",
    ]


def test_grade_again_marks_nothing_anew(here, capsys, monkeypatch):
    assert run(capsys, "grade", "class", "class-in", "--out", "new.csv")[0] == 0
    before = (here / "new.csv").read_bytes()
    monkeypatch.setattr("mlp2xlsx.classroom.work.mark", None)
    status, out, _ = run(capsys, "grade", "class", "class-in", "--out", "new.csv", "--force")
    assert status == 0
    assert "1 of 2 students graded" in out
    assert (here / "new.csv").read_bytes() == before


def test_of_many_notices_only_some_are_printed(here, capsys):
    for number in range(30):
        (here / "class-in" / f"{number:02}.pdf").write_text("")
    status, _, err = run(capsys, "grade", "class", "class-in", "--out", "new.csv")
    assert status == 0
    assert err.count("\n") == 21
    assert err.endswith("mlp2xlsx: … and 11 more, in the report\n")


def test_force_replaces_the_table(here, capsys):
    status, _, _ = run(capsys, "grade", "class", "class-in", "--out", "grades.csv", "--force")
    assert status == 0
    assert (here / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbfStudent ID,")


WRONG = [
    (["handout"], 2, "the following arguments are required: CLASS" + HELP.format("handout")),
    (["handout", "new", "--lesson", "nosuch"], 2, NO_SUCH_LESSON),
    (["handout", "new", "--lesson", "no/such.toml"], 1, None),
    (["handout", "new", "--blank", "a"], 2, 'argument --blank: found "a", expected a whole number' + HELP.format("handout")),
    (["handout", "new", "--blank", "3-b"], 2, 'argument --blank: found "b", expected a whole number' + HELP.format("handout")),
    (["handout", "new", "--blank", "5-3"], 2, 'argument --blank: found "5-3", expected a range such as 3-12' + HELP.format("handout")),
    (["handout", "new", "--blank", "0"], 2, 'argument --blank: found "0", expected a range such as 3-12' + HELP.format("handout")),
    (["handout", "new", "--blank", "3-99999999"], 2, 'argument --blank: found "3-99999999", expected a range such as 3-12' + HELP.format("handout")),
    (["handout", "new", "--blank", ""], 2, 'argument --blank: found "", expected a whole number' + HELP.format("handout")),
    (["handout", "new", "--blank", "1"], 2, "--blank: step 1 only reads what is given; expected steps from 3 to 12"),
    (["handout", "new", "--blank", "99"], 2, "--blank: step 99 does not exist; expected steps from 3 to 12"),
    (["handout", "new", "--blank", "3-13"], 2, "--blank: step 13 does not exist; expected steps from 3 to 12"),
    (["handout", "new", "--jobs", "0"], 2, "argument --jobs: found 0, expected 1 or more" + HELP.format("handout")),
    (["handout", "new", "--jobs", "two"], 2, 'argument --jobs: found "two", expected a whole number' + HELP.format("handout")),
    (["handout", "new", "--seed", "x"], 2, 'argument --seed: found "x", expected a whole number' + HELP.format("handout")),
    (["handout", "new", "--practise"], 2, "unrecognized arguments: --practise (did you mean --practice?)" + HELP.format("handout")),
    (["handout", "new", "--language", "xx"], 2, None),
    (["handout", "new", "--roster", "no.csv"], 1, None),
    (["handout", "new", "--encoding", "gbk"], 2, "--encoding, --sheet and --id-column are about a roster; expected --roster FILE with them"),
    (["handout", "new", "--roster", "roster.csv", "--sheet", "A"], 1, "--sheet is for workbooks, roster.csv is a text; leave it out"),
    (["handout", "class", "--lesson", "xor", "--roster", "roster.csv"], 1, "class holds handouts of another assignment (another lesson, seed, step or kind); choose another folder, or pass --force to replace them"),
    (["handout", "grades.csv"], 1, "grades.csv/handouts cannot be made: not a directory; choose another folder"),
    (["grade"], 2, "the following arguments are required: CLASS, SUBMISSIONS, --out" + HELP.format("grade")),
    (["grade", "class", "class-in"], 2, "the following arguments are required: --out" + HELP.format("grade")),
    (["grade", "class", "class-in", "--out", "new.csv", "--jobs", "0"], 2, "argument --jobs: found 0, expected 1 or more" + HELP.format("grade")),
    (["grade", "class", "nosuch", "--out", "new.csv"], 1, "nosuch does not exist; give the folder or the .zip file that holds the submitted workbooks"),
    (["grade", "class", "empty", "--out", "new.csv"], 1, "empty holds no files; give the folder or the .zip file that holds the submitted workbooks"),
    (["grade", "class", "roster.csv", "--out", "new.csv"], 1, "roster.csv is neither a folder nor a .zip file; give the folder or the .zip file that holds the submitted workbooks"),
    (["grade", "class", "class-in", "--out", "grades.csv"], 1, "grades.csv exists; pass --force to replace it"),
    (["grade", "class", "class-in", "--out", "no/new.csv"], 1, "no/new.csv: no does not exist; make it first or choose another place"),
    (["grade", "class", "class-in", "--out", "class"], 1, "class is a directory; give the name of a file in it, such as class/out.xlsx"),
    (["grade", "empty", "class-in", "--out", "new.csv"], 1, "empty holds no class: empty/key/class.json does not exist; give the folder that mlp2xlsx handout has made"),
    (["grade", "nosuch", "class-in", "--out", "new.csv"], 1, "nosuch holds no class: nosuch/key/class.json does not exist; give the folder that mlp2xlsx handout has made"),
    (["grade", "grades.csv", "class-in", "--out", "new.csv"], 1, "grades.csv/key/class.json cannot be read: not a directory"),
]  # fmt: skip


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(("words", "status", "message"), WRONG, ids=[" ".join(words) for words, *_ in WRONG])
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_made(here, capsys, words, status, message):
    before = files_in(here)
    found, out, err = run(capsys, *words)
    assert (found, out) == (status, "")
    assert err.startswith("mlp2xlsx: ")
    assert err.count("\n") == 1
    if message is not None:
        assert err == f"mlp2xlsx: {message}\n"
    assert files_in(here) == before
    assert (here / "grades.csv").read_text() == "mine"


def test_a_roster_that_is_missing(here, capsys):
    _, _, err = run(capsys, "handout", "new", "--roster", "no.csv")
    assert err.startswith("mlp2xlsx: no.csv")


def test_the_results_as_json(here, capsys):
    status, out, _ = run(capsys, "grade", "class", "class-in", "--out", "new.csv", "--json", "--points", "60")
    found = json.loads(out)
    assert status == 0
    assert found == json.loads((here / "class" / "results.json").read_text(encoding="utf-8"))
    assert [one["total"] for one in found["students"]] == [60, None]
    assert found["statistics"]["median"] == 60


@pytest.mark.parametrize("points", ["0", "-1", "ten", "nan", "1e9"])
def test_points_that_cannot_be(here, capsys, points):
    status, _, err = run(capsys, "grade", "class", "class-in", "--out", "new.csv", f"--points={points}")
    assert status == 2
    assert f'found "{points}", expected a number above 0, up to 10000' in err


def test_a_wrong_setting_is_one_line_and_nothing_is_made(here, capsys):
    (here / "class" / "class.toml").write_text("late = 'gone'")
    before = files_in(here)
    status, out, err = run(capsys, "grade", "class", "class-in", "--out", "new.csv")
    assert (status, out) == (1, "")
    path = os.path.join("class", "class.toml")
    assert err == f'mlp2xlsx: {path}: late: found "gone", expected "flagged" or "nothing"\n'
    assert files_in(here) == before


def test_settings_are_written_once_in_the_language_of_the_handouts(here, capsys):
    words = ["handout", "new", "--lesson", "and-or", "--language", "zh"]
    assert run(capsys, *words)[0] == 0
    path = here / "new" / "class.toml"
    assert "截止时间" in path.read_text(encoding="utf-8")
    path.write_text("points = 5")
    assert run(capsys, *words)[0] == 0
    assert path.read_text() == "points = 5"
