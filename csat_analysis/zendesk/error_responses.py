"""An answer that is none, as the error that says what happened, where, and what to do."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from ..errors import (
    CursorRefused,
    NotAllowed,
    NotAuthorized,
    NotFound,
    RateLimited,
    Unreachable,
    UnsafeAddress,
    ZendeskError,
)
from .auth import SCOPE, TOKEN_PATH
from .endpoints import Json
from .rate_limits import read_retry_after
from .transport import Answer

E_MAIL = re.compile(r"\S+@\S+")
CURSOR_REFUSED = (
    400,
    410,
    422,
)  # what an answer to a page behind a cursor can be where the cursor is at fault


def read_json(answer: Answer, path: str) -> Json:
    """The JSON object that an answer carries. Raises Unreachable if it breaks off or is anything else."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        raise Unreachable(f"Zendesk's answer to {path} breaks off or is no JSON: try again later") from None
    if not isinstance(body, dict):
        raise Unreachable(f"Zendesk's answer to {path} is not what it should be: try again later")
    return body


def refusal(answer: Answer, where: str, *, remedy: str, path: str, behind_cursor: bool) -> ZendeskError:
    """The error of an answer that brings no data.

    where: the address asked. remedy: what to do about refused credentials. behind_cursor: whether the page
    was asked for by a cursor.
    """
    status, words = answer.status, said(answer)
    if 300 <= status < 400:
        host = urlsplit(answer.headers.get("location", "")).hostname
        return UnsafeAddress(f"{where} redirects to {host}: nothing was sent there; check ZENDESK_SUBDOMAIN")
    if status == 401 or (status in (400, 403) and path == TOKEN_PATH):
        return NotAuthorized(
            f"Zendesk refuses the credentials at {where} ({status}{words}): {remedy}", status=status
        )
    if status == 403:
        return NotAllowed(
            f"Zendesk does not allow {where} (403{words}): it needs an admin's credentials with the scope "
            f"'{SCOPE}', and a plan with customer satisfaction; see: csat check",
            status=status,
            said=words,
        )
    if status == 404:
        return NotFound(f"there is no {where} (404{words}): check ZENDESK_SUBDOMAIN", status=status)
    if behind_cursor and status in CURSOR_REFUSED:
        return CursorRefused(
            f"Zendesk takes the cursor of {where} no longer ({status}{words})", status=status
        )
    kind = RateLimited if status == 429 else ZendeskError
    return kind(
        f"Zendesk fails at {where} ({status}{words}): try again later",
        status=status, retry_after_seconds=read_retry_after(answer.headers),
    )  # fmt: skip


def said(answer: Answer) -> str:
    """Zendesk's own words about an error, from any of its envelopes: one short line, without e-mail addresses."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return ""
    for words in _envelopes(body) if isinstance(body, dict) else ():
        if isinstance(words, dict):
            words = words.get("message") or words.get("title")
        if isinstance(words, str) and words:
            return f": {E_MAIL.sub('…', ' '.join(words.split()))[:160]}"
    return ""


def _envelopes(body: Json) -> list[Any]:
    errors = body.get("errors")
    listed = errors if isinstance(errors, list) else []
    return [body.get("error_description"), body.get("description"), body.get("error"), *listed]
