"""Lessons that go on as the model of another library was trained: the same updates, or a refusal."""

import warnings
from importlib.util import find_spec

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from mlp2xlsx import Lesson, train
from tests.helpers import message
from tests.interop.test_torch import STAND_IN

random = np.random.default_rng(3)
X, Y = random.normal(size=(8, 3)), random.uniform(size=(8, 2))
KINDS = np.array(["pear", "apple", "fig", "fig"] * 2)
SGD = {"solver": "sgd", "learning_rate_init": 0.3}
UPDATES = 50


def fitted(kind=MLPClassifier, **options):
    """A model with weights and nothing kept of how it came to them."""
    model = kind(
        hidden_layer_sizes=(4,), activation="tanh", batch_size=8, random_state=1, max_iter=5, **options
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, Y if kind is MLPRegressor else KINDS)
    del model._optimizer
    return model


# The options of a model, and what a lesson says in their place.
SOLVERS = {
    "sgd": (SGD | {"momentum": 0, "alpha": 0}, "gd", {"lr": 0.3 / 8}),
    "momentum": (SGD | {"nesterovs_momentum": False, "momentum": 0.8, "alpha": 0}, "momentum", {"lr": 0.3 / 8, "momentum": 0.8}),
    "nesterov": (SGD | {"alpha": 0.05}, "nesterov", {"lr": 0.3 / 8, "momentum": 0.9, "l2_penalty": 0.05}),
    "adam": ({"alpha": np.float64(0.05), "beta_1": 0.8}, "adam", {"lr": 0.001, "beta1": 0.8, "beta2": 0.999, "epsilon": 8e-8, "l2_penalty": 0.05}),
}  # fmt: skip


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize(("options", "word", "numbers"), SOLVERS.values(), ids=SOLVERS)
def test_the_updates_are_those_of_scikit_learn(kind, options, word, numbers):
    model, y = fitted(kind, **options), Y if kind is MLPRegressor else KINDS
    lesson = Lesson.from_sklearn(model, X, y, iterations=UPDATES)
    assert (lesson.optimizer, dict(lesson.scalars)) == (word, pytest.approx(numbers, rel=1e-15))
    # Its Adam adds epsilon before the correction.
    rounding = 1e-5 if word == "adam" else 1e-12
    others = lesson.replace(lr=lesson.lr * 1.01)
    for _ in range(UPDATES):
        model.partial_fit(X, y)
    assert furthest(lesson, model) < rounding < furthest(others, model)


def furthest(lesson, model):
    """The largest difference of a weight in the end."""
    trace, layers = train(lesson), zip(lesson.network.layers, model.coefs_, strict=True)
    return max(np.abs(trace[f"next_{layer.weights}"][-1] - weights).max() for layer, weights in layers)


def test_a_solver_without_a_counterpart_and_a_word_are_plain_gradient_descent():
    by_word = Lesson.from_sklearn(fitted(alpha=0.5), X, KINDS, optimizer="gd")
    lbfgs = MLPClassifier((4,), solver="lbfgs", max_iter=100, random_state=1).fit(X, KINDS)
    for lesson in (by_word, Lesson.from_sklearn(lbfgs, X, KINDS)):
        assert (lesson.optimizer, lesson.penalties, dict(lesson.scalars)) == ("gd", (), {"lr": 0.1 / 8})
    adam = Lesson.from_sklearn(fitted(), X, KINDS, optimizer="adam", epsilon=1e-6)
    assert adam.scalars["epsilon"] == 1e-6


def test_the_number_of_samples_is_that_of_an_update():
    def epsilon(**settings):
        return Lesson.from_sklearn(fitted(), X, KINDS, **settings).scalars["epsilon"] / 1e-8

    assert [epsilon(), epsilon(batch=4), epsilon(validation=0.25)] == pytest.approx([8, 4, 6])


