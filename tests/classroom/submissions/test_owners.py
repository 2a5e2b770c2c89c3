import time

import pytest

from mlp2xlsx.classroom.submissions.owners import Owners
from mlp2xlsx.classroom.submissions.senders import platform_sender

MOODLE = "_12345_assignsubmission_file_"

CLASS = Owners(
    [
        ("K7Q2", "Li Lei", "s001-Li-Lei"),
        ("2023-05", "Han Meimei", "s002-Han-Meimei"),
        ("X9", "Anna Maria Müller", "s003-Anna-Maria-Muller"),
        ("7", "Bo", "s004-Bo"),
        ("M4X1", "Alexandra", "s005-Alexandra"),
        ("李001", "李雷", "s006-李雷"),
        ("W100", "王小明", "s007-王小明"),
        ("W101", "王小", "s008-王小"),
        ("G200", "Jean-Luc O’Neil", "s009-Jean-Luc-ONeil"),
        ("G201", "阿卜杜拉·买买提", "s010"),
        ("J300", "ジョン・スミス", "s011"),
        ("E400", "明", "s012"),
        ("N500", "Nguyễn Văn An", "s013"),
        ("straße", "Hong Gildong", "s014"),
    ]
)


@pytest.mark.parametrize(
    ("place", "student"),
    [
        # Moodle
        (f"Li Lei{MOODLE}/homework.xlsx", "K7Q2"),
        (f"Li Lei{MOODLE}/K7Q2 homework.xlsx", "K7Q2"),
        (f"Lei Li{MOODLE}/homework.xlsx", "K7Q2"),
        (f"Han Meimei{MOODLE}/K7Q2 homework.xlsx", "K7Q2"),
        (f"李雷{MOODLE}/作业.xlsx", "李001"),
        (f"雷 李{MOODLE}/作业.xlsx", "李001"),
        # Canvas
        ("leili_12345_67890_homework.xlsx", "K7Q2"),
        ("leili_LATE_12345_67890_homework-1.xlsx", "K7Q2"),
        ("mulleranna maria_12345_67890_homework.xlsx", "X9"),
        ("mullerannamaria_12345_67890_homework.xlsx", "X9"),
        ("oneiljeanluc_12345_67890_homework.xlsx", "G200"),
        # The file that was handed out
        ("s001-Li-Lei.xlsx", "K7Q2"),
        ("s001-Li-Lei (1).xlsx", "K7Q2"),
        ("s001-Li-Lei-2.xlsx", "K7Q2"),
        ("s001-Li-Lei copy.xlsx", "K7Q2"),
        ("s001-Li-Lei - Copy (2).xlsx", "K7Q2"),
        ("s001-Li-Lei_final.XLSX", "K7Q2"),
        ("s001-Li-Lei副本.xlsx", "K7Q2"),
        ("s004-Bo (1).xlsx", "7"),
        ("s006-李雷 - 副本.xlsx", "李001"),
        ("Copy of s010.xlsx", "G201"),
        # Ids
        ("k7q2.xlsx", "K7Q2"),
        ("homework_K7Q2_final.xlsx", "K7Q2"),
        ("K7Q2作业.xlsx", "K7Q2"),
        ("2023-05 homework.xlsx", "2023-05"),
        ("2023_05.xlsx", "2023-05"),
        ("STRASSE 1.xlsx", "straße"),
        ("K7Q2.zip/homework.xlsx", "K7Q2"),
        ("XK7Q2.xlsx", None),
        ("K7Q21.xlsx", None),
        ("K7 Q2.xlsx", None),
        ("202305.xlsx", None),
        # Names
        ("LI  LEI.xlsx", "K7Q2"),
        ("Li, Lei.xlsx", "K7Q2"),
        ("homework_li.lei.xlsx", "K7Q2"),
        ("LiLei homework.xlsx", "K7Q2"),
        ("Ｌｉ Ｌｅｉ.xlsx", "K7Q2"),
        ("𝐋𝐢 𝐋𝐞𝐢.xlsx", "K7Q2"),
        ("Anna Maria MÜLLER.xlsx", "X9"),
        ("Anna Maria Mu\u0308ller.xlsx", "X9"),
        ("Muller, Anna Maria.xlsx", "X9"),
        ("ONeil Jean Luc.xlsx", "G200"),
        ("Van An Nguyen.xlsx", "N500"),
        ("An Nguyễn Văn.xlsx", "N500"),
        ("Li Leia.xlsx", None),
        ("Lei.xlsx", None),
        ("Anna Müller.xlsx", None),
        ("2023001李雷作业.xlsx", "李001"),
        ("王小明作业.xlsx", "W100"),
        ("作业王小.xlsx", "W101"),
        ("李 雷 homework.xlsx", "李001"),
        ("阿卜杜拉买买提的作业.xlsx", "G201"),
        ("买买提 阿卜杜拉.xlsx", "G201"),
        ("スミス・ジョン.xlsx", "J300"),
        ("김.xlsx", None),
        ("homework.xlsx", None),
        ("", None),
        ("///", None),
        (".xlsx", None),
    ],
)
def test_a_path_names_a_student(place: str, student: str | None) -> None:
    assert CLASS.named_by(place) == student


