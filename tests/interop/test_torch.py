"""Modules of PyTorch as lessons: with stand-ins of the same shape, and with PyTorch itself where it is."""

import sys
from importlib.util import find_spec
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from mlp2xlsx import Lesson, build, train, verify
from mlp2xlsx.errors import LessonError

random = np.random.default_rng(6)
X, Y = random.normal(size=(8, 3)), random.uniform(size=(8, 2))


class Layer:
    """What has no parameters."""

    dim = 1

    def __init__(self, dim=1):
        self.dim = dim


class Linear:
    """Weights are outputs × inputs, as PyTorch has them."""

    def __init__(self, n_inputs, n_outputs, bias=True, dtype=np.float32):
        self.weight = random.normal(size=(n_outputs, n_inputs)).astype(dtype)
        self.bias = random.normal(size=n_outputs).astype(dtype) if bias else None

    def __call__(self, x):
        return x @ self.weight.T + (0 if self.bias is None else self.bias)


class Sequential(list):
    def __init__(self, *layers):
        super().__init__(layers)

    def __call__(self, x):
        for layer in self:
            x = layer(x)
        return x


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


FUNCTIONS = {
    "Sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "Tanh": np.tanh,
    "ReLU": lambda z: np.maximum(z, 0),
    "Softmax": softmax,
    "Identity": lambda z: z,
    "Dropout": None,
    "BatchNorm1d": None,
    "GELU": None,
}
STAND_IN = SimpleNamespace(
    Linear=Linear,
    Sequential=Sequential,
    **{
        name: type(name, (Layer,), {"__call__": lambda self, z, function=function: function(z)})
        for name, function in FUNCTIONS.items()
    },
)


# PyTorch is large, and not needed to test this: where it is installed, the tests run with it as well.
TORCH = find_spec("torch") is not None


@pytest.fixture(params=["stand-in", "torch"] if TORCH else ["stand-in"])
def nn(request):
    if request.param == "stand-in":
        return STAND_IN
    import torch

    torch.manual_seed(1)
    return torch.nn


def tensor(values):
    """Data as the library of the module has them."""
    torch = sys.modules.get("torch")
    return np.asarray(values) if torch is None else torch.tensor(values)


def put_out(module, X):
    if isinstance(module, Sequential | Linear):
        return module(X)
    import torch

    return module(torch.tensor(X, dtype=torch.float32)).detach().numpy()


def module_of(nn, activation, output, hidden, bias=True):
    """A stack of layers, the last with an activation or without one."""
    sizes, layers = [3, *hidden, 2], []
    for n_inputs, n_outputs in pairwise(sizes):
        layers += [nn.Linear(n_inputs, n_outputs, bias=bias), getattr(nn, activation)()]
    last = {"Softmax": [nn.Softmax(dim=1)], "Sigmoid": [nn.Sigmoid()], "Identity": [nn.Identity()], "": []}
    return nn.Sequential(*layers[:-1], *last[output])


ACTIVATIONS = {"Sigmoid": "sigmoid", "Tanh": "tanh", "ReLU": "relu"}
OUTPUTS = {"Sigmoid": "sigmoid", "Softmax": "softmax", "Identity": "linear", "": "linear"}


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no-bias"])
@pytest.mark.parametrize("hidden", [(), (4,), (5, 3)], ids=["no-hidden", "one-hidden", "two-hidden"])
@pytest.mark.parametrize("output", OUTPUTS, ids=lambda name: name or "nothing")
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_outputs_are_those_of_the_module(nn, activation, output, hidden, bias):
    module = module_of(nn, activation, output, hidden, bias)
    lesson = Lesson.from_torch(module, X, Y, iterations=2)
    network = lesson.network
    assert (network.hidden, network.output) == (hidden, OUTPUTS[output])
    assert network.bias == ("trained" if bias else "none")
    assert not hidden or network.activation == ACTIVATIONS[activation]
    assert network.loss == ("cross_entropy" if output == "Softmax" else "half_squared_error")
    # The module computes with seven digits.
    np.testing.assert_allclose(train(lesson)["output"][0], put_out(module, X), rtol=0, atol=1e-6)


def check_an_update():
    import torch

    module = module_of(torch.nn, "Tanh", "Softmax", (4,)).double()
    lesson = Lesson.from_torch(module, tensor(X), tensor(np.eye(2)[[0, 1] * 4]), iterations=1, lr=0.05)
    trace = train(lesson)
    loss = -(tensor(lesson.y.copy()) * module(tensor(X)).log()).sum()
    loss.backward()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter -= 0.05 * parameter.grad
    for name, linear in {"h": module[0], "out": module[2]}.items():
        np.testing.assert_allclose(trace[f"next_w{name}"][0], linear.weight.T.tolist(), rtol=1e-12)
        np.testing.assert_allclose(trace[f"next_b{name}"][0, 0], linear.bias.tolist(), rtol=1e-12)


if TORCH:
    test_an_update_is_that_of_gradient_descent = check_an_update


def test_stacks_within_stacks_and_layers_that_do_nothing(nn):
    inner = nn.Sequential(nn.Identity(), nn.Linear(4, 4), nn.Tanh())
    module = nn.Sequential(nn.Linear(3, 4), nn.Identity(), nn.Tanh(), inner, nn.Linear(4, 2))
    lesson = Lesson.from_torch(module, X, Y, iterations=1)
    assert lesson.network.hidden == (4, 4)
    np.testing.assert_allclose(train(lesson)["output"][0], put_out(module, X), rtol=0, atol=1e-6)


