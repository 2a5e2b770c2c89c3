import os
import signal
from pathlib import Path

import pytest

from mlp2xlsx.classroom.submissions import find_submissions
from mlp2xlsx.errors import SubmissionError


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    signal.alarm(20)  # ends the test run where the pipe is opened all the same
    try:
        with pytest.raises(SubmissionError, match=r"neither a folder nor a \.zip file"):
            find_submissions(pipe)
    finally:
        signal.alarm(0)
