"""Decide when to send and how long to wait, from response headers; nothing here sends or sleeps.

Zendesk counts calls in several buckets at once, each over a minute: one for the account, one per Guide route,
and one per heavy endpoint (`zendesk-ratelimit-NAME: total=10; remaining=9; resets=45`). Guide routes announce
no reset. Source: Zendesk's rate-limit reference, and headers recorded from a live account on 2026-10-09.
"""

from __future__ import annotations

import math
import random
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

WINDOW_SECONDS = 60.0
MAX_WINDOW_SECONDS = 900.0  # a bucket that announces a later reset is assumed to last one window
ROUNDING_SECONDS = 1.0  # resets are announced in whole seconds: a window may last that much longer
RETRY_STATUSES = frozenset({408, 409, 429, *range(500, 600)})
MAX_BACKOFF_SECONDS = 60.0
ENDPOINT_BUCKET = re.compile(r"zendesk-ratelimit-([\w-]+)", re.IGNORECASE)
ENDPOINT_VALUES = re.compile(r"total=(\d{1,9});\s*remaining=(\d{1,9});\s*resets=(\d{1,9})")


@dataclass
class Bucket:
    """What is left of one rate limit.

    Attributes
    ----------
    limit : int
        Calls per window, at least 1.
    remaining : int
        Calls left in the current window.
    resets_at : float
        The end of the current window, in monotonic seconds.
    """

    limit: int
    remaining: int
    resets_at: float


def read_buckets(route: str, headers: Mapping[str, str], now: float) -> dict[str, Bucket]:
    """Return the buckets that a response announces, by name; values that make no sense are left out.

    Parameters
    ----------
    route : str
        The path of the request without ids.
    headers : mapping
        Must find names in any case, as the headers of requests do.
    now : float
        Monotonic seconds.

    Examples
    --------
    >>> read_buckets("groups", {"x-rate-limit": "400", "x-rate-limit-remaining": "399"}, now=0)
    {'account': Bucket(limit=400, remaining=399, resets_at=60.0)}
    """
    buckets = {}
    limit = int(_read_number(headers.get("x-rate-limit"), default=0))
    if limit > 0:
        name = route if route.startswith("guide/") else "account"
        remaining = int(_read_number(headers.get("x-rate-limit-remaining"), default=limit))
        resets = _read_number(headers.get("ratelimit-reset"), default=WINDOW_SECONDS - ROUNDING_SECONDS)
        buckets[name] = _bucket(limit, remaining, resets, now)
    for header, value in headers.items():
        named = ENDPOINT_BUCKET.fullmatch(header)
        values = ENDPOINT_VALUES.fullmatch(value.strip())
        if named and values and int(values[1]) > 0:
            buckets[named[1].lower()] = _bucket(int(values[1]), int(values[2]), int(values[3]), now)
    return buckets


