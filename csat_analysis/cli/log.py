"""The log of a command, for runs that nobody watches: on standard error with --verbose, and in CSAT_LOG_FILE.

Modules log by `logging.getLogger(__name__)`; only this module decides where that goes and what it may say. A line has
counts, times, routes without ids and kinds of errors: no names, comments, addresses or secrets.
"""

from __future__ import annotations

import inspect
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from ..errors import CsatError, HistoryError, InvalidValue, SettingsError, ZendeskError
from ..files import PRIVATE, reason
from ..formats import printable
from ..redaction import redact
from .output import choose_output
from .process import describe_error

LOG = logging.getLogger("csat_analysis")
MAX_BYTES = 1_000_000
OLD_FILES = 3
APPEND = os.O_APPEND | os.O_CREAT | os.O_WRONLY
FORMAT = "%(asctime)s %(levelname)s %(process)d %(message)s"
# Errors whose messages are about the account, the network, the settings or the history, not about people.
TOLD = (HistoryError, SettingsError, ZendeskError)
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
FOLDERS = re.compile(r"(?<![\w:/.\\])(?:[A-Za-z]:\\|/)(?:[^\s/\\:'\"]+[/\\])+")
LONG_NUMBER = re.compile(r"\d{5,}")

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors and what was asked for.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log each request and step to stderr.")]


class LogStream(logging.StreamHandler[TextIO]):
    """Standard error. A closed pipe does not stop the command."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Ignore a line that cannot be written."""


class LogFile(RotatingFileHandler):
    """A log file of bounded size that only its owner can read. A full disk does not stop the command."""

    def _open(self) -> Any:
        return os.fdopen(os.open(self.baseFilename, APPEND, PRIVATE), "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:
        """Ignore a line that cannot be written."""

    def close(self) -> None:
        """Close the file, whose last line may be lost on a full disk."""
        with suppress(OSError):
            super().close()


class LogLine(logging.Formatter):
    """One line without personal data, with the local time and its distance from UTC."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the time as 2026-11-23T06:15:02+0100."""
        return time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(record.created))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line."""
        record.message = without_personal_data(record.message)
        return super().formatMessage(record)


def without_personal_data(text: str) -> str:
    """Return a text as one line without quoted values, folders, long numbers, e-mail addresses and phone numbers.

    Examples
    --------
    >>> without_personal_data("unknown agent 'Ana Díaz' of ticket 536030 in /home/ana/csat.duckdb")
    'unknown agent [name] of ticket [id] in csat.duckdb'
    """
    line = redact(" ".join(printable(text).split()))
    line = QUOTED.sub("[name]", line)
    line = FOLDERS.sub("", line)
    return LONG_NUMBER.sub("[id]", line)


def with_log(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options --quiet and --verbose to a command, and log when it starts and how it ends."""

    @wraps(command)
    def run(*, quiet: bool, verbose: bool, **options: Any) -> None:
        with (
            choose_output(quiet=quiet, verbose=verbose),
            logged(command.__name__.replace("_", "-"), verbose=verbose),
        ):
            command(**options)

    own = inspect.signature(command, eval_str=True)
    shared = [_option("quiet", Quiet), _option("verbose", Verbose)]
    signature = own.replace(parameters=[*own.parameters.values(), *shared])
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {name: one.annotation for name, one in signature.parameters.items()}
    return run


def _option(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)


@contextmanager
def logged(command: str, *, verbose: bool) -> Iterator[None]:
    """Log the start of a command and how it ends, to where the settings say.

    Raises
    ------
    CsatError
        If the log file cannot be written.
    """
    handlers = _handlers(verbose)
    if not handlers:
        # Otherwise Python would print errors on standard error.
        yield
        return
    for handler in handlers:
        LOG.addHandler(handler)
    level = LOG.level
    LOG.setLevel(logging.DEBUG)
    begun = time.monotonic()
    LOG.info("%s: started", command)
    try:
        yield
    except BaseException as error:
        LOG.error("%s: %s, after %.1f s", command, describe(error), time.monotonic() - begun)
        raise
    else:
        LOG.info("%s: done in %.1f s", command, time.monotonic() - begun)
    finally:
        LOG.setLevel(level)
        for handler in handlers:
            LOG.removeHandler(handler)
            handler.close()


def describe(error: BaseException) -> str:
    """Return what ended a command. The message of an error that may name people is left out."""
    if isinstance(error, TOLD):
        return f"failed, {type(error).__name__}: {error}"
    if isinstance(error, SystemExit):
        return f"interrupted, exit code {error.code}"
    if isinstance(error, InvalidValue):
        return "wrong usage"
    if isinstance(error, CsatError):
        return f"failed, {type(error).__name__}: see its line on standard error"
    if isinstance(error, typer.Exit):
        return f"ended, exit code {error.exit_code}"
    return f"failed, {describe_error(error)}" if isinstance(error, Exception) else "interrupted"


def _handlers(verbose: bool) -> list[logging.Handler]:
    handlers: list[logging.Handler] = []
    if path := _log_file():
        handlers.append(_open_file(path))
        handlers[-1].setLevel(logging.INFO)
    if verbose and sys.stderr:
        handlers.append(LogStream(sys.stderr))
    for handler in handlers:
        handler.setFormatter(LogLine(FORMAT))
    return handlers


def _log_file() -> Path | None:
    from ..settings import load_settings

    try:
        return load_settings().log_file
    except SettingsError:
        # The command reads the settings too, and says what is wrong.
        return None


def _open_file(path: Path) -> LogFile:
    try:
        return LogFile(path, maxBytes=MAX_BYTES, backupCount=OLD_FILES)
    except OSError as error:
        raise CsatError(f"cannot write the log {path} ({reason(error)}): change CSAT_LOG_FILE") from None
