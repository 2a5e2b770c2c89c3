"""A reader's questions, and the texts that answer them: with nothing but a workbook, in both languages."""

import pytest

from mlp2xlsx import load, train
from mlp2xlsx.workbook import book
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets import heading
from tests.classroom.lessons import exercise

ARTICLE = load("article").replace(iterations=3)
# Batches of a softmax network, with tanh, and data that are scaled.
BATCHES = load("iris").replace(iterations=4, batch=10, shuffle=True)

QUESTIONS = {
    "article": [
        ("what is trained here?", "Setup", "Neurons: 4-3-1", "各层神经元数：4-3-1"),
        (
            "what do inputs and outputs stand for?",
            "Setup",
            "does not say what they stand",
            "它们没有名称",
        ),
        ("whose numbers are these?", "Setup", "Its pictures show iteration 1", "与文章的配图相同"),
        (
            "how do I come to the article's result?",
            "Setup",
            "set lr to 0.5, and the last one",
            "lr 改为 0.5",
        ),
        ("what may I change?", "Setup", "the blue numbers are yours", "蓝色的数可以随意修改"),
        ("how do I go back?", "Setup", "Undo brings the old number back", "用撤消可以恢复"),
        ("where does this weight come from?", "Step 02", "the lesson gives it", "课程给定的"),
        ("why do they all differ?", "Step 02", "would stay alike", "就会一直一样"),
        ("how is this cell computed?", "Step 03", "= 2.400", "= 2.400"),
        ("how do I see another cell worked out?", "Step 04", "choose a row and a column", "选一行和一列"),
        ("what is the dot?", "Step 03", "matrix product", "矩阵乘法"),
        ("what does the sigmoid do?", "Step 04", "into the range 0 to 1", "压缩到 0 与 1 之间"),
        ("which way round is the error?", "Step 06", "What we wanted minus what we got", "目标 − 输出"),
        ("does the article write that?", "Step 06", "take Y − t", "写 Y − t"),
        ("what is a slope?", "Step 07", "reacts to a small change", "稍有变化时"),
        ("where does lr come in?", "Step 08", "Its code does so once", "只在更新权重和偏置时乘"),
        ("why are weights turned round?", "Step 09", "transposed", "转置"),
        ("what is the circle?", "Step 10", "cell by cell", "逐个单元格相乘"),
        ("what becomes of the new weights?", "Step 11", "the next iteration starts from", "下一次迭代就从"),
        (
            "are the article's biases right in R?",
            "Step 12",
            "every sample would have a bias of its own",
            "每个样本各有一个偏置",
        ),
        ("what is the loss?", "Loss", "Half the sum of the squared errors", "误差的平方和 ÷ 2"),
        ("what are the columns beside it?", "Loss", "output, sample 3", "样本 3 的输出"),
        ("why is an update right?", "Math", "if lr is small, the loss falls", "损失就变小"),
        ("what is the article's Wi?", "Math", "the weights from the inputs", "输入层到隐藏层的权重"),
        ("why backpropagation?", "Math", "goes back a factor at a time", "一个因子一个因子地往回传"),
        ("what does this word mean?", "Math", "How fast one number changes", "即导数"),
        ("is all that right?", "Math", "all 19 slopes agree", "全部 19 个数值梯度都与反向传播一致"),
        ("what do @ and sweep do?", "Code", "adds b to every row", "每一行加上 b"),
        ("are these numbers still as they were?", "Check", "match the recorded run", "与记录全部一致"),
        ("is 1.6E-17 an error?", "Check", "which is no error", "不是错误"),
        ("what do the legends mean?", "Weights", "2→3 is the weight from the 2nd input", "从本层第 2 个输入"),
        ("what is the +1?", "Network", "A line from a +1 is a bias", "从 +1 引出的线是偏置"),
    ],
    "batches": [
        (
            "what do inputs and outputs stand for?",
            "Setup",
            "petal width · Outputs (y): species",
            "输出（y）：species",
        ),
        ("over what is the loss?", "Setup", "loss per sample, all", "全部样本的平均损失"),
        ("what is an epoch?", "Setup", "one pass over all samples", "把全部样本用过一遍"),
        ("why is lr so small?", "Setup", "are added up", "是加在一起的"),
        ("where have my centimetres gone?", "Data", "standard deviation 1", "标准差变成 1"),
        ("which column is which class?", "Data", "virginica", "virginica"),
        ("which samples are these?", "Step 01", "which rows of X and y on Data", "X 和 y 的哪几行"),
        ("in which order do they come?", "Step 01", "The samples are shuffled", "次序是打乱的"),
        (
            "where does this weight come from?",
            "Step 02",
            "from what the iteration before it",
            "前一次的结果出发",
        ),
        ("what does tanh do?", "Step 04", "into the range −1 to 1", "压缩到 −1 与 1 之间"),
        ("why do outputs add up to 1?", "Step 05", "Softmax: e to the power", "softmax 再以每个加权和为指数"),
        ("what is added up?", "Step 05", "along a row", "沿着行相加"),
        (
            "what does Excel add up?",
            "Step 05",
            "SUM(each row of output_exponentials)",
            "SUM(output_exponentials 的每一行)",
        ),
        ("which way round is the error?", "Step 06", "so updates are added", "更新时用加法"),
        ("where is the slope of the output?", "Step 08", "cancels out", "正好约去"),
        ("over which samples is it added up?", "Step 11", "the samples of the iteration", "本次迭代的样本"),
        ("what is cross-entropy?", "Loss", "the logarithm of the probability", "正确答案的概率取自然对数"),
        ("why does it jump?", "Loss", "its loss is theirs alone", "只是这些样本的损失"),
        ("what is accuracy?", "Loss", "largest output is that of their class", "最大的输出正好对应所属类别"),
        ("why is the delta output − y?", "Math", "all targets of the sample added up", "加起来"),
        ("what is softmax?", "Math", "divided by the total of its sample", "除以同一个样本的合计"),
        ("why are not all weights drawn?", "Weights", "cannot be read", "看不清"),
    ],
    "some iterations": [
        ("where does an iteration start?", "Step 02", "what was recorded when", "生成工作簿时记录的值"),
        ("what does lr change here?", "Setup", "lr changes only the updates", "lr 只影响各步骤中的更新量"),
        ("what is grey on Loss?", "Loss", "in grey, was recorded", "（灰色）是生成工作簿时记录的"),
        ("what promises Setup of it?", "Setup", "where they are live", "实时计算的各次迭代的输出"),
        ("why are the lines straight?", "Weights", "straight lines join them", "只用直线相连"),
    ],
    "handout": [
        ("what am I to do?", "Setup", "work their numbers out from the orange ones", "根据橙色单元格算出"),
        ("which is mine?", "Setup", "Handout", "练习编号"),
        ("how many decimals?", "Step 03", "2 decimals or more", "保留两位或更多小数"),
        ("how many decimals on the way back?", "Step 10", "2 decimals or more", "保留两位或更多小数"),
        ("how many decimals of an update?", "Step 11", "4 decimals", "四位小数"),
        ("is this right?", "Step 03", "hidden_layer_input  – empty", "hidden_layer_input  – 未填"),
        ("what is the dot?", "Step 03", "matrix product", "矩阵乘法"),
        ("how do I write the sigmoid?", "Step 04", "e⁻ᶻ is EXP(-z)", "e⁻ᶻ 写作 EXP(-z)"),
        ("what is the circle?", "Step 10", "cell by cell", "逐个单元格相乘"),
        ("why is a cell closed to me?", "Step 03", "has no password", "没有密码"),
    ],
}
LANGUAGES = ("en", "zh")
TABLE = [
    pytest.param(
        kind, language, title, answers[LANGUAGES.index(language)], id=f"{kind} {language}: {question}"
    )
    for kind, rows in QUESTIONS.items()
    for language in LANGUAGES
    for question, title, *answers in rows
]


