"""What is kept of a class: read back as it was written, and refused when it is something else."""

import json

import pytest

from mlp2xlsx.classroom.records import ClassFolder, Records, load_records, with_seed
from mlp2xlsx.errors import ClassError
from tests.classroom.lessons import HAN, LESSONS, LI, exercise

COLUMNS = ("Student ID", "Name", "Email")


def records_of(lesson=LESSONS["article"], students=(LI, HAN), columns=COLUMNS, **options):
    return Records(exercise(lesson, **options).assignment, columns, students)


def kept(records, tmp_path):
    home = ClassFolder(tmp_path / "class")
    home.key.mkdir(parents=True)
    records.save(home.records)
    return home


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_class_is_read_back_as_it_was(lesson, tmp_path):
    records = records_of(lesson)
    found = load_records(kept(records, tmp_path))
    assert (found.columns, found.students) == (records.columns, records.students)
    assert found.same_handouts(records)
    assert found.assignment.lesson.to_toml() == records.assignment.lesson.to_toml()
    for one, other in zip(found.exercises(), records.exercises(), strict=True):
        assert one.ident == other.ident
        assert {name: matrix.tolist() for name, matrix in one.true.items()} == {
            name: matrix.tolist() for name, matrix in other.true.items()
        }


@pytest.mark.parametrize(
    "options",
    [{"practice": True}, {"formulas": True}, {"vary_data": True}, {"seed": 8}, {"blank": [3, 5]}],
    ids=lambda options: next(iter(options)),
)
def test_another_assignment_is_told_from_this_one(options, tmp_path):
    records = records_of(**options)
    found = load_records(kept(records, tmp_path))
    assert found.assignment.__dict__ | {"lesson": None} == records.assignment.__dict__ | {"lesson": None}
    assert found.same_handouts(records)
    assert not found.same_handouts(records_of())


def test_another_lesson_or_language_is_told_from_this_one():
    assert not records_of().same_handouts(records_of(LESSONS["xor"]))
    assert not records_of().same_handouts(records_of(LESSONS["article"].replace(language="zh")))


def test_a_class_without_a_roster_is_open():
    assert not records_of().is_open
    assert records_of(columns=()).is_open
    assert not records_of().same_handouts(records_of(columns=()))


def test_students_make_no_other_assignment():
    assert records_of().same_handouts(records_of(students=(LI,)))


def test_another_seed():
    assert with_seed(records_of(), 9).assignment.seed == 9


def test_names_stay_as_they_are(tmp_path):
    odd = LI.__class__("=1+1", '李雷 "Leo" </script>', "", ("=1+1", "\u2028", ""), "id-1-1")
    assert load_records(kept(records_of(students=(odd,)), tmp_path)).students == (odd,)


def refused(home):
    with pytest.raises(ClassError) as caught:
        load_records(home)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text


def spoilt(tmp_path, change):
    """What is said of records that were changed, with their path cut out."""
    home = kept(records_of(), tmp_path)
    content = json.loads(home.records.read_text(encoding="utf-8"))
    changed = change(content)
    home.records.write_text(changed if isinstance(changed, str) else json.dumps(content), encoding="utf-8")
    return refused(home).replace(str(home.records), "class.json")


AGAIN = (
    "; make the handouts again into another folder, with the same roster and --seed, "
    "and take the file from there"
)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda kept: "", "Expecting value: line 1 column 1 (char 0)"),
        (lambda kept: "{", None),
        (lambda kept: "[]", None),
        (lambda kept: "null", None),
        (lambda kept: kept.pop("students") and None, "'students'"),
        (lambda kept: kept.pop("seed") and None, "'seed'"),
        (lambda kept: kept["students"][0].pop("file") and None, "'file'"),
        (lambda kept: kept["students"][0].update(file="../../etc/passwd"), "a file name with a folder in it"),
        (lambda kept: kept["students"][0].update(file="/tmp/x"), "a file name with a folder in it"),
        (lambda kept: kept["students"][0].update(file=7), None),
        (lambda kept: kept.update(steps=["three"]), None),
        (lambda kept: kept.update(students=7), None),
        (lambda kept: kept.update(lesson="= 7"), None),
        (lambda kept: kept.update(lesson=7), None),
        (lambda kept: "[" * 100_000, None),
    ],
    ids=[
        "empty",
        "cut-off",
        "list",
        "null",
        "no-students",
        "no-seed",
        "no-file",
        "file-elsewhere",
        "file-at-the-root",
        "file-is-a-number",
        "steps-are-words",
        "students-are-a-number",
        "no-lesson",
        "lesson-is-a-number",
        "too-deep",
    ],
)  # fmt: skip
def test_damaged_records(change, why, tmp_path):
    text = spoilt(tmp_path, change)
    assert text.startswith("class.json is damaged (")
    assert text.endswith(AGAIN)
    if why is not None:
        assert text == f'class.json is damaged ("{why}"){AGAIN}'


@pytest.mark.parametrize("steps", [[99], [0], [1], []], ids=str)
def test_steps_that_cannot_be_filled_in(steps, tmp_path):
    text = spoilt(tmp_path, lambda kept: kept.update(steps=steps))
    assert text.startswith('class.json is damaged ("--blank: ')
    assert text.endswith(AGAIN)


def test_a_class_of_nobody(tmp_path):
    assert (
        spoilt(tmp_path, lambda kept: kept.update(students=[]))
        == f'class.json is damaged ("no students"){AGAIN}'
    )


def test_records_of_another_version(tmp_path):
    text = spoilt(tmp_path, lambda kept: kept.update(mlp2xlsx=2))
    assert text == "class.json is of another version of mlp2xlsx; use that one for this class"


def test_bytes_that_are_no_text(tmp_path):
    home = kept(records_of(), tmp_path)
    home.records.write_bytes(b"\xff\xfe\x00")
    assert refused(home).endswith(AGAIN)


def test_a_folder_without_a_class(tmp_path):
    home = ClassFolder(tmp_path)
    assert refused(home) == (
        f"{tmp_path} holds no class: {home.records} does not exist; "
        "give the folder that mlp2xlsx handout has made"
    )


def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "class").write_text("")
    assert refused(ClassFolder(tmp_path / "class")).endswith("class.json cannot be read: not a directory")


def test_a_folder_in_place_of_a_file(tmp_path):
    home = ClassFolder(tmp_path)
    home.records.mkdir(parents=True)
    assert refused(home) == f"{home.records} cannot be read: is a directory"
