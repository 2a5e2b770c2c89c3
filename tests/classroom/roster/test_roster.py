from pathlib import Path

import pytest

from mlp2xlsx.classroom.roster import read_roster
from mlp2xlsx.classroom.roster import reading as module
from tests.classroom.helpers import refused


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read(content):
    Path("roster.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(Path("roster.csv"))


def students(content):
    return [(one.id, one.name, one.email) for one in read(content).students]


# Exports

MOODLE = (
    "\ufeff"
    '"First name","Last name","ID number",Institution,Department,"Email address","Quiz: Backpropagation (Real)","Last downloaded from this course"\n'
    'Lei,Li,s001,,,li.lei@school.example,8.50,1718000000\n'
    '"Mary Ann","O\'Brien",s002,,,mary@school.example,-,1718000000\n'
)  # fmt: skip
MOODLE_QUIZ = (
    '"Last name","First name","Email address",State,"Started on",Grade/10.00\n'
    'Li,Lei,li.lei@school.example,Finished,"3 June 2024  9:00 AM",8.50\n'
    'Han,Meimei,han@school.example,Finished,"3 June 2024  9:02 AM",9.50\n'
    '"Overall average",,,,,9.00\n'
)  # fmt: skip
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Neural networks (4411),Current Score,Final Grade\r\n"
    ",,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,10.00,(read only),(read only)\r\n"
    '"Fletcher, Rowan",100001,9000001,rowanf,"ECS101-01 and ECS101-02",9.00,90.00,A\r\n'
    '"Guest, Ann",100002,,ann@example.org,ECS101-01,,,\r\n'
    '"Student, Test",100099,,bbbc6740f0b946af,ECS101-01,,,\r\n'
)
CANVAS_HALVES = (
    "LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,Essay (1)\n"
    "    Points Possible,,,,,,10\n"
    "Fletcher,Rowan,100001,9000001,rowanf,A,9\n"
    "Student,Test,100099,,bbbc6740f0b946af,A,\n"
)
CANVAS_WITHOUT_SIS = (
    "Student,ID,SIS Login ID,Section,Essay (1)\n"
    "    Points Possible,,,,10\n"
    '"Fletcher, Rowan",100001,rowanf,A,9\n'
    '"Student, Test",100099,bbbc6740f0b946af,A,\n'
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n"
    "#0012,lli,Li,Lei,lli@school.example,#\n"
)
OFFICE = (
    "2024级高一（3）班学生名单,,,\r\n"
    "序号,学号,姓名,邮箱\r\n"
    "1,20240101,李雷,lilei@school.example\r\n"
    "2,20240102,韩梅梅,\r\n"
    ",,,\r\n"
)
OFFICE_HALVES = "姓\t名\t学生编号\n李\t雷\tA1\n欧阳\t喆\tA2\nSmith\tJohn\tA3\n"
GERMAN = "Name;Vorname;Matrikel-Nr.;E-Mail-Adresse\nMüller;Zoë;0012;zm@uni.example\n"

