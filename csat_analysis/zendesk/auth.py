"""What signs a request: an API token, an OAuth token, or one that a client's secret is traded for."""

from __future__ import annotations

import threading
from collections.abc import Callable

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from ..errors import NotAuthorized
from ..settings import Credentials
from .endpoints import Json

TOKEN_PATH = "/oauth/tokens"
TOKEN_SECONDS = 3600  # Zendesk allows 300 to 172800
SCOPE = "read"  # ticket audits are out of reach of the narrower scopes
REMEDIES = {
    "client": "check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET",
    "token": "check ZENDESK_OAUTH_TOKEN; it may have expired",
    "email": "check ZENDESK_EMAIL and ZENDESK_API_TOKEN; a token unused for 30 days is switched off",
}


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


class Signature:
    """The signature of the moment. A token that a client's secret is traded for lives in memory only.

    trade: posts a body to Zendesk's token endpoint and gives its answer.
    """

    def __init__(self, credentials: Credentials, trade: Callable[[Json], Json]):
        self._credentials, self._trade = credentials, trade
        self._current: AuthBase | None = None
        self._lock = threading.Lock()

    @property
    def remedy(self) -> str:
        """What to do where these credentials are refused."""
        return REMEDIES[self._credentials.kind]

    @property
    def renewable(self) -> bool:
        """Whether a new token can be had where one has expired."""
        return self._credentials.kind == "client"

    def current(self, *, instead_of: AuthBase | None = None) -> AuthBase:
        """What signs the next request; a new token if the current one is still `instead_of`, which failed."""
        with self._lock:
            if self._current is None or self._current is instead_of:
                self._current = self._made()
            return self._current

    def _made(self) -> AuthBase:
        kind, name, secret = self._credentials
        if kind == "email":
            return HTTPBasicAuth(f"{name}/token", secret.get_secret_value())
        return Bearer(self._new_token() if kind == "client" else secret.get_secret_value())

    def _new_token(self) -> str:
        answer = self._trade(
            {
                "grant_type": "client_credentials",
                "client_id": self._credentials.name,
                "client_secret": self._credentials.secret.get_secret_value(),
                "scope": SCOPE,
                "expires_in": TOKEN_SECONDS,
            }
        )
        if not isinstance(token := answer.get("access_token"), str):
            raise NotAuthorized(f"Zendesk gave no token: {self.remedy}")
        return token
