"""`python -m mlp2xlsx`."""

import signal

# Until `run` can say so in a line, Ctrl-C ends the program the way the system does, without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from mlp2xlsx.cli import run  # noqa: E402

run()
