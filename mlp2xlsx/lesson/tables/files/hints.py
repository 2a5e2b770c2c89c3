"""What a user says of a table that the table itself does not tell."""

from typing import NamedTuple

from mlp2xlsx.words import shown


class Hints(NamedTuple):
    """What a user says of a table, and where: as options of a command, or in a lesson file.

    Attributes
    ----------
    encoding
        Name of the encoding; empty to tell it from the file.
    sheet
        Which sheet of a workbook; empty for the only one.
    header
        Whether the first line holds the names of the columns; None to tell it from the file.
    decimal
        The decimal sign, `"."` or `","`; empty to tell it from the file.
    in_lesson
        Whether it is said in a lesson file.
    """

    encoding: str = ""
    sheet: str = ""
    header: bool | None = None
    decimal: str = ""
    in_lesson: bool = False

    def option(self, key: str) -> str:
        """Name of a value where the user can say it: `--sheet`, or `data.sheet`."""
        return f"data.{key}" if self.in_lesson else f"--{key}"

    def say(self, key: str, value: str) -> str:
        """Write a value as the user would: `--sheet Grades`, or `data.sheet = "Grades"`."""
        if self.in_lesson:
            return f"data.{key} = {shown(value)}"
        return f"--{key} {value if value.isidentifier() or value.isalnum() else shown(value)}"

    def say_names(self, key: str, names: list[str]) -> str:
        """Write names of columns as the user would: `--features "a,b"`, or `data.features = ["a", "b"]`."""
        if self.in_lesson:
            return f"data.{key} = [{', '.join(map(shown, names))}]"
        listed = ",".join(f'"{name}"' if "," in name else name for name in names)
        return f"--{key} '{listed}'" if '"' in listed else f'--{key} "{listed}"'


NO_HINTS = Hints()
