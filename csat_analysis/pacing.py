"""When to send and when to wait: decisions from response headers, without sending or sleeping.

Zendesk counts calls in several buckets at once, each over a minute: one for the account, one per Guide route,
and one per heavy endpoint (`zendesk-ratelimit-NAME: total=10; remaining=9; resets=45`). Guide routes announce
no reset. Source: Zendesk's rate-limit reference, and headers recorded from a live account on 2026-10-09.
"""

from __future__ import annotations

import math
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

WINDOW_SECONDS = 60.0
TRANSIENT = frozenset({409, 429, 500, 502, 503, 504, 520, 522, 524})
LONGEST_BACKOFF_SECONDS = 60.0
ENDPOINT_BUCKET = re.compile(r"zendesk-ratelimit-([\w-]+)", re.IGNORECASE)
ENDPOINT_VALUES = re.compile(r"total=(\d+);\s*remaining=(\d+);\s*resets=(\d+)")


@dataclass
class Bucket:
    """What is left of one limit: `remaining` of `limit` calls until `resets_at` (monotonic seconds)."""

    limit: int
    remaining: int
    resets_at: float


def read_buckets(route: str, headers: Mapping[str, str], now: float) -> dict[str, Bucket]:
    """The buckets that a response to `route` announces, by name.

    `headers` must find names in any case, as the headers of requests do.
    """
    buckets = {}
    if "x-rate-limit" in headers:
        name = route if route.startswith("guide/") else "account"
        resets = _number(headers.get("ratelimit-reset"), default=WINDOW_SECONDS)
        limit = int(_number(headers["x-rate-limit"], default=0))
        remaining = int(_number(headers.get("x-rate-limit-remaining"), default=limit))
        if limit:
            buckets[name] = Bucket(limit, remaining, now + resets)
    for header, value in headers.items():
        named, values = ENDPOINT_BUCKET.fullmatch(header), ENDPOINT_VALUES.fullmatch(value.strip())
        if named and values:
            total, remaining, seconds = map(int, values.groups())
            buckets[named[1].lower()] = Bucket(total, remaining, now + seconds)
    return buckets


def retry_wait(status: int | None, retry_after_seconds: float | None, attempt: int) -> float:
    """Seconds until the next try, after `attempt` failures (from 1) of which the last had `status`.

    status None: the connection failed. `Retry-After` is obeyed with a little on top; a 429 without it waits
    out a minute; anything else backs off exponentially with jitter.
    """
    if retry_after_seconds is not None:
        return retry_after_seconds + random.uniform(0.1, 0.5)
    if status == 429:
        return WINDOW_SECONDS
    return min(LONGEST_BACKOFF_SECONDS, 0.5 * 2**attempt) * random.uniform(0.5, 1.0)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of `Retry-After`; None without it, or where it is a date."""
    seconds = _number(headers.get("retry-after"), default=-1.0)
    return seconds if seconds >= 0 else None


@dataclass
class Pacer:
    """Hands out the calls of each bucket so that `share` of a limit is used and no more; thread-safe."""

    share: float
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _routes: dict[str, set[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, route: str, now: float) -> float:
        """Seconds to wait before calling `route`; 0 takes one call from each of its buckets."""
        with self._lock:
            buckets = [self._buckets[name] for name in self._routes.get(route, ())]
            waits = [self._wait(bucket, now) for bucket in buckets]
            if (longest := max(waits, default=0.0)) > 0:
                return longest
            for bucket in buckets:
                bucket.remaining -= 1
            return 0.0

    def learn(self, route: str, headers: Mapping[str, str], now: float) -> None:
        """Take in what the response to `route` says about its buckets."""
        with self._lock:
            for name, seen in read_buckets(route, headers, now).items():
                self._routes.setdefault(route, set()).add(name)
                known = self._buckets.get(name)
                if known and now < known.resets_at:  # same window: calls on their way are not in `seen`
                    seen.remaining = min(seen.remaining, known.remaining)
                    seen.resets_at = known.resets_at
                self._buckets[name] = seen

    def _wait(self, bucket: Bucket, now: float) -> float:
        ours = max(1, int(bucket.limit * self.share + 1e-9))  # 0.29 * 100 falls just short of 29
        if now >= bucket.resets_at:  # a new window: full until the next response says otherwise
            bucket.remaining, bucket.resets_at = bucket.limit, now + WINDOW_SECONDS
        return 0.0 if bucket.limit - bucket.remaining < ours else bucket.resets_at - now


def _number(text: str | None, *, default: float) -> float:
    try:
        number = float(text) if text is not None else default
    except ValueError:
        return default
    return number if math.isfinite(number) else default
