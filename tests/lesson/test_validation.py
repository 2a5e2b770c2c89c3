"""Samples kept for validation: which they are, how they are scaled, and splits that cannot be."""

import warnings

import numpy as np
import pytest

from mlp2xlsx import load, override, train
from mlp2xlsx.errors import DivergenceError
from mlp2xlsx.lesson import Lesson, parse
from mlp2xlsx.lesson.tables.validation import draw_validation
from tests.helpers import message
from tests.lesson.helpers import of

IRIS = load("iris")
LINES = ["1,10,a", "2,20,b", "3,30,a", "4,50,b", "5,60,a", "6,70,b"]
TABLE = "x,z,kind\n" + "\n".join(LINES) + "\n"
TOML = '[data]\ncsv = "data.csv"\ntarget = "kind"\n{}\n[training]\niterations = 2\n'
TEN = f"[data]\nX = {[[i, i * i] for i in range(10)]}\ny = {[[i / 10] for i in range(10)]}\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def from_table(folder, more):
    return parse(TOML.format(more), "my.toml", "my", folder)


def rows(matrix):
    return sorted(map(tuple, matrix.tolist()))


@pytest.mark.parametrize(("share", "kept"), [(0.25, 3), (0.1, 1), (0.5, 5), (0.05, 1), (0.94, 9)])
def test_a_share_is_rounded_and_drawn_with_the_seed(share, kept):
    lesson = of(TEN).replace(validation=share, seed=7)
    order = np.random.RandomState(7).permutation(10)
    expected = sorted(order[:kept].tolist())
    assert lesson.validation.X[:, 0].tolist() == expected
    assert lesson.X[:, 0].tolist() == [i for i in range(10) if i not in expected]
    assert (lesson.validation.y[:, 0] * 10).round().tolist() == expected


def test_another_seed_draws_others():
    drawn = [of(TEN).replace(validation=0.5, seed=seed).validation.X[:, 0].tolist() for seed in range(5)]
    assert len(set(map(tuple, drawn))) > 1


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("sizes", [(50, 50, 50), (7, 3, 90)], ids=str)
def test_each_class_gives_its_share(share, sizes):
    y = np.eye(3)[np.repeat([0, 1, 2], sizes)]
    kept = draw_validation(y, share, 3, by_class=True)
    counts = y[kept].sum(axis=0)
    exact = share * np.array(sizes)
    assert (np.floor(exact) <= counts).all()
    assert (counts <= np.ceil(exact)).all()
    assert counts.sum() == np.floor(share * sum(sizes) + 0.5)


def test_the_last_sample_of_a_class_stays():
    y = np.eye(3)[np.repeat([0, 1, 2], (1, 2, 9))]
    assert y[draw_validation(y, 0.99, 3, by_class=True)].sum(axis=0).tolist() == [0, 1, 8]


def test_iris_keeps_a_quarter_of_each_species():
    lesson = override(IRIS, validation=0.25)
    assert lesson.y.sum(axis=0).tolist() == [38, 37, 37]
    assert lesson.validation.y.sum(axis=0).tolist() == [12, 13, 13]
    assert rows(np.vstack([lesson.X_given, lesson.validation.X_given])) == rows(IRIS.X_given)


