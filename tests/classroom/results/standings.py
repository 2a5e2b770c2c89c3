"""Standings of a class made by hand, without anything that was handed in."""

from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.marking.terms import Terms
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.settings import Settings


def mark_of(student, mistakes=(), judged=None, **cells):
    """A mark with `s3=(1, 9)` for one cell of nine that counts in step 3."""
    steps = {int(step[1:]): counts for step, counts in cells.items()}
    return Mark(student, steps, tuple(mistakes), (), {}, judged or {})


def standings_of(records, marks, settings=None, **given):
    """What became of each student of a class, or of each file; `given` are marks by hand, by id."""
    terms = Terms.of(settings or Settings(), records.assignment)
    if records.is_open:
        return [
            Standing("", place, f"{number:04}", mark, terms)
            for number, (place, mark) in enumerate(marks.items())
        ]
    return [
        Standing(
            one.name,
            one.id,
            one.file,
            marks.get(one.id),
            Terms(terms.counting, terms.formulas, given=given.get(one.id, {})),
        )
        for one in records.students
    ]
