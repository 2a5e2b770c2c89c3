"""The ways in which students fill in a handout, and what each must be worth."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from tests.classroom.papers import Paper
from tests.classroom.persons import Person
from tests.classroom.students import (
    BLOCKS,
    GIVEN,
    SHAPES,
    STEPS,
    AmbiguousError,
    Learner,
    Matrix,
    Numbers,
    Worth,
    truth,
    worth,
    wrong_cells,
)


@dataclass
class Desk:
    """One student with the handout: the file, the numbers it starts from, and the key to it."""

    person: Person
    file: str
    blank: bytes
    key: Path
    given: dict[str, Matrix]

    @classmethod
    def of(cls, folder: Path, person: Person) -> "Desk":
        [path] = (folder / "handouts").glob(f"{person.id}-*.xlsx")
        content = path.read_bytes()
        paper = Paper(content)
        given = {}
        for name, shape in GIVEN.items():
            place = name if name in ("X", "y") else f"initial_{name}"
            given[name] = np.array([[paper.value(place, *cell) for cell in row] for row in _cells(shape)])
        return cls(person, path.name, content, folder / "key" / path.name, given)

    def paper(self) -> Paper:
        return Paper(self.blank)


def _cells(shape: tuple[int, int]) -> list[list[tuple[int, int]]]:
    return [[(i, j) for j in range(shape[1])] for i in range(shape[0])]


def fill(paper: Paper, typed: Numbers) -> Paper:
    for name, values in typed.items():
        for (i, j), value in np.ndenumerate(values):
            paper.number(name, i, j, float(value))
    return paper


Filled = tuple[Paper, Worth]
Way = Callable[[Desk], Filled]


def perfect(desk: Desk, learner: Learner) -> Filled:
    return fill(desk.paper(), learner.work(desk.given)), worth()


def by_formulas(desk: Desk) -> Filled:
    paper, key = desk.paper(), Paper.read(desk.key)
    for name, shape in SHAPES.items():
        for i, j in np.ndindex(shape):
            paper.like(key, name, i, j)
    return paper, worth()


def by_blocks(desk: Desk) -> Filled:
    paper, true = desk.paper(), truth(desk.given)
    for name, text in BLOCKS.items():
        paper.block(name, text, true[name].tolist())
    return paper, worth()


def half_formulas(desk: Desk) -> Filled:
    """Every other cell by its formula, the others typed to 3 decimals."""
    paper, key, true = desk.paper(), Paper.read(desk.key), truth(desk.given)
    for name, shape in SHAPES.items():
        for i, j in np.ndindex(shape):
            if (i + j) % 2:
                paper.like(key, name, i, j)
            else:
                paper.number(name, i, j, round(float(true[name][i, j]), 3))
    return paper, worth()


def mistaken(desk: Desk, name: str, key: str, learner: Learner) -> Filled:
    typed = learner.work(desk.given)
    wrong = wrong_cells(desk.given, typed, name, made=key)
    return fill(desk.paper(), typed), worth({name: int(wrong.sum())}, [(name, key)])


def slipped(desk: Desk, learner: Learner) -> Filled:
    assert learner.slip is not None
    name, i, j, _ = learner.slip
    typed = learner.work(desk.given)
    wrong = wrong_cells(desk.given, typed, name)
    assert wrong.sum() == 1
    assert wrong[i, j]
    return fill(desk.paper(), typed), worth({name: 1})


def with_gaps(desk: Desk, gaps: Mapping[str, list[tuple[int, int]]], learner: Learner) -> Filled:
    paper = desk.paper()
    for name, values in learner.work(desk.given).items():
        for (i, j), value in np.ndenumerate(values):
            if (i, j) not in gaps.get(name, []):
                paper.number(name, i, j, float(value))
    return paper, worth({name: len(cells) for name, cells in gaps.items()})


def every_cell(*names: str) -> dict[str, list[tuple[int, int]]]:
    return {name: list(np.ndindex(SHAPES[name])) for name in names}


def with_text(desk: Desk, template: str, *, counts: bool) -> Filled:
    """A text in place of the first number of step 4; `{}` in it stands for the number."""
    typed = Learner(decimals=2).work(desk.given)
    paper = fill(desk.paper(), typed)
    number = f"{typed['hiddenlayer_activations'][0, 0]:.2f}"
    paper.text("hiddenlayer_activations", 0, 0, template.format(number, number.replace(".", ",")))
    return paper, worth() if counts else worth({"hiddenlayer_activations": 1})


def with_formula(desk: Desk, formulas: list[str]) -> Filled:
    """Formulas that must not be calculated, or cannot be, in place of the first numbers of step 6; see `Paper.written`."""
    paper = fill(desk.paper(), truth(desk.given))
    for i, text in enumerate(formulas):
        paper.formula("E", i, 0, paper.written(text), float(truth(desk.given)["E"][i, 0]))
    return paper, worth({"E": len(formulas)})


def resaved_by_openpyxl(desk: Desk) -> Filled:
    """The whole of it with openpyxl: array formulas as `ArrayFormula`, numbers and texts as they come."""
    book = book_of(desk.blank)
    key, true = openpyxl.load_workbook(desk.key), truth(desk.given)
    paper = desk.paper()
    for name, shape in SHAPES.items():
        for i, j in np.ndindex(shape):
            sheet, address = paper.where(name, i, j)
            held = key[sheet][address].value
            if isinstance(held, ArrayFormula):
                book[sheet][address] = ArrayFormula(held.ref, held.text)
            else:
                book[sheet][address] = held if (i + j) % 2 else float(true[name][i, j])
    return Paper(saved(book)), worth()


def book_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def neighbours(desk: Desk, other: Desk, decimals: int | None) -> tuple[Numbers, Worth, list[str]]:
    """Give another student's numbers, what they are worth here, and the steps in which they can be known again."""
    typed = Learner(decimals=decimals).work(other.given)
    lost = {name: int(wrong_cells(desk.given, typed, name).sum()) for name in STEPS}
    # What only passes numbers on is right for the numbers that were copied; weights and biases differ.
    own = {"hidden_layer_input", "output_layer_input", "Error_at_hidden_layer"}
    own |= {"next_wout", "next_wh", "next_bout", "next_bh"}
    if {name for name, count in lost.items() if count} != own:
        raise AmbiguousError("they have a weight in common")
    known = []
    for name, values in truth(other.given).items():
        rounded = np.round(values, 2)
        if len(np.unique(rounded)) >= 6:
            if (np.round(typed[name], 2) != rounded).any():
                raise AmbiguousError(f"{name} is rounded twice")
            known.append(f"Step {STEPS[name][0]:02}")
    return typed, worth(lost), list(dict.fromkeys(known))
