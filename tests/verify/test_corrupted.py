"""Seeded corruptions of a valid file: no traceback, no hang, no crash, no gigabyte."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verify.helpers import small


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as on Unix")
@pytest.mark.parametrize("count", [10, pytest.param(400, marks=pytest.mark.slow)])
def test_corruptions(tmp_path: Path, count: int) -> None:
    path = small(tmp_path / "article.xlsx")
    command = [sys.executable, "-m", "tests.verify.corrupting", str(path), "0", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    # The last line on stderr is the corruption that was under way.
    assert done.returncode == 0, done.stderr.splitlines()[-1:]
    found = json.loads(done.stdout)
    assert found["raised"] == []
    assert found["outcomes"].keys() == {"passed", "faults", "refused"}
    assert sum(found["outcomes"].values()) == count
    assert found["slowest"] < 10
    assert found["megabytes"] < 300
