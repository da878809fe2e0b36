"""The Zendesk client: requests within the rate limits, retried where that helps, lists page by page."""

from __future__ import annotations

import datetime as dt
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception

from ..errors import NotAuthorized, RateLimited, Unreachable, ZendeskError
from ..settings import SecretText, Settings
from .auth import TOKEN_PATH, Authenticator
from .endpoints import Endpoint, Json, Page, Paging, page_query
from .envelopes import (
    InvalidJson,
    check_host,
    parse_object,
    read_position,
    read_rows,
    read_token,
    read_user,
)
from .error_responses import Context, error_of_response
from .limits import Limits
from .paging import ListProgress
from .rate_limits import RETRY_STATUSES, RateLimiter, read_http_date, retry_wait
from .texts import duration_text
from .transport import Response, ResponseTooLarge, Transport

LOG = logging.getLogger(__name__)
MIN_PAGE_SIZE = 50
OK = 200
LONG_WAIT_SECONDS = 10.0
PAGE_TOO_LARGE = 504  # "upstream request timeout": Zendesk needs too long for so many rows
NUMBERS = re.compile(r"/\d+(?=/|$)")


@dataclass
class _Call:
    """One request with its retries."""

    method: str
    path: str
    auth: AuthBase
    params: Json
    seconds_left: float
    wait_seconds_left: float
    no_retry_statuses: frozenset[int] = frozenset()

    @property
    def route(self) -> str:
        """The path without ids, as Zendesk counts its calls."""
        return NUMBERS.sub("/N", self.path.removeprefix("/api/v2/"))


