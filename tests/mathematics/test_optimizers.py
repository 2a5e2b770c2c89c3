"""Each optimiser and penalty against its published rule, written out here with gradients of its own."""

import numpy as np
import pytest

from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS, PLAIN
from mlp2xlsx.training import train

NUMBERS = {"lr": 0.03, "momentum": 0.8, "beta1": 0.85, "beta2": 0.98, "epsilon": 1e-6, "weight_decay": 0.05}
PENALTY_NUMBERS = {"l2_penalty": 0.02, "l1_penalty": 0.003}
ITERATIONS = 50


def momentum(theta, g, kept, n, _):
    """Polyak's, as torch.optim.SGD(momentum=…) has it."""
    kept["v"] = n["momentum"] * kept.get("v", 0) + g
    return theta - n["lr"] * kept["v"]


def nesterov(theta, g, kept, n, _):
    """As torch.optim.SGD(momentum=…, nesterov=True) has it."""
    kept["v"] = n["momentum"] * kept.get("v", 0) + g
    return theta - n["lr"] * (g + n["momentum"] * kept["v"])


def adagrad(theta, g, kept, n, _):
    """Duchi, Hazan and Singer 2011."""
    kept["v"] = kept.get("v", 0) + g**2
    return theta - n["lr"] * g / (np.sqrt(kept["v"]) + n["epsilon"])


def rmsprop(theta, g, kept, n, _):
    """Hinton's lecture 6; what PyTorch calls alpha is beta2 here."""
    kept["v"] = n["beta2"] * kept.get("v", 0) + (1 - n["beta2"]) * g**2
    return theta - n["lr"] * g / (np.sqrt(kept["v"]) + n["epsilon"])


def adam(theta, g, kept, n, t):
    """Kingma and Ba 2015, algorithm 1."""
    kept["m"] = n["beta1"] * kept.get("m", 0) + (1 - n["beta1"]) * g
    kept["v"] = n["beta2"] * kept.get("v", 0) + (1 - n["beta2"]) * g**2
    m_hat, v_hat = kept["m"] / (1 - n["beta1"] ** t), kept["v"] / (1 - n["beta2"] ** t)
    return theta - n["lr"] * m_hat / (np.sqrt(v_hat) + n["epsilon"])


def adamw(theta, g, kept, n, t):
    """Loshchilov and Hutter 2019: the decay goes past the moments."""
    return adam(theta * (1 - n["lr"] * n["weight_decay"]), g, kept, n, t)


def gd(theta, g, _kept, n, _t):
    return theta - n["lr"] * g


