"""The table of functions.

A row of `FUNCTIONS` is all there is to a function: how NumPy computes it, how each language says it, and
what its slope is. The mathematics refers to a row by its name (`Apply("sigmoid", z)`).
"""

from mlp2xlsx import resources
from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Number
from mlp2xlsx.mathematics.functions.activations import ACTIVATIONS
from mlp2xlsx.mathematics.functions.cells import CELL_FUNCTIONS
from mlp2xlsx.mathematics.functions.function import Function
from mlp2xlsx.mathematics.leaves import nodes

FUNCTIONS: dict[str, Function] = {**ACTIVATIONS, **CELL_FUNCTIONS}


def activations() -> tuple[str, ...]:
    """Names of the functions that a hidden layer can have as its activation."""
    return tuple(name for name, function in FUNCTIONS.items() if function.slope is not None)


def slope_of(activation: str, operand: Expr, value: Expr) -> Expr | None:
    """The derivative of an activation, written with its operand or its value; None for linear and softmax."""
    row = FUNCTIONS.get(activation)
    if row is None or row.slope is None:
        return None
    return row.slope(operand if row.slope_reads_input else value)


def register_activation(name: str, function: Function) -> None:
    """Add an activation.

    Raises
    ------
    ValueError
        When its name is taken, or its slope, its words in the worked line or a text is missing; the message
        names the part.
    """
    what = f"activation {name}"
    parts = ("values", "derivative", "math", "python", "r", "caption", "excel", "worked", "slope")
    faults = {f"{what}: {part} is missing": not getattr(function, part) for part in parts}
    refuse(ValueError, {f"there is a function {name} already": name in FUNCTIONS, **faults})
    slope = function.slope(Matrix("a", (1, 1))) if function.slope is not None else Number(1)
    said = {used for used, row in FUNCTIONS.items() if row.worked is not None}
    faults = {
        f"{what}: worked of {used}, which its slope reads, is missing": used not in said
        for used in (node.function for node in nodes(slope) if isinstance(node, Apply))
    }
    refuse(ValueError, faults)
    steps = (("steps", kind, name, "what") for kind in ("hidden_activation", "slopes"))
    resources.need_texts(what, *steps, ("math_sheet", "factors", f"slope_{name}"))
    FUNCTIONS[name] = function