@pytest.fixture(scope="module")
def books():
    """A workbook of each kind, by kind and language."""
    kinds = {
        "article": lambda lesson: make(train(lesson)),
        "batches": lambda lesson: make(train(lesson)),
        "some iterations": lambda lesson: make(train(lesson.replace(show=[3]))),
        "handout": lambda lesson: exercise(lesson, practice=True).book(),
    }
    of = {"batches": BATCHES}
    return {
        (kind, language): made(of.get(kind, ARTICLE).replace(language=language))
        for kind, made in kinds.items()
        for language in LANGUAGES
    }


def close(text):
    """Without spaces, because a paragraph has a row for each line."""
    return "".join(text.split())


def read(sheet):
    """All texts of a sheet, and what its formulas say, from top to bottom."""
    texts = dict(sheet.plain_values()) | {place: live.value for place, live in sheet.live.items()}
    return close("".join(str(texts[place]) for place in sorted(texts, key=lambda place: place[::-1])))


@pytest.mark.parametrize(("kind", "language", "title", "answer"), TABLE)
def test_a_question_is_answered_where_it_arises(books, kind, language, title, answer):
    """On the sheet of that English title, whatever it is called."""
    english, sheets = books[kind, "en"].sheets, books[kind, language].sheets.values()
    assert close(answer) in read(dict(zip(english, sheets, strict=True))[title])


