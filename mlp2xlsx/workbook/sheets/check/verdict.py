"""What the sheet `Check` says in one sentence: nothing was changed, or what was."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlp2xlsx.workbook.sheets.check.checksums import Checksums
from mlp2xlsx.workbook.sheets.check.lines import Copies
from mlp2xlsx.workbook.sheets.check.table import CheckTable
from mlp2xlsx.xlsx.term import Term, choose, sentence

_YES, _NO, _NOTHING = Term("1", True), Term("0", False), Term('""', "")


@dataclass(frozen=True)
class Findings:
    """What the rows of the sheet come to.

    Attributes
    ----------
    inputs
        The inputs.
    first, last
        The matrices of the first and of the last iteration that is live.
    steps
        Those of the chosen iteration on the step sheets, against `Training`.
    copies
        What one step sheet repeats from another.
    iterations
        The numbers of the first and the last iteration.
    everywhere
        The matrices of all iterations on `Training`.
    samples
        Whether the list of samples is another one.
    records
        What NumPy recorded, against what it was when the workbook was built.
    loss
        Of the losses: `count` of those that differ, and for the first of them `name`, `cell` and
        `iteration`.
    evaluated
        How good the network is on the sheet `Evaluate`.
    """

    inputs: CheckTable
    first: CheckTable
    last: CheckTable
    steps: CheckTable
    copies: Copies
    iterations: tuple[int, int]
    everywhere: Checksums
    samples: Term
    records: Checksums
    loss: Mapping[str, Term]
    evaluated: CheckTable

    def differing(self) -> Term:
        """How many computed cells differ from the recorded run."""
        return _sum(self.first.total(), self.last.total(), self.loss["count"])

    def spoilt(self) -> Term:
        """How much differs that no change of an input explains."""
        return _sum(self.records.total(), self.samples, self.on_steps())

    def on_steps(self) -> Term:
        """How much of the step sheets is not what `Training`, or the sheet it is repeated from, has."""
        return _sum(self.steps.total(), self.copies.total())

    def first_on_steps(self) -> dict[str, Term]:
        """Name and cell, as `name` and `cell`, of the first of it; what is repeated comes first."""
        copied, computed = self.copies.first(), self.steps.first()
        is_copy = self.copies.total().compared(">", 0)
        return {key: choose(is_copy, copied[key], computed[key]) for key in copied}

    def unlike(self) -> Term:
        """How much of `Training`, `Loss` and `Evaluate` differs from the recorded run."""
        return _sum(self.on_training(), self.evaluated.total())

    def on_training(self) -> Term:
        """How much of `Training` and `Loss` does."""
        return _sum(self.differing(), self.everywhere.total())


def _sum(*terms: Term) -> Term:
    return Term(f"({'+'.join(term.text for term in terms)})", sum(float(term.value) for term in terms))


def verdict(words: Mapping[str, str], found: Findings) -> tuple[Term, Term, Term]:
    """Say in one sentence what was changed, in another what to do next, in a third what was changed besides.

    A record or a list of samples that was changed is no fault of any formula, and tells the others
    wrongly. Inputs that were changed explain every difference from the record, but none between a step
    sheet and `Training`. Without them the first difference from the record in the order of the
    calculation is the nearest to the formula that was changed; and where `Training` is as it was, the
    formula stands on a step sheet.
    """
    advice = {key: sentence(words[f"advice_{key}"], {}) for key in _ADVICE}
    training, training_advice = _training(words, found, advice)
    cases = [
        (found.records.total(), sentence(words["record_changed"], found.records.first()), advice["record"]),
        (found.samples, sentence(words["samples_changed"], found.loss), advice["samples"]),
        (found.inputs.total(), _inputs(words, found), advice["inputs"]),
        (found.on_training(), training, training_advice),
        (found.on_steps(), sentence(words["step_changed"], found.first_on_steps()), advice["formula"]),
        (
            found.evaluated.total(),
            sentence(words["evaluate_changed"], found.evaluated.first()),
            advice["formula"],
        ),
    ]
    said, then = sentence(words["match"], {}), advice["match"]
    for count, term, next_step in reversed(cases):
        said = choose(count.compared(">", 0), term, said)
        then = choose(count.compared(">", 0), next_step, then)
    spoilt = choose(
        found.on_steps().compared(">", 0), sentence(words["besides"], found.first_on_steps()), _NOTHING
    )
    return (
        said,
        then,
        choose(_sum(*(case[0] for case in cases[:_EXPLAINING])).compared(">", 0), spoilt, _NOTHING),
    )


_ADVICE = ("match", "record", "samples", "inputs", "formula", "loss", "everywhere")
# The first three cases say nothing of formulas: a step sheet that differs is to be mentioned.
_EXPLAINING = 3


def _joined(one: Term, other: Term) -> Term:
    return Term(f"{one.text}&{other.text}", f"{one.value}{other.value}")


def _inputs(words: Mapping[str, str], found: Findings) -> Term:
    """Name the inputs that were changed, and say what follows."""
    changed = found.inputs.total()
    differing = _sum(found.differing(), found.evaluated.total())
    others = Term(f"({changed.text}-1)", float(changed.value) - 1)
    by_input = found.inputs.first() | {"count": others}
    follow, no_effect = sentence(words["follow"], {"count": differing}), sentence(words["no_effect"], {})
    one, several = (sentence(words[key], by_input) for key in ("input_changed", "inputs_changed"))
    cause = choose(changed.compared("=", 1), one, several)
    return _joined(cause, choose(differing.compared(">", 0), follow, no_effect))


def _training(words: Mapping[str, str], found: Findings, advice: Mapping[str, Term]) -> tuple[Term, Term]:
    """Name the first number on `Training` or `Loss` that differs, and say where to look."""
    first, last = (Term(str(number), number) for number in found.iterations)
    by_first, by_loss, by_last = (
        sentence(words["formula_changed"], terms)
        for terms in (
            found.first.first() | {"iteration": first},
            found.loss,
            found.last.first() | {"iteration": last},
        )
    )
    somewhere = sentence(words["somewhere_changed"], found.everywhere.first())
    at_once = found.first.total().compared(">", 0)
    at_the_end = found.last.total().compared(">", 0)
    earlier = choose(at_the_end, found.loss["iteration"].compared("<", found.iterations[1]), _YES)
    by_losses = choose(found.loss["count"].compared("=", 0), _NO, earlier)
    late = choose(at_the_end, by_last, somewhere)
    late_advice = choose(at_the_end, advice["formula"], advice["everywhere"])
    return (
        choose(at_once, by_first, choose(by_losses, by_loss, late)),
        choose(at_once, advice["formula"], choose(by_losses, advice["loss"], late_advice)),
    )
