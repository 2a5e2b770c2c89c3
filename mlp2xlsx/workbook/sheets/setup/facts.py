"""What is trained, on `Setup`: sizes and functions in a line, the names of inputs and outputs in another."""

from collections.abc import Sequence

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.optimizers import PLAIN
from mlp2xlsx.mathematics.schedules import CONSTANT
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import short_name

_SEPARATOR = " · "
_BETWEEN_LAYERS = "-"
_MOST_NAMES = 4


def network_line(context: Context) -> str:
    """The network in one line, as in "Samples: 3 · Neurons: 4-3-1 · … · Iterations: 1000"."""
    words, lesson = context.texts["setup"]["facts"], context.lesson
    network, samples = lesson.network, len(lesson.X)
    batch = "full" if lesson.batch is None else "part"
    said = {
        "samples": samples,
        "validation": 0 if lesson.validation is None else len(lesson.validation.y),
        "neurons": "-".join(str(n) for n in (network.n_inputs, *network.hidden, network.n_outputs)),
        "hidden": ", ".join(dict.fromkeys(network.hidden_activations)),
        "output": network.output,
        "loss": " + ".join([words[network.loss], *lesson.penalties]),
        "batch": words[f"batch_{batch}"].format(batch=lesson.batch, samples=samples),
        "optimizer": lesson.optimizer,
        "schedule": lesson.schedule,
        "dropout": _BETWEEN_LAYERS.join(f"{share:g}" for share in network.dropout),
        "iterations": lesson.iterations,
    }
    left_out = {
        "hidden": not network.hidden,
        "optimizer": lesson.optimizer == PLAIN,
        "schedule": lesson.schedule == CONSTANT,
        "dropout": not network.dropout,
        "validation": lesson.validation is None,
    }
    if not lesson.trains:
        said = {key: said[key] for key in ("samples", "neurons", "hidden", "output")} | {"forward": ""}
    return _SEPARATOR.join(
        words[key].format(value=value) for key, value in said.items() if not left_out.get(key)
    )


def names_line(context: Context) -> str:
    """What inputs and outputs stand for, as far as the lesson says so."""
    words, lesson = context.texts["setup"]["facts"], context.lesson
    if not lesson.features and not lesson.target and not lesson.classes:
        inputs, outputs = lesson.network.n_inputs, lesson.network.n_outputs
        return str(words["no_names"]).format(inputs=inputs, outputs=outputs)
    parts = {"inputs": _few(lesson.features), "outputs": _outputs(lesson)}
    return _SEPARATOR.join(words[key].format(names=names) for key, names in parts.items() if names)


def batch_sentences(context: Context) -> str:
    """What a batch and an epoch are here, and in which order the samples come; nothing for a full batch."""
    words, lesson = context.texts["setup"]["facts"], context.lesson
    if lesson.batch is None:
        return ""
    samples = len(lesson.X)
    first = words["epoch"].format(batch=lesson.batch, samples=samples, count=f"{samples / lesson.batch:.4g}")
    across = words["across"] if samples % lesson.batch else ""
    return f"{first}{words['shuffled' if lesson.shuffle else 'in_order']}{across}"


def _outputs(lesson: Lesson) -> str:
    """Names of the outputs; of classes what they are the classes of, and which there are."""
    target, classes = _few(lesson.target), _few(lesson.classes)
    return f"{target} ({classes})" if target and classes else target or classes


def _few(names: Sequence[str]) -> str:
    """List names, of many only the first."""
    more = ["…"] if len(names) > _MOST_NAMES else []
    return ", ".join([*map(short_name, names[:_MOST_NAMES]), *more])
