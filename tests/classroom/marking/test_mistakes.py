"""Typical mistakes: of the shape of what they are taken for, with other numbers, and with a text."""

import numpy as np
import pytest

from mlp2xlsx import resources
from mlp2xlsx.classroom.marking import mistakes as module
from mlp2xlsx.classroom.marking.mistakes import mistakes
from mlp2xlsx.classroom.marking.mistakes_of_optimizers import of_kept
from mlp2xlsx.interpreter import first_iteration, start_values
from mlp2xlsx.mathematics.expr import Matrix
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.optimizers import BETA1
from mlp2xlsx.mathematics.steps import Result, Step
from mlp2xlsx.render.math import Math
from mlp2xlsx.render.values import evaluate
from tests.classroom.lessons import KEEPING
from tests.classroom.lessons import LESSONS as OTHERS

LESSONS = OTHERS | KEEPING
each_lesson = pytest.mark.parametrize("name", LESSONS)
LANGUAGES = resources.languages()


def run_of(lesson):
    return lesson.one_iteration.steps


def listed(name):
    """Yield each result of a lesson with its mistakes."""
    network = LESSONS[name].network
    for step in run_of(LESSONS[name]):
        for result in step.results:
            yield result, mistakes(network, step, result)


def of(name, wanted):
    """The mistakes that are listed for one result."""
    [found] = [found for result, found in listed(name) if result.name == wanted]
    return found


def _ends(key):
    """Squares, and powers of what is less than 1, lie between 0 and 1."""
    return (0.1, 0.9) if key.startswith(("v_", "beta")) else (-2, 2)


def random_values(name, seed=6):
    """Numbers for all matrices of a lesson, of either sign; what is taken from the data is."""
    lesson = LESSONS[name].replace(iterations=1, show=())
    random = np.random.default_rng(seed)
    given = {
        key: matrix
        if key in ("sample", *lesson.scalars, *lesson.columns)
        else random.uniform(*_ends(key), np.shape(matrix))
        for key, matrix in start_values(lesson).items()
    }
    later = {"n_updates": np.array([[5.0]])}  # whatever begins later has begun
    return first_iteration(lesson.one_iteration, given | later | {"lr": np.array([[0.3]])}, {})


@each_lesson
def test_a_mistake_has_the_shape_of_the_result_and_reads_what_is_known(name):
    values = random_values(name)
    for result, found in listed(name):
        for _, expr in found:
            assert expr.shape == result.expr.shape
            assert set(names(expr)) <= set(values)
            assert evaluate(expr, values).shape == result.expr.shape


@each_lesson
def test_a_mistake_comes_to_other_numbers(name):
    some = [random_values(name, seed) for seed in range(3)]  # a rectifier may put out nothing but 0
    for result, found in listed(name):
        for key, expr in found:
            same = [np.allclose(evaluate(expr, values), evaluate(result.expr, values)) for values in some]
            assert not all(same), (result.name, key)


@each_lesson
def test_no_mistake_is_listed_twice_for_a_result(name):
    for _, found in listed(name):
        assert len({expr for _, expr in found}) == len(found)


@each_lesson
def test_what_is_given_knows_no_mistakes(name):
    assert [found for result, found in listed(name) if result.given] == [
        [] for result, _ in listed(name) if result.given
    ]


