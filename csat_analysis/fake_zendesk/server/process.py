"""A server in its own process, so that a benchmark measures its client and not this server too."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any, TypeVar, Unpack

from ..account import Account, Call
from .app import ServerOptions
from .http_server import serving

T = TypeVar("T")


class ServerProcess:
    """An account that another process serves at `url`."""

    def __init__(self, pipe: Connection):
        self._pipe = pipe
        self.url: str = self._receive()

    def change(self, function: Callable[[Account], T]) -> T:
        """Run a function on the account over there; return what it returns, or raise what it raises.

        The function must be picklable: one of a module, or made by `functools.partial` or `operator`.
        """
        self._pipe.send(function)
        return self._receive()

    def calls(self) -> list[Call]:
        """Return every request so far."""
        return self.change(attrgetter("calls"))

    def _receive(self) -> Any:
        result, error = self._pipe.recv()
        if error is not None:
            raise error
        return result


@contextmanager
def serving_in_process(
    make: Callable[[], Account], **options: Unpack[ServerOptions]
) -> Iterator[ServerProcess]:
    """Make an account in a child process and serve it there while the block runs.

    Parameters
    ----------
    make : callable
        Returns the account; picklable, for example `functools.partial(make_account, tickets=400)`.
    **options
        See `ServerOptions`; picklable, so without faults.

    Yields
    ------
    ServerProcess
        Its `url`, and the means to change the account.

    Raises
    ------
    ValueError, TypeError, OSError
        What `make` or the server raised in the child.
    """
    # a forked child would share the parent's database threads
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_serve, args=(there, make, options), daemon=True)
    child.start()
    there.close()
    try:
        yield ServerProcess(here)
    finally:
        # the child ends when the pipe is closed
        here.close()
        child.join()
        child.close()


def _serve(pipe: Connection, make: Callable[[], Account], options: ServerOptions) -> None:
    """Run in the child: send the URL, then the result of each function received, until the pipe is closed."""
    # Ctrl-C is for the parent, which then closes the pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        account = make()
        with serving(account, **options) as url:
            pipe.send((url, None))
            _answer(pipe, account)
    except (ValueError, TypeError, OSError) as error:
        pipe.send((None, error))


def _answer(pipe: Connection, account: Account) -> None:
    while True:
        try:
            function = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((function(account), None))
        except Exception as error:  # noqa: BLE001 (the parent raises it)
            pipe.send((None, error))
