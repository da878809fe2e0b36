"""Prefetch: fetch the next item while the current one is stored, or a few items at once, always in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

PARALLEL_REQUESTS = 5  # as many as there are lists of names; more would only reach the rate limit sooner

T = TypeVar("T")
U = TypeVar("U")


def prefetch(items: Iterable[T]) -> Iterator[T]:
    """Return the same items; fetch the first one from now on, and each next one while the caller works on the last."""
    source, end = iter(items), object()
    pool = ThreadPoolExecutor(1)
    coming = pool.submit(next, source, end)

    def rest() -> Iterator[T]:
        nonlocal coming
        with _closing(pool):
            while (item := coming.result()) is not end:
                coming = pool.submit(next, source, end)
                yield item  # type: ignore[misc]

    return rest()


def map_in_order(work: Callable[[T], U], items: Iterable[T]) -> Iterator[U]:
    """Yield `work` of each item in the order of the items; work on a few of them at once."""
    with _closing(ThreadPoolExecutor(PARALLEL_REQUESTS)) as pool:
        coming: deque[Future[U]] = deque()
        for item in items:
            coming.append(pool.submit(work, item))
            if len(coming) > PARALLEL_REQUESTS:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


@contextmanager
def _closing(pool: ThreadPoolExecutor) -> Iterator[ThreadPoolExecutor]:
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an error must not wait for results nobody will read
