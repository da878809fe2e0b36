"""Rate limits: when to send and how long to wait, decided from response headers."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from requests.structures import CaseInsensitiveDict

from csat_analysis.zendesk.rate_limits import (
    Bucket,
    RateLimiter,
    read_buckets,
    read_http_date,
    read_retry_after,
    retry_wait,
)

EXPORT, GROUPS, SURVEYS = "incremental/tickets/cursor", "groups", "guide/survey_responses"


def headers(**more: str) -> CaseInsensitiveDict[str]:
    """Headers as a live account sent them on 2026-10-09, with 400 calls a minute."""
    recorded = {
        "ratelimit-limit": "400",
        "ratelimit-remaining": "399",
        "ratelimit-reset": "44",  # and a second more, because the header has whole seconds
        "x-rate-limit": "400",
        "x-rate-limit-remaining": "399",
    }
    return CaseInsensitiveDict(recorded | {name.replace("_", "-"): value for name, value in more.items()})


def export_limit(remaining: int, resets: int = 44) -> dict[str, str]:
    return {"Zendesk-RateLimit-Incremental-Exports": f"total=10; remaining={remaining}; resets={resets}"}


def count_reserved(limiter: RateLimiter, route: str, now: float) -> int:
    """Return how many calls may be sent at one moment."""
    count = 0
    while count < 1000 and limiter.reserve(route, now) == 0:
        count += 1
    return count


# Reading headers


def test_the_recorded_headers_of_an_export_announce_two_buckets():
    buckets = read_buckets(EXPORT, CaseInsensitiveDict({**headers(), **export_limit(9)}), now=100.0)
    assert buckets == {"account": Bucket(400, 399, 145.0), "incremental-exports": Bucket(10, 9, 145.0)}


def test_a_guide_route_has_its_own_bucket_of_one_minute():
    guide = {"x-rate-limit": "400", "x-rate-limit-remaining": "398"}  # recorded: no reset
    assert read_buckets(SURVEYS, guide, now=100.0) == {SURVEYS: Bucket(400, 398, 160.0)}


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"x-rate-limit": "many"},
        {"x-rate-limit": "0"},
        {"x-rate-limit": "nan"},
        {"x-rate-limit": "inf"},
        {"zendesk-ratelimit-x": "total=ten; remaining=1; resets=1"},
    ],
)
def test_unreadable_headers_announce_no_bucket(odd):
    assert read_buckets(GROUPS, odd, now=0.0) == {}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        ("1.5", 1.5),
        ("-3", None),
        ("nan", None),
        ("inf", math.inf),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Oct", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_seconds(text, seconds):
    assert read_retry_after({} if text is None else {"retry-after": text}) == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Fri, 09 Oct 2026 07:59:16 GMT", datetime(2026, 10, 9, 7, 59, 16, tzinfo=UTC)),
        ("Fri, 09 Oct 2026 09:59:16 +0200", datetime(2026, 10, 9, 7, 59, 16, tzinfo=UTC)),
        ("Fri, 09 Oct 2026 07:59:16 -0000", datetime(2026, 10, 9, 7, 59, 16, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Fri, 09 Oct 2026 07:59:16 +99999999999999999999", None),
        ("Fri, 99 Oct 2026 07:59:16 GMT", None),
        ("99999999999999999999", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_header_is_read_in_utc(text, moment):
    assert read_http_date(text) == moment


# Retrying


@pytest.mark.parametrize(
    ("status", "retry_after", "attempt", "low", "high"),
    [
        (429, 17.0, 1, 17.1, 17.5),  # obeyed, plus a margin
        (503, 3.0, 4, 3.1, 3.5),
        (429, 0.0, 1, 0.1, 0.5),
        (429, None, 1, 60, 60),  # a window
        (429, None, 9, 60, 60),
        (503, None, 1, 0.5, 1),
        (503, None, 5, 8, 16),
        (500, None, 30, 30, 60),  # at most a minute
        (None, None, 1, 0.5, 1),  # the connection failed
        (None, None, 3, 2, 4),
    ],
)
def test_how_long_a_retry_waits(status, retry_after, attempt, low, high):
    waits = [retry_wait(status, retry_after, attempt) for _ in range(200)]
    assert low <= min(waits) <= max(waits) <= high


def test_the_backoff_has_jitter():
    assert len({retry_wait(503, None, 3) for _ in range(20)}) > 1


# Pacing


def test_the_first_call_does_not_wait():
    assert RateLimiter(0.8).reserve(EXPORT, now=0.0) == 0


def test_the_first_response_of_a_route_comes_before_its_other_calls():
    limiter = RateLimiter(0.8)

    def call() -> None:
        with limiter.in_turn(GROUPS):
            pass

    with ThreadPoolExecutor(2) as pool, limiter.in_turn(GROUPS):
        same = pool.submit(call)
        assert wait([same], timeout=0.05).not_done
        limiter.update(GROUPS, 200, headers(), now=0)
        pool.submit(call).result(timeout=10)  # the limits are known: no need to wait for this call
    same.result(timeout=10)


def test_a_first_call_without_a_response_does_not_hold_the_others():
    limiter = RateLimiter(0.8)
    with suppress(ConnectionError), limiter.in_turn(GROUPS):
        raise ConnectionError
    with limiter.in_turn(GROUPS):
        assert limiter.reserve(GROUPS, 0) == 0


@pytest.mark.parametrize(
    ("share", "limit", "calls"),
    [(0.8, 10, 8), (0.8, 400, 320), (1.0, 10, 10), (0.7, 10, 7), (0.29, 100, 29), (0.1, 5, 1), (0.01, 10, 1)],
)
def test_only_the_share_of_a_limit_is_used(share, limit, calls):
    limiter = RateLimiter(share)
    limiter.update(GROUPS, 200, headers(x_rate_limit=f"{limit}", x_rate_limit_remaining=f"{limit}"), now=0.0)
    assert count_reserved(limiter, GROUPS, now=1.0) == calls
    assert limiter.reserve(GROUPS, now=1.0) == 44.0  # until the announced reset


def test_the_tightest_bucket_of_a_route_delays_only_that_route():
    limiter = RateLimiter(0.8)
    limiter.update(EXPORT, 200, CaseInsensitiveDict({**headers(), **export_limit(4)}), now=0.0)
    limiter.update(GROUPS, 200, headers(), now=0.0)
    assert count_reserved(limiter, EXPORT, now=0.0) == 2
    assert limiter.reserve(EXPORT, now=15.0) == 30.0
    assert limiter.reserve(GROUPS, now=15.0) == 0


def test_routes_share_the_bucket_of_the_account():
    limiter = RateLimiter(1.0)
    limiter.update(GROUPS, 200, headers(x_rate_limit_remaining="1"), now=0.0)
    limiter.update("brands", 200, headers(x_rate_limit_remaining="1"), now=0.0)
    assert limiter.reserve("brands", now=0.0) == 0
    assert limiter.reserve(GROUPS, now=0.0) == 45.0


def test_guide_routes_are_counted_separately():
    limiter = RateLimiter(1.0)
    empty = {"x-rate-limit": "400", "x-rate-limit-remaining": "0"}
    limiter.update(SURVEYS, 200, empty, now=0.0)
    limiter.update("guide/en-us/surveys", 200, empty | {"x-rate-limit-remaining": "9"}, now=0.0)
    limiter.update(GROUPS, 200, headers(), now=0.0)
    assert limiter.reserve(SURVEYS, now=10.0) == 50.0
    assert limiter.reserve("guide/en-us/surveys", now=10.0) == 0
    assert limiter.reserve(GROUPS, now=10.0) == 0


def test_calls_without_a_response_yet_are_counted():
    limiter = RateLimiter(1.0)
    limiter.update(GROUPS, 200, headers(x_rate_limit_remaining="5"), now=0.0)
    assert count_reserved(limiter, GROUPS, now=0.0) == 5
    limiter.update(GROUPS, 200, headers(x_rate_limit_remaining="4"), now=1.0)  # sent before the other four
    assert limiter.reserve(GROUPS, now=1.0) == 44.0


def test_a_429_closes_the_route_to_all_threads_until_retry_after():
    limiter = RateLimiter(1.0)
    limiter.update(GROUPS, 200, headers(), now=0.0)
    limiter.update(GROUPS, 429, headers(retry_after="7"), now=1.0)
    assert limiter.reserve(GROUPS, now=1.0) == 7.0
    assert limiter.reserve(GROUPS, now=8.0) == 0


def test_a_retry_after_date_counts_from_now():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < read_retry_after({"retry-after": later}) < 91


def test_calls_of_another_client_are_counted():
    limiter = RateLimiter(0.8)
    limiter.update(GROUPS, 200, headers(), now=0.0)
    limiter.update(GROUPS, 200, headers(x_rate_limit_remaining="12"), now=1.0)
    assert limiter.reserve(GROUPS, now=1.0) == 44.0


def test_a_new_window_is_full_again():
    limiter = RateLimiter(0.8)
    limiter.update(EXPORT, 200, export_limit(2), now=0.0)
    assert limiter.reserve(EXPORT, now=44.9) == pytest.approx(0.1)
    assert count_reserved(limiter, EXPORT, now=45.0) == 8
    limiter.update(EXPORT, 200, export_limit(2, resets=59), now=46.0)
    assert limiter.reserve(EXPORT, now=46.0) == 59.0


def test_threads_together_do_not_exceed_a_limit():
    limiter = RateLimiter(1.0)
    waits: list[float] = []
    limiter.update(GROUPS, 200, headers(x_rate_limit="100", x_rate_limit_remaining="100"), now=0.0)
    threads = [
        threading.Thread(target=lambda: waits.extend(limiter.reserve(GROUPS, now=1.0) for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0) == 100
