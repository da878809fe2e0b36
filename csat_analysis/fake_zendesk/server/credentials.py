"""Access: the server's credentials, OAuth tokens, scopes and roles.

The credentials are constants and not secret: they open a synthetic account on one machine's loopback address.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from ..account.people import ADMIN, ADMIN_EMAIL
from .errors import bad_client, bad_token_request
from .json_values import JSON

EMAIL = ADMIN_EMAIL
API_TOKEN = "fake-api-token"
CLIENT_ID = "fake-client"
CLIENT_SECRET = "fake-client-secret"
ADMIN_OAUTH_TOKEN = "fake-admin-token"
AGENT_OAUTH_TOKEN = "fake-agent-token"

FULL_SCOPE = "read"
SCOPES = frozenset(
    {
        "read",
        "write",
        "tickets:read",
        "users:read",
        "organizations:read",
        "groups:read",
        "brands:read",
        "account_settings:read",
        "hc:read",
        "auditlogs:read",
    }
)
# seconds: more than 300, less than two days
EXPIRES_IN_RANGE = (301, 172_799)
DEFAULT_EXPIRES_IN = 1800


@dataclass(frozen=True)
class Caller:
    """The user behind a request: a position among the users, a role, and the token's scopes."""

    user: int
    role: str
    scopes: frozenset[str] = frozenset({FULL_SCOPE})
    expires_at: float = float("inf")

    def reaches(self, scopes: tuple[str, ...]) -> bool:
        """Return whether the token has the full scope or one of the given ones."""
        return FULL_SCOPE in self.scopes or bool(self.scopes.intersection(scopes))


ADMIN_CALLER = Caller(ADMIN, "admin")
AGENT_CALLER = Caller(0, "agent")


class Tokens:
    """The OAuth tokens issued by one server; `clock` returns epoch seconds."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._numbers = count(1)
        self._access = {ADMIN_OAUTH_TOKEN: ADMIN_CALLER, AGENT_OAUTH_TOKEN: AGENT_CALLER}

    def find_caller(self, authorization: str | None) -> Caller | None:
        """Return the user behind an Authorization header; None if it is missing, wrong or expired."""
        scheme, _, value = (authorization or "").partition(" ")
        if scheme.lower() == "basic":
            return ADMIN_CALLER if _decode(value) == f"{EMAIL}/token:{API_TOKEN}" else None
        caller = self._access.get(value) if scheme.lower() == "bearer" else None
        return caller if caller and caller.expires_at > self._clock() else None

    def grant(self, body: JSON) -> JSON:
        """Answer `POST /oauth/tokens` for the grant client_credentials."""
        if body.get("client_id") != CLIENT_ID or body.get("client_secret") != CLIENT_SECRET:
            raise bad_client()
        if body.get("grant_type") != "client_credentials":
            raise bad_token_request("unsupported_grant_type", "Unsupported grant type.")
        expires_in = body.get("expires_in") or DEFAULT_EXPIRES_IN
        low, high = EXPIRES_IN_RANGE
        if not isinstance(expires_in, int) or not low <= expires_in <= high:
            raise bad_token_request("invalid_request", "Invalid expires_in.")
        scopes = _scopes(body.get("scope"))
        access_token = f"fake-access-{next(self._numbers)}"
        self._access[access_token] = Caller(ADMIN, "admin", scopes, self._clock() + expires_in)
        return {
            "access_token": access_token,
            # recorded: 1799 where 1800 was asked for
            "expires_in": expires_in - 1,
            "scope": " ".join(sorted(scopes)),
            "token_type": "bearer",
        }


def _scopes(asked: object) -> frozenset[str]:
    """Return the known scopes; Zendesk issues a token for any text, but an unknown scope opens nothing."""
    return SCOPES.intersection(asked.split()) if isinstance(asked, str) else frozenset()


def _decode(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
