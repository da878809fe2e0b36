"""One request sent to the account's own host, its answer read whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from ..errors import Unreachable, ZendeskError
from ..settings import LOOPBACK

TIMEOUT_SECONDS = (10, 300)  # to connect, between bytes; a big export page takes minutes to begin
BODY_SECONDS = 600  # for a whole body: one that only drips would else be waited for without end
CHUNK = 1 << 16


class Answer(NamedTuple):
    """What came back: status, headers (names in any case), and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """HTTP to one host, which is the only one that ever sees a request; safe to use from several threads."""

    def __init__(self, url: str):
        self.url = url
        self._session = requests.Session()
        # Proxies and certificates come from the environment, but not on the way to this machine itself.
        self._session.trust_env = urlsplit(url).hostname not in LOOPBACK
        self._session.headers["User-Agent"] = f"csat-analysis/{version('csat-analysis')}"
        self._session.headers["Accept"] = "application/json"

    def send(self, method: str, path: str, *, auth: AuthBase, params: Any = None, json: Any = None) -> Answer:
        """One request, without following a redirect. Raises Unreachable if no whole answer arrives."""
        try:
            with self._session.request(
                method, f"{self.url}{path}", auth=auth, params=params, json=json,
                timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True,
            ) as response:  # fmt: skip
                return Answer(response.status_code, response.headers, _whole_body(response))
        except requests.exceptions.SSLError:
            message = f"the certificate of {self.url} cannot be trusted: check the address and proxy"
            raise ZendeskError(message) from None
        except (requests.RequestException, HTTPError) as error:
            late = isinstance(error, requests.Timeout | ReadTimeoutError)
            kind = "no answer in time" if late else "no connection"
            message = f"cannot reach {self.url} ({kind}): check the network and the address"
            raise Unreachable(message) from None


def _whole_body(response: requests.Response) -> bytes:
    """All bytes of the body, as they arrive: what `response.content` gives, with a time limit on the whole."""
    begun, chunks = time.monotonic(), []
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        chunks.append(chunk)
        if time.monotonic() - begun > BODY_SECONDS:
            raise requests.Timeout
    return b"".join(chunks)