EXPORTS = {
    "moodle": (
        MOODLE,
        [("s001", "Lei Li", "li.lei@school.example"), ("s002", "Mary Ann O'Brien", "mary@school.example")],
    ),
    "moodle-without-id-numbers": (
        MOODLE.replace("s001", "").replace("s002", ""),
        [
            ("li.lei@school.example", "Lei Li", "li.lei@school.example"),
            ("mary@school.example", "Mary Ann O'Brien", "mary@school.example"),
        ],
    ),
    "moodle-quiz": (
        MOODLE_QUIZ,
        [
            ("li.lei@school.example", "Lei Li", "li.lei@school.example"),
            ("han@school.example", "Meimei Han", "han@school.example"),
        ],
    ),
    "canvas": (CANVAS, [("9000001", "Fletcher, Rowan", ""), ("100002", "Guest, Ann", "")]),
    "canvas-halves": (CANVAS_HALVES, [("9000001", "Rowan Fletcher", "")]),
    "canvas-without-sis": (CANVAS_WITHOUT_SIS, [("100001", "Fletcher, Rowan", "")]),
    "canvas-semicolons": (
        "Student;ID;SIS Login ID;Section;Essay (1)\n    Points Possible;;;;10,00\nLi, Lei;1;lli;A;9,50\n",
        [("1", "Li, Lei", "")],
    ),
    "brightspace": (BRIGHTSPACE, [("#0012", "Lei Li", "lli@school.example")]),
    "office": (OFFICE, [("20240101", "李雷", "lilei@school.example"), ("20240102", "韩梅梅", "")]),
    "office-halves": (OFFICE_HALVES, [("A1", "李雷", ""), ("A2", "欧阳喆", ""), ("A3", "John Smith", "")]),
    "traditional": ("學號,姓名,電子郵件\nA1,李雷,a@b.example\n", [("A1", "李雷", "a@b.example")]),
    "german": (GERMAN, [("0012", "Zoë Müller", "zm@uni.example")]),
    "french": (
        "Prénom;Nom;Numéro d’étudiant;Adresse e-mail\nZoé;Petit;12;z@e.example\n",
        [("12", "Zoé Petit", "z@e.example")],
    ),
    "spanish": ("Nombre;Apellido(s);Matrícula\nZoe;Núñez Gil;12\n", [("12", "Zoe Núñez Gil", "")]),
    "polish": ("Nazwisko;Imię;E-mail\nŻółć;Łukasz;l@e.example\n", [("l@e.example", "Łukasz Żółć", "l@e.example")]),
    "russian": ("Фамилия,Имя,ID\nИванов,Иван,7\n", [("7", "Иван Иванов", "")]),
    "whole-name-and-halves": ("id,First name,Name,Last name\n1,Lei,Li Lei,Li\n", [("1", "Li Lei", "")]),
    "field-names": ("username,firstname,lastname,email\nlli,Lei,Li,l@e.example\n", [("lli", "Lei Li", "l@e.example")]),
    "ids-alone": ("ID\ns001\ns002\n", [("s001", "", ""), ("s002", "", "")]),
    "emails-alone": ("e-mail\nl@e.example\n", [("l@e.example", "", "l@e.example")]),
    "shouting": ("STUDENT_ID , FULL NAME\n s001 , Li  Lei \n", [("s001", "Li Lei", "")]),
    "line-break-in-cell": ('id,name,note\n1,"Li\nLei","a, ""b""\nc"\n', [("1", "Li Lei", "")]),
    "short-lines": ("id,name,group,\n1,Li Lei\n2\n", [("1", "Li Lei", ""), ("2", "", "")]),
    "empty-cells-too-many": ("id,name\n1,Li Lei,,\n", [("1", "Li Lei", "")]),
    "told-delimiter": ("sep=;\nid;name\n1;Li, Lei\n", [("1", "Li, Lei", "")]),
    "same-name": ("id,name\n1,Li Lei\n2,Li Lei\n", [("1", "Li Lei", ""), ("2", "Li Lei", "")]),
    "moodle-participants": (
        "\ufeff\"First name\",\"Last name\",\"Email address\",\"ID number\"\nLei,Li,li@e.example,s001\nAda,Byron,byron@e.example,\n",
        [("s001", "Lei Li", "li@e.example"), ("byron@e.example", "Ada Byron", "byron@e.example")],
    ),
    "moodle-worksheet": (
        "Identifier,\"Full name\",\"Email address\",Status,Grade,\"Maximum Grade\",\"Last modified (grade)\"\n"
        "\"Participant 12\",\"Lei Li\",li@e.example,\"No submission\",,10.00,-\n",
        [("li@e.example", "Lei Li", "li@e.example")],
    ),
    "blackboard": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t"Quiz [Total Pts: 10 Score] |123"\n'
        '"Li"\t"Lei"\t"lli"\t"s001"\t"2024-05-06 07:08:10"\t"Yes"\t"8.5"\n'.encode("utf-16"),
        [("s001", "Lei Li", "")],
    ),
    "teachers-among-them": (
        "First name,Last name,Email address,Roles,Groups\nLei,Li,li@e.example,Student,A\nAda,Byron,a@e.example,\"Teacher, Manager\",\n"
        "Emmy,Noether,n@e.example,Non-editing teacher,\nMei,Han,h@e.example,\"Student, Teaching assistant\",A\n",
        [("li@e.example", "Lei Li", "li@e.example"), ("h@e.example", "Mei Han", "h@e.example")],
    ),
    "teachers-in-chinese": ("学号,姓名,角色\n1,李雷,学生\n2,王老师,教师\n", [("1", "李雷", "")]),
    "student-called-like-the-average": ("id,name\n1,Overall average\n", [("1", "Overall average", "")]),
    "student-called-test": ("id,name\n1,Test Student\n", [("1", "Test Student", "")]),
    "test-known-to-the-school": (CANVAS_HALVES.replace("100099,,", "100099,9000099,"), [("9000001", "Rowan Fletcher", ""), ("9000099", "Test Student", "")]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), EXPORTS.values(), ids=EXPORTS)
