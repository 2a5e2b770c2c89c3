"""What comes next, tried before it comes: rooms that are added through the public tables alone.

An activation, an optimiser with state, a penalty, a schedule and a sheet, none of which ships, are registered here,
built, and verified by three engines; and each again with a part left out, which is refused with its name.
"""

import copy
import re
from dataclasses import replace

import numpy as np
import pytest

import mlp2xlsx
from mlp2xlsx import resources
from mlp2xlsx.explain.program import program
from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics import functions
from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.differentiation import derivatives
from mlp2xlsx.mathematics.expr import Apply, Matrix, Number, Scalar, Total
from mlp2xlsx.mathematics.functions import FUNCTIONS, Function, Words, register_activation
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS, Optimizer, register_optimizer
from mlp2xlsx.mathematics.penalties import PENALTIES, Penalty, register_penalty
from mlp2xlsx.mathematics.scalars import LR, SCALARS, SettableScalar, register_scalar
from mlp2xlsx.mathematics.schedules import MADE, SCHEDULES, Schedule, register_schedule
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.options.table import OPTIONS, register_option
from mlp2xlsx.options.training import option_of
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import evaluate
from mlp2xlsx.training import train
from mlp2xlsx.workbook.sheets.registry import KINDS, SheetKind, register
from tests.cases import few
from tests.helpers import verified

SMOOTH_RELU = Function(
    values=lambda z: np.logaddexp(0, z),
    derivative=lambda z: Apply("sigmoid", z),
    math=Words("ln(1 + exp({}))"),
    python=Words("np.log(1 + np.exp({}))"),
    r=Words("log(1 + exp({}))"),
    caption=Words("LN(1 + EXP({}))"),
    excel=Words("LN(1+EXP({}))"),
    worked=Words("ln(1 + e^({}))"),
    slope=lambda a: Number(1) - Apply("exp", Apply("negate", a)),
)
DECAY, KEPT = Scalar("decay"), Scalar("kept")
SCALAR_ROWS = [SettableScalar("kept", 0.9, above=0, below=1), SettableScalar("decay", 0.01, above=-1)]
HEAVY_BALL = Optimizer(
    "heavy_ball",
    state={"speed": lambda at: at.old("speed") * KEPT + at.downhill},
    update=lambda at: at.parameter + at.new("speed") * LR,
    scalars=("lr", "kept"),
)
SQUARES = Penalty(
    "squares",
    loss=lambda weights: Total(Apply("square", weights)) * DECAY / Number(2),
    slope=lambda weights: weights * DECAY,
    scalars=("decay",),
)


SLOWER = Schedule("slower", lambda _: LR / (MADE + Number(1)), ("lr",))


def write_summary(sheet, context):
    """The mean of all losses, below a title."""
    sheet.title("Summary", "The mean loss of all iterations.")
    mean = float(np.mean(context.trace.loss))
    sheet.formula(4, 1, Formula("AVERAGE(loss_history)", 0), mean, "series", "loss_history")


SUMMARY = SheetKind(key="summary", write=write_summary, says="summary")
TEXTS = {
    "scalars": {
        name: {"hint": f"how much is {name}", "error": "Type a number."} for name in ("kept", "decay")
    },
    "steps": {
        "rate": {"slower": {"what": "Each rate is smaller than the one before."}},
        "speed": {"title": "Speed", "what": "What is left of the last update, and the new one."},
        "update_weights": {"heavy_ball": {"what": "Each weight moves by its speed times the learning rate."}},
        "update_biases": {"heavy_ball": {"what": "Each bias moves by its speed times the learning rate."}},
        "hidden_activation": {"smooth_relu": {"what": "It is relu without its kink."}},
        "slopes": {"smooth_relu": {"what": "The slope of smooth_relu goes from 0 to 1."}},
    },
    "math_sheet": {"factors": {"slope_smooth_relu": "The slope of smooth_relu, by its own value."}},
    "setup": {"summary": "the mean loss"},
    "sheets": {"summary": "Summary"},
}
EVERY = (FUNCTIONS, OPTIMIZERS, PENALTIES, SCHEDULES, SCALARS, OPTIONS, KINDS)


