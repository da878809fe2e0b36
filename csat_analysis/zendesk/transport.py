"""Send one request to the account's host and read the whole response, within limits.

Each exchange runs in a thread of its own, so that the caller waits at most as long as the limits say, whatever
the server does, and can be interrupted at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import CancelledError
from importlib.metadata import version
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from ..errors import Unreachable, ZendeskError
from ..settings import LOOPBACK
from .connections import AbortableAdapter, Exchange, start_exchange
from .limits import Limits
from .texts import duration_text

CHUNK_BYTES = 1 << 16


class ResponseTooLarge(ZendeskError):
    """Raised when a response body is larger than the limits allow."""


class Response(NamedTuple):
    """A whole response: status, headers (their names match in any case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes | bytearray


class Transport:
    """HTTP to one host, the only one that receives requests; safe to use from several threads.

    Parameters
    ----------
    url : str
        The base URL of the account.
    limits : Limits
        How long a connection may take and how large a response may be.
    """

    def __init__(self, url: str, limits: Limits):
        self.url = url
        self._limits = limits
        self._session = requests.Session()
        self._session.mount("https://", AbortableAdapter())
        self._session.mount("http://", AbortableAdapter())
        # proxies and certificates come from the environment, except for requests to this machine
        self._session.trust_env = urlsplit(url).hostname not in LOOPBACK
        self._session.headers["User-Agent"] = f"csat-analysis/{version('csat-analysis')}"
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Accept-Encoding"] = "gzip"
        self._is_closed = False
        self._exchanges: set[Exchange[Response | ZendeskError]] = set()

    def send(
        self,
        method: str,
        path: str,
        *,
        auth: AuthBase,
        params: Mapping[str, Any] | None = None,
        seconds: float,
    ) -> Response:
        """Send one request and return its response; redirects are not followed.

        Parameters
        ----------
        method, path : str
            Such as GET and /api/v2/groups.
        auth : requests.auth.AuthBase
            Adds the credentials to the request.
        params : mapping, optional
            The query.
        seconds : float
            How long the whole exchange may take.

        Raises
        ------
        Unreachable
            If no whole response arrives in time.
        ResponseTooLarge
            If the body is larger than the limits allow.
        """
        exchange: Exchange[Response | ZendeskError] = Exchange()
        self._exchanges.add(exchange)
        request = requests.Request(
            method, f"{self.url}{path}", headers=self._session.headers, auth=auth, params=params
        )
        if self._is_closed:
            exchange.abort()
        start_exchange(exchange, lambda: self._outcome_of(request, seconds))
        try:
            result = exchange.outcome.result(timeout=seconds)
        except TimeoutError:
            result = self._unreachable(f"no whole response within {duration_text(seconds)}")
        except CancelledError:
            result = self._unreachable("interrupted")
        finally:
            self._exchanges.discard(exchange)
            if not exchange.outcome.done():
                exchange.abort()
        if isinstance(result, ZendeskError):
            raise result
        return result

    def close(self) -> None:
        """End all requests that are still waiting for a response, in whatever thread."""
        self._is_closed = True
        for exchange in list(self._exchanges):
            exchange.abort()
        self._session.close()

    def _outcome_of(self, request: requests.Request, seconds: float) -> Response | ZendeskError:
        """Return the response, or the error of the exchange: an error that is raised would show the headers."""
        try:
            return self._exchange(request, seconds)
        except ResponseTooLarge as error:
            return error
        # urllib3 and requests let some errors of http.client and of the parsers of addresses through
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            return self._connection_error(error)

    def _exchange(self, request: requests.Request, seconds: float) -> Response:
        # not session.prepare_request: it takes twice as long, and merges cookies, which are not used
        prepared = request.prepare()
        environment: Any = self._session.merge_environment_settings(prepared.url, {}, True, None, None)
        silence = min(self._limits.silence_seconds, seconds)
        # not session.send: it reads the body of a redirect, however large
        with self._session.get_adapter(self.url).send(
            prepared, timeout=(self._limits.connect_seconds, silence), **environment
        ) as response:
            return Response(response.status_code, response.headers, self._read_body(response, request.url))

    def _read_body(self, response: requests.Response, address: str) -> bytearray:
        limit = self._limits.body_bytes
        body = bytearray()
        # read1 bounds what is decompressed at once, too
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > limit:
                size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit:,} bytes"
                raise ResponseTooLarge(
                    f"the response of {address} is larger than {size}: run the command again later"
                )
        return body

    def _connection_error(self, error: Exception) -> ZendeskError:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return ZendeskError(
                f"the certificate of {self.url} cannot be trusted: check the address and the proxy"
            )
        if isinstance(error, requests.Timeout | ReadTimeoutError | TimeoutError):
            return self._unreachable("no response in time")
        if isinstance(error, requests.exceptions.SSLError):
            return self._unreachable("no secure connection")
        return self._unreachable("no connection")

    def _unreachable(self, reason: str) -> Unreachable:
        return Unreachable(f"cannot reach {self.url} ({reason}): check the network and the address")