def test_an_answer_that_is_taken_away_is_missed():
    sheet, answer = make(train(ARTICLE)).sheets["Step 06"], "What we wanted minus what we got"
    assert close(answer) in read(sheet)
    [place] = [place for place, text in sheet.plain_values() if answer in str(text)]
    sheet.put(*place, None, "text")
    assert close(answer) not in read(sheet)


def without_answer(book):
    """Titles of the sheets that do not say how they are unprotected."""
    said = book.context.texts["sheet"]["protected"]
    assert all(program in said for program in ("Excel", "LibreOffice"))
    return [title for title, sheet in book.sheets.items() if said not in dict(sheet.plain_values()).values()]


KINDS = {
    "article": ARTICLE,
    "in Chinese": ARTICLE.replace(language="zh"),
    "with a plane": load("xor").replace(iterations=2),
    "with a curve": load("regression").replace(iterations=2),
    "with batches and data": BATCHES,
    "some iterations": ARTICLE.replace(show=[2]),
}


@pytest.mark.parametrize("lesson", KINDS.values(), ids=KINDS)
def test_every_sheet_says_how_it_is_unprotected(lesson):
    assert without_answer(make(train(lesson))) == []


def test_so_does_every_sheet_of_a_handout(books):
    assert without_answer(books["handout", "en"]) == []


def test_a_sheet_that_does_not_say_so_is_found(monkeypatch):
    def but_for_loss(sheet, context):
        if sheet.name != "Loss":
            heading.say_protected(sheet, context)

    monkeypatch.setattr(book, "say_protected", but_for_loss)
    assert without_answer(make(train(ARTICLE))) == ["Loss"]


@pytest.mark.parametrize("kind", ["article", "batches"])
def test_what_the_article_says_is_noted_where_its_network_is_trained(books, kind):
    steps = [sheet for title, sheet in books[kind, "en"].sheets.items() if title.startswith("Step")]
    assert any("SunilRay" in read(sheet) for sheet in steps) is (kind == "article")


def test_frozen_biases_come_from_setup_in_every_iteration():
    """So nothing is said of what they would be updated to."""
    text = read(make(train(load("worked-example").replace(iterations=1))).sheets["Step 02"])
    assert close("later: next_wh, next_wout of the one before") in text
    assert "next_bout" in read(make(train(ARTICLE)).sheets["Step 02"])


WORDS = {"sigmoid": "σ, sigmoid", "tanh": "tanh", "relu": "relu", "softmax": "softmax"}


@pytest.mark.parametrize("kind", ["article", "batches"])
def test_the_words_are_those_of_the_network(books, kind):
    texts = {text for _, text in books[kind, "en"].sheets["Math"].plain_values()}
    has = {layer.activation for layer in books[kind, "en"].context.lesson.network.layers}
    assert {key for key, term in WORDS.items() if term in texts} == has
