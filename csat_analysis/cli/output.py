"""Print to the terminal: without control characters, in its encoding, and with one clear error if it fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TextIO

from ..errors import CsatError
from ..files import reason
from ..formats import printable

# With --quiet, messages about saved files are not printed; with --verbose, the log takes the place of the progress bar.
_QUIET = ContextVar("_QUIET", default=False)
_PROGRESS = ContextVar("_PROGRESS", default=True)
_MUTED = ContextVar("_MUTED", default=False)


class OutputError(CsatError):
    """Raised when standard output cannot be written."""


class OutputClosed(OutputError):
    """Raised when the program that reads standard output has closed it, as `head` does."""


def say(text: object = "") -> None:
    """Print a text and a line break on standard output; not within `result_is_saved` of a quiet command.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    if not _MUTED.get():
        _write(sys.stdout, f"{text}\n")


def complain(message: str) -> None:
    """Print a message as one line on standard error. A failure is ignored: there is no other place to report."""
    line = " ".join(message.split())
    with suppress(OutputError):
        _write(sys.stderr, f"csat: {line}\n")


@contextmanager
def choose_output(*, quiet: bool, verbose: bool) -> Iterator[None]:
    """Choose what a command prints besides its results and errors: by default messages and a progress bar."""
    quiet_before = _QUIET.set(quiet)
    progress_before = _PROGRESS.set(not (quiet or verbose))
    try:
        yield
    finally:
        _QUIET.reset(quiet_before)
        _PROGRESS.reset(progress_before)


def shows_progress() -> bool:
    """Return whether to show a progress bar: in a terminal, unless the command is quiet or verbose."""
    return _PROGRESS.get() and sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def result_is_saved() -> Iterator[None]:
    """Report a failure to print, but do not fail: what was to be printed only describes what is saved."""
    muted_before = _MUTED.set(_QUIET.get())
    try:
        yield
    except OutputClosed:
        pass
    except OutputError as error:
        complain(str(error))
    finally:
        _MUTED.reset(muted_before)


def _write(stream: TextIO | None, text: str) -> None:
    # Without a standard stream, as under pythonw, there is nothing to write to.
    if stream is None:
        return
    try:
        stream.write(printable(text, encoding=stream.encoding or "utf-8"))
        stream.flush()
    except BrokenPipeError:
        _discard(stream)
        raise OutputClosed("standard output was closed") from None
    except OSError as error:
        _discard(stream)
        raise OutputError(f"cannot write to standard output ({reason(error)})") from None


def _discard(stream: TextIO) -> None:
    """Send what is still in the buffer to the null device: Python would try to write it again at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
