"""Making the handouts of a class: what is made, what is kept, and what is refused."""

import os
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import openpyxl
import pytest

from mlp2xlsx.classroom import handouts
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.errors import (
    ClassError,
    DivergenceError,
    LessonError,
    LimitError,
    MlpError,
    OutputError,
    RosterError,
    UsageError,
)
from tests.classroom.lessons import ARTICLE, LESSONS, exercise

SMALL = LESSONS["and-or"]  # the quickest to be made
ROSTER = "Student ID,Name\ns001,Li Lei\ns002,Han Meimei\ns003,李雷\n"
FILES = ["s001-Li-Lei.xlsx", "s002-Han-Meimei.xlsx", "s003-李雷.xlsx"]


@pytest.fixture(autouse=True)
def _quick(request, monkeypatch):
    """Files that are made at once, where it does not matter what is in them."""
    if "real" not in request.fixturenames:
        monkeypatch.setattr(handouts, "make_both", stand_in)


@pytest.fixture
def real():
    """The workbooks themselves."""


def stand_in(asked):
    return f"handout {asked.ident}".encode(), f"key {asked.ident}".encode()


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path):
    return ClassFolder(tmp_path / "class")


def listed(folder):
    return sorted(os.listdir(folder))


def numbers(path):
    """What `Setup` of a workbook starts from."""
    book = openpyxl.load_workbook(path)
    found = []
    for name, defined in book.defined_names.items():
        if name.startswith("initial_"):
            title, ref = next(iter(defined.destinations))
            cells = book[title][ref.replace("$", "")]
            rows = cells if isinstance(cells, tuple) else ((cells,),)
            found += [cell.value for row in rows for cell in row]
    return found


def refused(kind, *arguments, **options):
    with pytest.raises(MlpError) as caught:
        handout(*arguments, **options)
    assert type(caught.value) is kind
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_a_class(home, roster):
    made = handout(home.path, SMALL, roster=roster, seed=7)
    assert (made.made, made.kept, made.seed) == (3, 0, 7)
    assert listed(home.path) == ["class.toml", "handouts", "key"]
    assert listed(home.handouts) == FILES
    assert listed(home.key) == ["class.json", *FILES]
    ends = f"3 handouts made, the answers are in {home.key}, seed 7, "
    assert str(made).startswith(f"{home.handouts}: {ends}")


@pytest.mark.usefixtures("real")
def test_every_student_has_a_sheet_of_their_own(home, roster):
    handout(home.path, SMALL, roster=roster, seed=7)
    found = [numbers(home.handouts / name) for name in FILES]
    assert len({tuple(one) for one in found}) == 3
    assert found == [numbers(home.key / name) for name in FILES]
    for name, one in zip(FILES, load_records(home).exercises(), strict=True):
        sheet = openpyxl.load_workbook(home.handouts / name)["Setup"]
        texts = {cell.value for row in sheet.rows for cell in row}
        assert {one.ident, one.label} <= texts


def test_samples_for_validation_have_no_part_in_it(tmp_path, real):
    kept = ARTICLE.replace(validation=0.34)
    trained_on = kept.replace(X=kept.X, y=kept.y, X_validation=kept.X, y_validation=kept.y)
    for folder, lesson in (("one", kept), ("other", trained_on)):
        handout(tmp_path / folder, lesson, seed=7)
    one, other = (ClassFolder(tmp_path / folder) for folder in ("one", "other"))
    assert numbers(one.handouts / "handout.xlsx") == numbers(other.handouts / "handout.xlsx")
    assert load_records(one).assignment.lesson.validation is None


def test_without_a_roster_there_is_one_for_anybody(home):
    made = handout(home.path, SMALL, seed=7)
    assert made.made == 1
    assert listed(home.handouts) == ["handout.xlsx"]
    assert listed(home.key) == ["class.json", "handout.xlsx"]
    assert load_records(home).is_open


def test_the_same_seed_makes_the_same_files(tmp_path, roster):
    for folder in ("one", "two"):
        handout(tmp_path / folder, SMALL, roster=roster, seed=7)
    for name in FILES:
        one, two = (ClassFolder(tmp_path / folder) for folder in ("one", "two"))
        assert (one.handouts / name).read_bytes() == (two.handouts / name).read_bytes()
    handout(tmp_path / "three", SMALL, roster=roster, seed=8)
    other = tmp_path / "three" / "handouts" / FILES[0]
    assert other.read_bytes() != (one.handouts / FILES[0]).read_bytes()


def test_a_seed_is_drawn_and_kept(tmp_path, roster):
    seeds = {handout(tmp_path / f"{number}", SMALL).seed for number in range(3)}
    assert len(seeds) == 3
    first = handout(tmp_path / "class", SMALL, roster=roster)
    assert load_records(ClassFolder(tmp_path / "class")).assignment.seed == first.seed
    again = handout(tmp_path / "class", SMALL, roster=roster)
    assert (again.seed, again.made, again.kept) == (first.seed, 0, 3)
    assert ", 3 were there already, " in str(again)


