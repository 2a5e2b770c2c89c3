import pytest

from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.math import Math

ARTICLE = Network(4, (3,), 1)


def listed(network, batch=None):
    """Kind, number of the hidden layer and results of each step."""
    return [
        (step.kind, step.layer, [result.name for result in step.results])
        for step in iteration_of(network, 3, batch).steps
    ]


def written(network, batch=None):
    """The mathematics of everything that is computed."""
    results = [result for step in iteration_of(network, 3, batch).steps for result in step.results]
    return {result.name: Math().render(result.expr) for result in results if not result.given}


def test_twelve_steps_for_one_hidden_layer():
    assert listed(ARTICLE) == [
        ("read", None, ["X", "y"]),
        ("initialise", None, ["wh", "bh", "wout", "bout"]),
        ("hidden_input", None, ["hidden_layer_input"]),
        ("hidden_activation", None, ["hiddenlayer_activations"]),
        ("output", None, ["output_layer_input", "output"]),
        ("error", None, ["E"]),
        ("slopes", None, ["slope_output_layer", "slope_hidden_layer"]),
        ("output_delta", None, ["d_output"]),
        ("hidden_error", None, ["Error_at_hidden_layer"]),
        ("hidden_delta", None, ["d_hiddenlayer"]),
        ("update_weights", None, ["next_wout", "next_wh"]),
        ("update_biases", None, ["next_bout", "next_bh"]),
    ]


def test_without_hidden_layers_the_output_layer_stands_alone():
    assert listed(Network(4, (), 2)) == [
        ("read", None, ["X", "y"]),
        ("initialise", None, ["wout", "bout"]),
        ("output", None, ["output_layer_input", "output"]),
        ("error", None, ["E"]),
        ("slopes", None, ["slope_output_layer"]),
        ("output_delta", None, ["d_output"]),
        ("update_weights", None, ["next_wout"]),
        ("update_biases", None, ["next_bout"]),
    ]


def test_two_hidden_layers_repeat_the_hidden_steps_and_number_the_names():
    assert listed(Network(4, (3, 2), 1)) == [
        ("read", None, ["X", "y"]),
        ("initialise", None, ["wh_1", "bh_1", "wh_2", "bh_2", "wout", "bout"]),
        ("hidden_input", 1, ["hidden_layer_input_1"]),
        ("hidden_activation", 1, ["hiddenlayer_activations_1"]),
        ("hidden_input", 2, ["hidden_layer_input_2"]),
        ("hidden_activation", 2, ["hiddenlayer_activations_2"]),
        ("output", None, ["output_layer_input", "output"]),
        ("error", None, ["E"]),
        ("slopes", None, ["slope_output_layer", "slope_hidden_layer_2", "slope_hidden_layer_1"]),
        ("output_delta", None, ["d_output"]),
        ("hidden_error", 2, ["Error_at_hidden_layer_2"]),
        ("hidden_delta", 2, ["d_hiddenlayer_2"]),
        ("hidden_error", 1, ["Error_at_hidden_layer_1"]),
        ("hidden_delta", 1, ["d_hiddenlayer_1"]),
        ("update_weights", None, ["next_wout", "next_wh_2", "next_wh_1"]),
        ("update_biases", None, ["next_bout", "next_bh_2", "next_bh_1"]),
    ]


CAPTIONS = {
    "hidden_layer_input": "X · wh + bh",
    "hiddenlayer_activations": "σ(hidden_layer_input)",
    "output_layer_input": "hiddenlayer_activations · wout + bout",
    "output": "σ(output_layer_input)",
    "E": "y − output",
    "slope_output_layer": "output ∘ (1 − output)",
    "slope_hidden_layer": "hiddenlayer_activations ∘ (1 − hiddenlayer_activations)",
    "d_output": "E ∘ slope_output_layer",
    "Error_at_hidden_layer": "d_output · woutᵀ",
    "d_hiddenlayer": "Error_at_hidden_layer ∘ slope_hidden_layer",
    "next_wout": "wout + hiddenlayer_activationsᵀ · d_output × lr",
    "next_wh": "wh + Xᵀ · d_hiddenlayer × lr",
    "next_bout": "bout + Σ d_output × lr",
    "next_bh": "bh + Σ d_hiddenlayer × lr",
}


