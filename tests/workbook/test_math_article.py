"""What `Math` says besides the derivation: the article's signs and slips, and the words of the sheets."""

from functools import cache

import numpy as np
import pytest

from mlp2xlsx import load, override, train
from mlp2xlsx.explain.article import factors, is_the_articles, signs, slips
from mlp2xlsx.explain.derivation import LOSS
from mlp2xlsx.resources import languages, texts
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.math.places import glossary_place, math_places
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.text_width import is_wide
from tests.cases import SHIPPED, shipped

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


@cache
def made(name, language):
    """The workbook of a shipped lesson; nobody changes it."""
    return make(train(override(shipped(name), iterations=2, language=language)))


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


HEADINGS = {"check": "gradient_check", "glossary": "glossary", "article": "article"}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SHIPPED)
def test_the_links_on_top_lead_to_their_headings(name, language):
    book = made(name, language)
    ws, places, titles = math_of(book).ws, math_places(book.context), book.context.titles
    rows = {key: row for key in HEADINGS if (row := getattr(places, key)) is not None}
    led = {cell.hyperlink.location.replace("'", "") for cell in ws[3] if cell.hyperlink}
    assert led - {f"{titles['setup']}!A1"} == {f"{titles['math']}!{a1(row, 1)}" for row in rows.values()}
    for key, row in rows.items():
        assert ws.cell(row, 1).value == texts(language)[HEADINGS[key]]["heading"]
    assert glossary_place(book.context) == (titles["math"], Box(places.glossary, 1, 1, 1))


def too_wide(sheet):
    """Lines of text that end beyond what is printed, in letters as narrow as those of Calibri."""
    last = sheet.ws[sheet.ws.print_area.split("!")[1].replace("$", "")][-1][-1]
    sizes = sheet.ws.column_dimensions
    widths = {
        cell.column: sizes[cell.column_letter].width if cell.column_letter in sizes else 8.43
        for cell in sheet.ws[1][: last.column]
    }
    for (row, col), text in cell_texts(sheet.ws).items():
        if isinstance(text, str) and not text.startswith("=") and row <= last.row:
            room = sum(width for number, width in widths.items() if number >= col)
            size = sheet.ws.cell(row, col).font.size / 11
            if sum(2 if is_wide(letter) else 0.85 for letter in text) * size > room:
                yield text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SHIPPED)
def test_no_line_runs_off_the_page(name, language):
    assert list(too_wide(math_of(made(name, language)))) == []


def test_a_line_that_runs_off_the_page_is_seen():
    book = make(train(ARTICLE))
    sheet = math_of(book)
    sheet.put(math_places(book.context).glossary + 1, 2, "x" * 180, "text")
    assert list(too_wide(sheet)) == ["x" * 180]
