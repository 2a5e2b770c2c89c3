"""What a teacher decides about a class: `class.toml`, and the marks that are given by hand."""

from mlp2xlsx.classroom.settings.file import SETTINGS_FILE, read_settings, written_settings
from mlp2xlsx.classroom.settings.settings import Settings

__all__ = ["SETTINGS_FILE", "Settings", "read_settings", "written_settings"]
