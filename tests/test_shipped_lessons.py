"""The lessons that ship: each builds, is right on every engine, learns, and speaks both languages."""

import csv
import io
import re
from contextlib import redirect_stdout

import numpy as np
import pytest

from mlp2xlsx import build, load, override, train, verify
from mlp2xlsx.explain.program import program
from mlp2xlsx.options.table import LANGUAGES, TEXTS
from mlp2xlsx.resources import TEMPLATES, lesson_names
from tests.cases import LIGHT, few, shipped, with_few_samples
from tests.helpers import verified
from tests.render.running import read_r, run_rscript

pytestmark = pytest.mark.usefixtures("expected_once")

NAMES = lesson_names()
every_lesson = pytest.mark.parametrize("name", NAMES)

# What the last loss stays below; the outputs are then as near to their targets as the second number says.
LEARNT = {
    "and-or": (0.01, 0.08),
    "adam": (0.01, 0.1),
    "momentum": (0.01, 0.1),
    "spiral": (0.7, 0.4),
    "regression": (0.003, 0.05),
    "sgd": (0.02, 0.2),
    "two-hidden": (0.004, 0.05),
    "worked-example": (0.0012, 0.04),
    "xor": (0.005, 0.06),
}
# 50 iterations of iris are half a million cells, some seconds of work; each iteration has the same formulas.
AT_MOST = {"iris": 5}
# Starting LibreOffice and Gnumeric takes longer than they do; the second iteration starts from the first.
ELSEWHERE = 2


def outputs(lesson, X):
    """What the network puts out for some inputs at each iteration, from the definition."""
    trace = train(lesson)
    *hidden, wout, bout = (trace[name] for name in lesson.network.parameters())
    activations = np.tanh(X @ hidden[0] + hidden[1]) if hidden else X
    return 1 / (1 + np.exp(-(activations @ wout + bout)))


def of_both(lesson):
    """Targets, and outputs at each iteration, of training and of validation samples."""
    return [(part.y, outputs(lesson, part.X)) for part in (lesson, lesson.validation)]


def mean_losses(lesson):
    """Mean loss of training and of validation samples at each iteration, from the definition."""
    return [-np.log(np.where(y > 0.5, out, 1 - out)).mean(axis=(1, 2)) for y, out in of_both(lesson)]


def right(lesson):
    """How many of training and of validation samples are right at each iteration."""
    return [((out > 0.5) == (y > 0.5)).sum(axis=(1, 2)) for y, out in of_both(lesson)]


def said(lesson):
    """Title and texts in each language."""
    first = {key: getattr(lesson, key) for key in TEXTS}
    return {lesson.language: first, **lesson.translations}


def test_these_lessons_ship():
    assert [
        *("article", "adam", "and-or", "initial-values", "iris", "momentum", "overfitting", "regression"),
        *("sgd", "spiral", "titanic", "two-hidden", "worked-example", "xor"),
    ] == NAMES


@every_lesson
def test_it_says_what_it_is_in_every_language(name):
    texts = said(load(name))
    assert {"en", "zh"} <= set(texts) <= set(LANGUAGES)
    for words in texts.values():
        assert all(words[key].strip() for key in ("title", "text", "purpose"))
        assert "\n" not in words["purpose"]
        # Two to four sentences; the point in 0.5 or e.g. is not at the end of one.
        assert 2 <= len(re.findall(r"[.!?](?= |$)|[。！？]", words["text"])) <= 5
    chinese = texts["zh"]
    for key in ("title", "text", "purpose"):
        assert chinese[key] != texts["en"][key]
        assert re.search("[\u4e00-\u9fff]", chinese[key])


@every_lesson
def test_it_says_what_it_is_in_one_line(name):
    """The list of lessons fits a terminal of 80 columns, the names in a column of their own."""
    width = max(map(len, NAMES)) + 2
    assert width + len(load(name).purpose) <= 80


