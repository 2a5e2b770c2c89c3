"""Optimisers of PyTorch, known by their attributes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mlp2xlsx.errors import LessonError, refuse
from mlp2xlsx.interop.descents import summed_descent
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.words import either, shown

REDUCTIONS = ("mean", "sum")


class _Kind(NamedTuple):
    """An optimiser: the lesson's word, its names of the settable numbers, and the options it must have."""

    word: str
    numbers: Mapping[str, str]
    options: Mapping[str, object]


_KINDS = {
    "SGD": _Kind("momentum", {"lr": "lr", "momentum": "momentum"}, {"dampening": 0, "maximize": False}),
    "Adagrad": _Kind(
        "adagrad",
        {"lr": "lr", "epsilon": "eps"},
        {"lr_decay": 0, "initial_accumulator_value": 0, "maximize": False},
    ),
    "RMSprop": _Kind(
        "rmsprop",
        {"lr": "lr", "beta2": "alpha", "epsilon": "eps"},
        {"momentum": 0, "centered": False, "maximize": False},
    ),
    "Adam": _Kind("adam", {"lr": "lr", "epsilon": "eps"}, {"amsgrad": False, "maximize": False}),
    "AdamW": _Kind("adamw", {"lr": "lr", "epsilon": "eps"}, {"amsgrad": False, "maximize": False}),
}


class TorchOptimizer(NamedTuple):
    """An optimiser of PyTorch, in the words of a lesson.

    Attributes
    ----------
    word
        What a lesson calls it.
    numbers
        The settable numbers that it reads.
    decay
        What is added to the gradient of a weight, times the weight.
    trains_biases
        Whether it changes the biases, where there are some.
    """

    word: str
    numbers: dict[str, float]
    decay: float
    trains_biases: bool

    def training(self, network: Network, loss: str, reduction: str, n_samples: int) -> dict[str, Any]:
        """How a lesson makes the same updates.

        Parameters
        ----------
        network
            What is trained.
        loss
            What the lesson makes smaller. Half the squared error stands for MSELoss, which takes no half;
            of the cross-entropies that of a softmax is averaged over samples, the other over all outputs.
        reduction
            `"mean"` or `"sum"`: what the loss of PyTorch makes of its terms.
        n_samples
            How many samples an update sees.
        """
        n_averaged = 1 if reduction == "sum" else n_samples
        if reduction == "mean" and (network.output != "softmax" or loss != "cross_entropy"):
            n_averaged *= network.n_outputs
        divisor = n_averaged / 2 if loss == "half_squared_error" else n_averaged
        return summed_descent(self.word, self.numbers, divisor, self.decay * divisor)


def optimizer_of(optimizer: Any, layers: Sequence[Any], *, is_scheduled: bool) -> TorchOptimizer:
    """Tell what an optimiser does.

    Parameters
    ----------
    optimizer
        One of `torch.optim`, for the parameters of these layers.
    layers
        The linear layers, input side first.
    is_scheduled
        Whether the caller says how the learning rate changes; a scheduler's is left for that.

    Raises
    ------
    LessonError
        For another one, and for what a lesson does not do.
    """
    name = _name(optimizer)
    kind = _KINDS[name]
    groups = {id(one): group for group in optimizer.param_groups for one in group["params"]}
    weights, biases = (
        [
            groups[id(tensor)] if getattr(tensor, "requires_grad", True) and id(tensor) in groups else None
            for tensor in tensors
        ]
        for tensors in (
            [layer.weight for layer in layers],
            [layer.bias for layer in layers if layer.bias is not None],
        )
    )
    used = [group for group in (*weights, *biases) if group is not None]
    faults = {
        "it does not train the weights of every layer; expected one for module.parameters()": None in weights,
        "it trains some of the biases only; expected all of them or none": (
            None in biases and any(group is not None for group in biases)
        ),
        "a scheduler changes its lr, which is not seen; pass schedule = … as a lesson has it": (
            not is_scheduled and any("initial_lr" in group for group in used)
        ),
    }
    _refuse(name, faults)
    for option, needed in kind.options.items():
        found = next((group[option] for group in used if group.get(option, needed) != needed), needed)
        _refuse(name, {f"it has {option} = {found}; a lesson does as with {needed}": found != needed})
    _refuse(
        name,
        {
            "its groups differ; expected the same numbers for all": any(
                _numbers(name, group) != _numbers(name, used[0]) for group in used
            )
        },
    )
    decays = [{float(group["weight_decay"]) for group in some if group} for some in (weights, biases)]
    return _decaying(name, used[0], decays, trains_biases=None not in biases)


def _name(optimizer: Any) -> str:
    """Tell the kind of an optimiser from the names of its classes; with a step of its own, it is none."""
    for found in type(optimizer).__mro__:
        if found.__module__.partition(".")[0] == "torch" and found.__name__ in _KINDS:
            return found.__name__
        if "step" in vars(found):
            break
    raise LessonError(
        f"from_torch: optimizer: found {type(optimizer).__name__}; expected {either(_KINDS)} of torch.optim, "
        'or a word for a lesson\'s own, such as "adam"'
    )


def _refuse(name: str, faults: Mapping[str, bool]) -> None:
    refuse(lambda fault: LessonError(f"from_torch: optimizer ({name}): {fault}"), faults)


def _numbers(name: str, group: Mapping[str, Any]) -> dict[str, float]:
    """The settable numbers of a group of parameters."""
    found = {number: float(group[key]) for number, key in _KINDS[name].numbers.items()}
    if "betas" in group:
        found |= dict(zip(("beta1", "beta2"), map(float, group["betas"]), strict=True))
    return found | {
        "lr": float(group.get("initial_lr", group["lr"])),
        "nesterov": bool(group.get("nesterov")),
    }


def _decaying(
    name: str, group: Mapping[str, Any], decays: Sequence[set[float]], *, trains_biases: bool
) -> TorchOptimizer:
    """Tell which word it is, and how the parameters decay: those of weights and those of biases."""
    numbers, word = _numbers(name, group), _KINDS[name].word
    is_nesterov = numbers.pop("nesterov")
    if name == "SGD":
        word = "nesterov" if is_nesterov else word
        if numbers["momentum"] == 0:
            word = "gd"
            del numbers["momentum"]
    of_weights, of_biases = decays
    [decay, *more] = sorted(of_weights)
    _refuse(name, {"the weights of its layers decay differently; expected one weight_decay": bool(more)})
    if name == "AdamW" or group.get("decoupled_weight_decay"):
        differ = "biases decay differently from weights; a lesson's adamw takes the same for both"
        _refuse(name, {differ: of_biases not in (set(), of_weights)})
        if decay:
            return TorchOptimizer("adamw", numbers | {"weight_decay": decay}, 0.0, trains_biases)
        return TorchOptimizer("adam", numbers, 0.0, trains_biases)
    _refuse(
        name,
        {
            f"it has weight_decay = {shown(max(of_biases, default=0))} for biases, a lesson's penalty is for "
            "weights; expected a group of them with weight_decay = 0": any(of_biases),
        },
    )
    return TorchOptimizer(word, numbers, decay, trains_biases)