@pytest.mark.parametrize("scale", ["minmax", "zscore"])
def test_both_parts_are_scaled_by_the_samples_of_training_alone(scale):
    lesson = IRIS.replace(validation=0.5, scale=scale)
    raw, others = lesson.X_raw, lesson.validation.X_raw
    if scale == "minmax":
        low, size = raw.min(axis=0), raw.max(axis=0) - raw.min(axis=0)
    else:
        low, size = raw.mean(axis=0), raw.std(axis=0)
    np.testing.assert_allclose(lesson.validation.X, (others - low) / size, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(lesson.X, (raw - low) / size, rtol=1e-12, atol=1e-12)


def test_a_written_lesson_holds_the_samples_that_were_drawn():
    lesson = IRIS.replace(validation=0.25)
    again = parse(lesson.to_toml(), "again", "again")
    for part in ("X", "y", "X_raw"):
        assert np.array_equal(getattr(again.validation, part), getattr(lesson.validation, part))
        assert np.array_equal(getattr(again, part), getattr(lesson, part))


def test_drawn_anew_all_samples_take_part():
    lesson = IRIS.replace(validation=0.25)
    assert len(lesson.replace(validation=0.5).validation.y) == 75
    whole = lesson.replace(validation=0)
    assert whole.validation is None
    assert rows(whole.X_given) == rows(IRIS.X_given)


def test_samples_of_another_table(folder):
    (folder / "more.csv").write_text("kind,z,x,other\nb,5,9,0\na,6,8,0\n", encoding="utf-8")
    lesson = from_table(folder, 'validation = "more.csv"\nscale = "minmax"')
    assert lesson.validation.X_raw.tolist() == [[9, 5], [8, 6]]
    assert lesson.validation.y.tolist() == [[1], [0]]
    np.testing.assert_allclose(lesson.validation.X, [[1.6, -1 / 12], [1.4, -4 / 60]])
    assert len(lesson.X) == len(LINES)
    assert lesson.understood.endswith("; 2 samples for validation")


def test_a_table_is_split_on_the_command_line(folder, monkeypatch):
    monkeypatch.chdir(folder)
    lesson = override(load("article"), data="data.csv", target=["kind"], validation=1 / 3)
    assert (len(lesson.X), len(lesson.validation.X)) == (4, 2)
    assert sorted(lesson.validation.y[:, 0]) == [0, 1]


def test_generated_data_are_split_by_class():
    lesson = override(load("xor"), generate="moons", validation=0.25)
    assert len(lesson.validation.y) == 10
    assert lesson.validation.y.sum() == 5
    assert message(override, load("xor"), generate="moons", validation="more.csv").startswith(
        '--validation: found "more.csv", but the samples stand in the lesson'
    )


GIVEN = TEN + "X_validation = {}\ny_validation = {}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            TEN + "validation = 1.0",
            "data.validation: found 1.0, expected a share from 0 to below 1, such as 0.25",
        ),
        (
            TEN + "validation = -0.5",
            "data.validation: found -0.5, expected a share from 0 to below 1, such as 0.25",
        ),
        (
            TEN + "validation = true",
            "data.validation: found true (a boolean), expected a share from 0 to 1, or the name of a CSV file",
        ),
        (
            TEN + "validation = 0.01",
            "data.validation: 0.01 of 10 samples is none; expected a larger share",
        ),
        (
            TEN + "validation = 'more.csv'",
            'data.validation: found "more.csv", but the samples stand in the lesson; expected a share, such as '
            "0.25, or data.X_validation and data.y_validation",
        ),
        (
            TEN + "X_validation = [[1, 2]]",
            "data.y_validation is missing; expected both of data.X_validation and data.y_validation",
        ),
        (
            GIVEN.format("[[1]]", "[[1]]"),
            "data.X_validation has 1 column, data.X has 2; expected as many in both",
        ),
        (
            GIVEN.format("[[1, 2]]", "[[1], [0]]"),
            "data.y_validation has 2 rows, data.X_validation has 1; expected one row per sample in both",
        ),
        (
            GIVEN.format("[[1, 2]]", "[[2]]") + "[network]\nloss = 'cross_entropy'",
            "data.y_validation[1][1] is 2; cross_entropy needs targets from 0 to 1",
        ),
    ],
    ids=["all", "less", "true", "none", "table", "half", "columns", "rows", "targets"],
)
def test_a_split_that_cannot_be_is_refused(text, said):
    assert message(of, text) == f"my.toml: {said}"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("x,kind\n1,a\n", 'more.csv has no column "z"'),
        ("x,z,kind\n1,2,c\n", 'more.csv line 2: "c" in column "kind" is none of the classes "a", "b"'),
        ("x,z,kind\n1,?,a\n", "more.csv has 1 missing value"),
    ],
    ids=["column", "class", "value"],
)
def test_a_second_table_that_does_not_fit_is_refused(folder, more, said):
    (folder / "more.csv").write_text(more, encoding="utf-8")
    assert said in message(from_table, folder, 'validation = "more.csv"')


def test_a_column_that_is_constant_in_training_is_refused():
    text = "[data]\nscale = 'zscore'\nX = [[1, 1], [1, 2]]\ny = [[0], [1]]\n"
    text += "X_validation = [[2, 1]]\ny_validation = [[0]]\n"
    assert "is 1 in every sample to be trained on, which cannot be scaled" in message(of, text)


def test_a_pipeline_has_scaled_by_all_samples():
    pytest.importorskip("sklearn")
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = np.arange(16.0).reshape(8, 2), [0, 1] * 4
    model = MLPClassifier((2,), max_iter=2, random_state=0)
    with warnings.catch_warnings(action="ignore"):  # two iterations do not converge
        scaled = make_pipeline(StandardScaler(), model).fit(X, y)
    assert "the pipeline has scaled by all of X" in message(
        Lesson.from_sklearn, scaled, X, y, validation=0.25
    )
    kept = Lesson.from_sklearn(scaled[-1], StandardScaler().fit_transform(X), y, validation=0.25)
    assert len(kept.validation.y) == 2


def test_training_never_sees_them():
    lesson = IRIS.replace(validation=0.25, iterations=3)
    alone = IRIS.replace(X_raw=lesson.X_raw, y=lesson.y, iterations=3)
    assert np.array_equal(train(lesson)["wout"], train(alone)["wout"])


def test_the_loss_of_validation_that_is_no_number_is_said():
    lesson = of(GIVEN.format("[[1e308, 1e308]]", "[[1]]") + "[network]\noutput = 'linear'\nhidden = []")
    with pytest.raises(DivergenceError, match="loss of all validation"):
        train(lesson.replace(iterations=1, lr=1e-6, X=np.ones((10, 2))))
