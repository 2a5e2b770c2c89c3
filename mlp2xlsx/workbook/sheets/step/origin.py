"""Where a weight or a bias comes from: in words, behind its number or above all of them."""

from mlp2xlsx.mathematics.expr import Matrix
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.worked import address
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.step.worked_line import Asked, said, worked_formula
from mlp2xlsx.xlsx.live_text import Part, constant_part, live_text
from mlp2xlsx.xlsx.text_width import display_width

_LONGEST = 75  # what the first screen has room for beside a heading


def origin(context: Context, result: Result, asked: Asked, cell: tuple[int, int]) -> Part | None:
    """Say where a matrix that is carried from iteration to iteration has a cell from; None for others.

    Parameters
    ----------
    context
        The workbook's numbers and texts.
    result
        The matrix, as the iteration begins.
    asked, cell
        Which of its cells: as formulas, and as row and column from 0.
    """
    carried = {each.name: each for each in context.one_iteration.carried}.get(result.name)
    if carried is None or not result.given:
        return None
    # What was drawn at the build: whatever is changed later is given.
    words, lesson = context.texts["ask"], context.recorded.lesson
    key = "from_lesson" if result.name in lesson.initial else "from_seed"
    if context.handout is not None:
        key = "from_setup"
    first = words[key if isinstance(carried.start, Matrix) else "from_nothing"].format(
        drawn=_drawn(context, result.name)
    )
    if context.handout is not None or carried.update is None:
        return constant_part(first)
    if lesson.show:
        recorded = words["from_record"]
        return Part(f'IF(iteration=1,"{first}","{recorded}")', first if context.iteration == 1 else recorded)
    update = address(carried.update.name)
    later = live_text(
        words["from_update"],
        {
            "cell": Part(worked_formula(update, {}, asked), said(update, {}, {}, cell)),
            "iteration": Part("(iteration-1)", str(context.iteration - 1)),
        },
    )
    formula = f'IF(iteration=1,"{first}",{later.formula})'
    return Part(formula, first if context.iteration == 1 else later.text)


def starting_words(context: Context) -> str:
    """Say where the starting weights and biases are from, those of one origin together."""
    lesson, words = context.recorded.lesson, context.texts["setup"]
    general = lesson.drawings.general
    alike = not lesson.initial and not lesson.drawings.own
    if general.is_for_weights and alike and not general.set_numbers and lesson.network.bias != "none":
        return str(context.texts["drawn"][f"{general.method}_rule"]).format(seed=lesson.seed)
    said: dict[str, list[str]] = {}
    for name in lesson.network.parameters():
        origin = words["initial_given"] if name in lesson.initial else _drawn(context, name)
        said.setdefault(origin, []).append(name)
    if len(said) == 1:
        return next(iter(said))
    listed = "; ".join(f"{', '.join(names)} {origin}" for origin, names in said.items())
    return listed if display_width(listed) <= _LONGEST else str(words["initial_several"])


def _drawn(context: Context, name: str) -> str:
    """How a parameter was drawn; nothing for what is none."""
    lesson = context.recorded.lesson
    if name not in lesson.network.parameters():
        return ""
    drawing, shape = lesson.drawings.of(name, lesson.network), lesson.network.parameters()[name]
    numbers = {name: f"{value:g}".replace("-", "−") for name, value in drawing.numbers.items()}
    said: str = context.texts["drawn"][drawing.method]
    return said.format(seed=lesson.seed, spread=f"{drawing.spread(shape):.4g}", **numbers)