@pytest.mark.parametrize(
    ("name", "loss", "distance"), [(name, *bound) for name, bound in LEARNT.items()], ids=LEARNT
)
def test_it_learns(name, loss, distance):
    lesson = load(name)
    trace = train(lesson)
    epoch = -(-len(lesson.X) // (lesson.batch or len(lesson.X)))  # a batch shows some of the samples only
    assert trace.loss[-epoch:].sum() < loss < trace.loss[:epoch].sum() / 10
    assert np.abs(trace["E"][-epoch:]).max() < distance


def test_iris_is_told_apart():
    trace = train(load("iris"))
    right = trace["output"][-1].argmax(axis=1) == trace["y"][-1].argmax(axis=1)
    assert right.mean() > 0.97


class TestWhatTheTextsSay:
    @pytest.mark.parametrize("numbers", [{"iterations": 1000, "lr": 0.5}, {"iterations": 5000, "lr": 0.1}])
    def test_the_article_comes_near_its_own_result(self, numbers):
        lesson = load("article").replace(**numbers)
        found = train(lesson)["output"][-1].round(3).ravel()
        assert np.abs(found - [0.980, 0.968, 0.045]).max() < 0.003  # what it prints
        for words in said(lesson).values():
            assert str(lesson.iterations) in words["task"]
            assert str(lesson.lr) in words["task"]
            assert all(f"{output:.3f}" in words["task"] for output in found)

    def test_xor_has_made_or_and_and(self):
        hidden = train(load("xor"))["hiddenlayer_activations"][-1].round()
        assert hidden.T.tolist() == [[0, 1, 1, 1], [0, 0, 0, 1]]

    def test_xor_waits_for_about_a_hundred_iterations(self):
        loss = train(load("xor")).loss
        assert loss[10] - loss[110] < 0.06
        assert loss[500] < 0.03

    def test_and_or_differ_in_their_biases(self):
        trace = train(load("and-or"))
        wout, bout = trace["next_wout"][-1], trace["next_bout"][-1, 0]
        assert np.ptp(wout) < 1 < np.ptp(bout)
        assert (wout[0] + bout).round().tolist() == [-3, 3]

    def test_regression_has_a_rising_and_a_falling_neuron(self):
        trace = train(load("regression"))
        assert np.sign(trace["next_wh"][-1]).tolist() == [[1, -1]]
        assert (trace["next_wout"][-1] > 0).all()

    def test_regression_has_the_curve_rounded(self):
        lesson = load("regression")
        assert np.array_equal(lesson.y, (1 / (1 + lesson.X**2)).round(3))

    def test_two_hidden_has_the_answer_in_one_neuron(self):
        first = train(load("two-hidden"))["hiddenlayer_activations_2"][-1, :, 0]
        assert np.sign(first).tolist() == [-1, 1, 1, -1]

    def test_two_hidden_has_the_data_of_xor(self):
        assert np.array_equal(load("two-hidden").X, load("xor").X)
        assert np.array_equal(load("two-hidden").y, load("xor").y)

    @pytest.mark.parametrize("name", ["momentum", "adam"])
    def test_optimisers_begin_where_xor_begins(self, name):
        xor, lesson = load("xor"), load(name)
        assert np.array_equal(lesson.X, xor.X)
        for one, other in zip(
            lesson.initial_parameters().values(), xor.initial_parameters().values(), strict=True
        ):
            assert np.array_equal(one, other)

    def test_momentum_crosses_the_plateau_sooner(self):
        lesson = load("momentum")
        loss = train(lesson).loss
        assert loss[99] < 0.05 < loss[89]
        assert loss[-1].round(3) == 0.007
        assert train(lesson.replace(momentum=0.001)).loss[-1].round(3) == 0.477
        assert train(lesson.replace(lr=4)).loss[-1].round(4) == 0.0001
        assert train(lesson.replace(lr=7)).loss[-1].round(3) == 0.334
        assert train(load("xor").replace(iterations=300)).loss[-1] > 0.1
        assert (np.diff(loss[:20]) > 0).sum() > 3  # it swings

    def test_adam_moves_every_weight_by_the_rate_at_first(self):
        lesson = load("adam")
        trace = train(lesson)
        for name in lesson.network.parameters():
            assert (np.abs(trace[f"next_{name}"][0] - trace[name][0]).round(3) == 0.1).all()
        faster = train(lesson.replace(lr=0.3)).loss
        assert faster[20] < trace.loss[20]
        assert faster[-1].round(3) == 0.334
        best = train(lesson.replace(lr=0.12)).loss
        assert (best[-1].round(3), trace.loss[-1].round(3)) == (0.007, 0.009)

    def test_spiral_is_right_from_iteration_79(self):
        lesson = load("spiral")

        def found(**changes):
            trace = train(lesson.replace(**changes))
            return ((trace["output"] > 0.5) == (lesson.y > 0.5)).sum(axis=(1, 2)), trace.loss[-1].round(3)

        counts, loss = found()
        assert max(counts[:78]) < 30 == min(counts[78:])
        assert loss == 0.667
        assert found(optimizer="gd")[0][-1] == 22
        assert found(lr=0.2)[1] == 0.304
        assert found(lr=0.3)[0][-1] == 28

    def test_equal_initial_values_stay_equal(self):
        lesson = load("initial-values")
        trace = train(lesson)
        assert not np.ptp(trace["next_wh"][-1], axis=1).any()
        assert trace["output"][-1][3].round(2) == 0.67
        assert trace.loss[-1].round(3) == 0.338
        initial = {name: np.array(value) for name, value in lesson.initial_parameters().items()}
        initial["wout"][0, 0] = -0.5
        assert train(lesson.replace(initial=initial)).loss[-1].round(3) == 0.002
        assert train(lesson.replace(initial={"method": "xavier"})).loss[-1].round(3) == 0.001
        assert np.ptp(train(lesson.replace(initial={"method": "zeros"})).loss) == 0

    def test_overfitting_is_seen_and_a_penalty_helps(self):
        lesson = load("overfitting")
        trained, validated = mean_losses(lesson)
        # Its text names the iteration that Evaluate finds among those it lists: the next one is hardly less.
        assert min(lesson.evaluated, key=lambda iteration: validated[iteration - 1]) == 7
        assert (validated[6].round(3), validated[-1].round(3), trained[-1].round(3)) == (0.324, 0.816, 0.009)
        assert validated.min() > validated[6] - 0.003
        _, penalised = mean_losses(lesson.replace(l2_penalty=0.5))
        assert penalised[-1].round(3) == 0.337
        assert penalised[penalised.argmin() :].max() < penalised.min() + 0.02
        _, dropped = mean_losses(lesson.replace(dropout=0.5))
        assert dropped[-1].round(3) == 0.357

    def test_titanic_has_about_the_shares_of_the_ship(self):
        """Those of the 1309 passengers whose fate is known."""
        text = (TEMPLATES / "lessons" / "titanic.csv").read_text(encoding="utf-8")
        rows = [*csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))]
        known = {
            "class": {"first": (323, 200), "second": (277, 119), "third": (709, 181)},
            "sex": {"female": (466, 339), "male": (843, 161)},
        }
        for column, words in known.items():
            for word, (aboard, saved) in words.items():
                fates = [row["saved"] == "yes" for row in rows if row[column] == word]
                assert abs(len(fates) / len(rows) - aboard / 1309) < 0.02
                assert abs(np.mean(fates) - saved / aboard) < 0.05
        assert len(rows) == 60

    def test_titanic_is_learnt_by_heart_by_hidden_neurons(self):
        lesson = load("titanic")
        losses, counts = mean_losses(lesson)[1], right(lesson)
        assert losses.argmin() == 20
        assert (losses[20].round(3), losses[-1].round(3)) == (0.247, 0.493)
        assert (counts[1][20], counts[1][-1], counts[0][-1]) == (14, 11, 43)
        mean, deviation = lesson.X_given[:, 2:].mean(axis=0), lesson.X_given[:, 2:].std(axis=0)
        man, woman = ([0, 0, 1, sex, *([20, 0] - mean) / deviation] for sex in (0, 1))
        assert outputs(lesson, np.array([man, woman]))[20, :, 0].round(3).tolist() == [0.11, 0.896]
        lady = lesson.validation.X_raw.tolist().index([0, 1, 52, 2])  # first, female
        assert lesson.validation.y[lady] == 1
        assert outputs(lesson, lesson.validation.X)[-1, lady, 0].round(3) == 0.376
        plain = lesson.replace(hidden=[])
        assert (mean_losses(plain)[1][-1].round(3), right(plain)[1][-1]) == (0.261, 14)
        woman, first, third = train(plain)["wout"][-1, [3, 0, 2], 0]
        assert (woman.round(2), (first - third).round(2)) == (3.61, 6.75)

    def test_sgd_has_the_data_and_the_weights_of_the_article(self):
        article, sgd = load("article"), load("sgd")
        assert np.array_equal(sgd.X, article.X)
        assert np.array_equal(sgd.y, article.y)
        assert all(np.array_equal(sgd.initial[name], value) for name, value in article.initial.items())
        assert (sgd.iterations, sgd.batch, sgd.shuffle) == (900, 1, True)