def test_the_mathematics_is_that_of_the_table_in_the_design():
    assert written(ARTICLE) == CAPTIONS


def test_only_the_first_two_steps_compute_nothing():
    given = [
        all(result.given for result in step.results) for step in iteration_of(ARTICLE, n_samples=3).steps
    ]
    assert given == [True] * 2 + [False] * 10


# What each variant changes about the article's twelve steps: a step's results, or None where it is left out.
VARIANTS = {
    "tanh": (Network(4, (3,), 1, "tanh"), {}),
    "relu": (Network(4, (3,), 1, "relu"), {}),
    "linear-hidden": (Network(4, (3,), 1, "linear"), {"slopes": ["slope_output_layer"]}),
    "all-linear": (Network(4, (3,), 1, "linear", "linear"), {"slopes": None}),
    "frozen-bias": (Network(4, (3,), 1, bias="frozen"), {"update_biases": None}),
    "no-bias": (
        Network(4, (3,), 1, bias="none"),
        {"initialise": ["wh", "wout"], "update_biases": None},
    ),
    "linear": (Network(4, (3,), 1, output="linear"), {"slopes": ["slope_hidden_layer"]}),
    "cross-entropy": (Network(4, (3,), 1, loss="cross_entropy"), {"slopes": ["slope_hidden_layer"]}),
    "softmax": (
        Network(4, (3,), 2, output="softmax"),
        {
            "output": ["output_layer_input", "output_exponentials", "output"],
            "slopes": ["slope_hidden_layer"],
        },
    ),
    "batch": (Network(4, (3,), 1), {"read": ["sample", "X_batch", "y_batch"]}),
}
WITHOUT_HIDDEN = {
    "sigmoid": (Network(4, (), 1), {"slopes": ["slope_output_layer"]}),
    "linear": (Network(4, (), 1, output="linear"), {"slopes": None}),
    "cross-entropy": (Network(4, (), 1, loss="cross_entropy"), {"slopes": None}),
    "softmax": (
        Network(4, (), 2, output="softmax"),
        {"output": ["output_layer_input", "output_exponentials", "output"], "slopes": None},
    ),
}
NO_HIDDEN_STEPS = {
    **dict.fromkeys(["hidden_input", "hidden_activation", "hidden_error", "hidden_delta"]),
    "initialise": ["wout", "bout"],
    "update_weights": ["next_wout"],
    "update_biases": ["next_bout"],
}


@pytest.mark.parametrize(
    ("network", "changes", "batch"),
    [
        *(pytest.param(*case, 2 if name == "batch" else None, id=name) for name, case in VARIANTS.items()),
        *(
            pytest.param(network, NO_HIDDEN_STEPS | changes, None, id=f"no-hidden-{name}")
            for name, (network, changes) in WITHOUT_HIDDEN.items()
        ),
    ],
)
def test_the_steps_of_a_variant(network, changes, batch):
    article = {kind: made for kind, _, made in listed(ARTICLE)}
    assert changes.keys() <= article.keys()
    expected = [(kind, made) for kind, made in (article | changes).items() if made is not None]
    assert [(kind, made) for kind, _, made in listed(network, batch)] == expected