@pytest.fixture
def tables():
    """The texts and every table, to which nothing is added for good."""
    kept = [(table, dict(table)) for table in EVERY]
    words = {language: copy.deepcopy(resources.texts(language)) for language in resources.languages()}
    iteration_of.cache_clear()  # it knows rows by their names
    for language in words:
        resources.add_texts(language, TEXTS)
    yield
    for table, before in (*kept, *((resources.texts(language), words[language]) for language in words)):
        table.clear()
        table.update(before)
    iteration_of.cache_clear()


def register_numbers():
    for row in SCALAR_ROWS:
        register_scalar(row)
        register_option(option_of(row))


def with_activation(lesson):
    register_activation("smooth_relu", SMOOTH_RELU)
    return lesson.replace(activation="smooth_relu")


def with_optimizer(lesson):
    register_numbers()
    register_optimizer(HEAVY_BALL)
    return lesson.replace(optimizer="heavy_ball", kept=0.8)


def with_penalty(lesson):
    register_numbers()
    register_penalty(SQUARES)
    return lesson.replace(penalties=["squares"], decay=0.03)


def with_schedule(lesson):
    register_schedule(SLOWER)
    return lesson.replace(schedule="slower")


def with_sheet(lesson):
    register(SUMMARY)
    return lesson


def with_all(lesson):
    lesson = with_sheet(with_schedule(with_optimizer(with_activation(lesson))))
    register_penalty(SQUARES)
    return lesson.replace(penalties=["squares"])


ROOMS = [with_activation, with_optimizer, with_penalty, with_schedule, with_sheet, with_all]
FORMS = {
    "all": {},
    "some": {"show": [1, 3]},
    "batches": {"batch": 2, "shuffle": True},
    "classes": {"y": np.eye(3), "output": "softmax", "loss": "cross_entropy", "hidden": [3, 2]},
}


def small(**changes):
    return load("article").replace(**{"iterations": 4, "initial": {}, **changes})


# All of them at once stand for each.
PLACES = [
    *(pytest.param(room, "ironcalc", id=f"{room.__name__}-ironcalc") for room in ROOMS),
    pytest.param(with_all, "libreoffice", id="with_all-libreoffice", marks=pytest.mark.needs("soffice")),
    pytest.param(with_all, "gnumeric", id="with_all-gnumeric", marks=pytest.mark.needs("ssconvert")),
]


@pytest.mark.parametrize(("room", "engine"), few("with_all-ironcalc", "with_all-gnumeric", of=PLACES))
def test_it_is_built_and_verified(tables, tmp_path, room, engine):
    report = verified(room(small()), tmp_path / "out.xlsx", engine)
    assert report.ok, str(report)


@pytest.mark.parametrize("form", few("batches", of=[form for form in FORMS if form != "all"]))
def test_all_of_them_in_other_forms(tables, tmp_path, form):
    report = verified(with_all(small(**FORMS[form])), tmp_path / "out.xlsx")
    assert report.ok, str(report)


@pytest.mark.parametrize("form", FORMS)
def test_its_gradient_is_the_derivative_of_its_loss(tables, form):
    lesson = with_all(small(**FORMS[form]))
    one, trace = lesson.one_iteration, train(lesson)
    values = {name: trace[name][0] for name in trace} | {"X": lesson.X, "y": lesson.y}
    values |= {name: np.array([[value]]) for name, value in lesson.scalars.items()}
    expected = derivatives(one.measures["loss"].expr, one.results)
    for name, gradient in one.gradients.items():
        assert evaluate(gradient, values) == pytest.approx(
            evaluate(expected[name], values), rel=1e-12, abs=1e-15
        )


