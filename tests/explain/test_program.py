import io
import re
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache

import numpy as np
import pytest

from mlp2xlsx.explain.program import PROGRAMS, program
from mlp2xlsx.lesson import load, override
from mlp2xlsx.training import train
from tests.helpers import lesson_of
from tests.render.running import read_r, run_rscript

AWKWARD = r"""# '''quotes''' \"\"\" `x` \\ \\n {braces} %d $HOME é 神经 🙂 coding"""
TITLED = f"""title = "{AWKWARD}"
[data]
X = [[0.1, -2e-7], [12.5, 3], [-0.0, 0.30000000000000004]]
y = [[0], [1.5], [-1]]
[training]
iterations = 20
seed = 5
"""
ARTICLE = load("article")
random = np.random.default_rng(1)
LESSONS = {
    "article": ARTICLE,
    "no-hidden": override(ARTICLE, hidden=[], seed=3, iterations=200),
    "two-hidden": override(ARTICLE, hidden=[3, 2], seed=3, iterations=200),
    "one-iteration": override(ARTICLE, iterations=1),
    "whole-numbers": override(ARTICLE, lr=2, hidden=[1], iterations=30),
    "awkward-title": lesson_of(TITLED),
    "wide": ARTICLE.replace(
        X=random.normal(size=(23, 9)),
        y=random.uniform(size=(23, 3)),
        hidden=[17, 5],
        initial={},
        iterations=50,
    ),
    "many-whole-numbers": ARTICLE.replace(
        X=random.integers(-3, 4, size=(20, 5)), y=random.uniform(size=(20, 1)), initial={}, iterations=50
    ),
    "softmax": ARTICLE.replace(
        y=np.eye(3), output="softmax", loss="cross_entropy", activation="tanh", initial={}, iterations=50
    ),
    "softmax-of-squares": ARTICLE.replace(y=np.eye(3), output="softmax", initial={}, iterations=50),
    "relu-linear": override(ARTICLE, hidden=[4, 3], seed=3).replace(
        activation="relu", output="linear", iterations=50
    ),
    "linear-layers": override(ARTICLE, hidden=[4, 3], seed=3).replace(activation="linear", iterations=50),
    "frozen-biases": ARTICLE.replace(bias="frozen", loss="cross_entropy", iterations=50),
    "no-biases": ARTICLE.replace(bias="none", initial={}, iterations=50),
    "one-by-one": ARTICLE.replace(batch=1, iterations=50),
    "shuffled-batches": ARTICLE.replace(batch=2, shuffle=True, iterations=50),
}
every_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)


def final(lesson):
    """What the program's variables hold in the end."""
    trace = train(lesson)
    trained = {name: trace[f"next_{name}"][-1] for name in lesson.network.trained()}
    return lesson.initial_parameters() | trained | {"output": trace["output"][-1]}


def last_printed(lesson):
    """The parameters of the last line that the article's script prints, as far as there are any."""
    return [name for name in ("wout", "bout") if name in lesson.network.parameters()]


def run_python(source):
    names, printed = {}, io.StringIO()
    with redirect_stdout(printed):
        exec(source, names)
    return names, printed.getvalue()


@every_lesson
def test_python_makes_the_same_numbers_bit_for_bit(lesson):
    names, printed = run_python(program(lesson, "python"))
    expected = final(lesson)
    for name, value in expected.items():
        assert np.array_equal(names[name], value), name
    last = last_printed(lesson)
    assert printed == (
        f"output of Forward Propogation:\n{expected['output']}\n"
        f"{','.join(last)} of Backpropagation: \n" + ",\n".join(str(expected[name]) for name in last) + "\n"
    )


@every_lesson
@pytest.mark.parametrize("language", ["python", "r"])
def test_numbers_stand_in_short_lines(lesson, language):
    lines = program(lesson, language).splitlines()
    numbers = [line for line in lines if re.search(r"^    [-\[\d]|array\(|matrix\(c\(", line)]
    assert len(numbers) >= len(lesson.initial_parameters())
    assert max(map(len, numbers)) <= 96


@pytest.mark.parametrize(("name", "whole"), [("shuffled-batches", True), ("wide", False)])
def test_a_row_is_broken_only_where_it_does_not_fit(name, whole):
    lines = program(LESSONS[name], "python").splitlines()
    rows = [line.strip(" ,") for line in lines if re.match(r"    [-\[\d]", line)]
    assert rows
    assert all(line.startswith("[") and line.endswith("]") for line in rows) is whole


def test_a_program_with_another_number_is_seen():
    source = program(ARTICLE, "python").replace("lr = 0.1\n", "lr = 0.10000000000000002\n")
    assert not np.array_equal(run_python(source)[0]["wh"], final(ARTICLE)["wh"])


