"""Where matrices stand on each step sheet: the same places on all, or what the step needs first.

The network of the article fits on a small screen, and each matrix has one place on all sheets. With more
samples or neurons, what is computed and what it comes from could be screens apart; then these stand at the
left, the samples in the same rows and weights above what they produce, and the rest stands beyond the screen.
"""

from collections.abc import Iterable, Iterator, Mapping

from mlp2xlsx.mathematics.iteration import Iteration, next_name
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.steps import SAMPLE, Step
from mlp2xlsx.workbook.layout.canvas import (
    LEFT_WIDTH,
    NARROW,
    ROW_WORD_COL,
    Canvas,
    FirstRows,
    column_groups,
    make_room,
    side_by_side,
    written_width,
)
from mlp2xlsx.workbook.layout.stacked import stack
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.writing.sheet import USUAL_WIDTH

# A window of 1366×768, in LibreOffice with its own font, which is wider than that of Excel.
SCREEN_WIDTH, SCREEN_ROWS = 128.5, 22  # in digits; below the highest of the usual heads
_EMPTY_WIDTH = 5.0  # links begin in any column: the narrower, the closer they stand
_MORE_WIDTH = 1.0  # where there is room, a number with all its decimals does not shrink to fit its column


def place_steps(
    iteration: Iteration, whole: Canvas, cell_width: float = NARROW, remarks: Mapping[str, str] | None = None
) -> list[Canvas]:
    """Lay out every step sheet, the topmost names in row 1.

    Parameters
    ----------
    iteration
        Whose matrices and numbers.
    whole
        All of them, arranged for any step.
    cell_width
        Width of a column of numbers.
    remarks
        The longest text that may stand behind each name, where there may be any.
    """
    used = sum(width for col, width in whole.widths.items() if col <= whole.last_col)
    if LEFT_WIDTH + used <= SCREEN_WIDTH and whole.last_row <= SCREEN_ROWS:
        return [whole] * len(iteration.steps)
    return [_place_step(iteration, step, whole, cell_width, remarks or {}) for step in iteration.steps]


def last_on_screen(widths: Mapping[int, float]) -> int:
    """The last column that is whole on a small screen; those without a width have the usual one."""
    col, left = 0, widths.get(1, USUAL_WIDTH)
    while left <= SCREEN_WIDTH:
        col += 1
        left += widths.get(col + 1, USUAL_WIDTH)
    return col


def _place_step(
    iteration: Iteration, step: Step, whole: Canvas, cell_width: float, remarks: Mapping[str, str]
) -> Canvas:
    """Lay out what a step needs, and the rest of the canvas beyond the screen."""
    results = {result.name for result in step.results}
    is_kept = not step.brings_in and results <= iteration.kept
    read = {name for result in step.results for name in names(result.expr)}
    needed = {name: box for name, box in whole.boxes.items() if name in results | read}
    numbers = [name for name in iteration.scalars if name in needed]
    shapes = {
        name: (box.n_rows, box.n_cols) for name, box in needed.items() if name not in (*numbers, SAMPLE)
    }
    above = set() if is_kept else _above(iteration) & shapes.keys()
    alone = {name for name in above & whole.beside if not any(_is_over(whole, one, name) for one in above)}
    rows = _rows(shapes, above, whole.beside, alone, len(numbers))
    groups = list(_near_columns(iteration, rows, shapes, above))
    if any(result.name in iteration.updated for result in step.results):
        groups = _packed(groups, shapes, above)
    beside = whole.beside - alone
    # The names of numbers stand above them, beside those of matrices.
    left = max(LEFT_WIDTH, *(written_width(name) for name in numbers), 0)
    if is_kept:
        near, widths = stack(iteration, step, shapes, cell_width, SCREEN_WIDTH - left, SCREEN_ROWS, remarks)
    else:
        near, widths = side_by_side(groups, shapes, cell_width + _MORE_WIDTH)
        make_room(near, beside, remarks, widths, bold=results)
        if left + sum(widths.values()) > SCREEN_WIDTH:
            near, widths = side_by_side(groups, shapes, cell_width)
            if left + sum(widths.values()) > SCREEN_WIDTH and _is_free(iteration, step, shapes):
                near, widths = side_by_side(_lowered(groups, shapes, above), shapes, cell_width)
            make_room(near, beside, remarks, widths, bold=results)
    samples_row = _samples_row(iteration, {name: near[name] for name in shapes}, len(numbers))
    if SAMPLE in needed or (SAMPLE in whole.boxes and samples_row is not None):
        row = samples_row if samples_row is not None else rows.forward
        near[SAMPLE] = Box(row, ROW_WORD_COL, whole.boxes[SAMPLE].n_rows, 1)
    near |= {name: Box(2 + 2 * k, ROW_WORD_COL, 1, 1) for k, name in enumerate(numbers)}
    while left + sum(widths.values()) < SCREEN_WIDTH:
        widths[max(widths) + 1] = _EMPTY_WIDTH
    start = max(widths)
    rest = {name: box.moved(cols=start) for name, box in whole.boxes.items() if name not in near}
    widths[start + ROW_WORD_COL] = LEFT_WIDTH
    widths |= {start + col: width for col, width in whole.widths.items()}
    widths |= {ROW_WORD_COL: left} if left > LEFT_WIDTH else {}
    placed = near | rest
    last_row = max(box.last_row for box in placed.values())
    near_row = max(box.last_row for box in near.values())
    boxes = {name: placed[name] for name in whole.boxes}
    samples_row = samples_row if SAMPLE not in whole.boxes else None
    return Canvas(boxes, widths, {}, beside, 1, last_row, start + whole.last_col, near_row, samples_row)