class Zendesk:
    """A client for one account, safe to use from several threads.

    Parameters
    ----------
    settings : Settings
        The account's address, the credentials, and the share of the rate limits to use.
    limits : Limits, optional
        How long requests and waits may take, and how large responses may be.
    sleep, clock : callable, optional
        Replace waiting and the monotonic clock, for tests.

    Attributes
    ----------
    url : str
        The account's base URL.
    calls : int
        Requests sent so far, retries included.
    waited_seconds : float
        Seconds spent waiting for rate limits and retries so far.
    on_wait : callable
        Called with the seconds of each wait before it begins.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        limits: Limits | None = None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.url = settings.url
        self.calls = 0
        self.waited_seconds = 0.0
        self.on_wait: Callable[[float], None] = lambda seconds: None
        self._limits = limits or Limits()
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._clock = clock
        self._waits_until = 0.0
        self._server_time: dt.datetime | None = None
        self._has_responded = False
        self._has_succeeded = False
        self._counting = threading.Lock()
        self._transport = Transport(self.url, self._limits)
        self._rate_limiter = RateLimiter(settings.csat_rate_share)
        self._authenticator = Authenticator(settings.credentials, self._request_token)

    def __enter__(self) -> Zendesk:
        """Return the client."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the client."""
        self.close()

    def close(self) -> None:
        """End the requests and waits of all threads; each of them fails with a ZendeskError."""
        self._closed.set()
        self._transport.close()

    @property
    def server_time(self) -> dt.datetime | None:
        """Zendesk's own time (UTC) at the latest response; None before any, or if none carried a date."""
        return self._server_time

    def get(self, path: str, *, no_retry_statuses: frozenset[int] = frozenset(), **params: Any) -> Json:
        """Return the body of one GET request.

        Parameters
        ----------
        path : str
            Below /api/v2, such as "groups".
        no_retry_statuses : frozenset of int
            Status codes that must not be retried.
        **params
            The query.

        Returns
        -------
        dict

        Raises
        ------
        ZendeskError
            Or one of its subclasses, once another try does not help.
        """
        auth = self._authenticator.current()
        try:
            return self._get(path, auth, no_retry_statuses, params)
        except NotAuthorized:
            if not self._authenticator.can_renew:
                raise
        # the token may have expired on the way
        return self._get(path, self._authenticator.current(refused=auth), no_retry_statuses, params)

    def me(self) -> Json:
        """Return the signed-in user.

        Returns
        -------
        dict
            With `id`, `role` and `iana_time_zone`.

        Raises
        ------
        NotAuthorized
            Also if Zendesk responds with the anonymous user, as it does for some wrong credentials.
        """
        user = read_user(self.get("users/me"), "users/me")
        if user is None:
            message = f"Zendesk has no user for these credentials: {self._authenticator.advice}"
            raise NotAuthorized(message, status=401)
        return user

    def pages(self, endpoint: Endpoint, *, cursor: str | None = None, **params: Any) -> Iterator[Page]:
        """Yield the pages of a list.

        A page that is too large for Zendesk or for the limits is requested again at half the size.

        Parameters
        ----------
        endpoint : Endpoint
            The list.
        cursor : str, optional
            Where to continue; default: at the beginning.
        **params
            The query of every page.

        Yields
        ------
        Page
            Each with the cursor behind it, even the last one, for a later run.

        Raises
        ------
        CursorRefused
            If Zendesk no longer accepts `cursor`.
        ZendeskError
            Also if the list does not end: if it repeats its rows or its cursors.
        """
        progress = ListProgress(endpoint, self._limits)
        page_size = endpoint.page_size
        while True:
            can_halve = page_size > MIN_PAGE_SIZE and endpoint.paging is not Paging.SINGLE
            no_retry_statuses = frozenset({PAGE_TOO_LARGE} if can_halve else ())
            query = page_query(endpoint, cursor, page_size, params)
            try:
                body = self.get(endpoint.path, no_retry_statuses=no_retry_statuses, **query)
            except ZendeskError as error:
                if not can_halve or not _is_page_too_large(error):
                    raise
                page_size //= 2
                continue
            rows = read_rows(endpoint, body)
            position = read_position(endpoint, body, rows=len(rows), page_size=page_size)
            for url in position.urls:
                check_host(url, self.url)
            has_more = position.has_more and not (endpoint.may_lack_cursor and position.cursor is None)
            progress.check_rows(rows, has_more=has_more)
            yield Page(rows, body, position.cursor or cursor)
            if not has_more:
                return
            progress.check_cursor(position, cursor)
            cursor = position.cursor

    def _get(self, path: str, auth: AuthBase, no_retry_statuses: frozenset[int], params: Json) -> Json:
        return self._send(self._new_call("GET", f"/api/v2/{path}", auth, params, no_retry_statuses))

    def _request_token(self, grant: AuthBase) -> SecretText:
        return read_token(self._send(self._new_call("POST", TOKEN_PATH, grant)), TOKEN_PATH)

    def _new_call(
        self,
        method: str,
        path: str,
        auth: AuthBase,
        params: Json | None = None,
        no_retry_statuses: frozenset[int] = frozenset(),
    ) -> _Call:
        limits = self._limits
        return _Call(
            method,
            path,
            auth,
            params or {},
            seconds_left=limits.request_seconds,
            wait_seconds_left=limits.all_waits_seconds,
            no_retry_statuses=no_retry_statuses,
        )

    def _send(self, call: _Call) -> Json:
        tries = Retrying(
            retry=retry_if_exception(lambda error: self._can_retry(error, call)),
            wait=_seconds_until_retry,
            stop=self._has_no_try_left,
            sleep=lambda seconds: self._wait(seconds, call),
            reraise=True,
        )
        return tries(self._send_once, call)

    def _send_once(self, call: _Call) -> Json:
        response = self._limited_response(call)
        if response.status >= 300:
            raise error_of_response(response, self._context(call))
        body = parse_object(response.body, call.path, max_values=self._limits.json_values)
        self._has_succeeded = True
        return body

    def _limited_response(self, call: _Call) -> Response:
        """Return the response to a call that waits for the rate limits, and read the limits that it announces."""
        with self._rate_limiter.in_turn(call.route):
            while (seconds := self._rate_limiter.reserve(call.route, self._clock())) > 0:
                self._wait(seconds, call)
            self._check_open()
            with self._counting:
                self.calls += 1
            response = self._timed_response(call)
            self._has_responded = True
            self._server_time = read_http_date(response.headers.get("date")) or self._server_time
            self._rate_limiter.update(call.route, response.status, response.headers, self._clock())
        return response

    def _timed_response(self, call: _Call) -> Response:
        begin = time.monotonic()
        outcome: object = "no response"
        try:
            response = self._transport.send(
                call.method, call.path, auth=call.auth, params=call.params, seconds=call.seconds_left
            )
            outcome = response.status
            return response
        finally:
            seconds = time.monotonic() - begin
            call.seconds_left -= seconds
            level = logging.DEBUG if outcome == OK else logging.INFO
            LOG.log(level, "%s %s: %s in %.2f s", call.method, call.route, outcome, seconds)

    def _context(self, call: _Call) -> Context:
        return Context(
            self.url,
            call.path,
            advice=self._authenticator.advice,
            has_cursor=not {"cursor", "page[after]"}.isdisjoint(call.params),
            address_works=self._has_succeeded,
            wait_seconds=self._limits.wait_seconds,
            secrets=self._authenticator.secrets,
        )

    def _can_retry(self, error: BaseException, call: _Call) -> bool:
        if not isinstance(error, ZendeskError) or call.seconds_left <= 0:
            return False
        if (error.retry_after_seconds or 0) > self._limits.wait_seconds:
            return False
        is_passing = error.status in RETRY_STATUSES and error.status not in call.no_retry_statuses
        return is_passing or isinstance(error, Unreachable)

    def _has_no_try_left(self, state: RetryCallState) -> bool:
        limits = self._limits
        tries = limits.tries if self._has_responded else limits.tries_before_contact
        if isinstance(_error_of(state), InvalidJson):
            tries = limits.tries_of_invalid_json
        return state.attempt_number >= tries

    def _wait(self, seconds: float, call: _Call) -> None:
        call.wait_seconds_left -= seconds
        if call.wait_seconds_left < 0:
            raise RateLimited(
                f"Zendesk keeps asking to wait at {self.url}{call.path}, longer in all than the "
                f"{duration_text(self._limits.all_waits_seconds)} that the waits of one request may take; "
                "run the command again later"
            )
        with self._counting:
            # threads that wait at the same time are counted once
            now = self._clock()
            self.waited_seconds += max(0.0, now + seconds - max(now, self._waits_until))
            self._waits_until = max(self._waits_until, now + seconds)
        level = logging.INFO if seconds >= LONG_WAIT_SECONDS else logging.DEBUG
        LOG.log(level, "waiting %.1f s before %s", seconds, call.route)
        self.on_wait(seconds)
        self._sleep(seconds)
        self._check_open()

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise ZendeskError("interrupted while waiting for Zendesk; run the command again to resume")


def _is_page_too_large(error: ZendeskError) -> bool:
    return error.status == PAGE_TOO_LARGE or isinstance(error, ResponseTooLarge)


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _seconds_until_retry(state: RetryCallState) -> float:
    error = _error_of(state)
    status = getattr(error, "status", None)
    return retry_wait(status, getattr(error, "retry_after_seconds", None), state.attempt_number)