# Of sgd all iterations are verified below, and of the article twelve in tests/verify/test_contents.py.
@pytest.mark.parametrize("name", few(*(one for one in LIGHT if one not in ("article", "sgd")), of=LIGHT))
def test_its_first_iterations_verify_with_all_inputs_changed(name, tmp_path):
    report = verified(override(shipped(name), iterations=3), tmp_path / "lesson.xlsx")
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize("name", few("sgd", of=NAMES))
def test_it_verifies_as_it_is_and_with_other_inputs(name, tmp_path):
    lesson = load(name)
    build(
        override(lesson, iterations=min(lesson.iterations, AT_MOST.get(name, 1000))), tmp_path / "lesson.xlsx"
    )
    report = verify(tmp_path / "lesson.xlsx", quick=name != "sgd")  # one kind after the other: above
    assert report.ok, "\n".join(report.lines())


# Samples; formulon takes minutes for the whole of iris.
AT_MOST_ELSEWHERE = {"libreoffice": 75, "gnumeric": 20, "formulon": 6}
TOOLS = {"libreoffice": ("soffice",), "gnumeric": ("ssconvert",), "formulon": ("formulon",)}
# In LibreOffice each lesson is verified by tests/engines/test_by_hand.py, the whole of many samples here.
IN_TURN = {
    "libreoffice": ["sgd", "iris"],
    "gnumeric": NAMES,
    "formulon": ["article", "iris", "regression", "sgd"],
}
ENGINES_AND_LESSONS = [(engine, name) for engine, names in IN_TURN.items() for name in names]


