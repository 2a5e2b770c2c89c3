"""The learning rate over time, against the closed forms of torch.optim.lr_scheduler, written out here."""

from dataclasses import replace
from math import cos, pi

import numpy as np
import pytest

from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from mlp2xlsx.mathematics.scalars import LR
from mlp2xlsx.mathematics.schedules import MADE, RATE, SCHEDULES, Schedule, register_schedule
from mlp2xlsx.training import train

ITERATIONS = 50
ROWS = [[1, 0.4], [8, 0.9], [20, 0.05]]
LESSONS = {
    "step": {"lr": 0.4, "lr_decay": 0.7, "lr_every": 8},
    "exponential": {"lr": 0.4, "lr_decay": 0.93},
    "cosine": {"lr": 0.4, "lr_period": 40},
    "warmup": {"lr": 0.4, "lr_warmup": 15},
    "table": {"lr_table": ROWS},
}
# `t` is PyTorch's last_epoch: 0 in the first iteration.
RATES = {
    "step": lambda t: 0.4 * 0.7 ** (t // 8),  # StepLR
    "exponential": lambda t: 0.4 * 0.93**t,  # ExponentialLR
    "cosine": lambda t: 0.4 * (1 + cos(pi * min(t, 40) / 40)) / 2,  # CosineAnnealingLR(T_max=40), then 0
    "warmup": lambda t: 0.4 * min(1, (t + 1) / 15),  # LinearLR(start_factor=1/15, total_iters=14)
    "table": lambda t: [rate for start, rate in ROWS if start <= t + 1][-1],
}
each_schedule = pytest.mark.parametrize("schedule", RATES)


def lesson_with(schedule, **changes):
    return load("article").replace(
        iterations=ITERATIONS, schedule=schedule, **{**LESSONS[schedule], **changes}
    )


def test_every_schedule_has_its_form_here():
    assert RATES.keys() == SCHEDULES.keys() == LESSONS.keys()


@each_schedule
def test_the_rate_of_each_iteration(schedule):
    found = train(lesson_with(schedule))[RATE][:, 0, 0]
    expected = [RATES[schedule](t) for t in range(ITERATIONS)]
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-16)
    assert len({*np.round(found, 12).tolist()}) > 1  # else any rate would do


@each_schedule
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_update_goes_by_the_rate_of_its_iteration(schedule, optimizer):
    """One iteration with the rate of its time as lr, from what was kept then, comes to the same."""
    trace = train(lesson_with(schedule, optimizer=optimizer))
    plain = load("article").replace(iterations=1, optimizer=optimizer)
    for k in (0, 7, 41):
        start = {name: trace[name][k] for name in plain.network.parameters()}
        rate = RATES[schedule](k)
        if not rate:
            assert all(np.array_equal(trace[f"next_{name}"][k], values) for name, values in start.items())
            continue
        one = plain.replace(initial=start, lr=rate)
        kept = {name: trace[name][k] for name in one.one_iteration.carried_names if name not in start}
        alone = train(replace(one, kept=kept))
        for name in start:
            np.testing.assert_allclose(
                alone[f"next_{name}"][0], trace[f"next_{name}"][k], rtol=1e-12, atol=1e-14
            )


@pytest.mark.slow
@each_schedule
def test_it_makes_the_rates_of_pytorch(schedule):
    torch = pytest.importorskip("torch")
    rates = torch.optim.lr_scheduler
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=0.4)
    made = {
        "step": lambda: rates.StepLR(optimizer, 8, 0.7),
        "exponential": lambda: rates.ExponentialLR(optimizer, 0.93),
        "cosine": lambda: rates.CosineAnnealingLR(optimizer, 40),
        "warmup": lambda: rates.LinearLR(optimizer, 1 / 15, 1, 14),
        "table": lambda: rates.LambdaLR(optimizer, lambda t: RATES["table"](t) / 0.4),
    }[schedule]()
    found = []
    for _ in range(40):  # after it PyTorch's cosine goes up again
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        made.step()
    np.testing.assert_allclose(train(lesson_with(schedule))[RATE][:40, 0, 0], found, rtol=1e-12, atol=1e-15)


NEW = Schedule("slower", lambda _: LR / (MADE + MADE), ("lr",))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Schedule("step", NEW.rate, ("lr",)), "there is a schedule step already"),
        (Schedule("slower", None, ("lr",)), "schedule slower: rate is missing"),
        (Schedule("slower", NEW.rate, ()), "schedule slower: scalar lr is read, but missing in its scalars"),
        (Schedule("slower", NEW.rate, ("lr", "pace")), "schedule slower: scalar pace is missing in SCALARS"),
        (NEW, "schedule slower: steps.rate.slower.what is missing in the texts of en"),
    ],
    ids=["taken", "rate", "scalars", "unknown", "texts"],
)
def test_a_row_that_lacks_a_part_is_refused(row, said):
    with pytest.raises(ValueError, match=said):
        register_schedule(row)
    assert "slower" not in SCHEDULES
