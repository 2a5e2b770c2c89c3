"""A lesson as a script for PyTorch, which finds the gradients by itself and makes the same numbers."""

from collections.abc import Iterator, Mapping

import numpy as np

from mlp2xlsx import resources
from mlp2xlsx.errors import LessonError, refuse
from mlp2xlsx.explain.short_lines import in_short_lines, rows_of
from mlp2xlsx.interpreter import start_values
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.tables.scaling import NONE
from mlp2xlsx.mathematics.iteration import DATA
from mlp2xlsx.mathematics.network import TEMPERATURE, Layer, Network
from mlp2xlsx.mathematics.schedules import CONSTANT, RATES, RATES_FROM
from mlp2xlsx.numerals import number_text
from mlp2xlsx.words import either

_ACTIVATIONS = {
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    # Beyond its threshold PyTorch leaves a part out that has digits up to 37.
    "softplus": "nn.Softplus(threshold=40)",
    "gelu": 'nn.GELU(approximate="tanh")',
    "softsign": "nn.Softsign()",
    "softmax": "nn.Softmax(dim=1)",
    "linear": "",
}

_OPTIMIZERS = {
    "gd": "SGD(trained, lr={lr})",
    "momentum": "SGD(trained, lr={lr}, momentum=momentum)",
    "nesterov": "SGD(trained, lr={lr}, momentum=momentum, nesterov=True)",
    "adagrad": "Adagrad(trained, lr={lr}, eps=epsilon)",
    "rmsprop": "RMSprop(trained, lr={lr}, alpha=beta2, eps=epsilon)",
    "adam": "Adam(trained, lr={lr}, betas=(beta1, beta2), eps=epsilon)",
    "adamw": "AdamW(trained, lr={lr}, betas=(beta1, beta2), eps=epsilon, weight_decay=weight_decay)",
}

_PENALTIES = {
    "l2": "l2_penalty * sum((w**2).sum() for w in weights) / 2",
    "l1": "l1_penalty * sum(w.abs().sum() for w in weights)",
}

_RATES = {
    "step": "lr * lr_decay ** (iteration // lr_every)",
    "exponential": "lr * lr_decay**iteration",
    "cosine": "lr * (1 + math.cos(math.pi * min(iteration / lr_period, 1))) / 2",
    "warmup": "lr * min((iteration + 1) / lr_warmup, 1)",
    "table": "([lr for start, lr in lr_table if start <= iteration + 1] or [lr_table[0][1]])[-1]",
}

# What cross-entropy does to the outputs as well, by what the lesson calls it.
_LOSSES = {"softmax": ("cross_entropy", "torch.softmax(z, 1)"),
           "sigmoid": ("binary_cross_entropy_with_logits", "torch.sigmoid(z)")}  # fmt: skip


def torch_script(lesson: Lesson) -> str:
    """Write the lesson as a script for PyTorch.

    Parameters
    ----------
    lesson
        Data, network, starting values, how it is trained and how long, all written into the script; and the
        language of the sheets, which the comments are in.

    Returns
    -------
    str
        Source text that ends with a line break. It prints what the program in Python prints; the numbers
        agree to rounding, for PyTorch adds up in an order of its own.

    Raises
    ------
    LessonError
        For what PyTorch has no words for, with what to do instead.
    """
    refuse(
        lambda fault: LessonError(f"{lesson.name}: {fault}; --to python writes it without PyTorch"),
        _faults(lesson),
    )
    return "\n".join(_lines(lesson, resources.texts(lesson.language)["program"])) + "\n"


def _faults(lesson: Lesson) -> dict[str, bool]:
    """What cannot be said in PyTorch, and whether the lesson asks for it."""
    network = lesson.network
    words = {
        "optimizer": ([lesson.optimizer], _OPTIMIZERS),
        "schedule": ([lesson.schedule], (CONSTANT, *_RATES)),
        "penalty": (lesson.penalties, _PENALTIES),
        "activation": (network.hidden_activations, _ACTIVATIONS),
    }
    totals = lesson.y.sum(axis=1)
    is_cross_entropy_of_classes = (network.output, network.loss) == ("softmax", "cross_entropy")
    return (
        {
            "PyTorch's dropout draws masks of its own, not those of the lesson": bool(network.dropping),
            "it trains nothing": not lesson.trains,
        }
        | {
            f'PyTorch has no {what} "{name}"; it has {either(known)}': name not in known
            for what, (names, known) in words.items()
            for name in names
        }
        | {
            "rows of y do not add up to 1, of which PyTorch's cross_entropy makes something else": (
                is_cross_entropy_of_classes and bool((np.abs(totals - 1) > 1e-12).any())
            ),
            "it goes on from what its optimizer has kept, which a new one of PyTorch has not": bool(
                lesson.kept
            ),
        }
    )


