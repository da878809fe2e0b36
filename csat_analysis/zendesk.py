"""HTTP to Zendesk: signing in, pacing, retries, and lists page by page as raw JSON.

Whether and how long to wait is decided in `pacing`; the sleeping stands here, in one place. Credentials only
ever travel to the account's own host: redirects are not followed, and paging URLs are checked, then rebuilt.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum
from importlib.metadata import version
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth
from tenacity import RetryCallState, Retrying, retry_if_exception

from .errors import NotAllowed, NotAuthorized, NotFound, RateLimited, Unreachable, UnsafeAddress, ZendeskError
from .pacing import TRANSIENT, Pacer, read_retry_after, retry_wait
from .settings import LOOPBACK, Settings

Json = dict[str, Any]

TRIES = 8
TRIES_UNREACHED = 3  # before anything ever answered, the address or the network is likelier at fault
TIMEOUT_SECONDS = (10, 300)  # to connect, between bytes; a big export page takes minutes to begin
TOKEN_SECONDS = 3600  # Zendesk allows 300 to 172800
TOKEN_PATH = "/oauth/tokens"
SCOPE = "read"  # ticket audits are out of reach of the narrower scopes
SMALLEST_PAGE = 50
NUMBERS = re.compile(r"/\d+(?=/|$)")


class Paging(Enum):
    """How a list is paged: how its first page is asked for and how its end shows."""

    EXPORT = "start_time, then cursor, until end_of_stream"
    CURSOR = "page[size] and page[after], until meta.has_more is false"


class Listing(NamedTuple):
    """A list of Zendesk's: its path below /api/v2, the key of its rows, its paging, its page size."""

    path: str
    root: str
    paging: Paging = Paging.CURSOR
    size: int = 100


class Page(NamedTuple):
    """One page: its rows, the whole body (sideloads), and the cursor behind its last row."""

    rows: list[Json]
    body: Json
    cursor: str | None


TICKETS = Listing("incremental/tickets/cursor", "tickets", Paging.EXPORT, 1000)
SURVEY_RESPONSES = Listing("guide/survey_responses", "survey_responses", size=50)  # 50: largest seen to work
USERS = Listing("users", "users")
GROUPS = Listing("groups", "groups")
BRANDS = Listing("brands", "brands")
TICKET_FIELDS = Listing("ticket_fields", "ticket_fields")


def surveys(locale: str) -> Listing:
    """The account's surveys with their words in `locale`."""
    return Listing(f"guide/{locale}/surveys", "surveys", size=50)


def audits(ticket_id: int) -> Listing:
    """The audits of one ticket, oldest first."""
    return Listing(f"tickets/{ticket_id}/audits", "audits")