RULES = {
    "gd": gd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
PENALIZED = {"none": (), "l2": ("l2",), "l1": ("l1",), "both": ("l2", "l1")}


def lesson_with(optimizer, penalties=()):
    numbers = {name: NUMBERS[name] for name in OPTIMIZERS[optimizer].scalars}
    numbers |= {f"{name}_penalty": PENALTY_NUMBERS[f"{name}_penalty"] for name in penalties}
    return load("article").replace(iterations=ITERATIONS, optimizer=optimizer, penalties=penalties, **numbers)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(theta, X, y, penalties):
    """Derivatives of half the squared errors of the article's network, and of the penalties on its weights."""
    h = sigmoid(X @ theta["wh"] + theta["bh"])
    output = sigmoid(h @ theta["wout"] + theta["bout"])
    by_output = (output - y) * output * (1 - output)
    by_hidden = by_output @ theta["wout"].T * h * (1 - h)
    found = {
        "wh": X.T @ by_hidden,
        "bh": by_hidden.sum(axis=0, keepdims=True),
        "wout": h.T @ by_output,
        "bout": by_output.sum(axis=0, keepdims=True),
    }
    for name in ("wh", "wout"):
        if "l2" in penalties:
            found[name] = found[name] + PENALTY_NUMBERS["l2_penalty"] * theta[name]
        if "l1" in penalties:
            found[name] = found[name] + PENALTY_NUMBERS["l1_penalty"] * np.sign(theta[name])
    return found


def by_the_rule(lesson, rule, penalties=()):
    """Parameters after the last iteration."""
    theta, kept = dict(lesson.initial_parameters()), {name: {} for name in ("wh", "bh", "wout", "bout")}
    for t in range(1, lesson.iterations + 1):
        found = gradients(theta, lesson.X, lesson.y, penalties)
        theta = {name: rule(theta[name], found[name], kept[name], NUMBERS, t) for name in theta}
    return theta


def after_training(lesson):
    trace = train(lesson)
    return {name: trace[f"next_{name}"][-1] for name in ("wh", "bh", "wout", "bout")}


def differ(one, other):
    return max(np.abs(one[name] - other[name]).max() for name in one)


@pytest.mark.parametrize("optimizer", ["gd", "adam"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_penalties_may_begin_later(optimizer, schedule):
    """As long as they have not begun, training goes as without; then it goes as with them, from there."""
    begin, penalties = 8, ("l2", "l1")
    later = lesson_with(optimizer, penalties).replace(penalty_from=begin, schedule=schedule)
    without, found = train(lesson_with(optimizer).replace(schedule=schedule)), train(later)
    for name in ("wh", "bout"):
        np.testing.assert_array_equal(found[name][:begin], without[name][:begin])
        assert (found[name][begin] != without[name][begin]).any() == (name == "wh")
    np.testing.assert_array_equal(found.loss[: begin - 1], without.loss[: begin - 1])
    assert found.loss[begin - 1] > without.loss[begin - 1]
    assert found["penalty_on"][:, 0, 0].tolist() == [0] * (begin - 1) + [1] * (ITERATIONS - begin + 1)


def test_every_optimiser_has_its_rule_here():
    assert RULES.keys() == OPTIMIZERS.keys()


@pytest.mark.parametrize("penalties", PENALIZED)
@pytest.mark.parametrize("optimizer", RULES)
def test_it_follows_its_published_rule(optimizer, penalties):
    lesson = lesson_with(optimizer, PENALIZED[penalties])
    expected = by_the_rule(lesson, RULES[optimizer], PENALIZED[penalties])
    assert differ(after_training(lesson), expected) < 1e-12


@pytest.mark.parametrize("optimizer", [name for name in RULES if name != PLAIN])
def test_another_rule_would_be_seen(optimizer):
    lesson = lesson_with(optimizer)
    others = [rule for name, rule in RULES.items() if name != optimizer]
    assert all(differ(after_training(lesson), by_the_rule(lesson, rule)) > 1e-4 for rule in others)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", RULES)
def test_it_makes_the_numbers_of_pytorch(optimizer):
    torch = pytest.importorskip("torch")
    n, lesson = NUMBERS, lesson_with(optimizer)
    theta = {
        name: torch.tensor(values, requires_grad=True) for name, values in lesson.initial_parameters().items()
    }
    chosen = {
        "gd": lambda p: torch.optim.SGD(p, n["lr"]),
        "momentum": lambda p: torch.optim.SGD(p, n["lr"], n["momentum"]),
        "nesterov": lambda p: torch.optim.SGD(p, n["lr"], n["momentum"], nesterov=True),
        "adagrad": lambda p: torch.optim.Adagrad(p, n["lr"], eps=n["epsilon"]),
        "rmsprop": lambda p: torch.optim.RMSprop(p, n["lr"], n["beta2"], n["epsilon"]),
        "adam": lambda p: torch.optim.Adam(p, n["lr"], (n["beta1"], n["beta2"]), n["epsilon"]),
        "adamw": lambda p: torch.optim.AdamW(
            p, n["lr"], (n["beta1"], n["beta2"]), n["epsilon"], n["weight_decay"]
        ),
    }[optimizer]([*theta.values()])
    X, y = torch.tensor(lesson.X), torch.tensor(lesson.y)
    for _ in range(lesson.iterations):
        chosen.zero_grad()
        h = torch.sigmoid(X @ theta["wh"] + theta["bh"])
        output = torch.sigmoid(h @ theta["wout"] + theta["bout"])
        (((y - output) ** 2).sum() / 2).backward()
        chosen.step()
    assert (
        differ(after_training(lesson), {name: each.detach().numpy() for name, each in theta.items()}) < 1e-12
    )
