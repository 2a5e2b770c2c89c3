"""Which cases are slow: all but those that are named, and nothing is named that there is not."""

import pytest

from tests.cases import FEW_OF_IRIS, LIGHT, LIKE_OTHERS, SHIPPED, few, few_values, shipped


def marked(cases):
    """The ids of cases with the names of their marks."""
    return {case.id: sorted(mark.name for mark in case.marks) for case in cases}


def test_all_but_the_fast_ones_are_slow():
    assert marked(few("b", of=["a", "b"])) == {"a": ["slow"], "b": []}
    assert marked(few_values("b", of={"a": 1, "b": (1, 2)})) == {"a": ["slow"], "b": []}
    assert [case.values for case in few_values("b", of={"a": 1, "b": (1, 2)})] == [(1,), (1, 2)]


def test_a_parameter_keeps_its_marks():
    office = pytest.param("office", 8, marks=pytest.mark.needs("soffice"))
    assert marked(few(of=[office])) == {"office-8": ["needs", "slow"]}


def test_a_name_that_no_case_has_is_refused():
    with pytest.raises(LookupError, match="no case is called c; there are a, b"):
        few("a", "c", of=["a", "b"])


def test_of_iris_there_are_a_few_samples_of_each_kind():
    iris, few_of_it = shipped("iris"), shipped(FEW_OF_IRIS)
    assert len(iris.X) > 10 * len(few_of_it.X)
    assert few_of_it.y.any(axis=0).all()
    assert marked(SHIPPED) == {name: [] for name in LIGHT} | {
        name: ["slow"] for name in (*LIKE_OTHERS, "iris")
    }