@pytest.mark.parametrize(
    ("place", "student"),
    [
        ("7.xlsx", "7"),
        ("7/homework.xlsx", "7"),
        ("x9.xlsx", "X9"),
        ("Bo.xlsx", "7"),
        ("明.xlsx", "E400"),
        ("Alexandra homework.xlsx", "M4X1"),
        ("homework 7.xlsx", None),
        ("7-2.xlsx", None),
        ("X9 homework.xlsx", None),
        ("Bo homework.xlsx", None),
        ("说明.xlsx", None),
        ("homework 明.xlsx", None),
    ],
)
def test_what_is_very_short_must_stand_alone(place: str, student: str | None) -> None:
    assert CLASS.named_by(place) == student


@pytest.mark.parametrize(
    ("name", "telling"), [("Anna", False), ("Annas", True), ("An Na", True), ("李", False), ("李雷", True)]
)
def test_how_short_a_name_may_be(name: str, telling: bool) -> None:
    owners = Owners([("1", name, "")])
    assert owners.named_by(f"{name} homework.xlsx") == ("1" if telling else None)
    assert owners.named_by(f"{name}.xlsx") == "1"


@pytest.mark.parametrize(
    ("student", "telling"), [("a1", False), ("a-1", False), ("a12", True), ("a-12", True)]
)
def test_how_short_an_id_may_be(student: str, telling: bool) -> None:
    owners = Owners([(student, "", "")])
    assert owners.named_by(f"{student} homework.xlsx") == (student if telling else None)
    assert owners.named_by(f"{student}.xlsx") == student


@pytest.mark.parametrize(
    ("place", "student"),
    [
        ("Han Meimei/Li Lei.xlsx", "a01"),
        ("Han Meimei/s01.xlsx", "a01"),
        ("Han Meimei/Li Lei/1.xlsx", "a01"),
        ("Han Meimei/week 1/1.xlsx", "b02"),
        ("Li Lei and Han Meimei.xlsx", "b02"),
        ("Han Meimei and Li Lei.xlsx", "b02"),
        ("Li Lei Ming.xlsx", "c03"),
        ("a01 b02.xlsx", None),
        ("a01 a01.xlsx", "a01"),
        ("Li Lei Ming/a01 b02.xlsx", None),
        # Of the same name, in some order
        ("Wang Fang.xlsx", None),
        ("Fang Wang.xlsx", None),
        ("d04/Wang Fang.xlsx", None),
        ("Wang Fang/d04.xlsx", "d04"),
        # That one is called Xiaoming does not make it hers.
        ("Xiaoming Li.xlsx", None),
        ("d04/homework.xlsx", None),
    ],
)
def test_of_several_students_the_innermost_and_longest_match_wins(place: str, student: str | None) -> None:
    owners = Owners(
        [
            ("a01", "Li Lei", "s01"),
            ("b02", "Han Meimei", "s02"),
            ("c03", "Li Lei Ming", "s03"),
            ("d04", "Wang Fang", "homework"),
            ("e05", "Fang Wang", "homework"),
            ("f06", "Li Xiaoming", "s06"),
            ("g07", "Xiaoming Li", "s07"),
            ("h08", "Xiaoming", "s08"),
        ]
    )
    assert owners.named_by(place) == student


