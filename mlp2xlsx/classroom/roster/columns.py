"""Which columns of a roster hold the id, the name and the email: told by the words of its header."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Chinese names have the family name in front and no blank.
_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]+")


def _word(cell: str) -> str:
    """Reduce the name of a column to its letters and digits: `E-Mail Address` and `email_address` are one."""
    return "".join(c for c in unicodedata.normalize("NFKD", cell).casefold() if c.isalnum())


def _words(names: str) -> tuple[str, ...]:
    return tuple(_word(name) for name in names.split("|"))


# The best come first: the number that the school gave, then what the student logs in with. A mere ID is known
# to Canvas alone, and in many lists it counts the lines.
_ID = _words(
    "student id|student id number|student number|student no|student code|OrgDefinedId"
    "|学号|學號|学生编号|學生編號|学生号|学生学号|Matrikelnummer|Matrikel-Nr|matriculation number"
    "|matriculation no|Schülernummer|numéro étudiant"
    "|numéro d'étudiant|matricule|matrícula|número de matrícula|matricola|学籍番号|학번|SIS User ID"
    "|ID number|ID-Nummer|numéro d'identification|número de ID|numero ID|ID号"
    "|username|user name|NetID|用户名|使用者名稱|Anmeldename|Benutzername|nom d'utilisateur|nombre de usuario"
    "|ID|user id|编号|編號|SIS Login ID|login id|login"
)
_EMAIL = _words(
    "email|email address|mail|邮箱|电子邮件|电子邮箱|邮箱地址|邮件地址|电子邮件地址|電子郵件|電子郵件信箱"
    "|信箱|E-Mail-Adresse|adresse e-mail|adresse de courriel|courriel|correo|correo electrónico"
    "|dirección de correo|dirección email|indirizzo email|メールアドレス|이메일"
)
_FULL = _words(
    "full name|student name|student|姓名|学生姓名|學生姓名|学生|學生|display name|name, vorname"
    "|nachname, vorname|last name, first name|vollständiger Name|nom complet|nom et prénom"
    "|nombre completo|nome completo|氏名|성명|이름"
)
_FAMILY = _words(
    "last name|surname|family name|姓|姓氏|Nachname|Familienname|nom de famille|apellidos|apellido"
    "|apellido(s)|cognome|sobrenome|nazwisko|фамилия"
)
_GIVEN = _words("first name|given name|given names|forename|名|Vorname|prénom|imię|имя")
_GROUP = _words(
    "section|root account|institution|department|class|group|course|班级|班級|年级|部门|部門|机构|機構"
    "|Klasse|Kurs"
)
# The whole name, or beside one half of it the other: `Name, Vorname` as well as `Nombre, Apellidos`.
_ANY = _words("name|nom|nombre|nome|名字")

# What Moodle's list of participants says of each, in one cell: `Student`, or `Teacher, Manager`.
_ROLE = _words("roles|role|Rollen|Rolle|rôles|rôle|ruoli|角色|角色列表")
# In whatever word of a role: `Étudiant·e`, `学生`, `Non-editing teacher`.
_STUDENTS = _words("student|étudiant|estudiante|alumno|studente|Teilnehmer|aluno|学生|學生|学员")
_TEACHERS = _words(
    "teacher|manager|administrator|instructor|lecturer|tutor|assistant|creator|Trainer|Kursleiter|Kursersteller"
    "|enseignant|gestionnaire|profesor|docente|gestor|教师|教師|老师|管理员|管理員|助教|课程创建者"
)
_CANVAS = frozenset(_words("SIS User ID|SIS Login ID"))
_SIS = _words("SIS User ID")
_TEST_STUDENTS = frozenset({"student, test", "test student"})
_NO_STUDENTS = frozenset({"points possible", "overall average"})


@dataclass(frozen=True)
class Columns:
    """Columns by what they hold, counted from 0, the best first."""

    ids: tuple[int, ...]
    emails: tuple[int, ...]
    full: tuple[int, ...]
    family: tuple[int, ...]
    given: tuple[int, ...]
    sis: tuple[int, ...]
    roles: tuple[int, ...]
    canvas: bool

    @classmethod
    def of(cls, header: Sequence[str]) -> "Columns":
        """Tell the columns from the cells of a header."""
        words = [_word(cell) for cell in header]

        def those(known: tuple[str, ...]) -> tuple[int, ...]:
            numbers = (number for number, word in enumerate(words) if word in known)
            return tuple(sorted(numbers, key=lambda number: known.index(words[number])))

        full, family, given, rest = those(_FULL), those(_FAMILY), those(_GIVEN), those(_ANY)
        if given and not family:
            family = rest
        elif family and not given:
            given = rest
        else:
            full += rest
        canvas = not _CANVAS.isdisjoint(words)
        return cls(those(_ID), those(_EMAIL), full, family, given, those(_SIS), those(_ROLE), canvas)

    def for_ids(self, rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
        """Tell in which column the ids of some lines are: the best one that holds anything.

        With Canvas it is followed by the others: the school need not know everybody who is in a course.
        """
        filled = _that_hold_anything(self.ids, rows) or _that_hold_anything(self.emails, rows)
        return filled if self.canvas else filled[:1]

    def email(self, cells: Sequence[str]) -> str:
        """Email of a student."""
        return first_filled(cells, self.emails)

    def name(self, cells: Sequence[str]) -> str:
        """Name of a student, as it stands or from its halves."""
        halves = (first_filled(cells, self.given), first_filled(cells, self.family))
        is_chinese = all(map(_HAN.fullmatch, halves))
        joined = "".join(reversed(halves)) if is_chinese else " ".join(filter(None, halves))
        return first_filled(cells, self.full) or joined

    def is_no_student(self, cells: Sequence[str]) -> bool:
        """Whether a line tells of the table: Canvas's points possible, the average below a quiz in Moodle."""
        return self.name(cells).casefold() in _NO_STUDENTS and not first_filled(
            cells, (*self.ids, *self.emails)
        )

    def is_teacher(self, cells: Sequence[str]) -> bool:
        """Whether a line is of somebody who teaches and does not learn as well, by the role it names."""
        role = _word(first_filled(cells, self.roles))
        return any(word in role for word in _TEACHERS) and not any(word in role for word in _STUDENTS)

    def is_test_student(self, cells: Sequence[str]) -> bool:
        """Whether a line is of the student whom Canvas adds for tests, and whom no school knows."""
        return (
            self.canvas
            and self.name(cells).casefold() in _TEST_STUDENTS
            and not first_filled(cells, self.sis)
        )


def first_filled(cells: Sequence[str], numbers: Sequence[int]) -> str:
    """First of some cells that holds anything, on one line."""
    found = (" ".join(cells[number].split()) for number in numbers if number < len(cells))
    return next(filter(None, found), "")


def _that_hold_anything(columns: Sequence[int], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    return tuple(column for column in columns if any(row[column].strip() for row in rows))


def identifying(header: Sequence[str]) -> list[int]:
    """Tell the columns that say who a student is and in which class, and no grades; in their order."""
    columns, words = Columns.of(header), [_word(cell) for cell in header]
    known = {*columns.ids, *columns.emails, *columns.full, *columns.family, *columns.given, *columns.sis}
    return [number for number, word in enumerate(words) if number in known or word in _GROUP]
