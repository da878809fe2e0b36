"""Run a command as a process: signals, one line for each error, and the exit code.

A signal becomes an exception, so that unfinished files and processes are removed on the way out. A thread ends
the process if that does not happen in time, for example while a library waits for a silent server.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import NoReturn

from ..errors import CsatError, InvalidValue

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = "interrupted; what was saved stays, run the command again to continue"
# Windows has no SIGHUP.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
# Time for a command to stop by itself after a signal.
STOP_SECONDS = 3.0
# Errors of databases whose message names the cause, and never a value of the data.
DATABASE_ERRORS = {"IOException", "OutOfMemoryException", "FatalException", "TransactionException"}
DATABASE_ERRORS |= {"ConnectionException", "OperationalError", "AdminShutdown", "UndefinedTable", "DiskFull"}
DATABASE_ERRORS |= {"InsufficientPrivilege", "ReadOnlySqlTransaction", "QueryCanceled", "LockNotAvailable"}


class Interruption:
    """The first signal that asks this process to stop; later ones are ignored."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._ending = threading.Lock()

    @property
    def exit_code(self) -> int:
        """The exit code that shells expect: 128 plus the number of the signal."""
        return 128 + (self.signal or 0)

    def handle(self, number: int, _: FrameType | None) -> None:
        """Raise SystemExit in the main thread."""
        if self.signal is None:
            self.signal = number
            raise SystemExit(self.exit_code)

    def end_process(self) -> NoReturn:
        """Say that the command was interrupted, remove what it left, and end without waiting for threads."""
        from ..files import delete_own_files

        # The main thread and the watcher may both get here; the second one waits for the end.
        self._ending.acquire()
        # Not by `complain`: the main thread may be in the middle of importing what that needs.
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"csat: {INTERRUPTED}\n")
            sys.stderr.flush()
        _kill_children()
        delete_own_files()
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(self.exit_code)


def run_process(command: Callable[[], None]) -> NoReturn:
    """Run a command and exit with its exit code.

    Parameters
    ----------
    command : callable
        Raises SystemExit with an exit code, or a CsatError whose message is printed.
    """
    with _handle_signals() as interruption:
        code = _exit_code(command, interruption)
        if interruption.signal is not None:
            interruption.end_process()
    # The process ends: to search all that it has imported for garbage would take a third of a second.
    gc.freeze()
    sys.exit(code)


def _exit_code(command: Callable[[], None], interruption: Interruption) -> int | str | None:
    from .output import OutputClosed, complain

    try:
        command()
    except SystemExit as end:
        return end.code
    except OutputClosed:
        return 0
    except CsatError as error:
        complain(str(error))
        return WRONG_USAGE if isinstance(error, InvalidValue) else FAILED
    except Exception as error:  # noqa: BLE001  (a traceback may show customers' comments and secrets)
        # A library may report a signal as an error of its own.
        if interruption.signal is None:
            complain(describe_error(error))
    return FAILED


def describe_error(error: Exception) -> str:
    """Return one line for an error that no part of the package has explained.

    The message is shown for errors of the file system and of databases, which name the cause. Other messages may
    contain customers' comments or secrets, so only the place is shown.
    """
    from ..files import reason

    if isinstance(error, OSError):
        name = f" {error.filename}" if error.filename else ""
        return f"cannot use a file or connection{name} ({reason(error)})"
    if isinstance(error, MemoryError):
        return "not enough memory"
    kind = type(error)
    if kind.__name__ in DATABASE_ERRORS:
        first_line = str(error).strip().partition("\n")[0]
        return f"the history cannot be used ({kind.__name__}: {first_line})"
    return f"internal error ({kind.__name__} in {_place(error.__traceback__)}): please report it"


def _place(traceback: TracebackType | None) -> str:
    """Return the file and line of our code that raised an error."""
    found = "unknown place"
    while traceback:
        path = traceback.tb_frame.f_code.co_filename
        if f"{os.sep}csat_analysis{os.sep}" in path:
            found = f"{path.rpartition(f'{os.sep}csat_analysis{os.sep}')[2]}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


@contextlib.contextmanager
def _handle_signals() -> Iterator[Interruption]:
    """Turn signals into exceptions, and end the process if that takes too long."""
    interruption = Interruption()
    before = {
        number: signal.signal(number, interruption.handle) for number in SIGNALS if not _is_nohup(number)
    }
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # Python writes the number of each signal to this pipe at once, even while a library blocks the main thread.
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reader, interruption), daemon=True)
    watcher.start()
    try:
        yield interruption
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writer)
        watcher.join()
        os.close(reader)


def _is_nohup(number: int) -> bool:
    """Return whether the command was started to go on after its terminal is closed, as by `nohup`."""
    return number == getattr(signal, "SIGHUP", None) and signal.getsignal(number) is signal.SIG_IGN


def wait_for_interrupt() -> None:
    """Wait for Ctrl-C, which is the usual way to stop a server and therefore not an interruption."""
    # Without the pipe the watcher does not see the signal.
    wakeup = signal.set_wakeup_fd(-1)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(wakeup)


def _watch(reader: int, interruption: Interruption) -> None:
    """Wait for a signal, and end the process if the main thread does not."""
    while received := os.read(reader, 1):
        if received[0] in SIGNALS:
            time.sleep(STOP_SECONDS)
            interruption.signal = interruption.signal or received[0]
            interruption.end_process()


def _kill_children() -> None:
    """Kill all processes that this one has started: kernels, report workers, browsers."""
    import psutil

    with contextlib.suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
