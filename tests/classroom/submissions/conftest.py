from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which something can always be found."""
    place = tmp_path / "submissions"
    place.mkdir()
    (place / "0.xlsx").write_bytes(b"first")
    return place
