"""Turn an error response into an exception that says what happened, where, and what to do."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import (
    CursorRefused,
    NotAllowed,
    NotAuthorized,
    NotFound,
    RateLimited,
    UnsafeAddress,
    ZendeskError,
)
from ..redaction import Secrets
from .auth import SCOPE, TOKEN_PATH
from .endpoints import Json
from .envelopes import host_of, parse_object
from .rate_limits import read_retry_after
from .texts import duration_text, printable_text
from .transport import Response

CURSOR_ERRORS = (400, 410, 422)  # statuses of a page whose cursor Zendesk no longer accepts
MAX_VALUES = 10_000  # of an error body that is searched for a text


class Context(NamedTuple):
    """What was requested.

    Attributes
    ----------
    url, path : str
        The base URL and the path behind it.
    advice : str
        What to do if the credentials are refused.
    has_cursor : bool
        Whether a page was requested by its cursor.
    address_works : bool
        Whether another request to this address has succeeded.
    wait_seconds : float
        The longest wait that the client accepts.
    secrets : Secrets
        Not shown, although the response may repeat them.
    """

    url: str
    path: str
    advice: str
    has_cursor: bool
    address_works: bool
    wait_seconds: float
    secrets: Secrets

    @property
    def where(self) -> str:
        """The address of the endpoint."""
        return f"{self.url}{self.path}"


def error_of_response(response: Response, context: Context) -> ZendeskError:
    """Return the exception for a response whose status is not a success."""
    status = response.status
    text = error_text(response, context.secrets)
    reason = f"{status}: {text.rstrip('.')}" if text else f"{status}"
    if 300 <= status < 400:
        return _redirect_error(response, context)
    if status == 401 or (status in (400, 403) and context.path == TOKEN_PATH):
        message = f"Zendesk refuses the credentials at {context.where} ({reason}): {context.advice}"
        return NotAuthorized(message, status=status)
    if status == 403:
        message = (
            f"Zendesk does not allow access to {context.where} ({reason}): it needs the credentials of an admin "
            f"with the scope '{SCOPE}', and a plan with customer satisfaction; see: csat check"
        )
        return NotAllowed(message, status=status, server_text=text)
    if status == 404:
        return NotFound(_not_found_message(reason, context), status=status)
    if context.has_cursor and status in CURSOR_ERRORS:
        what = f"Zendesk no longer accepts the cursor of {context.where} ({reason})"
        return CursorRefused(what, status=status)
    return _failure(response, reason, context)


def error_text(response: Response, secrets: Secrets) -> str:
    """Return Zendesk's own text about an error, from any of its formats, as one short printable line."""
    try:
        body = parse_object(response.body, "an error", max_values=MAX_VALUES)
    except ZendeskError:
        return ""
    for candidate in _candidates(body):
        if isinstance(candidate, dict):
            candidate = candidate.get("message") or candidate.get("title")
        if isinstance(candidate, str) and candidate.strip():
            return printable_text(secrets.redact(candidate))
    return ""


def _candidates(body: Json) -> list[Any]:
    errors = body.get("errors")
    listed = errors if isinstance(errors, list) else []
    return [body.get("error_description"), body.get("description"), body.get("error"), *listed]


def _redirect_error(response: Response, context: Context) -> UnsafeAddress:
    host = printable_text(context.secrets.redact(host_of(response.headers.get("location", ""))))
    return UnsafeAddress(
        f"{context.where} redirects to {host}: no request was sent there; "
        "check ZENDESK_SUBDOMAIN or ZENDESK_URL"
    )


def _not_found_message(reason: str, context: Context) -> str:
    if context.address_works:
        return (
            f"Zendesk has no {context.where} ({reason}): the record was deleted, or the account's plan does not "
            "include this"
        )
    return f"there is no {context.where} ({reason}): check ZENDESK_SUBDOMAIN or ZENDESK_URL"


def _failure(response: Response, reason: str, context: Context) -> ZendeskError:
    seconds = read_retry_after(response.headers)
    advice = "run the command again later"
    if seconds is not None and seconds > context.wait_seconds:
        advice = (
            f"it asks to wait {duration_text(seconds)}, longer than the {duration_text(context.wait_seconds)} "
            f"that one wait may take; {advice}"
        )
    kind = RateLimited if response.status == 429 else ZendeskError
    message = f"Zendesk fails at {context.where} ({reason}): {advice}"
    return kind(message, status=response.status, retry_after_seconds=seconds)