def test_a_second_run_makes_only_what_is_missing(home, roster):
    handout(home.path, SMALL, roster=roster, seed=7)
    first, second, _ = (home.handouts / name for name in FILES)
    first.unlink()
    (home.key / FILES[1]).unlink()
    before = {path: path.stat().st_mtime_ns for path in home.handouts.iterdir()}
    made = handout(home.path, SMALL, roster=roster)
    assert (made.made, made.kept) == (2, 1)
    after = {path: path.stat().st_mtime_ns for path in home.handouts.iterdir()}
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {first, second}
    assert listed(home.handouts) == FILES


def test_new_students_get_theirs_and_nobody_elses_changes(home, roster):
    handout(home.path, SMALL, roster=roster, seed=7)
    before = {name: (home.handouts / name).read_bytes() for name in FILES}
    roster.write_text(f"Student ID,Name\ns000,New\n{ROSTER.partition(chr(10))[2]}", encoding="utf-8")
    made = handout(home.path, SMALL, roster=roster)
    assert (made.made, made.kept) == (1, 3)
    assert {name: (home.handouts / name).read_bytes() for name in FILES} == before
    assert [student.id for student in load_records(home).students] == ["s000", "s001", "s002", "s003"]


@pytest.mark.parametrize(
    "options",
    [
        {"lesson": LESSONS["xor"]},
        {"lesson": SMALL.replace(language="zh")},
        {"lesson": SMALL.replace(lr=0.3)},
        {"seed": 8},
        {"blank": [3]},
        {"practice": True},
        {"formulas": True},
        {"vary_data": True},
        {"roster": None},
    ],
    ids=lambda options: next(iter(options)),
)
def test_another_assignment_is_refused_unless_forced(home, roster, options):
    asked = {"lesson": SMALL, "roster": roster}
    handout(home.path, **asked, seed=7)
    before = home.records.read_bytes()
    text = refused(ClassError, home.path, **(asked | options))
    assert text == (
        f"{home.path} holds handouts of another assignment (another lesson, seed, step or kind); "
        "choose another folder, or pass --force to replace them"
    )
    assert home.records.read_bytes() == before
    made = handout(home.path, **(asked | options), force=True)
    assert (made.made, made.kept) == (len(load_records(home).students), 0)
    assert made.seed == options.get("seed", 7)


def test_files_of_somebody_else_are_not_mixed_with(home):
    home.handouts.mkdir(parents=True)
    (home.handouts / "essay.docx").write_text("")
    assert refused(ClassError, home.path, SMALL) == (
        f"{home.handouts} holds files, but none of a class of mlp2xlsx; choose another folder, or pass --force"
    )
    handout(home.path, SMALL, force=True)
    assert listed(home.handouts) == ["essay.docx", "handout.xlsx"]


