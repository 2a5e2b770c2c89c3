"""The list of a class: read from the export of another program."""

from mlp2xlsx.classroom.roster.reading import Roster, Student, read_roster

__all__ = ["Roster", "Student", "read_roster"]
