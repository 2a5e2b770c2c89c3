"""Print the oldest versions that pyproject.toml allows and this Python has wheels of, as pip takes them."""

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version


def versions(name: str) -> list[str]:
    """The versions of a package that can be installed here without building anything."""
    command = [sys.executable, "-m", "pip", "index", "versions", "--only-binary", ":all:", name]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    return said.partition("Available versions: ")[2].partition("\n")[0].split(", ")


def main() -> None:
    """Print one line for each package that is needed."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    for needed in map(Requirement, project["dependencies"]):
        oldest = min(needed.specifier.filter(versions(needed.name)), key=Version)
        print(f"{needed.name}=={oldest}")


main()
