"""Modules of PyTorch as lessons: with stand-ins of the same shape, and with PyTorch itself where it is."""

import sys
from importlib.util import find_spec
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from mlp2xlsx import Lesson, train
from mlp2xlsx.errors import LessonError
from tests.helpers import verified

random = np.random.default_rng(6)
X, Y = random.normal(size=(8, 3)), random.uniform(size=(8, 2))


class Module:
    """What the modules of PyTorch have in common, as far as it is looked at."""

    __module__ = "torch.nn"
    training = True

    def __call__(self, x):
        return self.forward(x)

    def children(self):
        return [value for value in vars(self).values() if isinstance(value, Module)]

    def eval(self):
        self.training = False
        for child in self.children():
            child.eval()
        return self


class Linear(Module):
    """Weights are outputs × inputs, as PyTorch has them."""

    __module__ = "torch.nn"

    def __init__(self, n_inputs, n_outputs, bias=True, dtype=np.float32):
        self.weight = random.normal(size=(n_outputs, n_inputs)).astype(dtype)
        self.bias = random.normal(size=n_outputs).astype(dtype) if bias else None

    def forward(self, x):
        return x @ self.weight.T + (0 if self.bias is None else self.bias)


class LazyLinear(Linear):
    __module__ = "torch.nn"

    def __init__(self, n_outputs):
        self.weight = self.bias = type("UninitializedParameter", (), {})()


class Sequential(Module):
    __module__ = "torch.nn"

    def __init__(self, *layers):
        self.layers = layers

    def __iter__(self):
        return iter(self.layers)

    def children(self):
        return list(self.layers)

    def forward(self, x):
        for layer in self:
            x = layer(x)
        return x


class DataParallel(Module):
    __module__ = "torch.nn"

    def __init__(self, module):
        self.module = module

    def forward(self, x):
        return self.module(x)


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


class WithoutParameters(Module):
    """A layer that is a function, with what it may be told and the values that has by default."""

    def __init__(self, *given, **named):
        vars(self).update(self.options | dict(zip(self.options, given, strict=False)) | named)

    def forward(self, z):
        return self.function(z)


def without_parameters(name, function, **options):
    members = {"__module__": "torch.nn", "function": staticmethod(function), "options": options}
    return type(name, (WithoutParameters,), members)


LAYERS = [
    without_parameters("Sigmoid", lambda z: 1 / (1 + np.exp(-z))),
    without_parameters("Tanh", np.tanh),
    without_parameters("ReLU", lambda z: np.maximum(z, 0)),
    without_parameters("Softmax", softmax, dim=None),
    without_parameters("LogSoftmax", lambda z: np.log(softmax(z)), dim=None),
    without_parameters("Identity", lambda z: z),
    without_parameters("Dropout", lambda z: z, p=0.5),
    without_parameters("Flatten", lambda z: z.reshape(len(z), -1), start_dim=1, end_dim=-1),
    without_parameters("BatchNorm1d", np.array, size=1),
    without_parameters("LeakyReLU", lambda z: np.where(z > 0, z, 0.01 * z), negative_slope=0.01),
    without_parameters("ELU", lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1), alpha=1.0),
    without_parameters("Softplus", lambda z: np.log(1 + np.exp(z)), beta=1.0),
    without_parameters("Softsign", lambda z: z / (1 + np.abs(z))),
    without_parameters(
        "GELU",
        lambda z: z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2,
        approximate="none",
    ),
]
MODULES = [Module, Linear, LazyLinear, Sequential, DataParallel, *LAYERS]
STAND_IN = SimpleNamespace(**{kind.__name__: kind for kind in MODULES})


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
    if isinstance(module, Module):
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


ACTIVATIONS = {"Sigmoid": "sigmoid", "Tanh": "tanh", "ReLU": "relu", "Identity": "linear"}
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


NEWER = {"LeakyReLU": "leaky_relu", "ELU": "elu", "Softplus": "softplus", "Softsign": "softsign"}


