"""Number formats by what they show."""

import pytest

from mlp2xlsx.xlsx.number_formats import shown_by

SAME = {
    "written twice": ("0.000", "0.000;-0.000;0.000"),
    "words quoted or not": ('0.0"%x"', "0.0\\%\\x"),
    "the sign by itself": ("0", "0;\\-0"),
    "a condition that is the sign": ("0.00;-0.00", "[>=0]0.00;0.00"),
    "text as it is": ("0.00", "0.00;-0.00;0.00;@"),
}
OTHER = {
    "negated": ("0.000", "-0.000;0.000"),
    "without its sign": ("0.000", "0.000;0.000"),
    "a fixed text": ("0.000", '"0.500"'),
    "a fixed text for zeros": ("0", '0;-0;"ok"'),
    "a fixed text for texts": ("General", 'General;General;General;"agrees"'),
    "nothing": ("0.000", ";;;"),
    "fewer digits": ("0.000", "0.0"),
    "hundredths": ("0.00", "0.00%"),
    "thousandths": ("0", "0,"),
    "another limit": ('[<0.001]"≈ 0";0.0E+00', '[<1]"≈ 0";0.0E+00'),
    "red": ("0.00", "[Red]0.00"),
    "words": ("0", '0" €"'),
    "a date": ("0", "yyyy"),
    "General": ("General", "0.0000"),
}
SHOWN = [
    ("0.00", -1234.5678, "-1234.57"),
    ("#,##0.0", 1234.5678, "1,234.6"),
    ("0.0##", 0.5, "0.5"),
    ("0.0E+00", 1234.5678, "1.2E+03"),
    ("0%", 0.04, "4%"),
    ('0" ✓";-0" ✓"', -2.0, "-2 ✓"),
    ('"after "0', 7.0, "after 7"),
    ('[<0.000000000001]"≈ 0";0.0E+00', 1e-13, "≈ 0"),
]


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_the_same(one: str, other: str) -> None:
    limits = min(len(shown_by(one)), len(shown_by(other))) - 1
    assert shown_by(one)[:limits] == shown_by(other)[:limits]
    assert shown_by(one)[-1] == shown_by(other)[-1]


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_another(one: str, other: str) -> None:
    assert shown_by(one) != shown_by(other)


@pytest.mark.parametrize(("code", "value", "shown"), SHOWN)
def test_what_is_shown(code: str, value: float, shown: str) -> None:
    assert shown in shown_by(code), shown_by(code)


def test_a_text_is_shown_by_the_last_part() -> None:
    assert shown_by('0;-0;0;"says "@', "so") == ("says so",)
    assert shown_by("0.00", "so") == ("so",)


@pytest.mark.parametrize("code", ["", ";" * 500, "[", '"', "0" * 5000, "\\", "[<x]0", "E+E+E+"])
def test_whatever_is_written_is_no_trouble(code: str) -> None:
    assert shown_by(code)
