"""Lessons of every kind, and exercises made of them."""

from mlp2xlsx import load
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.resources import lesson_names

ARTICLE = load("article")
CLASSES = {"y": [[1, 0], [1, 0], [0, 1]], "output": "softmax", "initial": {}}
IRIS = load("iris")
FEW = [0, 1, 2, 50, 51, 52, 100, 101, 102]  # of the 150 flowers, some of each kind
# Of optimisers that keep something, whose numbers are much smaller than others, there are some in KEEPING.
SHIPPED = {
    name: lesson
    for name, lesson in ((name, load(name)) for name in lesson_names() if name != "iris")
    if not lesson.one_iteration.kept
} | {"iris": IRIS.replace(X_raw=IRIS.X_given[FEW], y=IRIS.y[FEW])}
VARIANTS = {
    "relu": ARTICLE.replace(activation="relu"),
    "tanh": ARTICLE.replace(activation="tanh"),
    "linear-layer": ARTICLE.replace(activation="linear"),
    "softmax": ARTICLE.replace(**CLASSES, loss="cross_entropy", activation="tanh", temperature=2),
    "softmax-of-squares": ARTICLE.replace(**CLASSES, activation="relu"),
    "cross-entropy": ARTICLE.replace(loss="cross_entropy"),
    "linear": ARTICLE.replace(hidden=[], output="linear", initial={}),
    "frozen-biases": ARTICLE.replace(bias="frozen"),
    "no-biases": ARTICLE.replace(bias="none", initial={}),
    "three-hidden": ARTICLE.replace(hidden=[2, 3, 2], initial={}),
    "square": ARTICLE.replace(X=[[1, 0, 1], [1, 0, 0], [0, 1, 0]], initial={}),
    "one-neuron": ARTICLE.replace(hidden=[1], initial={}),
    "batches": ARTICLE.replace(batch=2, shuffle=True),
    "dropout": ARTICLE.replace(dropout=0.5),
    "one-by-one": ARTICLE.replace(hidden=[1], initial={}, batch=1),
}
LESSONS = SHIPPED | VARIANTS
# Beside the article: whatever a formula of a step can be made of is in one of these.
OF_OTHER_RULES = (
    "regression",
    "iris",
    "softmax-of-squares",
    "no-biases",
    "three-hidden",
    "batches",
    "dropout",
)
# Optimisers that keep something, and penalties: their numbers are much smaller than others.
KEEPING = {
    "momentum": ARTICLE.replace(optimizer="momentum"),
    "nesterov": ARTICLE.replace(optimizer="nesterov", l2_penalty=0.02),
    "adam": ARTICLE.replace(optimizer="adam"),
    "adamw": ARTICLE.replace(optimizer="adamw", penalties=["l1"]),
    "penalties": ARTICLE.replace(l2_penalty=0.02, l1_penalty=0.01),
    "cosine": ARTICLE.replace(schedule="cosine", lr_period=10, l2_penalty=0.02, penalty_from=2),
    "table": ARTICLE.replace(optimizer="momentum", lr_table=[[1, 0.5], [3, 0.3]]),
}

LI = Student("s001", "Li Lei", "li@school.example", ("s001", "Li Lei", "li@school.example"), "s001-Li-Lei")
HAN = Student(
    "s002",
    "Han Meimei",
    "han@school.example",
    ("s002", "Han Meimei", "han@school.example"),
    "s002-Han-Meimei",
)


def exercise(lesson=ARTICLE, blank=None, student=LI, seed=7, **options):
    """What one student is asked; all steps, unless some are chosen."""
    once = lesson.replace(iterations=1, show=())
    return Exercise(
        Assignment(once, seed, steps_to_fill(once, blank, options.get("iterations", 1)), **options), student
    )
