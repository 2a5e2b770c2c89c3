"""A class of 225 students: what each hands in, and what must come of it."""

import io
import zipfile
from functools import partial

import numpy as np
import openpyxl

from tests.classroom.broken_files import BROKEN, REFUSED, truncated
from tests.classroom.papers import Paper
from tests.classroom.students import (
    GIVEN,
    MISTAKES,
    SHAPES,
    STEPS,
    AmbiguousError,
    Learner,
    Worth,
    truth,
    worth,
    wrong_cells,
)
from tests.classroom.teacher import NOON, Teacher
from tests.classroom.ways import (
    Desk,
    Filled,
    book_of,
    by_blocks,
    by_formulas,
    every_cell,
    fill,
    half_formulas,
    mistaken,
    neighbours,
    perfect,
    resaved_by_openpyxl,
    saved,
    slipped,
    with_formula,
    with_gaps,
    with_text,
)

# Every cell of every step.
LOST = {name: int(np.prod(shape)) for name, shape in SHAPES.items()}


def hand_in(teacher: Teacher) -> None:
    """Plant everything."""
    the_right_way(teacher)
    the_wrong_way(teacher)
    gaps_and_texts(teacher)
    copied(teacher)
    effortless(teacher)
    anywhere(teacher)
    several(teacher)
    broken(teacher)
    suspicious(teacher)
    tampered(teacher)
    teacher.close()


def the_right_way(teacher: Teacher) -> None:
    for kind, count, learner in (
        ("all digits", 6, Learner()),
        ("2 decimals", 6, Learner(decimals=2)),
        ("3 decimals", 4, Learner(decimals=3)),
        ("6 decimals", 2, Learner(decimals=6)),
        ("2 decimals, computed on with", 4, Learner(decimals=2, carry="typed")),
        ("3 decimals, computed on with", 6, Learner(decimals=3, carry="typed")),
    ):
        teacher.plain(kind, count, partial(perfect, learner=learner))
    teacher.plain("a formula in every cell", 5, by_formulas)
    teacher.plain("a formula for every matrix", 5, by_blocks)
    teacher.plain("formulas and numbers", 2, half_formulas)
    teacher.plain("all by openpyxl", 3, resaved_by_openpyxl)


def the_wrong_way(teacher: Teacher) -> None:
    # The mistakes that the fewest students can show come first, as long as there are many to choose from.
    every = sorted(
        ((name, key) for name, keys in MISTAKES.items() for key in keys),
        key=lambda one: one[1] not in ("lr_twice", "lr_too_early", "wrong_axis"),
    )
    for number, (name, key) in enumerate(every):
        for carry in ("exact", "true") if number % 2 else ("typed", "true"):
            learner = Learner(4 + number % 3, carry, mistake=(name, key))  # type: ignore[arg-type]
            way = partial(mistaken, name=name, key=key, learner=learner)
            teacher.plain(f"{key} in {name}, then {carry} numbers", 1, way)
    for number in range(5):
        slip = ("hidden_layer_input", number % 3, number % 2, 0.3)
        teacher.plain("a slip", 1, partial(slipped, learner=Learner(slip=slip)))
        rounded = Learner(2 + number % 2, "typed", slip=slip)
        teacher.plain("a slip, rounded", 1, partial(slipped, learner=rounded))
    late = ("d_output", 1, 0, 0.2)
    teacher.plain("a late slip", 1, partial(slipped, learner=Learner(3, "exact", slip=late)))


def gaps_and_texts(teacher: Teacher) -> None:
    right = Learner(decimals=3)
    for gaps in (
        every_cell("hiddenlayer_activations"),
        every_cell("output_layer_input", "output"),
        every_cell("next_bout", "next_bh"),
        every_cell("hidden_layer_input", "E", "next_wh"),
        {"hidden_layer_input": [(0, 0), (2, 1)], "next_wh": [(3, 2)]},
        {"output": [(1, 0)]},
    ):
        teacher.plain("gaps", 1, partial(with_gaps, gaps=gaps, learner=right))
    teacher.plain("nothing filled in", 2, partial(with_gaps, gaps=every_cell(*STEPS), learner=right))
    slip = Learner(3, "typed", slip=("hidden_layer_input", 0, 0, 0.3))
    desk, (paper, value) = teacher.fitting("a slip and gaps", partial(slipped, learner=slip))
    for i, j in every_cell("E")["E"]:
        paper.at("E", i, j).value(None)
    cells = {**value.cells, 6: (0, 3)}
    teacher.counts(desk, Worth(cells), teacher.put(desk.file, paper.content()))
    for template, counts in (
        ("abc", False),
        ("about {}", False),
        ("{}?", False),
        ("{}", True),
        ("{1}", True),
        (" {} ", True),
    ):
        teacher.plain(f"the text {template}", 1, partial(with_text, template=template, counts=counts))