def test_a_single_linear_layer(nn):
    module = nn.Linear(3, 1)
    lesson = Lesson.from_torch(module, X, Y[:, 0], iterations=1)
    assert (lesson.network.hidden, lesson.y.shape, lesson.title) == ((), (8, 1), "Linear (PyTorch)")
    np.testing.assert_allclose(train(lesson)["output"][0], put_out(module, X), rtol=0, atol=1e-6)


def test_numbers_of_classes_become_columns(nn):
    module = module_of(nn, "ReLU", "Softmax", (4,))
    lesson = Lesson.from_torch(module, tensor(X), tensor([0, 1, 1, 0, 1, 0, 0, 1]))
    assert np.array_equal(lesson.y[:3], [[1, 0], [0, 1], [0, 1]])
    assert np.array_equal(lesson.X, X)


def test_settings_are_those_of_a_lesson(nn):
    lesson = Lesson.from_torch(
        module_of(nn, "Tanh", "Sigmoid", (4,)), X, Y, loss="cross_entropy", bias="frozen"
    )
    assert (lesson.network.loss, lesson.network.bias) == ("cross_entropy", "frozen")
    assert (lesson.iterations, lesson.lr) == (100, 0.1 / 8)


def test_its_workbook_is_right(tmp_path, nn):
    build(
        Lesson.from_torch(module_of(nn, "Tanh", "Softmax", (4, 3)), X, Y, iterations=4),
        tmp_path / "model.xlsx",
    )
    report = verify(tmp_path / "model.xlsx")
    assert report.ok, "\n".join(report.lines())


NO_STEP = (
    "has no step in a workbook; expected a Sequential of Linear, Sigmoid, Tanh, ReLU, Softmax and Identity"
)
REFUSED = {
    "dropout": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.Dropout(), nn.Linear(4, 2)], f"from_torch: Dropout {NO_STEP}"),
    "batch-norm": (lambda nn: [nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2)], f"from_torch: BatchNorm1d {NO_STEP}"),
    "gelu": (lambda nn: [nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 2)], f"from_torch: GELU {NO_STEP}"),
    "no-activation": (lambda nn: [nn.Linear(3, 4), nn.Linear(4, 2)], "layer 1 of the module (Linear) is followed by no activation; expected Sigmoid, Tanh or ReLU"),
    "identity": (lambda nn: [nn.Linear(3, 4), nn.Identity(), nn.Linear(4, 2)], "layer 1 of the module (Linear) is followed by no activation; expected Sigmoid, Tanh or ReLU"),
    "hidden-softmax": (lambda nn: [nn.Linear(3, 4), nn.Softmax(dim=1), nn.Linear(4, 2)], "layer 1 of the module (Linear) is followed by Softmax; expected Sigmoid, Tanh or ReLU"),
    "output-tanh": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh()], "layer 3 of the module (Linear) is followed by Tanh; expected Sigmoid, Softmax or no activation"),
    "two-activations": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.ReLU(), nn.Linear(4, 2)], "layer 3 of the module (ReLU) does not follow a Linear layer; expected one after each"),
    "activation-first": (lambda nn: [nn.Tanh(), nn.Linear(3, 2)], "layer 1 of the module (Tanh) does not follow a Linear layer; expected one after each"),
    "other-dimension": (lambda nn: [nn.Linear(3, 2), nn.Softmax(dim=0)], "layer 2 of the module (Softmax) has dim = 0; expected 1, a softmax for each sample"),
    "different-activations": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2)], "the hidden layers use Tanh and ReLU; expected one activation for all"),
    "some-biases": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2, bias=False)], "layer 3 of the module (Linear) has no bias, others have one; expected one for every layer, or for none"),
    "empty": (lambda nn: [], "from_torch: the module has no layers; expected at least one Linear layer"),
    "one-softmax": (lambda nn: [nn.Linear(3, 1), nn.Softmax(dim=1)], None),
    "narrow": (lambda nn: [nn.Linear(2, 2)], "X has 3 columns, the model has 2 inputs"),
    "outputs": (lambda nn: [nn.Linear(3, 5)], "y has 2 columns, the model has 5 outputs"),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(nn, layers, message):
    with pytest.raises(LessonError) as caught:
        Lesson.from_torch(nn.Sequential(*layers(nn)), X, Y)
    assert "\n" not in str(caught.value)
    if message is not None:
        assert str(caught.value) == message


def test_parameters_of_several_types_are_refused(nn):
    last = nn.Linear(4, 2, dtype=np.float64) if nn is STAND_IN else nn.Linear(4, 2).double()
    with pytest.raises(LessonError) as caught:
        Lesson.from_torch(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), last), X, Y)
    kinds = str(caught.value).replace("torch.", "")
    assert kinds == "the module's parameters are float32 and float64; expected one type for all"


def test_a_class_that_is_not_there_is_refused(nn):
    with pytest.raises(LessonError) as caught:
        Lesson.from_torch(module_of(nn, "Tanh", "Softmax", (4,)), X, [0, 1, 2, 0, 1, 0, 1, 0])
    assert str(caught.value) == "y[3] is 2; expected the number of a class, 0 to 1"


def test_other_objects_are_refused():
    with pytest.raises(LessonError, match=r"^from_torch: dict has no step in a workbook"):
        Lesson.from_torch({}, X, Y)
