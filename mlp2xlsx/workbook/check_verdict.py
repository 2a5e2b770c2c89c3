"""What the sheet `Check` says in one sentence: nothing was changed, inputs were, or a formula was."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlp2xlsx.workbook.check_table import CheckTable
from mlp2xlsx.workbook.term import Term, choose, sentence

_YES, _NO = Term("1", True), Term("0", False)


@dataclass(frozen=True)
class Findings:
    """What the rows of the sheet come to.

    Attributes
    ----------
    inputs
        The inputs.
    first, last
        The matrices of the first and of the last iteration that is live.
    iterations
        The numbers of these two iterations.
    loss
        Of the losses: `count` of those that differ, and for the first of them `name`, `cell` and
        `iteration`.
    """

    inputs: CheckTable
    first: CheckTable
    last: CheckTable
    iterations: tuple[int, int]
    loss: Mapping[str, Term]

    def differing(self) -> Term:
        """Give how many computed cells differ."""
        terms = (self.first.total(), self.last.total(), self.loss["count"])
        return Term(f"({'+'.join(term.text for term in terms)})", sum(float(term.value) for term in terms))


def verdict(words: Mapping[str, str], found: Findings) -> tuple[Term, Term]:
    """Give the sentence, and what to do next.

    Inputs that were changed explain every difference; whether there is more to it cannot be told.
    Without them a formula was changed, and the first difference in the order of the calculation is the
    nearest to it: in the first iteration, else where the losses begin to differ, else in the last one.
    """
    changed, differing = found.inputs.total(), found.differing()
    others = Term(f"({changed.text}-1)", float(changed.value) - 1)
    by_input = found.inputs.first() | {"count": others}
    follow, no_effect = sentence(words["follow"], {"count": differing}), sentence(words["no_effect"], {})
    effect = choose(differing.compared(">", 0), follow, no_effect)
    one, several = (sentence(words[key], by_input) for key in ("input_changed", "inputs_changed"))
    cause = choose(changed.compared("=", 1), one, several)
    inputs = Term(f"{cause.text}&{effect.text}", f"{cause.value}{effect.value}")

    first, last = (Term(str(number), number) for number in found.iterations)
    by_first, by_loss, by_last = (
        sentence(words["formula_changed"], terms)
        for terms in (
            found.first.first() | {"iteration": first},
            found.loss,
            found.last.first() | {"iteration": last},
        )
    )
    at_once = found.first.total().compared(">", 0)
    earlier = choose(
        found.last.total().compared("=", 0), _YES, found.loss["iteration"].compared("<", found.iterations[1])
    )
    later = choose(found.loss["count"].compared("=", 0), _NO, earlier)
    formula = choose(at_once, by_first, choose(later, by_loss, by_last))

    advice = {key: sentence(words[f"advice_{key}"], {}) for key in ("match", "inputs", "formula", "loss")}
    formula_advice = choose(at_once, advice["formula"], choose(later, advice["loss"], advice["formula"]))
    match = sentence(words["match"], {})
    is_changed, is_same = changed.compared(">", 0), differing.compared("=", 0)
    return (
        choose(is_changed, inputs, choose(is_same, match, formula)),
        choose(is_changed, advice["inputs"], choose(is_same, advice["match"], formula_advice)),
    )