def test_a_penalty_with_a_wrong_slope_would_be_seen(tables):
    register_numbers()
    register_penalty(replace(SQUARES, slope=lambda weights: weights))
    lesson = small().replace(penalties=["squares"])
    one, trace = lesson.one_iteration, train(lesson)
    values = {name: trace[name][0] for name in trace} | {"lr": np.array(0.1), "decay": np.array(0.01)}
    expected = derivatives(one.measures["loss"].expr, one.results)["wh"]
    assert np.abs(evaluate(one.gradients["wh"], values) - evaluate(expected, values)).max() > 0.01


def test_momentum_by_hand(tables):
    """Two updates, written out: what is left of the first one goes on in the second."""
    lesson = with_optimizer(small(iterations=2))
    trace = train(lesson)
    first, second = (trace["X"][k].T @ trace["d_hiddenlayer"][k] for k in range(2))
    assert trace["next_wh"][0] == pytest.approx(trace["wh"][0] + first * 0.1)
    assert trace["next_wh"][1] == pytest.approx(trace["wh"][1] + (0.8 * first + second) * 0.1)


def test_its_program_makes_the_same_numbers(tables, capsys):
    lesson = with_all(small())
    known = {}
    exec(program(lesson, "python"), known)
    assert known["wh"] == pytest.approx(train(lesson)["next_wh"][-1], rel=1e-12)
    assert capsys.readouterr().out


def test_a_lesson_says_what_it_is_trained_with(tables):
    lesson = with_all(small())
    again = mlp2xlsx.parse(lesson.to_toml(), "my.toml", "my")
    assert (again.optimizer, again.penalties, again.scalars) == ("heavy_ball", ("squares",), lesson.scalars)
    assert again.network.activation == "smooth_relu"


def without_text(*path):
    """Take a text away from one language."""
    found = resources.texts("zh")
    for key in path[:-1]:
        found = found[key]
    del found[path[-1]]


def an_activation(part):
    register_activation("smooth_relu", replace(SMOOTH_RELU, **{part: None}))


def an_optimizer(**changes):
    register_numbers()
    register_optimizer(replace(HEAVY_BALL, **changes))