def test_export(content, expected):
    assert students(content) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("content", [OFFICE, OFFICE_HALVES], ids=["office", "halves"])
def test_encoding(content, encoding):
    assert students(content.encode(encoding)) == students(content)


def test_columns_in_any_order():
    assert students("email,section,name,id\nl@e.example,A,Li Lei,1\n") == [("1", "Li Lei", "l@e.example")]
    assert students("name,id,section,email\nLi Lei,1,A,l@e.example\n") == [("1", "Li Lei", "l@e.example")]


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("ID,Student ID", 1),
        ("Student ID,ID", 0),
        ("ID,SIS User ID", 1),
        ("SIS Login ID,ID", 1),
        ("ID,Username", 1),
        ("Username,ID number", 1),
        ("编号,学号", 1),
        ("email,ID", 1),
    ],
)
def test_the_best_of_two_columns(header, best):
    [student] = read(f"{header},name\na,b,Li Lei\n").students
    assert student.id == "ab"[best]


def test_a_column_that_is_empty_does_not_count():
    assert students("Student ID,ID,name\n,7,Li Lei\n,8,Han Meimei\n") == [
        ("7", "Li Lei", ""),
        ("8", "Han Meimei", ""),
    ]


def test_cells_stand_as_they_are_in_the_file():
    found = read('\ufeffid, "E-mail " ,name,\n s001 ," a@b.example ","Li, Lei"\n'.replace('" ,', '",'))
    assert found.columns == ("id", "E-mail ", "name", "")
    [student] = found.students
    assert student.row == ("s001 ", " a@b.example ", "Li, Lei", "")
    assert (student.id, student.email) == ("s001", "a@b.example")


def test_files():
    assert [one.file for one in read(CANVAS).students] == ["9000001-Fletcher-Rowan", "100002-Guest-Ann"]
    assert [one.file for one in read(OFFICE).students] == ["20240101-李雷", "20240102-韩梅梅"]


# Refused

NO_IDS = 'expected "Student ID", "ID number", "SIS User ID", "学号" or "Email"'
OWN = "give every student an id of their own"