class Zendesk:
    """A signed-in account. `calls` and `waited_seconds` count what it cost so far."""

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.url = settings.url
        self.calls, self.waited_seconds = 0, 0.0
        self._sleep, self._clock, self._reached = sleep, clock, False
        self._pacer = Pacer(settings.csat_rate_share)
        self._session = requests.Session()
        self._session.trust_env = urlsplit(self.url).hostname not in LOOPBACK  # no proxy on the way home
        self._session.headers["User-Agent"] = f"csat-analysis/{version('csat-analysis')}"
        self._session.headers["Accept"] = "application/json"
        self._credentials = settings.credentials
        self._auth: AuthBase | None = None
        self._signing_in = threading.Lock()

    def get(self, path: str, **params: Any) -> Json:
        """The body of one GET below /api/v2.

        Raises a ZendeskError or one of its children, once trying again is of no use.
        """
        auth = self._signed_in()
        try:
            return self._request("GET", path, params, auth)
        except NotAuthorized:
            if self._credentials.kind != "client":
                raise
            auth = self._signed_in(instead_of=auth)  # the token may have expired on the way
            return self._request("GET", path, params, auth)

    def me(self) -> Json:
        """The user who is signed in. Raises NotAuthorized: wrong credentials can answer 200, with nobody."""
        user = self.get("users/me").get("user") or {}
        if not user.get("id"):
            raise NotAuthorized(f"Zendesk knows nobody by these credentials: {self._remedy()}", status=401)
        return user

    def pages(self, listing: Listing, *, cursor: str | None = None, **params: Any) -> Iterator[Page]:
        """The pages of a list, from `cursor` or from its beginning; `params` go with every request.

        Each page carries the cursor to continue behind it, even the last one, for a later run.
        A page too big for Zendesk (504) is asked for again at half the size.
        """
        size = listing.size
        while True:
            try:
                body = self.get(listing.path, **_query(listing.paging, cursor, size, params))
            except ZendeskError as error:
                if error.status != 504 or size <= SMALLEST_PAGE:
                    raise
                size //= 2
                continue
            following, more = _next(listing.paging, body)
            ended = not more or following in (
                None,
                cursor,
            )  # archived tickets announce more without saying where
            cursor = following or cursor
            yield Page(self._rows(listing, body), body, cursor)
            if ended:
                return

    def _rows(self, listing: Listing, body: Json) -> list[Json]:
        for url in (body.get("after_url"), (body.get("links") or {}).get("next")):
            self._check_host(url)
        rows = body.get(listing.root)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ZendeskError(
                f"Zendesk's answer to {listing.path} holds no {listing.root}: is {self.url} right?"
            )
        return rows

    def _check_host(self, url: str | None) -> None:
        if url and urlsplit(url).netloc != urlsplit(self.url).netloc:
            raise UnsafeAddress(
                f"Zendesk's answer leads to another host ({urlsplit(url).hostname}): nothing was sent there; "
                f"set ZENDESK_URL to the address the account calls its own"
            )

    def _signed_in(self, *, instead_of: AuthBase | None = None) -> AuthBase:
        """What signs a request; a client's token is asked for when first needed, and kept in memory only."""
        kind, name, secret = self._credentials
        if kind == "email":
            return HTTPBasicAuth(f"{name}/token", secret.get_secret_value())
        with self._signing_in:
            if self._auth is None or self._auth is instead_of:
                self._auth = Bearer(self._new_token() if kind == "client" else secret.get_secret_value())
            return self._auth

    def _new_token(self) -> str:
        body = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.name,
            "client_secret": self._credentials.secret.get_secret_value(),
            "scope": SCOPE,
            "expires_in": TOKEN_SECONDS,
        }
        answer = self._request("POST", TOKEN_PATH, {}, Anonymous(), body=body)
        if not isinstance(token := answer.get("access_token"), str):
            raise NotAuthorized("Zendesk gave no token: check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET")
        return token

    def _request(
        self, method: str, path: str, params: Json, auth: AuthBase, *, body: Json | None = None
    ) -> Json:
        tries = Retrying(
            retry=retry_if_exception(_is_passing),
            wait=_wait_after,
            stop=lambda state: state.attempt_number >= (TRIES if self._reached else TRIES_UNREACHED),
            sleep=self._wait,
            reraise=True,
        )
        return tries(self._once, method, path, params=params, json=body, auth=auth)

    def _once(self, method: str, path: str, **request: Any) -> Json:
        route = NUMBERS.sub("/N", path)
        while (seconds := self._pacer.reserve(route, self._clock())) > 0:
            self._wait(seconds)
        response = self._send(method, path, **request)
        self._reached = True
        self._pacer.learn(route, response.headers, self._clock())
        if response.status_code >= 300:
            raise self._error(response, path)
        return _json(response, path)

    def _send(self, method: str, path: str, **request: Any) -> requests.Response:
        url = f"{self.url}{path}" if path.startswith("/") else f"{self.url}/api/v2/{path}"
        self.calls += 1
        try:
            return self._session.request(
                method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, **request
            )
        except requests.exceptions.SSLError:
            raise ZendeskError(
                f"the certificate of {self.url} cannot be trusted: check the address and proxy"
            ) from None
        except requests.RequestException as error:
            kind = "no answer in time" if isinstance(error, requests.Timeout) else "no connection"
            raise Unreachable(
                f"cannot reach {self.url} ({kind}): check the network and the address"
            ) from None

    def _wait(self, seconds: float) -> None:
        self.waited_seconds += seconds
        self._sleep(seconds)

    def _error(self, response: requests.Response, path: str) -> ZendeskError:
        status, said = response.status_code, _said(response)
        where = f"{self.url}/{path.lstrip('/')}"
        if response.is_redirect:
            host = urlsplit(response.headers.get("location", "")).hostname
            return UnsafeAddress(
                f"{where} redirects to {host}: nothing was sent there; check ZENDESK_SUBDOMAIN"
            )
        if status == 401 or (status in (400, 403) and path == TOKEN_PATH):
            return NotAuthorized(
                f"Zendesk refuses the credentials at {where} ({status}{said}): {self._remedy()}",
                status=status,
            )
        if status == 403:
            return NotAllowed(
                f"Zendesk does not allow {where} (403{said}): it needs an admin's credentials with the scope "
                f"'{SCOPE}', and a plan with customer satisfaction; see: csat check",
                status=status,
            )
        if status == 404:
            return NotFound(f"there is no {where} (404{said}): check ZENDESK_SUBDOMAIN", status=status)
        kind = RateLimited if status == 429 else ZendeskError
        return kind(
            f"Zendesk fails at {where} ({status}{said}): try again later",
            status=status, retry_after_seconds=read_retry_after(response.headers),
        )  # fmt: skip

    def _remedy(self) -> str:
        return {
            "client": "check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET",
            "token": "check ZENDESK_OAUTH_TOKEN; it may have expired",
            "email": "check ZENDESK_EMAIL and ZENDESK_API_TOKEN; a token unused for 30 days is switched off",
        }[self._credentials.kind]