@pytest.mark.parametrize(
    ("network", "mathematics"),
    [
        pytest.param(
            Network(4, (3,), 1, "tanh"),
            {
                "hiddenlayer_activations": "tanh(hidden_layer_input)",
                "slope_hidden_layer": "1 − hiddenlayer_activations²",
            },
            id="tanh",
        ),
        pytest.param(
            Network(4, (3,), 1, "relu"),
            {
                "hiddenlayer_activations": "max(0, hidden_layer_input)",
                "slope_hidden_layer": "[hiddenlayer_activations > 0]",
            },
            id="relu",
        ),
        pytest.param(
            Network(4, (3,), 1, "linear"),
            {
                "hiddenlayer_activations": "hidden_layer_input",
                "slope_hidden_layer": None,
                "d_hiddenlayer": "Error_at_hidden_layer",
            },
            id="linear-hidden",
        ),
        pytest.param(
            Network(4, (3,), 1, bias="frozen"), {"next_bout": None, "next_bh": None}, id="frozen-bias"
        ),
        pytest.param(
            Network(4, (3,), 1, bias="none"),
            {
                "hidden_layer_input": "X · wh",
                "output_layer_input": "hiddenlayer_activations · wout",
                "next_bout": None,
                "next_bh": None,
            },
            id="no-bias",
        ),
        pytest.param(
            Network(4, (3,), 1, output="linear"),
            {"output": "output_layer_input", "slope_output_layer": None, "d_output": "E"},
            id="linear",
        ),
        pytest.param(
            Network(4, (3,), 1, loss="cross_entropy"),
            {"slope_output_layer": None, "d_output": "E"},
            id="cross-entropy",
        ),
        pytest.param(
            Network(4, (3,), 2, output="softmax", loss="cross_entropy"),
            {
                "output_exponentials": "exp(output_layer_input)",
                "output": "output_exponentials / Σ output_exponentials",
                "slope_output_layer": None,
                "d_output": "E",
            },
            id="softmax",
        ),
        pytest.param(
            Network(4, (3,), 2, output="softmax"),
            {
                "output_exponentials": "exp(output_layer_input)",
                "output": "output_exponentials / Σ output_exponentials",
                "slope_output_layer": None,
                "d_output": "output ∘ (E − Σ (E ∘ output))",
            },
            id="softmax-of-squares",
        ),
    ],
)
def test_the_mathematics_of_a_variant(network, mathematics):
    expected = {name: text for name, text in (CAPTIONS | mathematics).items() if text is not None}
    assert written(network) == expected


def test_a_batch_takes_its_rows_from_the_data():
    batch = {
        name: text.replace("X", "X_batch").replace("y −", "y_batch −") for name, text in CAPTIONS.items()
    }
    taken = {"X_batch": "X[sample]", "y_batch": "y[sample]"}
    assert written(ARTICLE, batch=2) == batch | taken
    shapes = {
        result.name: result.expr.shape
        for step in iteration_of(ARTICLE, 3, 2).steps
        for result in step.results
    }
    assert (shapes["sample"], shapes["X_batch"], shapes["y_batch"]) == ((2, 1), (2, 4), (2, 1))
    assert shapes["hidden_layer_input"] == (2, 3)


@pytest.mark.parametrize(
    ("network", "kind", "variant"),
    [
        (Network(2, (3,), 1, "tanh"), "hidden_activation", "tanh"),
        (Network(2, (3,), 1, "relu"), "slopes", "relu"),
        (Network(2, (), 1), "slopes", "sigmoid"),
        (Network(2, (3,), 1, "linear"), "slopes", "sigmoid"),
        (Network(2, (3,), 1, "linear"), "hidden_delta", "linear"),
        (Network(2, (3,), 2, output="softmax"), "output", "softmax"),
        (Network(2, (3,), 2, output="softmax"), "output_delta", "softmax"),
        (Network(2, (3,), 2, output="softmax", loss="cross_entropy"), "output_delta", "cross_entropy"),
        (Network(2, (3,), 2, output="linear"), "output_delta", "linear"),
        (Network(2, (3,), 2, bias="none"), "hidden_input", "none"),
        (Network(2, (3,), 2, bias="frozen"), "hidden_input", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_texts_are_told_the_variant(network, kind, variant):
    assert [step.variant for step in iteration_of(network, 3).steps if step.kind == kind] == [variant]


@pytest.mark.parametrize("hidden", [(), (3,), (3, 2), (2, 5, 4)], ids=str)
@pytest.mark.parametrize("n_samples", [1, 5])
def test_shapes(hidden, n_samples):
    network = Network(4, hidden, 2)
    shapes = {r.name: r.expr.shape for step in iteration_of(network, n_samples).steps for r in step.results}
    assert (shapes["X"], shapes["y"]) == ((n_samples, 4), (n_samples, 2))
    for layer in network.layers:
        assert shapes[layer.weights] == shapes[f"next_{layer.weights}"] == (layer.n_inputs, layer.n_neurons)
        assert shapes[layer.bias] == shapes[f"next_{layer.bias}"] == (1, layer.n_neurons)
        made = (layer.input, layer.activations, layer.slope, layer.error, layer.delta)
        assert {shapes[name] for name in made} == {(n_samples, layer.n_neurons)}
