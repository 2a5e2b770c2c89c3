"""The words that a person may choose from, known before what they stand for has been loaded."""

SCALES = ("none", "minmax", "zscore")
"""How the features may be scaled; see `lesson.tables.scaling`."""

ENGINES = ("ironcalc", "libreoffice", "gnumeric", "formulon")
"""The programs that a workbook may be checked with, the default first; see `engines`."""

LANGUAGES = ("python", "r", "numpy", "torch")
"""What a lesson can be written in as a program; see `explain.program` and `explain.torch_script`."""

HINTS = ("formula", "excel", "python", "r", "chain", "note")
"""What a step sheet tells of how to work it out: formulas in several languages, the chain rule, notes."""

COPIED = ("flagged", "nothing")
"""What a neighbour's numbers may be worth; see `classroom.settings`."""