class Bearer(AuthBase):
    """An OAuth token on each request."""

    def __init__(self, token: str):
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Anonymous(AuthBase):
    """No credentials, not even those that requests would find in a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _query(paging: Paging, cursor: str | None, size: int, params: Json) -> Json:
    if paging is Paging.CURSOR:
        return params | {"page[size]": size} | ({"page[after]": cursor} if cursor else {})
    rest = {name: value for name, value in params.items() if name != "start_time" or not cursor}
    return rest | {"per_page": size} | ({"cursor": cursor} if cursor else {})


def _next(paging: Paging, body: Json) -> tuple[str | None, bool]:
    """The cursor behind a page, and whether there is more; links.next is set even at the end."""
    if paging is Paging.EXPORT:
        return body.get("after_cursor"), not body.get("end_of_stream", True)
    meta = body.get("meta") or {}
    return meta.get("after_cursor"), bool(meta.get("has_more"))


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, Unreachable) or (isinstance(error, ZendeskError) and error.status in TRANSIENT)


def _wait_after(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    status, asked = getattr(error, "status", None), getattr(error, "retry_after_seconds", None)
    return retry_wait(status, asked, state.attempt_number)


def _json(response: requests.Response, path: str) -> Json:
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError:
        raise Unreachable(f"Zendesk's answer to {path} breaks off or is no JSON: try again later") from None
    if not isinstance(body, dict):
        raise Unreachable(f"Zendesk's answer to {path} is not what it should be: try again later")
    return body


def _said(response: requests.Response) -> str:
    """Zendesk's own words about an error, from any of its envelopes; at most one short line."""
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError:
        return ""
    found = [
        body.get("error_description"),
        body.get("description"),
        body.get("error"),
        *(body.get("errors") or []),
    ]
    for words in found:
        if isinstance(words, dict):
            words = words.get("message") or words.get("title")
        if isinstance(words, str) and words:
            return f": {' '.join(words.split())[:160]}"
    return ""