@pytest.mark.parametrize(
    "title",
    [
        AWKWARD.replace("\\\\", "\\").replace('\\"', '"'),
        "!/usr/bin/python",
        "Encoding: one-hot",
    ],
    ids=["awkward", "shebang", "encoding"],
)
def test_python_as_a_file(tmp_path, title):
    lesson = override(ARTICLE, iterations=2).replace(title=title)
    path = tmp_path / "lesson.py"
    path.write_text(program(lesson, "python"), encoding="utf-8")
    done = subprocess.run([sys.executable, path], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run_python(program(lesson, "python"))[1]


R_END = """
for (name in c({names})) {{
    value <- get(name)
    cat(">", name, dim(value), sprintf("%.17g", t(value)), "\\n")
}}
cat("> end\\n")
rm(list = ls())
"""


@cache
def printed_in_r():
    """What the R programs print, all in one run: starting it takes longer than they do."""
    source = ""
    for lesson in LESSONS.values():
        names = ", ".join(f'"{name}"' for name in final(lesson))
        source += program(lesson, "r") + R_END.format(names=names)
    *printed, after = run_rscript(source).split("> end\n")
    assert after == ""
    return dict(zip(LESSONS, printed, strict=True))


def run_r(name):
    """Variables and the other lines that the R program of a lesson prints."""
    printed = printed_in_r()[name].splitlines()
    values = dict(line[2:].split(" ", 1) for line in printed if line.startswith("> "))
    return {name: read_r(text) for name, text in values.items()}, [
        line for line in printed if not line.startswith("> ")
    ]


@pytest.mark.needs("Rscript")
@pytest.mark.parametrize("name", LESSONS)
def test_r_makes_the_same_numbers(name):
    """R reads decimals and sums with other roundings, which grow over the iterations, to some 1e-14."""
    values, printed = run_r(name)
    lesson = LESSONS[name]
    expected = final(lesson)
    assert values.keys() == expected.keys()
    for matrix, value in expected.items():
        np.testing.assert_allclose(values[matrix], value, rtol=1e-12, atol=1e-12, err_msg=matrix)
    headings = [line for line in printed if line.endswith(":")]
    last = last_printed(lesson)
    assert headings == ["output of Forward Propogation:", f"{','.join(last)} of Backpropagation:"]
    numbers = [len(line.split()) - 1 for line in printed if re.match(r" *\[\d+,\]", line)]
    assert sum(numbers) == sum(expected[name].size for name in ("output", *last))


@pytest.mark.parametrize("language", ["python", "r"])
def test_the_title_is_a_comment_and_steps_have_their_numbers(language):
    lines = program(LESSONS["two-hidden"], language).splitlines()
    assert lines.index("# The article's network") < lines.index("")
    steps = [line.strip() for line in lines if "# Step" in line]
    assert steps[:3] == [
        "# Step 3: Hidden layer 1 input",
        "# Step 4: Hidden layer 1 activation",
        "# Step 5: Hidden layer 2 input",
    ]
    assert [int(re.findall(r"\d+", line)[0]) for line in steps] == list(range(3, 17))


# What occurs in a program's steps, and the beginning of the line that says what it does.
SIGNS = {"python": ("@ ", "A @ B is"), "r": ("sweep(", "sweep(A, 2, b, '+') adds")}


@pytest.mark.parametrize(("language", "sign", "said"), [(key, *found) for key, found in SIGNS.items()])
def test_a_sign_is_explained_where_it_occurs(language, sign, said):
    def explained(lesson):
        comments, steps = (
            [
                line
                for line in program(lesson, language).splitlines()
                if line.strip().startswith("#") is is_comment
            ]
            for is_comment in (True, False)
        )
        return any(f"# {said}" in line for line in comments), any(sign in line for line in steps)

    assert explained(ARTICLE) == (True, True)
    if language == "r":  # nothing is added to every row
        assert explained(ARTICLE.replace(bias="none", initial={})) == (False, False)


def test_languages():
    assert tuple(PROGRAMS) == ("python", "r", "numpy")
    with pytest.raises(KeyError):
        program(ARTICLE, "julia")


CHINESE = {
    "article": ["# 这个程序做的训练与工作簿里的相同。", "# 文章中的网络", "    # 第 3 步 · 隐藏层：输入"],
    "iris": ["# X 已逐列标准化：先减去平均值，再除以标准差（除以 n）。"],
    "sgd": ["    # 第 1 步 · 读入输入和目标输出"],
}

# What a comment explains stands in it as it stands in the program.
CODE_IN_COMMENTS = r"np\.sum|axis=[01]|keepdims=True|colSums|rowSums|sweep|delta"


@pytest.mark.parametrize("language", ["python", "r"])
@pytest.mark.parametrize(("name", "comments"), CHINESE.items(), ids=CHINESE)
def test_comments_are_in_the_language_of_the_sheets_and_the_rest_is_the_same(name, comments, language):
    lesson = override(load(name), iterations=2)
    english, chinese = (program(lesson.replace(language=spoken), language) for spoken in ("en", "zh"))
    lines = chinese.splitlines()
    assert [line for line in comments if line not in lines] == []
    said = [re.split(" *# ", line)[0] for line in english.splitlines()]
    assert [re.split(" *# ", line)[0] for line in lines] == said
    said = re.sub(CODE_IN_COMMENTS, "", "".join(re.findall("#(.*)", chinese)))
    assert not re.search("[A-Za-z]{3,}", said)