def test_other_files_in_the_folder_of_the_class_are_left_alone(home, tmp_path):
    home.path.mkdir()
    (home.path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    handout(home.path, SMALL, roster=home.path / "roster.csv")
    assert listed(home.path) == ["class.toml", "handouts", "key", "roster.csv"]


@pytest.mark.parametrize(
    ("blank", "message"),
    [
        ([1], "--blank: step 1 only reads what is given; expected steps from 3 to 12"),
        ([2, 3], "--blank: step 2 only reads what is given; expected steps from 3 to 12"),
        ([0], "--blank: step 0 does not exist; expected steps from 3 to 12"),
        ([3, 13], "--blank: step 13 does not exist; expected steps from 3 to 12"),
        ([-1], "--blank: step -1 does not exist; expected steps from 3 to 12"),
        ([], "--blank: no step is left to be filled in"),
    ],
    ids=str,
)
def test_steps_that_cannot_be_filled_in(home, blank, message):
    assert refused(UsageError, home.path, ARTICLE, blank=blank) == message
    assert not home.path.exists()


def test_steps_are_put_in_order(home):
    handout(home.path, SMALL, blank=[5, 3, 5])
    assert load_records(home).assignment.steps == (3, 5)


def test_nothing_is_made_when_the_roster_is_wrong(home, tmp_path):
    missing = tmp_path / "no.csv"
    assert refused(RosterError, home.path, SMALL, roster=missing).startswith(str(missing))
    twice = tmp_path / "twice.csv"
    twice.write_text("Student ID\ns001\nS001\n")
    assert "the id" in refused(RosterError, home.path, SMALL, roster=twice)
    assert not home.path.exists()


def test_nothing_is_made_of_a_lesson_that_is_too_wide_or_diverges(home):
    wide = ARTICLE.replace(X=[[0.001] * 17_000] * 3, initial={})
    assert "16,384" in refused(LimitError, home.path, wide)
    assert "diverges" in refused(DivergenceError, home.path, ARTICLE.replace(X=[[1e5, 0, 0, 0]] * 3))
    assert not home.path.exists()


def test_only_the_first_iteration_must_fit(home):
    long = SMALL.replace(iterations=900_000)
    assert handout(home.path, long).made == 1
    assert load_records(home).assignment.lesson.iterations == 1


def test_data_that_cannot_be_varied(home, monkeypatch):
    monkeypatch.undo()
    lesson = ARTICLE.replace(X=[[0, 0, 0, 0], [0, 0, 0, 0.001], [0, 0, 0, 0.019]])
    assert "to be varied" in refused(LessonError, home.path, lesson, vary_data=True)


def test_idents_that_are_the_same_by_chance(home, roster, monkeypatch):
    monkeypatch.setattr("mlp2xlsx.classroom.exercise.ident", lambda *_: "AAAA-AAAA")
    assert refused(ClassError, home.path, SMALL, roster=roster) == (
        "Li Lei (s001) and Han Meimei (s002) would get the same handout id; choose another --seed"
    )
    assert not home.path.exists()


class Dying(Executor):
    """Does some of the work, and is then interrupted."""

    def __init__(self, after):
        self.left = after

    def submit(self, function, /, *arguments):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        future = Future()
        future.set_result(function(*arguments))
        return future


def test_an_interrupted_run_goes_on_where_it_was(home, roster, monkeypatch):
    monkeypatch.setattr("mlp2xlsx.classroom.each._AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        handout(home.path, SMALL, roster=roster, seed=7, executor=Dying(2))
    assert listed(home.handouts) == FILES[:2]
    assert listed(home.key) == ["class.json", *FILES[:2]]
    made = handout(home.path, SMALL, roster=roster)
    assert (made.made, made.kept, made.seed) == (1, 2, 7)
    assert listed(home.handouts) == FILES


@pytest.mark.parametrize("when", [0, 1, 2, 3], ids=lambda n: f"at-file-{n}")
def test_a_run_that_is_killed_while_it_writes_goes_on(home, roster, monkeypatch, when):
    right, written = handouts.write_file, []

    def writing(path, content, **options):
        if len(written) == when:
            raise KeyboardInterrupt
        written.append(path)
        right(path, content, **options)

    monkeypatch.setattr(handouts, "write_file", writing)
    with pytest.raises(KeyboardInterrupt):
        handout(home.path, SMALL, roster=roster, seed=7)
    monkeypatch.setattr(handouts, "write_file", right)
    keys = set(listed(home.key))
    assert set(listed(home.handouts)) <= keys  # none without its key
    handout(home.path, SMALL, roster=roster)
    assert listed(home.handouts) == FILES
    assert listed(home.key) == ["class.json", *FILES]


def test_an_exercise_that_fails_is_an_error(home, roster, monkeypatch):
    def failing(asked):
        if asked.student.id == "s002":
            raise DivergenceError("too large")
        return stand_in(asked)

    monkeypatch.setattr(handouts, "make_both", failing)
    assert refused(DivergenceError, home.path, SMALL, roster=roster, seed=7) == "too large"


@pytest.mark.usefixtures("real")
def test_others_may_do_the_work(home, roster):
    with ThreadPoolExecutor(2) as executor:
        assert handout(home.path, SMALL, roster=roster, executor=executor).made == 3
    assert listed(home.handouts) == FILES


def test_progress_is_told_for_each(home, roster):
    told = []

    class Progress:
        def __init__(self, total):
            told.append(total)

        def __enter__(self):
            return told.append

        def __exit__(self, *_):
            pass

    handout(home.path, SMALL, roster=roster, progress=Progress)
    assert told == [3, 1, 1, 1]


def test_a_file_in_place_of_the_folder(tmp_path):
    path = tmp_path / "class"
    path.write_text("mine")
    assert refused(OutputError, path, SMALL) == (
        f"{path / 'handouts'} cannot be made: not a directory; choose another folder"
    )
    assert path.read_text() == "mine"


def test_a_file_in_place_of_the_handouts(home):
    home.path.mkdir()
    home.handouts.write_text("mine")
    text = refused(OutputError, home.path, SMALL)
    assert text == f"{home.handouts} cannot be made: file exists; choose another folder"


def test_a_folder_that_cannot_be_written_to(home, monkeypatch):
    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.mkdir", forbidden)  # the superuser may write everywhere
    assert refused(OutputError, home.path, SMALL) == (
        f"{home.handouts} cannot be made: permission denied; choose another folder"
    )


def test_a_handout_waits_for_answers_and_its_key_has_them():
    asked = exercise(SMALL)
    empty, key = asked.book(), asked.key()
    for name in asked.blank:
        title, box = empty.names[name]
        assert (box.row, box.col) not in empty.sheets[title].live
        live = key.sheets[title].live
        assert live[box.row, box.col].value == asked.true[name][0, 0]
