"""What a lesson holds, and what follows from that alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from mlp2xlsx.lesson.changing import put
from mlp2xlsx.lesson.drawing import Drawings
from mlp2xlsx.lesson.file import to_toml
from mlp2xlsx.lesson.tables.scaling import InputColumn, input_columns
from mlp2xlsx.lesson.tables.validation import KeptSamples
from mlp2xlsx.lesson.tables.vocabulary import Vocabulary, spelled
from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.forward import forward_of
from mlp2xlsx.mathematics.iteration import Iteration
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.optimizers import PLAIN
from mlp2xlsx.mathematics.schedules import CONSTANT, RATES, RATES_FROM
from mlp2xlsx.mathematics.unrolled import unrolled
from mlp2xlsx.options.table import OPTIONS, TEXTS
from mlp2xlsx.render.values import FloatMatrix

MOST_EVALUATED = 50
"""Into how many parts the iterations are divided, between which all samples are evaluated."""


@dataclass(frozen=True, eq=False)
class Content:
    """Data, network, training and texts, all checked already.

    Attributes
    ----------
    name
        The shipped name, or the stem of the file.
    title, text, purpose
        What the sheets and the list of lessons say about it.
    task
        What is to be tried first, behind what every workbook proposes.
    translations
        The same four in other languages: `{"zh": {"title": …}}`.
    X, y
        Inputs and targets, shapes (n_samples, n_inputs) and (n_samples, n_outputs); read-only.
    X_raw
        The inputs as they were given, a word as its number among those of its column, from 0; None where
        nothing is scaled and there are no words, so that these are `X`.
    scale
        How `X` comes from `X_raw`: `"none"`, `"minmax"` or `"zscore"`.
    features, target, classes
        What the columns of the inputs, as they were given, and of `y` are called; empty when it is not
        known. `target` is one name for each column of `y`, unless there are classes: then one name for
        all, and `classes` has one for each column, or two for a single one, whose 1 is the second.
    understood
        How the table was understood that the data come from; empty where they stand in the lesson.
    network
        What is trained.
    initial
        The parameters whose initial values the lesson gives, by name; read-only.
    drawings
        How the other initial values are drawn.
    iterations
        Parameter updates; 0 for a network that is used as it is, and not trained.
    numbers
        The numbers of training that a person may set, all there are, by name.
    batch
        Samples per update; None for all of them.
    shuffle
        Whether each epoch has its own order of samples.
    seed
        What the other initial values are drawn with.
    decimals
        How many decimals the sheets show.
    language
        The language of the sheets.
    show
        The iterations that the workbook holds live, from 1 and ascending; empty for all of them.
    compare
        An option and values of it, as in `lr=0.01,0.1`: what the sheet `Compare` compares; empty for none.
    optimizer, penalties
        How the gradients change the parameters, and what is added to the loss.
    schedule, lr_table
        How the learning rate depends on the iteration, and where it stands in a table: from which iteration
        on, and which rate, row by row.
    penalties_later
        Whether penalties begin in an iteration that is said, `penalty_from`, and not in the first.
    kept
        What the optimiser keeps as the first iteration begins, by name, where it is not what training begins
        with; no lesson file says it.
    span
        The iterations that `one_iteration` computes, one after the other: a handout may ask for several.
    validation
        Samples that are kept from training; None when there are none.
    vocabulary
        The words of each column of the inputs as they were given; empty where no column has any.
    """

    name: str
    title: str
    text: str
    purpose: str
    task: str
    translations: Mapping[str, Mapping[str, str]]
    X: FloatMatrix
    y: FloatMatrix
    X_raw: FloatMatrix | None
    scale: str
    features: tuple[str, ...]
    target: tuple[str, ...]
    classes: tuple[str, ...]
    understood: str
    network: Network
    initial: Mapping[str, FloatMatrix]
    drawings: Drawings
    iterations: int
    numbers: Mapping[str, float]
    batch: int | None
    shuffle: bool
    seed: int
    decimals: int
    language: str
    show: tuple[int, ...]
    compare: str
    optimizer: str = PLAIN
    penalties: tuple[str, ...] = ()
    schedule: str = CONSTANT
    lr_table: tuple[tuple[float, float], ...] = ()
    penalties_later: bool = False
    kept: Mapping[str, FloatMatrix] = field(default_factory=dict)
    span: range = range(1, 2)
    validation: KeptSamples | None = None
    vocabulary: Vocabulary = ()

    @property
    def words(self) -> Mapping[str, str]:
        """Title and texts in the language of the sheets; each as it is where that has none."""
        return {key: getattr(self, key) for key in TEXTS} | dict(self.translations.get(self.language, {}))

    @property
    def X_given(self) -> FloatMatrix:
        """The inputs as they were given, before any scaling; words as their numbers."""
        return self.X if self.X_raw is None else self.X_raw

    @cached_property
    def input_columns(self) -> tuple[InputColumn, ...]:
        """What each column of `X` is made of."""
        return input_columns(self.vocabulary, self.X_given.shape[1])

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the columns of `X` are called, as in `sex = male`; empty when it is not known."""
        if not self.features:
            return ()
        return tuple(
            self.features[raw] if word is None else f"{self.features[raw]} = {self.vocabulary[raw][word]}"
            for raw, word in self.input_columns
        )

    @property
    def words_of_features(self) -> dict[str, list[str]]:
        """The words of each feature that has any, in their order, as a lesson file gives them."""
        each = zip(self.features, self.vocabulary, strict=True) if self.vocabulary else ()
        return {name: list(words) for name, words in each if words}

    def spelled(self, values: FloatMatrix) -> list[list[float | str]]:
        """Write inputs as a person gives them: words as words."""
        return spelled(values, self.vocabulary)

    @property
    def scalars(self) -> Mapping[str, float]:
        """Those of the settable numbers that training reads, by name."""
        return {name: self.numbers[name] for name in self.one_iteration.scalars}

    @property
    def scalar_matrices(self) -> dict[str, FloatMatrix]:
        """The same as an iteration is given them, of one cell each."""
        return {name: np.array([[value]]) for name, value in self.scalars.items()}

    @property
    def columns(self) -> dict[str, FloatMatrix]:
        """The columns that a person fills in besides, by name, shape (n_rows, 1)."""
        places = {RATES_FROM: 0, RATES: 1}
        rows = np.array(self.lr_table, np.float64).reshape(-1, len(places))
        return {name: rows[:, places[name], None] for name in self.one_iteration.columns}

    @property
    def lr(self) -> float:
        """The learning rate."""
        return self.numbers["lr"]

    @cached_property
    def one_iteration(self) -> Iteration:
        """What an iteration computes, and what it carries on to the next."""
        one = self._iteration(len(self.X), self.batch)
        return one if len(self.span) == 1 else unrolled(one, self.span)

    def iteration_over(self, n_samples: int) -> Iteration:
        """The same for another number of samples in one iteration."""
        return self._iteration(n_samples) if self.batch is None else self._iteration(len(self.X), n_samples)

    def _iteration(self, n_samples: int, batch: int | None = None) -> Iteration:
        if not self.trains:
            return forward_of(self.network, n_samples)
        return iteration_of(
            self.network,
            n_samples,
            batch,
            self.optimizer,
            self.penalties,
            self.schedule,
            len(self.lr_table),
            self.penalties_later,
        )

    @property
    def trains(self) -> bool:
        """Whether the network is trained, and not only used."""
        return self.iterations > 0

    @property
    def shown(self) -> Sequence[int]:
        """Numbers of the iterations that the workbook holds live, from 1: all, or those of `show`.

        Without training that is one, of the forward steps alone.
        """
        return self.show or range(1, max(self.iterations, 1) + 1)

    @cached_property
    def evaluated(self) -> tuple[int, ...]:
        """Numbers of the iterations for which it is recorded how good the network is over all samples.

        Some at equal distances, where epochs begin if that can be, the last one, and those of `show`. None
        where that says nothing new: where every iteration sees all the samples, and all neurons.
        """
        sees_all = self.batch is None and self.validation is None and not self.network.dropping
        if not self.trains or sees_all:
            return ()
        step = max(1, -(-(self.iterations - 1) // MOST_EVALUATED))
        epoch, rest = divmod(len(self.X), self.batch or len(self.X))
        if not rest and epoch < self.iterations:
            step = -(-step // epoch) * epoch
        return tuple(sorted({*range(1, self.iterations + 1, step), self.iterations, *self.show}))

    def initial_parameters(self) -> dict[str, FloatMatrix]:
        """Initial value of every parameter, in the order of `network.parameters()`; read-only.

        All are drawn before those that the lesson gives replace theirs, so that giving one does not change
        the others.
        """
        return self.drawings.draw(self.network, self.seed) | dict(self.initial)

    def sample_order(self) -> FloatMatrix:
        """Which samples each iteration sees, counted from 1; shape (iterations, batch), full batches too.

        The samples come in their order, or, when shuffled, each epoch in an order of its own, drawn with
        the seed; where a batch does not divide the samples, an iteration runs on into the next epoch.
        """
        n_samples, batch = len(self.X), self.batch or len(self.X)
        n_epochs = -(-self.iterations * batch // n_samples)
        random = np.random.RandomState(self.seed)
        epochs = [
            random.permutation(n_samples) if self.shuffle else np.arange(n_samples) for _ in range(n_epochs)
        ]
        order = np.concatenate(epochs)[: self.iterations * batch]
        return np.asarray(order.reshape(self.iterations, batch) + 1, np.float64)

    def masks(self) -> Iterator[dict[str, FloatMatrix]]:
        """Yield, iteration after iteration, which neurons take part: 1, or 0 for one that is left out.

        By name for each layer with dropout, shape (n_samples, n_neurons), drawn with the seed, apart from all
        else that is drawn with it. They go on for ever.
        """
        random = np.random.RandomState([self.seed, 1])
        n_samples, dropping = self.batch or len(self.X), self.network.dropping
        while True:
            drawn = {layer: random.uniform(size=(n_samples, layer.n_neurons)) for layer in dropping}
            yield {layer.mask: (values < layer.keep).astype(np.float64) for layer, values in drawn.items()}

    @cached_property
    def in_its_language(self) -> Self:
        """The lesson with its texts in the language of the sheets, and in no other."""
        words: Mapping[str, Any] = self.words
        return replace(self, **words, translations={})

    def to_toml(self) -> str:
        """Write the lesson file that says everything about this lesson; `parse` makes the same of it."""
        return self._toml

    @cached_property
    def _toml(self) -> str:
        return to_toml(self.tables())

    def tables(self) -> dict[str, Any]:
        """Return the lesson as the tables of its file, the data among them."""
        tables: dict[str, Any] = {}
        written = {name: option.written(self) for name, option in OPTIONS.items()}
        put(tables, {name: value for name, value in written.items() if value is not None})
        return tables | dict(self.translations)