def test_the_caller_has_the_last_word():
    lesson = Lesson.from_sklearn(fitted(), X, KINDS, lr=0.5, penalties=[])
    assert (lesson.lr, lesson.penalties, lesson.optimizer) == (0.5, (), "adam")
    said = message(Lesson.from_sklearn, fitted(), X, KINDS, momentum=0.5)
    assert said.startswith('from_sklearn: training.momentum: nothing reads it with optimizer = "adam"')


def test_a_rate_that_no_schedule_follows_is_refused():
    assert message(Lesson.from_sklearn, fitted(**SGD, learning_rate="adaptive"), X, KINDS) == (
        'the MLPClassifier was fitted with learning_rate="adaptive", which no schedule of a lesson follows; '
        'pass optimizer="gd" for plain gradient descent'
    )


def optimizer_class(name, **defaults):
    """A class like one of `torch.optim`, as far as it is looked at."""

    def __init__(self, parameters, **given):  # noqa: N807
        groups = parameters if isinstance(parameters[0], dict) else [{"params": parameters}]
        self.param_groups = [{"weight_decay": 0, **defaults, **given, **group} for group in groups]

    return type(name, (), {"__module__": "torch.optim.some", "__init__": __init__})


STAND_INS = {
    "SGD": optimizer_class("SGD", lr=0.1, momentum=0, dampening=0, nesterov=False, maximize=False),
    "Adagrad": optimizer_class("Adagrad", lr=0.01, lr_decay=0, initial_accumulator_value=0, eps=1e-10),
    "RMSprop": optimizer_class("RMSprop", lr=0.01, alpha=0.99, eps=1e-8, momentum=0, centered=False),
    "Adam": optimizer_class("Adam", lr=0.001, betas=(0.9, 0.999), eps=1e-8, amsgrad=False),
    "AdamW": optimizer_class("AdamW", lr=0.001, betas=(0.9, 0.999), eps=1e-8, amsgrad=False, weight_decay=0.01),
    "Lion": optimizer_class("Lion"),
}  # fmt: skip
TORCH = find_spec("torch") is not None


@pytest.fixture(params=["stand-in", "torch"] if TORCH else ["stand-in"])
def made(request):
    """What makes a module with two layers, and an optimiser for what is chosen of its parameters."""
    if request.param == "torch":
        import torch

        nn, classes = torch.nn, {name: getattr(torch.optim, name, STAND_INS["Lion"]) for name in STAND_INS}
    else:
        nn, classes = STAND_IN, STAND_INS

    def make(name, chosen=None, **options):
        module = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
        layers = [layer for layer in module if hasattr(layer, "weight")]
        weights, biases = [layer.weight for layer in layers], [layer.bias for layer in layers]
        parameters = weights + biases if chosen is None else chosen(weights, biases)
        return module, classes[name](parameters, **options)

    return make


def everything(weights, biases):
    return weights + biases


def biases_apart(weights, biases):
    return [{"params": weights}, {"params": biases, "weight_decay": 0}]