def retry_wait(status: int | None, retry_after_seconds: float | None, attempt: int) -> float:
    """Return the seconds until the next try.

    Parameters
    ----------
    status : int or None
        Of the last response; None: the connection failed.
    retry_after_seconds : float or None
        What Zendesk asked for; a little is added. Without it a 429 waits for a whole window, and anything else
        backs off exponentially with jitter.
    attempt : int
        Failed tries so far, from 1.

    Examples
    --------
    >>> retry_wait(429, None, 1)
    60.0
    """
    if retry_after_seconds is not None:
        return retry_after_seconds + random.uniform(0.1, 0.5)
    if status == 429:
        return WINDOW_SECONDS
    backoff = 0.5 * 2 ** min(attempt, 10)
    return min(MAX_BACKOFF_SECONDS, backoff) * random.uniform(0.5, 1.0)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` asks to wait, as a number or as a date (RFC 9110).

    None without it or if it is neither; infinity for a number that is too large for a float. A date counts from
    the server's own `Date`, where there is one.

    Examples
    --------
    >>> read_retry_after({"retry-after": "17"})
    17.0
    """
    text = headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        return _seconds_until_date(text, headers)
    return seconds if seconds >= 0 else None


def read_http_date(text: str | None) -> datetime | None:
    """Return the time (UTC) of a header such as `Date`; None without it or if it is not a date.

    Examples
    --------
    >>> read_http_date("Fri, 09 Oct 2026 07:59:16 GMT")
    datetime.datetime(2026, 10, 9, 7, 59, 16, tzinfo=datetime.timezone.utc)
    """
    try:
        moment = parsedate_to_datetime(text or "")
        # a zone of -0000 is UTC, too; in some zones 9999-12-31 has no time in UTC
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass
class RateLimiter:
    """Hand out the calls of each bucket so that only a share of each limit is used; thread-safe.

    Parameters
    ----------
    share : float
        The share to use, above 0 and at most 1.
    """

    share: float
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _routes: dict[str, set[str]] = field(default_factory=dict)
    _first_calls: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def in_turn(self, route: str) -> Iterator[None]:
        """Hold the calls of other threads to a route until its first response, which announces its limits."""
        if route not in self._routes:
            with self._first_calls.setdefault(route, threading.Lock()):
                if route not in self._routes:
                    yield
                    return
        yield

    def reserve(self, route: str, now: float) -> float:
        """Return the seconds to wait before calling `route`; 0 takes one call from each of its buckets."""
        with self._lock:
            buckets = [self._buckets[name] for name in self._routes.get(route, ())]
            longest = max((self._seconds_to_wait(bucket, now) for bucket in buckets), default=0.0)
            if longest == 0:
                for bucket in buckets:
                    bucket.remaining -= 1
            return longest

    def update(self, route: str, status: int, headers: Mapping[str, str], now: float) -> None:
        """Read the buckets that a response to `route` announces; a 429 closes the empty ones, or all."""
        announced = read_buckets(route, headers, now)
        with self._lock:
            names = self._routes.setdefault(route, set())
            for name, bucket in announced.items():
                names.add(name)
                self._buckets[name] = _merge(self._buckets.get(name), bucket, now)
            if status == 429:
                empty = {name for name, bucket in announced.items() if bucket.remaining < 1}
                self._close(empty or names, now + _closed_seconds(headers))

    def _seconds_to_wait(self, bucket: Bucket, now: float) -> float:
        # 0.29 * 100 is slightly less than 29
        usable = max(1, int(bucket.limit * self.share + 1e-9))
        if now >= bucket.resets_at:
            # a new window is full until the next response says otherwise
            bucket.remaining = bucket.limit
            bucket.resets_at = now + WINDOW_SECONDS
        return 0.0 if bucket.limit - bucket.remaining < usable else bucket.resets_at - now

    def _close(self, names: set[str], opens_at: float) -> None:
        for name in names:
            self._buckets[name].remaining = 0
            self._buckets[name].resets_at = opens_at


def _bucket(limit: int, remaining: int, resets: float, now: float) -> Bucket:
    seconds = resets if 0 <= resets <= MAX_WINDOW_SECONDS else WINDOW_SECONDS
    return Bucket(limit, min(max(remaining, 0), limit), now + seconds + ROUNDING_SECONDS)


def _merge(known: Bucket | None, announced: Bucket, now: float) -> Bucket:
    """Return the bucket to go on with: within a window, calls on their way are not in `announced` yet."""
    if known is None or now >= known.resets_at:
        return announced
    remaining = min(announced.remaining, known.remaining)
    return Bucket(announced.limit, remaining, known.resets_at)


def _closed_seconds(headers: Mapping[str, str]) -> float:
    """Return for how long a 429 closes a bucket; a longer wait than a window may last ends the call anyway."""
    return min(read_retry_after(headers) or WINDOW_SECONDS, MAX_WINDOW_SECONDS)


def _seconds_until_date(text: str, headers: Mapping[str, str]) -> float | None:
    moment = read_http_date(text)
    if moment is None:
        return None
    now = read_http_date(headers.get("date")) or datetime.now(UTC)
    return max(0.0, (moment - now).total_seconds())


def _read_number(text: str | None, *, default: float) -> float:
    try:
        number = float(text) if text is not None else default
    except ValueError:
        return default
    return number if math.isfinite(number) else default
