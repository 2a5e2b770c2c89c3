"""What a lesson is read as, and what is drawn where it gives nothing."""

import numpy as np
import pytest

from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.options.table import TEXTS
from tests.helpers import message
from tests.lesson.helpers import DATA, changed_fields, of


def test_the_article():
    lesson = load("article")
    assert lesson.name == "article"
    assert lesson.title == "The article's network"
    assert lesson.X.tolist() == [[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]]
    assert lesson.y.tolist() == [[1], [1], [0]]
    assert lesson.network == Network(n_inputs=4, hidden=(3,), n_outputs=1)
    assert list(lesson.initial) == ["wh", "bh", "wout", "bout"]
    assert lesson.initial["bh"].tolist() == [[0.46, 0.72, 0.08]]
    assert (lesson.iterations, lesson.lr, lesson.batch, lesson.shuffle) == (1000, 0.1, None, False)
    assert (lesson.seed, lesson.decimals, lesson.language) == (1, 3, "en")


def test_only_data_is_needed_and_the_rest_is_as_in_the_article():
    lesson = of(DATA)
    assert lesson.title == "my"
    own = {"name", *TEXTS, "translations", "initial"}
    assert changed_fields(load("article"), lesson) <= own
    assert {getattr(lesson, key) for key in TEXTS if key != "title"} == {""}
    assert lesson.translations == lesson.initial == {}


def test_matrices_are_float64_and_read_only():
    lesson = of(DATA + "[initial]\nbh = [1, 2, 3]")
    arrays = [lesson.X, lesson.y, lesson.initial["bh"], *lesson.initial_parameters().values()]
    assert {(array.dtype.str, array.ndim, array.flags.writeable) for array in arrays} == {("<f8", 2, False)}


@pytest.mark.parametrize("bias", ["[0.1, 0.2, 0.3]", "[[0.1, 0.2, 0.3]]"], ids=["flat", "matrix"])
def test_a_bias_may_be_flat(bias):
    assert of(f"{DATA}[initial]\nbh = {bias}").initial["bh"].tolist() == [[0.1, 0.2, 0.3]]


@pytest.mark.parametrize("hidden", [[], [1], [2, 3], [4, 3, 2]], ids=str)
def test_any_number_of_hidden_layers(hidden):
    assert of(f"{DATA}[network]\nhidden = {hidden}").network.hidden == tuple(hidden)


@pytest.mark.parametrize("batch", ['"full"', "3"], ids=["full", "all-samples"])
def test_all_samples_are_the_full_batch(batch):
    assert of(f"{DATA}[training]\nbatch = {batch}").batch is None


def test_translations():
    lesson = of(DATA + '[zh]\ntitle = "异或"\ntext = "一\\n二"\n[en]')
    assert lesson.translations == {"zh": {"title": "异或", "text": "一\n二"}, "en": {}}


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("training.iterations", "1", 1),
        ("training.iterations", "1_000_000_000", 10**9),
        ("training.lr", "1", 1.0),
        ("training.lr", "5e-324", 5e-324),
        ("training.seed", "0", 0),
        ("training.seed", "4294967295", 2**32 - 1),
        ("display.decimals", "0", 0),
        ("display.decimals", "10", 10),
    ],
)
def test_the_ends_of_a_range_are_in_it(key, value, field):
    section, name = key.split(".")
    found = getattr(of(f"{DATA}[{section}]\n{name} = {value}"), name)
    assert (type(found), found) == (type(field), field)


def test_the_largest_numbers_of_the_data():
    assert of(f"[data]\nX = [[{2**53}, {-(2**53)}, 1e308]]\ny = [[-0.0]]").X.tolist() == [
        [2.0**53, -(2.0**53), 1e308]
    ]


@pytest.mark.parametrize(
    ("y", "total"),
    [("[[1, 1], [0, 1]]", 2), ("[[0, 0], [0, 1]]", 0), ("[[0.33, 0.33, 0.33], [1, 0, 0]]", None)],
    ids=["two-classes", "no-class", "rounded"],
)
def test_the_targets_of_a_softmax_are_shares(tmp_path, y, total):
    """The error is the gradient only then; whoever changes the cells of a workbook may find out."""
    path = tmp_path / "my.toml"
    network = 'output = "softmax"\nloss = "cross_entropy"'
    path.write_text(f"[data]\nX = [[1], [0]]\ny = {y}\n[network]\n{network}\n")
    if total is None:
        assert load(path).replace(y=np.ones((2, 3))).y.sum() == 6
        return
    assert message(load, path) == (
        f"{path}: data.y row 1 adds up to {total}; softmax with cross_entropy needs rows that add up to 1, "
        'such as [0, 1, 0]; for several answers use output = "sigmoid"'
    )


@pytest.mark.parametrize("name", ["data.csv", "out.XLSX"])
def test_a_table_is_no_lesson(name):
    assert message(load, name) == f"{name} is no lesson; expected a .toml file, or --data FILE"


# Drawing


def test_drawn_as_the_articles_script_draws():
    np.random.seed(42)
    wh = np.random.uniform(size=(4, 3))
    bh = np.random.uniform(size=(1, 3))
    wout = np.random.uniform(size=(3, 1))
    bout = np.random.uniform(size=(1, 1))
    drawn = of(f"{DATA}[training]\nseed = 42").initial_parameters()
    assert list(drawn) == ["wh", "bh", "wout", "bout"]
    for name, expected in {"wh": wh, "bh": bh, "wout": wout, "bout": bout}.items():
        assert drawn[name].tobytes() == expected.tobytes(), name
        assert drawn[name].shape == expected.shape


def test_the_seed_matters():
    one, two = (of(f"{DATA}[training]\nseed = {seed}").initial_parameters() for seed in (1, 2))
    assert not np.array_equal(one["bout"], two["bout"])


def test_drawn_layer_by_layer_from_the_input_side():
    lesson = of(f"{DATA}[network]\nhidden = [3, 2]\n[training]\nseed = 7")
    np.random.seed(7)
    for name, shape in [
        ("wh_1", (4, 3)),
        ("bh_1", (1, 3)),
        ("wh_2", (3, 2)),
        ("bh_2", (1, 2)),
        ("wout", (2, 1)),
        ("bout", (1, 1)),
    ]:
        assert np.array_equal(lesson.initial_parameters()[name], np.random.uniform(size=shape)), name


def test_giving_one_does_not_change_the_others():
    drawn = of(DATA).initial_parameters()
    mixed = of(f"{DATA}[initial]\nbh = [1, 2, 3]").initial_parameters()
    assert list(mixed) == list(drawn)
    assert mixed["bh"].tolist() == [[1, 2, 3]]
    assert all(np.array_equal(mixed[name], drawn[name]) for name in ("wh", "wout", "bout"))


def test_drawing_leaves_the_global_state_alone():
    np.random.seed(3)
    expected = np.random.uniform()
    np.random.seed(3)
    of(DATA).initial_parameters()
    assert np.random.uniform() == expected