def copied(teacher: Teacher) -> None:
    for _ in range(2):  # the neighbour's file
        desk, other = teacher.take("the neighbour's file"), teacher.take("copied from")
        paper, value = perfect(other, Learner(decimals=4))
        teacher.counts(other, value, teacher.put(other.file, paper.content()))
        place = teacher.put(desk.file, paper.content(), NOON + 60)
        teacher.say(place, "misplaced", desk.person.label, other.person.label)
    # An owner and somebody who wants to spoil the grade, by the ways of Moodle, Canvas and mail.
    for folder, name in (
        ("moodle/{name}_4711_assignsubmission_file_", "{file}"),
        ("canvas", "{squashed}_1000_2000_{file}"),
        ("moodle/{name}_4712_assignsubmission_file_", "homework.zip"),
        ("mail", "{name}.zip"),
    ):
        desk, other = teacher.take("spoils a grade"), teacher.take("somebody wants to spoil the grade")
        paper, value = perfect(other, Learner(decimals=3))
        place = f"{folder}/{name}".format(**called(other))
        spoilt = fill(other.paper(), {"E": np.ones((3, 1))}).content()
        if name.endswith(".zip"):
            place = teacher.zip(place, other.file, paper.content())
            target = teacher.zip(f"{folder}/{name}".format(**called(desk)), other.file, spoilt)
        else:
            teacher.put(place, paper.content())
            target = f"{folder}/{name}".format(**called(desk) | {"file": other.file})
            teacher.put(target, spoilt, NOON + 3600)
        teacher.counts(other, value, place)
        teacher.say(target, "misplaced", desk.person.label, other.person.label)
    for number in range(4):  # the neighbour's numbers; with the second pair of them, the neighbour's sheet
        other = teacher.take("copied from")
        decimals = (None, 4)[number % 2]
        for desk in list(teacher._left):
            try:
                typed, value, steps = neighbours(desk, other, decimals)
            except AmbiguousError:
                continue
            break
        else:
            raise AssertionError("nobody can copy")
        teacher._left.remove(desk)
        paper = fill(other.paper(), typed)
        teacher.counts(other, worth(), teacher.put(other.file, paper.content()))
        if number < 2:
            paper = fill(desk.paper(), typed)
            teacher.planted.kinds[desk.person.id] = "the neighbour's numbers"
        else:
            paper = with_ident(paper, ident(desk.paper()))
            teacher.planted.kinds[desk.person.id] = "the neighbour's sheet under one's own id"
            teacher.say(desk.file, "other_numbers", desk.person.label, other.person.label)
            teacher.say(desk.file, "tampered", "Setup!F10, ")
            teacher.say(desk.file, "surroundings", "Setup!D3 (text)")  # the neighbour's name
        teacher.counts(desk, value, teacher.put(desk.file, paper.content()))
        teacher.say(desk.person.label, "copied", ", ".join(steps), other.person.label)


def called(desk: Desk) -> dict[str, str]:
    """What is filled into the names that platforms give to files."""
    squashed = "".join(reversed(desk.person.name.lower().split()))
    return {"name": desk.person.name, "squashed": squashed, "file": desk.file}


def effortless(teacher: Teacher) -> None:
    """Numbers that nobody has computed."""

    def typed(desk: Desk, kind: str) -> dict[str, np.ndarray]:
        numbers = {name: np.full(SHAPES[name], 9.0 if kind == "nines" else 0.6) for name in STEPS}
        if kind == "nines":
            ones = ("hiddenlayer_activations", "output")
            zeros = (
                "slope_output_layer",
                "slope_hidden_layer",
                "d_output",
                "Error_at_hidden_layer",
                "d_hiddenlayer",
            )
            numbers |= {name: np.ones(SHAPES[name]) for name in ones} | {
                name: np.zeros(SHAPES[name]) for name in zeros
            }
            numbers |= {"E": desk.given["y"] - 1}
            numbers |= {f"next_{name}": desk.given[name] for name in ("wout", "wh", "bout", "bh")}
        return numbers

    for kind in ("nines", "one number everywhere"):
        for _ in range(2):

            def way(desk: Desk, kind: str = kind) -> Filled:
                numbers, true = typed(desk, kind), truth(desk.given)
                room = 1e-4 if kind == "nines" else 0.01
                if any((np.abs(numbers[name] - true[name]) < room).any() for name in STEPS):
                    raise AmbiguousError("one of them is right by chance")
                return fill(desk.paper(), numbers), worth(LOST)

            desk, (paper, value) = teacher.fitting(kind, way)
            place = teacher.put(desk.file, paper.content())
            teacher.counts(desk, value, place)
            teacher.say(place, "trivial", "Step 04")
    desk = teacher.take("all answers are texts")
    paper = desk.paper()
    for name in STEPS:
        for i, j in np.ndindex(SHAPES[name]):
            paper.text(name, i, j, "see paper")
    place = teacher.put(desk.file, paper.content())
    teacher.counts(desk, worth(LOST), place)
    teacher.say(place, "all_text", "see paper")