def _lines(lesson: Lesson, words: Mapping[str, str]) -> Iterator[str]:
    network, starts = lesson.network, start_values(lesson)
    yield from (f"# {words['what']}", "#", f"# {lesson.words['title']}")
    yield from ["import math\n"] if lesson.schedule == "cosine" else []
    yield "import torch\nfrom torch import nn\n\ntorch.set_default_dtype(torch.float64)\n"
    if lesson.scale != NONE:
        yield f"# {words[f'scaled_{lesson.scale}']}"
    if lesson.vocabulary:
        yield f"# {words['words']}"
    for name in (*DATA, *network.parameters()):
        # Whole numbers are made floats by their type.
        yield in_short_lines(f"{name} = torch.tensor([", rows_of(starts[name]), "], dtype=torch.float64)")
    for name, value in lesson.scalars.items():
        yield f"{name} = {number_text(value)}"
    if lesson.one_iteration.columns:
        rows = np.hstack([starts[RATES_FROM], starts[RATES]])
        yield in_short_lines("lr_table = [", rows_of(rows), "]")
    if lesson.batch is not None:
        yield _batches(lesson, f"  # {words['batches']}")
    yield from _network(network, words)
    yield from _optimizer(lesson)
    yield from _loop(lesson, words)
    yield from _printed(network)


def _batches(lesson: Lesson, comment: str) -> str:
    if not lesson.shuffle:
        n_seen, n_samples = lesson.iterations * (lesson.batch or 0), len(lesson.X)
        return f"samples = (torch.arange({n_seen}) % {n_samples}).reshape(-1, {lesson.batch}) + 1{comment}"
    return in_short_lines(
        "samples = torch.tensor([", rows_of(lesson.sample_order()), f"], dtype=torch.int64){comment}"
    )


def _placed(network: Network) -> Iterator[tuple[int, Layer]]:
    """Yield each layer with the place of its linear part in the stack."""
    place = 0
    for layer in network.layers:
        yield place, layer
        place += 2 if _ACTIVATIONS[layer.activation] else 1


def _ends_in_sums(network: Network) -> bool:
    """Whether the stack ends before the activation of the outputs, which the loss has, or a temperature."""
    return network.loss == "cross_entropy" or network.tempered


def _network(network: Network, words: Mapping[str, str]) -> Iterator[str]:
    """Yield the stack of layers, and its weights."""
    yield "\nnetwork = nn.Sequential("
    bias = "" if network.has_bias else ", bias=False"
    for layer in network.layers:
        yield f"    nn.Linear({layer.n_inputs}, {layer.n_neurons}{bias}),"
        activation = _ACTIVATIONS[layer.activation]
        if activation and not (layer is network.output_layer and _ends_in_sums(network)):
            yield f"    {activation},"
    yield f")\nwith torch.no_grad():  # {words['torch_weights']}"
    for place, layer in _placed(network):
        yield f"    network[{place}].weight.copy_({layer.weights}.T)"
        if network.has_bias:
            yield f"    network[{place}].bias.copy_({layer.bias}[0])"


def _optimizer(lesson: Lesson) -> Iterator[str]:
    """Yield what is trained, how, and the learning rate of an iteration where it changes."""
    places = [f"network[{place}]" for place, _ in _placed(lesson.network)]
    if lesson.penalties or lesson.network.bias == "frozen":
        yield f"weights = [{', '.join(f'{place}.weight' for place in places)}]"
    yield f"trained = {'weights' if lesson.network.bias == 'frozen' else 'list(network.parameters())'}"
    rate = "lr"
    if lesson.schedule != CONSTANT:
        rate = "rate(0)"
        yield f"\n\ndef rate(iteration):\n    return {_RATES[lesson.schedule]}\n\n"
    yield f"optimizer = torch.optim.{_OPTIMIZERS[lesson.optimizer].format(lr=rate)}\n"


def _loop(lesson: Lesson, words: Mapping[str, str]) -> Iterator[str]:
    network, inputs, targets = lesson.network, *DATA
    added_up = f"    # {words['torch_sum']}"
    yield f"for iteration in range({lesson.iterations}):"
    if lesson.batch is not None:
        inputs, targets = f"{inputs}[sample]", f"{targets}[sample]"
        yield "    sample = samples[iteration] - 1"
    found = f"network({inputs}) / {TEMPERATURE}" if network.tempered else f"network({inputs})"
    if network.loss == "cross_entropy":
        loss, output = _LOSSES[network.output]
        yield f"    z = {found}  # {words['torch_logits']}"
        yield f"    output = {output}"
        yield added_up
        yield f'    loss = nn.functional.{loss}(z, {targets}, reduction="sum")'
    else:
        yield f"    output = {f'torch.softmax({found}, 1)' if network.tempered else found}"
        yield added_up
        yield f"    loss = ((output - {targets}) ** 2).sum() / 2"
    yield from (f"    loss = loss + {_PENALTIES[name]}" for name in lesson.penalties)
    if lesson.schedule != CONSTANT:
        yield '    optimizer.param_groups[0]["lr"] = rate(iteration)'
    yield "    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()\n"


def _printed(network: Network) -> Iterator[str]:
    """Yield what comes out, under the lesson's names, and printed as the other programs do."""
    for place, layer in _placed(network):
        yield f"{layer.weights} = network[{place}].weight.detach().T.numpy()"
        if network.has_bias:
            yield f"{layer.bias} = network[{place}].bias.detach()[None].numpy()"
    yield "output = output.detach().numpy()"
    yield 'print("output of Forward Propogation:\\n{}".format(output))'
    if network.has_bias:
        yield 'print("wout,bout of Backpropagation: \\n{},\\n{}".format(wout, bout))'
    else:
        yield 'print("wout of Backpropagation: \\n{}".format(wout))'