def test_students_without_anything_are_never_named() -> None:
    owners = Owners([("", "", ""), ("--", "...", "_")])
    assert [owners.named_by(place) for place in ("", "a.xlsx", "--.xlsx", "_/_")] == [None] * 4
    assert Owners([]).named_by("a/b.xlsx") is None


def test_a_thousand_paths_of_a_thousand_students_take_little_time() -> None:
    owners = Owners(
        [
            (f"K{n:04}", f"Student{n} Family{n % 50}", f"s{n:04}-Student{n}-Family{n % 50}")
            for n in range(1_000)
        ]
    )
    paths = [f"Student{n} Family{n % 50}{MOODLE}/homework.xlsx" for n in range(1_000)]
    start = time.process_time()
    assert [owners.named_by(path) for path in paths] == [f"K{n:04}" for n in range(1_000)]
    assert time.process_time() - start < 2


@pytest.mark.parametrize("step", ["a ", "李", "李 ", "a/"], ids=["words", "one run", "runs", "folders"])
def test_hostile_paths_take_little_time(step: str) -> None:
    owners = Owners([("K7Q2", "a" * 20, ""), ("K7Q3", "李" * 20, "")])
    start = time.process_time()
    assert owners.named_by(step * 5_000) in {None, "K7Q2", "K7Q3"}
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("place", "students"),
    [
        # The platform's part, whatever the sender calls the file.
        (f"Li Lei{MOODLE}/Han Meimei.xlsx", {"K7Q2"}),
        (f"Li Lei{MOODLE}/Han Meimei{MOODLE}/homework.xlsx", {"K7Q2"}),
        (f"Li Lei{MOODLE}Han Meimei{MOODLE}homework.xlsx", {"K7Q2"}),
        (f"Group A-Li Lei{MOODLE}/homework.zip/Han Meimei.xlsx", {"K7Q2"}),
        (f"course.zip/李雷{MOODLE}/K7Q2.xlsx", {"李001"}),
        ("leili_12345_67890_Han Meimei.xlsx", {"K7Q2"}),
        ("leili_LATE_12345_67890_s002-Han-Meimei.zip/Han Meimei.xlsx", {"K7Q2"}),
        # The .zip it came in, and a folder that has nobody's name but a student's.
        ("Li Lei.zip/Han Meimei.xlsx", {"K7Q2"}),
        ("K7Q2 homework.zip/Han Meimei.xlsx", {"K7Q2"}),
        ("Lei Li/Assignment/Version 1/Han Meimei.xlsx", {"K7Q2"}),
        ("all.zip/Li Lei.zip/Han Meimei.xlsx", {"K7Q2"}),
        # Of one that is not on the list nobody knows; what stands further in is no sign of anybody.
        (f"Participant_17{MOODLE[6:]}/Han Meimei.xlsx", set()),
        (f"A Stranger{MOODLE}/Li Lei.zip/homework.xlsx", set()),
        ("astranger_12_34_Li Lei.xlsx", set()),
        # Other folders and the name of the file itself are no senders.
        ("Group of Li Lei/homework.xlsx", set()),
        ("week 1/Li Lei.xlsx", set()),
        ("homework_2024_11_final.xlsx", set()),
    ],
)
def test_the_outermost_sender_counts(place: str, students: set[str]) -> None:
    assert CLASS.sent_by(place) == students


def test_a_sender_may_be_one_of_several_of_the_same_name() -> None:
    owners = Owners([("d04", "Wang Fang", ""), ("e05", "Fang Wang", ""), ("f06", "Wang", "")])
    assert owners.sent_by(f"Wang Fang{MOODLE}/f06.xlsx") == {"d04", "e05"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (f"Li Lei{MOODLE}/a.xlsx", f"Li Lei{MOODLE}/b/c.xlsx", True),
        ("leili_12_34_a.xlsx", "leili_LATE_12_35_b.xlsx", True),
        (f"Li Lei{MOODLE}/a.xlsx", "Li Lei_99_assignsubmission_file_/a.xlsx", False),
        ("leili_12_34_a.xlsx", "leili_13_34_a.xlsx", False),
    ],
)
def test_files_of_one_sender_have_the_same_mark(one: str, other: str, same: bool) -> None:
    assert (platform_sender(one) == platform_sender(other)) is same
    assert platform_sender("Li Lei/homework.xlsx") is None
