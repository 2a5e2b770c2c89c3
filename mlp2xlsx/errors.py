"""The exceptions whose text is meant for a person; only `cli` turns them into an exit status."""

from collections.abc import Callable, Mapping


class MlpError(Exception):
    """Base of all errors: one line saying where, what was found, what was expected and what to do."""


class ShapeError(MlpError):
    """Two matrices do not fit the operation that joins them."""


class LessonError(MlpError):
    """A lesson file, or a value given in its place, is not usable."""


class DataError(LessonError):
    """A file with data for a lesson is not usable."""


class RosterError(MlpError):
    """A list of students is not usable."""


class LanguageError(MlpError):
    """The texts of a language are not complete."""


class LimitError(MlpError):
    """The workbook would not fit into a spreadsheet."""


class DivergenceError(MlpError):
    """Training produced numbers that a spreadsheet cannot follow."""


class OutputError(MlpError):
    """A file cannot be written where it was asked for."""


class WorkbookError(MlpError):
    """A file is not a workbook that mlp2xlsx made, or is damaged."""


class SubmissionError(MlpError):
    """What students handed in cannot be found where it was looked for, or cannot be read."""


class EngineError(MlpError):
    """A spreadsheet engine is absent, failed, or took too long."""


class ClassError(MlpError):
    """A folder is not that of a class, or that of another one."""


class UsageError(MlpError):
    """The command line asks for something that does not exist (exit status 2)."""


class UnknownLessonError(LessonError, UsageError):
    """A lesson is asked for by a name that none has."""


def said_by_system(error: OSError) -> str:
    """Reason that the system gives for an error, as a message goes on with it."""
    return (error.strerror or str(error)).lower()


def first_fault(faults: Mapping[str, object]) -> str | None:
    """First of some texts whose fault is there; None where there is none."""
    return next((fault for fault, is_there in faults.items() if is_there), None)


def refuse(error: Callable[[str], Exception], faults: Mapping[str, object]) -> None:
    """Raise an error that says the first fault that there is.

    Parameters
    ----------
    error
        Makes the error of a text.
    faults
        By their texts, whether they are there; all are worked out before the first is said.
    """
    fault = first_fault(faults)
    if fault is not None:
        raise error(fault)