def test_each_hidden_layer_has_an_activation_of_its_own(nn):
    kinds = [*(getattr(nn, name)() for name in NEWER), nn.GELU(approximate="tanh"), nn.Identity()]
    inner = [layer for kind in kinds for layer in (nn.Linear(3, 3), kind)]
    module = nn.Sequential(*inner, nn.Linear(3, 2))
    lesson = Lesson.from_torch(module, X, Y, iterations=1)
    assert lesson.network.activation == (*NEWER.values(), "gelu", "linear")
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


CLASSES, SHARES, ANSWERS = np.arange(8) % 2, np.eye(2)[np.arange(8) % 2], np.ones((8, 2))
# What follows the last layer, targets, the loss that is asked for; what the outputs become, and their loss.
TRAINED_WITH = {
    "CrossEntropyLoss": ("", CLASSES, {}, "softmax", "cross_entropy"),
    "CrossEntropyLoss-column": ("", CLASSES[:, None], {}, "softmax", "cross_entropy"),
    "CrossEntropyLoss-shares": ("", SHARES, {"loss": "cross_entropy"}, "softmax", "cross_entropy"),
    "NLLLoss": ("LogSoftmax", CLASSES, {}, "softmax", "cross_entropy"),
    "BCEWithLogitsLoss": ("", ANSWERS, {"loss": "cross_entropy"}, "sigmoid", "cross_entropy"),
    "BCELoss": ("Sigmoid", ANSWERS, {"loss": "cross_entropy"}, "sigmoid", "cross_entropy"),
    "MSELoss": ("", SHARES, {}, "linear", "half_squared_error"),
}


@pytest.mark.parametrize(("end", "y", "settings", "output", "loss"), TRAINED_WITH.values(), ids=TRAINED_WITH)
def test_what_the_loss_does_to_the_outputs_becomes_their_activation(nn, end, y, settings, output, loss):
    module = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    end = getattr(nn, end or "Identity")
    whole = nn.Sequential(module, end(dim=1) if end is nn.LogSoftmax else end())
    lesson = Lesson.from_torch(whole, X, y, iterations=1, **settings)
    assert (lesson.network.output, lesson.network.loss) == (output, loss)
    assert np.array_equal(lesson.y, SHARES if y.size == 8 else y)
    z = put_out(module, X)
    expected = {"softmax": softmax(z), "sigmoid": 1 / (1 + np.exp(-z)), "linear": z}[output]
    np.testing.assert_allclose(train(lesson)["output"][0], expected, rtol=0, atol=1e-6)


def test_a_temperature_of_the_loss_is_said_afterwards(nn):
    """As in CrossEntropyLoss()(logits / 2, y)."""
    module = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    lesson = Lesson.from_torch(module, X, CLASSES, iterations=1).replace(temperature=2)
    np.testing.assert_allclose(train(lesson)["output"][0], softmax(put_out(module, X) / 2), rtol=0, atol=1e-6)
    with pytest.raises(TypeError, match="unexpected 'temperature'"):
        Lesson.from_torch(module, X, CLASSES, temperature=2)


def test_one_output_without_an_activation_may_be_a_yes_or_no(nn):
    module = nn.Linear(3, 1)
    lesson = Lesson.from_torch(module, X, CLASSES, loss="cross_entropy")
    assert (lesson.network.output, lesson.y.shape) == ("sigmoid", (8, 1))
    assert Lesson.from_torch(module, X, CLASSES).network.output == "linear"


def subclasses(nn):
    """Classes with names of their own that compute as those they are made of."""
    layer, stack = type("MyLayer", (nn.Linear,), {}), type("MyNet", (nn.Sequential,), {})
    return stack(layer(3, 4), nn.Tanh(), layer(4, 2))


CHANGING_NOTHING = {
    "flatten": lambda nn: nn.Sequential(nn.Flatten(), nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)),
    "dropout-after-eval": lambda nn: nn.Sequential(nn.Linear(3, 4), nn.Dropout(), nn.Tanh(), nn.Linear(4, 2)).eval(),
    "dropout-of-nothing": lambda nn: nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Dropout(0.0), nn.Linear(4, 2)),
    "subclasses": subclasses,
    "data-parallel": lambda nn: nn.DataParallel(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))),
}  # fmt: skip


