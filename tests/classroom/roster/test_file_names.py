import random
import unicodedata

import pytest

from mlp2xlsx.classroom.roster.file_names import LONGEST, MOST_BYTES, safe_names
from tests.classroom.helpers import refused


def name_of(student_id, name=""):
    [found] = safe_names([(student_id, name)])
    return found


NAMES = {
    "plain": ("s001", "Li Lei", "s001-Li-Lei"),
    "no-name": ("s001", "", "s001"),
    "canvas": ("9000001", "Fletcher, Rowan", "9000001-Fletcher-Rowan"),
    "chinese": ("20240101", "李雷", "20240101-李雷"),
    "chinese-id": ("高一（3）班07号", "韩梅梅", "高一-3-班07号-韩梅梅"),
    "accents": ("s002", "Zoë Müller-Núñez", "s002-Zoë-Müller-Núñez"),
    "composed": ("s002", "Zoe\u0308", "s002-Zoë"),
    "hindi": ("s003", "हिन्दी", "s003-हिन्दी"),
    "arabic-digits": ("٣٤", "سارة", "٣٤-سارة"),
    "email": ("li.lei@school.example", "", "li-lei-school-example"),
    "apostrophe": ("s004", "O’Brien, J. R.", "s004-O-Brien-J-R"),
    "up-the-tree": ("../../x", "", "x"),
    "absolute": ("/etc/passwd", "", "etc-passwd"),
    "windows-path": ("C:\\Windows\\x", "", "C-Windows-x"),
    "stream": ("a:b", "", "a-b"),
    "wildcards": ("a*?<>|\"b", "", "a-b"),
    "hidden": (".bashrc", "", "bashrc"),
    "trailing-dot": ("abc.", ". ", "abc"),
    "blanks": ("  s 1 ", "\u3000Li\u00a0Lei ", "s-1-Li-Lei"),
    "option": ("-rf", "", "rf"),
    "null": ("a\0b", "\n", "a-b"),
    "right-to-left": ("a\u202efdp.exe", "", "a-fdp-exe"),
    "surrogate": ("a\ud800b", "", "a-b"),
    "emoji": ("s1", "Li 🐼 Lei", "s1-Li-Lei"),
    "lone-mark": ("\u0301a", "\ufe0f", "a"),
    "superscript": ("COM¹", "", "COM"),
    "console": ("CON", "", "id-CON"),
    "console-with-extension": ("con.xlsx", "", "con-xlsx"),
    "port": ("com1", "", "id-com1"),
    "printer": ("LPT9", "…", "id-LPT9"),
    "device-in-name": ("", "nul", "id-nul"),
    "no-port": ("COM10", "", "COM10"),
    "device-with-name": ("aux", "Li Lei", "aux-Li-Lei"),
    "name-for-id": ("???", "Li Lei", "Li-Lei"),
}  # fmt: skip


@pytest.mark.parametrize(("student_id", "name", "expected"), NAMES.values(), ids=NAMES)
def test_names(student_id, name, expected):
    assert name_of(student_id, name) == expected


@pytest.mark.parametrize(
    ("student_id", "name", "expected"),
    [
        ("s001", "x" * 100, "s001-" + "x" * 75),
        ("s001", "李" * 100, "s001-" + "李" * 65),
        ("x" * 100, "Li Lei", "x" * 80),
        ("s" * 75, "Li Lei", "s" * 75 + "-Li-L"),
        ("s" * 79, "Li Lei", "s" * 79),
        ("s001", "𠮷" * 100, "s001-" + "𠮷" * 48),
        ("x" * 78, "q\u0307\u0323", "x" * 78),
        ("q" + "\u0307" * 200, "", "q" + "\u0307" * 79),
    ],
    ids=["latin", "chinese", "long-id", "long-both", "dash-at-the-end", "four-bytes", "marks", "only-marks"],
)
def test_too_long(student_id, name, expected):
    assert name_of(student_id, name) == expected


def test_any_text_gives_a_safe_name():
    generator = random.Random(5)
    pools = ["abC. -/\\:*\0", "李雷·，。", "é\u0301\u0308ñ", "𠮷🐼\u202e\u200d", "हिन्दी"]
    for _ in range(2_000):
        text = "".join(generator.choice(generator.choice(pools)) for _ in range(generator.randint(1, 150)))
        found = name_of("s1", text)
        assert found == unicodedata.normalize("NFC", found)
        assert 0 < len(found) <= LONGEST
        assert len(found.encode()) <= MOST_BYTES
        assert not found.startswith((".", "-", " "))
        assert not found.endswith((".", "-", " "))
        assert not set(found) & set('<>:"/\\|?*.\0 ')


def test_in_the_order_of_the_students():
    assert safe_names([("b", "Han"), ("a", "Li")]) == ["b-Han", "a-Li"]
    assert safe_names([]) == []


CLASHES = {
    "sign": (
        [("s_1", "Li Lei"), ("s2", ""), ("s-1", "Li Lei")],
        'the files of "s_1" ("Li Lei") and "s-1" ("Li Lei") would both be called s-1-Li-Lei; change one id of each two',
    ),
    "case": ([("S1", ""), ("s1", "")], 'the files of "S1" and "s1" would both be called s1; change one id of each two'),
    "sharp-s": (
        [("1", "Weiß"), ("1.", "WEISS")],
        'the files of "1" ("Weiß") and "1." ("WEISS") would both be called 1-WEISS; change one id of each two',
    ),
    "wide": ([("a1", ""), ("ａ１", "")], 'the files of "a1" and "ａ１" would both be called ａ１; change one id of each two'),
    "cut": (
        [("x" * 80, "Li"), ("x" * 81, "Han")],
        f'the files of "{"x" * 59}…" ("Li") and "{"x" * 59}…" ("Han") would both be called {"x" * 80}; change one id of each two',
    ),
    "many": (
        [(f"{n}{sign}", "") for sign in ("", ".") for n in range(7)],
        "the files of "
        + ", ".join(f'"{n}" and "{n}." would both be called {n}' for n in range(5))
        + " and 2 more; change one id of each two",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("students", "expected"), CLASHES.values(), ids=CLASHES)
def test_clash(students, expected):
    assert refused(safe_names, students) == expected


@pytest.mark.parametrize(
    ("student_id", "name", "who"),
    [("???", "", '"???"'), ("..", "—", '".." ("—")'), ("🐼", "", '"🐼"'), ("\u0301", "", '"\u0301"')],
    ids=["signs", "dots", "emoji", "mark"],
)
def test_nothing_to_make_a_name_of(student_id, name, who):
    assert refused(safe_names, [(student_id, name)]) == (
        f"the student {who} has no letter or digit for the name of a file; give another id"
    )