def a_penalty(**changes):
    register_numbers()
    register_penalty(replace(SQUARES, **changes))


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (lambda: an_activation("slope"), "activation smooth_relu: slope is missing"),
        (lambda: an_activation("worked"), "activation smooth_relu: worked is missing"),
        (lambda: an_activation("r"), "activation smooth_relu: r is missing"),
        (
            lambda: register_activation(
                "smooth_relu", replace(SMOOTH_RELU, slope=lambda a: Apply("unheard", a))
            ),
            "activation smooth_relu: worked of unheard, which its slope reads, is missing",
        ),
        (lambda: register_activation("relu", SMOOTH_RELU), "there is a function relu already"),
        (lambda: an_optimizer(update=None), "optimizer heavy_ball: update is missing"),
        (lambda: an_optimizer(state={"speed": None}), "optimizer heavy_ball: state speed is missing"),
        (lambda: an_optimizer(state={}), "optimizer heavy_ball: update reads speed, which is missing"),
        (
            lambda: an_optimizer(update=lambda at: at.parameter - LR / (Number(1) - at.power("kept_t"))),
            "optimizer heavy_ball: update reads kept_t, which is missing",
        ),
        (
            lambda: an_optimizer(state={"speed": lambda at: Total(at.downhill) * KEPT}),
            "optimizer heavy_ball: state speed is 1×1 for a parameter of 2×3",
        ),
        (
            lambda: an_optimizer(state={"speed": lambda at: at.old("speed") + at.downhill}),
            "optimizer heavy_ball: scalar kept is declared, but nothing reads it",
        ),
        (
            lambda: an_optimizer(scalars=("lr",)),
            "optimizer heavy_ball: scalar kept is read, but missing in its scalars",
        ),
        (lambda: register_optimizer(HEAVY_BALL), "optimizer heavy_ball: scalar kept is missing in SCALARS"),
        (lambda: register_penalty(replace(SQUARES, slope=None)), "penalty squares: slope is missing"),
        (lambda: register_penalty(replace(SQUARES, loss=None)), "penalty squares: loss is missing"),
        (lambda: register_penalty(SQUARES), "penalty squares: scalar decay is missing in SCALARS"),
        (
            lambda: a_penalty(loss=lambda weights: weights * DECAY),
            "penalty squares: loss is 2×3, expected 1×1",
        ),
        (
            lambda: a_penalty(slope=lambda weights: Total(weights) * DECAY),
            "penalty squares: slope is 1×1 for weights of 2×3",
        ),
        (
            lambda: a_penalty(loss=lambda weights: Total(Apply("relu", weights)) * DECAY),
            "penalty squares: loss reads relu, of which over_range is missing",
        ),
        (
            lambda: a_penalty(loss=Total, slope=lambda weights: weights, scalars=()),
            "penalty squares: scalars is missing",
        ),
        (
            lambda: a_penalty(
                loss=lambda weights: Total(weights) * Scalar("l2_penalty"),
                slope=lambda weights: weights * Scalar("l2_penalty"),
                scalars=("l2_penalty",),
            ),
            "penalty squares: scalar l2_penalty is the strength of another penalty",
        ),
        (lambda: register(replace(SUMMARY, write=None)), "sheet summary: write is missing"),
        (
            lambda: register_scalar(replace(SCALAR_ROWS[0], default=2)),
            "scalar kept: default 2 is not within 0 and 1",
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_what_lacks_a_part_is_refused_with_its_name(tables, attempt, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        attempt()


@pytest.mark.parametrize(
    ("path", "room"),
    [
        (("steps", "slopes", "smooth_relu", "what"), with_activation),
        (("math_sheet", "factors", "slope_smooth_relu"), with_activation),
        (("steps", "speed", "title"), with_optimizer),
        (("steps", "update_weights", "heavy_ball", "what"), with_optimizer),
        (("steps", "update_biases", "heavy_ball", "what"), with_optimizer),
        (("scalars", "kept", "hint"), with_optimizer),
        (("scalars", "decay", "error"), with_penalty),
        (("setup", "summary"), with_sheet),
        (("sheets", "summary"), with_sheet),
    ],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else "",
)
def test_what_lacks_a_text_in_one_language_is_refused_with_its_name(tables, path, room):
    without_text(*path)
    with pytest.raises(ValueError, match=re.escape(f"{'.'.join(path)} is missing in the texts of zh")):
        room(small())


def test_a_given_matrix_that_comes_from_nowhere_is_refused():
    one = small().one_iteration
    step = one.steps[1]
    stray = replace(step, results=(*step.results, Result("speed_wh", Matrix("speed_wh", (4, 3)))))
    with pytest.raises(ValueError, match="speed_wh is given, but is neither data, nor carried"):
        replace(one, steps=(one.steps[0], stray, *one.steps[2:]))


@pytest.mark.parametrize("table", ["optimizer", "penalty", "schedule", "scalar", "sheet"])
def test_what_ships_is_held_to_the_same(tables, table):
    rows, add = {
        "optimizer": (OPTIMIZERS, register_optimizer),
        "penalty": (PENALTIES, register_penalty),
        "schedule": (SCHEDULES, register_schedule),
        "scalar": (SCALARS, register_scalar),
        "sheet": (KINDS, register),
    }[table]
    for name in [*rows]:
        add(rows.pop(name))


@pytest.mark.parametrize("name", functions.activations())
def test_activations_that_ship_are_held_to_the_same(tables, name):
    row = FUNCTIONS.pop(name)
    register_activation(name, row)
