"""A signed-in account: each call paced and tried again while that can help, each list page by page."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception

from ..errors import NotAuthorized, Unreachable, UnsafeAddress, ZendeskError
from ..settings import Settings
from .auth import TOKEN_PATH, Anonymous, Signature
from .endpoints import Endpoint, Json, Page, next_cursor, page_query
from .error_responses import read_json, refusal
from .rate_limits import TRANSIENT, Pacer, read_http_date, retry_wait
from .transport import Transport

TRIES = 8
TRIES_UNREACHED = 3  # before anything ever answered, the address or the network is likelier at fault
SMALLEST_PAGE = 50
TOO_BIG = 504  # "upstream request timeout": what a page answers that is too big to be made in time
NUMBERS = re.compile(r"/\d+(?=/|$)")


class Zendesk:
    """A signed-in account, safe to use from several threads.

    `calls` and `waited_seconds` count what it cost so far; `on_wait` is told the seconds of each wait.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.url = settings.url
        self.calls, self.waited_seconds = 0, 0.0
        self._waits_until = 0.0
        self._server_time: dt.datetime | None = None
        self.on_wait: Callable[[float], None] = lambda seconds: None
        self._closed = threading.Event()
        self._sleep, self._clock, self._reached = sleep or self._closed.wait, clock, False
        self._transport = Transport(self.url)
        self._pacer = Pacer(settings.csat_rate_share)
        self._signature = Signature(settings.credentials, self._trade)
        self._counting = threading.Lock()

    def __enter__(self) -> Zendesk:
        return self

    def __exit__(self, *exception: object) -> None:
        """Wake what still waits for a limit in another thread: nobody will read what it would bring."""
        self._closed.set()

    @property
    def rate_used(self) -> str:
        """How much of the tightest limit of the present minute is used, such as "8 of 10 calls a minute"."""
        return self._pacer.rate_used(self._clock())

    @property
    def server_time(self) -> dt.datetime | None:
        """Zendesk's own time (UTC) at the latest response; None before any, or if none carried a date."""
        return self._server_time

    def get(self, path: str, *, hopeless: frozenset[int] = frozenset(), **params: Any) -> Json:
        """The body of one GET below /api/v2.

        hopeless: statuses that trying again would not mend. Raises a ZendeskError or one of its children, once
        trying again is of no use.
        """
        auth = self._signature.current()
        try:
            return self._request("GET", f"/api/v2/{path}", auth, hopeless, params=params)
        except NotAuthorized:
            if not self._signature.renewable:
                raise
            auth = self._signature.current(instead_of=auth)  # the token may have expired on the way
            return self._request("GET", f"/api/v2/{path}", auth, hopeless, params=params)

    def me(self) -> Json:
        """The user who is signed in. Raises NotAuthorized: wrong credentials can answer 200, with nobody."""
        user = self.get("users/me").get("user") or {}
        if not user.get("id"):
            message = f"Zendesk knows nobody by these credentials: {self._signature.remedy}"
            raise NotAuthorized(message, status=401)
        return user

    def pages(self, endpoint: Endpoint, *, cursor: str | None = None, **params: Any) -> Iterator[Page]:
        """The pages of a list, from `cursor` or from its beginning; `params` go with every request.

        Each page carries the cursor to continue behind it, even the last one, for a later run.
        A page too big for Zendesk (504) is asked for again at half the size. Raises CursorRefused where
        Zendesk takes a cursor no longer.
        """
        page_size = endpoint.page_size
        while True:
            halve = frozenset({TOO_BIG} if page_size > SMALLEST_PAGE else ())
            try:
                query = page_query(endpoint, cursor, page_size, params)
                body = self.get(endpoint.path, hopeless=halve, **query)
            except ZendeskError as error:
                if error.status not in halve:
                    raise
                page_size //= 2
                continue
            after, more = next_cursor(endpoint.paging, body)
            # archived tickets announce more without saying where
            ended = not more or after in (None, cursor)
            cursor = after or cursor
            yield Page(self._rows(endpoint, body), body, cursor)
            if ended:
                return

    def _rows(self, endpoint: Endpoint, body: Json) -> list[Json]:
        for url in (body.get("after_url"), (body.get("links") or {}).get("next")):
            self._check_host(url)
        rows = body.get(endpoint.rows_key)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ZendeskError(
                f"Zendesk's answer to {endpoint.path} holds no {endpoint.rows_key}: is {self.url} right?"
            )
        return rows

    def _check_host(self, url: str | None) -> None:
        if url and urlsplit(url).netloc != urlsplit(self.url).netloc:
            raise UnsafeAddress(
                f"Zendesk's answer leads to another host ({urlsplit(url).hostname}): nothing was sent there; "
                f"set ZENDESK_URL to the address the account calls its own"
            )

    def _trade(self, body: Json) -> Json:
        return self._request("POST", TOKEN_PATH, Anonymous(), frozenset(), json=body)

    def _request(
        self, method: str, path: str, auth: AuthBase, hopeless: frozenset[int], **content: Any
    ) -> Json:
        tries = Retrying(
            retry=retry_if_exception(lambda error: _may_pass(error, hopeless)),
            wait=_wait_after,
            stop=lambda state: state.attempt_number >= (TRIES if self._reached else TRIES_UNREACHED),
            sleep=self._wait,
            reraise=True,
        )
        return tries(self._once, method, path, auth=auth, **content)

    def _once(self, method: str, path: str, **content: Any) -> Json:
        route = NUMBERS.sub("/N", path.removeprefix("/api/v2/"))
        while (seconds := self._pacer.reserve(route, self._clock())) > 0:
            self._wait(seconds)
        with self._counting:
            self.calls += 1
        answer = self._transport.send(method, path, **content)
        self._reached = True
        self._server_time = read_http_date(answer.headers.get("date")) or self._server_time
        self._pacer.learn(route, answer.status, answer.headers, self._clock())
        if answer.status >= 300:
            behind_cursor = not {"cursor", "page[after]"}.isdisjoint(content.get("params") or ())
            where, remedy = f"{self.url}{path}", self._signature.remedy
            raise refusal(answer, where, remedy=remedy, path=path, behind_cursor=behind_cursor)
        return read_json(answer, path)

    def _wait(self, seconds: float) -> None:
        with self._counting:  # threads that wait together wait once
            now = self._clock()
            self.waited_seconds += max(0.0, now + seconds - max(now, self._waits_until))
            self._waits_until = max(self._waits_until, now + seconds)
        self.on_wait(seconds)
        self._sleep(seconds)
        if self._closed.is_set():
            raise ZendeskError("stopped while it waited for Zendesk: the next run goes on from here")


def _may_pass(error: BaseException, hopeless: frozenset[int]) -> bool:
    if isinstance(error, Unreachable):
        return True
    return isinstance(error, ZendeskError) and error.status in TRANSIENT and error.status not in hopeless


def _wait_after(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    status, asked = getattr(error, "status", None), getattr(error, "retry_after_seconds", None)
    return retry_wait(status, asked, state.attempt_number)
