"""Zendesk's rate limits: separate buckets of requests per minute, announced in headers, enforced with 429."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping

from .errors import too_many_requests

WINDOW_SECONDS = 60
ACCOUNT = "account"
GUIDE = "guide"
# requests per minute, as announced to a live account in October 2026; `guide` is counted per route
RECORDED_LIMITS = {
    ACCOUNT: 400,
    GUIDE: 400,
    "incremental-exports": 10,
    "ticket-fields-index": 20,
}

# name, and the route for buckets that are counted per route
Bucket = tuple[str, str | None]


class Limiter:
    """Counts requests in fixed windows of a minute of `clock` (epoch seconds).

    limits: numbers in place of the recorded ones; False announces the recorded ones without enforcing them.
    """

    def __init__(self, limits: Mapping[str, int] | bool | None, clock: Callable[[], float]):
        self._limits = {**RECORDED_LIMITS, **(limits if isinstance(limits, Mapping) else {})}
        self._enforced = limits is not False
        self._clock = clock
        self._lock = threading.Lock()
        self._window = -1
        self._spent: Counter[Bucket] = Counter()

    def spend(self, bucket: str | None, *, guide_route: str | None) -> dict[str, str]:
        """Count one request and return its headers; raise a 429 `Refusal`, uncounted, if a bucket is empty."""
        counters: list[Bucket] = [(GUIDE, guide_route) if guide_route else (ACCOUNT, None)]
        if bucket:
            counters.append((bucket, None))
        with self._lock:
            reset = self._start_window()
            if self._enforced and any(self._left(counter) < 1 for counter in counters):
                refusal = too_many_requests(reset)
                refusal.headers |= self._headers(counters, reset)
                raise refusal
            self._spent.update(counters)
            return self._headers(counters, reset)

    def _start_window(self) -> int:
        """Start a new window if the last one is over; return the seconds that are left of it."""
        now = self._clock()
        if now // WINDOW_SECONDS != self._window:
            self._window = int(now // WINDOW_SECONDS)
            self._spent.clear()
        return int(WINDOW_SECONDS - now % WINDOW_SECONDS) or 1

    def _left(self, counter: Bucket) -> int:
        return max(0, self._limits[counter[0]] - self._spent[counter])

    def _headers(self, counters: list[Bucket], reset: int) -> dict[str, str]:
        main, *buckets = counters
        limit = str(self._limits[main[0]])
        left = str(self._left(main))
        headers = {"x-rate-limit": limit, "x-rate-limit-remaining": left}
        if main[0] == ACCOUNT:
            headers |= {"ratelimit-limit": limit, "ratelimit-remaining": left, "ratelimit-reset": str(reset)}
        for bucket in buckets:
            numbers = f"total={self._limits[bucket[0]]}; remaining={self._left(bucket)}; resets={reset}"
            headers[f"zendesk-ratelimit-{bucket[0]}"] = numbers
        return headers