@pytest.mark.parametrize("make", CHANGING_NOTHING.values(), ids=CHANGING_NOTHING)
def test_what_changes_nothing_is_left_out(nn, make):
    module = make(nn)
    lesson = Lesson.from_torch(module, X, Y, iterations=1)
    assert (lesson.network.hidden, lesson.network.activation) == ((4,), "tanh")
    np.testing.assert_allclose(train(lesson)["output"][0], put_out(module, X), rtol=0, atol=1e-6)


def test_pictures_are_flattened_by_a_module_that_begins_so(nn):
    pictures, module = random.normal(size=(8, 2, 3)), nn.Sequential(nn.Flatten(), nn.Linear(6, 2))
    lesson = Lesson.from_torch(module, tensor(pictures), Y, iterations=1)
    assert np.array_equal(lesson.X, pictures.reshape(8, 6))
    np.testing.assert_allclose(train(lesson)["output"][0], put_out(module, pictures), rtol=0, atol=1e-6)
    with pytest.raises(LessonError, match=r"^X has 3 dimensions; expected 2"):
        Lesson.from_torch(nn.Sequential(nn.Linear(3, 2), nn.Flatten()), pictures, Y)


def test_settings_are_those_of_a_lesson(nn):
    lesson = Lesson.from_torch(
        module_of(nn, "Tanh", "Sigmoid", (4,)), X, Y, loss="cross_entropy", bias="frozen"
    )
    assert (lesson.network.loss, lesson.network.bias) == ("cross_entropy", "frozen")
    assert (lesson.iterations, lesson.lr) == (100, 0.1 / 8)


def test_its_workbook_is_right(tmp_path, nn):
    lesson = Lesson.from_torch(module_of(nn, "Tanh", "Softmax", (2, 2)), X[:4], Y[:4], iterations=2)
    report = verified(lesson, tmp_path / "model.xlsx", arithmetic_only=False)
    assert report.ok, "\n".join(report.lines())


def of_own(base):
    """A class that somebody has made of another, with a forward of its own."""

    class Own(base):
        def forward(self, x):
            return super().forward(x) * 2

    return Own


