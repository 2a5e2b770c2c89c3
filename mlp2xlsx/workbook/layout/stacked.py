"""Where matrices stand on the sheets of what an optimiser keeps: under each other, layer by layer.

    m_wout   downhill_wout   next_m_wout      m_wh   downhill_wh   next_m_wh
    m_bout   downhill_bout   next_m_bout      m_bh   downhill_bh   next_m_bh

What belongs to weights stands in one row of matrices, or in several where one would be wider than the
screen; what belongs to a bias stands below, its result under that of the weights. Single numbers stand at
the left.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate, zip_longest

from mlp2xlsx.mathematics.expr import Shape
from mlp2xlsx.mathematics.iteration import Iteration
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.steps import Step
from mlp2xlsx.workbook.layout.canvas import make_room, side_by_side
from mlp2xlsx.xlsx.address import Box

Tiers = Sequence[Sequence[str]]
"""Names of matrices, in rows from the top down."""


def stack(
    iteration: Iteration,
    step: Step,
    shapes: Mapping[str, Shape],
    cell_width: float,
    room: float,
    n_rows: int,
    remarks: Mapping[str, str],
) -> tuple[dict[str, Box], dict[int, float]]:
    """Place the matrices of a step, the topmost names in row 1, and say how wide their columns are.

    Parameters
    ----------
    iteration, step
        Whose matrices.
    shapes
        Those that are placed, with their shapes.
    cell_width
        Width of a column of numbers.
    room, n_rows
        How wide all columns may be, if there is a way; and how many rows are seen. Where there are more, the
        results come first.
    remarks
        The longest text that may stand behind each name, where there may be any.
    """
    layers = list(_layers(iteration, step, shapes))
    taken = {name for parts in layers for part in parts for name in part}
    left = [name for name in shapes if name not in taken]
    results = {result.name for result in step.results}
    for across in range(max(len(weights) for weights, _ in layers), 0, -1):
        columns = [[[name] for name in left], *(_tiers(parts, across) for parts in layers)]
        boxes, widths = _placed(columns, shapes, cell_width, remarks, results)
        if sum(widths.values()) <= room:
            break
    if max(box.last_row for box in boxes.values()) > n_rows:
        parts = [(w[-1:], b[-1:], b[:-1], w[:-1]) for w, b in layers]
        columns = [[[name] for name in left], *map(list, parts)]
        boxes, widths = _placed(columns, shapes, cell_width, remarks, results)
    return boxes, widths


def _layers(
    iteration: Iteration, step: Step, shapes: Mapping[str, Shape]
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what belongs to the weights of each layer and what to its bias, the output layer first."""
    taken: set[str] = set()
    for layer in iteration.network.layers[::-1]:
        parts: tuple[list[str], list[str]] = ([], [])
        for part, parameter in zip(parts, (layer.weights, layer.bias), strict=True):
            own = f"_{parameter}"
            for result in (each for each in step.results if each.name.endswith(own)):
                read = [name for name in names(result.expr) if name in shapes and name not in taken]
                # A power of a number belongs to all parameters.
                others = {name for name in read if not name.endswith(own)} & iteration.kept
                part += [*(name for name in read if name not in others), result.name]
                taken.update(part)
        yield parts


def _tiers(parts: tuple[list[str], list[str]], across: int) -> Tiers:
    """Break what belongs to weights and to a bias into rows of so many; the last ones end where rows end."""
    return [
        [""] * (across - len(row)) + row
        for part in parts
        for row in (part[max(0, end - across) : end] for end in _ends(len(part), across))
    ]


def _ends(count: int, across: int) -> list[int]:
    """Where rows of so many end, of which the first may be shorter."""
    return list(range(count, 0, -across))[::-1]


def _placed(
    columns: Sequence[Tiers],
    shapes: Mapping[str, Shape],
    cell_width: float,
    remarks: Mapping[str, str],
    results: Collection[str],
) -> tuple[dict[str, Box], dict[int, float]]:
    """Place rows of matrices: those of the same number start in the same row of the sheet."""
    rows = zip_longest(*columns, fillvalue=())
    heights = [max((shapes[name][0] for tier in row for name in tier if name), default=0) for row in rows]
    tops = list(accumulate((height + 1 for height in heights), initial=2))
    groups = [
        {tier[k]: top for tier, top in zip(tiers, tops, strict=False) if k < len(tier) and tier[k]}
        for tiers in columns
        for k in range(max(map(len, tiers), default=0))
    ]
    boxes, widths = side_by_side(groups, shapes, cell_width)
    make_room(boxes, frozenset(), remarks, widths, bold=results)
    return boxes, widths
