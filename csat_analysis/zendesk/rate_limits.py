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
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

WINDOW_SECONDS = 60.0
BEGUN_SECOND = 1.0  # resets are told in whole seconds: a window may last that much longer
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
        resets = _number(headers.get("ratelimit-reset"), default=WINDOW_SECONDS - BEGUN_SECOND)
        limit = int(_number(headers["x-rate-limit"], default=0))
        remaining = int(_number(headers.get("x-rate-limit-remaining"), default=limit))
        if limit:
            buckets[name] = Bucket(limit, remaining, now + resets + BEGUN_SECOND)
    for header, value in headers.items():
        named, values = ENDPOINT_BUCKET.fullmatch(header), ENDPOINT_VALUES.fullmatch(value.strip())
        if named and values:
            total, remaining, seconds = map(int, values.groups())
            buckets[named[1].lower()] = Bucket(total, remaining, now + seconds + BEGUN_SECOND)
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
    """The seconds that `Retry-After` asks to wait, as a number or as a date (RFC 9110); None without it."""
    text = headers.get("retry-after")
    seconds = _number(text, default=-1.0)
    if seconds >= 0 or text is None:
        return seconds if seconds >= 0 else None
    moment = read_http_date(text)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else None


def read_http_date(text: str | None) -> datetime | None:
    """Return the time (UTC) of a header such as `Date`; None without it or if it is not a date.

    Examples
    --------
    >>> read_http_date("Fri, 09 Oct 2026 07:59:16 GMT")
    datetime.datetime(2026, 10, 9, 7, 59, 16, tzinfo=datetime.timezone.utc)
    """
    try:
        moment = parsedate_to_datetime(text or "")
        # a zone of -0000 is UTC, too; the years 1 and 9999 have no time in every zone
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


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

    def learn(self, route: str, status: int, headers: Mapping[str, str], now: float) -> None:
        """Take in what the response to `route` says about its buckets; a 429 closes the empty ones, or all."""
        told = read_buckets(route, headers, now)
        with self._lock:
            for name, seen in told.items():
                self._routes.setdefault(route, set()).add(name)
                known = self._buckets.get(name)
                if known and now < known.resets_at:  # same window: calls on their way are not in `seen`
                    seen.remaining = min(seen.remaining, known.remaining)
                    seen.resets_at = known.resets_at
                self._buckets[name] = seen
            if status == 429:
                opens = now + (read_retry_after(headers) or WINDOW_SECONDS)
                empty = {name for name, seen in told.items() if seen.remaining < 1}
                for name in empty or self._routes.get(route, set()):
                    self._buckets[name].remaining = 0
                    self._buckets[name].resets_at = opens

    def rate_used(self, now: float) -> str:
        """The tightest bucket of the present window, such as "8 of 10 calls a minute"; empty before any."""
        with self._lock:
            open_ones = [bucket for bucket in self._buckets.values() if now < bucket.resets_at]
        if not open_ones:
            return ""
        tightest = min(open_ones, key=lambda bucket: bucket.remaining / bucket.limit)
        return f"{tightest.limit - tightest.remaining} of {tightest.limit} calls a minute"

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