def _samples_row(iteration: Iteration, boxes: Mapping[str, Box], n_numbers: int) -> int | None:
    """The first row of samples, where all that have them begin in one, below the numbers at the left."""
    found = {
        box.row
        for name, box in boxes.items()
        if box.n_rows == iteration.n_samples and name not in iteration.kept | _above(iteration)
    }
    row = found.pop() if len(found) == 1 else 0
    return row if row > 2 * n_numbers + 1 else None


def _above(iteration: Iteration) -> set[str]:
    """What stands above the rows of samples: parameters, and what they are updated to."""
    parameters = iteration.network.parameters()
    return {*parameters, *map(next_name, parameters)}


def _is_over(whole: Canvas, weights: str, bias: str) -> bool:
    """Whether weights stand right above a bias."""
    box, below = whole.boxes[weights], whole.boxes[bias]
    return (box.last_row + 1, box.col) == (below.row, below.col)


def _rows(
    shapes: Mapping[str, tuple[int, int]],
    above: set[str],
    biases: frozenset[str],
    alone: set[str],
    n_numbers: int,
) -> FirstRows:
    """First rows: of weights and biases that are there, in as few rows as they need, and of samples."""
    weights_end = max((1 + shapes[name][0] for name in above - biases), default=1)
    end = weights_end + bool(above & biases)
    forward = max(end + 2 if above else 2, 2 * n_numbers + 2)
    return FirstRows(weights_end, forward, forward, forward)


def _near_columns(
    iteration: Iteration, rows: FirstRows, shapes: Mapping[str, tuple[int, int]], above: set[str]
) -> Iterator[dict[str, int]]:
    """Yield the first rows of the matrices that share their columns: one of samples, and what is above it."""
    left = dict.fromkeys(shapes, rows.forward)
    for group in column_groups(iteration, rows):
        here = {name: row for name, row in group.items() if left.pop(name, None) is not None}
        top = {name: row for name, row in here.items() if name in above}
        below = [{name: rows.forward} for name in here if name not in above]
        yield top | (below[0] if below else {})
        yield from below[1:]
    yield from ({name: row} for name, row in left.items())


def _packed(
    groups: list[dict[str, int]], shapes: Mapping[str, tuple[int, int]], above: set[str]
) -> list[dict[str, int]]:
    """Arrange updates so that the first column of each is near: narrow ones first, no room left above."""

    def n_cols(group: Mapping[str, int]) -> int:
        return max(shapes[name][1] for name in group)

    groups = sorted(filter(None, groups), key=n_cols)
    tops = [group for group in groups if group.keys() <= above]
    packed = []
    for group in (group for group in groups if group not in tops):
        if tops and not group.keys() & above and n_cols(tops[0]) <= n_cols(group):
            group = tops.pop(0) | group
        packed.append(group)
    return sorted([*packed, *tops], key=n_cols)


def _is_free(iteration: Iteration, step: Step, shapes: Mapping[str, tuple[int, int]]) -> bool:
    """Whether no rows have to line up: all are of one shape, or what is computed has no samples."""
    of = tuple(f"_{name}" for name in iteration.network.parameters())
    return len(set(shapes.values())) == 1 or all(result.name.endswith(of) for result in step.results)


def _lowered(
    groups: Iterable[Mapping[str, int]], shapes: Mapping[str, tuple[int, int]], above: set[str]
) -> list[dict[str, int]]:
    """Let groups of as many columns stand below each other, as far as there are rows on the screen.

    Of a group that is too high for that, what is above the rows of samples may do so alone.
    """

    def n_cols(group: Mapping[str, int]) -> int:
        return max(shapes[name][1] for name in group)

    def end(group: Mapping[str, int]) -> int:
        return max(row + shapes[name][0] for name, row in group.items())

    def down(upper: Mapping[str, int], part: Mapping[str, int]) -> int:
        return end(upper) + 1 - min(part.values())

    lowered: list[dict[str, int]] = []
    for group in groups:
        left = dict(group)
        top = {name: row for name, row in group.items() if name in above}
        for part in filter(None, (group, top)):
            alike = (upper for upper in lowered if n_cols(upper) == n_cols(part))
            upper = next((upper for upper in alike if end(part) + down(upper, part) - 1 <= SCREEN_ROWS), None)
            if upper is not None:
                rows = down(upper, part)
                upper |= {name: row + rows for name, row in part.items()}
                left = {name: row for name, row in group.items() if name not in part}
                break
        lowered += [left] if left else []
    return lowered
