"""Encodings: what a mark or UTF-8 settles, what is surely GBK, and what is asked."""

import pytest

from mlp2xlsx.lesson.tables.files.candidates import candidates
from mlp2xlsx.lesson.tables.files.encoding import _CHINESE
from tests.classroom.helpers import refused
from tests.helpers import message
from tests.tables.reading import names_of, table

NATIONAL = {
    "korean": ("euc_kr", ["김민수"]),
    "korean-of-windows": ("cp949", ["이영희", "박지성"]),
    "japanese": ("shift_jis", ["山田太郎"]),
    "japanese-of-unix": ("euc_jp", ["山田太郎", "鈴木"]),
    "taiwan": ("big5", ["王小明", "陳志豪"]),
    "taiwan-like-gbk": ("big5", ["陳豪"]),
    "polish": ("cp1250", ["Łukasz"]),
    "polish-like-gbk": ("cp1250", ["Wąż"]),
    "russian": ("cp1251", ["Иванов"]),
    "russian-in-capitals": ("cp1251", ["ИВАНОВ"]),
    "russian-of-unix": ("koi8_r", ["иванов"]),
    "german": ("cp1252", ["Müller"]),
    "greek": ("cp1253", ["Γιώργος"]),
    "thai": ("cp874", ["สมชาย"]),
    "arabic": ("cp1256", ["محمد"]),
    "like-utf-8": ("gbk", ["烯训"]),
    "chinese-like-korean": ("gb18030", ["李雷"]),
    "chinese-with-a-rare-character": ("gb18030", ["欧阳喆"]),
}


def roster(names):
    return "id,name\n" + "".join(f"s{number},{name}\n" for number, name in enumerate(names))


@pytest.mark.parametrize(("encoding", "names"), NATIONAL.values(), ids=NATIONAL)
def test_what_cannot_be_told_is_asked_and_the_answer_is_shown(encoding, names):
    content = roster(names).encode(encoding)
    said = refused(names_of, content)
    assert "say --encoding with the name before what reads right: " in said
    shown = next(part for part in said.split(": ")[-1].split("; ") if f'"{names[0]}"' in part)
    assert names_of(content, encoding=shown.split()[0]) == names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030-mark"])
@pytest.mark.parametrize(
    "names", [["王小明", "김민수", "山田太郎"], ["Łukasz", "Иванов"]], ids=["east", "west"]
)
def test_what_a_mark_or_utf_8_settles(encoding, names):
    text = roster(names)
    content = (
        b"\x84\x31\x95\x33" + text.encode("gb18030") if encoding == "gb18030-mark" else text.encode(encoding)
    )
    assert names_of(content) == names


@pytest.mark.parametrize(
    "text",
    ["学号,姓名\n1,喆\n", "id,name\n1,张三\n2,李四\n", "id;name\n1;A班\n2;王（小）\n"],
    ids=["known-word", "frequent", "beside-latin"],
)
def test_what_is_surely_gbk(text):
    content = text.encode("gbk")
    assert table(content).form.startswith("GBK, with ")
    assert [line for _, line in table(content).lines] == [row.split(text[2]) for row in text.split()[1:]]


@pytest.mark.parametrize("word", _CHINESE.split("|"))
def test_a_known_word_is_one_in_no_other_language(word):
    others = [one for one in candidates(word.encode("gbk")) if one.doubt == 0]
    assert "gb18030" in [one.encoding for one in others]
    east = {"big5", "euc_kr", "euc_jp"}  # in half-width kana it would be no word
    assert east.isdisjoint(one.encoding for one in others)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("iso2022_jp", "iso2022_jp"), ("hz", "hz")],
)
def test_what_looks_like_ascii_is_told(encoding, name):
    content = (
        "学号,姓名\n1,王\n".encode(encoding) if name != "iso2022_jp" else "学,名\n1,田\n".encode(encoding)
    )
    assert name in message(table, content)
    assert table(content, encoding=name).lines[0][1][0] == "1"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("klingon", '--encoding: found "klingon", expected the name of an encoding, such as "utf-8", "gb18030", "big5", "shift_jis", "euc_kr" or "cp1252"'),
        ("rot13", '--encoding: found "rot13", expected the name of an encoding, such as "utf-8", "gb18030", "big5", "shift_jis", "euc_kr" or "cp1252"'),
        ("utf-7", '--encoding: found "utf-7", expected the name of an encoding, such as "utf-8", "gb18030", "big5", "shift_jis", "euc_kr" or "cp1252"'),
        ("ascii", "data.csv line 2: byte 0xfc is not ascii; say another --encoding, or leave it out to see what fits"),
    ],
)  # fmt: skip
def test_an_encoding_that_does_not_do(encoding, expected):
    assert message(table, "a,b\n1,ü\n".encode("latin-1"), encoding=encoding) == expected


def test_an_encoding_is_of_no_use_for_a_workbook():
    assert message(table, b"PK\x03\x04", encoding="gbk") == (
        "--encoding is for texts, data.csv is a workbook; leave it out"
    )


def test_a_mark_counts_where_an_encoding_is_said_too():
    for encoding in ("utf-8-sig", "utf-16"):
        assert names_of(roster(["王"]).encode(encoding), encoding="gbk") == ["王"]


def test_an_encoding_that_is_said_of_utf_8_is_refused():
    """As when the file was saved anew after the first message, and the command typed again."""
    content = roster(["王", "李"]).encode()
    assert refused(lambda: names_of(content, encoding="gbk")) == (
        "roster.csv is UTF-8, and not gbk; leave --encoding out"
    )
    assert names_of(content, encoding="utf-8") == names_of(content) == ["王", "李"]