def ident(paper: Paper) -> str:
    return paper.says("handout")


def with_ident(paper: Paper, text: str) -> Paper:
    paper.text("handout", 0, 0, text)
    return paper


def anywhere(teacher: Teacher) -> None:
    def finished(kind: str) -> tuple[Desk, bytes]:
        desk = teacher.take(kind)
        paper, value = perfect(desk, Learner(decimals=3))
        teacher.counts(desk, value, "")
        return desk, paper.content()

    def at(desk: Desk, place: str) -> None:
        teacher.planted.places[desk.person.id] = place

    for name in ("homework.xlsx", "final (3).XLSX", "作业.xlsx", "a/b/c/Copy of handout.xlsx"):
        desk, content = finished("renamed")
        at(desk, teacher.put(name, content))
    for _ in range(3):
        desk, content = finished("as Moodle unpacks them")
        person = desk.person
        at(desk, teacher.put(f"moodle/{person.name}_4711_assignsubmission_file_/{desk.file}", content))
        desk, content = finished("as Moodle packs them")
        folder = f"{desk.person.name}_4712_assignsubmission_file_"
        at(desk, teacher.zip("Course-Assignment-4711.zip", f"{folder}/net.xlsx", content))
        desk, content = finished("as Canvas unpacks them")
        canvas = "canvas/{squashed}_100_2207_{file}".format(**called(desk))
        at(desk, teacher.put(canvas, content))
        desk, content = finished("in a zip in a folder")
        at(desk, teacher.zip("late/more.zip", f"x/{desk.file}", content))
        desk, content = finished("late on Canvas")
        late = "{squashed}_LATE_77_88_{file}".format(**called(desk))
        place = teacher.zip("late/submissions.zip", late, content)
        at(desk, place)
        teacher.say(place, "late", "1")
    desk = teacher.take("in a zip in a zip in a folder")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(desk.file, perfect(desk, Learner())[0].content())
    place = teacher.zip("late/more.zip", "inner.zip", stream.getvalue())
    teacher.say(place, "unreadable", "unpack it first")


def several(teacher: Teacher) -> None:
    gaps = every_cell("E")
    for number in range(4):
        desk = teacher.take("handed in twice")
        good = perfect(desk, Learner(decimals=2))
        poor = with_gaps(desk, gaps, Learner(decimals=2))
        first, last = (good, poor) if number % 2 else (poor, good)
        # The names are in the other order than the times, and the other way round for half of them.
        names = (f"attempt/{desk.file}", f"attempt 2/{desk.file}")
        names = names if number < 2 else names[::-1]
        teacher.put(names[0], first[0].content(), NOON - 3600)
        place = teacher.put(names[1], last[0].content(), NOON + 3600)
        teacher.counts(desk, last[1], place)
        teacher.say(desk.person.label, "several", names[0], place)
    for number in range(2):
        desk = teacher.take("a good file and a newer empty one")
        paper, value = perfect(desk, Learner(decimals=2))
        place = teacher.put(desk.file, paper.content())
        again = teacher.put(f"again {number}/{desk.file}", desk.blank, NOON + 60)
        teacher.counts(desk, value, place)
        teacher.say(desk.person.label, "several", again, place)
    desk = teacher.take("a good file and a newer broken one")
    paper, value = perfect(desk, Learner(decimals=2))
    teacher.counts(desk, value, teacher.put(desk.file, paper.content()))
    place = teacher.put(f"again/{desk.file}", truncated(paper.content()), NOON + 60)
    teacher.say(place, "unreadable", BROKEN["truncated"][2])