def keys():
    return {key for name in LESSONS for _, found in listed(name) for key, _ in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_has_a_text_and_every_text_a_mistake(language):
    assert keys() == set(resources.texts(language)["mistakes"])


def test_a_text_without_a_mistake_is_seen(monkeypatch):
    monkeypatch.setattr(module, "_rows_added", lambda expr: None)
    assert set(resources.texts("en")["mistakes"]) - keys() == {"wrong_axis"}


# What somebody may have computed on the article's network, in the notation of the sheets.
ARTICLE = {
    "hidden_layer_input": {"bias_forgotten": "X · wh"},
    "hiddenlayer_activations": {"activation_forgotten": "hidden_layer_input"},
    "output_layer_input": {"bias_forgotten": "hiddenlayer_activations · wout"},
    "output": {"activation_forgotten": "output_layer_input"},
    "E": {"sign_reversed": "output − y"},
    "slope_output_layer": {"slope_of_input": "output_layer_input ∘ (1 − output_layer_input)"},
    "slope_hidden_layer": {"slope_of_input": "hidden_layer_input ∘ (1 − hidden_layer_input)"},
    "d_output": {"lr_too_early": "E ∘ slope_output_layer × lr"},
    "Error_at_hidden_layer": {
        "updated_weights": "d_output · next_woutᵀ",
        "transpose_missing": "(d_output · woutᵀ)ᵀ",  # as many neurons as samples
    },
    "d_hiddenlayer": {"lr_too_early": "Error_at_hidden_layer ∘ slope_hidden_layer × lr"},
    "next_wout": {
        "lr_forgotten": "wout + hiddenlayer_activationsᵀ · d_output",
        "lr_twice": "wout + hiddenlayer_activationsᵀ · d_output × lr × lr",
        "not_added": "hiddenlayer_activationsᵀ · d_output × lr",
        "subtracted": "wout − hiddenlayer_activationsᵀ · d_output × lr",
        "transpose_missing": "wout + hiddenlayer_activations · d_output × lr",
    },
}


def test_the_slips_that_the_article_invites_are_among_them():
    found = {result.name: dict(those) for result, those in listed("article")}
    for name, expected in ARTICLE.items():
        assert {key: Math().render(expr) for key, expr in found[name].items()} == expected
    assert set(found["next_bh"]) == {"lr_forgotten", "lr_twice", "not_added", "subtracted", "wrong_axis"}


def test_the_listing_in_r_adds_up_the_rows():
    """rowSums of a 3×3 matrix, one number for each neuron in place of one for each sample."""
    values = random_values("article")
    found = {result.name: dict(those) for result, those in listed("article")}
    delta = values["d_hiddenlayer"]
    wrong = evaluate(found["next_bh"]["wrong_axis"], values)
    np.testing.assert_allclose(wrong, values["bh"] + 0.3 * delta.sum(axis=1)[None, :])


@pytest.mark.parametrize(
    ("name", "result", "key"),
    [
        ("square", "next_wh", "transpose_missing"),
        ("square", "Error_at_hidden_layer", "updated_weights"),
        ("three-hidden", "Error_at_hidden_layer_2", "updated_weights"),
        ("and-or", "slope_output_layer", "slope_of_input"),
        ("tanh", "slope_hidden_layer", "slope_of_input"),
    ],
    ids=lambda value: value,
)
def test_other_networks_have_theirs(name, result, key):
    assert key in dict(of(name, result))


@pytest.mark.parametrize(
    ("name", "result", "key"),
    [
        ("no-biases", "hidden_layer_input", "bias_forgotten"),
        ("linear", "output", "activation_forgotten"),
        ("relu", "slope_hidden_layer", "slope_of_input"),  # positive where the activation is
        ("one-by-one", "next_bout", "wrong_axis"),  # of one row and one column
        ("one-neuron", "Error_at_hidden_layer", "transpose_missing"),  # of one weight
    ],
    ids=lambda value: value,
)
def test_what_comes_to_the_same_is_no_mistake(name, result, key):
    assert key not in dict(of(name, result))


@pytest.mark.parametrize(
    ("name", "result", "key", "said"),
    [
        ("momentum", "next_velocity_wh", "velocity_forgotten", "downhill_wh"),
        ("momentum", "next_velocity_wh", "slope_forgotten", "velocity_wh × momentum"),
        ("momentum", "next_wh", "old_velocity", "wh + velocity_wh × lr"),
        ("momentum", "next_wh", "velocity_forgotten", "wh + downhill_wh × lr"),
        ("nesterov", "next_wh", "no_look_ahead", "wh + next_velocity_wh × lr"),
        ("adam", "next_m_wh", "state_forgotten", "downhill_wh × (1 − beta1)"),
        ("adam", "next_m_wh", "share_forgotten", "m_wh × beta1 + downhill_wh"),
        ("adam", "next_v_wh", "square_forgotten", "v_wh × beta2 + downhill_wh × (1 − beta2)"),
        ("adam", "m_hat_wh", "uncorrected", "next_m_wh"),
        ("adam", "m_hat_wh", "old_power", "next_m_wh / (1 − beta1_t)"),
        ("adam", "next_wh", "uncorrected", "wh + next_m_wh / (√next_v_wh + epsilon) × lr"),
        ("adam", "next_wh", "root_forgotten", "wh + m_hat_wh / (v_hat_wh + epsilon) × lr"),
        ("adamw", "next_wh", "decay_forgotten", "wh + m_hat_wh / (√v_hat_wh + epsilon) × lr"),
        ("nesterov", "downhill_wh", "penalty_forgotten", "Xᵀ · d_hiddenlayer"),
        ("nesterov", "downhill_wh", "penalty_added", "Xᵀ · d_hiddenlayer + wh × l2_penalty"),
        ("penalties", "next_wh", "penalty_forgotten", "wh + Xᵀ · d_hiddenlayer × lr"),
    ],
    ids=lambda value: value if " " not in value else "",
)
def test_what_an_optimiser_keeps_invites_slips_of_its_own(name, result, key, said):
    assert Math().render(dict(of(name, result))[key]) == said


M, NEWEST = Matrix("m_w", (2, 2)), Matrix("downhill_w", (2, 2))


@pytest.mark.parametrize(
    ("becomes", "said"),
    [
        (M * BETA1 + NEWEST, {"state_forgotten": "downhill_w", "slope_forgotten": "m_w × beta1"}),
        (NEWEST + M * BETA1, {"state_forgotten": "downhill_w", "slope_forgotten": "m_w × beta1"}),
        (NEWEST + M + (M - NEWEST), {}),
    ],
    ids=["old first", "new first", "old in both"],
)
def test_what_is_forgotten_of_a_sum_is_told_by_what_stands_in_it(becomes, said):
    step = Step("m", "adam", None, (made := Result("next_m_w", becomes),))
    found = {key: Math().render(expr) for key, expr in of_kept(step, made) if key.endswith("forgotten")}
    assert {key: text for key, text in found.items() if key in ("state_forgotten", "slope_forgotten")} == said
