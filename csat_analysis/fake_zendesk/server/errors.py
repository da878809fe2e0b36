"""Zendesk's error responses; the Support and the Guide API have different envelopes."""

from __future__ import annotations

from .json_values import JSON

_NO_ACCESS = "You do not have access to this page. Please contact the account owner of this help desk."


class Refusal(Exception):
    """Raised by an endpoint to end the request with an error: HTTP status, JSON body (or text) and headers."""

    def __init__(self, status: int, body: JSON | str, headers: dict[str, str] | None = None):
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


def unauthorized(*, guide: bool) -> Refusal:
    """Return 401 for missing, wrong or expired credentials."""
    if guide:
        return _guide_error("Unauthorized", 401, "Couldn't authenticate you")
    return Refusal(401, {"error": "Couldn't authenticate you"})


def bad_client() -> Refusal:
    """Return 401 for an unknown OAuth client."""
    description = "Client authentication failed due to unknown client."
    return Refusal(401, {"error": "invalid_client", "error_description": description})


def bad_token_request(error: str, description: str) -> Refusal:
    """Return 400 for a request for a token that cannot be answered."""
    return Refusal(400, {"error": error, "error_description": description})


def forbidden(*, guide: bool) -> Refusal:
    """Return 403 where the role does not allow the call."""
    if guide:
        return _guide_error("Forbidden", 403, "You do not have permission to do this")
    return Refusal(403, {"error": {"message": _NO_ACCESS, "title": "Forbidden"}})


def missing_scope(scope: str, *, guide: bool) -> Refusal:
    """Return 403 where the token lacks a scope."""
    text = f"Missing the following required scopes: {scope}"
    if guide:
        return _guide_error("Forbidden", 403, text)
    return Refusal(403, {"description": text, "error": "Forbidden"})


def not_found(*, guide: bool = False) -> Refusal:
    """Return 404 for an unknown record."""
    if guide:
        return _guide_error("NotFound", 404, "Resource not found")
    return Refusal(404, {"description": "Not found", "error": "RecordNotFound"})


def no_endpoint() -> Refusal:
    """Return 404 for an unknown path."""
    return Refusal(404, {"description": "Not found", "error": "InvalidEndpoint"})


def bad_request(code: str, title: str) -> Refusal:
    """Return 400 for a parameter of a list that is not valid."""
    return _guide_error(code, 400, title)


def bad_parameter(description: str) -> Refusal:
    """Return 400 for a parameter of the wrong type."""
    return Refusal(400, {"error": "InvalidValue", "description": description})


def invalid_value(description: str) -> Refusal:
    """Return 422 for a value that is not allowed."""
    return Refusal(422, {"description": description, "error": "InvalidValue"})


def too_many_requests(retry_after_seconds: int) -> Refusal:
    """Return 429 for an empty bucket."""
    text = "Number of allowed API requests per minute exceeded"
    return Refusal(429, text, {"Retry-After": str(retry_after_seconds)})


def _guide_error(code: str, status: int, title: str) -> Refusal:
    return Refusal(status, {"errors": [{"code": code, "status": str(status), "title": title}]})
