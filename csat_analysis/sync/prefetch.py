"""Fetching while storing: the next item ahead of the one in hand, or a few items at a time, always in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

AT_ONCE = 4  # calls that are under way together; more would only meet the account's limit sooner

T = TypeVar("T")
U = TypeVar("U")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items; the next one is fetched while the caller works on one."""
    source, end = iter(items), object()
    with _pool(1) as pool:
        coming = pool.submit(next, source, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, source, end)
            yield item  # type: ignore[misc]


def in_order(work: Callable[[T], U], items: Iterable[T]) -> Iterator[U]:
    """`work` of each item in the order of the items, a few at a time; no more than those are held."""
    with _pool(AT_ONCE) as pool:
        coming: deque[Future[U]] = deque()
        for item in items:
            coming.append(pool.submit(work, item))
            if len(coming) > AT_ONCE:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # what fails must not wait for what no one will read
