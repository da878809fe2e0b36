"""A fake Zendesk in its own process, so that a benchmark measures its client and not the server too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from typing import Any

from csat_analysis.fake_zendesk import Account, serving


class ServedAccount:
    """An account that is served. Functions that it is given must be picklable, such as those of a module."""

    def __init__(self, make: Callable[[], Account], options: dict[str, Any]):
        self._account = make()
        # Kept, because the server stops when it is collected.
        self._running = ExitStack()
        self._url = self._running.enter_context(serving(self._account, **options))

    def url(self) -> str:
        """Return the address of the server."""
        return self._url

    def change(self, function: Callable[[Account], Any]) -> Any:
        """Run a function on the account; return what it returns."""
        return function(self._account)

    def count_calls(self) -> int:
        """Return the number of requests so far."""
        return len(self._account.calls)


class _Manager(BaseManager):
    """The process of a server."""


_Manager.register("serve", ServedAccount)


@contextmanager
def serving_apart(make: Callable[[], Account], **options: Any) -> Iterator[ServedAccount]:
    """Make an account in another process and serve it there while the block runs; options: those of `serving`."""
    # A forked process would share the database threads of this one.
    with _Manager(ctx=get_context("spawn")) as manager:
        yield manager.serve(make, options)  # type: ignore[attr-defined]