# What is asked for, and with a loss that is averaged over 8 samples and 2 outputs what a lesson says.
TAKEN_OVER = {
    "gd": ("SGD", {"lr": 0.04}, None, "gd", {"lr": 0.005}),
    "momentum": ("SGD", {"lr": 0.04, "momentum": 0.8}, None, "momentum", {"lr": 0.005, "momentum": 0.8}),
    "nesterov": ("SGD", {"lr": 0.04, "momentum": 0.8, "nesterov": True}, None, "nesterov", {"lr": 0.005, "momentum": 0.8}),
    "decay": ("SGD", {"lr": 0.04, "weight_decay": 0.01}, biases_apart, "gd", {"lr": 0.005, "l2_penalty": 0.08}),
    "adagrad": ("Adagrad", {"lr": 0.02, "eps": 1e-6}, None, "adagrad", {"lr": 0.02, "epsilon": 8e-6}),
    "rmsprop": ("RMSprop", {"lr": 0.001, "alpha": 0.9}, None, "rmsprop", {"lr": 0.001, "beta2": 0.9, "epsilon": 8e-8}),
    "adam": ("Adam", {"lr": 0.01, "betas": (0.8, 0.99)}, None, "adam", {"lr": 0.01, "beta1": 0.8, "beta2": 0.99, "epsilon": 8e-8}),
    "adam-decay": ("Adam", {"weight_decay": 0.01}, biases_apart, "adam", {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 8e-8, "l2_penalty": 0.08}),
    "adamw": ("AdamW", {"weight_decay": 0.02}, None, "adamw", {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 8e-8, "weight_decay": 0.02}),
    "adamw-without": ("AdamW", {"weight_decay": 0}, None, "adam", {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 8e-8}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "options", "chosen", "word", "numbers"), TAKEN_OVER.values(), ids=TAKEN_OVER
)
def test_an_optimizer_is_taken_over(made, name, options, chosen, word, numbers):
    module, optimizer = made(name, chosen, **options)
    lesson = Lesson.from_torch(module, X, Y, optimizer, iterations=1)
    assert (lesson.optimizer, dict(lesson.scalars)) == (word, pytest.approx(numbers))
    assert lesson.network.bias == "trained"


@pytest.mark.parametrize(
    ("y", "loss", "reduction", "divisor"),
    [
        (Y, "half_squared_error", "mean", 8),
        (Y, "half_squared_error", "sum", 0.5),
        (Y, "cross_entropy", "mean", 16),
        (np.arange(8) % 2, "cross_entropy", "mean", 8),
        (np.arange(8) % 2, "cross_entropy", "sum", 1),
    ],
    ids=["squares", "sum-of-squares", "yes-or-no", "classes", "sum-of-classes"],
)
def test_the_rate_is_that_of_the_loss(made, y, loss, reduction, divisor):
    module, optimizer = made("SGD", lr=0.4)
    lesson = Lesson.from_torch(module, X, y, optimizer, reduction, loss=loss)
    assert (lesson.lr, lesson.network.loss) == (pytest.approx(0.4 / divisor), loss)


def test_biases_that_are_not_trained_are_frozen(made):
    module, optimizer = made("SGD", lambda weights, _: weights, lr=0.4)
    assert Lesson.from_torch(module, X, Y, optimizer).network.bias == "frozen"
    assert Lesson.from_torch(module, X, Y).network.bias == "trained"


def test_the_rate_of_a_scheduler_is_where_it_starts_when_the_caller_knows_of_it(made):
    module, optimizer = made("SGD", lr=0.4)
    optimizer.param_groups[0] |= {"initial_lr": 0.8, "lr": 0.1}
    lesson = Lesson.from_torch(module, X, Y, optimizer, schedule="exponential", lr_decay=0.9)
    assert (lesson.schedule, lesson.lr) == ("exponential", pytest.approx(0.1))
    assert message(Lesson.from_torch, module, X, Y, optimizer) == (
        "from_torch: optimizer (SGD): a scheduler changes its lr, which is not seen; "
        "pass schedule = … as a lesson has it"
    )


def test_a_word_is_a_lessons_own(made):
    module, _ = made("SGD", lr=0.4)
    lesson = Lesson.from_torch(module, X, Y, "momentum")
    assert (lesson.optimizer, dict(lesson.scalars)) == ("momentum", {"lr": 0.1 / 8, "momentum": 0.9})


