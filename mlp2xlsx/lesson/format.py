"""What a lesson file may hold, as the table of options has it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlp2xlsx.errors import LessonError
from mlp2xlsx.mathematics.penalties import PENALTIES
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.options.checks import Given
from mlp2xlsx.options.option import Option, Others
from mlp2xlsx.options.table import LANGUAGES, OPTIONS, TEXTS, keys_of
from mlp2xlsx.words import did_you_mean, one_line, shortened


@dataclass(frozen=True)
class Document:
    """The values of a lesson by their full keys, such as `training.lr`; where it says nothing, the defaults.

    Attributes
    ----------
    source
        The file, as the user typed it.
    values
        What the file says, not checked yet; only these are `in` the document.
    options
        Full keys that were given on the command line instead, and the option that gave them.
    """

    source: str
    values: Mapping[str, object]
    options: Mapping[str, str]

    def __getitem__(self, key: str) -> Given:
        where = self.options.get(key, f"{self.source}: {key}")
        return Given(where, self.values.get(key, _option(key).default))

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def get(self, key: str) -> Given | None:
        """Return a value that need not be there."""
        if key not in self:
            return None
        return self[key]

    def checked(self, key: str, others: Others | None = None) -> Any:
        """Return a value in its final form.

        Raises
        ------
        LessonError
            When it is not usable.
        """
        return _option(key).check(self[key], others or {})


class CheckedValues(dict[str, Any]):
    """Values of options by their names in final form, each of them checked when it is first asked for.

    Parameters
    ----------
    given
        What they are said to be.
    n_samples
        How many samples the lesson has.
    """

    def __init__(self, given: Document, n_samples: int) -> None:
        super().__init__(n_samples=n_samples)
        self.given = given

    def __missing__(self, name: str) -> Any:
        """Check a value, in whichever way it is said.

        Raises
        ------
        LessonError
            When it is not usable, and when it is said in two ways.
        """
        ways = [option.key for option in OPTIONS.values() if name in (option.name, option.instead_of)]
        said = [key for key in ways if key in self.given] or ways[:1]
        if len(said) > 1:
            other = self.given.options.get(said[0], _option(said[0]).name)
            raise LessonError(f"{self.given[said[1]].where}: {other} is given too; expected one of them")
        value = self[name] = self.given.checked(said[0], self)
        return value

    def fields(self, of_network: bool) -> dict[str, Any]:
        """Return the values that are fields of the network, or those of the lesson besides its data."""
        found = {
            name: self[name]
            for name, option in OPTIONS.items()
            if option.is_alone and not option.instead_of and (option.section == "network") == of_network
            if name not in SCALARS
        }
        return found if of_network else found | {"numbers": {name: self[name] for name in SCALARS}}


def document(tables: Mapping[str, object], source: str, options: Mapping[str, str]) -> Document:
    """Flatten the tables of a lesson file.

    Raises
    ------
    LessonError
        For a key that the format does not have, and for a value where a table should be.
    """
    check_keys(tables, _top_level(), source)
    values = {key: value for key, value in tables.items() if key in OPTIONS}
    sections = dict.fromkeys(option.section for option in OPTIONS.values() if option.section)
    for section, known in (
        {name: keys_of(name) for name in sections} | dict.fromkeys(LANGUAGES, TEXTS)
    ).items():
        given = table(tables, section, source)
        check_keys(given, known, source, section)
        values |= {f"{section}.{key}": value for key, value in given.items()}
    if "training.lr_table" in values:  # whoever fills in a table wants it
        values.setdefault("training.schedule", "table")
    said = [name for name, row in PENALTIES.items() if f"training.{row.scalars[0]}" in values]
    if said:  # whoever says how strong a penalty is wants it
        values.setdefault("training.penalties", said)
    return Document(source, values, options)


def translations_of(given: Document, tables: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Check the texts in other languages; a language that a lesson names may have none."""
    return {
        language: {key: given.checked(f"{language}.{key}") for key in TEXTS if f"{language}.{key}" in given}
        for language in LANGUAGES
        if language in tables
    }


def table(tables: Mapping[str, object], section: str, source: str) -> Mapping[str, object]:
    """Return one table of a lesson file; empty when it is not there.

    Raises
    ------
    LessonError
        When there is something else in its place.
    """
    found = tables.get(section, {})
    if not isinstance(found, Mapping):
        raise Given(f"{source}: {section}", found).wrong_kind(f"a table, [{section}]")
    return found


def check_keys(given: Iterable[str], keys: Sequence[str], source: str, section: str = "") -> None:
    """Refuse keys that a table does not have.

    Raises
    ------
    LessonError
        For the first of them, naming those that there are.
    """
    dot = f"{section}." if section else ""
    for key in given:
        if key not in keys:
            # A key that stands in the wrong table is as frequent as a misspelt one.
            others = (
                [*(option.key for option in OPTIONS.values()), *_top_level()] if section != "initial" else []
            )
            raise LessonError(
                f"{source}: unknown key {dot}{one_line(shortened(key))}; expected one of {', '.join(keys)}"
                f"{did_you_mean(key, [*others, *keys])}"
            )


def _option(key: str) -> Option:
    """Find an option by its full key; the texts in other languages are those above all tables."""
    return OPTIONS[key.rpartition(".")[2]]


def _top_level() -> list[str]:
    """What may stand at the left of a lesson file: keys above all tables, and names of tables."""
    return [*dict.fromkeys(option.section or option.name for option in OPTIONS.values()), *LANGUAGES]
