"""Inputs are scaled column by column."""

import numpy as np
import pytest

from mlp2xlsx.explain.program import program
from mlp2xlsx.lesson import load, override, parse
from mlp2xlsx.lesson.tables.scaling import SCALINGS
from tests.helpers import message
from tests.tables.reading import again, lesson, same

RAW = [[1.0, 100.0], [2.0, 300.0], [4.0, 200.0]]
SCALED = f"[data]\nX = {RAW}\ny = [[1], [0], [1]]\n"


def test_minmax():
    found = parse(f'{SCALED}scale = "minmax"', "my.toml", "my")
    assert found.X_raw.tolist() == RAW
    np.testing.assert_allclose(found.X, [[0, 0], [1 / 3, 1], [1, 0.5]], rtol=1e-15)
    same(again(found), found)


def test_zscore():
    found = parse(f'{SCALED}scale = "zscore"', "my.toml", "my")
    np.testing.assert_allclose(
        found.X, (np.array(RAW) - np.mean(RAW, axis=0)) / np.std(RAW, axis=0), rtol=1e-14
    )
    np.testing.assert_allclose([found.X.mean(axis=0), found.X.std(axis=0)], [[0, 0], [1, 1]], atol=1e-15)
    assert not found.X.flags.writeable
    same(again(found), found)


def test_nothing_is_scaled_unasked():
    for line in ("", 'scale = "none"'):
        found = parse(SCALED + line, "my.toml", "my")
        assert (found.X.tolist(), found.X_raw, found.scale) == (RAW, None, "none")
        assert found.X_given is found.X


def test_a_large_mean_costs_no_digits():
    X = np.random.default_rng(1).normal(1e6, 1, (1000, 1))
    scaled = SCALINGS["zscore"].apply(X)
    exact = X.astype(np.longdouble)
    np.testing.assert_allclose(scaled, (exact - exact.mean()) / exact.std(), atol=3e-10)


def test_a_program_starts_from_the_scaled_numbers():
    found = parse(f'{SCALED}scale = "minmax"', "my.toml", "my")
    for language, comment in (("python", "X = np.array([[0, 0], ["), ("r", "X <- matrix(c(0, 0, ")):
        lines = program(found, language).splitlines()
        said = lines.index("# X is scaled already: (x - smallest) / (largest - smallest), column by column.")
        assert lines[said + 1].startswith(comment)
    assert "scaled" not in program(parse(SCALED, "my.toml", "my"), "python")


def test_replaced_raw_numbers_are_scaled_anew():
    found = parse(f'{SCALED}scale = "minmax"', "my.toml", "my")
    other = found.replace(X_raw=np.array(RAW) * 10)
    np.testing.assert_allclose(other.X, found.X, rtol=1e-15)
    assert other.X_raw.tolist() == (np.array(RAW) * 10).tolist()
    assert found.replace(scale="none").X.tolist() == RAW
    assert found.replace(scale="none", X=[[1, 2]] * 3).X_raw is None
    plain = parse(SCALED, "my.toml", "my")
    assert plain.replace(X_raw=[[1, 2]] * 3).X.tolist() == [[1, 2]] * 3
    assert plain.replace(scale="minmax").X_raw.tolist() == RAW
    assert message(found.replace, X=RAW) == ("my: X is computed from X_raw (scale = minmax); expected X_raw")


@pytest.mark.parametrize("scale", ["minmax", "zscore"])
def test_what_cannot_be_scaled(scale):
    data = f'scale = "{scale}"'
    assert message(lesson, "a,b,kind\n1,3,x\n2,3,y\n", data) == (
        'my.toml: data.scale: column "b" of data.csv is 3 in every sample, which cannot be scaled; leave the column out of the features'
    )
    assert message(
        parse, f"[data]\nX = [[0.1], [0.1]]\ny = [[1], [0]]\nscale = '{scale}'", "my.toml", "my"
    ) == (
        "my.toml: data.scale: column 1 of X is 0.1 in every sample, which cannot be scaled; leave the column out of the features"
    )
    assert message(lesson, "a,kind\n-1.7e308,x\n1.7e308,y\n", data) == (
        'my.toml: data.scale: the numbers in column "a" of data.csv are too far apart, or too close together, to be scaled'
    )


def test_the_lessons_own_data_can_be_scaled():
    assert override(load("iris"), scale="minmax").X.max() == 1
    assert override(load("iris"), scale="none").X_raw is None
