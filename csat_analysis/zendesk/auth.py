"""Authenticate requests: with an API token, an OAuth token, or a token requested with a client secret."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable

import requests
from requests.auth import AuthBase

from ..errors import NotAuthorized
from ..redaction import Secrets
from ..settings import Credentials, SecretText

TOKEN_PATH = "/oauth/tokens"
TOKEN_SECONDS = 3600  # Zendesk allows 300 to 172800
SCOPE = "read"  # ticket audits need more than the narrower scopes
ADVICE = {
    "client": "check ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET",
    "token": "check ZENDESK_OAUTH_TOKEN; it may have expired",
    "email": "check ZENDESK_EMAIL and ZENDESK_API_TOKEN; a token unused for 30 days is switched off",
}
HEADER_VALUE = re.compile(r"[\x21-\x7e]+")  # ASCII without blanks and control characters


class AuthorizationHeader(AuthBase):
    """Send a secret in the `Authorization` header of each request."""

    def __init__(self, scheme: str, secret: SecretText):
        self._scheme = scheme
        self._secret = secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"{self._scheme} {self._secret.reveal()}"
        return request

    @property
    def secret(self) -> SecretText:
        """What is sent, without the scheme."""
        return self._secret


class TokenGrant(AuthBase):
    """Send a client secret in the body of a token request."""

    def __init__(self, credentials: Credentials):
        self._credentials = credentials

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the body. It is made here, so that no variable of the caller holds the secret."""
        body = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.name,
            "client_secret": self._credentials.secret.reveal(),
            "scope": SCOPE,
            "expires_in": TOKEN_SECONDS,
        }
        request.prepare_body(data=None, files=None, json=body)
        return request


class Authenticator:
    """Provide the authentication of the next request. A requested token is kept in memory only.

    Parameters
    ----------
    credentials : Credentials
        From the settings.
    request_token : callable
        Sends a token request, given its `TokenGrant`, and returns the new token.
    """

    def __init__(self, credentials: Credentials, request_token: Callable[[AuthBase], SecretText]):
        self._credentials = credentials
        self._request_token = request_token
        self._current: AuthBase | None = None
        self._lock = threading.Lock()

    @property
    def advice(self) -> str:
        """What to do if these credentials are refused."""
        return ADVICE[self._credentials.kind]

    @property
    def can_renew(self) -> bool:
        """Whether a new token can be requested when one has expired."""
        return self._credentials.kind == "client"

    @property
    def secrets(self) -> Secrets:
        """The secrets that a response could repeat: those of the settings, and what is sent in their place."""
        sent = [self._current.secret] if isinstance(self._current, AuthorizationHeader) else []
        return Secrets(one.reveal() for one in (self._credentials.secret, *sent))

    def current(self, *, refused: AuthBase | None = None) -> AuthBase:
        """Return the authentication of the next request.

        Parameters
        ----------
        refused : AuthBase, optional
            What Zendesk has just refused. If it is still the current one, a new token is requested.

        Raises
        ------
        NotAuthorized
            If Zendesk refuses the credentials, or if they cannot be sent.
        """
        with self._lock:
            if self._current is None or self._current is refused:
                self._current = self._authenticate()
            return self._current

    def _authenticate(self) -> AuthBase:
        kind, name, secret = self._credentials
        if kind == "email":
            return AuthorizationHeader("Basic", _basic_credentials(name, secret))
        if kind == "client":
            return AuthorizationHeader("Bearer", self._request_token(TokenGrant(self._credentials)))
        if not HEADER_VALUE.fullmatch(secret.reveal()):
            raise NotAuthorized(
                "ZENDESK_OAUTH_TOKEN contains a blank, a line break or another character that a token cannot "
                "have: copy it again"
            )
        return AuthorizationHeader("Bearer", secret)


def _basic_credentials(name: str, secret: SecretText) -> SecretText:
    pair = f"{name}/token:{secret.reveal()}".encode("utf-8", "surrogateescape")
    return SecretText(base64.b64encode(pair).decode("ascii"))
