"""The `csat` command.

`commands` reads options, calls one function and prints the result; `usage` explains wrong usage; `output` prints;
`process` handles signals, errors and exit codes.
"""

from __future__ import annotations

from .process import run_process


def main() -> None:
    """Run the command with the arguments of this process, and exit."""
    # Signals are handled from the first moment, so the commands are imported after that.
    run_process(_run_command)


def _run_command() -> None:
    from .commands import app
    from .usage import run_app

    run_app(app)