REFUSED = {
    "other": ("Lion", {}, everything, 'optimizer: found Lion; expected SGD, Adagrad, RMSprop, Adam or AdamW of torch.optim, or a word for a lesson\'s own, such as "adam"'),
    "dampening": ("SGD", {"lr": 1, "momentum": 0.9, "dampening": 0.5}, everything, "optimizer (SGD): it has dampening = 0.5; a lesson does as with 0"),
    "amsgrad": ("Adam", {"amsgrad": True}, everything, "optimizer (Adam): it has amsgrad = True; a lesson does as with False"),
    "centered": ("RMSprop", {"centered": True}, everything, "optimizer (RMSprop): it has centered = True; a lesson does as with False"),
    "rate-decay": ("Adagrad", {"lr_decay": 0.5}, everything, "optimizer (Adagrad): it has lr_decay = 0.5; a lesson does as with 0"),
    "decay-of-biases": ("SGD", {"lr": 1, "weight_decay": 0.5}, everything, "optimizer (SGD): it has weight_decay = 0.5 for biases, a lesson's penalty is for weights; expected a group of them with weight_decay = 0"),
    "no-decay-of-biases": ("AdamW", {}, biases_apart, "optimizer (AdamW): biases decay differently from weights; a lesson's adamw takes the same for both"),
    "one-decay": ("SGD", {"lr": 1}, lambda w, b: [{"params": w[:1], "weight_decay": 0.5}, {"params": w[1:] + b}], "optimizer (SGD): the weights of its layers decay differently; expected one weight_decay"),
    "two-rates": ("SGD", {"lr": 1}, lambda w, b: [{"params": w, "lr": 0.5}, {"params": b}], "optimizer (SGD): its groups differ; expected the same numbers for all"),
    "some-weights": ("SGD", {"lr": 1}, lambda w, b: w[1:] + b, "optimizer (SGD): it does not train the weights of every layer; expected one for module.parameters()"),
    "some-biases": ("SGD", {"lr": 1}, lambda w, b: w + b[1:], "optimizer (SGD): it trains some of the biases only; expected all of them or none"),
    "beta": ("Adam", {"betas": (0.0, 0.999)}, everything, "training.beta1: found 0.0, expected a number above 0 and below 1"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "options", "chosen", "said"), REFUSED.values(), ids=REFUSED)
def test_what_a_lesson_cannot_follow_is_refused(made, name, options, chosen, said):
    module, optimizer = made(name, chosen, **options)
    assert message(Lesson.from_torch, module, X, Y, optimizer) == f"from_torch: {said}"


def test_another_reduction_is_refused(made):
    module, optimizer = made("SGD", lr=1)
    said = message(Lesson.from_torch, module, X, Y, optimizer, "none")
    assert said == 'from_torch: reduction: found "none"; expected "mean" or "sum"'


LOSSES = {"MSELoss": Y, "CrossEntropyLoss": np.arange(8) % 2, "BCEWithLogitsLoss": Y}


@pytest.mark.slow
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("name", "options", "chosen", "word", "numbers"), TAKEN_OVER.values(), ids=TAKEN_OVER
)
def check_updates(name, options, chosen, word, numbers, loss, reduction):
    import torch

    torch.manual_seed(2)
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()
    layers = [module[0], module[2]]
    parameters = (chosen or everything)([one.weight for one in layers], [one.bias for one in layers])
    optimizer = getattr(torch.optim, name)(parameters, **options)
    criterion = getattr(torch.nn, loss)(reduction=reduction)
    y = torch.tensor(LOSSES[loss])
    asked = "half_squared_error" if loss == "MSELoss" else "cross_entropy"
    lesson = Lesson.from_torch(
        module,
        torch.tensor(X),
        y,
        optimizer,
        reduction,
        loss=asked,
        iterations=UPDATES,
    )
    trace = train(lesson)
    for _ in range(UPDATES):
        optimizer.zero_grad()
        criterion(module(torch.tensor(X)), y).backward()
        optimizer.step()
    for layer, linear in zip(lesson.network.layers, layers, strict=True):
        for name, tensor in ((layer.weights, linear.weight.T), (layer.bias, linear.bias[None])):
            np.testing.assert_allclose(trace[f"next_{name}"][-1], tensor.tolist(), rtol=0, atol=1e-12)


if TORCH:  # it is large, and not needed to test the rest
    test_the_updates_are_those_of_pytorch = check_updates