REFUSED = {
    "empty": ("", "roster.csv is empty; expected the names of the columns and one line per student"),
    "blank": ("\n,,\n", "roster.csv is empty; expected the names of the columns and one line per student"),
    "header-alone": (
        "id,name\n",
        "roster.csv has the names of the columns and nothing else; expected one line per student",
    ),
    "canvas-without-students": (
        "Student,ID,SIS User ID,Section\n    Points Possible,,,\n",
        "roster.csv has the names of the columns and nothing else; expected one line per student",
    ),
    "no-ids": (
        "Name,Group\nLi Lei,A\n",
        f'roster.csv line 1 names no column of ids: found "Name", "Group", {NO_IDS}; add such a column, or rename the one that has them',
    ),
    "no-header": (
        "s001,Li Lei,li@e.example\ns002,Han Meimei,han@e.example\n",
        'roster.csv line 1 is no header: found "s001", "Li Lei", "li@e.example", expected the names of the columns, among them "Student ID", "ID number", "SIS User ID", "学号" or "Email"; put them into the first line',
    ),
    "many-columns": (
        f"Name,{','.join(f'c{n}' for n in range(20))}\nLi Lei\n",
        'roster.csv line 1 names no column of ids: found "Name", '
        + ", ".join(f'"c{n}"' for n in range(11))
        + f", …, {NO_IDS}; add such a column, or rename the one that has them",
    ),
    "one-twice": (
        "id,name\n\ns001,Li Lei\ns002,Han Meimei\ns001,Li Ming\n",
        f'roster.csv line 5: the id "s001" stands in line 3 already; {OWN}',
    ),
    "another-case": ("id\ns001\nS001\n", f'roster.csv line 3: the id "S001" stands in line 2 already, as "s001"; {OWN}'),
    "wide": ("学号,姓名\nＡ１,李雷\na1,韩梅梅\n", f'roster.csv line 3: the id "a1" stands in line 2 already, as "Ａ１"; {OWN}'),
    "emails-twice": (
        "email,name\na@b.example,Li Lei\nA@B.example,Han Meimei\n",
        f'roster.csv line 3: the id "A@B.example" stands in line 2 already, as "a@b.example"; {OWN}',
    ),
    "line-breaks": (
        'id,name\n1,"Li\nLei"\n1,"Li Lei"\n',
        f'roster.csv line 4: the id "1" stands in line 2 already; {OWN}',
    ),
    "two-twice": (
        "id\na\nb\nA\nb\n",
        f'roster.csv has 2 ids that stand in it already: "A" in line 4 as in line 2, "b" in line 5 as in line 3; {OWN}',
    ),
    "many-twice": (
        "id\n" + "a\n" * 8,
        "roster.csv has 7 ids that stand in it already: "
        + ", ".join(f'"a" in line {line} as in line 2' for line in range(3, 8))
        + f" and 2 more; {OWN}",
    ),
    "no-id": (
        "name,ID number,email\nLi Lei,1,a@b.example\nHan Meimei,,\n",
        'roster.csv line 3: no id in column "ID number"; fill it in, or leave the line out',
    ),
    "no-id-but-another": (
        "学号,编号,姓名\n1,1,李雷\n,2,韩梅梅\n",
        'roster.csv line 3: no id in column "学号"; fill it in, or leave the line out',
    ),
    "no-id-in-canvas": (
        CANVAS + '"Li, Lei",,,,ECS101-01,,,\r\n',
        'roster.csv line 7: no id in column "SIS User ID"; fill it in, or leave the line out',
    ),
    "no-email": (
        "name,email\nLi Lei,a@b.example\nHan Meimei,\n",
        'roster.csv line 3: no id in column "email"; fill it in, or leave the line out',
    ),
    "no-ids-at-all": (
        "id,name\n" + ",Li Lei\n" * 7,
        'roster.csv has 7 lines without an id in column "id": line 2, line 3, line 4, line 5, line 6 and 2 more; fill them in, or leave these lines out',
    ),
    "clash": (
        "id,name\ns_1,Li Lei\ns-1,Li Lei\n",
        'roster.csv: the files of "s_1" ("Li Lei") and "s-1" ("Li Lei") would both be called s-1-Li-Lei; change one id of each two',
    ),
    "no-letter": (
        "id\n???\n",
        'roster.csv: the student "???" has no letter or digit for the name of a file; give another id',
    ),
    "control-character": (
        "id,name\n1,Li\x07Lei\n",
        'roster.csv line 2: the name "Li\\u0007Lei" contains the control character U+0007; expected plain text',
    ),
    "long-id": (f"id\n{'x' * 201}\n", "roster.csv line 2: the id has 201 characters; expected at most 200"),
    "comma-without-quotes": (
        "id,name\n1,Li Lei\n2,Han, Meimei\n",
        "roster.csv line 3 has 3 cells, line 1 has 2; put cells that contain a comma into quotes",
    ),
    "tab-too-many": (
        "a title\t\nid\tname\n1\tLi\tLei\n",
        "roster.csv line 3 has 3 cells, line 2 has 2; put cells that contain a tab into quotes",
    ),
    "wide-header": (f"id{',' * 1000}\n1\n", "roster.csv line 1 has 1001 columns; expected at most 1000"),
    "quotes": ('id,name\n1,"Li Lei\n', "roster.csv is not readable as CSV: a quote is opened and never closed, line 2"),
    "latin-1": (
        "id,name\n1,Müller\n".encode("latin-1"),
        'roster.csv line 2: byte 0xfc is not UTF-8; say --encoding with the name before what reads right: cp1252 "Müller"; gb18030 "M黮ler"; cp1251 "Mьller"; cp1253 "Mόller"; koi8_r "MЭller"; mac_roman "M¸ller"',
    ),
    "no-workbook": (b"PK\x03\x04\x00", "roster.csv is not readable as a workbook: Cannot detect file format; save it as .xlsx, or as CSV (UTF-8)"),
    "shortened": (
        "id,name\n2.02601E+11,Li Lei\n2.02601E+11,Han Meimei\n",
        'roster.csv line 2: the id "2.02601E+11" was shortened by a spreadsheet; export the list again and use it as it comes, or with the column of ids as text',
    ),
    "fifteen-digits": (
        "id,name\n202601012345678000,Li Lei\n202601012345679000,Han Meimei\n",
        'roster.csv line 2: the id "202601012345678000" was shortened by a spreadsheet; export the list again and use it as it comes, or with the column of ids as text',
    ),
    "made-a-number": (
        "id,name\n20260101.0,Li Lei\n",
        'roster.csv line 2: the id "20260101.0" was made a number with decimals; export the list again with the column as text, so that it is 20260101',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused(content, expected):
    assert refused(read, content) == expected


def test_a_hand_written_line_below_canvas_is_not_lost():
    assert students(CANVAS + '"Li, Lei",7,,,ECS101-01,,,\r\n')[-1] == ("7", "Li, Lei", "")


def test_a_huge_file_is_not_read():
    with open("roster.csv", "wb") as file:
        file.truncate(module.LARGEST_FILE + 1)
    assert refused(read_roster, Path("roster.csv")) == (
        "roster.csv is larger than 5 MB; expected a smaller roster"
    )


def test_a_huge_class():
    lines = "id\n" + "".join(f"s{n}\n" for n in range(module.MOST_STUDENTS))
    assert len(read(lines).students) == module.MOST_STUDENTS
    assert refused(read, f"{lines}one more\n") == "roster.csv has 20001 students; expected at most 20000"


def test_no_file_and_a_directory():
    assert refused(read_roster, Path("no.csv")) == "no.csv does not exist; expected a CSV file or a workbook"
    assert refused(read_roster, Path()) == ". is a directory; expected a CSV file or a workbook"


# What was asked, and what is told


def test_the_column_of_the_ids_is_the_one_that_is_asked_for():
    Path("roster.csv").write_text("title\nStudent ID,Locker,Name\n1,a7,Li Lei\n2,b8,Han Meimei\n")
    found = read_roster(Path("roster.csv"), id_column="locker")
    assert [one.id for one in found.students] == ["a7", "b8"]


def test_a_student_without_it_is_missed():
    Path("roster.csv").write_text("Student ID,Locker,Name\n1,a7,Li Lei\n2,,Han Meimei\n")
    assert refused(lambda: read_roster(Path("roster.csv"), id_column="Locker")) == (
        'roster.csv line 3: no id in column "Locker"; fill it in, or leave the line out'
    )


def test_a_column_that_is_not_there():
    Path("roster.csv").write_text("Student ID,Locker,Name\n1,a7,Li Lei\n")
    assert refused(lambda: read_roster(Path("roster.csv"), id_column="Loker")) == (
        'roster.csv has no column "Loker" (did you mean "Locker"?); expected one of "Student ID", "Locker", "Name"'
    )


def test_who_has_no_id_and_who_teaches_is_told():
    found = read(
        "ID number,First name,Last name,Email,Role\ns001,Lei,Li,li@e.example,Student\n"
        ",Mei,Han,h@e.example,Student\n,Ada,Byron,b@e.example,Teacher\n"
    )
    assert found.understood == (
        'roster.csv: 2 students, the first "s001" (Lei Li), ids from "ID number", '
        "of 1 the email (h@e.example), 1 teacher left out (Ada Byron), UTF-8, with commas between"
    )


def test_teachers_alone_are_no_class():
    assert refused(read, "id,role\n1,Teacher\n") == (
        "roster.csv has the names of the columns and teachers alone; expected one line per student"
    )


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (MOODLE, (",", ".")),
        (MOODLE.replace(",", "\t"), ("\t", ".")),
        ("id;quiz\n1;9,5\n", (";", ",")),
        ("id;quiz\n1;9.5\n", (";", ".")),
        ("id;name\n1;Li\n", (";", ",")),
        ('id,quiz\n1,"9,5"\n', (",", ",")),
        ("id|name\n1|Li\n", (",", ".")),
    ],
    ids=["commas", "tabs", "semicolons", "semicolons-and-points", "no-numbers", "quoted-commas", "bars"],
)
def test_the_form_of_the_table_is_told(content, form):
    found = read(content).form
    assert (found.delimiter, found.decimal) == form


def test_the_points_of_canvas_are_kept():
    assert read(CANVAS).points == (
        "Points Possible",
        "",
        "",
        "",
        "",
        "10.00",
        "(read only)",
        "(read only)",
    )
    assert read(MOODLE_QUIZ).points == ()
