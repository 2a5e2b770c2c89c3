"""What `Math` says besides the derivation: the article's signs and slips, and the words of the sheets."""

import numpy as np
import pytest

from mlp2xlsx import load, train
from mlp2xlsx.explain.article import factors, is_the_articles, signs, slips
from mlp2xlsx.explain.derivation import LOSS
from mlp2xlsx.resources import languages, texts
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.math.places import math_places

ARTICLE = load("article").replace(iterations=3)
FOR_ARTICLE = {
    "article": ARTICLE,
    "batches": ARTICLE.replace(batch=2),
    "two-outputs": ARTICLE.replace(y=[[1, 0], [1, 1], [0, 1]], initial={}),
}
NOT_FOR_ARTICLE = {
    "tanh": ARTICLE.replace(activation="tanh"),
    "linear": ARTICLE.replace(output="linear"),
    "cross-entropy": ARTICLE.replace(loss="cross_entropy"),
    "no hidden layer": ARTICLE.replace(hidden=[], initial={}),
    "two hidden layers": ARTICLE.replace(hidden=[3, 3], initial={}),
    "frozen biases": ARTICLE.replace(bias="frozen"),
}


def math_of(book):
    return book.sheets[book.context.titles["math"]]


def cell_texts(ws):
    return {(cell.row, cell.column): cell._value for row in ws.iter_rows() for cell in row}


@pytest.mark.parametrize("lesson", FOR_ARTICLE.values(), ids=FOR_ARTICLE)
def test_the_factors_of_the_article_come_to_the_gradient(lesson):
    """Multiplied one after the other, they are what the sheets show, with the other sign, and the gradient."""
    trace, one = train(lesson), lesson.one_iteration
    found = factors(one)
    assert is_the_articles(one)
    hidden, output = one.network.layers
    error, slope, weights, hidden_slope, inputs = (trace[factor.source][0] for factor in found)
    products = [-error]
    products.append(products[-1] * slope)
    products.append(products[-1] @ weights.T)
    products.append(products[-1] * hidden_slope)
    for factor, product in zip(found, products, strict=False):
        np.testing.assert_allclose(product, -trace[factor.shown_by][0])
        assert factor.product == f"−{factor.shown_by}"
    gradient = inputs.T @ products[-1]
    changed = trace[found[-1].shown_by][0] - trace[hidden.weights][0]
    np.testing.assert_allclose(-gradient * lesson.lr, changed, rtol=1e-9, atol=1e-15)
    assert [factor.here.strip("−ᵀ") for factor in found] == [factor.source for factor in found]
    with pytest.raises(AssertionError):  # the twin: Y − t without its minus
        np.testing.assert_allclose(error * slope, -trace[output.delta][0])


@pytest.mark.parametrize("lesson", NOT_FOR_ARTICLE.values(), ids=NOT_FOR_ARTICLE)
def test_the_article_stands_only_beside_networks_that_it_treats(lesson):
    places = math_places(make(train(lesson)).context)
    assert not is_the_articles(lesson.one_iteration)
    assert (places.article, places.formula, places.slips) == (None, None, None)


@pytest.mark.parametrize("language", languages())
def test_every_sign_and_slip_has_its_text_and_its_sheet(language):
    words, book = texts(language)["article"], make(train(ARTICLE.replace(language=language)))
    one, known = ARTICLE.one_iteration, {*book.context.made_on, LOSS, None}
    assert [sign.key for sign in signs(one)] == list(words["signs"])
    assert [slip.key for slip in slips(one)] == list(words["slips"])
    assert {one.source for one in (*signs(one), *slips(one))} <= known
    written = set(cell_texts(math_of(book).ws).values())
    assert {*words["signs"].values(), *words["slips"].values()} <= written


def test_the_glossary_has_a_meaning_for_every_word():
    glossary = texts("en")["glossary"]
    assert list(glossary["terms"]) == list(glossary["meanings"])
    for sign in "·∘ᵀΣ∂σε":
        assert any(sign in term for term in glossary["terms"].values()), sign
