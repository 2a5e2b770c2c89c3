"""Chinese as it is printed: what a machine can see of it, wherever a reader meets it."""

import re
import tomllib
from pathlib import Path

import pytest

from mlp2xlsx import resources
from tests.test_texts import texts_of

ROOT = Path(__file__).resolve().parent.parent
HAN = "\u4e00-\u9fff"
FULL_WIDTH = "，。；：！？（）《》“”、"
# Written in the language of a spreadsheet or of a program.
FORMULA = re.compile(r"steps\..*\.(excel|python|r)")
FAULTS = {
    "half-width punctuation": re.compile(
        rf"[{HAN}{FULL_WIDTH}] ?[,;:!?](?!\w)|[{HAN}]\.(?![\w.])|[{HAN}][()]|[()][{HAN}]"
    ),
    "no space beside a Latin word": re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]"),
    "space beside full-width punctuation": re.compile(rf"[{FULL_WIDTH}] (?! )|(?<! ) [{FULL_WIDTH}]"),
    "space between characters": re.compile(rf"[{HAN}] +[{HAN}]"),
    "straight quotation marks": re.compile(rf"[\"'][{HAN}]|[{HAN}][\"']"),
    "dots for an ellipsis": re.compile(r"\.\.\.|。。"),
    "hyphen for a minus": re.compile(rf"[{HAN}{FULL_WIDTH}=×+] ?-\d| - \d"),
    "a word said twice": re.compile(r"的的|了了|是是|在在"),
    "four of 的 in a clause": re.compile(rf"(?:[^{FULL_WIDTH}…]*的){{4}}"),
}
# One word for one thing: what was written before, or is written elsewhere, and what is meant.
WORDS = {
    "隐藏神经元": "隐藏层神经元",
    "输出神经元": "输出层神经元",
    "权值": "权重",
    "梯度检查": "梯度检验",
    "正向传播": "前向传播",
    "反向传递": "反向传播",
    "量出的斜率": "数值梯度",
    "往下走": "沿负梯度方向更新",
    "位数字一致": "位有效数字一致",
    "权重越大": "权重的绝对值越大",
    "迈多大的步子": "步长",
    "神经元的总和": "神经元的加权和",
    "反正就是": "实际上已等于",
    "手工训练": "一步一步手算",
    "界线": "分界线",
}
STEP_SHEET = re.compile(r"第(\{number:02\}|\d\d)步")
"""The title of a step's sheet is one word."""
DELTA = re.compile(r"(?<!（)\bdelta\b")
"""The article's word stands in brackets, behind the Chinese one."""


def of_tables(name, table):
    """Every text of a table within a lesson file."""
    for key, text in table.items():
        yield f"{name}: {key}", text


def of_page(path):
    """Paragraphs of a document without what is code or an address."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"^ {4}.*$", "", text, flags=re.M)
    text = re.sub(r"\]\([^()]*(?:\([^()]*\)[^()]*)*\)", "]", text)
    for number, line in enumerate(text.splitlines(), start=1):
        # Markdown ends what is in bold only before a space. What is copied from a screen stays one word.
        line = re.sub(r"\*\* ?|!?[*\[\]]", "", re.sub(r"`[^`]*`", "code", line))
        for column, cell in enumerate(line.split("|")):
            yield f"{path.name}, {number}.{column}", cell.strip()


def everything():
    """Every Chinese text that ships, by where it stands."""
    found = {key: text for key, text in texts_of("zh").items() if not FORMULA.fullmatch(key)}
    for name in resources.lesson_names():
        lesson = tomllib.loads(resources.lesson_path(name).read_text(encoding="utf-8"))
        found |= of_tables(name, lesson["zh"])
    for path in sorted((ROOT / "docs").glob("*.zh.md")):
        found |= of_page(path)
    return found


def faults(text):
    """What is wrong with a text, in words."""
    text = STEP_SHEET.sub("表", text)
    found = [name for name, pattern in FAULTS.items() if pattern.search(text)]
    # What is meant may hold the other word, as 分界线 does.
    found += [
        f"{word} for {better}"
        for word, better in WORDS.items()
        if word in (text.replace(better, "") if word in better else text)
    ]
    return found + (["delta by itself"] if DELTA.search(text) else [])


TEXTS = everything()


def test_there_is_much_to_read():
    assert len(TEXTS) > 500
    assert {key.split(",")[0] for key in TEXTS if ".zh.md" in key} == {
        "course-page.zh.md",
        "handouts.zh.md",
        "many-students.zh.md",
        "personal-data.zh.md",
        "students.zh.md",
        "teachers.zh.md",
        "where-it-opens.zh.md",
    }


def test_chinese_is_written_as_it_is_printed():
    assert {key: faults(text) for key, text in TEXTS.items() if faults(text)} == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("误差, 也就是目标", "half-width punctuation"),
        ("请看误差:", "half-width punctuation"),
        ("损失(越小越好)", "half-width punctuation"),
        ("第3步", "no space beside a Latin word"),
        ("改lr", "no space beside a Latin word"),
        ("误差， 也就是目标", "space beside full-width punctuation"),
        ("隐藏层 的输入", "space between characters"),
        ('逻辑"与"', "straight quotation marks"),
        ("还有...", "dots for an ellipsis"),
        ("误差是 -0.5", "hyphen for a minus"),
        ("权重的的变化", "a word said twice"),
        ("网络的第一层的权重的变化的大小", "four of 的 in a clause"),
        ("每个隐藏神经元", "隐藏神经元 for 隐藏层神经元"),
        ("权重越大，线越粗", "权重越大 for 权重的绝对值越大"),
        ("这就是 delta", "delta by itself"),
    ],
)
def test_a_fault_would_be_seen(text, fault):
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "每个隐藏层神经元的增量（delta）：权重的绝对值越大，分到的误差越多。",
        "σ(z) = 1 / (1 + e⁻ᶻ)。公式里的 MAX(…, -700) 防止 EXP 溢出；z < −700 时，σ(z) 实际上已等于 0。",
        "存为 lesson.py，然后在命令行输入：python lesson.py   （需要 NumPy：pip install numpy）",
    ],
)
def test_what_is_right_is_left_alone(text):
    assert faults(text) == []
