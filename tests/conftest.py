import os
import shutil

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for tool in marker.args:
            if shutil.which(tool) is None:
                absent = f"{tool} is not installed"
                # In CI a check that did not run must not look like one that passed.
                if os.environ.get("CI", "").lower() == "true":
                    pytest.fail(absent, pytrace=False)
                pytest.skip(absent)