def net(nn):
    """A module as most are written: layers in attributes, and a forward that uses them."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = nn.Linear(3, 4), nn.Linear(4, 2)

        def forward(self, x):
            return self.last(self.first(x))

    return Net()


def with_weight(layer, weight):
    del layer.weight
    layer.weight = weight
    return layer


def on_meta(nn):
    if nn is not STAND_IN:
        return nn.Linear(3, 2, device="meta")
    return with_weight(nn.Linear(3, 2), SimpleNamespace(is_meta=True, dtype="float32"))


def complex_layer(nn):
    if nn is STAND_IN:
        return nn.Linear(3, 2, dtype=np.complex64)
    import torch

    return nn.Linear(3, 2, dtype=torch.complex64)


OF_A_SEQUENTIAL = "expected a Sequential of its layers and activations, in the order in which it uses them"
OWN_WAY = f"computes in a way of its own, which cannot be read; {OF_A_SEQUENTIAL}"
NO_STEP = "has no step in a workbook; expected a Sequential of Linear, Sigmoid, Tanh, ReLU, LeakyReLU, ELU, Softplus, GELU, Softsign, Softmax, LogSoftmax and what changes nothing (Identity, Flatten, Dropout after eval())"  # fmt: skip
OUTPUTS_EXPECTED = "expected Sigmoid, Softmax, LogSoftmax or no activation"
REFUSED = {
    "dropout": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.Dropout(), nn.Linear(4, 2)], "layer 3 of the module (Dropout) is in training mode, in which it acts by chance; call eval() first, and to train with it say dropout=0.5, or a list with a number for each hidden layer"),
    "batch-norm": (lambda nn: [nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2)], f"from_torch: BatchNorm1d {NO_STEP}"),
    "gelu": (lambda nn: [nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 2)], 'layer 2 of the module (GELU) has approximate = "none"; expected "tanh", as a lesson has it'),
    "own-forward": (lambda nn: [of_own(nn.Linear)(3, 2)], f"from_torch: Own {OWN_WAY}"),
    "net": (lambda nn: [net(nn)], f"from_torch: Net {OWN_WAY}"),
    "flatten-samples": (lambda nn: [nn.Flatten(0), nn.Linear(3, 2)], "layer 1 of the module (Flatten) flattens dimensions 0 to -1; expected 1 to -1, a row for each sample"),
    "meta": (lambda nn: [on_meta(nn)], "layer 1 of the module (Linear) is on the meta device, where it has no weights; load them first"),
    "complex": (lambda nn: [complex_layer(nn)], "layer 1 of the module (Linear) has complex weights; expected real ones"),
    "lazy": (lambda nn: [nn.LazyLinear(2)], "layer 1 of the module (LazyLinear) has no weights before it is used; call the module with X once"),
    "quantized": (lambda nn: [with_weight(nn.Linear(3, 2), tuple)], "layer 1 of the module (Linear) has packed (quantized) weights; pass the module from before they were"),
    "hidden-softmax": (lambda nn: [nn.Linear(3, 4), nn.Softmax(dim=1), nn.Linear(4, 2)], "layer 1 of the module (Linear) is followed by Softmax; expected Sigmoid, Tanh, ReLU, LeakyReLU, ELU, Softplus, GELU, Softsign or no activation"),
    "output-tanh": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh()], f"layer 3 of the module (Linear) is followed by Tanh; {OUTPUTS_EXPECTED}"),
    "two-activations": (lambda nn: [nn.Linear(3, 4), nn.Tanh(), nn.ReLU(), nn.Linear(4, 2)], "layer 3 of the module (ReLU) does not follow a Linear layer; expected one after each"),
    "activation-first": (lambda nn: [nn.Tanh(), nn.Linear(3, 2)], "layer 1 of the module (Tanh) does not follow a Linear layer; expected one after each"),
    "other-dimension": (lambda nn: [nn.Linear(3, 2), nn.Softmax(dim=0)], "layer 2 of the module (Softmax) has dim = 0; expected 1, a softmax for each sample"),
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


@pytest.mark.parametrize(
    ("output", "y", "message"),
    [
        ("Softmax", [0, 1, 2], "y[3] is 2; expected the number of a class, 0 to 1"),
        ("", [0, 1, 2], "y[3] is 2; expected 2 columns of targets, or the number of a class, 0 to 1"),
        ("", [0.5, 0, 1], "y[1] is 0.5; expected 2 columns of targets, or the number of a class, 0 to 1"),
        ("Softmax", ["a", "b"], 'y[1] is "a"; expected the number of a class, 0 to 1'),
        ("Sigmoid", [0, 1, 1], "y has 1 column, the model has 2 outputs"),
    ],
    ids=["softmax", "nothing", "numbers", "names", "sigmoid"],
)
def test_targets_that_are_no_classes_are_refused(nn, output, y, message):
    with pytest.raises(LessonError) as caught:
        Lesson.from_torch(module_of(nn, "Tanh", output, (4,)), X, y)
    assert str(caught.value) == message


def test_numbers_that_are_none_are_refused(nn):
    module = nn.Linear(3, 2)
    with pytest.raises(LessonError) as caught:
        Lesson.from_torch(module, X * 1j, Y)
    assert str(caught.value) == "X holds complex numbers; expected real numbers"
    on_meta = SimpleNamespace(detach=None, is_meta=True)
    with pytest.raises(LessonError) as caught:
        Lesson.from_torch(module, on_meta, Y)
    assert str(caught.value) == "X is on the meta device, where it has no numbers; pass the data"


def test_other_objects_are_refused(nn):
    with pytest.raises(LessonError, match=r"^from_torch: dict has no step in a workbook"):
        Lesson.from_torch({}, X, Y)
    with pytest.raises(LessonError) as caught:
        Lesson.from_torch(nn.Linear, X, Y)
    assert str(caught.value) == "from_torch: found the class Linear, expected a module made of it"