def broken(teacher: Teacher) -> None:
    for kind, (suffix, spoil, reason) in BROKEN.items():
        desk = teacher.take(kind)
        content = perfect(desk, Learner())[0].content()
        place = teacher.put(desk.file.removesuffix(".xlsx") + suffix, spoil(content))
        if suffix == ".xls":  # nothing is wrong with it but its kind
            teacher.say(place, "save_spreadsheet", suffix)
        else:
            teacher.say(place, "unreadable", reason)
    desk = teacher.take("no id")
    place = teacher.put(desk.file, with_ident(perfect(desk, Learner())[0], " ").content())
    teacher.say(place, "no_id_known", "", desk.person.label)
    desk = teacher.take("another id")
    place = teacher.put(desk.file, with_ident(perfect(desk, Learner())[0], "=2+2").content())
    teacher.say(place, "unknown_known", "=2+2", desk.person.label)
    stranger = teacher.desks["s001"].paper()
    for i, j in np.ndindex(GIVEN["wh"]):
        stranger.number("initial_wh", i, j, 0.5)
    teacher.say(
        teacher.put("stranger.xlsx", with_ident(stranger, "K7Q2-9XWD").content()), "unknown", "K7Q2-9XWD"
    )
    book = openpyxl.Workbook()
    book.active["A1"] = "holiday"
    teacher.say(teacher.put("holiday.xlsx", saved(book)), "no_id")
    for name in ("~$homework.xlsx", ".DS_Store", "__MACOSX/._homework.xlsx", "Thumbs.db"):
        teacher.put(name, b"left behind")


def suspicious(teacher: Teacher) -> None:
    for kind, part in (
        ("macros", "xl/vbaProject.bin"),
        ("macros", "xl/macrosheets/sheet1.xml"),
        ("links", "xl/externalLinks/externalLink1.xml"),
    ):
        desk = teacher.take(kind)
        paper, value = perfect(desk, Learner(decimals=3))
        paper.parts[part] = b"<a/>"
        place = teacher.put(desk.file, paper.content())
        teacher.counts(desk, value, place)
        teacher.say(place, kind)
    for kind, (text, fragment) in REFUSED.items():
        desk = teacher.take(kind)
        paper, value = with_formula(desk, [text])
        place = teacher.put(desk.file, paper.content())
        teacher.counts(desk, value, place)
        teacher.say(place, "refused", fragment)
    teacher.plain("a cell that reads itself", 1, partial(with_formula, formulas=["{E[0]}"]))
    teacher.plain("cells that read each other", 1, partial(with_formula, formulas=["{E[1]}+0", "{E[0]}-0"]))
    teacher.plain("an error", 1, partial(with_formula, formulas=["{y[0]}/0"]))


def tampered(teacher: Teacher) -> None:
    desk = teacher.take("another weight, the right numbers")
    paper, value = perfect(desk, Learner(decimals=3))
    paper.at("initial_wh").value(0.5 if desk.given["wh"][0, 0] < 0.4 else 0.1)
    place = teacher.put(desk.file, paper.content())
    teacher.counts(desk, value, place)
    teacher.say(place, "changed_numbers", desk.person.label)
    teacher.say(place, "tampered", "!".join(paper.where("initial_wh")))

    def with_other_weight(desk: Desk) -> Filled:
        given = {**desk.given, "wh": desk.given["wh"].copy()}
        given["wh"][0, 0] += 0.25
        typed = Learner(decimals=4).work(given)
        lost = {name: int(wrong_cells(desk.given, typed, name).sum()) for name in STEPS}
        # The weight is read by the samples whose first input is 1, and changes itself.
        assert {name: count for name, count in lost.items() if count} == {
            "hidden_layer_input": int(desk.given["X"][:, 0].sum()),
            "next_wh": 1,
        }
        paper = fill(desk.paper(), typed)
        paper.at("initial_wh").value(float(given["wh"][0, 0]))
        return paper, worth(lost)

    desk, (paper, value) = teacher.fitting("another weight, and its numbers", with_other_weight)
    place = teacher.put(desk.file, paper.content())
    teacher.counts(desk, value, place)
    teacher.say(place, "changed_numbers", desk.person.label)
    teacher.say(place, "tampered", "!".join(paper.where("initial_wh")))

    for sheet, name in (("Step 05", "hidden_layer_input"), ("Step 11", "lr")):
        desk = teacher.take("a number over a formula")
        paper, value = perfect(desk, Learner(decimals=3))
        address = paper.saying(sheet, "lr") if name == "lr" else paper.where(name)[1]
        paper.cell(sheet, address).value(0.25)
        place = teacher.put(desk.file, paper.content())
        teacher.counts(desk, value, place)
        teacher.say(place, "tampered", f"{sheet}!{address}")

    desk = teacher.take("a sheet deleted")
    paper, _ = perfect(desk, Learner(decimals=3))
    book = book_of(paper.content())
    del book["Step 05"]
    place = teacher.put(desk.file, saved(book))
    teacher.counts(desk, worth({"output_layer_input": 3, "output": 3}), place)
    teacher.say(place, "tampered", "Step 05")
