"""What a spreadsheet can hold, checked before training."""

from openpyxl.utils import get_column_letter

from mlp2xlsx.errors import LimitError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.layout.canvas import place
from mlp2xlsx.workbook.layout.head import Head
from mlp2xlsx.workbook.layout.places import (
    TRAINING_FIRST_ROW,
    place_data,
    place_setup,
    place_training,
)
from mlp2xlsx.workbook.layout.titles import sheet_titles
from mlp2xlsx.workbook.sheets.python import rows_above_losses
from mlp2xlsx.workbook.sheets.registry import kinds_of
from mlp2xlsx.workbook.sheets.training import formulas_of_iteration
from mlp2xlsx.xlsx.limits import MOST_COLS, MOST_ROWS

# LibreOffice opens as many in some ten seconds (benchmarks/opening.py).
COMFORTABLE_CELLS = 1_000_000
_BYTES_PER_CELL = 20  # measured on the article's workbook, compressed
_MANY_SAMPLES = 10
_LINES = 7  # of a step sheet, to one of its head


def check_limits(lesson: Lesson) -> None:
    """Refuse a lesson whose workbook a spreadsheet could not hold.

    Raises
    ------
    LimitError
        Saying which sheet would be too large, and what would fit.
    """
    n_samples = len(lesson.X)
    one = lesson.one_iteration
    canvas = place(one)
    # Below the canvas stands no more than a few lines for each line of the head.
    last_row = canvas.last_row + max(_LINES * Head.of(step).height for step in one.steps)
    training = place_training(one, some=bool(lesson.show))
    data = place_data(lesson)
    setup = place_setup(lesson)
    inputs = [*setup.boxes.values(), *(data.boxes.values() if data is not None else ())]
    titles = sheet_titles(lesson.language, len(one.steps))
    widest = {key: col for kind in kinds_of(lesson) for key, col in kind.last_cols(lesson).items()}
    for key, cols in widest.items():
        if cols > MOST_COLS:
            raise LimitError(
                f"sheet {titles[key]} would need {cols:,} columns, a spreadsheet has {MOST_COLS:,} "
                f"(to {get_column_letter(MOST_COLS)}); use fewer samples, inputs or neurons"
            )
    fixed = max(2 * last_row, max(box.last_row for box in inputs))
    if fixed > MOST_ROWS:
        raise LimitError(
            f"the step sheets would need {last_row:,} rows for {n_samples:,} samples, "
            f"a spreadsheet has {MOST_ROWS:,}; use fewer samples"
        )
    others = MOST_ROWS - rows_above_losses(lesson, canvas)  # one row per iteration, live or not
    if lesson.iterations > others:
        raise LimitError(
            f"{lesson.iterations:,} iterations need a row each on sheet {titles['python']}, "
            f"a spreadsheet has {MOST_ROWS:,}; at most {others:,} iterations fit"
        )
    bands = len(lesson.shown) + (not lesson.show)
    fitting = (MOST_ROWS - TRAINING_FIRST_ROW + 2) // training.height - (not lesson.show)
    if len(lesson.shown) > fitting:
        raise LimitError(
            f"{len(lesson.shown):,} iterations of {n_samples:,} samples need "
            f"{training.last_row(bands):,} rows on sheet {titles['training']}, "
            f"a spreadsheet has {MOST_ROWS:,}; at most {fitting:,} iterations fit; "
            f"show some of them (--show 1,10,100) or use fewer samples"
        )


def check_comfort(lesson: Lesson) -> None:
    """Refuse a lesson whose workbook a spreadsheet could hold, but not open comfortably.

    Raises
    ------
    LimitError
        Saying how large it would be, and what would do.
    """
    cells = estimated_cells(lesson)
    if cells > COMFORTABLE_CELLS:
        fitting = len(lesson.shown) - -(-(cells - COMFORTABLE_CELLS) // _band_cells(lesson))
        advice = (
            f"show some of the iterations (--show 1,10,100), make at most {fitting:,}"
            if fitting > 0
            else "use fewer samples, inputs or neurons"
        )
        if lesson.batch is None and len(lesson.X) > _MANY_SAMPLES:
            advice += f", learn from batches (--batch {_MANY_SAMPLES})"
        raise LimitError(
            f"the workbook would hold about {cells:,} formula cells "
            f"({cells * _BYTES_PER_CELL / 1e6:,.0f} MB), "
            f"a spreadsheet opens up to {COMFORTABLE_CELLS:,} comfortably; {advice}, or pass --force"
        )


def estimated_cells(lesson: Lesson) -> int:
    """About how many formula cells the workbook will hold: those that its kinds of sheets count."""
    return sum(kind.n_formulas(lesson) for kind in kinds_of(lesson))


def _band_cells(lesson: Lesson) -> int:
    """How many formula cells one iteration has on `Training`, and one each on `Loss` and `Check`."""
    return formulas_of_iteration(lesson) + 2
