"""The check of what is seen: texts, formats, colours, charts and sheets as the lesson would build them."""

from mlp2xlsx.verify.appearance.change import Appearance, Change
from mlp2xlsx.verify.appearance.comparing import compare_appearance, compare_files
from mlp2xlsx.verify.appearance.programs import saved_by_known_program

__all__ = ["Appearance", "Change", "compare_appearance", "compare_files", "saved_by_known_program"]
