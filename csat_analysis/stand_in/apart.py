"""The stand-in in a process of its own, so that a benchmark measures its client and not this server too."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import TypeVar

from .account import Account, Call, make_account
from .server import serving

T = TypeVar("T")


class Apart:
    """A served account in another process: its `url`, and what can be asked of the account there."""

    def __init__(self, pipe: Connection):
        self._pipe = pipe
        self.url = self._received()

    def change(self, function: Callable[[Account], T]) -> T:
        """Runs a function on the account and returns what it returns, or raises what it raises.

        It travels by name: a function of a module, or made by `functools.partial` or `operator`.
        """
        self._pipe.send(function)
        return self._received()

    def calls(self) -> list[Call]:
        """Every request so far."""
        return self.change(attrgetter("calls"))

    def _received(self):
        result, error = self._pipe.recv()
        if error is not None:
            raise error
        return result


@contextmanager
def serving_apart(account: Mapping[str, object], **options: object) -> Iterator[Apart]:
    """Makes an account in a child process and serves it there while the block runs.

    account: arguments of `make_account`. options: of `serving`, those that can be pickled (no faults).
    """
    context = multiprocessing.get_context("spawn")  # a forked child would share the parent's database threads
    here, there = context.Pipe()
    child = context.Process(target=_serve, args=(there, dict(account), options), daemon=True)
    child.start()
    there.close()
    try:
        yield Apart(here)
    finally:
        here.close()  # the child's signal to end
        child.join()
        child.close()


def _serve(pipe: Connection, arguments: Mapping[str, object], options: Mapping[str, object]) -> None:
    """The child: sends the URL, then answers each function that it gets, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    try:
        account = make_account(**arguments)
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