@pytest.mark.parametrize(
    ("engine", "name"),
    few(
        "sgd-libreoffice",
        of=[
            pytest.param(engine, name, marks=pytest.mark.needs(*TOOLS[engine]), id=f"{name}-{engine}")
            for engine, name in ENGINES_AND_LESSONS
        ],
    ),
)
@pytest.mark.slow
def test_it_verifies_elsewhere(name, engine, tmp_path):
    lesson = with_few_samples(load(name), AT_MOST_ELSEWHERE[engine])
    build(override(lesson, iterations=ELSEWHERE), tmp_path / "lesson.xlsx")
    report = verify(tmp_path / "lesson.xlsx", engine, quick=True, arithmetic_only=True)
    assert report.ok, "\n".join(report.lines())


def final(lesson):
    """What the variables of the lesson's program hold in the end."""
    trace = train(lesson)
    return {name: trace[f"next_{name}"][-1] for name in lesson.network.trained()} | {
        "output": trace["output"][-1]
    }


def assert_equal(found, lesson):
    """Up to rounding: other orders of adding up, and decimals that R reads."""
    for name, value in final(lesson).items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-12, err_msg=name)


@every_lesson
def test_its_python_makes_the_same_numbers(name):
    variables = {}
    with redirect_stdout(io.StringIO()):
        exec(program(load(name), "numpy"), variables)
    assert_equal(variables, load(name))


@pytest.mark.slow  # those of drawn lessons, and of each kind, run every time
@pytest.mark.needs("Rscript")
def test_the_r_programs_make_the_same_numbers():
    """All in one run of R: starting it takes longer than they do."""
    source = []
    for name in NAMES:
        lesson = load(name)
        source.append(program(lesson, "r"))
        source += [
            f'cat("\\n>", "{name}", "{p}", dim({p}), sprintf("%.17g", t({p})), "\\n")' for p in final(lesson)
        ]
    found = {name: {} for name in NAMES}
    for line in run_rscript("\n".join(source)).splitlines():
        if line.startswith("> "):
            _, name, variable, numbers = line.split(" ", 3)
            found[name][variable] = read_r(numbers)
    for name in NAMES:
        assert_equal(found[name], load(name))
