"""The file `class.toml`: written with a remark on every key, and read by whoever grades."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlp2xlsx import resources
from mlp2xlsx.classroom.settings.settings import BY_DATE, Settings
from mlp2xlsx.classroom.settings.table import SETTINGS
from mlp2xlsx.errors import ClassError, LessonError
from mlp2xlsx.lesson.file import parse_toml, read
from mlp2xlsx.options.checks import Given
from mlp2xlsx.words import did_you_mean, one_line, shortened, shown

SETTINGS_FILE = "class.toml"
_WIDTH = 96


def written_settings(language: str, said: Mapping[str, str]) -> str:
    """Write the settings of a class that has none yet.

    Parameters
    ----------
    language
        In which the remarks are.
    said
        What is known already: by key, a value in TOML.
    """
    words: dict[str, str] = resources.texts(language)["settings"]
    lines = _remark(words["file"])
    for setting in SETTINGS:
        is_said = setting.is_said or setting.key in said
        value = f"{setting.key} = {said.get(setting.key, setting.example)}"
        lines += ["", *_remark(words[setting.key]), value if is_said else f"# {value}"]
    return "\n".join(lines) + "\n"


def _remark(text: str) -> list[str]:
    """Write a text as remarks; Chinese is not broken at blanks, and begins a line with each sentence."""
    sentences = [part for part in text.split("。") if part]
    if len(sentences) == 1 and not text.endswith("。"):
        return [f"# {line}" for line in textwrap.wrap(text, _WIDTH)]
    return [f"# {sentence}。" for sentence in sentences]


def read_settings(path: Path, steps: Sequence[int]) -> Settings:
    """Read the settings of a class; the defaults where there is no file.

    Parameters
    ----------
    path
        The file.
    steps
        The numbers of the steps that are filled in.

    Raises
    ------
    ClassError
        With file, key, what was found and what was expected, when a key is unknown or a value cannot be used.
    """
    if not path.exists():
        return Settings()
    source = one_line(str(path))
    try:
        tables = parse_toml(read(path, source), source)
        known = {setting.key: setting for setting in SETTINGS}
        for key in tables:
            if key not in known:
                raise ClassError(
                    f"{source}: unknown key {one_line(shortened(key))}; expected one of {', '.join(known)}"
                    f"{did_you_mean(key, list(known))}"
                )
        values = {
            key: known[key].check(Given(f"{source}: {key}", value), steps) for key, value in tables.items()
        }
    except LessonError as error:
        raise ClassError(str(error)) from None
    found = Settings(**values)
    _check_together(found, steps, source)
    return found


def _check_together(settings: Settings, steps: Sequence[int], source: str) -> None:
    """Refuse settings that contradict each other.

    Raises
    ------
    ClassError
        Saying which.
    """
    if not any(settings.weights.get(step, 1) for step in steps if step not in settings.bonus):
        raise ClassError(
            f"{source}: weights and bonus leave no step that counts; expected one whose weight is above 0"
        )
    if settings.late_is == BY_DATE and settings.deadline is None:
        raise ClassError(
            f'{source}: late_is: found "{BY_DATE}" without a deadline; expected deadline = a time'
        )
    if settings.deadline is not None and settings.closes is not None and settings.closes < settings.deadline:
        raise ClassError(
            f"{source}: closes: found {shown(settings.closes)}, expected a time after the deadline"
        )
