"""Pieces of a formula with what they come to, so that a text with cases is written only once."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlp2xlsx.numerals import number_text
from mlp2xlsx.xlsx.live_text import Part, live_text

TermValue = float | str | bool


@dataclass(frozen=True)
class Term:
    """A piece of a formula and its value: a number, a text or a truth value."""

    text: str
    value: TermValue

    def compared(self, sign: str, number: float) -> "Term":
        """Compare with a number, by `=`, `<` or `>`; a text is no number and never fits."""
        found = self.value
        holds = (
            not isinstance(found, str)
            and {"=": found == number, "<": found < number, ">": found > number}[sign]
        )
        return Term(f"{self.text}{sign}{number_text(number)}", holds)


def choose(condition: Term, yes: Term, no: Term) -> Term:
    """Choose between two terms."""
    return Term(f"IF({condition.text},{yes.text},{no.text})", (yes if condition.value else no).value)


def sentence(template: str, terms: Mapping[str, Term]) -> Term:
    """Join a text and the terms that stand in its {braces}."""
    parts = {
        key: Part(term.text, term.value if isinstance(term.value, str) else number_text(term.value))
        for key, term in terms.items()
    }
    return Term(*live_text(template, parts))
