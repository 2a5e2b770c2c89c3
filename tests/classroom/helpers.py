"""What is said against rosters."""

from collections.abc import Callable

import pytest

from mlp2xlsx.errors import RosterError


def refused(function: Callable[..., object], *arguments: object) -> str:
    """What a call is refused with: one line."""
    with pytest.raises(RosterError) as caught:
        function(*arguments)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text
