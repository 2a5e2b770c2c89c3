"""The same table and the same class, as each program is documented to export them."""

import io
import subprocess
from pathlib import Path

import numpy as np
import openpyxl
import pandas
import pytest

from mlp2xlsx.classroom.roster import read_roster
from mlp2xlsx.lesson import parse

SAVED = Path(__file__).parent / "saved"
FEATURES, KINDS = ("length", "width"), ["setosa", "virginica", "setosa", "virginica"]
X = [[5.1, 0.25], [1299.99, -2], [4.9, 0.5], [6, 2.5]]
STUDENTS = [("20260001", "李雷"), ("20260002", "Zoë Müller"), ("20260003", "韩梅梅")]


def frame():
    return pandas.DataFrame(X, columns=FEATURES).assign(kind=KINDS)


def printed(**options):
    stream = io.StringIO()
    frame().to_csv(stream, **options)
    return stream.getvalue()


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("Sheet2")  # as older versions of Excel make them
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TABLE_ROWS = [[*FEATURES, "kind"], *([*row, kind] for row, kind in zip(X, KINDS, strict=True))]
EXCEL = (
    "length;width;kind\r\n5,1;0,25;setosa\r\n1.299,99;-2;virginica\r\n4,9;0,5;setosa\r\n6;2,5;virginica\r\n"
)
R_ROWS = '"1" 5.1 0.25 "setosa"\n"2" 1299.99 -2 "virginica"\n"3" 4.9 0.5 "setosa"\n"4" 6 2.5 "virginica"\n'
TABLES = {
    "excel-csv": printed(index=False, lineterminator="\r\n").encode(),
    "excel-csv-utf-8": printed(index=False, lineterminator="\r\n").encode("utf-8-sig"),
    "excel-csv-of-europe": EXCEL.encode("cp1252"),
    "excel-csv-sep": ("sep=;\r\n" + EXCEL).encode(),
    "excel-unicode-text": EXCEL.replace(";", "\t").encode("utf-16"),
    "excel-text": EXCEL.replace(";", "\t").encode("cp1252"),
    "excel-xlsx": workbook(TABLE_ROWS),
    # Kept as it saved `excel-xlsx`; what it saves now: below.
    "libreoffice-ods": (SAVED / "table.ods").read_bytes(),
    "libreoffice-xls": (SAVED / "table.xls").read_bytes(),
    "libreoffice-csv": printed(index=False).encode(),
    "libreoffice-quoted": printed(index=False, quoting=1).encode(),
    "numbers-csv": printed(index=False, lineterminator="\r\n").rstrip().encode(),
    "google-sheets-tsv": printed(index=False, sep="\t", lineterminator="\r\n").encode(),
    "pandas": printed().encode(),
    "pandas-unnamed": printed().replace(",length", "Unnamed: 0,length", 1).encode(),
    "pandas-decimal": printed(sep=";", decimal=",").encode(),
    "r-write.csv": ('"","length","width","kind"\n' + R_ROWS.replace(" ", ",")).encode(),
    "r-write.csv2": ('"";"length";"width";"kind"\n' + R_ROWS.replace(" ", ";").replace(".", ",")).encode(),
    "r-write.table": ('"length" "width" "kind"\n' + "".join(line[4:] for line in R_ROWS.splitlines(True))).encode(),
}  # fmt: skip


def lesson(content, target="kind", rest=""):
    Path("data").write_bytes(content)
    return parse(f'[data]\ncsv = "data"\ntarget = "{target}"\n{rest}', "my.toml", "my", Path())


def is_the_table(found):
    assert found.features == FEATURES
    assert found.X.tolist() == X
    assert [found.classes[int(row[0])] for row in found.y] == KINDS


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_table(content):
    is_the_table(lesson(content))


def test_an_array_from_pandas_names_its_columns_by_number():
    stream = io.StringIO()
    pandas.DataFrame(np.array([[*row, kind == "setosa"] for row, kind in zip(X, KINDS, strict=True)])).to_csv(
        stream, index=False
    )
    found = lesson(stream.getvalue().encode(), "2")
    assert (found.features, found.X.tolist(), found.y.ravel().tolist()) == (("0", "1"), X, [1, 0, 1, 0])


def test_an_array_from_numpy_has_its_names_in_a_comment():
    stream = io.StringIO()
    np.savetxt(stream, np.array([[*row, 1] for row in X]), delimiter=",", header="length,width,y")
    found = lesson(stream.getvalue().encode(), "y")
    assert (found.features, found.X.tolist()) == (FEATURES, X)


MOODLE = (
    '"First name","Last name","ID number","Email address"\n'
    '雷,李,20260001,a@b.example\nZoë,Müller,20260002,b@b.example\n梅梅,韩,20260003,c@b.example\n'
)  # fmt: skip
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
    "李雷,1,20260001,lilei,A\nZoë Müller,2,20260002,zoe,A\n韩梅梅,3,20260003,hanmm,A\n"
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Total [Total Pts: 100 Score] |7"\n'
    '"李"\t"雷"\t"lilei"\t"20260001"\t"2026-09-01 10:00:00"\t"8.00"\n'
    '"Müller"\t"Zoë"\t"zoe"\t"20260002"\t""\t""\n'
    '"韩"\t"梅梅"\t"hanmm"\t"20260003"\t""\t""\n'
)
OFFICE = "班级,学号,姓名\r\n高一,20260001,李雷\r\n高一,20260002,Zoë Müller\r\n高一,20260003,韩梅梅\r\n"
ROSTERS = {
    "moodle": MOODLE.encode("utf-8"),
    "canvas": CANVAS.encode("utf-8-sig"),
    "blackboard": BLACKBOARD.encode("utf-16"),
    "excel-csv-in-chinese": OFFICE.replace("Zoë Müller", "Zoe Muller").encode("gbk"),
    "excel-unicode-text": OFFICE.replace(",", "\t").encode("utf-16"),
    "excel-kept-as-text": OFFICE.replace("20260001", '="20260001"').encode("utf-8-sig"),
    "excel-xlsx-numbers": workbook([["高一（3）班学生名单"], [], ["学号", "姓名"], *([int(i), n] for i, n in STUDENTS)]),
    "excel-xlsx-texts": workbook([["Student ID", "Full name"], *STUDENTS]),
    "numbers-csv": OFFICE.rstrip().encode(),
}  # fmt: skip


@pytest.mark.parametrize("content", ROSTERS.values(), ids=ROSTERS)
def test_roster(content):
    Path("roster").write_bytes(content)
    found = [(one.id, one.name) for one in read_roster(Path("roster")).students]
    without_accents = [(i, name.replace("ë", "e").replace("ü", "u")) for i, name in STUDENTS]
    assert found in (STUDENTS, without_accents)


@pytest.mark.needs("soffice")
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_libreoffice_saves(kind, tmp_path):
    Path("my.xlsx").write_bytes(workbook(TABLE_ROWS))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", kind, "my.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    is_the_table(lesson(Path(f"my.{kind}").read_bytes()))
