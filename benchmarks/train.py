"""Training that records every matrix, against the article's bare loop, which records nothing.

    python benchmarks/train.py [PAIRS]

Both run in this process, in turn, PAIRS times (11 when not given).
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from paired import ratios, spread, verdict

from mlp2xlsx import lesson
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.training import Trace, train

ITERATIONS = 5000
TARGET = 2


def article(task: Lesson) -> np.ndarray:
    """The loop of the article's Python listing, line by line; gives the last output."""
    X, y, lr = task.X, task.y, task.lr
    wh, bh, wout, bout = (task.initial_parameters()[name].copy() for name in ("wh", "bh", "wout", "bout"))

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def derivatives_sigmoid(x):
        return x * (1 - x)

    for _ in range(task.iterations):
        # Forward propagation
        hidden_layer_input1 = np.dot(X, wh)
        hidden_layer_input = hidden_layer_input1 + bh
        hiddenlayer_activations = sigmoid(hidden_layer_input)
        output_layer_input1 = np.dot(hiddenlayer_activations, wout)
        output_layer_input = output_layer_input1 + bout
        output = sigmoid(output_layer_input)
        # Backpropagation
        E = y - output
        slope_output_layer = derivatives_sigmoid(output)
        slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)
        d_output = E * slope_output_layer
        Error_at_hidden_layer = d_output.dot(wout.T)
        d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer
        wout += hiddenlayer_activations.T.dot(d_output) * lr
        bout += np.sum(d_output, axis=0, keepdims=True) * lr
        wh += X.T.dot(d_hiddenlayer) * lr
        bh += np.sum(d_hiddenlayer, axis=0, keepdims=True) * lr
    return output


def timed(function: Callable[[Lesson], object], task: Lesson) -> tuple[float, float]:
    """Seconds on the clock and of processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    function(task)
    return time.perf_counter() - wall, time.process_time() - cpu


def check(task: Lesson) -> None:
    """Both must come to the same output; this is also the warm-up."""
    trace: Trace = train(task)
    difference = np.abs(trace["output"][-1] - article(task)).max()
    if difference > 1e-12:
        raise SystemExit(f"the outputs differ by {difference:.1e}; nothing is measured")
    recorded = f"{len(trace)} matrices recorded"
    print(f"{task.iterations:,} iterations, {recorded}; last outputs differ by {difference:.1e}")


def main(pairs: int) -> None:
    task = lesson.override(lesson.load("article"), iterations=ITERATIONS)
    check(task)
    runs = [(timed(train, task), timed(article, task)) for _ in range(pairs)]
    worst = 0.0
    print(f"{pairs} pairs, median (least–greatest)")
    for number, what in enumerate(("wall", "cpu")):
        ours, bare = [ours[number] for ours, _ in runs], [bare[number] for _, bare in runs]
        ratio = ratios(ours, bare)
        print(f"{what:4}  train {spread(ours):.3f} s  bare loop {spread(bare):.3f} s  ratio {ratio:.2f}")
        worst = max(worst, ratio.middle)
    print(verdict(f"recording costs at most {TARGET} times the bare loop", worst <= TARGET))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
